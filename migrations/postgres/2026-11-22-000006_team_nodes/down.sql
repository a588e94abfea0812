DROP INDEX events_workspace_id_team_id_position_idx;
ALTER TABLE events DROP COLUMN team_id;

-- What teams have is their organization's alone again; what those outside every organization have is gone.
DELETE FROM charges WHERE organization_id IS NULL;
ALTER TABLE charges DROP COLUMN team_id;
ALTER TABLE charges ALTER COLUMN organization_id SET NOT NULL;

DELETE FROM balances WHERE node_type = 'team';
ALTER TABLE balances DROP CONSTRAINT balances_node_type_check;
ALTER TABLE balances ADD CONSTRAINT balances_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization'));

DELETE FROM chain_links
    WHERE NOT EXISTS (SELECT FROM organizations AS own WHERE own.workspace_id = chain_links.workspace_id AND own.id = target_id);
ALTER TABLE chain_links DROP CONSTRAINT chain_links_workspace_id_fkey;
ALTER TABLE chain_links DROP CONSTRAINT chain_links_node_type_check;
ALTER TABLE chain_links ADD CONSTRAINT chain_links_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization'));
ALTER TABLE chain_links RENAME COLUMN target_id TO organization_id;
ALTER TABLE chain_links RENAME CONSTRAINT chain_links_workspace_id_target_id_position_key
    TO chain_links_workspace_id_organization_id_position_key;
ALTER INDEX chain_links_workspace_id_node_id_target_id_idx RENAME TO chain_links_workspace_id_node_id_organization_id_idx;
ALTER TABLE chain_links ADD CONSTRAINT chain_links_workspace_id_organization_id_fkey
    FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id) ON DELETE CASCADE;
