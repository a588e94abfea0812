use diesel::prelude::*;
use tenantry_application::ports::{self as app, FoundKey, StoreError, StoreResult};
use tenantry_domain::key::Credential;
use tenantry_domain::{CredentialId, TeamId, Timestamp, WorkspaceId};

use super::Unit;
use super::dialect::Db;
use super::key::{CredentialColumns, read_found};
use super::schema::{api_credentials, users};
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_credentials, check_for_backend(Db))]
struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    team_id: DbUuid,
    creator_id: DbUuid,
    scopes: String,
    #[diesel(embed)]
    key: CredentialColumns,
}

impl Row {
    fn new(workspace: WorkspaceId, credential: &Credential) -> Self {
        Self {
            workspace_id: workspace.into(),
            id: credential.id.into(),
            team_id: credential.team_id.into(),
            creator_id: credential.creator_id.into(),
            scopes: credential.scopes.to_string(),
            key: (&credential.key).into(),
        }
    }
}

impl TryFrom<Row> for Credential {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "api_credentials",
            key: &[&row.workspace_id, &row.id],
        };
        Ok(Self {
            id: row.id.into(),
            team_id: row.team_id.into(),
            creator_id: row.creator_id.into(),
            scopes: at.parse("scopes", &row.scopes)?,
            key: row.key.read(&at)?,
        })
    }
}

impl app::Credentials for Unit {
    fn insert(&mut self, workspace: WorkspaceId, credential: &Credential) -> StoreResult<()> {
        let row = Row::new(workspace, credential);
        self.write(|c| diesel::insert_into(api_credentials::table).values(row).execute(c))
    }

    fn update(&mut self, workspace: WorkspaceId, credential: &Credential) -> StoreResult<()> {
        let row = Row::new(workspace, credential);
        let credential = api_credentials::table.find((row.workspace_id, row.id));
        self.write(|c| diesel::update(credential).set(&row.key).execute(c))
    }

    fn delete(&mut self, workspace: WorkspaceId, id: CredentialId) -> StoreResult<()> {
        let credential = api_credentials::table.find((DbUuid::from(workspace), DbUuid::from(id)));
        self.run(|c| diesel::delete(credential).execute(c)).map(drop)
    }

    fn list(&mut self, workspace: WorkspaceId, team: TeamId) -> StoreResult<Vec<Credential>> {
        let query = api_credentials::table
            .filter(api_credentials::workspace_id.eq(DbUuid::from(workspace)))
            .filter(api_credentials::team_id.eq(DbUuid::from(team)))
            .order(api_credentials::id)
            .select(Row::as_select());
        read::all(self.run(|c| query.load(c))?)
    }

    fn find(
        &mut self,
        workspace: WorkspaceId,
        team: TeamId,
        id: CredentialId,
    ) -> StoreResult<Option<Credential>> {
        let query = api_credentials::table
            .find((DbUuid::from(workspace), DbUuid::from(id)))
            .filter(api_credentials::team_id.eq(DbUuid::from(team)))
            .select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn find_shown(&mut self, id: CredentialId) -> StoreResult<Option<FoundKey<Credential>>> {
        let query = api_credentials::table
            .inner_join(users::table.on(users::id.eq(api_credentials::creator_id)))
            .filter(api_credentials::id.eq(DbUuid::from(id)))
            .select((Row::as_select(), users::allow_login));
        read_found(self.run(|c| query.first(c).optional())?)
    }

    fn note_use(&mut self, id: CredentialId, at: Timestamp) -> StoreResult<()> {
        let credential = api_credentials::table.filter(api_credentials::id.eq(DbUuid::from(id)));
        let use_ = api_credentials::last_used_at.eq(Some(DbTime::from(at)));
        self.run(|c| diesel::update(credential).set(use_).execute(c))
            .map(drop)
    }
}
