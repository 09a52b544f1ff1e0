"""Writes answers.txt.gz: what Prefect says to many schedules.

Made with Python 3.13, prefect 3.8.8, fastapi 0.139.2, SQLAlchemy 2.0.58, pydantic 2.13.5:

    python answers.py | gzip -9n > answers.txt.gz

A line is a schedule in Prefect's JSON, the instant from which on, and the instants in seconds of
Unix time: the first, then the differences, each with how often it repeats. `!` is refused.

Prefect's own classes give every answer. Where theirs is an accident they are asked so that it
does not happen:

- cron, rrule: asked from a while before the start, what is before the start is dropped. Asked at a
  start in an hour that comes twice, they give instants before it; asked right after an hour that
  is skipped, they forget what was moved on.
- rrule: a local time that is skipped goes through dateutil's `resolve_imaginary`, which moves it
  on. Prefect does not, and is an hour early. (With cron it depends on the version of Python.)
- intervals of a day and more: asked from the anchor. Asked from elsewhere they lose or gain an
  hour for good, since the way from the anchor is then counted in hours.

Left out, as they have no answer or a wrong one: a day of month that no month of the expression
has (croniter raises), `1,30` around February (it forgets the first of March), `fri#2` beside a day
that never falls on it, a daily interval at a time that is skipped once (it stays moved on),
`BYDAY=MO,2TU` (dateutil wants both at once).

No answer is beyond 2036: dateutil's time zones know no summer after 2037. Answers are sorted as
instants: Prefect sorts them by what the clock shows, which repeats in autumn.
"""

import asyncio
import datetime as D
import itertools
import json
import logging
import sys

from dateutil import tz
from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

U = D.timezone.utc


def at(text):
    return D.datetime.fromisoformat(text).replace(tzinfo=U)


def ask(schedule, start, n):
    dates = asyncio.run(schedule.get_dates(n=n, start=start))
    return sorted(date.astimezone(U) for date in dates)


def cron(schedule, start, n):
    early = ask(schedule, start - D.timedelta(hours=3), n + 400)
    return [date for date in early if date >= start][:n]


def interval(schedule, start, n):
    if schedule.interval < D.timedelta(days=1):
        return ask(schedule, start, n)
    return [date for date in ask(schedule, schedule.anchor_date, 900) if date >= start][:n]


def rrule(schedule, start, n):
    dates = schedule.to_rrule().xafter(start - D.timedelta(days=2), inc=True)
    resolved = (tz.resolve_imaginary(date).astimezone(U) for date in itertools.islice(dates, n + 3000))
    return sorted({date for date in resolved if date >= start})[:n]


def packed(dates):
    seconds = [int(date.timestamp()) for date in dates]
    steps = [b - a for a, b in zip(seconds, seconds[1:])]
    runs = [f"{step}*{len(list(run))}" for step, run in itertools.groupby(steps)]
    return " ".join([*map(str, seconds[:1]), *runs])


KINDS = {"cron": (CronSchedule, cron), "interval": (IntervalSchedule, interval), "rrule": (RRuleSchedule, rrule)}


def line(wire, start, n=12):
    kind, answer = next(KINDS[key] for key in KINDS if key in wire)
    try:
        dates = answer(kind(**wire), at(start), n)
        said = packed([date for date in dates if date.year < 2037]) or "-"
    except Exception:  # also TypeError, KeyError and IndexError of dateutil
        said = "!"
    print(json.dumps(wire, separators=(",", ":")), start + "Z", said, sep="\t")


