use tenantry_client::types::{ChainNode, NewOrganization, OrganizationChanges, Question, Target};
use tenantry_client::{Code, OrganizationId};
use tenantry_tests::Wait;

use super::{start, world};

#[test]
fn c2_a_tree_refuses_at_the_node_that_binds_and_a_release_makes_room() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[Some(8), Some(3), None]);
    let [root, europe, berlin] = &organizations[..] else {
        panic!("three organizations")
    };

    for n in 0..3 {
        assert_eq!(world::charge(&ada, berlin, &format!("site-{n}"), 1), 201);
    }
    let charges = ada.client().charges();
    let at_berlin = OrganizationId::from(berlin.as_str());
    let refused = charges
        .put("locations", "site-3", &at_berlin, 1)
        .wait()
        .expect_err("no room");
    let refused = refused.limit_reached().expect("limit_reached");
    assert_eq!((refused.meter.as_str(), refused.requested), ("locations", 1));
    let details = |node: &ChainNode| node.details.clone().expect("a member sees every node");
    assert_eq!(details(&refused.binding).id, *europe);
    let kinds: Vec<&str> = refused.chain.iter().map(|node| node.kind.as_str()).collect();
    assert_eq!(kinds, ["pool", "organization", "organization", "organization"]);
    let numbers: Vec<_> = refused
        .chain
        .iter()
        .map(|node| (details(node), node.admits))
        .map(|(node, admits)| (node.limit, node.used, node.free, admits))
        .collect();
    assert_eq!(
        numbers,
        [
            (Some(10), 3, Some(7), true),
            (Some(8), 3, Some(5), true),
            (Some(3), 3, Some(0), false),
            (None, 3, None, true)
        ]
    );

    charges
        .release("locations", "site-0", &at_berlin)
        .wait()
        .expect("a release");
    assert_eq!(world::charge(&ada, berlin, "site-3", 1), 201);
    for organization in [root, europe, berlin] {
        assert_eq!(
            world::used(&ada, &w, organization),
            3,
            "the roll-up equals the ledger"
        );
    }
    let ledger = world::scope(&ada, &w)
        .organization(&at_berlin)
        .charges()
        .all()
        .wait();
    assert_eq!(ledger.expect("a ledger").len(), 3);
}

#[test]
fn l3_a_limit_above_what_is_inherited_is_refused() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[Some(8), Some(3), None]);
    let leaf = world::scope(&ada, &w).organization(&organizations[2].as_str().into());
    let new = NewOrganization::new("Child").limit("locations", 4);
    let refused = leaf.create_child(&new).wait().expect_err("too much");
    let problem = refused.problem().expect("a problem");
    assert_eq!(problem.code, Code::LimitExceedsCapacity);
    assert_eq!(problem.errors[0].pointer, "/limits/locations");
}

#[test]
fn l4_a_limit_below_usage_needs_consent_and_then_blocks_growth_only() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[None]);
    let root = &organizations[0];
    assert_eq!(world::charge(&ada, root, "a", 5), 201);
    let scope = world::scope(&ada, &w).organization(&root.as_str().into());
    let lower = |allow_over_limit| {
        let changes = OrganizationChanges {
            limits: [("locations".to_owned(), Some(2.into()))].into(),
            allow_over_limit,
            ..OrganizationChanges::default()
        };
        scope.update(&changes).wait()
    };
    let refused = lower(false).expect_err("no consent");
    assert_eq!(refused.code(), Some(&Code::LimitBelowUsage));
    assert!(lower(true).expect("consent").over_limit);
    assert_eq!(world::charge(&ada, root, "b", 1), 409);
    assert_eq!(world::charge(&ada, root, "a", 4), 200, "shrinking always works");
}

#[test]
fn c6_a_check_answers_like_a_charge_and_writes_nothing() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[Some(4)]);
    let question = |quantity| Question {
        meter: "locations".to_owned(),
        target: Target::Organization(organizations[0].as_str().into()),
        quantity,
    };
    let machine = service.machine(&["usage:read"]);
    let checked = machine
        .client()
        .charges()
        .check(&[question(4), question(5)])
        .wait();
    let answers = checked.expect("answers").answers;
    assert_eq!([answers[0].admitted, answers[1].admitted], [true, false]);
    let binding = answers[1].binding.as_ref().expect("a node");
    let details = binding.details.as_ref().expect("a machine sees every node");
    assert_eq!(details.id, organizations[0]);
    assert_eq!(world::used(&ada, &w, &organizations[0]), 0);
}

#[test]
fn a_machine_charges_with_its_scope_and_not_without() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (_, organizations) = world::chain(&ada, 10, &[None]);
    assert_eq!(
        world::charge(&service.machine(&["usage:write"]), &organizations[0], "a", 1),
        201
    );
    let reader = service.machine(&["usage:read"]);
    let organization = OrganizationId::from(organizations[0].as_str());
    let charge = reader.client().charges().put("locations", "b", &organization, 1);
    let refused = charge.wait().expect_err("it only reads");
    let problem = refused.problem().expect("a problem");
    assert_eq!(problem.code, Code::ScopeRequired);
    assert!(problem.detail.contains("usage:write"));
}
