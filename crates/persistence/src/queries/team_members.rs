use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, Involved, StoreResult};
use tenantry_domain::team::{Team, TeamMember};
use tenantry_domain::user::User;
use tenantry_domain::{OrganizationId, RoleId, TeamId, UserId, WorkspaceId};

use super::Unit;
use super::dialect::{Conn, Db, MAX_LIST};
use super::schema::{invitations, team_member_roles, team_members, teams, users};
use super::teams::these;
use super::users::Row as UserRow;
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = team_members, check_for_backend(Db))]
struct Row {
    workspace_id: DbUuid,
    team_id: DbUuid,
    user_id: DbUuid,
    created_at: DbTime,
}

fn insert_roles(c: &mut Conn, workspace: WorkspaceId, member: &TeamMember) -> QueryResult<()> {
    for role in &member.roles {
        let row = (
            team_member_roles::workspace_id.eq(DbUuid::from(workspace)),
            team_member_roles::team_id.eq(DbUuid::from(member.team_id)),
            team_member_roles::user_id.eq(DbUuid::from(member.user_id)),
            team_member_roles::role_id.eq(DbUuid::from(*role)),
        );
        diesel::insert_into(team_member_roles::table)
            .values(row)
            .execute(c)?;
    }
    Ok(())
}

fn read_member(row: &Row, roles: &mut BTreeMap<UserId, Vec<RoleId>>) -> StoreResult<TeamMember> {
    let at = Place {
        table: "team_members",
        key: &[&row.workspace_id, &row.team_id, &row.user_id],
    };
    let user_id = row.user_id.into();
    Ok(TeamMember {
        team_id: row.team_id.into(),
        user_id,
        roles: roles.remove(&user_id).unwrap_or_default(),
        created_at: at.convert("created_at", row.created_at)?,
    })
}

/// Whether a member is in a team of an organization. Asked of each, so that members are found by who they are: a person is in few teams, and a
/// workspace may have many.
#[dsl::auto_type]
fn in_organization(workspace: DbUuid, organization: DbUuid) -> _ {
    let theirs = teams::table
        .filter(teams::workspace_id.eq(workspace))
        .filter(teams::id.eq(team_members::team_id))
        .filter(teams::organization_id.eq(organization));
    dsl::exists(theirs)
}

/// The members of a team with who they are.
#[dsl::auto_type]
fn with_people(workspace: DbUuid, team: DbUuid) -> _ {
    let is_user: dsl::Eq<users::id, team_members::user_id> = users::id.eq(team_members::user_id);
    team_members::table
        .inner_join(users::table.on(is_user))
        .filter(team_members::workspace_id.eq(workspace))
        .filter(team_members::team_id.eq(team))
}

impl Unit {
    fn read_members(
        &mut self,
        team: (DbUuid, DbUuid),
        rows: Vec<(Row, UserRow)>,
    ) -> StoreResult<Vec<(TeamMember, User)>> {
        let ids = rows.iter().map(|(row, _)| row.user_id).collect();
        let mut roles = self.roles_of(team, ids)?;
        rows.into_iter()
            .map(|(row, user)| Ok((read_member(&row, &mut roles)?, user.try_into()?)))
            .collect()
    }

    fn roles_of(
        &mut self,
        (workspace, team): (DbUuid, DbUuid),
        users: Vec<DbUuid>,
    ) -> StoreResult<BTreeMap<UserId, Vec<RoleId>>> {
        let query = team_member_roles::table
            .filter(team_member_roles::workspace_id.eq(workspace))
            .filter(team_member_roles::team_id.eq(team))
            .filter(team_member_roles::user_id.eq_any(users))
            .order((team_member_roles::user_id, team_member_roles::role_id))
            .select((team_member_roles::user_id, team_member_roles::role_id));
        let mut roles: BTreeMap<UserId, Vec<RoleId>> = BTreeMap::new();
        for (user, role) in self.run(|c| query.load::<(DbUuid, DbUuid)>(c))? {
            roles.entry(user.into()).or_default().push(role.into());
        }
        Ok(roles)
    }
}

impl app::TeamMembers for Unit {
    fn insert(&mut self, workspace: WorkspaceId, member: &TeamMember) -> StoreResult<()> {
        let row = Row {
            workspace_id: workspace.into(),
            team_id: member.team_id.into(),
            user_id: member.user_id.into(),
            created_at: member.created_at.into(),
        };
        self.run(|c| {
            diesel::insert_into(team_members::table).values(row).execute(c)?;
            insert_roles(c, workspace, member)
        })
    }

