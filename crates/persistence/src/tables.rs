//! The tables and their columns, once for everything that is about all of them.

/// Hands the tables to another macro, each behind those that it refers to. `by` is the column in whose order its rows are read, where rows refer to
/// others of the same table.
macro_rules! with_tables {
    ($macro:ident) => {
        $macro! {
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

            members (workspace_id, user_id) {
                workspace_id -> Uuid,
                user_id -> Uuid,
                role -> Text,
                created_at -> Time,
                updated_at -> Time,
            }

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

            organizations (workspace_id, id) by depth {
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

            login_hints (login_hint) {
                login_hint -> Text,
                workspace_id -> Uuid,
                organization_id -> Uuid,
            }

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

            team_members (workspace_id, team_id, user_id) {
                workspace_id -> Uuid,
                team_id -> Uuid,
                user_id -> Uuid,
                created_at -> Time,
            }

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

            team_member_roles (workspace_id, team_id, user_id, role_id) {
                workspace_id -> Uuid,
                team_id -> Uuid,
                user_id -> Uuid,
                role_id -> Uuid,
            }

            chain_links (workspace_id, target_id, position) {
                workspace_id -> Uuid,
                target_id -> Uuid,
                position -> Integer,
                node_type -> Text,
                node_id -> Uuid,
            }

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

            event_feeds (workspace_id) {
                workspace_id -> Uuid,
                position -> BigInt,
            }

            idempotency_keys (caller, key) {
                caller -> Text,
                key -> Text,
                fingerprint -> Binary,
                answer -> Nullable<Binary>,
                created_at -> Time,
            }

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

            invitation_tokens (workspace_id, invitation_id, token_hash) {
                workspace_id -> Uuid,
                invitation_id -> Uuid,
                token_hash -> Binary,
            }

            mails (workspace_id, id) {
                workspace_id -> Uuid,
                id -> Uuid,
                invitation_id -> Uuid,
                state -> Text,
                attempts -> Integer,
                next_attempt_at -> Time,
                created_at -> Time,
            }

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
    };
}
