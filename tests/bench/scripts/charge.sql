-- A charge as one would write it by hand: lock the chain from the pool down, count, write the ledger. What fits is decided by the caller, who
-- has the rows then. Ids are computed as the seed does; :first makes resources fresh in each run.
\set workspace random(:from, :to)
\set number random(55, 189)
\set count :count + 1
\set resource :first + :client_id * 10000000 + :count
BEGIN;
SELECT b.node_id, b.cap, b.direct, b.subtree
    FROM chain_links AS l JOIN balances AS b ON b.workspace_id = l.workspace_id AND b.node_id = l.node_id AND b.meter = 'locations'
    WHERE l.workspace_id = ('01980001-' || lpad(:workspace::text, 4, '0') || '-7000-8000-000000000000')::uuid
        AND l.target_id = ('01980002-' || lpad(:workspace::text, 4, '0') || '-7000-8000-' || lpad(:number::text, 12, '0'))::uuid
    ORDER BY l.position FOR NO KEY UPDATE OF b;
UPDATE balances AS b SET subtree = b.subtree + 1, direct = b.direct + (b.node_id = l.target_id)::integer
    FROM chain_links AS l
    WHERE l.workspace_id = ('01980001-' || lpad(:workspace::text, 4, '0') || '-7000-8000-000000000000')::uuid
        AND l.target_id = ('01980002-' || lpad(:workspace::text, 4, '0') || '-7000-8000-' || lpad(:number::text, 12, '0'))::uuid
        AND b.workspace_id = l.workspace_id AND b.node_id = l.node_id AND b.meter = 'locations';
INSERT INTO charges (workspace_id, meter, resource_id, organization_id, quantity, created_at, updated_at)
    VALUES (('01980001-' || lpad(:workspace::text, 4, '0') || '-7000-8000-000000000000')::uuid, 'locations', :resource::text,
        ('01980002-' || lpad(:workspace::text, 4, '0') || '-7000-8000-' || lpad(:number::text, 12, '0'))::uuid, 1, now(), now());
COMMIT;
