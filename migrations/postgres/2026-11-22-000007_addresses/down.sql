ALTER TABLE users DROP COLUMN said_at;
DROP INDEX users_email_key_key;
ALTER INDEX invitations_email_key_id_idx RENAME TO invitations_email_folded_id_idx;
ALTER TABLE invitations
    RENAME CONSTRAINT invitations_workspace_id_team_id_email_key_key TO invitations_workspace_id_team_id_email_folded_key;
ALTER TABLE invitations RENAME COLUMN email_key TO email_folded;
ALTER INDEX users_email_key_idx RENAME TO users_email_folded_idx;
ALTER TABLE users RENAME COLUMN email_key TO email_folded;
