DROP INDEX events_workspace_id_kind_position_idx;
ALTER TABLE events DROP CONSTRAINT events_workspace_id_position_key;
ALTER TABLE events ADD CONSTRAINT events_workspace_id_id_key PRIMARY KEY (workspace_id, id);
ALTER TABLE events ALTER COLUMN kind TYPE text;
ALTER TABLE events DROP COLUMN position;
DROP TABLE event_feeds;
