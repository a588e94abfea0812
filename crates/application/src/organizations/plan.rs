//! What wanted organizations become, and which of them cannot be made.

use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::{NodeId, OverLimit, PoolId, TargetId, check_limit_change};
use tenantry_domain::organization::{
    HierarchyRefused, Organization, Path, TreeSize, place_child, place_root,
};
use tenantry_domain::text::LoginHint;
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{BillingAccountId, Limit, Meter, OrganizationId};

use super::carry::pool_nodes;
use super::wanted::{BranchRefused, CreationRefused, NewBranch, NewOrganization, Place};
use crate::error::{Error, Noun, Result};
use crate::limits::chain_of;
use crate::ports::{ChainNode, ChainRecord, NewNode, UnitOfWork};
use crate::service::Tenantry;

/// Organizations as they would be made.
#[derive(Default)]
pub(super) struct Plan {
    /// In the order of the document, parents before children. Those that have no place in the tree are missing.
    pub organizations: Vec<Planned>,
    /// Everything that is in the way, in the order of the document.
    pub refused: Vec<BranchRefused>,
}

/// An organization as it would be made.
pub(super) struct Planned {
    /// Where it stands in the document.
    pub place: Place,
    /// What it becomes.
    pub node: NewNode,
}

/// What organizations are to be directly below.
struct Above {
    /// Where it stands in the document; empty for what is not in it.
    place: Place,
    /// `None` at the top of the tree.
    parent: Option<(Path, OrganizationId)>,
    /// How many children it has already.
    siblings: u32,
    /// Its chain, from the pool down to itself.
    nodes: Vec<ChainNode>,
}

/// What roots may draw on.
#[derive(Default)]
struct Pools {
    accounts: BTreeSet<BillingAccountId>,
    nodes: BTreeMap<PoolId, ChainNode>,
}

struct Planner<'a> {
    tenantry: &'a Tenantry,
    workspace: &'a Workspace,
    /// How many organizations the workspace has already.
    existing: u32,
    pools: Pools,
    plan: Plan,
}

impl Tenantry {
    /// Looks at organizations that are wanted below one, or at the top: each is asked what it would be asked if it were made alone after those
    /// before it. Where one has no place, those behind it in its list and those below it are not looked at, so that no more are than there may be.
    pub(super) fn plan(
        &self,
        unit: &mut dyn UnitOfWork,
        workspace: &Workspace,
        (parent, branches): (Option<OrganizationId>, &[NewBranch]),
    ) -> Result<Plan> {
        let size = unit.organizations().tree_size(workspace.id, parent)?;
        let (above, pools) = match parent {
            Some(parent) => (below(unit, workspace, (parent, size.siblings))?, Pools::default()),
            None => (Above::top(), pools(unit, workspace, branches)?),
        };
        let mut planner = Planner {
            tenantry: self,
            workspace,
            existing: size.organizations,
            pools,
            plan: Plan::default(),
        };
        planner.plan_all(branches, &above);
        let mut plan = planner.plan;
        plan.check_hints(unit)?;
        plan.refused.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(plan)
    }
}

