-- A charge counts at a chain that is locked, and so are those who delete the organization or team at which it ends. To look for that with each charge
-- locks its row and writes it.
ALTER TABLE charges DROP CONSTRAINT charges_workspace_id_organization_id_fkey, DROP CONSTRAINT charges_workspace_id_team_id_fkey;
