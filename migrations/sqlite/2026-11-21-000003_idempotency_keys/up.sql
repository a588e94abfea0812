-- What was answered to requests that callers may send again (R1). Of a caller and not of a workspace: some requests name none.
-- answer is null only until the transaction that claimed the key ends.
CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL CONSTRAINT idempotency_keys_fingerprint_check CHECK (length(fingerprint) = 32),
    answer BLOB,
    created_at INTEGER NOT NULL,
    CONSTRAINT idempotency_keys_caller_key_key PRIMARY KEY (caller, key)
) STRICT;
-- Those that are old enough to be forgotten.
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
