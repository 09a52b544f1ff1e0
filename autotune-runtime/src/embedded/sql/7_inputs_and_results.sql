-- What runs have waited for, and where their results are.

CREATE TABLE upstream (
    root     INTEGER NOT NULL,
    sequence INTEGER NOT NULL,      -- the run that has waited
    uuid     BLOB NOT NULL,         -- the run that it has waited for
    PRIMARY KEY (root, sequence, uuid)
) WITHOUT ROWID, STRICT;

-- Under which key the result of a run is. Several runs may have the same: all but one of them are `Cached`.
CREATE TABLE run_result (
    root     INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    key      BLOB NOT NULL,
    PRIMARY KEY (root, sequence)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER forget_inputs_and_results AFTER DELETE ON root_run
BEGIN
    DELETE FROM upstream WHERE root = OLD.id;
    DELETE FROM run_result WHERE root = OLD.id;
END;
