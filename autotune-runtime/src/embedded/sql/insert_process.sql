INSERT INTO process (program, pid, started, machine, pid_started, heartbeat) VALUES (?1, ?2, ?3, ?4, ?5, ?3) RETURNING id
