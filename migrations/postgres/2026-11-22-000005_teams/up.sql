-- Teams, the people in them, their roles and invitations, and the keys that programs use in their place (T1–T13, K1–K3).

-- Somebody who was added by their address and never signed in is nobody's subject yet. email_folded is written by programs (X2).
ALTER TABLE users ALTER COLUMN issuer DROP NOT NULL;
ALTER TABLE users ALTER COLUMN subject DROP NOT NULL;
ALTER TABLE users ADD CONSTRAINT users_identity_check CHECK ((issuer IS NULL) = (subject IS NULL));
ALTER TABLE users ADD COLUMN email_folded text COLLATE "C";
ALTER TABLE users ADD COLUMN picture text;
ALTER TABLE users ADD COLUMN allow_login boolean NOT NULL DEFAULT true;
ALTER TABLE users ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}'
    CONSTRAINT users_preferences_check CHECK (jsonb_typeof(preferences) = 'object');
ALTER TABLE users ADD COLUMN locale text;
-- Null until their first request after the team was made; current_team_id is null when the personal team is the current one (T1, T8).
ALTER TABLE users ADD COLUMN personal_team_id uuid;
ALTER TABLE users ADD COLUMN current_team_id uuid;
-- Somebody by their address (T12).
CREATE INDEX users_email_folded_idx ON users (email_folded);
-- Those whose current team goes away (T6).
CREATE INDEX users_current_team_id_idx ON users (current_team_id);

-- Teams (T2). The site limit is the cap of the team's balance.
CREATE TABLE teams (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    organization_id uuid,
    name text NOT NULL,
    owner_id uuid NOT NULL,
    is_personal boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT teams_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT teams_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    CONSTRAINT teams_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id),
    CONSTRAINT teams_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id)
);
-- A team by its id alone: its workspace (I3).
CREATE INDEX teams_id_idx ON teams (id);
-- The teams of an organization, in the order of their creation.
CREATE INDEX teams_workspace_id_organization_id_id_idx ON teams (workspace_id, organization_id, id);
-- The teams of an owner.
CREATE INDEX teams_owner_id_idx ON teams (owner_id);

