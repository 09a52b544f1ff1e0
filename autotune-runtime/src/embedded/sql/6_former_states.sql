-- A state may come twice at one instant: by a clock that stands still, or because two have written it. That must not
-- keep the next one from being written. (`OR IGNORE` in a trigger gives way to what the statement itself says.)

DROP TRIGGER keep_former_state;

CREATE TRIGGER keep_former_state AFTER UPDATE OF state_name, state_at ON run
WHEN (OLD.state_name <> NEW.state_name OR OLD.state_at <> NEW.state_at)
    AND NOT EXISTS (
        SELECT 1 FROM former_state
        WHERE root = OLD.root AND sequence = OLD.sequence AND state_at = OLD.state_at AND state_name = OLD.state_name
    )
BEGIN
    INSERT INTO former_state
    VALUES (OLD.root, OLD.sequence, OLD.state_at, OLD.state_type, OLD.state_name, OLD.run_count, OLD.due, OLD.message);
END;
