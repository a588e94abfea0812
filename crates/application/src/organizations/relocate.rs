//! Moving an organization with everything below it (O7).

use tenantry_domain::capacity::{Chain, NodeId};
use tenantry_domain::organization::{
    Destination, MoveRefused, Organization, SmallestLimits, check_place, is_there, relocated, smallest_limits,
};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{BillingAccountId, Limit, Meter, OrganizationId, WorkspaceId};

use super::carry::{Below, Carried, Hold, pool_above};
use super::check_account;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of};
use crate::idempotency::Once;
use crate::limits::nodes_of;
use crate::ports::{ChainNode, UnitOfWork};
use crate::precondition::Precondition;
use crate::service::Tenantry;

/// Where an organization is wanted, with everything below it.
#[derive(Debug, Clone, Copy)]
pub struct NewPlace {
    /// Below which organization; `None` for a root.
    pub parent: Option<OrganizationId>,
    /// The account that is to pay, where a root needs one; a root that stays one keeps its own unless said.
    pub billing_account_id: Option<BillingAccountId>,
}

/// What a move makes of a subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveView {
    /// The organizations, the moved one first and no child before its parent.
    pub subtree: Vec<MovedOrganization>,
    /// Everything that is in the way; when nothing is, the move can be made.
    pub blockers: Vec<MoveRefused>,
}

/// What a move makes of one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedOrganization {
    /// As it is afterwards.
    pub organization: Organization,
    /// The smallest limit on its chain, its own included, before and afterwards; of every meter, in the deployment's order.
    pub limits: Vec<LimitShift>,
}

/// The smallest limit on a chain, before and after something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitShift {
    /// Of which meter.
    pub meter: Meter,
    /// Before.
    pub before: Limit,
    /// Afterwards.
    pub after: Limit,
}

/// A move that was looked at.
struct Plan {
    view: MoveView,
    /// The organization on top, as it is.
    before: Organization,
    carried: Carried,
    is_there: bool,
}

