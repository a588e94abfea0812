-- The first schema. Rules are cited as in docs/rules.md.
--
-- Ids are the 16 bytes of a UUID, times are microseconds since 1970-01-01T00:00:00Z, JSON is text. Where a row belongs to a workspace,
-- its keys lead with workspace_id, so that the data can be spread by workspace. The checks only keep out what no program should write:
-- words such as roles and statuses are read, and judged, by the domain.

-- People (I2), known by what their issuer calls them.
CREATE TABLE users (
    id BLOB NOT NULL CONSTRAINT users_id_check CHECK (length(id) = 16),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    email_verified INTEGER NOT NULL CONSTRAINT users_email_verified_check CHECK (email_verified IN (0, 1)),
    name TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT users_id_key PRIMARY KEY (id),
    CONSTRAINT users_issuer_subject_key UNIQUE (issuer, subject)
) STRICT;

-- One customer each (W1). ever_subscribed uses up the trial (S2); next_transition_at is when a subscription next changes by itself (S4).
CREATE TABLE workspaces (
    id BLOB NOT NULL CONSTRAINT workspaces_id_check CHECK (length(id) = 16),
    name TEXT NOT NULL,
    description TEXT,
    billing_mode TEXT NOT NULL,
    ever_subscribed INTEGER NOT NULL CONSTRAINT workspaces_ever_subscribed_check CHECK (ever_subscribed IN (0, 1)),
    next_transition_at INTEGER,
    archived_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT workspaces_id_key PRIMARY KEY (id)
) STRICT;

-- Who is in a workspace, and as what (W5).
CREATE TABLE members (
    workspace_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT members_workspace_id_user_id_key PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
) STRICT, WITHOUT ROWID;
-- "My workspaces" (W2).
CREATE INDEX members_user_id_workspace_id_idx ON members (user_id, workspace_id);

-- Who pays (B6).
CREATE TABLE billing_accounts (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT billing_accounts_id_check CHECK (length(id) = 16),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT,
    description TEXT,
    currency TEXT NOT NULL,
    address_country TEXT,
    address_line1 TEXT,
    address_line2 TEXT,
    address_city TEXT,
    address_state TEXT,
    address_postal_code TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT billing_accounts_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT billing_accounts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;

-- The tree (O1–O3). path is the ids of the ancestors, root first, joined by '#'; empty for a root (O2).
CREATE TABLE organizations (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT organizations_id_check CHECK (length(id) = 16),
    name TEXT NOT NULL,
    parent_id BLOB,
    path TEXT NOT NULL,
    depth INTEGER NOT NULL,
    billing_account_id BLOB,
    display_name TEXT,
    primary_color TEXT,
    page_background TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT organizations_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT organizations_depth_check CHECK (depth >= 0 AND (depth = 0) = (parent_id IS NULL)),
    CONSTRAINT organizations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    CONSTRAINT organizations_workspace_id_parent_id_fkey
        FOREIGN KEY (workspace_id, parent_id) REFERENCES organizations (workspace_id, id),
    CONSTRAINT organizations_workspace_id_billing_account_id_fkey
        FOREIGN KEY (workspace_id, billing_account_id) REFERENCES billing_accounts (workspace_id, id)
) STRICT;
-- An organization by its id alone: its workspace (I3), its public branding (O5).
CREATE INDEX organizations_id_idx ON organizations (id);
-- The children of one, in the order of their creation.
CREATE INDEX organizations_workspace_id_parent_id_id_idx ON organizations (workspace_id, parent_id, id);
-- The roots of a billing account (B6).
CREATE INDEX organizations_workspace_id_billing_account_id_idx ON organizations (workspace_id, billing_account_id);

-- The one key that is unique in the deployment and not in a workspace, hence a table of its own (O5).
CREATE TABLE login_hints (
    login_hint TEXT NOT NULL,
    workspace_id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    CONSTRAINT login_hints_login_hint_key PRIMARY KEY (login_hint),
    CONSTRAINT login_hints_workspace_id_organization_id_key UNIQUE (workspace_id, organization_id),
    CONSTRAINT login_hints_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The capacity chain of every organization (C2), from the pool at position 0 down to itself: follows from path and billing account, and
-- is kept so that one join loads a chain (C3) and one index finds everything below a node.
CREATE TABLE chain_links (
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
-- Everything below a node.
CREATE INDEX chain_links_workspace_id_node_id_organization_id_idx ON chain_links (workspace_id, node_id, organization_id);

-- What is kept of a node for a meter: its limit or capacity (L2, B1), what is used at it and in its subtree (L6). A row appears with the
-- first limit or the first usage.
CREATE TABLE balances (
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

-- The ledger: one row a resource (C1). Not WITHOUT ROWID: SQLite would list an organization's charges by the primary key, reading those of
-- the whole workspace.
CREATE TABLE charges (
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
-- The ledger of one organization, in the order in which it is listed.
CREATE INDEX charges_workspace_id_organization_id_meter_resource_id_idx
    ON charges (workspace_id, organization_id, meter, resource_id);

-- What gives a pool its capacity (B1, S1–S6). quantities: meter to number; pending: meter to number, or to null for "none" (S4).
CREATE TABLE subscriptions (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT subscriptions_id_check CHECK (length(id) = 16),
    billing_account_id BLOB NOT NULL,
    status TEXT NOT NULL,
    quantities TEXT NOT NULL CONSTRAINT subscriptions_quantities_check CHECK (json_valid(quantities)),
    pending TEXT NOT NULL CONSTRAINT subscriptions_pending_check CHECK (json_valid(pending)),
    cancel_at_period_end INTEGER NOT NULL
        CONSTRAINT subscriptions_cancel_at_period_end_check CHECK (cancel_at_period_end IN (0, 1)),
    metadata TEXT NOT NULL CONSTRAINT subscriptions_metadata_check CHECK (json_valid(metadata)),
    period_anchor INTEGER NOT NULL,
    period_start INTEGER NOT NULL,
    period_end INTEGER NOT NULL,
    trial_end INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT subscriptions_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT subscriptions_workspace_id_billing_account_id_fkey
        FOREIGN KEY (workspace_id, billing_account_id) REFERENCES billing_accounts (workspace_id, id)
) STRICT;
-- The subscriptions of an account, in the order of their creation.
CREATE INDEX subscriptions_workspace_id_billing_account_id_id_idx
    ON subscriptions (workspace_id, billing_account_id, id);

-- What happened: append only (V1).
CREATE TABLE events (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL CONSTRAINT events_id_check CHECK (length(id) = 16),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    changes TEXT NOT NULL CONSTRAINT events_changes_check CHECK (json_valid(changes)),
    CONSTRAINT events_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
) STRICT;
