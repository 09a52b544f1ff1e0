-- ?1: since when; ?2: whether by deployment; ?3: only this flow; ?4: only the deployment of this id.
WITH
ended AS (
    SELECT
        definition.name AS flow,
        CASE WHEN ?2 THEN flow_run.deployment END AS deployment,
        run.state_type,
        run.state_at - run.started AS took
    FROM run
    JOIN definition ON definition.id = run.definition
    LEFT JOIN flow_run ON flow_run.root = run.root
    WHERE run.sequence = 0
        AND coalesce(run.started, run.state_at) >= ?1
        AND run.state_type IN ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')
        AND definition.kind = 'flow'
        AND (?3 IS NULL OR definition.name = ?3)
        AND (?4 IS NULL OR flow_run.deployment = (SELECT id FROM deployment WHERE uuid = ?4))
        AND (NOT ?2 OR flow_run.deployment IS NOT NULL)
),
ranked AS (
    SELECT
        flow, deployment, state_type, took,
        row_number() OVER alike AS place,
        count(*) OVER (PARTITION BY flow, deployment, state_type, took IS NULL) AS places
    FROM ended
    WINDOW alike AS (PARTITION BY flow, deployment, state_type, took IS NULL ORDER BY took)
),
counted AS (
    SELECT
        flow,
        deployment,
        count(*) FILTER (WHERE state_type = 'COMPLETED') AS completed,
        count(*) FILTER (WHERE state_type = 'FAILED') AS failed,
        count(*) FILTER (WHERE state_type = 'CRASHED') AS crashed,
        count(*) FILTER (WHERE state_type = 'CANCELLED') AS cancelled,
        max(took) FILTER (WHERE state_type = 'COMPLETED' AND place = (places + 1) / 2) AS median,
        max(took) FILTER (WHERE state_type = 'COMPLETED' AND place = (places * 95 + 99) / 100) AS p95
    FROM ranked
    GROUP BY flow, deployment
)
SELECT
    counted.flow, deployment.name, completed, failed, crashed, cancelled, median, p95,
    CASE
        WHEN counted.deployment IS NULL THEN (
            SELECT count(*) FROM run AS failure
            WHERE failure.definition IN (SELECT id FROM definition WHERE name = counted.flow AND kind = 'flow')
                AND failure.sequence = 0
                AND failure.state_type IN ('FAILED', 'CRASHED')
                AND failure.state_at > (
                    SELECT coalesce(max((
                        SELECT max(state_at) FROM run AS success
                        WHERE success.definition = definition.id AND sequence = 0 AND state_type = 'COMPLETED'
                    )), 0)
                    FROM definition WHERE name = counted.flow AND kind = 'flow'
                )
        )
        ELSE (
            SELECT count(*) FROM flow_run AS failure
            WHERE failure.deployment = counted.deployment
                AND failure.state_type IN ('FAILED', 'CRASHED')
                AND failure.ended > (
                    SELECT coalesce(max(ended), 0) FROM flow_run
                    WHERE deployment = counted.deployment AND state_type = 'COMPLETED'
                )
        )
    END
FROM counted
LEFT JOIN deployment ON deployment.id = counted.deployment
ORDER BY counted.flow, deployment.name
