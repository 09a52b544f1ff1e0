INSERT INTO run (
    root, sequence, parent, definition, name, tags, state_type, state_name, state_at, started, run_count, due, message
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (root, sequence) DO UPDATE SET
    name = coalesce(excluded.name, name),
    tags = coalesce(excluded.tags, tags),
    state_type = excluded.state_type,
    state_name = excluded.state_name,
    state_at = excluded.state_at,
    started = coalesce(started, excluded.started),
    run_count = max(run_count, excluded.run_count),
    due = excluded.due,
    message = excluded.message
