-- What somebody wishes of a run that another process has, until that process has heard it.

CREATE TABLE wish (
    root   INTEGER NOT NULL,
    kind   TEXT NOT NULL,       -- 'cancel' or 'resume'
    value  TEXT NOT NULL,       -- JSON
    answer TEXT,                -- why it was refused; '' where it was granted
    PRIMARY KEY (root, kind)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER forget_wishes AFTER DELETE ON root_run
BEGIN
    DELETE FROM wish WHERE root = OLD.id;
END;
