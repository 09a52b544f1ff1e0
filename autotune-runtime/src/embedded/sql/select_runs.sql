SELECT
    root_run.uuid, run.sequence, run.parent, root_run.parent_uuid,
    definition.kind, definition.name, run.name, run.tags,
    run.state_type, run.state_name, run.state_at, run.started, run.run_count, run.due, run.message,
    (SELECT group_concat(hex(uuid), ' ') FROM upstream WHERE upstream.root = run.root AND upstream.sequence = run.sequence)
FROM run
JOIN root_run ON root_run.id = run.root
JOIN definition ON definition.id = run.definition
