use std::collections::BTreeMap;

use tenantry_domain::billing::BillingAccount;
use tenantry_domain::capacity::TargetId;
use tenantry_domain::organization::Organization;
use tenantry_domain::team::{Team, TeamRole};
use tenantry_domain::user::User;
use tenantry_domain::workspace::{Permission, Role};
use tenantry_domain::{OrganizationId, TeamId, UserId, WorkspaceId};

use super::find;
use crate::access::Access;
use crate::actor::Actor;
use crate::billing_accounts::find as find_account;
use crate::error::Result;
use crate::limits::OrganizationLimits;
use crate::page::{Page, PageRequest, PageSize, Position};
use crate::ports::{Involved, OrganizationScope, UnitOfWork};
use crate::service::Tenantry;
use crate::teams::{roles_held, with_system};

/// Everything that applies to an organization, and where it comes from (O9).
#[derive(Debug, Clone)]
pub struct EffectiveView {
    /// Its limits, with those of everything above it.
    pub limits: OrganizationLimits,
    /// Everything above it from the root down, and itself.
    pub lineage: Vec<Organization>,
    /// The account of its root, for whoever sees billing (W5); in `pooled` mode there is none.
    pub billing_account: Option<BillingAccount>,
    /// Who has access to it; `None` for machines.
    pub access: Option<Page<PersonAccess, UserId>>,
}

/// Somebody who has access to an organization, and through what.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonAccess {
    /// Who they are.
    pub user: User,
    /// Their role in its workspace.
    pub workspace_role: Option<Role>,
    /// Its teams that they are in, in the order of their creation, with their roles there, the owner's first.
    pub teams: Vec<(Team, Vec<TeamRole>)>,
}

/// The roles that some teams have.
type KnownRoles = BTreeMap<TeamId, Vec<TeamRole>>;

impl Tenantry {
    /// Everything that applies to an organization, with a part of the people who have access to it (O9).
    pub fn effective(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
        page: &PageRequest<UserId>,
    ) -> Result<EffectiveView> {
        self.read_in(actor, workspace, Permission::ReadUsage, |unit, access| {
            let lineage = lineage(unit, workspace, id)?;
            let target = TargetId::Organization(id);
            let chain = unit.balances().chains(workspace, &[target])?.remove(&target);
            Ok(EffectiveView {
                limits: self.limits_along(id, chain)?,
                billing_account: billing_account(unit, access, lineage.first())?,
                access: if may(access, Permission::Read) {
                    Some(people(unit, workspace, id, page)?)
                } else {
                    None
                },
                lineage,
            })
        })
    }
}

/// An organization behind everything above it, from the root down.
fn lineage(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    id: OrganizationId,
) -> Result<Vec<Organization>> {
    let own = find(unit, workspace, id)?;
    let all = PageRequest {
        size: PageSize::MAX,
        position: Position::Start,
    };
    let above = OrganizationScope::AncestorsOf(id).into();
    let mut lineage = unit.organizations().list(workspace, &above, &all)?.items;
    lineage.push(own);
    lineage.sort_by_key(Organization::depth);
    Ok(lineage)
}

/// Machines have no role, and may do nothing but to count.
fn may(access: &Access, permission: Permission) -> bool {
    access.role.is_some_and(|role| role.allows(permission))
}

fn billing_account(
    unit: &mut dyn UnitOfWork,
    access: &Access,
    root: Option<&Organization>,
) -> Result<Option<BillingAccount>> {
    let account = root.and_then(|root| root.billing_account_id);
    account
        .filter(|_| may(access, Permission::ReadBilling))
        .map(|account| find_account(unit, access.workspace.id, account))
        .transpose()
}

fn people(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    id: OrganizationId,
    page: &PageRequest<UserId>,
) -> Result<Page<PersonAccess, UserId>> {
    let found = unit.team_members().involved(workspace, id, page)?;
    let teams: BTreeMap<TeamId, Team> = found
        .items
        .iter()
        .flat_map(|person| &person.teams)
        .map(|(team, _)| (team.id, team.clone()))
        .collect();
    let teams: Vec<Team> = teams.into_values().collect();
    let mut own = unit.team_roles().of_teams(&teams)?;
    let roles: KnownRoles = teams
        .iter()
        .map(|team| (team.id, with_system(own.remove(&team.id).unwrap_or_default())))
        .collect();
    Ok(found.map(|person| PersonAccess::new(person, &roles)))
}

impl PersonAccess {
    fn new(person: Involved, roles: &KnownRoles) -> Self {
        let user = person.user;
        let held = |(team, held): (Team, Vec<_>)| {
            let known = roles.get(&team.id).map(Vec::as_slice).unwrap_or_default();
            let held = roles_held(&team, known, (user.id, &held));
            (team, held)
        };
        Self {
            teams: person.teams.into_iter().map(held).collect(),
            workspace_role: person.workspace_role,
            user,
        }
    }
}