impl Tenantry {
    /// What a move would do, and everything that is in its way. Nothing changes.
    pub fn preview_move(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
        place: NewPlace,
    ) -> Result<MoveView> {
        self.read_in(
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                let plan = self.plan_move(unit, &access.workspace, (id, place), Hold::Nothing)?;
                Ok(plan.view)
            },
        )
    }

    /// Moves an organization with everything below it, when nothing is in the way. The precondition is asked about the preview.
    pub fn move_organization(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        (id, place): (OrganizationId, NewPlace),
        precondition: &Precondition<'_, MoveView>,
        once: &Once<'_, MoveView>,
    ) -> Result<MoveView> {
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageOrganizations,
            |unit, access| {
                let plan = self.plan_move(unit, &access.workspace, (id, place), Hold::Charges)?;
                precondition.check(|| Ok(Some(plan.view.clone())))?;
                if !plan.view.blockers.is_empty() {
                    return Err(Error::MoveBlocked(plan.view.blockers));
                }
                if !plan.is_there {
                    self.make_move(unit, actor, &plan)?;
                }
                Ok(plan.view)
            },
        )
    }

    fn make_move(&self, unit: &mut dyn UnitOfWork, actor: &Actor, plan: &Plan) -> Result<()> {
        let moved: Vec<_> = plan
            .view
            .subtree
            .iter()
            .map(|moved| moved.organization.clone())
            .collect();
        let top = moved.first().ok_or(Error::NotFound(Noun::Organization))?;
        let Carried { old, new, .. } = &plan.carried;
        let above: Vec<NodeId> = new.iter().map(|node| node.id).collect();
        self.count_there(unit, actor, top.workspace_id, &plan.carried)?;
        unit.organizations().relocate(&moved, old.len(), &above)?;
        let below = moved.iter().skip(1).map(|below| below.id.to_string());
        let facts = facts_of(top)
            .changed_since(&facts_of(&plan.before))
            .and("descendants", below.collect::<Vec<_>>());
        self.record(
            unit,
            actor,
            top.workspace_id,
            (EventKind::OrganizationMoved, &top.id),
            facts,
        )
    }

    fn plan_move(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        (id, place): (OrganizationId, NewPlace),
        hold: Hold,
    ) -> Result<Plan> {
        let subtree = unit.organizations().subtree(workspace.id, id)?;
        let top = subtree.first().ok_or(Error::NotFound(Noun::Organization))?;
        let parent = new_parent(unit, workspace.id, place.parent)?;
        let destination = destination(unit, top, (parent.as_ref(), place.billing_account_id))?;
        let mode = workspace.billing_mode;
        let old_pool = pool_above(unit, mode, top)?;
        let (below, new_pool) = if let Some(parent) = &parent {
            (Below::Organization(parent.id), pool_above(unit, mode, parent)?)
        } else {
            let pool = mode.pool_of(workspace.id, destination.billing_account_id);
            (Below::Pool(pool), pool)
        };
        let carried = self.carry(unit, workspace, (id, below), ([old_pool, new_pool], hold))?;
        let mut blockers = check_place(&subtree, destination, (&self.settings().hierarchy, mode));
        // Where it cannot be at all, its usage is nowhere either.
        let is_place = !blockers
            .iter()
            .any(|refused| matches!(refused, MoveRefused::Cycle(_) | MoveRefused::Link(_)));
        if is_place {
            let no_room = |(meter, refusal)| MoveRefused::NoRoom { meter, refusal };
            blockers.extend(self.lacking_room(&carried).into_iter().map(no_room));
        }
        let moved = relocated(&subtree, destination, self.now());
        Ok(Plan {
            is_there: is_there(top, destination),
            before: top.clone(),
            view: MoveView {
                subtree: self.shifts(unit, &moved, &carried)?,
                blockers,
            },
            carried,
        })
    }

    /// Organizations, no child before its parent, with the smallest limits on their chains.
    fn shifts(
        &self,
        unit: &mut dyn UnitOfWork,
        moved: &[Organization],
        carried: &Carried,
    ) -> Result<Vec<MovedOrganization>> {
        let Some(top) = moved.first() else {
            return Ok(Vec::new());
        };
        let nodes: Vec<NodeId> = moved.iter().map(|one| NodeId::Organization(one.id)).collect();
        let balances = unit.balances().of_nodes(top.workspace_id, &nodes)?;
        let own = |id: OrganizationId, meter: &Meter| {
            let balances = balances.get(&NodeId::Organization(id));
            balances.and_then(|balances| balances.get(meter)?.limit.enforced_cap())
        };
        let tables = self.settings().meters.iter().map(|meter| {
            let table = |above: &[ChainNode]| {
                let above = nodes_of(above, meter, self.settings().enforcement);
                smallest_limits(moved, Chain::smallest_limit(&above), |id| own(id, meter))
            };
            (meter, table(&carried.old), table(&carried.new))
        });
        let tables: Vec<_> = tables.collect();
        let limit = |table: &SmallestLimits, id| Limit::from_option(table.get(&id).copied().flatten());
        let shifts = |id| {
            let shift = |(meter, before, after): &(&Meter, _, _)| LimitShift {
                meter: (*meter).clone(),
                before: limit(before, id),
                after: limit(after, id),
            };
            tables.iter().map(shift).collect()
        };
        Ok(moved
            .iter()
            .map(|organization| MovedOrganization {
                limits: shifts(organization.id),
                organization: organization.clone(),
            })
            .collect())
    }
}

fn new_parent(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    id: Option<OrganizationId>,
) -> Result<Option<Organization>> {
    let Some(id) = id else { return Ok(None) };
    match unit.organizations().find(workspace, id)? {
        Some(parent) => Ok(Some(parent)),
        None => Err(Error::UnknownReference {
            pointer: "/parent_org_id".into(),
            noun: Noun::Organization,
        }),
    }
}

fn destination<'a>(
    unit: &mut dyn UnitOfWork,
    top: &Organization,
    (parent, account): (Option<&'a Organization>, Option<BillingAccountId>),
) -> Result<Destination<'a>> {
    if let Some(account) = account {
        check_account(unit, top.workspace_id, account)?;
    }
    let stays = top.parent_id() == parent.map(|parent| parent.id);
    let size = unit
        .organizations()
        .tree_size(top.workspace_id, parent.map(|parent| parent.id))?;
    Ok(Destination {
        parent,
        siblings: size.siblings.saturating_sub(stays.into()),
        billing_account_id: account.or(top.billing_account_id.filter(|_| stays)),
    })
}
