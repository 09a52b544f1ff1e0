WHERE run.root IN (SELECT id FROM tree) AND run.state_at >= ?2
ORDER BY run.state_at, run.root, run.sequence
