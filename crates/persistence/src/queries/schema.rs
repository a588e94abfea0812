diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Json, Time, Uuid};

    users (id) {
        id -> Uuid,
        issuer -> Nullable<Text>,
        subject -> Nullable<Text>,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        email_verified -> Bool,
        name -> Nullable<Text>,
        picture -> Nullable<Text>,
        locale -> Nullable<Text>,
        said_at -> Nullable<Time>,
        allow_login -> Bool,
        preferences -> Json,
        personal_team_id -> Nullable<Uuid>,
        current_team_id -> Nullable<Uuid>,
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
        tree_version -> BigInt,
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
        picture -> Nullable<Text>,
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

    chain_links (workspace_id, target_id, position) {
        workspace_id -> Uuid,
        target_id -> Uuid,
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
        observed -> Bool,
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
        organization_id -> Nullable<Uuid>,
        team_id -> Nullable<Uuid>,
        quantity -> BigInt,
        reservation_id -> Nullable<Uuid>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    reservations (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        meter -> Text,
        resource_id -> Text,
        organization_id -> Nullable<Uuid>,
        team_id -> Nullable<Uuid>,
        quantity -> BigInt,
        status -> Text,
        expires_at -> Time,
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
        team_id -> Nullable<Uuid>,
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

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    teams (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        organization_id -> Nullable<Uuid>,
        name -> Text,
        owner_id -> Uuid,
        is_personal -> Bool,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    team_members (workspace_id, team_id, user_id) {
        workspace_id -> Uuid,
        team_id -> Uuid,
        user_id -> Uuid,
        created_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    team_roles (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        team_id -> Uuid,
        name -> Text,
        name_folded -> Text,
        scopes -> Text,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::Uuid;

    team_member_roles (workspace_id, team_id, user_id, role_id) {
        workspace_id -> Uuid,
        team_id -> Uuid,
        user_id -> Uuid,
        role_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    invitations (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        team_id -> Uuid,
        email -> Text,
        email_key -> Text,
        role_id -> Uuid,
        inviter_id -> Uuid,
        expires_at -> Time,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::Uuid;

    invitation_tokens (workspace_id, invitation_id, token_hash) {
        workspace_id -> Uuid,
        invitation_id -> Uuid,
        token_hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    mails (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        invitation_id -> Uuid,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Time,
        created_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    api_credentials (workspace_id, id) {
        workspace_id -> Uuid,
        id -> Uuid,
        team_id -> Uuid,
        creator_id -> Uuid,
        name -> Text,
        scopes -> Text,
        secret_hash -> Binary,
        previous_hash -> Nullable<Binary>,
        previous_until -> Nullable<Time>,
        expires_at -> Nullable<Time>,
        last_used_at -> Nullable<Time>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::super::dialect::sql::{Time, Uuid};

    user_keys (id) {
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        secret_hash -> Binary,
        previous_hash -> Nullable<Binary>,
        previous_until -> Nullable<Time>,
        expires_at -> Nullable<Time>,
        last_used_at -> Nullable<Time>,
        created_at -> Time,
        updated_at -> Time,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    chain_links,
    balances,
    organizations,
    billing_accounts,
    workspaces,
    teams,
    login_hints
);
diesel::allow_tables_to_appear_in_same_query!(charges, workspaces);
diesel::allow_tables_to_appear_in_same_query!(charges, members);
diesel::allow_tables_to_appear_in_same_query!(charges, organizations);
diesel::allow_tables_to_appear_in_same_query!(charges, teams);
diesel::allow_tables_to_appear_in_same_query!(members, chain_links);
diesel::allow_tables_to_appear_in_same_query!(members, balances);
diesel::allow_tables_to_appear_in_same_query!(members, billing_accounts);
diesel::allow_tables_to_appear_in_same_query!(members, login_hints);
diesel::allow_tables_to_appear_in_same_query!(members, organizations);
diesel::allow_tables_to_appear_in_same_query!(
    teams,
    team_members,
    team_member_roles,
    team_roles,
    invitations,
    mails,
    api_credentials,
    user_keys,
    users,
    members
);
diesel::allow_tables_to_appear_in_same_query!(workspaces, members);
diesel::allow_tables_to_appear_in_same_query!(workspaces, team_members);
diesel::allow_tables_to_appear_in_same_query!(workspaces, invitations);