-- Who is in a team.
CREATE TABLE team_members (
    workspace_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT team_members_workspace_id_team_id_user_id_key PRIMARY KEY (workspace_id, team_id, user_id),
    CONSTRAINT team_members_workspace_id_team_id_fkey
        FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT team_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
-- "My teams".
CREATE INDEX team_members_user_id_team_id_idx ON team_members (user_id, team_id);

-- Roles that a team has made for itself (T10). scopes: words between blanks.
CREATE TABLE team_roles (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    team_id uuid NOT NULL,
    name text NOT NULL,
    name_folded text COLLATE "C" NOT NULL,
    scopes text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT team_roles_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT team_roles_workspace_id_team_id_name_folded_key UNIQUE (workspace_id, team_id, name_folded),
    CONSTRAINT team_roles_workspace_id_team_id_fkey
        FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE
);

-- What members are in their team (T10): roles of the team, and those that every team has, which have no rows.
CREATE TABLE team_member_roles (
    workspace_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    CONSTRAINT team_member_roles_workspace_id_team_id_user_id_role_id_key
        PRIMARY KEY (workspace_id, team_id, user_id, role_id),
    CONSTRAINT team_member_roles_workspace_id_team_id_user_id_fkey FOREIGN KEY (workspace_id, team_id, user_id)
        REFERENCES team_members (workspace_id, team_id, user_id) ON DELETE CASCADE
);
-- Whether a role is in use.
CREATE INDEX team_member_roles_workspace_id_role_id_idx ON team_member_roles (workspace_id, role_id);

-- Pending invitations (T12). token_hash is null until the first mail is sent.
CREATE TABLE invitations (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    team_id uuid NOT NULL,
    email text NOT NULL,
    email_folded text COLLATE "C" NOT NULL,
    role_id uuid NOT NULL,
    inviter_id uuid NOT NULL,
    token_hash bytea CONSTRAINT invitations_token_hash_check CHECK (length(token_hash) = 32),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT invitations_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT invitations_workspace_id_team_id_email_folded_key UNIQUE (workspace_id, team_id, email_folded),
    CONSTRAINT invitations_workspace_id_team_id_fkey
        FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT invitations_inviter_id_fkey FOREIGN KEY (inviter_id) REFERENCES users (id)
);
-- An invitation by its token, which begins with its id.
CREATE INDEX invitations_id_idx ON invitations (id);
-- The invitations to a team, in the order of their creation.
CREATE INDEX invitations_workspace_id_team_id_id_idx ON invitations (workspace_id, team_id, id);
-- Those that are addressed to somebody.
CREATE INDEX invitations_email_folded_id_idx ON invitations (email_folded, id);
-- Whether a role is promised.
CREATE INDEX invitations_workspace_id_role_id_idx ON invitations (workspace_id, role_id);
-- The invitations of an inviter.
CREATE INDEX invitations_inviter_id_idx ON invitations (inviter_id);
-- When the next one expires.
CREATE INDEX invitations_workspace_id_expires_at_idx ON invitations (workspace_id, expires_at);

-- Mails to be sent, one a request; gone when they are.
CREATE TABLE mails (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    state text COLLATE "C" NOT NULL CONSTRAINT mails_state_check CHECK (state IN ('queued', 'sending')),
    attempts integer NOT NULL CONSTRAINT mails_attempts_check CHECK (attempts >= 0),
    next_attempt_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT mails_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT mails_workspace_id_invitation_id_fkey
        FOREIGN KEY (workspace_id, invitation_id) REFERENCES invitations (workspace_id, id) ON DELETE CASCADE
);
-- Those that are due, in any workspace.
CREATE INDEX mails_state_next_attempt_at_idx ON mails (state, next_attempt_at);
CREATE INDEX mails_workspace_id_invitation_id_idx ON mails (workspace_id, invitation_id);

-- Credentials that act in one team (K1–K3). previous_hash stays good until previous_until after a rotation.
CREATE TABLE api_credentials (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    team_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    name text NOT NULL,
    scopes text NOT NULL,
    secret_hash bytea NOT NULL CONSTRAINT api_credentials_secret_hash_check CHECK (length(secret_hash) = 32),
    previous_hash bytea CONSTRAINT api_credentials_previous_hash_check CHECK (length(previous_hash) = 32),
    previous_until timestamptz,
    expires_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT api_credentials_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT api_credentials_previous_check CHECK ((previous_hash IS NULL) = (previous_until IS NULL)),
    CONSTRAINT api_credentials_workspace_id_team_id_fkey
        FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT api_credentials_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES users (id)
);
-- A credential by what its holder shows.
CREATE INDEX api_credentials_id_idx ON api_credentials (id);
-- The credentials of a creator.
CREATE INDEX api_credentials_creator_id_idx ON api_credentials (creator_id);
-- The credentials of a team, in the order of their creation.
CREATE INDEX api_credentials_workspace_id_team_id_id_idx ON api_credentials (workspace_id, team_id, id);

-- Keys that act as a person (K1–K3).
CREATE TABLE user_keys (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL CONSTRAINT user_keys_secret_hash_check CHECK (length(secret_hash) = 32),
    previous_hash bytea CONSTRAINT user_keys_previous_hash_check CHECK (length(previous_hash) = 32),
    previous_until timestamptz,
    expires_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT user_keys_id_key PRIMARY KEY (id),
    CONSTRAINT user_keys_previous_check CHECK ((previous_hash IS NULL) = (previous_until IS NULL)),
    CONSTRAINT user_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
-- The keys of a person, in the order of their creation.
CREATE INDEX user_keys_user_id_id_idx ON user_keys (user_id, id);
