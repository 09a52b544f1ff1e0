INSERT INTO process (program, pid, started) VALUES (?, ?, ?) RETURNING id
