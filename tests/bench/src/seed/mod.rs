//! Fills a migrated database with workspaces, as the service would have left it: `tenantry verify` finds nothing.

mod dialect;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};

use self::dialect::{Dialect, POSTGRES, SQLITE};
use crate::tree::{self, Shape};

/// Whose e-mail address, and subject at the local issuer, the member of every workspace has.
pub const MEMBER: &str = "bench@example.com";
/// The one meter that is charged.
pub const METER: &str = "locations";
/// The capacity of each pool and the limit of each organization: looked at by every charge, and never reached.
const CAP: u32 = 1_000_000_000;
/// Workspaces in one transaction.
const BATCH: u32 = 20;

/// Fills the database at this URL.
pub fn postgres(url: &str, shape: Shape) {
    let mut connection = PgConnection::establish(url).expect("the server is there");
    fill(&mut connection, &POSTGRES, shape);
}

/// Fills this file.
pub fn sqlite(file: &str, shape: Shape) {
    let mut connection = SqliteConnection::establish(file).expect("the file can be opened");
    fill(&mut connection, &SQLITE, shape);
}

fn fill(connection: &mut impl SimpleConnection, dialect: &Dialect, shape: Shape) {
    let mut run = |sql: &str| connection.batch_execute(sql).expect("the schema takes it");
    run(dialect.before);
    run(&user(dialect));
    run(&template(shape));
    let mut first = 1;
    while first <= shape.workspaces {
        let last = shape.workspaces.min(first + BATCH - 1);
        let workspaces: Vec<String> = (first..=last).map(|w| workspace(dialect, shape, w)).collect();
        run(&format!("BEGIN; {} COMMIT;", workspaces.concat()));
        tell(first, last, shape.workspaces);
        first = last + 1;
    }
    run(dialect.after);
}

/// A line for each tenth.
fn tell(first: u32, last: u32, all: u32) {
    let tenths = |workspaces: u32| workspaces * 10 / all;
    if tenths(last) > tenths(first - 1) {
        eprintln!("  seeding: {last} of {all} workspaces");
    }
}

fn user(dialect: &Dialect) -> String {
    let (id, past) = ((dialect.uuid)(tree::user_id()), dialect.past);
    format!(
        "INSERT INTO users (id, issuer, subject, email, email_verified, email_key, created_at, updated_at) \
         VALUES ({id}, 'tenantry-local', '{MEMBER}', '{MEMBER}', {}, '{MEMBER}', {past}, {past});",
        dialect.yes
    )
}

/// The chains of one tree in numbers, below the pool.
fn template(shape: Shape) -> String {
    let row = |target: u32, (position, node): (usize, u32)| format!("({target}, {position}, {node})");
    let rows = shape.places().flat_map(|place| {
        let chain = tree::ancestors(place.number).into_iter().chain([place.number]);
        (1..)
            .zip(chain)
            .map(move |link| row(place.number, link))
            .collect::<Vec<_>>()
    });
    let rows: Vec<String> = rows.collect();
    format!(
        "CREATE TEMPORARY TABLE seed_links (target integer, position integer, node integer); \
         INSERT INTO seed_links VALUES {};",
        rows.join(", ")
    )
}

/// One workspace in `pooled` mode, with an account whose subscription fills the pool.
fn workspace(dialect: &Dialect, shape: Shape, number: u32) -> String {
    let Dialect {
        past,
        future,
        yes,
        no,
        uuid,
        ..
    } = *dialect;
    let id = uuid(tree::workspace_id(number).as_uuid());
    let account = uuid(tree::billing_account_id(number));
    let subscription = uuid(tree::subscription_id(number));
    let member = uuid(tree::user_id());
    let organization = |column: &str| (dialect.organization)(number, column);
    let (target, node) = (organization("target"), organization("node"));
    let organizations = organizations(dialect, shape, number);
    format!(
        "INSERT INTO workspaces (id, name, name_folded, billing_mode, ever_subscribed, next_transition_at, created_at, updated_at) \
         VALUES ({id}, 'Workspace {number}', 'workspace {number}', 'pooled', {yes}, {future}, {past}, {past}); \
         INSERT INTO members (workspace_id, user_id, role, created_at, updated_at) VALUES ({id}, {member}, 'admin', {past}, {past}); \
         INSERT INTO billing_accounts (workspace_id, id, name, email, currency, created_at, updated_at) \
         VALUES ({id}, {account}, 'Account {number}', 'billing@example.com', 'usd', {past}, {past}); \
         INSERT INTO subscriptions (workspace_id, id, billing_account_id, status, quantities, pending, cancel_at_period_end, metadata, \
         period_anchor, period_start, period_end, created_at, updated_at) \
         VALUES ({id}, {subscription}, {account}, 'active', '{{\"{METER}\": {CAP}}}', '{{}}', {no}, '{{}}', {past}, {past}, {future}, {past}, {past}); \
         {organizations} \
         INSERT INTO chain_links (workspace_id, target_id, position, node_type, node_id) \
         SELECT {id}, {target}, position, 'organization', {node} FROM seed_links; \
         INSERT INTO chain_links (workspace_id, target_id, position, node_type, node_id) \
         SELECT {id}, id, 0, 'workspace_pool', {id} FROM organizations WHERE workspace_id = {id}; \
         INSERT INTO balances (workspace_id, node_type, node_id, meter, cap, direct, subtree) \
         SELECT {id}, 'organization', id, '{METER}', {CAP}, 0, 0 FROM organizations WHERE workspace_id = {id}; \
         INSERT INTO balances (workspace_id, node_type, node_id, meter, cap, direct, subtree) \
         VALUES ({id}, 'workspace_pool', {id}, '{METER}', {CAP}, 0, 0); "
    )
}

fn organizations(dialect: &Dialect, shape: Shape, workspace: u32) -> String {
    let (uuid, past) = (dialect.uuid, dialect.past);
    let id = |number| uuid(tree::organization_id(workspace, number).as_uuid());
    let row = |place: tree::Place| {
        let tree::Place { number, parent } = place;
        let path = tree::path(workspace, number);
        format!(
            "({}, {}, 'Organization {number}', 'organization {number}', {}, '{path}', {}, {past}, {past})",
            uuid(tree::workspace_id(workspace).as_uuid()),
            id(number),
            parent.map_or("NULL".to_owned(), id),
            path.depth(),
        )
    };
    let rows: Vec<String> = shape.places().map(row).collect();
    format!(
        "INSERT INTO organizations (workspace_id, id, name, name_folded, parent_id, path, depth, created_at, updated_at) VALUES {};",
        rows.join(", ")
    )
}
