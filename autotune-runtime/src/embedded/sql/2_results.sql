-- Results that outlive the process that made them, and what tells whether a process still runs.

CREATE TABLE result (
    key     BLOB NOT NULL PRIMARY KEY,
    root    INTEGER NOT NULL,   -- the root run that returned it
    created INTEGER NOT NULL,
    expires INTEGER,            -- it does not where there is nothing
    value   BLOB NOT NULL       -- MessagePack
) STRICT;

CREATE INDEX result_by_root ON result (root);
CREATE INDEX result_by_expiry ON result (expires) WHERE expires IS NOT NULL;

CREATE TRIGGER forget_results AFTER DELETE ON root_run
BEGIN
    DELETE FROM result WHERE root = OLD.id;
END;

ALTER TABLE process ADD COLUMN machine TEXT;        -- where and since when the numbers of processes count
ALTER TABLE process ADD COLUMN pid_started INTEGER; -- tells it from a later process of the same number
ALTER TABLE process ADD COLUMN heartbeat INTEGER;   -- when it last said that it lives
