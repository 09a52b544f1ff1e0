INSERT INTO artifact (root, sequence, at, kind, key, description, data) VALUES (?, ?, ?, ?, ?, ?, ?)
