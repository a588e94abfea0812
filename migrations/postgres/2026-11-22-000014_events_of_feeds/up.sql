-- An event is appended to a feed, whose workspace is there: to look for it with each event locks its row, which every charge shares.
ALTER TABLE events DROP CONSTRAINT events_workspace_id_fkey;
