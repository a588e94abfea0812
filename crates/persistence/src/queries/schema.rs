macro_rules! diesel_tables {
    ($(
        $table:ident ($($key:ident),+) $(by $order:ident)? {
            $($column:ident -> $type:ident $(<$inner:ident>)?,)+
        }
    )+) => {
        $(diesel::table! {
            use super::super::dialect::sql::*;

            $table ($($key),+) {
                $($column -> $type $(<$inner>)?,)+
            }
        })+
    };
}

with_tables!(diesel_tables);

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
