//! Reads of one statement each. Strangers find nothing, at the same cost whether it is there or not (I3): what is looked at is joined to the
//! membership, and not the other way round.

use std::collections::BTreeMap;

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use tenantry_application::ports::{
    self as app, AskedOrganization, ChainRecord, ChargeKey, Glance, KeptBalances, Look, SeenOrganization,
    StoreResult, Viewer,
};
use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge::Charge;
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{OrganizationId, UserId, WorkspaceId};

use super::asked;
use super::chains::{self, LinkRow, is_of_link, with_names};
use super::charges::Row as ChargeRow;
use super::dialect::{Conn, Store};
use super::members::read_role;
use super::node::{BalanceRow, WORKSPACE_POOL};
use super::organization_row::RowWithHint;
use super::schema::{
    balances, billing_accounts, chain_links, charges, login_hints, members, organizations, teams, workspaces,
};
use super::workspaces::{Row as WorkspaceRow, of_organization, of_team, read_due};
use crate::read;
use crate::types::{DbTime, DbUuid};

/// How a viewer stands in a workspace.
#[derive(Queryable)]
pub struct Standing {
    workspace_id: DbUuid,
    role: Option<String>,
    next_transition_at: Option<DbTime>,
}

impl Standing {
    /// What is seen there.
    fn glance<T>(self, viewer: Viewer, seen: T) -> Look<T> {
        let read = |user: UserId| {
            let role = self.role.as_deref().unwrap_or_default();
            read_role(self.workspace_id, user.into(), role)
        };
        Ok(Some(Glance {
            workspace_id: self.workspace_id.into(),
            role: match viewer {
                Viewer::Member(user) => Some(read(user)?),
                Viewer::Machine => None,
            },
            next_transition_at: read_due(self.workspace_id, self.next_transition_at)?,
            seen,
        }))
    }
}

/// The workspaces that a person is in.
#[dsl::auto_type]
fn of_member(user: DbUuid) -> _ {
    members::table
        .inner_join(workspaces::table.on(workspaces::id.eq(members::workspace_id)))
        .filter(members::user_id.eq(user))
}

/// Runs a query of the workspaces that a viewer may look into, which selects how they stand there.
macro_rules! viewed {
    ($viewer:expr, |$all:ident, $standing:ident| $query:expr) => {
        match $viewer {
            Viewer::Member(user) => {
                let $all = of_member(user.into());
                let $standing = (
                    workspaces::id,
                    members::role.nullable(),
                    workspaces::next_transition_at,
                );
                $query
            }
            Viewer::Machine => {
                let ($all, no_role) = (workspaces::table, None::<&str>.into_sql::<Nullable<Text>>());
                let $standing = (workspaces::id, no_role, workspaces::next_transition_at);
                $query
            }
        }
    };
}

/// Whether a balance is kept of an organization.
#[dsl::auto_type]
fn is_of_organization() -> _ {
    balances::workspace_id
        .eq(organizations::workspace_id)
        .and(balances::node_id.eq(organizations::id))
}

/// Whether a login hint is that of an organization.
#[dsl::auto_type]
fn is_its_hint() -> _ {
    login_hints::workspace_id
        .eq(organizations::workspace_id)
        .and(login_hints::organization_id.eq(organizations::id))
}

/// How somebody stands in a workspace, with at most one of its organizations and one balance of that.
pub type OrganizationRow = (Standing, Option<RowWithHint>, Option<BalanceRow>);

/// The rows of one organization as somebody sees it.
pub fn organization(c: &mut Conn, asked: &AskedOrganization) -> QueryResult<Vec<OrganizationRow>> {
    let (member, place, id) = (
        DbUuid::from(asked.user),
        DbUuid::from(asked.workspace),
        DbUuid::from(asked.id),
    );
    let is_it = organizations::workspace_id
        .eq(workspaces::id)
        .and(organizations::id.eq(id));
    of_member(member)
        .filter(members::workspace_id.eq(place))
        .left_join(organizations::table.on(is_it))
        .left_join(login_hints::table.on(is_its_hint()))
        .left_join(balances::table.on(is_of_organization()))
        .select((
            (
                workspaces::id,
                members::role.nullable(),
                workspaces::next_transition_at,
            ),
            Option::<RowWithHint>::as_select(),
            Option::<BalanceRow>::as_select(),
        ))
        .load(c)
}

