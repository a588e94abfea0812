use std::collections::BTreeMap;

use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, StoreError, StoreResult, WorkspaceKey, WorkspacePlace};
use tenantry_domain::capacity::TargetId;
use tenantry_domain::text::Folded;
use tenantry_domain::workspace::{Role, Workspace};
use tenantry_domain::{Timestamp, UserId, WorkspaceId};

use super::Unit;
use super::dialect::{Db, MAX_LIST, position_in};
use super::lock::locked;
use super::members::read_role;
use super::schema::{members, organizations, teams, workspaces};
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces, check_for_backend(Db), treat_none_as_default_value = false)]
pub struct Row {
    id: DbUuid,
    name: String,
    description: Option<String>,
    billing_mode: String,
    ever_subscribed: bool,
    next_transition_at: Option<DbTime>,
    archived_at: Option<DbTime>,
    created_at: DbTime,
    updated_at: DbTime,
    tree_version: i64,
}

impl From<&Workspace> for Row {
    fn from(workspace: &Workspace) -> Self {
        Self {
            id: workspace.id.into(),
            name: workspace.name.to_string(),
            description: workspace
                .description
                .as_ref()
                .map(|note| note.as_str().to_owned()),
            billing_mode: workspace.billing_mode.to_string(),
            ever_subscribed: workspace.ever_subscribed,
            next_transition_at: workspace.next_transition_at.map(Into::into),
            archived_at: workspace.archived_at.map(Into::into),
            created_at: workspace.created_at.into(),
            updated_at: workspace.updated_at.into(),
            tree_version: workspace.tree_version.into(),
        }
    }
}

impl TryFrom<Row> for Workspace {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "workspaces",
            key: &[&row.id],
        };
        Ok(Self {
            id: row.id.into(),
            name: at.parse("name", &row.name)?,
            description: at.parse_optional("description", row.description.as_ref())?,
            billing_mode: at.parse("billing_mode", &row.billing_mode)?,
            ever_subscribed: row.ever_subscribed,
            next_transition_at: read_due(row.id, row.next_transition_at)?,
            archived_at: at.convert_optional("archived_at", row.archived_at)?,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
            tree_version: at.convert("tree_version", row.tree_version)?,
        })
    }
}

/// When something next becomes due in a workspace.
pub fn read_due(workspace: DbUuid, at: Option<DbTime>) -> StoreResult<Option<Timestamp>> {
    let place = Place {
        table: "workspaces",
        key: &[&workspace],
    };
    place.convert_optional("next_transition_at", at)
}

/// By what it is found (X2).
fn folded(workspace: &Workspace) -> dsl::Eq<workspaces::name_folded, String> {
    workspaces::name_folded.eq(Folded::of(workspace.name.as_str()).to_string())
}

/// The workspace of an organization.
#[dsl::auto_type]
pub fn of_organization(organization: DbUuid) -> _ {
    organizations::table
        .filter(organizations::id.eq(organization))
        .select(organizations::workspace_id)
}

/// The workspace of a team.
#[dsl::auto_type]
pub fn of_team(team: DbUuid) -> _ {
    teams::table
        .filter(teams::id.eq(team))
        .select(teams::workspace_id)
}

impl Unit {
    fn workspaces_of_organizations(&mut self, ids: Vec<DbUuid>) -> StoreResult<Vec<(TargetId, WorkspaceId)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let query = organizations::table
            .filter(organizations::id.eq_any(ids))
            .select((organizations::id, organizations::workspace_id));
        let rows: Vec<(DbUuid, DbUuid)> = self.run(|c| query.load(c))?;
        let read = |(id, workspace): (DbUuid, DbUuid)| (TargetId::Organization(id.into()), workspace.into());
        Ok(rows.into_iter().map(read).collect())
    }

    fn workspaces_of_teams(&mut self, ids: Vec<DbUuid>) -> StoreResult<Vec<(TargetId, WorkspaceId)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let query = teams::table
            .filter(teams::id.eq_any(ids))
            .select((teams::id, teams::workspace_id));
        let rows: Vec<(DbUuid, DbUuid)> = self.run(|c| query.load(c))?;
        let read = |(id, workspace): (DbUuid, DbUuid)| (TargetId::Team(id.into()), workspace.into());
        Ok(rows.into_iter().map(read).collect())
    }
}

impl app::Workspaces for Unit {
    fn insert(&mut self, workspace: &Workspace) -> StoreResult<()> {
        let row = (Row::from(workspace), folded(workspace));
        self.write(|c| diesel::insert_into(workspaces::table).values(row).execute(c))
    }

