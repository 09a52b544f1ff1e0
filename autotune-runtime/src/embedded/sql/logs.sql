SELECT log.sequence, run.name, definition.name, log.at, log.level, log.target, log.message
FROM log
LEFT JOIN run ON run.root = log.root AND run.sequence = log.sequence
LEFT JOIN definition ON definition.id = run.definition
WHERE log.root = ?1
    AND (?2 IS NULL OR log.sequence = ?2)
    AND CASE log.level WHEN 'ERROR' THEN 4 WHEN 'WARN' THEN 3 WHEN 'INFO' THEN 2 WHEN 'DEBUG' THEN 1 ELSE 0 END >= ?3
ORDER BY log.at DESC, log.id DESC
LIMIT ?4
