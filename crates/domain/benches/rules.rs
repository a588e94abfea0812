//! How long the rules take, without a database: `make bench-rules`.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot go on stops, with a reason"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tenantry_domain::capacity::{CapacityTree, Chain, Node, NodeId, PoolId};
use tenantry_domain::organization::Path;
use tenantry_domain::team::slug;
use tenantry_domain::{Limit, OrganizationId, Units, WorkspaceId};
use uuid::Uuid;

const POOL: NodeId = NodeId::Pool(PoolId::Workspace(WorkspaceId::from_uuid(Uuid::from_u128(1))));
/// As many as the largest workspace has by default (O1).
const ORGANIZATIONS: u32 = 1_000;
/// Children of each organization of the tree that is built.
const CHILDREN: u32 = 3;

fn organization(number: u32) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(
        (0x0198_0000_0000_7000_8000 << 48) | u128::from(number),
    ))
}

fn units(number: u64) -> Units {
    Units::new(number).expect("it is small")
}

/// A node with this limit, of which half is used.
fn node(id: NodeId, limit: u64) -> Node {
    Node {
        id,
        name: "Berlin".to_owned(),
        limit: Limit::AtMost(units(limit)),
        used: units(limit / 2),
    }
}

/// So many nodes, pool and target included, the tightest in the middle.
fn chain(nodes: u32) -> Chain {
    let limit = |number: u32| if number == nodes / 2 { 100 } else { 1_000 };
    let organizations =
        (1..nodes).map(|number| node(NodeId::Organization(organization(number)), limit(number)));
    let mut all: Vec<Node> = [node(POOL, 10_000)].into_iter().chain(organizations).collect();
    let target = all.pop().expect("a chain has a target");
    Chain::new(all, target)
}

fn decisions(c: &mut Criterion) {
    for nodes in [5, 10] {
        let chain = chain(nodes);
        c.bench_function(&format!("chain of {nodes} admits"), |b| {
            b.iter(|| black_box(&chain).admit(units(1)));
        });
        c.bench_function(&format!("chain of {nodes} refuses"), |b| {
            b.iter(|| black_box(&chain).admit(units(51)));
        });
    }
}

fn paths(c: &mut Criterion) {
    let path = (1..10).fold(Path::root(), |path, number| path.below(organization(number)));
    let text = path.to_string();
    c.bench_function("path of nine ancestors is written", |b| {
        b.iter(|| black_box(&path).to_string());
    });
    c.bench_function("path of nine ancestors is read", |b| {
        b.iter(|| black_box(&text).parse::<Path>());
    });
}

fn tree() -> CapacityTree {
    let mut tree = CapacityTree::default();
    tree.insert(node(POOL, 10_000), None).expect("it is the first");
    for number in 0..ORGANIZATIONS {
        let parent = number
            .checked_sub(1)
            .map(|before| NodeId::Organization(organization(before / CHILDREN)));
        let new = node(NodeId::Organization(organization(number)), 1_000);
        tree.insert(new, Some(parent.unwrap_or(POOL)))
            .expect("its parent is there");
    }
    tree
}

fn trees(c: &mut Criterion) {
    c.bench_function("tree of 1,000 is built", |b| b.iter(tree));
}

fn texts(c: &mut Criterion) {
    let id = organization(7);
    let text = id.to_string();
    c.bench_function("id is written", |b| b.iter(|| black_box(id).to_string()));
    c.bench_function("id is read", |b| {
        b.iter(|| black_box(&text).parse::<OrganizationId>());
    });
    c.bench_function("slug", |b| {
        b.iter(|| slug(black_box("Straßenbau & Söhne, Niederlassung Köln")));
    });
}

criterion_group!(rules, decisions, paths, trees, texts);
criterion_main!(rules);
