//! A tour of the client: `make run` in one terminal, and in another
//!
//! ```sh
//! TOKEN=$(target/debug/tenantry token --email ada@example.com) cargo run -p tenantry-client --example quickstart
//! ```

#![expect(clippy::print_stdout, reason = "an example is there to be read")]

use std::error::Error;

use futures_util::TryStreamExt;
use tenantry_client::types::{
    BillingMode, Currency, NewBillingAccount, NewOrganization, NewSubscription, NewWorkspace,
};
use tenantry_client::{Client, LimitReached};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::var("TENANTRY_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
    let client = Client::builder(base).token(std::env::var("TOKEN")?).build()?;

    let new = NewWorkspace::new("ACME", BillingMode::Single);
    let workspace = client.workspaces().create(&new).await?;
    let here = client.workspace(&workspace.id);
    let payer = NewBillingAccount::new("ACME Inc.", "billing@example.com", Currency::Eur);
    let payer = here.billing_accounts().create(&payer).await?;
    let subscriptions = here.billing_account(&payer.id).subscriptions();
    subscriptions
        .create(&NewSubscription::of("locations", 10))
        .await?;

    let europe = NewOrganization::new("Europe")
        .paid_by(&payer.id)
        .limit("locations", 2);
    let europe = here.organizations().create(&europe).await?;
    let berlin = here
        .organization(&europe.id)
        .create_child(&NewOrganization::new("Berlin"))
        .await?;

    for resource in ["site-1", "site-2", "site-3"] {
        match client.charges().put("locations", resource, &berlin.id, 1).await {
            Ok(charged) => println!("{resource}: {} unit", charged.charge.quantity),
            Err(error) => match error.limit_reached() {
                Some(refusal) => println!("{resource}: {}", explain(refusal)),
                None => return Err(error.into()),
            },
        }
    }
    client
        .charges()
        .release("locations", "site-1", &berlin.id)
        .await?;

    let mut events = std::pin::pin!(here.events().list().page_size(5).into_stream());
    while let Some(event) = events.try_next().await? {
        println!("{} {} {}", event.at, event.kind, event.subject);
    }
    Ok(())
}

fn explain(refusal: &LimitReached) -> String {
    let nodes = refusal.chain.iter().filter_map(|node| node.details.as_ref());
    let nodes = nodes.map(|node| {
        let limit = node.limit.map_or("∞".to_owned(), |limit| limit.to_string());
        format!("{} {}/{limit}", node.name, node.used)
    });
    let chain: Vec<String> = nodes.collect();
    format!("{} is full ({})", refusal.binding, chain.join(" → "))
}
