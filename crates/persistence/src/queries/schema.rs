diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    users (id) {
        id -> Uuid,
        issuer -> Text,
        subject -> Text,
        email -> Nullable<Text>,
        email_verified -> Bool,
        name -> Nullable<Text>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    workspaces (id) {
        id -> Uuid,
        name -> Text,
        name_folded -> Text,
        description -> Nullable<Text>,
        billing_mode -> Text,
        ever_subscribed -> Bool,
        next_transition_at -> Nullable<Time>,
        archived_at -> Nullable<Time>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    members (workspace_id, user_id) {
        workspace_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    billing_accounts (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        name -> Text,
        email -> Text,
        phone -> Nullable<Text>,
        description -> Nullable<Text>,
        currency -> Text,
        address_country -> Nullable<Text>,
        address_line1 -> Nullable<Text>,
        address_line2 -> Nullable<Text>,
        address_city -> Nullable<Text>,
        address_state -> Nullable<Text>,
        address_postal_code -> Nullable<Text>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    organizations (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        name -> Text,
        name_folded -> Text,
        parent_id -> Nullable<Uuid>,
        path -> Text,
        depth -> Integer,
        billing_account_id -> Nullable<Uuid>,
        display_name -> Nullable<Text>,
        primary_color -> Nullable<Text>,
        page_background -> Nullable<Text>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::Uuid;

    login_hints (login_hint) {
        login_hint -> Text,
        workspace_id -> Uuid,
        organization_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::Uuid;

    chain_links (workspace_id, organization_id, position) {
        workspace_id -> Uuid,
        organization_id -> Uuid,
        position -> Integer,
        node_type -> Text,
        node_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::Uuid;

    balances (workspace_id, node_id, meter) {
        workspace_id -> Uuid,
        node_type -> Text,
        node_id -> Uuid,
        meter -> Text,
        cap -> Nullable<BigInt>,
        direct -> BigInt,
        subtree -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    charges (workspace_id, meter, resource_id) {
        workspace_id -> Uuid,
        meter -> Text,
        resource_id -> Text,
        organization_id -> Uuid,
        quantity -> BigInt,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Json, Time, Uuid};

    subscriptions (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        billing_account_id -> Uuid,
        status -> Text,
        quantities -> Json,
        pending -> Json,
        cancel_at_period_end -> Bool,
        metadata -> Json,
        period_anchor -> Time,
        period_start -> Time,
        period_end -> Time,
        trial_end -> Nullable<Time>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Json, Time, Uuid};

    events (workspace_id, position) {
        workspace_id -> Uuid,
        position -> BigInt,
        id -> Uuid,
        at -> Time,
        actor -> Text,
        kind -> Text,
        subject -> Text,
        changes -> Json,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::Uuid;

    event_feeds (workspace_id) {
        workspace_id -> Uuid,
        position -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::Time;

    idempotency_keys (caller, key) {
        caller -> Text,
        key -> Text,
        fingerprint -> Binary,
        answer -> Nullable<Binary>,
        created_at -> Time,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    chain_links,
    balances,
    organizations,
    billing_accounts,
    workspaces,
    login_hints
);
diesel::allow_tables_to_appear_in_same_query!(charges, chain_links);
diesel::allow_tables_to_appear_in_same_query!(charges, workspaces);
diesel::allow_tables_to_appear_in_same_query!(members, workspaces);
diesel::allow_tables_to_appear_in_same_query!(members, organizations);
