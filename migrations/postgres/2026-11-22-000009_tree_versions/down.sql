ALTER TABLE workspaces DROP COLUMN tree_version;