impl Planner<'_> {
    fn plan_all(&mut self, branches: &[NewBranch], above: &Above) {
        for (index, branch) in branches.iter().enumerate() {
            let place = [above.place.as_slice(), &[index]].concat();
            match self.path(above, index) {
                Ok(path) => self.plan_one(branch, (place, path), above),
                Err(refused) => {
                    self.plan.refuse(&place, CreationRefused::Hierarchy(refused));
                    return;
                }
            }
        }
    }

    fn plan_one(&mut self, branch: &NewBranch, (place, path): (Place, Path), above: &Above) {
        let new = &branch.organization;
        if let Some(refused) = self.check_account(above.parent.is_none(), new.billing_account_id) {
            self.plan.refuse(&place, refused);
        }
        let organization = self.organization(new, path);
        let mut chain = ChainRecord {
            above: match above.parent {
                Some(_) => above.nodes.clone(),
                None => self.pool_above(new.billing_account_id),
            },
            target: ChainNode {
                id: NodeId::Organization(organization.id),
                name: organization.name.to_string(),
                balances: BTreeMap::new(),
            },
        };
        self.check_limits(&place, &chain, &new.limits);
        let mut node = NewNode {
            chain: Vec::new(),
            limits: set_limits(&new.limits),
            organization,
        };
        chain.target.balances = node.balances();
        let below = Above {
            place: place.clone(),
            parent: Some((node.organization.path.clone(), node.organization.id)),
            siblings: 0,
            nodes: chain.into_nodes(),
        };
        node.chain = below.nodes.iter().map(|node| node.id).collect();
        self.plan.organizations.push(Planned { place, node });
        self.plan_all(&branch.children, &below);
    }

    /// The path of the organization of this number in its list (O1).
    fn path(&self, above: &Above, index: usize) -> std::result::Result<Path, HierarchyRefused> {
        let caps = &self.tenantry.settings().hierarchy;
        let size = TreeSize {
            organizations: self.existing.saturating_add(count(self.plan.organizations.len())),
            siblings: above.siblings.saturating_add(count(index)),
        };
        match &above.parent {
            Some((path, id)) => place_child(caps, size, (path, *id)),
            None => place_root(caps, size),
        }
    }

    fn organization(&self, new: &NewOrganization, path: Path) -> Organization {
        let now = self.tenantry.now();
        Organization {
            id: OrganizationId::from_uuid(self.tenantry.parts.ids.fresh()),
            workspace_id: self.workspace.id,
            name: new.name.clone(),
            path,
            billing_account_id: new.billing_account_id,
            picture: new.picture.clone(),
            branding: new.branding.clone(),
            created_at: now,
            updated_at: now,
        }
    }

    /// O3, I3.
    fn check_account(&self, is_root: bool, account: Option<BillingAccountId>) -> Option<CreationRefused> {
        let link = self.workspace.billing_mode.check_link(is_root, account);
        if let Err(refused) = link {
            return Some(CreationRefused::Link(refused));
        }
        let unknown = account.filter(|account| !self.pools.accounts.contains(account));
        unknown.map(|_| CreationRefused::UnknownAccount)
    }

    /// What a root with this account draws on; nothing when the account is not as it must be.
    fn pool_above(&self, account: Option<BillingAccountId>) -> Vec<ChainNode> {
        let pool = self.workspace.billing_mode.pool_of(self.workspace.id, account);
        self.pools.nodes.get(&pool).cloned().into_iter().collect()
    }

    /// L3.
    fn check_limits(&mut self, place: &Place, chain: &ChainRecord, limits: &BTreeMap<Meter, Limit>) {
        let enforcement = self.tenantry.settings().enforcement;
        for (meter, limit) in limits {
            let chain = chain_of(chain, meter, enforcement);
            if let Err(refused) = check_limit_change(&chain, *limit, OverLimit::Refuse) {
                let meter = meter.clone();
                self.plan.refuse(place, CreationRefused::Limit { meter, refused });
            }
        }
    }
}

impl Plan {
    fn refuse(&mut self, place: &Place, why: CreationRefused) {
        let place = place.clone();
        self.refused.push(BranchRefused { place, why });
    }

    /// O5.
    fn check_hints(&mut self, unit: &mut dyn UnitOfWork) -> Result<()> {
        let hinted = self.organizations.iter().filter_map(|planned| {
            let hint = planned.node.organization.branding.login_hint.clone()?;
            Some((planned.place.clone(), hint))
        });
        let (places, hints): (Vec<Place>, Vec<LoginHint>) = hinted.unzip();
        let mut taken = unit.organizations().taken_login_hints(&hints)?;
        for (place, hint) in places.into_iter().zip(hints) {
            if !taken.insert(hint) {
                self.refuse(&place, CreationRefused::LoginHintTaken);
            }
        }
        Ok(())
    }
}

impl Above {
    /// Nothing: the organizations are roots, of which there may be as many as there may be organizations.
    const fn top() -> Self {
        Self {
            place: Place::new(),
            parent: None,
            siblings: 0,
            nodes: Vec::new(),
        }
    }
}

/// An organization that is there, and has so many children.
fn below(
    unit: &mut dyn UnitOfWork,
    workspace: &Workspace,
    (id, siblings): (OrganizationId, u32),
) -> Result<Above> {
    let target = TargetId::Organization(id);
    let chain = unit.balances().chains(workspace.id, &[target])?.remove(&target);
    let chain = chain.ok_or(Error::NotFound(Noun::Organization))?;
    let organization = |node: &ChainNode| match node.id {
        NodeId::Organization(id) => Some(id),
        NodeId::Pool(_) | NodeId::Team(_) => None,
    };
    let ancestors: Vec<OrganizationId> = chain.above.iter().filter_map(organization).collect();
    Ok(Above {
        parent: Some((Path::root().followed_by(&ancestors), id)),
        siblings,
        nodes: chain.into_nodes(),
        ..Above::top()
    })
}

/// What these roots may draw on.
fn pools(unit: &mut dyn UnitOfWork, workspace: &Workspace, roots: &[NewBranch]) -> Result<Pools> {
    let is_linked = roots
        .iter()
        .any(|root| root.organization.billing_account_id.is_some());
    let accounts = if is_linked {
        unit.billing_accounts().all(workspace.id)?
    } else {
        Vec::new()
    };
    Ok(Pools {
        nodes: pool_nodes(unit, workspace, &accounts)?,
        accounts: accounts.into_iter().map(|account| account.id).collect(),
    })
}

/// Those that limit.
fn set_limits(limits: &BTreeMap<Meter, Limit>) -> BTreeMap<Meter, Limit> {
    let set = limits.iter().filter(|(_, limit)| **limit != Limit::Unlimited);
    set.map(|(meter, limit)| (meter.clone(), *limit)).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
