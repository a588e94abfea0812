-- The first schema. Rules are cited as in docs/rules.md.
--
-- Where a row belongs to a workspace, its keys lead with workspace_id, so that the data can be spread by workspace. Text that is compared or
-- ordered has COLLATE "C", which is the order of its bytes whatever the locale of the database. The checks only keep out what no program
-- should write: words such as roles and statuses are read, and judged, by the domain.

-- People (I2), known by what their issuer calls them.
CREATE TABLE users (
    id uuid NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    email text,
    email_verified boolean NOT NULL,
    name text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT users_id_key PRIMARY KEY (id),
    CONSTRAINT users_issuer_subject_key UNIQUE (issuer, subject)
);

-- One customer each (W1). ever_subscribed uses up the trial (S2); next_transition_at is when a subscription next changes by itself (S4).
CREATE TABLE workspaces (
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    billing_mode text NOT NULL,
    ever_subscribed boolean NOT NULL,
    next_transition_at timestamptz,
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT workspaces_id_key PRIMARY KEY (id)
);

-- Who is in a workspace, and as what (W5).
CREATE TABLE members (
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT members_workspace_id_user_id_key PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
-- "My workspaces" (W2).
CREATE INDEX members_user_id_workspace_id_idx ON members (user_id, workspace_id);

-- Who pays (B6).
CREATE TABLE billing_accounts (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    phone text,
    description text,
    currency text NOT NULL,
    address_country text,
    address_line1 text,
    address_line2 text,
    address_city text,
    address_state text,
    address_postal_code text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT billing_accounts_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT billing_accounts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- The tree (O1–O3). path is the ids of the ancestors, root first, joined by '#'; empty for a root (O2).
CREATE TABLE organizations (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    parent_id uuid,
    path text NOT NULL,
    depth integer NOT NULL,
    billing_account_id uuid,
    display_name text,
    primary_color text,
    page_background text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT organizations_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT organizations_depth_check CHECK (depth >= 0 AND (depth = 0) = (parent_id IS NULL)),
    CONSTRAINT organizations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    CONSTRAINT organizations_workspace_id_parent_id_fkey
        FOREIGN KEY (workspace_id, parent_id) REFERENCES organizations (workspace_id, id),
    CONSTRAINT organizations_workspace_id_billing_account_id_fkey
        FOREIGN KEY (workspace_id, billing_account_id) REFERENCES billing_accounts (workspace_id, id)
);
-- An organization by its id alone: its workspace (I3), its public branding (O5).
CREATE INDEX organizations_id_idx ON organizations (id);
-- The children of one, in the order of their creation.
CREATE INDEX organizations_workspace_id_parent_id_id_idx ON organizations (workspace_id, parent_id, id);
-- The roots of a billing account (B6).
CREATE INDEX organizations_workspace_id_billing_account_id_idx ON organizations (workspace_id, billing_account_id);

-- The one key that is unique in the deployment and not in a workspace, hence a table of its own (O5).
CREATE TABLE login_hints (
    login_hint text COLLATE "C" NOT NULL,
    workspace_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT login_hints_login_hint_key PRIMARY KEY (login_hint),
    CONSTRAINT login_hints_workspace_id_organization_id_key UNIQUE (workspace_id, organization_id),
    CONSTRAINT login_hints_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id) ON DELETE CASCADE
);

-- The capacity chain of every organization (C2), from the pool at position 0 down to itself: follows from path and billing account, and
-- is kept so that one join loads a chain (C3) and one index finds everything below a node.
CREATE TABLE chain_links (
    workspace_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    position integer NOT NULL CONSTRAINT chain_links_position_check CHECK (position >= 0),
    node_type text NOT NULL
        CONSTRAINT chain_links_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization')),
    node_id uuid NOT NULL,
    CONSTRAINT chain_links_workspace_id_organization_id_position_key
        PRIMARY KEY (workspace_id, organization_id, position),
    CONSTRAINT chain_links_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id) ON DELETE CASCADE
);
-- Everything below a node.
CREATE INDEX chain_links_workspace_id_node_id_organization_id_idx ON chain_links (workspace_id, node_id, organization_id);

-- What is kept of a node for a meter: its limit or capacity (L2, B1), what is used at it and in its subtree (L6). A row appears with the
-- first limit or the first usage.
CREATE TABLE balances (
    workspace_id uuid NOT NULL,
    node_type text NOT NULL
        CONSTRAINT balances_node_type_check CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization')),
    node_id uuid NOT NULL,
    meter text COLLATE "C" NOT NULL,
    cap bigint CONSTRAINT balances_cap_check CHECK (cap >= 0),
    direct bigint NOT NULL CONSTRAINT balances_direct_check CHECK (direct >= 0),
    subtree bigint NOT NULL CONSTRAINT balances_subtree_check CHECK (subtree >= direct),
    CONSTRAINT balances_workspace_id_node_id_meter_key PRIMARY KEY (workspace_id, node_id, meter),
    CONSTRAINT balances_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);

-- The ledger: one row a resource (C1).
CREATE TABLE charges (
    workspace_id uuid NOT NULL,
    meter text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL,
    organization_id uuid NOT NULL,
    quantity bigint NOT NULL CONSTRAINT charges_quantity_check CHECK (quantity >= 1),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT charges_workspace_id_meter_resource_id_key PRIMARY KEY (workspace_id, meter, resource_id),
    CONSTRAINT charges_workspace_id_organization_id_fkey
        FOREIGN KEY (workspace_id, organization_id) REFERENCES organizations (workspace_id, id)
);
-- The ledger of one organization, in the order in which it is listed.
CREATE INDEX charges_workspace_id_organization_id_meter_resource_id_idx
    ON charges (workspace_id, organization_id, meter, resource_id);

-- What gives a pool its capacity (B1, S1–S6). quantities: meter to number; pending: meter to number, or to null for "none" (S4).
CREATE TABLE subscriptions (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    billing_account_id uuid NOT NULL,
    status text NOT NULL,
    quantities jsonb NOT NULL CONSTRAINT subscriptions_quantities_check CHECK (jsonb_typeof(quantities) = 'object'),
    pending jsonb NOT NULL CONSTRAINT subscriptions_pending_check CHECK (jsonb_typeof(pending) = 'object'),
    cancel_at_period_end boolean NOT NULL,
    metadata jsonb NOT NULL CONSTRAINT subscriptions_metadata_check CHECK (jsonb_typeof(metadata) = 'object'),
    period_anchor timestamptz NOT NULL,
    period_start timestamptz NOT NULL,
    period_end timestamptz NOT NULL,
    trial_end timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT subscriptions_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT subscriptions_workspace_id_billing_account_id_fkey
        FOREIGN KEY (workspace_id, billing_account_id) REFERENCES billing_accounts (workspace_id, id)
);
-- The subscriptions of an account, in the order of their creation.
CREATE INDEX subscriptions_workspace_id_billing_account_id_id_idx
    ON subscriptions (workspace_id, billing_account_id, id);

-- What happened: append only (V1).
CREATE TABLE events (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    changes jsonb NOT NULL CONSTRAINT events_changes_check CHECK (jsonb_typeof(changes) = 'object'),
    CONSTRAINT events_workspace_id_id_key PRIMARY KEY (workspace_id, id),
    CONSTRAINT events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
);
