SELECT state_type, state_name, state_at, run_count, due, message, 0 AS is_present
FROM former_state WHERE root = ?1 AND sequence = ?2
UNION ALL
SELECT state_type, state_name, state_at, run_count, due, message, 1
FROM run WHERE root = ?1 AND sequence = ?2
ORDER BY is_present, state_at
