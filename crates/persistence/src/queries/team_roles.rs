use std::collections::BTreeMap;

use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::ports::{self as app, StoreError, StoreResult};
use tenantry_domain::team::{CustomRole, SystemRole, Team, TeamRole};
use tenantry_domain::text::Folded;
use tenantry_domain::{RoleId, TeamId, WorkspaceId};

use super::Unit;
use super::dialect::Db;
use super::schema::{invitations, team_member_roles, team_roles, teams};
use super::teams::these;
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = team_roles, check_for_backend(Db))]
pub struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    team_id: DbUuid,
    name: String,
    name_folded: String,
    scopes: String,
    created_at: DbTime,
    updated_at: DbTime,
}

impl Row {
    fn new(workspace: WorkspaceId, role: &CustomRole) -> Self {
        Self {
            workspace_id: workspace.into(),
            id: role.id.into(),
            team_id: role.team_id.into(),
            name: role.name.to_string(),
            name_folded: Folded::of(role.name.as_str()).to_string(),
            scopes: role.scopes.to_string(),
            created_at: role.created_at.into(),
            updated_at: role.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for CustomRole {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "team_roles",
            key: &[&row.workspace_id, &row.id],
        };
        Ok(Self {
            id: row.id.into(),
            team_id: row.team_id.into(),
            name: at.parse("name", &row.name)?,
            scopes: at.parse("scopes", &row.scopes)?,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

/// A role that somebody holds: one of the team's own, when there is a row, or one that every team has.
pub fn read_held(id: DbUuid, custom: Option<Row>) -> StoreResult<TeamRole> {
    if let Some(row) = custom {
        return Ok(TeamRole::Custom(row.try_into()?));
    }
    let at = Place {
        table: "team_member_roles",
        key: &[&id],
    };
    let system = SystemRole::of(id.into()).ok_or("no such role");
    Ok(TeamRole::System(at.check("role_id", system)?))
}

impl app::TeamRoles for Unit {
    fn insert(&mut self, workspace: WorkspaceId, role: &CustomRole) -> StoreResult<()> {
        let row = Row::new(workspace, role);
        self.write(|c| diesel::insert_into(team_roles::table).values(row).execute(c))
    }

    fn update(&mut self, workspace: WorkspaceId, role: &CustomRole) -> StoreResult<()> {
        let row = Row::new(workspace, role);
        let changes = (
            team_roles::name.eq(row.name),
            team_roles::name_folded.eq(row.name_folded),
            team_roles::scopes.eq(row.scopes),
            team_roles::updated_at.eq(row.updated_at),
        );
        let role = team_roles::table.find((row.workspace_id, row.id));
        self.write(|c| diesel::update(role).set(changes).execute(c))
    }

    fn delete(&mut self, workspace: WorkspaceId, id: RoleId) -> StoreResult<()> {
        let role = team_roles::table.find((DbUuid::from(workspace), DbUuid::from(id)));
        self.run(|c| diesel::delete(role).execute(c)).map(drop)
    }

    fn of_teams(&mut self, teams: &[Team]) -> StoreResult<BTreeMap<TeamId, Vec<CustomRole>>> {
        let is_theirs = team_roles::workspace_id
            .eq(teams::workspace_id)
            .and(team_roles::team_id.eq(teams::id));
        let query = these(teams)
            .inner_join(team_roles::table.on(is_theirs))
            .order(team_roles::id)
            .select(Row::as_select());
        let mut roles: BTreeMap<TeamId, Vec<CustomRole>> = BTreeMap::new();
        for role in read::all::<_, CustomRole>(self.run(|c| query.load(c))?)? {
            roles.entry(role.team_id).or_default().push(role);
        }
        Ok(roles)
    }

    fn is_used(&mut self, workspace: WorkspaceId, id: RoleId) -> StoreResult<bool> {
        let (workspace, id) = (DbUuid::from(workspace), DbUuid::from(id));
        let held = team_member_roles::table
            .filter(team_member_roles::workspace_id.eq(workspace))
            .filter(team_member_roles::role_id.eq(id))
            .select(team_member_roles::role_id);
        let promised = invitations::table
            .filter(invitations::workspace_id.eq(workspace))
            .filter(invitations::role_id.eq(id));
        let query = dsl::select(dsl::exists(held).or(dsl::exists(promised)));
        self.run(|c| query.get_result(c))
    }
}
