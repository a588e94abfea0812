-- How often organizations of the workspace were moved, or linked to another pool: whoever waited for the balances of a chain can tell
-- whether it is another one meanwhile (O7, B5).
ALTER TABLE workspaces ADD COLUMN tree_version INTEGER NOT NULL DEFAULT 0;
