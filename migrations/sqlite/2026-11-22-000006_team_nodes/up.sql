-- A team is the last node of the capacity chain (C2, C8): it has a chain, a balance, charges and events of its own.

-- One chain for each target: an organization or a team. Which of them it is follows from its last node; links go with their target by what
-- deletes it.
CREATE TABLE new_chain_links (
    workspace_id BLOB NOT NULL,
    target_id BLOB NOT NULL CONSTRAINT chain_links_target_id_check CHECK (length(target_id) = 16),
    position INTEGER NOT NULL CONSTRAINT chain_links_position_check CHECK (position >= 0),
    node_type TEXT NOT NULL
        CONSTRAINT chain_links_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization', 'team')),
    node_id BLOB NOT NULL CONSTRAINT chain_links_node_id_check CHECK (length(node_id) = 16),
    CONSTRAINT chain_links_workspace_id_target_id_position_key PRIMARY KEY (workspace_id, target_id, position),
    CONSTRAINT chain_links_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_chain_links SELECT workspace_id, organization_id, position, node_type, node_id FROM chain_links;
DROP TABLE chain_links;
ALTER TABLE new_chain_links RENAME TO chain_links;
-- Everything below a node.
CREATE INDEX chain_links_workspace_id_node_id_target_id_idx ON chain_links (workspace_id, node_id, target_id);

CREATE TABLE new_balances (
    workspace_id BLOB NOT NULL,
    node_type TEXT NOT NULL
        CONSTRAINT balances_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization', 'team')),
    node_id BLOB NOT NULL CONSTRAINT balances_node_id_check CHECK (length(node_id) = 16),
    meter TEXT NOT NULL,
    cap INTEGER CONSTRAINT balances_cap_check CHECK (cap >= 0),
    direct INTEGER NOT NULL CONSTRAINT balances_direct_check CHECK (direct >= 0),
    subtree INTEGER NOT NULL CONSTRAINT balances_subtree_check CHECK (subtree >= direct),
    CONSTRAINT balances_workspace_id_node_id_meter_key PRIMARY KEY (workspace_id, node_id, meter),
    CONSTRAINT balances_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_balances SELECT workspace_id, node_type, node_id, meter, cap, direct, subtree FROM balances;
DROP TABLE balances;
ALTER TABLE new_balances RENAME TO balances;

-- The organization is that of the team, where one is charged; a team outside every organization has none (L6).
CREATE TABLE new_charges (
    workspace_id BLOB NOT NULL,
    meter TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    organization_id BLOB,
    team_id BLOB,
    quantity INTEGER NOT NULL CONSTRAINT charges_quantity_check CHECK (quantity >= 1),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT charges_workspace_id_meter_resource_id_key PRIMARY KEY (workspace_id, meter, resource_id),
    CONSTRAINT charges_target_check CHECK (organization_id IS NOT NULL OR team_id IS NOT NULL),
    CONSTRAINT charges_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id),
    CONSTRAINT charges_workspace_id_team_id_fkey FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
) STRICT;
INSERT INTO new_charges
    SELECT workspace_id, meter, resource_id, organization_id, NULL, quantity, created_at, updated_at FROM charges;
DROP TABLE charges;
ALTER TABLE new_charges RENAME TO charges;
-- The ledger of one organization, in the order in which it is listed.
CREATE INDEX charges_workspace_id_organization_id_meter_resource_id_idx
    ON charges (workspace_id, organization_id, meter, resource_id);
-- The same of one team.
CREATE INDEX charges_workspace_id_team_id_meter_resource_id_idx
    ON charges (workspace_id, team_id, meter, resource_id) WHERE team_id IS NOT NULL;

ALTER TABLE events ADD COLUMN team_id BLOB CONSTRAINT events_team_id_check CHECK (length(team_id) = 16);
-- The events of one team.
CREATE INDEX events_workspace_id_team_id_position_idx
    ON events (workspace_id, team_id, position) WHERE team_id IS NOT NULL;
