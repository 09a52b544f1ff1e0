UPDATE run
SET state_type = 'CRASHED', state_name = 'Crashed', state_at = max(state_at + 1, ?2), due = NULL, message = ?3
WHERE root IN (
        SELECT root_run.id
        FROM root_run
        JOIN run AS itself ON itself.root = root_run.id AND itself.sequence = 0
        WHERE root_run.process = ?1
            AND itself.state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING')
            AND itself.state_name <> 'Suspended'
    )
    AND state_type IN ('SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING')
