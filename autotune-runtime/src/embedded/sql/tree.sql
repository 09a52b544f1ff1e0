WITH RECURSIVE tree (id, stem) AS (
    SELECT id, stem FROM root_run WHERE stem = ?1
    UNION
    SELECT root_run.id, root_run.stem FROM tree JOIN root_run ON root_run.parent_stem = tree.stem
)
