CREATE INDEX charges_workspace_id_organization_id_meter_resource_id_idx
    ON charges (workspace_id, organization_id, meter, resource_id);
DROP INDEX charges_of_organizations_idx;
