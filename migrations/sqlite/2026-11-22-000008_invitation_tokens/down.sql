-- Of several tokens one stays.
ALTER TABLE invitations ADD COLUMN token_hash BLOB CONSTRAINT invitations_token_hash_check CHECK (length(token_hash) = 32);
UPDATE invitations SET token_hash = (
    SELECT token.token_hash FROM invitation_tokens AS token
        WHERE token.workspace_id = invitations.workspace_id AND token.invitation_id = invitations.id
        ORDER BY token.token_hash LIMIT 1
);
DROP TABLE invitation_tokens;
