use std::sync::Arc;

use tenantry_persistence::{Options, open};

use crate::database::Database;

#[path = "cases/mod.rs"]
mod cases;

fn database() -> Database {
    crate::recorder::record();
    Database {
        store: open("sqlite://:memory:", &Options::default()).unwrap(),
        waiting: Arc::new(|| None),
        deadlocks: Arc::new(|| 0),
    }
}
