INSERT INTO definition (kind, name, module, version, source_hash, description, file, line, retries)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
    description = excluded.description, file = excluded.file, line = excluded.line, retries = excluded.retries
RETURNING id
