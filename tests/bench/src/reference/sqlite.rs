use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error;

use crate::seed::METER;
use crate::tree::{self, FIRST_LANE, LANES, Shape};

diesel::table! {
    chain_links (workspace_id, target_id, position) {
        workspace_id -> Binary,
        target_id -> Binary,
        position -> Integer,
        node_id -> Binary,
    }
}

diesel::table! {
    balances (workspace_id, node_id, meter) {
        workspace_id -> Binary,
        node_id -> Binary,
        meter -> Text,
        cap -> Nullable<BigInt>,
        direct -> BigInt,
        subtree -> BigInt,
    }
}

diesel::table! {
    charges (workspace_id, meter, resource_id) {
        workspace_id -> Binary,
        meter -> Text,
        resource_id -> Text,
        organization_id -> Nullable<Binary>,
        quantity -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(chain_links, balances);

/// As the service sets up its own connection.
const SETUP: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;";

/// Of a balance: its node, its cap, what is used there, and in the whole subtree.
type Row = (Vec<u8>, Option<i64>, i64, i64);

/// Charges in this file for so long, in this process, each charge a transaction that is on the disk when it ends. Tells how many there were in
/// a second.
pub fn charge_for(file: &str, shape: Shape, duration: Duration, run: &str) -> f64 {
    let mut connection = SqliteConnection::establish(file).expect("the file can be opened");
    connection.batch_execute(SETUP).expect("SQLite knows all of it");
    let mut random = fastrand::Rng::with_seed(1);
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < duration {
        let workspace = random.u32(1..=shape.workspaces);
        let number = random.u32(FIRST_LANE..FIRST_LANE + LANES);
        let resource = format!("{run}-{count}");
        connection
            .immediate_transaction(|c| charge(c, workspace, number, &resource))
            .expect("there is room");
        count += 1;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

fn charge(c: &mut SqliteConnection, workspace: u32, number: u32, resource: &str) -> QueryResult<()> {
    let target = tree::organization_id(workspace, number)
        .as_uuid()
        .as_bytes()
        .to_vec();
    let workspace = tree::workspace_id(workspace).as_uuid().as_bytes().to_vec();
    let of_link = balances::workspace_id
        .eq(chain_links::workspace_id)
        .and(balances::node_id.eq(chain_links::node_id))
        .and(balances::meter.eq(METER));
    let chain: Vec<Row> = chain_links::table
        .inner_join(balances::table.on(of_link))
        .filter(chain_links::workspace_id.eq(&workspace))
        .filter(chain_links::target_id.eq(&target))
        .order(chain_links::position)
        .select((
            balances::node_id,
            balances::cap,
            balances::direct,
            balances::subtree,
        ))
        .load(c)?;
    for (node, cap, direct, subtree) in chain {
        if cap.is_some_and(|cap| subtree >= cap) {
            return Err(Error::RollbackTransaction);
        }
        diesel::update(balances::table.find((&workspace, &node, METER)))
            .set((
                balances::direct.eq(direct + i64::from(node == target)),
                balances::subtree.eq(subtree + 1),
            ))
            .execute(c)?;
    }
    diesel::insert_into(charges::table)
        .values((
            charges::workspace_id.eq(&workspace),
            charges::meter.eq(METER),
            charges::resource_id.eq(resource),
            charges::organization_id.eq(&target),
            charges::quantity.eq(1),
            charges::created_at.eq(0),
            charges::updated_at.eq(0),
        ))
        .execute(c)
        .map(drop)
}
