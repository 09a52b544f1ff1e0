UPDATE run
SET state_type = 'SCHEDULED', state_name = 'AwaitingRetry', state_at = max(?3, state_at + 1), due = NULL, message = 'resumed'
WHERE root = ?1 AND sequence = 0 AND state_at = ?2 AND state_type IN ('CRASHED', 'FAILED', 'CANCELLED')
