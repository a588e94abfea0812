//! Who has something to do with an organization: whoever is in its workspace, or in one of its own teams.

use std::collections::BTreeMap;

use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{Involved, StoreResult};
use tenantry_domain::team::Team;
use tenantry_domain::user::User;
use tenantry_domain::workspace::Role;
use tenantry_domain::{RoleId, UserId};

use super::Unit;
use super::dialect::Db;
use super::members::read_role;
use super::schema::{members, team_member_roles, team_members, teams, users};
use super::teams::Row as TeamRow;
use super::users::Row as UserRow;
use crate::read;
use crate::types::DbUuid;

/// The teams that people are in, with their roles there.
type Memberships = BTreeMap<UserId, Vec<(Team, Vec<RoleId>)>>;

/// The teams of an organization.
#[dsl::auto_type]
fn teams_of(workspace: DbUuid, organization: DbUuid) -> _ {
    teams::table
        .filter(teams::workspace_id.eq(workspace))
        .filter(teams::organization_id.eq(organization))
}

impl Unit {
    /// One statement for who they are, and one for each way in which they are involved.
    pub fn load_involved(
        &mut self,
        (workspace, organization): (DbUuid, DbUuid),
        page: &PageRequest<UserId>,
    ) -> StoreResult<Page<Involved, UserId>> {
        let list = || {
            let in_workspace = members::table
                .filter(members::workspace_id.eq(workspace))
                .select(members::user_id);
            let in_teams = team_members::table
                .filter(team_members::workspace_id.eq(workspace))
                .filter(team_members::team_id.eq_any(teams_of(workspace, organization).select(teams::id)))
                .select(team_members::user_id);
            users::table
                .filter(users::id.eq_any(in_workspace.union(in_teams)))
                .select(UserRow::as_select())
                .into_boxed::<Db>()
        };
        let rows = self.run(|c| page!(c, page, list, |key| users::id => DbUuid::from(*key)))?;
        let users: Vec<User> = read::all(rows)?;
        let ids: Vec<DbUuid> = users.iter().map(|user| user.id.into()).collect();
        let mut roles = self.workspace_roles(workspace, &ids)?;
        let mut teams = self.memberships((workspace, organization), &ids)?;
        let involved = |user: User| Involved {
            workspace_role: roles.remove(&user.id),
            teams: teams.remove(&user.id).unwrap_or_default(),
            user,
        };
        let involved = users.into_iter().map(involved).collect();
        Ok(Page::from_rows(page, involved, |one| one.user.id))
    }

    fn workspace_roles(
        &mut self,
        workspace: DbUuid,
        users: &[DbUuid],
    ) -> StoreResult<BTreeMap<UserId, Role>> {
        let query = members::table
            .filter(members::workspace_id.eq(workspace))
            .filter(members::user_id.eq_any(users))
            .select((members::user_id, members::role));
        let rows: Vec<(DbUuid, String)> = self.run(|c| query.load(c))?;
        let role = |(user, role): (DbUuid, String)| Ok((user.into(), read_role(workspace, user, &role)?));
        rows.into_iter().map(role).collect()
    }

    fn memberships(
        &mut self,
        (workspace, organization): (DbUuid, DbUuid),
        users: &[DbUuid],
    ) -> StoreResult<Memberships> {
        let is_of_team = team_members::workspace_id
            .eq(teams::workspace_id)
            .and(team_members::team_id.eq(teams::id));
        let is_held = team_member_roles::workspace_id
            .eq(team_members::workspace_id)
            .and(team_member_roles::team_id.eq(team_members::team_id))
            .and(team_member_roles::user_id.eq(team_members::user_id));
        let query = teams_of(workspace, organization)
            .inner_join(team_members::table.on(is_of_team))
            .left_join(team_member_roles::table.on(is_held))
            .filter(team_members::user_id.eq_any(users))
            .order((team_members::user_id, teams::id, team_member_roles::role_id))
            .select((
                team_members::user_id,
                TeamRow::as_select(),
                team_member_roles::role_id.nullable(),
            ));
        let mut memberships = Memberships::new();
        for (user, team, role) in self.run(|c| query.load::<(DbUuid, TeamRow, Option<DbUuid>)>(c))? {
            let team = Team::try_from(team)?;
            let role = role.map(RoleId::from);
            let of_user = memberships.entry(user.into()).or_default();
            match of_user.last_mut() {
                Some((known, roles)) if known.id == team.id => roles.extend(role),
                _ => of_user.push((team, role.into_iter().collect())),
            }
        }
        Ok(memberships)
    }
}