    fn set_roles(&mut self, workspace: WorkspaceId, member: &TeamMember) -> StoreResult<()> {
        let held = team_member_roles::table
            .filter(team_member_roles::workspace_id.eq(DbUuid::from(workspace)))
            .filter(team_member_roles::team_id.eq(DbUuid::from(member.team_id)))
            .filter(team_member_roles::user_id.eq(DbUuid::from(member.user_id)));
        self.run(|c| {
            diesel::delete(held).execute(c)?;
            insert_roles(c, workspace, member)
        })
    }

    fn delete(&mut self, workspace: WorkspaceId, team: TeamId, user: UserId) -> StoreResult<()> {
        let (workspace, team, user) = (DbUuid::from(workspace), DbUuid::from(team), DbUuid::from(user));
        let current = users::table
            .filter(users::id.eq(user))
            .filter(users::current_team_id.eq(team));
        self.run(|c| {
            diesel::update(current)
                .set(users::current_team_id.eq(None::<DbUuid>))
                .execute(c)?;
            diesel::delete(team_members::table.find((workspace, team, user))).execute(c)
        })
        .map(drop)
    }

    fn find(
        &mut self,
        workspace: WorkspaceId,
        team: TeamId,
        user: UserId,
    ) -> StoreResult<Option<TeamMember>> {
        let key = (DbUuid::from(workspace), DbUuid::from(team), DbUuid::from(user));
        let query = team_members::table.find(key).select(Row::as_select());
        let Some(row) = self.run(|c| query.first(c).optional())? else {
            return Ok(None);
        };
        let mut roles = self.roles_of((key.0, key.1), vec![key.2])?;
        read_member(&row, &mut roles).map(Some)
    }

    fn list(
        &mut self,
        workspace: WorkspaceId,
        team: TeamId,
        page: &PageRequest<UserId>,
    ) -> StoreResult<Page<(TeamMember, User), UserId>> {
        let (workspace, team) = (DbUuid::from(workspace), DbUuid::from(team));
        let list = || {
            with_people(workspace, team)
                .select((Row::as_select(), UserRow::as_select()))
                .into_boxed::<Db>()
        };
        let rows = self.run(|c| page!(c, page, list, |key| team_members::user_id => DbUuid::from(*key)))?;
        let members = self.read_members((workspace, team), rows)?;
        Ok(Page::from_rows(page, members, |(member, _)| member.user_id))
    }

    fn all(&mut self, workspace: WorkspaceId, team: TeamId) -> StoreResult<Vec<(TeamMember, User)>> {
        let (workspace, team) = (DbUuid::from(workspace), DbUuid::from(team));
        let query = with_people(workspace, team)
            .order(team_members::user_id)
            .select((Row::as_select(), UserRow::as_select()));
        let rows = self.run(|c| query.load(c))?;
        self.read_members((workspace, team), rows)
    }

    fn people_of(&mut self, teams: &[Team]) -> StoreResult<Vec<(TeamId, User)>> {
        let is_theirs = team_members::workspace_id
            .eq(teams::workspace_id)
            .and(team_members::team_id.eq(teams::id));
        let query = these(teams)
            .inner_join(team_members::table.on(is_theirs))
            .inner_join(users::table.on(users::id.eq(team_members::user_id)))
            .order((team_members::team_id, team_members::user_id))
            .select((team_members::team_id, UserRow::as_select()));
        let rows: Vec<(DbUuid, UserRow)> = self.run(|c| query.load(c))?;
        rows.into_iter()
            .map(|(team, user)| Ok((team.into(), user.try_into()?)))
            .collect()
    }

    fn involved(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        page: &PageRequest<UserId>,
    ) -> StoreResult<Page<Involved, UserId>> {
        self.load_involved((workspace.into(), organization.into()), page)
    }

    fn count_people(&mut self, workspace: WorkspaceId, team: TeamId) -> StoreResult<u32> {
        let (workspace, team) = (DbUuid::from(workspace), DbUuid::from(team));
        let members = team_members::table
            .filter(team_members::workspace_id.eq(workspace))
            .filter(team_members::team_id.eq(team))
            .count();
        let invited = invitations::table
            .filter(invitations::workspace_id.eq(workspace))
            .filter(invitations::team_id.eq(team))
            .count();
        let (members, invited): (i64, i64) =
            self.run(|c| Ok((members.get_result(c)?, invited.get_result(c)?)))?;
        read::count(members.saturating_add(invited))
    }

    fn seated(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        users: &[UserId],
    ) -> StoreResult<BTreeSet<UserId>> {
        let mut seated = BTreeSet::new();
        for users in users.chunks(MAX_LIST) {
            let query = team_members::table
                .filter(team_members::user_id.eq_any(users.iter().copied().map(DbUuid::from)))
                .filter(in_organization(workspace.into(), organization.into()))
                .select(team_members::user_id);
            let found: Vec<DbUuid> = self.run(|c| query.load(c))?;
            seated.extend(found.into_iter().map(UserId::from));
        }
        Ok(seated)
    }
}
