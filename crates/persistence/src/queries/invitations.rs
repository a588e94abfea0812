use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, FoundInvitation, StoreError, StoreResult};
use tenantry_domain::team::{Invitation, Team};
use tenantry_domain::text::EmailKey;
use tenantry_domain::{InvitationId, OrganizationId, TeamId, Timestamp, WorkspaceId};

use super::Unit;
use super::dialect::{Db, MAX_LIST};
use super::schema::{invitation_tokens, invitations, teams};
use super::teams::{Row as TeamRow, these};
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations, check_for_backend(Db))]
struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    team_id: DbUuid,
    email: String,
    email_key: String,
    role_id: DbUuid,
    inviter_id: DbUuid,
    expires_at: DbTime,
    created_at: DbTime,
    updated_at: DbTime,
}

impl Row {
    fn new(workspace: WorkspaceId, invitation: &Invitation) -> Self {
        Self {
            workspace_id: workspace.into(),
            id: invitation.id.into(),
            team_id: invitation.team_id.into(),
            email: invitation.email.to_string(),
            email_key: invitation.email.key().to_string(),
            role_id: invitation.role_id.into(),
            inviter_id: invitation.inviter_id.into(),
            expires_at: invitation.expires_at.into(),
            created_at: invitation.created_at.into(),
            updated_at: invitation.updated_at.into(),
        }
    }

