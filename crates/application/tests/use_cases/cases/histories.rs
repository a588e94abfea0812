//! Short histories of random charges, releases, limits and looks by several threads at once, each of which taking turns must explain: every
//! answer, with every number in it, is the one of some order in which the threads could have been served.

use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, OrganizationChanges, Settings};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{LimitChangeRefused, NodeId, Refusal, TargetId};
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::team::TeamCaps;
use tenantry_domain::{Limit, OrganizationId, Units, WorkspaceId};
use tenantry_test_histories::{
    FIRST_TEAM, NODES, Node, Numbers, Operation, Outcome, Resource, assert_linearizable, record,
};

use super::world::{World, key, limits, locations};

const ROUNDS: u64 = 40;

/// The tree of one history.
struct Tree<'a> {
    world: &'a World,
    ada: &'a Actor,
    workspace: WorkspaceId,
    /// In the order of [`NODES`], less the pool.
    targets: Vec<TargetId>,
}

impl<'a> Tree<'a> {
    fn new(world: &'a World, ada: &'a Actor) -> Self {
        let workspace = world.workspace(ada, BillingMode::Single);
        let account = world.account(ada, workspace);
        let mut targets: Vec<TargetId> = Vec::new();
        for (node, (parent, cap)) in NODES.into_iter().enumerate() {
            let limit = cap.map(|n| ("locations", n));
            let Some(parent) = parent else {
                let capacity = cap.map_or(0, |n| i64::try_from(n).unwrap());
                let provided = [("locations", capacity), ("users", 9)];
                world.subscribe(ada, workspace, account, &provided);
                continue;
            };
            let above = parent.checked_sub(1).map(|above| organization(targets[above]));
            targets.push(match above {
                None => world.root(ada, workspace, Some(account), limit.as_slice()).into(),
                Some(above) if node >= FIRST_TEAM => world.team(ada, Some(above), cap).into(),
                Some(above) => world.child(ada, workspace, above, limit.as_slice()).into(),
            });
        }
        Self {
            world,
            ada,
            workspace,
            targets,
        }
    }

    fn perform(&self, operation: Operation) -> Outcome {
        match operation {
            Operation::Charge(resource, at, quantity) => self.charge(resource, at, quantity),
            Operation::Release(resource, at) => {
                self.release(resource, at);
                Outcome::Released
            }
            Operation::Find(resource, at) => self.find(resource, at),
            Operation::Look(at) => self.look(at),
            Operation::Limit(at, limit) => self.limit(at, limit),
        }
    }

    fn charge(&self, resource: Resource, at: Node, quantity: u64) -> Outcome {
        let n = i64::try_from(quantity).unwrap();
        let charged = self.world.charge(self.ada, self.target(at), &name(resource), n);
        match charged {
            Ok(charged) => Outcome::Charged(charged.charge.quantity.units().get(), charged.created),
            Err(Error::LimitReached { refusal, .. }) => self.refused(&refusal),
            Err(Error::Charge(ChargeRefused::Elsewhere(at))) => {
                Outcome::Elsewhere(self.node(at.target.unwrap().id().into()))
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    fn release(&self, resource: Resource, at: Node) {
        self.world.release(self.ada, self.target(at), &name(resource));
    }

    fn find(&self, resource: Resource, at: Node) -> Outcome {
        let (at, key) = (self.target(at), key(&name(resource)));
        match self.world.app.find_charge(self.ada, at, &key) {
            Ok(charge) => Outcome::Found(Some(charge.quantity.units().get())),
            Err(Error::NotFound(_)) => Outcome::Found(None),
            Err(error) => panic!("{error:?}"),
        }
    }

    fn look(&self, at: Node) -> Outcome {
        let (app, at) = (&self.world.app, organization(self.target(at)));
        let view = app.organization_limits(self.ada, self.workspace, at).unwrap();
        let row = &view.meters[0];
        Outcome::Seen {
            used: row.used().get(),
            direct: row.direct.get(),
            limit: cap(row.org_limit()),
            total: row.total().map(Units::get),
            free: row.free().map(Units::get),
            binding: row.binding().map(|node| self.node(node.id)),
        }
    }

    fn limit(&self, at: Node, limit: Option<u64>) -> Outcome {
        let (app, at) = (&self.world.app, organization(self.target(at)));
        let mut limits = limits(limit.map(|n| ("locations", n)).as_slice());
        limits.entry(locations()).or_insert(Limit::Unlimited);
        let changes = OrganizationChanges {
            limits,
            ..OrganizationChanges::default()
        };
        match app.update_organization(self.ada, self.workspace, at, &changes, &Precondition::default()) {
            Ok(view) => {
                let balance = view.balances.get(&locations());
                Outcome::LimitSet(balance.map_or(0, |balance| balance.subtree.get()))
            }
            Err(Error::LimitChange { refused, .. }) => match refused {
                LimitChangeRefused::ExceedsCapacity { .. } => Outcome::AboveCapacity,
                LimitChangeRefused::BelowUsage { .. } => Outcome::BelowUsage,
            },
            Err(error) => panic!("{error:?}"),
        }
    }

    fn refused(&self, refusal: &Refusal) -> Outcome {
        let numbers = |node: &tenantry_domain::capacity::Node| Numbers {
            node: self.node(node.id),
            limit: cap(node.limit),
            used: node.used.get(),
            free: node.limit.headroom(node.used).map(Units::get),
            admits: node.admits(refusal.requested),
        };
        Outcome::Refused {
            requested: refusal.requested.get(),
            binding: self.node(refusal.binding().id),
            chain: refusal.chain().nodes().map(numbers).collect(),
        }
    }

    fn target(&self, node: Node) -> TargetId {
        self.targets[node - 1]
    }

    fn node(&self, id: NodeId) -> Node {
        let place = self.targets.iter().position(|known| NodeId::from(*known) == id);
        place.map_or(0, |place| 1 + place)
    }
}

fn organization(target: TargetId) -> OrganizationId {
    match target {
        TargetId::Organization(id) => id,
        TargetId::Team(_) => panic!("a team is no organization"),
    }
}

fn name(resource: Resource) -> String {
    format!("r{resource}")
}

fn cap(limit: Limit) -> Option<u64> {
    limit.cap().map(Units::get)
}

#[test]
fn c2_c3_l7_taking_turns_explains_whatever_was_answered_at_once() {
    let world = World::with(Settings {
        teams: TeamCaps {
            teams: 1_000,
            ..TeamCaps::default()
        },
        ..Settings::default()
    });
    let ada = world.person("ada");
    let mut refusals = 0;
    for seed in 0..ROUNDS {
        let tree = Tree::new(&world, &ada);
        let history = record(seed, |_, operation| tree.perform(operation));
        assert_linearizable(&history);
        refusals += history.iter().filter(|call| call.is_refused()).count();
    }
    assert!(refusals > 50, "too calm");
    world.is_exact();
}
