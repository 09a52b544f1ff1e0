INSERT INTO log (root, sequence, at, level, target, message) VALUES (?, ?, ?, ?, ?, ?)
