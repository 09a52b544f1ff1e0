-- A database as the first version of its schema had it, with the history of three runs: what `.dump` made of it.
PRAGMA user_version = 1;
BEGIN TRANSACTION;
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
INSERT INTO "artifact" VALUES(1,1,0,1772330450000000000,'markdown','report','How it went','"All is well."');
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
INSERT INTO "definition" VALUES(1,'flow','nightly','house','1.0',12345,'Every night.','src/main.rs',7,0);
INSERT INTO "definition" VALUES(2,'task','load','house','',777,'','src/main.rs',3,2);
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
INSERT INTO "former_state" VALUES(1,0,1772330401000000000,'RUNNING','Running',1,NULL,NULL);
INSERT INTO "former_state" VALUES(1,1,1772330401000001000,'RUNNING','Running',1,NULL,NULL);
INSERT INTO "former_state" VALUES(2,0,1772330402000000000,'RUNNING','Running',1,NULL,NULL);
INSERT INTO "former_state" VALUES(2,1,1772330402000001000,'RUNNING','Running',1,NULL,NULL);
INSERT INTO "former_state" VALUES(3,1,1772330403000001000,'RUNNING','Running',1,NULL,NULL);
CREATE TABLE log (
    id       INTEGER PRIMARY KEY,
    root     INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    level    TEXT NOT NULL,
    target   TEXT NOT NULL,
    message  TEXT NOT NULL
) STRICT;
INSERT INTO "log" VALUES(1,1,1,1772330405000000000,'INFO','house','loaded 1 days');
INSERT INTO "log" VALUES(2,2,1,1772330406000000000,'INFO','house','loaded 2 days');
INSERT INTO "log" VALUES(3,3,1,1772330407000000000,'INFO','house','loaded 3 days');
CREATE TABLE process (
    id      INTEGER PRIMARY KEY,
    program TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    started INTEGER NOT NULL
) STRICT;
INSERT INTO "process" VALUES(1,'house',4711,1772330400000000000);
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
INSERT INTO "root_run" VALUES(1,X'019CA6F1A20070008000030000000001',X'019CA6F1A200030000000001',NULL,NULL,'{"days":1}',1772330401000000000,1);
INSERT INTO "root_run" VALUES(2,X'019CA6F1A20070008000030000000002',X'019CA6F1A200030000000002',NULL,NULL,'{"days":2}',1772330402000000000,1);
INSERT INTO "root_run" VALUES(3,X'019CA6F1A20070008000030000000003',X'019CA6F1A200030000000003',NULL,NULL,'{"days":3}',1772330403000000000,1);
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
INSERT INTO "run" VALUES(1,0,0,1,'nightly-1','["house"]','COMPLETED','Completed',1772330460000000000,1772330401000000000,1,NULL,NULL);
INSERT INTO "run" VALUES(1,1,0,2,NULL,NULL,'COMPLETED','Completed',1772330406000000000,1772330401000001000,1,NULL,NULL);
INSERT INTO "run" VALUES(2,0,0,1,'nightly-2','["house"]','FAILED','Failed',1772330461000000000,1772330402000000000,1,NULL,'the site is down');
INSERT INTO "run" VALUES(2,1,0,2,NULL,NULL,'COMPLETED','Completed',1772330407000000000,1772330402000001000,1,NULL,NULL);
INSERT INTO "run" VALUES(3,0,0,1,'nightly-3','["house"]','RUNNING','Running',1772330462000000000,1772330403000000000,1,NULL,NULL);
INSERT INTO "run" VALUES(3,1,0,2,NULL,NULL,'COMPLETED','Completed',1772330408000000000,1772330403000001000,1,NULL,NULL);
CREATE INDEX root_run_by_parent ON root_run (parent_stem) WHERE parent_stem IS NOT NULL;
CREATE INDEX run_by_time ON run (started);
CREATE INDEX run_by_definition ON run (definition, started);
CREATE INDEX run_by_state ON run (state_type, started);
CREATE INDEX root_by_time ON run (started) WHERE sequence = 0;
CREATE TRIGGER keep_former_state AFTER UPDATE OF state_name, state_at ON run
WHEN OLD.state_name <> NEW.state_name OR OLD.state_at <> NEW.state_at
BEGIN
    INSERT OR IGNORE INTO former_state
    VALUES (OLD.root, OLD.sequence, OLD.state_at, OLD.state_type, OLD.state_name, OLD.run_count, OLD.due, OLD.message);
END;
CREATE INDEX log_by_run ON log (root, at);
CREATE INDEX artifact_by_run ON artifact (root);
CREATE INDEX artifact_by_time ON artifact (at);
CREATE INDEX artifact_by_key ON artifact (key, at) WHERE key IS NOT NULL;
CREATE TRIGGER forget_root_run AFTER DELETE ON root_run
BEGIN
    DELETE FROM run WHERE root = OLD.id;
    DELETE FROM former_state WHERE root = OLD.id;
    DELETE FROM log WHERE root = OLD.id;
    DELETE FROM artifact WHERE root = OLD.id;
END;
COMMIT;
