-- An event is appended to a feed, whose workspace is there: to look for it with each event locks its row, which every charge shares.
ALTER TABLE events DROP CONSTRAINT events_workspace_id_fkey;

-- A balance changes with every charge, and stays on its page where that has room.
ALTER TABLE balances SET (fillfactor = 50);
