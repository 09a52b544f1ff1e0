INSERT INTO root_run (uuid, stem, parent_uuid, parent_stem, parameters, created, process)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (stem) DO UPDATE SET
    parameters = coalesce(excluded.parameters, parameters), process = excluded.process
RETURNING id
