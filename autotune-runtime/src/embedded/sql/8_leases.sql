-- Which process has a lease: what one had that was killed is free at once where the system knows of its end.
-- And who waits for slots, so that several processes are served in the order in which they asked.

ALTER TABLE slot_lease ADD COLUMN pid INTEGER;
ALTER TABLE slot_lease ADD COLUMN machine TEXT;
ALTER TABLE slot_lease ADD COLUMN pid_started INTEGER;

CREATE TABLE awaited_slot (
    name  TEXT NOT NULL,
    lease BLOB NOT NULL,        -- what the slots will be leased as
    place INTEGER NOT NULL,     -- 1 comes first
    until INTEGER NOT NULL,     -- who has not asked again by then has gone
    PRIMARY KEY (name, lease)
) WITHOUT ROWID, STRICT;

CREATE INDEX awaited_slot_by_lease ON awaited_slot (lease);