    fn update(&mut self, workspace: &Workspace) -> StoreResult<()> {
        let row = Row::from(workspace);
        let changes = (
            workspaces::name.eq(row.name),
            folded(workspace),
            workspaces::description.eq(row.description),
            workspaces::ever_subscribed.eq(row.ever_subscribed),
            workspaces::next_transition_at.eq(row.next_transition_at),
            workspaces::archived_at.eq(row.archived_at),
            workspaces::updated_at.eq(row.updated_at),
        );
        self.write(|c| {
            diesel::update(workspaces::table.find(row.id))
                .set(changes)
                .execute(c)
        })
    }

    fn find(&mut self, place: WorkspacePlace) -> StoreResult<Option<Workspace>> {
        let query = workspaces::table.select(Row::as_select()).into_boxed::<Db>();
        let query = match place {
            WorkspacePlace::Id(id) => query.filter(workspaces::id.eq(DbUuid::from(id))),
            WorkspacePlace::Of(TargetId::Organization(id)) => query.filter(
                workspaces::id
                    .nullable()
                    .eq(of_organization(id.into()).single_value()),
            ),
            WorkspacePlace::Of(TargetId::Team(id)) => {
                query.filter(workspaces::id.nullable().eq(of_team(id.into()).single_value()))
            }
        };
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn find_as_member(
        &mut self,
        place: WorkspacePlace,
        user: UserId,
    ) -> StoreResult<Option<(Workspace, Role)>> {
        let user = DbUuid::from(user);
        let query = members::table
            .inner_join(workspaces::table.on(workspaces::id.eq(members::workspace_id)))
            .filter(members::user_id.eq(user))
            .select((Row::as_select(), members::role))
            .into_boxed::<Db>();
        let query = match place {
            WorkspacePlace::Id(id) => query.filter(members::workspace_id.eq(DbUuid::from(id))),
            WorkspacePlace::Of(TargetId::Organization(id)) => query.filter(
                members::workspace_id
                    .nullable()
                    .eq(of_organization(id.into()).single_value()),
            ),
            WorkspacePlace::Of(TargetId::Team(id)) => query.filter(
                members::workspace_id
                    .nullable()
                    .eq(of_team(id.into()).single_value()),
            ),
        };
        let found: Option<(Row, String)> = self.run(|c| query.first(c).optional())?;
        let read = |(row, role): (Row, String)| {
            let role = read_role(row.id, user, &role)?;
            Ok((row.try_into()?, role))
        };
        found.map(read).transpose()
    }

    fn of_targets(&mut self, ids: &[TargetId]) -> StoreResult<BTreeMap<TargetId, WorkspaceId>> {
        let mut found = BTreeMap::new();
        for ids in ids.chunks(MAX_LIST) {
            let (mut organizations, mut teams) = (Vec::new(), Vec::new());
            for id in ids {
                match id {
                    TargetId::Organization(id) => organizations.push(DbUuid::from(*id)),
                    TargetId::Team(id) => teams.push(DbUuid::from(*id)),
                }
            }
            found.extend(self.workspaces_of_organizations(organizations)?);
            found.extend(self.workspaces_of_teams(teams)?);
        }
        Ok(found)
    }

    fn lock(&mut self, id: WorkspaceId) -> StoreResult<()> {
        let query = workspaces::table.find(DbUuid::from(id)).select(workspaces::id);
        self.run(|c| locked(query, "workspaces").load::<DbUuid>(c))
            .map(drop)
    }

    fn list_of_member(
        &mut self,
        user: UserId,
        name: Option<&Folded>,
        page: &PageRequest<WorkspaceKey>,
    ) -> StoreResult<Page<Workspace, WorkspaceKey>> {
        let list = || {
            let all = members::table
                .inner_join(workspaces::table.on(workspaces::id.eq(members::workspace_id)))
                .filter(members::user_id.eq(DbUuid::from(user)))
                .select(Row::as_select())
                .into_boxed::<Db>();
            match name {
                Some(name) => all.filter(position_in(workspaces::name_folded, name.as_str()).gt(0)),
                None => all,
            }
        };
        let rows = self.run(|c| {
            page!(c, page, list, |key| workspaces::archived_at.is_not_null() => key.archived,
                workspaces::id => DbUuid::from(key.id))
        })?;
        read::page(page, rows, |workspace: &Workspace| WorkspaceKey {
            archived: workspace.archived_at.is_some(),
            id: workspace.id,
        })
    }

    fn due(&mut self, now: Timestamp, count: i64) -> StoreResult<Vec<WorkspaceId>> {
        let query = workspaces::table
            .filter(workspaces::next_transition_at.le(DbTime::from(now)))
            .order(workspaces::next_transition_at)
            .limit(count)
            .select(workspaces::id);
        let ids: Vec<DbUuid> = self.run(|c| query.load(c))?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    fn list_all(&mut self, after: Option<WorkspaceId>, count: i64) -> StoreResult<Vec<Workspace>> {
        let mut query = workspaces::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some(after) = after {
            query = query.filter(workspaces::id.gt(DbUuid::from(after)));
        }
        read::all(self.run(|c| query.order(workspaces::id).limit(count).load(c))?)
    }
}
