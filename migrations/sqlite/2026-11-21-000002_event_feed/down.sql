CREATE TABLE old_events (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT events_id_check CHECK (length(id) = 16),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    changes TEXT NOT NULL CONSTRAINT events_changes_check CHECK (json_valid(changes)),
    CONSTRAINT events_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
INSERT INTO old_events SELECT workspace_id, id, at, actor, kind, subject, changes FROM events;
DROP TABLE events;
ALTER TABLE old_events RENAME TO events;
DROP TABLE event_feeds;
