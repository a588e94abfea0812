-- What proves that somebody got a mail of an invitation (T15), as SHA-256. There are several while nobody knows which mails have arrived.
CREATE TABLE invitation_tokens (
    workspace_id BLOB NOT NULL,
    invitation_id BLOB NOT NULL,
    token_hash BLOB NOT NULL CONSTRAINT invitation_tokens_token_hash_check CHECK (length(token_hash) = 32),
    CONSTRAINT invitation_tokens_workspace_id_invitation_id_token_hash_key PRIMARY KEY (workspace_id, invitation_id, token_hash),
    CONSTRAINT invitation_tokens_workspace_id_invitation_id_fkey
        FOREIGN KEY (workspace_id, invitation_id) REFERENCES invitations (workspace_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO invitation_tokens (workspace_id, invitation_id, token_hash)
    SELECT workspace_id, id, token_hash FROM invitations WHERE token_hash IS NOT NULL;
ALTER TABLE invitations DROP COLUMN token_hash;
