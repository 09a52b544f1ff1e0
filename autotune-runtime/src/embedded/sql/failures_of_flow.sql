-- Of the runs of flow ?1 since the last that completed: how many failed, the last of them, and when one completed.
WITH success (at) AS (
    SELECT max((
        SELECT max(state_at) FROM run
        WHERE run.definition = definition.id AND sequence = 0 AND state_type = 'COMPLETED'
    ))
    FROM definition
    WHERE name = ?1 AND kind = 'flow'
)
SELECT count(*), max(failure.state_at), failure.root, (SELECT at FROM success)
FROM run AS failure
WHERE failure.definition IN (SELECT id FROM definition WHERE name = ?1 AND kind = 'flow')
    AND failure.sequence = 0
    AND failure.state_type IN ('FAILED', 'CRASHED')
    AND failure.state_at > (SELECT coalesce(at, 0) FROM success)