    const fn place<'a>(key: &'a [&'a dyn std::fmt::Display]) -> Place<'a> {
        Place {
            table: "invitations",
            key,
        }
    }
}

impl TryFrom<Row> for Invitation {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let key: [&dyn std::fmt::Display; 2] = [&row.workspace_id, &row.id];
        let at = Row::place(&key);
        Ok(Self {
            id: row.id.into(),
            team_id: row.team_id.into(),
            email: at.parse("email", &row.email)?,
            role_id: row.role_id.into(),
            inviter_id: row.inviter_id.into(),
            expires_at: at.convert("expires_at", row.expires_at)?,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

/// Invitations with their teams.
#[dsl::auto_type]
fn with_teams() -> _ {
    let is_team: dsl::And<
        dsl::Eq<teams::workspace_id, invitations::workspace_id>,
        dsl::Eq<teams::id, invitations::team_id>,
    > = teams::workspace_id
        .eq(invitations::workspace_id)
        .and(teams::id.eq(invitations::team_id));
    invitations::table.inner_join(teams::table.on(is_team))
}

/// Whether an invitation is to a team of an organization. Asked of each, so that invitations are found by their addresses: an address has few,
/// and a workspace may have many.
#[dsl::auto_type]
fn in_organization(workspace: DbUuid, organization: DbUuid) -> _ {
    let theirs = teams::table
        .filter(teams::workspace_id.eq(workspace))
        .filter(teams::id.eq(invitations::team_id))
        .filter(teams::organization_id.eq(organization));
    dsl::exists(theirs)
}

fn read_with_teams(rows: Vec<(Row, TeamRow)>) -> StoreResult<Vec<(Invitation, Team)>> {
    rows.into_iter()
        .map(|(invitation, team)| Ok((invitation.try_into()?, team.try_into()?)))
        .collect()
}

/// The tokens that lead to an invitation.
#[dsl::auto_type]
fn tokens_of(workspace: DbUuid, invitation: DbUuid) -> _ {
    invitation_tokens::table
        .filter(invitation_tokens::workspace_id.eq(workspace))
        .filter(invitation_tokens::invitation_id.eq(invitation))
}

impl Unit {
    fn tokens(&mut self, invitation: &Row) -> StoreResult<Vec<[u8; 32]>> {
        let query = tokens_of(invitation.workspace_id, invitation.id)
            .order(invitation_tokens::token_hash)
            .select(invitation_tokens::token_hash);
        let hashes: Vec<Vec<u8>> = self.run(|c| query.load(c))?;
        let at = Place {
            table: "invitation_tokens",
            key: &[&invitation.workspace_id, &invitation.id],
        };
        let read = |hash| {
            at.check(
                "token_hash",
                <[u8; 32]>::try_from(hash).map_err(|_| "not 32 bytes"),
            )
        };
        hashes.into_iter().map(read).collect()
    }
}

impl app::Invitations for Unit {
    fn insert(&mut self, workspace: WorkspaceId, invitation: &Invitation) -> StoreResult<()> {
        let row = Row::new(workspace, invitation);
        self.write(|c| diesel::insert_into(invitations::table).values(row).execute(c))
    }

    fn renew(&mut self, workspace: WorkspaceId, invitation: &Invitation) -> StoreResult<()> {
        let row = Row::new(workspace, invitation);
        let changes = (
            invitations::expires_at.eq(row.expires_at),
            invitations::updated_at.eq(row.updated_at),
        );
        let invitation = invitations::table.find((row.workspace_id, row.id));
        self.write(|c| diesel::update(invitation).set(changes).execute(c))
    }

    fn add_token(&mut self, workspace: WorkspaceId, id: InvitationId, hash: &[u8; 32]) -> StoreResult<()> {
        let token = (
            invitation_tokens::workspace_id.eq(DbUuid::from(workspace)),
            invitation_tokens::invitation_id.eq(DbUuid::from(id)),
            invitation_tokens::token_hash.eq(hash.as_slice()),
        );
        self.write(|c| {
            diesel::insert_into(invitation_tokens::table)
                .values(token)
                .execute(c)
        })
    }

    fn remove_tokens(
        &mut self,
        workspace: WorkspaceId,
        id: InvitationId,
        hashes: &[[u8; 32]],
    ) -> StoreResult<()> {
        let hashes = hashes.iter().map(<[u8; 32]>::as_slice);
        let tokens =
            tokens_of(workspace.into(), id.into()).filter(invitation_tokens::token_hash.eq_any(hashes));
        self.run(|c| diesel::delete(tokens).execute(c)).map(drop)
    }

    fn delete(&mut self, workspace: WorkspaceId, id: InvitationId) -> StoreResult<()> {
        let invitation = invitations::table.find((DbUuid::from(workspace), DbUuid::from(id)));
        self.run(|c| diesel::delete(invitation).execute(c)).map(drop)
    }

    fn find(&mut self, id: InvitationId) -> StoreResult<Option<FoundInvitation>> {
        let query = invitations::table
            .filter(invitations::id.eq(DbUuid::from(id)))
            .select(Row::as_select());
        let Some(row) = self.run(|c| query.first(c).optional())? else {
            return Ok(None);
        };
        Ok(Some(FoundInvitation {
            workspace_id: row.workspace_id.into(),
            tokens: self.tokens(&row)?,
            invitation: row.try_into()?,
        }))
    }

    fn of_teams(&mut self, teams: &[Team]) -> StoreResult<BTreeMap<TeamId, Vec<Invitation>>> {
        let is_theirs = invitations::workspace_id
            .eq(teams::workspace_id)
            .and(invitations::team_id.eq(teams::id));
        let query = these(teams)
            .inner_join(invitations::table.on(is_theirs))
            .order(invitations::id)
            .select(Row::as_select());
        let mut found: BTreeMap<TeamId, Vec<Invitation>> = BTreeMap::new();
        for invitation in read::all::<_, Invitation>(self.run(|c| query.load(c))?)? {
            found.entry(invitation.team_id).or_default().push(invitation);
        }
        Ok(found)
    }

    fn addressed_to(&mut self, address: &EmailKey) -> StoreResult<Vec<(Invitation, Team)>> {
        let query = with_teams()
            .filter(invitations::email_key.eq(address.as_str()))
            .order(invitations::id)
            .select((Row::as_select(), TeamRow::as_select()));
        read_with_teams(self.run(|c| query.load(c))?)
    }

    fn invited(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        addresses: &[EmailKey],
    ) -> StoreResult<BTreeSet<EmailKey>> {
        let mut invited = BTreeSet::new();
        for addresses in addresses.chunks(MAX_LIST) {
            let query = invitations::table
                .filter(invitations::email_key.eq_any(addresses.iter().map(EmailKey::as_str)))
                .filter(in_organization(workspace.into(), organization.into()))
                .select(invitations::email_key);
            let found: BTreeSet<String> = self.run(|c| query.load(c))?.into_iter().collect();
            let is_found = |address: &&EmailKey| found.contains(address.as_str());
            invited.extend(addresses.iter().filter(is_found).cloned());
        }
        Ok(invited)
    }

    fn list(
        &mut self,
        workspace: WorkspaceId,
        team: TeamId,
        page: &PageRequest<InvitationId>,
    ) -> StoreResult<Page<Invitation, InvitationId>> {
        let list = || {
            invitations::table
                .filter(invitations::workspace_id.eq(DbUuid::from(workspace)))
                .filter(invitations::team_id.eq(DbUuid::from(team)))
                .select(Row::as_select())
                .into_boxed::<Db>()
        };
        let rows = self.run(|c| page!(c, page, list, |key| invitations::id => DbUuid::from(*key)))?;
        read::page(page, rows, |invitation: &Invitation| invitation.id)
    }

    fn expired(&mut self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<Vec<(Invitation, Team)>> {
        let query = with_teams()
            .filter(invitations::workspace_id.eq(DbUuid::from(workspace)))
            .filter(invitations::expires_at.le(DbTime::from(now)))
            .order(invitations::id)
            .select((Row::as_select(), TeamRow::as_select()));
        read_with_teams(self.run(|c| query.load(c))?)
    }

    fn next_expiry(&mut self, workspace: WorkspaceId) -> StoreResult<Option<Timestamp>> {
        let query = invitations::table
            .filter(invitations::workspace_id.eq(DbUuid::from(workspace)))
            .order(invitations::expires_at)
            .select((invitations::id, invitations::expires_at));
        let next: Option<(DbUuid, DbTime)> = self.run(|c| query.first(c).optional())?;
        let read = |(id, at): (DbUuid, DbTime)| {
            let key: [&dyn std::fmt::Display; 1] = [&id];
            Row::place(&key).convert("expires_at", at)
        };
        next.map(read).transpose()
    }
}
