-- What people filter runs by, answered without a look at all of them.

-- The latest runs of a flow, those that ended before they began among them.
CREATE INDEX root_of_definition_by_time ON run (definition, coalesce(started, state_at)) WHERE sequence = 0;

-- The states that few runs are in, such as `Cached`. The rule is one comparison: it is asked for every run that is
-- written.
CREATE INDEX run_by_special_state ON run (state_name, started) WHERE state_name <> 'Completed';
