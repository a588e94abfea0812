use tenantry_application::charges::Question;
use tenantry_application::idempotency::Once;
use tenantry_application::{Error, Scope, Settings};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{ChargeTarget, NodeId};
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::{BillingEnforcement, Meters, OrganizationId, Quantity};

use super::world::{World, key, locations, machine};
use crate::refused;

#[test]
fn c1_repeating_changes_nothing_and_resizing_only_the_difference() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let child = world.child(&ada, small.workspace, small.root, &[]);
    assert!(world.charge(&ada, child, "x", 3).unwrap().created);
    let again = world.charge(&ada, child, "x", 3).unwrap();
    assert!(!again.created);
    assert_eq!(world.used(&ada, small.workspace, small.root), 3);
    world.charge(&ada, child, "x", 10).unwrap();
    refused!(world.charge(&ada, child, "x", 11), Error::LimitReached { .. });
    assert_eq!(
        world.used(&ada, small.workspace, small.root),
        10,
        "a refused resize leaves the charge as it was"
    );
    world.charge(&ada, child, "x", 1).unwrap();
    assert_eq!(world.used(&ada, small.workspace, small.root), 1);
    refused!(world.charge(&ada, small.root, "x", 1), Error::Charge(ChargeRefused::Elsewhere(at)) if at.target == Some(ChargeTarget::Organization(child)));
}

#[test]
fn c4_a_release_always_succeeds_and_touches_nothing_else() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let child = world.child(&ada, small.workspace, small.root, &[]);
    world.try_release(&ada, child, "x").unwrap();
    world.charge(&ada, child, "x", 3).unwrap();
    world.try_release(&ada, small.root, "x").unwrap();
    assert_eq!(
        world.used(&ada, small.workspace, small.root),
        3,
        "it is charged to the child, not to the root"
    );
    world.try_release(&ada, child, "x").unwrap();
    world.try_release(&ada, child, "x").unwrap();
    assert_eq!(world.used(&ada, small.workspace, small.root), 0);
    refused!(
        world.app.find_charge(&ada, child.into(), &key("x")),
        Error::NotFound(_)
    );
}

#[test]
fn c2_c3_the_refusal_names_the_node_that_binds() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let middle = world.child(&ada, small.workspace, small.root, &[("locations", 2)]);
    let leaf = world.child(&ada, small.workspace, middle, &[]);
    world.charge(&ada, leaf, "x", 2).unwrap();
    let Err(Error::LimitReached { meter, refusal }) = world.charge(&ada, leaf, "y", 1) else {
        panic!("refused")
    };
    assert_eq!(
        (meter, refusal.binding().id),
        (locations(), NodeId::Organization(middle))
    );
    assert_eq!(refusal.chain().nodes().count(), 4);
}

#[test]
fn c6_checks_answer_in_order_and_write_nothing() {
    let world = World::new();
    let ada = world.person("ada");
    let (one, two) = (world.small(&ada, 3), world.small(&ada, 1));
    let question = |organization: OrganizationId, n| Question {
        meter: locations(),
        target: organization.into(),
        quantity: Quantity::try_from(n).unwrap(),
    };
    let questions = [
        question(two.root, 2),
        question(one.root, 3),
        question(two.root, 1),
        question(one.root, 4),
    ];
    let answers = world
        .app
        .check(&machine(&[Scope::UsageRead]), &questions, &Once::default())
        .unwrap();
    let admitted: Vec<bool> = answers.iter().map(|answer| answer.refusal.is_none()).collect();
    assert_eq!(admitted, [false, true, true, false]);
    assert_eq!(world.used(&ada, one.workspace, one.root), 0);
    let stranger = world.person("mallory");
    refused!(world.app.check(&stranger, &questions, &Once::default()), Error::UnknownReference { pointer, .. } if pointer == "/questions/0/organization_id");
}

#[test]
fn b3_enforcement_decides_whether_the_pool_refuses() {
    for (enforcement, admitted) in [
        (BillingEnforcement::Enforce, false),
        (BillingEnforcement::Observe, true),
        (BillingEnforcement::Off, true),
    ] {
        let world = World::enforcing(enforcement);
        let ada = world.person("ada");
        let w = world.workspace(&ada, BillingMode::Pooled);
        let root = world.root(&ada, w, None, &[]);
        assert_eq!(
            world.charge(&ada, root, "x", 1).is_ok(),
            admitted,
            "{enforcement:?}"
        );
        world.is_exact();
    }
}

#[test]
fn l1_c4_what_is_charged_on_a_meter_that_was_dropped_can_still_be_released() {
    let before = World::new();
    let ada = before.person("ada");
    let small = before.small(&ada, 10);
    before.charge(&ada, small.root, "x", 3).unwrap();
    let settings = Settings {
        meters: Meters::new(["users"]).unwrap(),
        ..Settings::default()
    };
    let after = before.restarted_with(settings);
    refused!(after.charge(&ada, small.root, "y", 1), Error::UnknownMeter(_));
    refused!(after.try_release(&ada, small.root, "y"), Error::UnknownMeter(_));
    assert_eq!(
        after
            .app
            .find_charge(&ada, small.root.into(), &key("x"))
            .unwrap()
            .quantity
            .get(),
        3
    );
    after.try_release(&ada, small.root, "x").unwrap();
    assert_eq!(after.used(&ada, small.workspace, small.root), 0);
}
