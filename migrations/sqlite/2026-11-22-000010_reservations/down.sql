-- What is held becomes charged: nobody is left who would give it back.
DROP INDEX workspaces_next_transition_at_idx;
ALTER TABLE charges DROP COLUMN reservation_id;
DROP TABLE reservations;
