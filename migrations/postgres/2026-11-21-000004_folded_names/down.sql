ALTER TABLE organizations DROP COLUMN name_folded;
ALTER TABLE workspaces DROP COLUMN name_folded;
