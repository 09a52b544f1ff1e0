SELECT
    count(*),
    count(*) FILTER (WHERE run.state_name = 'Late'),
    min(run.due) FILTER (WHERE run.state_name <> 'Late')
FROM run
JOIN definition ON definition.id = run.definition
