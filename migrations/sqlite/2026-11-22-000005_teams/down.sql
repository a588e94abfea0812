DROP TABLE user_keys;
DROP TABLE api_credentials;
DROP TABLE mails;
DROP TABLE invitations;
DROP TABLE team_member_roles;
DROP TABLE team_roles;
DROP TABLE team_members;
DROP TABLE teams;
CREATE TABLE new_users (
    id BLOB NOT NULL CONSTRAINT users_id_check CHECK (length(id) = 16),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    email_verified INTEGER NOT NULL CONSTRAINT users_email_verified_check CHECK (email_verified IN (0, 1)),
    name TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT users_id_key PRIMARY KEY (id),
    CONSTRAINT users_issuer_subject_key UNIQUE (issuer, subject)
) STRICT;
-- Who never signed in is only known to teams.
INSERT INTO new_users
    SELECT id, issuer, subject, email, email_verified, name, created_at, updated_at FROM users WHERE issuer IS NOT NULL;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
