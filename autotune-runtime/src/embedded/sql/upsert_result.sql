INSERT INTO result (key, root, created, expires, value) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    root = excluded.root, created = excluded.created, expires = excluded.expires, value = excluded.value
