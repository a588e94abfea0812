use std::collections::BTreeMap;

use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, StoreError, StoreResult, TeamStanding};
use tenantry_domain::capacity::{Balance, TargetId};
use tenantry_domain::team::{Team, TeamRole};
use tenantry_domain::{Meter, OrganizationId, RoleId, TeamId, UserId, WorkspaceId};

use super::dialect::Db;
use super::members::read_role;
use super::node::BalanceRow;
use super::schema::{
    balances, members, team_member_roles, team_members, team_roles, teams, users, workspaces,
};
use super::team_roles::{Row as RoleRow, read_held};
use super::workspaces::Row as WorkspaceRow;
use super::{Unit, chains};
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = teams, check_for_backend(Db), treat_none_as_default_value = false)]
pub struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    organization_id: Option<DbUuid>,
    name: String,
    owner_id: DbUuid,
    is_personal: bool,
    created_at: DbTime,
    updated_at: DbTime,
}

impl From<&Team> for Row {
    fn from(team: &Team) -> Self {
        Self {
            workspace_id: team.workspace_id.into(),
            id: team.id.into(),
            organization_id: team.organization_id.map(Into::into),
            name: team.name.to_string(),
            owner_id: team.owner_id.into(),
            is_personal: team.is_personal,
            created_at: team.created_at.into(),
            updated_at: team.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for Team {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "teams",
            key: &[&row.workspace_id, &row.id],
        };
        Ok(Self {
            id: row.id.into(),
            workspace_id: row.workspace_id.into(),
            organization_id: row.organization_id.map(Into::into),
            name: at.parse("name", &row.name)?,
            owner_id: row.owner_id.into(),
            is_personal: row.is_personal,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

/// Some teams, to be joined with what they have: their workspaces, with which its keys begin, are found by the way.
#[dsl::auto_type]
pub fn these(teams: &[Team]) -> _ {
    let ids: Vec<DbUuid> = teams.iter().map(|team| team.id.into()).collect();
    teams::table.filter(teams::id.eq_any(ids))
}

#[derive(Queryable, Selectable)]
#[diesel(check_for_backend(Db))]
struct StandingRow {
    #[diesel(embed)]
    team: Row,
    #[diesel(embed)]
    workspace: WorkspaceRow,
    #[diesel(select_expression = members::role.nullable())]
    workspace_role: Option<String>,
    #[diesel(select_expression = team_members::user_id.nullable())]
    member: Option<DbUuid>,
}

/// Nobody has it.
const NOBODY: DbUuid = DbUuid(uuid::Uuid::nil());

/// The teams that somebody is in.
#[dsl::auto_type]
fn teams_of(user: DbUuid) -> _ {
    let same_workspace: dsl::Eq<teams::workspace_id, team_members::workspace_id> =
        teams::workspace_id.eq(team_members::workspace_id);
    let same_team: dsl::Eq<teams::id, team_members::team_id> = teams::id.eq(team_members::team_id);
    team_members::table
        .inner_join(teams::table.on(same_workspace.and(same_team)))
        .filter(team_members::user_id.eq(user))
}

impl Unit {
    /// The roles that somebody has in those of these teams that they are in, with what the roles allow.
    fn held_roles(
        &mut self,
        standings: &[StandingRow],
        user: DbUuid,
    ) -> StoreResult<BTreeMap<TeamId, Vec<TeamRole>>> {
        let joined = standings.iter().filter(|row| row.member.is_some());
        let (workspaces, teams): (Vec<_>, Vec<_>) =
            joined.map(|row| (row.team.workspace_id, row.team.id)).unzip();
        let mut held: BTreeMap<TeamId, Vec<TeamRole>> = BTreeMap::new();
        if teams.is_empty() {
            return Ok(held);
        }
        let is_role = team_roles::workspace_id
            .eq(team_member_roles::workspace_id)
            .and(team_roles::id.eq(team_member_roles::role_id));
        let query = team_member_roles::table
            .left_join(team_roles::table.on(is_role))
            .filter(team_member_roles::workspace_id.eq_any(workspaces))
            .filter(team_member_roles::team_id.eq_any(teams))
            .filter(team_member_roles::user_id.eq(user))
            .select((
                team_member_roles::team_id,
                team_member_roles::role_id,
                Option::<RoleRow>::as_select(),
            ));
        let rows: Vec<(DbUuid, DbUuid, Option<RoleRow>)> = self.run(|c| query.load(c))?;
        for (team, id, custom) in rows {
            held.entry(team.into()).or_default().push(read_held(id, custom)?);
        }
        // There are few, and an order of several teams' would be made by the database.
        for roles in held.values_mut() {
            roles.sort_by_key(TeamRole::id);
        }
        Ok(held)
    }
}

impl app::Teams for Unit {
    fn insert(&mut self, team: &Team) -> StoreResult<()> {
        let row = Row::from(team);
        let (workspace, organization) = (row.workspace_id, row.organization_id);
        let own = TargetId::Team(team.id);
        self.run(|c| {
            diesel::insert_into(teams::table).values(row).execute(c)?;
            chains::insert_below(c, workspace, (organization, own))
        })
        .map(drop)
    }

    fn update(&mut self, team: &Team) -> StoreResult<()> {
        let row = Row::from(team);
        let changes = (
            teams::name.eq(row.name),
            teams::owner_id.eq(row.owner_id),
            teams::updated_at.eq(row.updated_at),
        );
        let team = teams::table.find((row.workspace_id, row.id));
        self.write(|c| diesel::update(team).set(changes).execute(c))
    }

    fn delete(&mut self, team: &Team) -> StoreResult<()> {
        let (workspace, id) = (DbUuid::from(team.workspace_id), DbUuid::from(team.id));
        self.run(|c| {
            diesel::update(users::table.filter(users::current_team_id.eq(id)))
                .set(users::current_team_id.eq(None::<DbUuid>))
                .execute(c)?;
            diesel::delete(teams::table.find((workspace, id))).execute(c)?;
            chains::delete(c, workspace, id)
        })?;
        self.note_new_chains(workspace)
    }

    fn find(&mut self, id: TeamId) -> StoreResult<Option<Team>> {
        let query = teams::table
            .filter(teams::id.eq(DbUuid::from(id)))
            .select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn standings(&mut self, ids: &[TeamId], user: Option<UserId>) -> StoreResult<Vec<TeamStanding>> {
        let user = user.map_or(NOBODY, DbUuid::from);
        let is_member = team_members::workspace_id
            .eq(teams::workspace_id)
            .and(team_members::team_id.eq(teams::id))
            .and(team_members::user_id.eq(user));
        let is_in_workspace = members::workspace_id
            .eq(teams::workspace_id)
            .and(members::user_id.eq(user));
        let query = teams::table
            .inner_join(workspaces::table.on(workspaces::id.eq(teams::workspace_id)))
            .left_join(members::table.on(is_in_workspace))
            .left_join(team_members::table.on(is_member))
            .filter(teams::id.eq_any(ids.iter().copied().map(DbUuid::from)))
            .select(StandingRow::as_select());
        let rows: Vec<StandingRow> = self.run(|c| query.load(c))?;
        let mut held = self.held_roles(&rows, user)?;
        let standing = |row: StandingRow| {
            let team = Team::try_from(row.team)?;
            let role = |role: String| read_role(team.workspace_id.into(), user, &role);
            Ok(TeamStanding {
                workspace: row.workspace.try_into()?,
                workspace_role: row.workspace_role.map(role).transpose()?,
                roles: row.member.map(|_| held.remove(&team.id).unwrap_or_default()),
                team,
            })
        };
        rows.into_iter().map(standing).collect()
    }

    fn of_user(&mut self, user: UserId) -> StoreResult<Vec<Team>> {
        let query = teams_of(user.into()).order(teams::id).select(Row::as_select());
        let mut teams: Vec<Team> = read::all(self.run(|c| query.load(c))?)?;
        teams.sort_by_key(|team| !team.is_personal);
        Ok(teams)
    }

    fn held_by(&mut self, user: UserId) -> StoreResult<Vec<(Team, Vec<RoleId>)>> {
        let is_held = team_member_roles::workspace_id
            .eq(team_members::workspace_id)
            .and(team_member_roles::team_id.eq(team_members::team_id))
            .and(team_member_roles::user_id.eq(team_members::user_id));
        let query = teams_of(user.into())
            .left_join(team_member_roles::table.on(is_held))
            .order(team_members::team_id)
            .select((Row::as_select(), team_member_roles::role_id.nullable()));
        let mut held: Vec<(Team, Vec<RoleId>)> = Vec::new();
        for (row, role) in self.run(|c| query.load::<(Row, Option<DbUuid>)>(c))? {
            let team = Team::try_from(row)?;
            let role = role.map(RoleId::from);
            match held.last_mut() {
                Some((known, roles)) if known.id == team.id => roles.extend(role),
                _ => held.push((team, role.into_iter().collect())),
            }
        }
        held.sort_by_key(|(team, _)| !team.is_personal);
        Ok(held)
    }

    fn count_of_user(&mut self, user: UserId) -> StoreResult<u32> {
        let theirs = team_members::table.filter(team_members::user_id.eq(DbUuid::from(user)));
        let query = theirs.count();
        read::count(self.run(|c| query.get_result(c))?)
    }

    fn sites(&mut self, teams: &[Team], meter: &Meter) -> StoreResult<BTreeMap<TeamId, Balance>> {
        let is_theirs = balances::workspace_id
            .eq(teams::workspace_id)
            .and(balances::node_id.eq(teams::id));
        let query = these(teams)
            .inner_join(balances::table.on(is_theirs))
            .filter(balances::meter.eq(meter.as_str()))
            .select(BalanceRow::as_select());
        let mut sites = BTreeMap::new();
        for row in self.run(|c| query.load::<BalanceRow>(c))? {
            if let Some((_, balance)) = row.read()? {
                sites.insert(row.node_id.into(), balance);
            }
        }
        Ok(sites)
    }

    fn of_organization(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        page: &PageRequest<TeamId>,
    ) -> StoreResult<Page<Team, TeamId>> {
        let list = || {
            teams::table
                .filter(teams::workspace_id.eq(DbUuid::from(workspace)))
                .filter(teams::organization_id.eq(DbUuid::from(organization)))
                .select(Row::as_select())
                .into_boxed::<Db>()
        };
        let rows = self.run(|c| page!(c, page, list, |key| teams::id => DbUuid::from(*key)))?;
        read::page(page, rows, |team: &Team| team.id)
    }

    fn is_any_below(&mut self, workspace: WorkspaceId, organization: OrganizationId) -> StoreResult<bool> {
        let (workspace, root) = (DbUuid::from(workspace), DbUuid::from(organization));
        let organization = teams::organization_id.assume_not_null();
        let teams = teams::table
            .filter(teams::workspace_id.eq(workspace))
            .filter(organization.eq_any(chains::subtree(workspace, root)));
        self.run(|c| diesel::select(dsl::exists(teams)).get_result(c))
    }

    fn all(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Team>> {
        let query = teams::table
            .filter(teams::workspace_id.eq(DbUuid::from(workspace)))
            .order(teams::id)
            .select(Row::as_select());
        read::all(self.run(|c| query.load(c))?)
    }
}
