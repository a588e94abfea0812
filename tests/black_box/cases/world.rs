//! Shortcuts to the states that tests start from.

use serde_json::{Value, json};
use tenantry_client::types::{
    BillingMode, Currency, NewBillingAccount, NewOrganization, NewSubscription, NewWorkspace,
};
use tenantry_client::{OrganizationId, WorkspaceScope};
use tenantry_tests::{Caller, Wait};

/// Deployments without payment methods can subscribe as often as they like.
pub const FREE: tenantry_tests::Settings<'static> = &[("TENANTRY__BILLING__REQUIRE_PAYMENT_METHOD", "false")];

/// A workspace of the caller; its path.
pub fn workspace(who: &Caller, mode: &str) -> String {
    let new = NewWorkspace::new(format!("{mode} workspace"), BillingMode::from(mode.to_owned()));
    let made = who.client().workspaces().create(&new).wait();
    format!("/workspaces/{}", made.expect("a workspace").id)
}

/// What is at the path of a workspace, for the client.
pub fn scope(who: &Caller, workspace: &str) -> WorkspaceScope {
    let id = workspace.strip_prefix("/workspaces/").expect("a path");
    who.client().workspace(&id.into())
}

/// A billing account; its id.
pub fn account(who: &Caller, workspace: &str, name: &str) -> String {
    let new = NewBillingAccount::new(name, "billing@example.com", Currency::Eur);
    let made = scope(who, workspace).billing_accounts().create(&new).wait();
    made.expect("an account").id.to_string()
}

/// A subscription; its path.
pub fn subscription(who: &Caller, workspace: &str, account: &str, quantities: Value) -> String {
    let new = NewSubscription {
        product_quantities: serde_json::from_value(quantities).expect("quantities"),
        ..NewSubscription::default()
    };
    let account_scope = scope(who, workspace).billing_account(&account.into());
    let made = account_scope.subscriptions().create(&new).wait();
    let id = &made.expect("a subscription").id;
    format!("{workspace}/billing-accounts/{account}/subscriptions/{id}")
}

fn organization(name: &str, limits: Value) -> NewOrganization {
    NewOrganization {
        limits: serde_json::from_value(limits).expect("limits"),
        ..NewOrganization::new(name)
    }
}

/// A root organization; its id.
pub fn root(who: &Caller, workspace: &str, account: Option<&str>, limits: Value) -> String {
    let new = NewOrganization {
        billing_account_id: account.map(Into::into),
        ..organization("Root", limits)
    };
    let made = scope(who, workspace).organizations().create(&new).wait();
    made.expect("a root").id.to_string()
}

/// A child; its id.
pub fn child(who: &Caller, workspace: &str, parent: &str, limits: Value) -> String {
    let parent = scope(who, workspace).organization(&parent.into());
    let made = parent.create_child(&organization("Child", limits)).wait();
    made.expect("a child").id.to_string()
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
    let organization = OrganizationId::from(organization);
    let charges = who.client().charges();
    match charges.put("locations", resource, &organization, quantity).wait() {
        Ok(charged) if charged.is_new => 201,
        Ok(_) => 200,
        Err(error) => error.status().expect("an answer"),
    }
}

/// What a subtree uses of `locations`.
pub fn used(who: &Caller, workspace: &str, organization: &str) -> u64 {
    let organization = scope(who, workspace).organization(&organization.into());
    organization
        .get()
        .wait()
        .expect("an organization")
        .usage
        .subtree_usage["locations"]
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
