-- What is asked of flow runs over time: how they go, and whether they fail again and again.

-- A run that ended before it began has a place in the history too: that of its end.
DROP INDEX root_by_time;
CREATE INDEX root_by_time ON run (coalesce(started, state_at)) WHERE sequence = 0;
CREATE INDEX root_by_state ON run (state_type, coalesce(started, state_at)) WHERE sequence = 0;
CREATE INDEX root_by_definition ON run (definition, state_type, state_at) WHERE sequence = 0;

ALTER TABLE flow_run ADD COLUMN ended INTEGER;  -- when it came into its final state; as in `run`
UPDATE flow_run SET ended = (SELECT state_at FROM run WHERE run.root = flow_run.root AND run.sequence = 0)
WHERE state_type IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED');

DROP INDEX flow_run_of_deployment;
CREATE INDEX flow_run_of_deployment ON flow_run (deployment, state_type, ended) WHERE deployment IS NOT NULL;

DROP TRIGGER tell_flow_run;
CREATE TRIGGER tell_flow_run AFTER UPDATE OF state_type, state_name, state_at ON run
WHEN NEW.sequence = 0
BEGIN
    UPDATE flow_run SET
        state_type = NEW.state_type,
        state_name = NEW.state_name,
        ended = CASE WHEN NEW.state_type IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED') THEN NEW.state_at END
    WHERE root = NEW.root;
END;

-- Of which failures somebody was told, by flow (`flow`) or deployment (`flow/name`).
CREATE TABLE alert (
    subject  TEXT NOT NULL,
    after    INTEGER NOT NULL,      -- how many failures in a row it takes
    raised   INTEGER NOT NULL,      -- the end of the last failure that somebody was told of
    PRIMARY KEY (subject, after)
) WITHOUT ROWID, STRICT;
