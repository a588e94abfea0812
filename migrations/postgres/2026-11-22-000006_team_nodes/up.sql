-- A team is the last node of the capacity chain (C2, C8): it has a chain, a balance, charges and events of its own.

-- One chain for each target: an organization or a team. Which of them it is follows from its last node; links go with their target by what
-- deletes it.
ALTER TABLE chain_links DROP CONSTRAINT chain_links_workspace_id_organization_id_fkey;
ALTER TABLE chain_links RENAME COLUMN organization_id TO target_id;
ALTER TABLE chain_links RENAME CONSTRAINT chain_links_workspace_id_organization_id_position_key
    TO chain_links_workspace_id_target_id_position_key;
ALTER INDEX chain_links_workspace_id_node_id_organization_id_idx RENAME TO chain_links_workspace_id_node_id_target_id_idx;
ALTER TABLE chain_links ADD CONSTRAINT chain_links_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id);
ALTER TABLE chain_links DROP CONSTRAINT chain_links_node_type_check;
ALTER TABLE chain_links ADD CONSTRAINT chain_links_node_type_check
    CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization', 'team'));

ALTER TABLE balances DROP CONSTRAINT balances_node_type_check;
ALTER TABLE balances ADD CONSTRAINT balances_node_type_check
    CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization', 'team'));

-- The organization is that of the team, where one is charged; a team outside every organization has none (L6).
ALTER TABLE charges ADD COLUMN team_id uuid;
ALTER TABLE charges ALTER COLUMN organization_id DROP NOT NULL;
ALTER TABLE charges ADD CONSTRAINT charges_target_check CHECK (organization_id IS NOT NULL OR team_id IS NOT NULL);
ALTER TABLE charges ADD CONSTRAINT charges_workspace_id_team_id_fkey
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id);
-- The ledger of one team, in the order in which it is listed.
CREATE INDEX charges_workspace_id_team_id_meter_resource_id_idx
    ON charges (workspace_id, team_id, meter, resource_id) WHERE team_id IS NOT NULL;

ALTER TABLE events ADD COLUMN team_id uuid;
-- The events of one team.
CREATE INDEX events_workspace_id_team_id_position_idx
    ON events (workspace_id, team_id, position) WHERE team_id IS NOT NULL;
