-- Names as they are searched (X2). Programs fold them, when they write them and after this migration: SQL does it otherwise.
ALTER TABLE workspaces ADD COLUMN name_folded text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN name_folded text COLLATE "C" NOT NULL DEFAULT '';
