-- Flow runs that no process has, because they wait for somebody to resume them.

ALTER TABLE flow_run ADD COLUMN pause_key TEXT; -- of one that is suspended: the key of the pause in which it waits

CREATE INDEX flow_run_suspended ON flow_run (root) WHERE state_name = 'Suspended';
