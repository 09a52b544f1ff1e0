-- What an orchestrator knows: who is to run which flow, when, and within which limits.
-- Times are nanoseconds since 1970-01-01 UTC.

CREATE TABLE work_pool (
    id                INTEGER PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE,
    concurrency_limit INTEGER,
    paused            INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE work_queue (
    id                INTEGER PRIMARY KEY,
    pool              INTEGER NOT NULL REFERENCES work_pool (id),
    name              TEXT NOT NULL,
    priority          INTEGER NOT NULL,     -- 1 comes first
    concurrency_limit INTEGER,
    paused            INTEGER NOT NULL DEFAULT 0,
    last_polled       INTEGER,
    UNIQUE (pool, name)
) STRICT;

INSERT INTO work_pool (id, name) VALUES (1, 'default');
INSERT INTO work_queue (id, pool, name, priority) VALUES (1, 1, 'default', 1);

CREATE TABLE deployment (
    id                INTEGER PRIMARY KEY,
    uuid              BLOB NOT NULL UNIQUE,
    flow              TEXT NOT NULL,
    name              TEXT NOT NULL,
    version           TEXT,
    description       TEXT NOT NULL,
    tags              TEXT NOT NULL,        -- a JSON array
    parameters        TEXT NOT NULL,        -- a JSON object, without secrets
    parameter_schema  TEXT,                 -- JSON Schema
    queue             INTEGER NOT NULL,
    concurrency_limit INTEGER,
    cancels_new       INTEGER NOT NULL,     -- whether a run without a slot is cancelled; it waits otherwise
    paused            INTEGER NOT NULL,
    created           INTEGER NOT NULL,
    updated           INTEGER NOT NULL,
    UNIQUE (flow, name)
) STRICT;

CREATE TABLE deployment_schedule (
    id         INTEGER PRIMARY KEY,
    deployment INTEGER NOT NULL,
    slug       TEXT,
    schedule   TEXT NOT NULL,               -- JSON, as Prefect has it
    active     INTEGER NOT NULL,
    parameters TEXT NOT NULL,               -- a JSON object
    catch_up   TEXT NOT NULL,
    handled    INTEGER NOT NULL             -- no time up to here gets a run any more
) STRICT;

CREATE INDEX deployment_schedule_by_deployment ON deployment_schedule (deployment);

-- Flow runs that an orchestrator has made. What is known of any run is in `root_run` and `run`.
CREATE TABLE flow_run (
    root       INTEGER PRIMARY KEY,         -- its root run
    flow       TEXT NOT NULL,
    version    TEXT,
    state_type TEXT NOT NULL,               -- as in `run`: the trigger keeps it so
    state_name TEXT NOT NULL,
    expected   INTEGER NOT NULL,            -- when it was to begin at first
    due        INTEGER NOT NULL,            -- when it is to begin or go on
    deployment INTEGER,
    schedule   INTEGER,                     -- the schedule that made it
    queue      INTEGER,
    worker     TEXT,                        -- who has claimed it
    crashes    INTEGER NOT NULL DEFAULT 0,  -- how often its worker was gone
    key        TEXT,                        -- of two runs of a flow with one key, there is only the first
    transition BLOB,                        -- the last proposal that was accepted
    UNIQUE (flow, key)
) STRICT;

CREATE INDEX flow_run_by_time ON flow_run (expected);
CREATE INDEX flow_run_by_flow ON flow_run (flow, expected);
CREATE INDEX flow_run_by_deployment ON flow_run (deployment, expected) WHERE deployment IS NOT NULL;
CREATE INDEX flow_run_by_state ON flow_run (state_type, expected);
CREATE INDEX flow_run_of_deployment ON flow_run (deployment, state_type) WHERE deployment IS NOT NULL;
CREATE INDEX flow_run_of_queue ON flow_run (queue, state_type) WHERE queue IS NOT NULL;
CREATE INDEX flow_run_due ON flow_run (queue, due) WHERE state_type = 'SCHEDULED' AND worker IS NULL;
CREATE INDEX flow_run_not_late ON flow_run (due) WHERE state_name = 'Scheduled' AND worker IS NULL;
CREATE INDEX flow_run_of_worker ON flow_run (worker)
WHERE worker IS NOT NULL AND state_type NOT IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED');

-- Whoever changes the state of a run, the orchestrator sees it.
CREATE TRIGGER tell_flow_run AFTER UPDATE OF state_type, state_name ON run
WHEN NEW.sequence = 0
BEGIN
    UPDATE flow_run SET state_type = NEW.state_type, state_name = NEW.state_name WHERE root = NEW.root;
END;

-- An orchestrator accepts a state, and the recorder writes it again with its own time: that is one state.
DROP TRIGGER keep_former_state;
CREATE TRIGGER keep_former_state AFTER UPDATE OF state_name, state_at ON run
WHEN OLD.state_name <> NEW.state_name
    OR OLD.run_count <> NEW.run_count
    OR (OLD.state_at <> NEW.state_at AND NEW.sequence > 0)
BEGIN
    INSERT OR IGNORE INTO former_state
    VALUES (OLD.root, OLD.sequence, OLD.state_at, OLD.state_type, OLD.state_name, OLD.run_count, OLD.due, OLD.message);
END;

CREATE TABLE run_input (
    root  INTEGER NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,                    -- JSON
    PRIMARY KEY (root, key)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER forget_flow_run AFTER DELETE ON root_run
BEGIN
    DELETE FROM flow_run WHERE root = OLD.id;
    DELETE FROM run_input WHERE root = OLD.id;
END;

CREATE TABLE worker (
    name           TEXT PRIMARY KEY,
    pool           TEXT NOT NULL,
    heartbeat_every INTEGER NOT NULL,
    last_heartbeat INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE slot_limit (
    name                  TEXT PRIMARY KEY,
    slots                 INTEGER NOT NULL,
    active                INTEGER NOT NULL,
    slot_decay_per_second REAL NOT NULL,
    decaying              REAL NOT NULL,    -- how many slots are taken that come back by themselves
    decayed_at            INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE slot_lease (
    id       BLOB PRIMARY KEY,
    lasts    INTEGER NOT NULL,              -- how long, each time that it is renewed
    ends     INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE INDEX slot_lease_by_end ON slot_lease (ends);

CREATE TABLE leased_slot (
    name  TEXT NOT NULL,
    lease BLOB NOT NULL,
    slots INTEGER NOT NULL,
    PRIMARY KEY (name, lease)
) WITHOUT ROWID, STRICT;

CREATE INDEX leased_slot_by_lease ON leased_slot (lease);

CREATE TRIGGER forget_lease AFTER DELETE ON slot_lease
BEGIN
    DELETE FROM leased_slot WHERE lease = OLD.id;
END;

CREATE TABLE variable (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL                     -- JSON
) WITHOUT ROWID, STRICT;
