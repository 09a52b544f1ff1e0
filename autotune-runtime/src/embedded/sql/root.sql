SELECT root_run.parameters, root_run.created, definition.version, process.program, process.pid
FROM root_run
LEFT JOIN run ON run.root = root_run.id AND run.sequence = 0
LEFT JOIN definition ON definition.id = run.definition
LEFT JOIN process ON process.id = root_run.process
WHERE root_run.id = ?
