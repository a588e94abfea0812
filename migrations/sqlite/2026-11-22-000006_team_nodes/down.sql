DROP INDEX events_workspace_id_team_id_position_idx;
ALTER TABLE events DROP COLUMN team_id;

-- What teams have is their organization's alone again; what those outside every organization have is gone.
CREATE TABLE old_charges (
    workspace_id BLOB NOT NULL,
    meter TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    quantity INTEGER NOT NULL CONSTRAINT charges_quantity_check CHECK (quantity >= 1),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT charges_workspace_id_meter_resource_id_key PRIMARY KEY (workspace_id, meter, resource_id),
    CONSTRAINT charges_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id)
) STRICT;
INSERT INTO old_charges
    SELECT workspace_id, meter, resource_id, organization_id, quantity, created_at, updated_at FROM charges
    WHERE organization_id IS NOT NULL;
DROP TABLE charges;
ALTER TABLE old_charges RENAME TO charges;
CREATE INDEX charges_workspace_id_organization_id_meter_resource_id_idx
    ON charges (workspace_id, organization_id, meter, resource_id);

CREATE TABLE old_balances (
    workspace_id BLOB NOT NULL,
    node_type TEXT NOT NULL
        CONSTRAINT balances_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization')),
    node_id BLOB NOT NULL CONSTRAINT balances_node_id_check CHECK (length(node_id) = 16),
    meter TEXT NOT NULL,
    cap INTEGER CONSTRAINT balances_cap_check CHECK (cap >= 0),
    direct INTEGER NOT NULL CONSTRAINT balances_direct_check CHECK (direct >= 0),
    subtree INTEGER NOT NULL CONSTRAINT balances_subtree_check CHECK (subtree >= direct),
    CONSTRAINT balances_workspace_id_node_id_meter_key PRIMARY KEY (workspace_id, node_id, meter),
    CONSTRAINT balances_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
INSERT INTO old_balances SELECT * FROM balances WHERE node_type <> 'team';
DROP TABLE balances;
ALTER TABLE old_balances RENAME TO balances;

CREATE TABLE old_chain_links (
    workspace_id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    position INTEGER NOT NULL CONSTRAINT chain_links_position_check CHECK (position >= 0),
    node_type TEXT NOT NULL
        CONSTRAINT chain_links_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization')),
    node_id BLOB NOT NULL CONSTRAINT chain_links_node_id_check CHECK (length(node_id) = 16),
    CONSTRAINT chain_links_workspace_id_organization_id_position_key
        PRIMARY KEY (workspace_id, organization_id, position),
    CONSTRAINT chain_links_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO old_chain_links
    SELECT workspace_id, target_id, position, node_type, node_id FROM chain_links
    WHERE EXISTS (SELECT 1 FROM organizations AS own WHERE own.workspace_id = chain_links.workspace_id AND own.id = target_id);
DROP TABLE chain_links;
ALTER TABLE old_chain_links RENAME TO chain_links;
CREATE INDEX chain_links_workspace_id_node_id_organization_id_idx ON chain_links (workspace_id, node_id, organization_id);