CRONS = """* * * * *|*/5 * * * *|7-59/9 * * * *|0 * * * *|30 * * * *|0 0 * * *|0 2 * * *|30 2 * * *|15 1 * * *
30 1,3 * * *|0 */4 * * *|0 22-4 * * *|50-10 3 * * *|51-10/2 * * * *|50-10/3 4 * * *|0 20-5/4 * * *|59/5 1 * * *
5/20 2 * * *|10-10 * * * *|0 9 * * mon-fri|30 8 * * sat-sun|0 0 * * 0|0 0 * * 7|0 0 * * 5-7|0 0 * * 1-7/2|0 0 * * 0-7
0 0 * * fri-mon|0 0 * * sun,wed|0 0 1 * *|0 0 l * *|0 12 15,l * *|0 0 31 * *|0 0 29 2 *|0 0 1 jan *|0 0 1 nov-feb *
0 0 1 */3 *|0 0 1 apr-jan/3 *|0 0 1 feb,AUG *|0 0 13 * fri|0 0 1,15 * mon|0 0 */2 * mon|0 0 1-31 * mon|0 0 * * 0-6
0 0 5 * */1|0 0 */12 * 1|0 0 * * fri#2|0 0 * * mon-wed#1|0 0 * * 5#1,2#3|0 0 * * l5|0 0 * * l7|0 0 13 * 5#2|0 0 8-14 * fri#2
0 0 ? * mon|0 0 1 * ?|0,30 0-2 * * *|*/15 1-3 * * *|0 0 *,5 * mon|@daily|@hourly|@weekly|@monthly|@yearly|@annually|@midnight
@DAILY|MON|* * * *|61 * * * *|* 24 * * *|* * 0 * *|* * * 0 *|* * * 13 *|* * * * 8|*/0 * * * *|5-5/0 * * * *|1,,2 * * * *
-1 * * * *|* * * * mon#6|* * * * mon#0|* * * * mon,fri#2|* * * * 1-5#2|a * * * *|* * * foo *|* * * * lfri|* * l-5 * *|0 0 25-l * *
R * * * *|H * * * *|* * 1? * *|? * * * *|1-2-3 * * * *|*/5/2 * * * *|1- * * * *|l * * * *|* * * * l|0 0 * * jan|0 0 5/10 * *
0 0 * * 6/2|0 0 * * tue/2|0 0 0-5 * *|0 0 * * 0-6,5#2|+5 * * * *|007 * * * *""".replace("\n", "|").split("|")

ZONES = {
    "UTC": ["2024-02-27T13:07:31", "2023-12-31T23:59:59"],
    "America/New_York": ["2018-03-11T04:00:00", "2018-03-11T07:10:00", "2018-11-04T04:59:59", "2018-11-04T06:10:00"],
    "Europe/Berlin": ["2026-03-28T12:00:00", "2026-03-29T01:05:00", "2026-10-25T00:30:00", "2026-10-25T01:20:00"],
    "Australia/Sydney": ["2024-10-05T15:00:00", "2024-04-06T15:30:00"],
    "Australia/Lord_Howe": ["2020-10-03T14:00:00", "2020-10-03T15:40:00", "2021-04-03T14:20:00"],
    "America/Sao_Paulo": ["2018-11-03T20:00:00", "2018-11-04T03:10:00", "2018-02-17T23:00:00"],
    "Asia/Kolkata": ["2024-06-15T10:10:10"],
    "Pacific/Apia": ["2011-12-29T05:00:00"],
}

