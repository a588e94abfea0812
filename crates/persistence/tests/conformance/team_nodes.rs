//! Teams as the last nodes of capacity chains, and as what usage is charged to.

use tenantry_application::event::{Event, EventKind};
use tenantry_application::page::Position;
use tenantry_application::ports::{ChargeKey, LedgerChange, StoreError, UnitOfWork};
use tenantry_domain::Limit;
use tenantry_domain::capacity::{ChargeTarget, NodeId, TargetId, UsageChange};
use tenantry_domain::charge::Charge;

use crate::fixtures::*;
use crate::support::*;

/// The team below organization 12.
const INSIDE: u128 = 30;
/// The team outside every organization.
const ALONE: u128 = 31;

fn team_node(n: u128) -> NodeId {
    NodeId::Team(id(n))
}

/// What [`seed`] makes, with a team below organization 12, and one that is alone in a workspace of its own.
fn seed_teams(backend: &Backend) {
    seed(backend);
    backend.write(|unit| {
        unit.users().insert(&user(1)).unwrap();
        unit.teams().insert(&team(INSIDE, Some(12))).unwrap();
        unit.workspaces().insert(&workspace(ALONE)).unwrap();
        unit.teams().insert(&team(ALONE, None)).unwrap();
    });
}

fn inside() -> ChargeTarget {
    ChargeTarget::Team {
        id: id(INSIDE),
        organization: Some(id(12)),
    }
}

fn at(target: ChargeTarget, resource: &str, n: i64) -> Charge {
    Charge {
        target,
        ..charge(12, resource, n)
    }
}

fn of_the_one_alone(resource: &str) -> Charge {
    let alone = ChargeTarget::Team {
        id: id(ALONE),
        organization: None,
    };
    Charge {
        workspace_id: id(ALONE),
        ..at(alone, resource, 1)
    }
}

fn save_alone(unit: &mut dyn UnitOfWork, change: LedgerChange) {
    let change = LedgerChange {
        workspace: id(ALONE),
        ..change
    };
    unit.charges().save(&[change]).unwrap();
}

fn nodes_of(unit: &mut dyn UnitOfWork, workspace: u128, team: u128) -> Vec<(NodeId, String)> {
    let chains = unit.balances().chains(id(workspace), &[at_team(team)]).unwrap();
    let chain = &chains[&at_team(team)];
    let nodes = chain.above.iter().chain([&chain.target]);
    nodes.map(|node| (node.id, node.name.clone())).collect()
}

#[test]
fn c2_a_team_ends_the_chain_of_its_organization_or_stands_alone() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            let inside = nodes_of(unit, WORKSPACE, INSIDE);
            let ids: Vec<NodeId> = inside.iter().map(|(id, _)| *id).collect();
            assert_eq!(
                ids,
                [pool_node(), node(10), node(11), node(12), team_node(INSIDE)]
            );
            assert_eq!(inside.last().unwrap().1, "Team 30");
            assert_eq!(
                nodes_of(unit, ALONE, ALONE),
                [(team_node(ALONE), "Team 31".to_owned())]
            );
            for (workspace, team, length) in [(WORKSPACE, INSIDE, 5), (ALONE, ALONE, 1)] {
                let chain = locked_chain(unit, id(workspace), at_team(team), &seats())
                    .unwrap()
                    .unwrap();
                assert_eq!(chain.above.len() + 1, length);
                let key = ChargeKey {
                    meter: seats(),
                    resource_id: text("x"),
                };
                let standing = unit.charges().standing(id(workspace), &[key]).unwrap().unwrap();
                assert_eq!(standing.workspace.tree_version, 0);
            }
            let as_organization = TargetId::Organization(id(INSIDE));
            let chains = unit.balances().chains(workspace_id(), &[as_organization]);
            assert_eq!(chains.unwrap().get(&as_organization), None);
        });
    }
}

#[test]
fn the_limit_of_a_team_is_kept_at_its_node() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            unit.balances()
                .set_limit(
                    workspace_id(),
                    at_team(INSIDE),
                    &meter("locations"),
                    Limit::AtMost(units(3)),
                )
                .unwrap();
            let chain = locked_chain(unit, workspace_id(), at_team(INSIDE), &meter("locations"))
                .unwrap()
                .unwrap();
            assert_eq!(
                chain.target.balance(&meter("locations")).limit.cap(),
                Some(units(3))
            );
            assert_eq!(
                chain
                    .above
                    .last()
                    .unwrap()
                    .balance(&meter("locations"))
                    .limit
                    .cap(),
                None
            );
        });
    }
}

