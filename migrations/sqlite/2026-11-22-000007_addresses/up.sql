-- Addresses are compared byte for byte, but for the case of ASCII (X3): what only looks alike is another mailbox.
ALTER TABLE users RENAME COLUMN email_folded TO email_key;
DROP INDEX users_email_folded_idx;
CREATE INDEX users_email_key_idx ON users (email_key);
-- Its unique key keeps the name that it was made with; SQLite tells keys by their columns.
ALTER TABLE invitations RENAME COLUMN email_folded TO email_key;
DROP INDEX invitations_email_folded_id_idx;
CREATE INDEX invitations_email_key_id_idx ON invitations (email_key, id);
-- Nothing quoted is an address any more: nobody could be mailed there.
UPDATE users SET email = NULL, email_verified = 0 WHERE email LIKE '"%';
DELETE FROM mails WHERE (workspace_id, invitation_id) IN (SELECT workspace_id, id FROM invitations WHERE email LIKE '"%');
DELETE FROM invitations WHERE email LIKE '"%';
UPDATE users SET email_key = lower(email);
UPDATE invitations SET email_key = lower(email);

-- Whoever first signs in with an address is one person (T13). Of several the one that was added first stays it; the others only get notifications.
UPDATE users SET allow_login = 0
    WHERE issuer IS NULL AND allow_login AND EXISTS (
        SELECT 1 FROM users AS older
        WHERE older.email_key = users.email_key AND older.issuer IS NULL AND older.allow_login AND older.id < users.id
    );
CREATE UNIQUE INDEX users_email_key_key ON users (email_key) WHERE issuer IS NULL AND allow_login;

-- When the issuer said what is known about somebody (T1); null where that is not known.
ALTER TABLE users ADD COLUMN said_at INTEGER;
