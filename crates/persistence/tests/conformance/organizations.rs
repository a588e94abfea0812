use std::collections::BTreeMap;

use tenantry_application::page::{Gap, Position};
use tenantry_application::ports::{
    NewNode, OrganizationFilter, OrganizationScope, OrganizationSelection, PublicKey, StoreError, UnitOfWork,
};
use tenantry_domain::Limit;
use tenantry_domain::capacity::{NodeId, UsageChange};
use tenantry_domain::organization::{Organization, TreeSize};
use tenantry_domain::text::Folded;

use crate::branding::branded;
use crate::fixtures::*;
use crate::support::*;

#[test]
fn an_update_leaves_the_place_in_the_tree_alone() {
    for backend in Backend::all() {
        seed(&backend);
        let wanted = Organization {
            name: text("Renamed"),
            updated_at: at(3),
            ..organization(11, &[10])
        };
        let asked = Organization {
            path: organization(12, &[20]).path,
            created_at: at(4),
            ..wanted.clone()
        };
        backend.write(|unit| unit.organizations().update(&asked).unwrap());
        backend.read(|unit| {
            assert_eq!(
                unit.organizations().find(workspace_id(), id(11)).unwrap(),
                Some(wanted)
            );
        });
        backend.fail(|unit| unit.organizations().update(&organization(99, &[])));
    }
}

#[test]
fn lists_know_children_descendants_and_ancestors() {
    for backend in Backend::all() {
        seed(&backend);
        backend.read(|unit| {
            use OrganizationScope::{All, AncestorsOf, ChildrenOf, DescendantsOf};
            assert_eq!(list(unit, All, Position::Start), [10, 11, 12, 13, 20]);
            assert_eq!(list(unit, ChildrenOf(id(10)), Position::Start), [11, 13]);
            assert_eq!(list(unit, DescendantsOf(id(10)), Position::Start), [11, 12, 13]);
            assert_eq!(list(unit, DescendantsOf(id(10)), after(id(11))), [12, 13]);
            assert_eq!(list(unit, DescendantsOf(id(10)), before(id(13))), [11, 12]);
            assert_eq!(list(unit, DescendantsOf(id(12)), Position::Start), []);
            assert_eq!(list(unit, AncestorsOf(id(12)), Position::Start), [10, 11]);
            assert_eq!(list(unit, AncestorsOf(id(10)), Position::Start), []);
            let all = unit.organizations().all(workspace_id()).unwrap();
            assert_eq!(ids(&all), [10, 11, 12, 13, 20]);
            assert_eq!(unit.organizations().all(id(9)).unwrap(), []);
        });
    }
}

fn list(
    unit: &mut dyn UnitOfWork,
    scope: OrganizationScope,
    position: Place<tenantry_domain::OrganizationId>,
) -> Vec<u128> {
    ids(&unit
        .organizations()
        .list(workspace_id(), &scope.into(), &page(10, position))
        .unwrap()
        .items)
}

fn ids(organizations: &[Organization]) -> Vec<u128> {
    organizations
        .iter()
        .map(|organization| organization.id.as_uuid().as_u128())
        .collect()
}

#[test]
fn the_tree_is_measured() {
    for backend in Backend::all() {
        seed(&backend);
        backend.read(|unit| {
            let mut size = |parent: Option<u128>| {
                let TreeSize {
                    organizations,
                    siblings,
                } = unit
                    .organizations()
                    .tree_size(workspace_id(), parent.map(id))
                    .unwrap();
                (organizations, siblings)
            };
            assert_eq!(size(None), (5, 0));
            assert_eq!(size(Some(10)), (5, 2));
            assert_eq!(size(Some(12)), (5, 0));
            assert_eq!(
                unit.organizations()
                    .count_linked(workspace_id(), id(ACCOUNT))
                    .unwrap(),
                2
            );
            assert_eq!(
                unit.organizations().count_linked(workspace_id(), id(99)).unwrap(),
                0
            );
        });
    }
}

