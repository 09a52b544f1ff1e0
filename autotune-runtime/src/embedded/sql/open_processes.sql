SELECT id, pid, machine, pid_started, coalesce(heartbeat, started)
FROM process
WHERE id IN (
    SELECT root_run.process
    FROM run
    JOIN root_run ON root_run.id = run.root
    WHERE run.sequence = 0
        AND run.state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING')
        AND run.state_name <> 'Suspended'
)