#[test]
fn l6_the_ledger_of_an_organization_has_what_its_teams_have() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            save_charge(unit, &at(inside(), "b", 2));
            save_charge(unit, &charge(12, "a", 1));
            save_alone(unit, charging(&[of_the_one_alone("a")]));
        });
        backend.read(|unit| {
            let mut list = |workspace: u128, target: TargetId| {
                let request = page(9, Position::Start);
                let found = unit.charges().list(id(workspace), target, &request).unwrap();
                found.items
            };
            let (of_team, of_organization) = (at(inside(), "b", 2), charge(12, "a", 1));
            assert_eq!(list(WORKSPACE, at_team(INSIDE)), std::slice::from_ref(&of_team));
            assert_eq!(list(WORKSPACE, at_organization(12)), [of_organization, of_team]);
            assert_eq!(list(ALONE, at_team(ALONE)), [of_the_one_alone("a")]);
            assert_eq!(list(ALONE, at_team(INSIDE)), []);
            let totals = unit.charges().totals(workspace_id()).unwrap();
            let expected = [
                (charge(12, "x", 1).target, seats(), units(1)),
                (inside(), seats(), units(2)),
            ];
            assert_eq!(totals, expected);
        });
    }
}

#[test]
fn c1_what_a_team_has_stays_with_it() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            save_charge(unit, &at(inside(), "of team", 1));
            save_charge(unit, &charge(12, "of organization", 1));
            unit.charges()
                .save(&[resizing(&at(inside(), "of team", 5))])
                .unwrap();
            save_alone(unit, charging(&[of_the_one_alone("alone")]));
            save_alone(unit, resizing(&of_the_one_alone("alone")));
        });
        for elsewhere in [charge(12, "of team", 1), at(inside(), "of organization", 1)] {
            let error =
                backend.fail(|unit| unit.charges().save(&[charging(std::slice::from_ref(&elsewhere))]));
            assert!(matches!(error, StoreError::Retry(_)), "{error:?}");
        }
    }
}

#[test]
fn b5_a_root_takes_its_teams_to_another_pool() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            unit.billing_accounts().insert(&account(3)).unwrap();
            unit.organizations()
                .relocate(&[organization(10, &[])], 1, &[NodeId::Pool(account_pool(3))])
                .unwrap();
            let chain = nodes_of(unit, WORKSPACE, INSIDE);
            assert_eq!(chain[0].0, NodeId::Pool(account_pool(3)));
        });
    }
}

#[test]
fn nothing_of_a_team_or_an_organization_stays_when_it_goes() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            let nodes = [pool_node(), node(10), node(11), node(12), team_node(INSIDE)];
            for change in [UsageChange::Grow(units(1)), UsageChange::Shrink(units(1))] {
                record(unit, (&nodes, None), &seats(), change);
            }
            let chain = |unit: &mut dyn UnitOfWork| {
                locked_chain(unit, workspace_id(), at_team(INSIDE), &seats()).unwrap()
            };
            assert!(chain(unit).is_some());
            unit.teams().delete(&team(INSIDE, Some(12))).unwrap();
            assert_eq!(chain(unit), None);
            let deleted = unit.organizations().delete_subtree(workspace_id(), id(11));
            assert_eq!(deleted.unwrap(), [id(11), id(12)]);
            let links = unit.balances().chain_links(workspace_id()).unwrap();
            let left: Vec<TargetId> = links.into_keys().collect();
            assert_eq!(left, [10, 13, 20].map(at_organization));
        });
        assert_eq!(backend.count("balances WHERE node_type = 'team'"), 0);
    }
}

#[test]
fn v1_an_event_of_a_team_is_one_of_its_workspace_too() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            let of_team = Event {
                team_id: Some(id(INSIDE)),
                ..event(1, EventKind::ChargeCreated)
            };
            unit.events().append(&of_team).unwrap();
            unit.events().append(&event(2, EventKind::ChargeCreated)).unwrap();
        });
        backend.read(|unit| {
            let request = page(9, Position::Start);
            let events = unit.events().list(workspace_id().into(), None, &request).unwrap();
            assert_eq!(events.items.len(), 2);
        });
        assert_eq!(
            backend.count("events WHERE team_id IS NOT NULL AND position = 1"),
            1
        );
        assert_eq!(backend.count("events WHERE team_id IS NULL AND position = 2"), 1);
    }
}
