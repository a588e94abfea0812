ALTER TABLE charges
    ADD CONSTRAINT charges_workspace_id_organization_id_fkey FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id),
    ADD CONSTRAINT charges_workspace_id_team_id_fkey FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id);
