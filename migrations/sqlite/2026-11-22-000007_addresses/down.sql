ALTER TABLE users DROP COLUMN said_at;
DROP INDEX users_email_key_key;
DROP INDEX invitations_email_key_id_idx;
ALTER TABLE invitations RENAME COLUMN email_key TO email_folded;
CREATE INDEX invitations_email_folded_id_idx ON invitations (email_folded, id);
DROP INDEX users_email_key_idx;
ALTER TABLE users RENAME COLUMN email_key TO email_folded;
CREATE INDEX users_email_folded_idx ON users (email_folded);
