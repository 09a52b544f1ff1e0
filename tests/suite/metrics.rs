//! Numbers about runs, as Prometheus fetches them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use autotune::definition::Definition;
use autotune::event::{Event, Root, StateEvent};
use autotune::metrics::{Counted, show_queues};
use autotune::moment::Moment;
use autotune::prelude::*;
use autotune::recorder::Recorder;
use autotune::{RunId, prometheus, recorder};

use crate::harness;

#[task(retries = 2)]
async fn flaky(failures: u32) -> Result<u32, String> {
    match autotune::run().map_or(0, |run| run.run_count()) {
        count if count <= failures => Err("not yet".to_owned()),
        count => Ok(count),
    }
}

#[task(cache_key = "{day}")]
async fn cached(day: u32) -> u32 {
    day
}

#[flow]
async fn measured() -> Result<(), String> {
    flaky(1).await?;
    cached(1).await;
    cached(1).await;
    flaky(9).await.map(|_| ())
}

#[test]
fn prometheus_is_told_how_runs_ended_and_how_often_they_were_retried_and_cached() {
    harness::in_a_process_of_its_own(
        "metrics::prometheus_is_told_how_runs_ended_and_how_often_they_were_retried_and_cached",
        &[],
        async || {
            let address = free_address();
            prometheus::listen(address).expect("nobody else listens there");
            recorder::install(Counted::new(|_: &Root, _: Vec<Event>| ())).expect("the only recorder");
            for _ in 0..3 {
                measured().await.expect_err("the last task fails");
            }
            recorder::flush().await;
            let told = fetch(address);
            for line in [
                r#"autotune_flow_runs_total{flow="measured",state="Failed"} 3"#,
                r#"autotune_flow_runs_running{flow="measured"} 0"#,
                r#"autotune_flow_run_duration_seconds_count{flow="measured"} 3"#,
                r#"autotune_task_runs_total{task="flaky",state="Completed"} 3"#,
                r#"autotune_task_runs_total{task="flaky",state="Failed"} 3"#,
                r#"autotune_task_runs_total{task="cached",state="Completed"} 1"#,
                r#"autotune_task_runs_total{task="cached",state="Cached"} 5"#,
                r#"autotune_task_run_duration_seconds_count{task="cached"} 1"#,
                r#"autotune_task_run_retries_total{task="flaky"} 9"#,
            ] {
                assert!(told.lines().any(|known| known == line), "{line} is not among\n{told}");
            }
        },
    );
}

#[test]
fn a_second_exporter_is_refused_and_so_is_an_address_that_is_taken() {
    harness::in_a_process_of_its_own(
        "metrics::a_second_exporter_is_refused_and_so_is_an_address_that_is_taken",
        &[],
        async || {
            let taken = TcpListener::bind("127.0.0.1:0").expect("some port is free");
            let address = taken.local_addr().expect("it listens");
            let error = prometheus::listen(address).expect_err("it is taken").to_string();
            assert!(error.contains(&address.to_string()) && error.contains("choose another"), "{error}");
            prometheus::listen(free_address()).expect("it is free");
            let error = prometheus::listen(free_address()).expect_err("there is one").to_string();
            assert!(error.contains("another exporter"), "{error}");
            show_queues(&[]);
        },
    );
}

#[test]
fn a_suspended_run_does_not_run_and_has_not_ended() {
    static ASKS: Definition = Definition { name: "asks", ..Definition::FLOW };
    harness::in_a_process_of_its_own(
        "metrics::a_suspended_run_does_not_run_and_has_not_ended",
        &[],
        async || {
            let address = free_address();
            prometheus::listen(address).expect("nobody else listens there");
            let mut counted = Counted::new(|_: &Root, _: Vec<Event>| ());
            let now = Moment::now();
            let root = Root {
                id: RunId::new(),
                definition: &ASKS,
                name: "asks".to_owned(),
                parameters: None,
                tags: Vec::new(),
                parent: None,
                created: now,
            };
            let mut running_after = |state| {
                let (definition, started, at) = (&ASKS, now, now);
                let event = StateEvent {
                    definition,
                    sequence: 0,
                    parent: 0,
                    attempt: 0,
                    state,
                    started,
                    at,
                    detail: None,
                };
                counted.record(&root, vec![Event::State(event)]);
                let told = fetch(address);
                let number =
                    |name: &str| told.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let ended = told.lines().any(|line| line.starts_with("autotune_flow_runs_total"));
                (number(r#"autotune_flow_runs_running{flow="asks"} "#).unwrap_or_default(), ended)
            };
            for (state, running, has_ended) in [
                (StateName::Running, "1", false),
                (StateName::Suspended, "0", false),
                (StateName::Running, "1", false),
                (StateName::Completed, "0", true),
            ] {
                assert_eq!(running_after(state), (running.to_owned(), has_ended), "{state}");
            }
        },
    );
}

pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    listener.local_addr().expect("it listens")
}

fn fetch(address: SocketAddr) -> String {
    fetch_from(TcpStream::connect(address).expect("somebody listens"))
}

/// What there is to fetch, if anybody listens.
pub(crate) fn try_fetch(address: SocketAddr) -> Option<String> {
    TcpStream::connect(address).ok().map(fetch_from)
}

fn fetch_from(mut stream: TcpStream) -> String {
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer in text");
    answer
}
