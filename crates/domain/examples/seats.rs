//! Seats of a company and its offices, with this crate alone: no server, no database, no clock.
//!
//! `cargo run -p tenantry-domain --example seats`

#![expect(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::error::Error;

use tenantry_domain::capacity::{CapacityTree, Chain, Node, NodeId, PoolId, Refusal};
use tenantry_domain::{BillingAccountId, Limit, OrganizationId, Units};
use uuid::Uuid;

const PLAN: NodeId = NodeId::Pool(PoolId::BillingAccount(BillingAccountId::from_uuid(
    Uuid::from_u128(1),
)));
const ACME: NodeId = organization(2);
const BERLIN: NodeId = organization(3);
const CAPE_TOWN: NodeId = organization(4);

fn main() -> Result<(), Box<dyn Error>> {
    let mut tree = company()?;
    println!("ACME pays for 12 seats and may use 8 of them; its Berlin office may use 5.\n");

    println!("Cape Town takes 4 seats, then Berlin takes them one by one:");
    charge(&mut tree, CAPE_TOWN, "Cape Town", 4)?;
    while charge(&mut tree, BERLIN, "Berlin", 1)? {}

    println!("\nBerlin is below its own limit, but ACME as a whole is full. Cape Town gives 2 seats back:");
    tree.shrink(CAPE_TOWN, Units::new(2)?)?;
    charge(&mut tree, BERLIN, "Berlin", 1)?;
    charge(&mut tree, BERLIN, "Berlin", 1)?;

    println!("\nWhat each of them may still use:");
    for (id, name) in [(ACME, "ACME"), (BERLIN, "Berlin"), (CAPE_TOWN, "Cape Town")] {
        print_limits(name, &tree.chain(id)?);
    }
    Ok(())
}

/// The plan on top, the company below it, and its two offices.
fn company() -> Result<CapacityTree, Box<dyn Error>> {
    let mut tree = CapacityTree::default();
    tree.insert(node(PLAN, "ACME's plan", at_most(12)?), None)?;
    tree.insert(node(ACME, "ACME", at_most(8)?), Some(PLAN))?;
    tree.insert(node(BERLIN, "Berlin", at_most(5)?), Some(ACME))?;
    tree.insert(node(CAPE_TOWN, "Cape Town", Limit::Unlimited), Some(ACME))?;
    Ok(tree)
}

/// Charges some seats, says what came of it, and returns whether they were admitted.
fn charge(tree: &mut CapacityTree, to: NodeId, name: &str, seats: u64) -> Result<bool, Box<dyn Error>> {
    match tree.grow(to, Units::new(seats)?)? {
        Ok(_) => {
            println!("  {name}: {seats} more, which makes {}", tree.used(to)?);
            Ok(true)
        }
        Err(refusal) => {
            println!("  {name}: refused, since {refusal}");
            print_refusal(&refusal);
            Ok(false)
        }
    }
}

/// The chain from the plan down, which is the whole explanation.
fn print_refusal(refusal: &Refusal) {
    for node in refusal.chain().nodes() {
        let verdict = if node.admits(refusal.requested) {
            "admits"
        } else {
            "refuses"
        };
        let binds = if node.id == refusal.binding().id {
            ", and binds"
        } else {
            ""
        };
        println!(
            "    {:<12} {} of {} used: {verdict}{binds}",
            node.name,
            node.used,
            shown(node.limit.cap())
        );
    }
}

fn print_limits(name: &str, chain: &Chain) {
    let binding = chain.binding().map_or("nothing", |node| node.name.as_str());
    println!(
        "  {name:<10} {} used, {} in total, {} free; {binding} binds",
        chain.target().used,
        shown(chain.total()),
        shown(chain.free()),
    );
}

fn shown(count: Option<Units>) -> String {
    count.map_or("any number".to_owned(), |units| units.to_string())
}

const fn organization(number: u128) -> NodeId {
    NodeId::Organization(OrganizationId::from_uuid(Uuid::from_u128(number)))
}

fn at_most(seats: u64) -> Result<Limit, Box<dyn Error>> {
    Ok(Limit::AtMost(Units::new(seats)?))
}

fn node(id: NodeId, name: &str, limit: Limit) -> Node {
    Node {
        id,
        name: name.to_owned(),
        limit,
        used: Units::ZERO,
    }
}
