DELETE FROM root_run WHERE id IN (
    SELECT root_run.id
    FROM run
    JOIN root_run ON root_run.id = run.root
    WHERE run.sequence = 0
        AND coalesce(run.started, run.state_at) < ?1
        AND run.state_at < ?1
        AND run.state_type IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')
        AND NOT EXISTS (SELECT 1 FROM root_run AS caller WHERE caller.stem = root_run.parent_stem)
    LIMIT ?2
)
