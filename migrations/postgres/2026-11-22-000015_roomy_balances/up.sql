-- A balance changes with every charge, and stays on its page where that has room.
ALTER TABLE balances SET (fillfactor = 50);
