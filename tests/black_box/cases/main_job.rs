use serde_json::json;

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
    let refused = ada
        .put("/charges/locations/site-3", &json!({ "organization_id": berlin }))
        .expect(409);
    assert_eq!(refused.text_at("/code"), "limit_reached");
    assert_eq!(refused.text_at("/meter"), "locations");
    assert_eq!(refused.at("/requested"), 1);
    assert_eq!(refused.text_at("/binding/id"), *europe);
    let chain = refused.at("/chain").as_array().expect("a chain");
    let shown = |key: &str| chain.iter().map(|node| node[key].clone()).collect::<Vec<_>>();
    assert_eq!(
        shown("type"),
        ["pool", "organization", "organization", "organization"]
    );
    assert_eq!(shown("admits"), [true, true, false, true]);
    assert_eq!(shown("limit"), [json!(10), json!(8), json!(3), json!(null)]);
    assert_eq!(shown("used"), [3, 3, 3, 3]);
    assert_eq!(shown("free"), [json!(7), json!(5), json!(0), json!(null)]);

    ada.delete(&format!("/charges/locations/site-0?organization_id={berlin}"))
        .expect(204);
    assert_eq!(world::charge(&ada, berlin, "site-3", 1), 201);
    for organization in [root, europe, berlin] {
        assert_eq!(
            world::used(&ada, &w, organization),
            3,
            "the roll-up equals the ledger"
        );
    }
    let ledger = ada
        .get(&format!("{w}/organizations/{berlin}/charges"))
        .expect(200);
    assert_eq!(ledger.at("/data").as_array().map(Vec::len), Some(3));
}

#[test]
fn l3_a_limit_above_what_is_inherited_is_refused() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[Some(8), Some(3), None]);
    let body = json!({ "name": "Child", "limits": { "locations": 4 } });
    let refused = ada
        .post(&format!("{w}/organizations/{}/children", organizations[2]), &body)
        .expect(409);
    assert_eq!(refused.text_at("/code"), "limit_exceeds_capacity");
    assert_eq!(refused.text_at("/errors/0/pointer"), "/limits/locations");
}

#[test]
fn l4_a_limit_below_usage_needs_consent_and_then_blocks_growth_only() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[None]);
    let root = &organizations[0];
    assert_eq!(world::charge(&ada, root, "a", 5), 201);
    let path = format!("{w}/organizations/{root}");
    let lower = |allow: bool| json!({ "limits": { "locations": 2 }, "allow_over_limit": allow });
    assert_eq!(
        ada.patch(&path, &lower(false)).expect(409).text_at("/code"),
        "limit_below_usage"
    );
    assert_eq!(ada.patch(&path, &lower(true)).expect(200).at("/over_limit"), true);
    assert_eq!(world::charge(&ada, root, "b", 1), 409);
    assert_eq!(world::charge(&ada, root, "a", 4), 200, "shrinking always works");
}

#[test]
fn c6_a_check_answers_like_a_charge_and_writes_nothing() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 10, &[Some(4)]);
    let question = |n| json!({ "meter": "locations", "quantity": n, "organization_id": organizations[0] });
    let machine = service.machine(&["usage:read"]);
    let answers = machine
        .post(
            "/charges/check",
            &json!({ "questions": [question(4), question(5)] }),
        )
        .expect(200);
    assert_eq!(answers.at("/answers/0/admitted"), true);
    assert_eq!(answers.at("/answers/1/admitted"), false);
    assert_eq!(answers.text_at("/answers/1/binding/id"), organizations[0]);
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
    let refused = service.machine(&["usage:read"]).put(
        "/charges/locations/b",
        &json!({ "organization_id": organizations[0] }),
    );
    assert!(refused.expect(403).text_at("/detail").contains("usage:write"));
}
