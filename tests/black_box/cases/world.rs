//! Shortcuts to the states that tests start from.

use serde_json::{Value, json};
use tenantry_tests::Caller;

/// Deployments without payment methods can subscribe as often as they like.
pub const FREE: tenantry_tests::Settings<'static> = &[("TENANTRY__BILLING__REQUIRE_PAYMENT_METHOD", "false")];

/// A workspace of the caller; its path.
pub fn workspace(who: &Caller, mode: &str) -> String {
    let made = who.post(
        "/workspaces",
        &json!({ "name": format!("{mode} workspace"), "billing_mode": mode }),
    );
    format!("/workspaces/{}", made.expect(201).id())
}

/// A billing account; its id.
pub fn account(who: &Caller, workspace: &str, name: &str) -> String {
    let body = json!({ "name": name, "email": "billing@example.com", "currency": "eur" });
    who.post(&format!("{workspace}/billing-accounts"), &body)
        .expect(201)
        .id()
}

/// A subscription; its path.
pub fn subscription(who: &Caller, workspace: &str, account: &str, quantities: Value) -> String {
    let path = format!("{workspace}/billing-accounts/{account}/subscriptions");
    let made = who
        .post(&path, &json!({ "product_quantities": quantities }))
        .expect(201);
    format!("{path}/{}", made.id())
}

/// A root organization; its id.
pub fn root(who: &Caller, workspace: &str, account: Option<&str>, limits: Value) -> String {
    let body = json!({ "name": "Root", "billing_account_id": account, "limits": limits });
    who.post(&format!("{workspace}/organizations"), &body)
        .expect(201)
        .id()
}

/// A child; its id.
pub fn child(who: &Caller, workspace: &str, parent: &str, limits: Value) -> String {
    let body = json!({ "name": "Child", "limits": limits });
    who.post(&format!("{workspace}/organizations/{parent}/children"), &body)
        .expect(201)
        .id()
}

/// A `single` workspace with an account, capacity and a chain of organizations, root first; its path and their ids.
pub fn chain(who: &Caller, capacity: u64, limits: &[Option<u64>]) -> (String, Vec<String>) {
    let w = workspace(who, "single");
    let account = account(who, &w, "Payer");
    subscription(who, &w, &account, json!({ "locations": capacity }));
    let mut organizations: Vec<String> = Vec::new();
    for limit in limits {
        let limits = json!({ "locations": limit });
        let id = match organizations.last() {
            None => root(who, &w, Some(&account), limits),
            Some(parent) => child(who, &w, parent, limits),
        };
        organizations.push(id);
    }
    (w, organizations)
}

/// Charges locations; the status.
pub fn charge(who: &Caller, organization: &str, resource: &str, quantity: u64) -> u16 {
    let body = json!({ "organization_id": organization, "quantity": quantity });
    who.put(&format!("/charges/locations/{resource}"), &body).status
}

/// What a subtree uses of `locations`.
pub fn used(who: &Caller, workspace: &str, organization: &str) -> u64 {
    let shown = who
        .get(&format!("{workspace}/organizations/{organization}"))
        .expect(200);
    shown
        .at("/usage/subtree_usage/locations")
        .as_u64()
        .expect("a count")
}

/// How many events of this kind the service has recorded. There is no route that reads them yet.
pub fn count_events(service: &tenantry_tests::Service, kind: &str) -> i64 {
    use diesel::prelude::*;
    use diesel::sql_types::{BigInt, Text};

    let count = || {
        let events = diesel::dsl::sql::<BigInt>("count(*) FROM events WHERE kind = ");
        diesel::select(events.bind::<Text, _>(kind))
    };
    let url = service.database_url();
    match url.strip_prefix("sqlite://") {
        Some(file) => count().get_result(&mut SqliteConnection::establish(file).expect("it opens")),
        None => count().get_result(&mut PgConnection::establish(&url).expect("it opens")),
    }
    .expect("a count")
}
