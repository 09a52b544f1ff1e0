-- As `failures_of_flow.sql`, of deployment ?1/?2.
WITH
this (id) AS (SELECT id FROM deployment WHERE flow = ?1 AND name = ?2),
success (at) AS (
    SELECT max(ended) FROM flow_run WHERE deployment = (SELECT id FROM this) AND state_type = 'COMPLETED'
)
SELECT count(*), max(failure.ended), failure.root, (SELECT at FROM success)
FROM flow_run AS failure
WHERE failure.deployment = (SELECT id FROM this)
    AND failure.state_type IN ('FAILED', 'CRASHED')
    AND failure.ended > (SELECT coalesce(at, 0) FROM success)
