ALTER TABLE organizations DROP COLUMN picture;
