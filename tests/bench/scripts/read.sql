-- An organization by its key, for a member of its workspace.
\set workspace random(:from, :to)
\set number random(55, 189)
SELECT o.id, o.name, o.parent_id, o.path, o.depth, o.billing_account_id, o.picture, o.display_name, o.primary_color, o.page_background,
        o.created_at, o.updated_at, m.role
    FROM organizations AS o JOIN members AS m ON m.workspace_id = o.workspace_id AND m.user_id = '01980005-0000-7000-8000-000000000000'
    WHERE o.workspace_id = ('01980001-' || lpad(:workspace::text, 4, '0') || '-7000-8000-000000000000')::uuid
        AND o.id = ('01980002-' || lpad(:workspace::text, 4, '0') || '-7000-8000-' || lpad(:number::text, 12, '0'))::uuid;