#[test]
fn many_are_added_at_once_with_chains_hints_and_limits() {
    for backend in Backend::all() {
        seed(&backend);
        let hinted = branded("acme");
        let limits = [(seats(), Limit::AtMost(units(4)))].into();
        let below = new_node(&organization(41, &[10, 30]));
        let below = NewNode { limits, ..below };
        backend.write(|unit| {
            unit.organizations().insert(&[]).unwrap();
            let new = [new_node(&hinted), below.clone()];
            unit.organizations().insert(&new).unwrap();
        });
        backend.read(|unit| {
            for expected in [&hinted, &below.organization] {
                let found = unit.organizations().find(workspace_id(), expected.id).unwrap();
                assert_eq!(found.as_ref(), Some(expected));
            }
            let chains = unit
                .balances()
                .chains(workspace_id(), &[at_organization(41)])
                .unwrap();
            let chain = chains[&at_organization(41)].clone().into_nodes();
            let ids: Vec<NodeId> = chain.iter().map(|node| node.id).collect();
            assert_eq!(ids, below.chain);
            let kept: Vec<_> = chain.into_iter().map(|node| node.balances).collect();
            assert_eq!(kept.last(), Some(&below.balances()));
            let hints = ["other", "acme"].map(text);
            let taken = unit.organizations().taken_login_hints(&hints).unwrap();
            assert_eq!(taken, [text("acme")].into());
        });
    }
}

/// One statement takes a number of values that each database has a limit of.
#[test]
fn more_limits_are_added_at_once_than_one_statement_takes() {
    for backend in Backend::all() {
        seed(&backend);
        let names = ["seats", "sites", "sso", "keys", "mails", "files"];
        let limits: BTreeMap<_, _> = names
            .into_iter()
            .map(|name| (meter(name), Limit::AtMost(units(4))))
            .collect();
        let new = |n: u128| NewNode {
            limits: limits.clone(),
            ..new_node(&organization(n, &[10, 11, 12]))
        };
        let new: Vec<NewNode> = (3_000..3_900).map(new).collect();
        backend.write(|unit| unit.organizations().insert(&new).unwrap());
        backend.read(|unit| {
            let nodes: Vec<NodeId> = (3_000..3_900).map(|n| NodeId::Organization(id(n))).collect();
            let kept = unit.balances().of_nodes(workspace_id(), &nodes).unwrap();
            assert_eq!(kept.len(), 900);
            assert!(kept.values().all(|kept| kept.len() == names.len()));
        });
    }
}

#[test]
fn organizations_with_usage_of_their_own_are_told() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            for (nodes, target) in [(vec![10, 11, 12], 12), (vec![10, 13], 13), (vec![20], 20)] {
                for name in ["users", "sso"] {
                    let nodes: Vec<NodeId> = nodes.iter().copied().map(node).chain([pool_node()]).collect();
                    let one = UsageChange::Grow(units(1));
                    record(unit, (&nodes, Some(target)), &meter(name), one);
                }
            }
        });
        backend.read(|unit| {
            let mut with_usage = |count| unit.organizations().with_usage(workspace_id(), count).unwrap();
            assert_eq!(with_usage(10), [id(12), id(13), id(20)]);
            assert_eq!(with_usage(2), [id(12), id(13)]);
        });
    }
}

#[test]
fn a_subtree_goes_with_all_that_is_its() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            add_organization(unit, &branded("acme"));
            for n in [10, 11, 12, 20] {
                unit.balances()
                    .set_limit(
                        workspace_id(),
                        at_organization(n),
                        &seats(),
                        Limit::AtMost(units(5)),
                    )
                    .unwrap();
            }
            unit.organizations()
                .delete_subtree(workspace_id(), id(10))
                .unwrap();
        });
        backend.write(|unit| {
            let all = unit.organizations().all(workspace_id()).unwrap();
            assert_eq!(ids(&all), [20]);
            let kept = unit.balances().of_workspace(workspace_id()).unwrap();
            assert_eq!(kept.into_keys().collect::<Vec<_>>(), [node(20)]);
            assert_eq!(
                unit.balances()
                    .chains(workspace_id(), &[at_organization(10), at_organization(12)])
                    .unwrap(),
                [].into()
            );
            assert_eq!(
                unit.organizations()
                    .find_public(&PublicKey::LoginHint(text("acme")))
                    .unwrap(),
                None
            );
            add_organization(unit, &organization(10, &[]));
            add_organization(unit, &branded("acme"));
        });
    }
}

