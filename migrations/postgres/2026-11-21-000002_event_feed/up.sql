-- Events get their place in the feed of their workspace: 1, 2, 3, … in the order in which their transactions committed (V1).

-- The position of the last event. Whoever appends locks the row until they commit, and locks nothing after it.
CREATE TABLE event_feeds (
    workspace_id uuid NOT NULL,
    position bigint NOT NULL CONSTRAINT event_feeds_position_check CHECK (position >= 1),
    CONSTRAINT event_feeds_workspace_id_key PRIMARY KEY (workspace_id),
    CONSTRAINT event_feeds_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) WITH (fillfactor = 50);

ALTER TABLE events ADD COLUMN position bigint;
UPDATE events SET position = numbered.position
    FROM (SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id ORDER BY id) AS position FROM events) AS numbered
    WHERE events.workspace_id = numbered.workspace_id AND events.id = numbered.id;
ALTER TABLE events ALTER COLUMN position SET NOT NULL;
ALTER TABLE events DROP CONSTRAINT events_workspace_id_id_key;
ALTER TABLE events ADD CONSTRAINT events_workspace_id_position_key PRIMARY KEY (workspace_id, position);
ALTER TABLE events ALTER COLUMN kind TYPE text COLLATE "C";
-- The events of one kind.
CREATE INDEX events_workspace_id_kind_position_idx ON events (workspace_id, kind, position);

INSERT INTO event_feeds SELECT workspace_id, max(position) FROM events GROUP BY workspace_id;
