-- Events get their place in the feed of their workspace: 1, 2, 3, … in the order in which their transactions committed (V1).

-- The position of the last event. Whoever appends locks the row until they commit, and locks nothing after it.
CREATE TABLE event_feeds (
    workspace_id BLOB NOT NULL,
    position INTEGER NOT NULL CONSTRAINT event_feeds_position_check CHECK (position >= 1),
    CONSTRAINT event_feeds_workspace_id_key PRIMARY KEY (workspace_id),
    CONSTRAINT event_feeds_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE new_events (
    workspace_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    id BLOB NOT NULL CONSTRAINT events_id_check CHECK (length(id) = 16),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    changes TEXT NOT NULL CONSTRAINT events_changes_check CHECK (json_valid(changes)),
    CONSTRAINT events_workspace_id_position_key PRIMARY KEY (workspace_id, position),
    CONSTRAINT events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
INSERT INTO new_events
    SELECT workspace_id, row_number() OVER (PARTITION BY workspace_id ORDER BY id), id, at, actor, kind, subject, changes
    FROM events;
DROP TABLE events;
ALTER TABLE new_events RENAME TO events;
-- The events of one kind.
CREATE INDEX events_workspace_id_kind_position_idx ON events (workspace_id, kind, position);

INSERT INTO event_feeds SELECT workspace_id, max(position) FROM events GROUP BY workspace_id;