RULES = """FREQ=DAILY|FREQ=DAILY;INTERVAL=3|FREQ=DAILY;BYHOUR=6,18;BYMINUTE=30|FREQ=WEEKLY|FREQ=WEEKLY;BYDAY=MO,WE,FR
FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU|FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU|FREQ=WEEKLY;BYDAY=MO,TH;BYSETPOS=1
FREQ=MONTHLY|FREQ=MONTHLY;BYMONTHDAY=-1|FREQ=MONTHLY;BYMONTHDAY=31|FREQ=MONTHLY;BYDAY=2TU|FREQ=MONTHLY;BYDAY=-1FR,+1MO
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1|FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13|FREQ=MONTHLY;BYDAY=SA,SU;BYHOUR=9,21;BYSETPOS=2,-3
FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=10,-10|FREQ=YEARLY|FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29|FREQ=YEARLY;BYDAY=20MO|FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3,10
FREQ=YEARLY;BYYEARDAY=1,100,-1|FREQ=YEARLY;BYWEEKNO=20|FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO,SU|FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH|FREQ=YEARLY;BYEASTER=-2,0
FREQ=YEARLY;BYMONTH=1,6|FREQ=YEARLY;INTERVAL=3;BYMONTH=6;BYDAY=TU|FREQ=HOURLY|FREQ=HOURLY;INTERVAL=5|FREQ=HOURLY;BYDAY=SA;BYMINUTE=15,45
FREQ=HOURLY;INTERVAL=2;BYHOUR=1,2,3,4|FREQ=MINUTELY;INTERVAL=20|FREQ=MINUTELY;INTERVAL=7;BYHOUR=2|FREQ=MINUTELY;INTERVAL=90;BYMONTHDAY=1,15
FREQ=MINUTELY;BYMINUTE=0,20;BYSECOND=10,40;BYSETPOS=-1|FREQ=DAILY;COUNT=1900|FREQ=WEEKLY;BYDAY=MO,TU;COUNT=650;BYHOUR=2;BYMINUTE=30
FREQ=DAILY;UNTIL=20240315T000000|FREQ=DAILY;UNTIL=20240310|FREQ=DAILY;BYMONTH=3,4;BYDAY=1MO|RRULE:FREQ=DAILY;BYDAY=SA
DTSTART:20170101T023000 RRULE:FREQ=DAILY|DTSTART:20170101T013000 RRULE:FREQ=DAILY|DTSTART:20170131T090000 RRULE:FREQ=MONTHLY
DTSTART:20170101T021500 RRULE:FREQ=WEEKLY;BYDAY=SU|DTSTART:20170101T000000Z RRULE:FREQ=DAILY;UNTIL=20240305T000000Z
DTSTART:20170101T090000 RRULE:FREQ=DAILY EXDATE:20240302T090000,20180312T090000,20240306T090000
DTSTART:20170101T090000 RRULE:FREQ=DAILY EXRULE:FREQ=WEEKLY;BYDAY=SA,SU RDATE:20240303T111111
DTSTART:20170101T090000 RRULE:FREQ=WEEKLY RRULE:FREQ=MONTHLY;BYMONTHDAY=1|RDATE:20300101T000000,20250101T000000
FREQ=FOO|INTERVAL=2|FREQ=DAILY;BYHOUR=25|FREQ=DAILY;FOO=1|FREQ=DAILY;BYDAY=XX|FREQ=MONTHLY;BYDAY=0MO|FREQ=DAILY;BYSETPOS=0
FREQ=HOURLY;INTERVAL=4;BYHOUR=1|FREQ=DAILY;UNTIL=20240305T000000Z|EXDATE;FOO=1:20200101|FREQ""".replace("\n", "|").split("|")


def main():
    logging.disable(logging.CRITICAL)
    for zone, starts in ZONES.items():
        for start in starts:
            for text in CRONS:
                line({"cron": text, "timezone": zone, "day_or": True}, start)
                days = text.split()[2::2]
                if len(days) == 2 and "*" not in days and "?" not in days:
                    line({"cron": text, "timezone": zone, "day_or": False}, start)
            for text in RULES:
                line({"rrule": text.replace(" ", "\n"), "timezone": zone}, start)
            for back in (1, 100, 400):
                for seconds in (90.0, 1800.0, 3600.0, 25200.0, 86400.0, 604800.0, 129600.0, 180000.0):
                    if zone == "Pacific/Apia" and seconds >= 86400.0:
                        continue  # It skipped 14:20 UTC in September 2011, and a whole day in December.
                    anchor = (at(start) - D.timedelta(days=back)).replace(hour=14, minute=20, second=0)
                    wire = {"interval": seconds, "anchor_date": anchor.isoformat(), "timezone": zone}
                    line(wire, start)


if __name__ == "__main__":
    sys.exit(main())
