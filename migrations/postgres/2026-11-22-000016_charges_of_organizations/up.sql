-- Only a search for an organization's charges may go by this index: without an organization it leads to all charges of a workspace.
CREATE INDEX IF NOT EXISTS charges_of_organizations_idx
    ON charges (workspace_id, organization_id, meter, resource_id) WHERE organization_id IS NOT NULL;
DROP INDEX charges_workspace_id_organization_id_meter_resource_id_idx;
