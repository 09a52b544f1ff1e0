-- What is known of every run. Times are nanoseconds since 1970-01-01 UTC.

-- Tasks and flows, as their attributes describe them.
CREATE TABLE definition (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    module      TEXT NOT NULL,
    version     TEXT NOT NULL,      -- '' where there is none
    source_hash INTEGER NOT NULL,
    description TEXT NOT NULL,
    file        TEXT NOT NULL,
    line        INTEGER NOT NULL,
    retries     INTEGER NOT NULL,
    UNIQUE (name, kind, module, version, source_hash)
) STRICT;

-- Programs that have recorded runs.
CREATE TABLE process (
    id      INTEGER PRIMARY KEY,
    program TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    started INTEGER NOT NULL
) STRICT;

-- Flow runs, and task runs outside of any flow. Its row in `run` is that of number 0.
CREATE TABLE root_run (
    id              INTEGER PRIMARY KEY,
    uuid            BLOB NOT NULL,
    stem            BLOB NOT NULL UNIQUE,   -- what the ids of the run and of its calls have in common
    parent_uuid     BLOB,                   -- for a subflow: the run that called it
    parent_stem     BLOB,
    parameters      TEXT,                   -- a JSON object, secrets hidden
    created         INTEGER NOT NULL,
    process         INTEGER REFERENCES process (id)
) STRICT;

CREATE INDEX root_run_by_parent ON root_run (parent_stem) WHERE parent_stem IS NOT NULL;

-- Every run, as it is now. Its id is derived from that of its root run and its number.
CREATE TABLE run (
    root       INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,    -- the number of the call; 0 is the root run itself
    parent     INTEGER NOT NULL,    -- the number of the run that made the call
    definition INTEGER NOT NULL,
    name       TEXT,                -- the definition's name and the number where there is none
    tags       TEXT,                -- a JSON array
    state_type TEXT NOT NULL,
    state_name TEXT NOT NULL,
    state_at   INTEGER NOT NULL,    -- when it came into the state; of a final one: when it ended
    started    INTEGER,
    run_count  INTEGER NOT NULL,    -- how often the body was started
    due        INTEGER,             -- when it is to go on, if it waits
    message    TEXT,
    PRIMARY KEY (root, sequence)
) WITHOUT ROWID, STRICT;

CREATE INDEX run_by_time ON run (started);
CREATE INDEX run_by_definition ON run (definition, started);
CREATE INDEX run_by_state ON run (state_type, started);
CREATE INDEX root_by_time ON run (started) WHERE sequence = 0;

-- The states that runs were in before the present one. The trigger keeps them, whoever changes a run.
CREATE TABLE former_state (
    root       INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,
    state_at   INTEGER NOT NULL,
    state_type TEXT NOT NULL,
    state_name TEXT NOT NULL,
    run_count  INTEGER NOT NULL,
    due        INTEGER,
    message    TEXT,
    PRIMARY KEY (root, sequence, state_at, state_name)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER keep_former_state AFTER UPDATE OF state_name, state_at ON run
WHEN OLD.state_name <> NEW.state_name OR OLD.state_at <> NEW.state_at
BEGIN
    INSERT OR IGNORE INTO former_state
    VALUES (OLD.root, OLD.sequence, OLD.state_at, OLD.state_type, OLD.state_name, OLD.run_count, OLD.due, OLD.message);
END;

CREATE TABLE log (
    id       INTEGER PRIMARY KEY,
    root     INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    level    TEXT NOT NULL,
    target   TEXT NOT NULL,
    message  TEXT NOT NULL
) STRICT;

CREATE INDEX log_by_run ON log (root, at);

CREATE TABLE artifact (
    id          INTEGER PRIMARY KEY,
    root        INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    key         TEXT,
    description TEXT,
    data        TEXT NOT NULL       -- JSON
) STRICT;

CREATE INDEX artifact_by_run ON artifact (root);
CREATE INDEX artifact_by_time ON artifact (at);
CREATE INDEX artifact_by_key ON artifact (key, at) WHERE key IS NOT NULL;

-- What belongs to a root run goes with it.
CREATE TRIGGER forget_root_run AFTER DELETE ON root_run
BEGIN
    DELETE FROM run WHERE root = OLD.id;
    DELETE FROM former_state WHERE root = OLD.id;
    DELETE FROM log WHERE root = OLD.id;
    DELETE FROM artifact WHERE root = OLD.id;
END;
