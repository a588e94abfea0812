-- Units that are held for a while (C5). While they are, a row of the ledger has them, so that they count like everything else.
CREATE TABLE reservations (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    meter text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL,
    organization_id uuid,
    team_id uuid,
    quantity bigint NOT NULL CONSTRAINT reservations_quantity_check CHECK (quantity >= 1),
    status text COLLATE "C" NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT reservations_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT reservations_target_check CHECK (organization_id IS NOT NULL OR team_id IS NOT NULL),
    CONSTRAINT reservations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
-- A reservation by its id alone: its workspace (I3).
CREATE INDEX reservations_id_idx ON reservations (id);
-- Those of a workspace that expire next.
CREATE INDEX reservations_workspace_id_status_expires_at_idx ON reservations (workspace_id, status, expires_at);
-- Those that ended long enough ago to be forgotten.
CREATE INDEX reservations_updated_at_idx ON reservations (updated_at);

-- The reservation that holds what the row has; null once it is charged.
ALTER TABLE charges ADD COLUMN reservation_id uuid;

-- Workspaces in which something is due.
CREATE INDEX workspaces_next_transition_at_idx ON workspaces (next_transition_at) WHERE next_transition_at IS NOT NULL;