#[test]
fn what_is_charged_keeps_its_organization_from_going_in_a_file() {
    let backend = Backend::sqlite();
    seed(&backend);
    backend.write(|unit| save_charge(unit, &charge(12, "seat", 1)));
    let error = backend.fail(|unit| unit.organizations().delete_subtree(workspace_id(), id(10)));
    assert!(matches!(error, StoreError::Other(_)), "{error:?}");
    backend.read(|unit| assert_eq!(unit.organizations().all(workspace_id()).unwrap().len(), 5));
}

/// 30 ─ 31 ─ 32 beside the tree of the seed, with these names.
fn seed_names(backend: &Backend, names: [&str; 3]) {
    seed(backend);
    backend.write(|unit| {
        for (n, name) in (30_u128..).zip(names) {
            let named = Organization {
                name: text(name),
                ..organization(n, &(30..n).collect::<Vec<_>>())
            };
            add_organization(unit, &named);
        }
    });
}

fn search(unit: &mut dyn UnitOfWork, scope: OrganizationScope, filter: &OrganizationFilter) -> Vec<u128> {
    let selection = OrganizationSelection {
        scope,
        filter: filter.clone(),
    };
    let all = page(200, Position::Start);
    ids(&unit
        .organizations()
        .list(workspace_id(), &selection, &all)
        .unwrap()
        .items)
}

fn named(name: &str) -> OrganizationFilter {
    OrganizationFilter {
        name: Some(Folded::of(name)),
        depth: None,
    }
}

#[test]
fn x2_a_part_of_a_name_is_found_letter_by_letter_and_in_either_case() {
    for backend in Backend::all() {
        seed_names(
            &backend,
            [r"100%_\'\x22--;*?[a]", "ZÜRICH straße é", "e\u{301} 東京 🦀 ΟΔΟΣ"],
        );
        backend.read(|unit| {
            let mut found = |name| search(unit, OrganizationScope::All, &named(name));
            for (part, expected) in [
                ("%", vec![30]),
                ("_", vec![30]),
                (r"\", vec![30]),
                ("'", vec![30]),
                ("--;*?[A]", vec![30]),
                ("100%", vec![30]),
                ("1%0", vec![]),
                ("10_%", vec![]),
                ("Organization", vec![10, 11, 12, 13, 20]),
                ("ORGANIZATION 1", vec![10, 11, 12, 13]),
                ("zürich STRASSE", vec![31]),
                ("É", vec![31]),
                ("E\u{301}", vec![32]),
                ("京 🦀", vec![32]),
                ("οδος", vec![32]),
                ("🦀🦀", vec![]),
            ] {
                assert_eq!(found(part), expected, "{part}");
            }
        });
    }
}

#[test]
fn organizations_are_found_by_all_that_is_asked_of_them() {
    for backend in Backend::all() {
        seed_names(&backend, ["Berlin", "Berlin", "Bern"]);
        backend.read(|unit| {
            use OrganizationScope::{All, ChildrenOf, DescendantsOf, Roots};
            let at = |depth: i64, filter: OrganizationFilter| OrganizationFilter {
                depth: Some(depth.try_into().unwrap()),
                ..filter
            };
            let anything = OrganizationFilter::default;
            assert_eq!(search(unit, Roots, &anything()), [10, 20, 30]);
            assert_eq!(search(unit, Roots, &named("ber")), [30]);
            assert_eq!(search(unit, All, &at(1, anything())), [11, 13, 31]);
            assert_eq!(search(unit, All, &at(0, named("ber"))), [30]);
            assert_eq!(search(unit, All, &at(9, anything())), []);
            assert_eq!(search(unit, ChildrenOf(id(30)), &named("berlin")), [31]);
            assert_eq!(search(unit, DescendantsOf(id(30)), &named("ber")), [31, 32]);
            assert_eq!(search(unit, DescendantsOf(id(30)), &at(2, named("ber"))), [32]);
            let selection = OrganizationSelection {
                scope: All,
                filter: named("ber"),
            };
            let second = unit
                .organizations()
                .list(workspace_id(), &selection, &page(1, after(id(30))))
                .unwrap();
            assert_eq!(ids(&second.items), [31]);
            assert_eq!(second.previous, Some(Gap::ahead_of(id(31))));
            assert_eq!(second.next, Some(Gap::behind(id(31))));
        });
    }
}