/// What is kept of an organization stands in rows that repeat all else.
fn read_organization(user: UserId, rows: Vec<OrganizationRow>) -> StoreResult<SeenOrganization> {
    let (mut found, mut kept) = (None, KeptBalances::new());
    for (standing, organization, balance) in rows {
        kept.extend(balance.map(|balance| balance.read()).transpose()?.flatten());
        found = Some((standing, organization));
    }
    let Some((standing, organization)) = found else {
        return Ok(None);
    };
    let organization: Option<Organization> = read::one(organization)?;
    let seen = organization.map(|organization| (organization, kept));
    standing.glance(Viewer::Member(user), seen)
}

impl app::Glances for Store {
    fn workspace(&self, user: UserId, id: WorkspaceId) -> Look<(Workspace, KeptBalances)> {
        let is_of_pool = balances::workspace_id
            .eq(workspaces::id)
            .and(balances::node_id.eq(workspaces::id))
            .and(balances::node_type.eq(WORKSPACE_POOL));
        let query = of_member(user.into())
            .filter(members::workspace_id.eq(DbUuid::from(id)))
            .left_join(balances::table.on(is_of_pool))
            .select((
                WorkspaceRow::as_select(),
                members::role,
                Option::<BalanceRow>::as_select(),
            ));
        let rows: Vec<(WorkspaceRow, String, Option<BalanceRow>)> = self.look(|c| query.load(c))?;
        let (mut found, mut pool) = (None, KeptBalances::new());
        for (workspace, role, balance) in rows {
            found = Some((workspace, role));
            pool.extend(balance.map(|balance| balance.read()).transpose()?.flatten());
        }
        let Some((workspace, role)) = found else {
            return Ok(None);
        };
        let workspace = Workspace::try_from(workspace)?;
        Ok(Some(Glance {
            workspace_id: id,
            role: Some(read_role(id.into(), user.into(), &role)?),
            next_transition_at: workspace.next_transition_at,
            seen: (workspace, pool),
        }))
    }

    fn organizations(&self, asked: &[AskedOrganization]) -> StoreResult<Vec<SeenOrganization>> {
        let mut found: BTreeMap<i64, Vec<OrganizationRow>> = BTreeMap::new();
        for (number, row) in self.look(|c| asked::load(c, asked))? {
            found.entry(number).or_default().push(row);
        }
        let read = |(number, asked): (i64, &AskedOrganization)| {
            read_organization(asked.user, found.remove(&number).unwrap_or_default())
        };
        (1..).zip(asked).map(read).collect()
    }

    fn chain(&self, viewer: Viewer, workspace: WorkspaceId, id: OrganizationId) -> Look<Option<ChainRecord>> {
        let (workspace, id) = (DbUuid::from(workspace), DbUuid::from(id));
        let rows: Vec<(Standing, Option<LinkRow>, Option<BalanceRow>)> = self.look(|c| {
            viewed!(viewer, |all, standing| {
                let is_link = chain_links::workspace_id
                    .eq(workspaces::id)
                    .and(chain_links::target_id.eq(id));
                with_names!(all.left_join(chain_links::table.on(is_link)))
                    .left_join(balances::table.on(is_of_link()))
                    .filter(workspaces::id.eq(workspace))
                    .order(chain_links::position)
                    .select((
                        standing,
                        Option::<LinkRow>::as_select(),
                        Option::<BalanceRow>::as_select(),
                    ))
                    .load(c)
            })
        })?;
        let (mut links, mut standing) = (Vec::new(), None);
        for (found, link, balance) in rows {
            standing = Some(found);
            links.extend(link.map(|link| (link, balance)));
        }
        let chain = chains::read(links)?.into_values().next();
        standing.map_or(Ok(None), |standing| standing.glance(viewer, chain))
    }

    fn charge(&self, viewer: Viewer, place: TargetId, key: &ChargeKey) -> Look<Option<Charge>> {
        let (meter, resource) = (key.meter.as_str(), key.resource_id.as_str());
        let found: Option<(Standing, Option<ChargeRow>)> = self.look(|c| {
            viewed!(viewer, |all, standing| {
                let is_it = charges::workspace_id
                    .eq(workspaces::id)
                    .and(charges::meter.eq(meter))
                    .and(charges::resource_id.eq(resource));
                let query = all
                    .left_join(charges::table.on(is_it))
                    .select((standing, Option::<ChargeRow>::as_select()));
                let workspace = workspaces::id.nullable();
                match place {
                    TargetId::Organization(id) => query
                        .filter(workspace.eq(of_organization(id.into()).single_value()))
                        .first(c),
                    TargetId::Team(id) => query
                        .filter(workspace.eq(of_team(id.into()).single_value()))
                        .first(c),
                }
                .optional()
            })
        })?;
        let Some((standing, charge)) = found else {
            return Ok(None);
        };
        standing.glance(viewer, read::one(charge)?)
    }
}
