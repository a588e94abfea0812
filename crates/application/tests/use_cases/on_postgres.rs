use std::sync::Arc;

use tenantry_persistence::{Options, open};
use tenantry_test_postgres::shared;

use crate::database::Database;

#[path = "cases/mod.rs"]
mod cases;

fn database() -> Database {
    crate::recorder::record();
    let url = shared().create_schema();
    let (at, of) = (url.clone(), url.clone());
    Database {
        store: open(&url, &Options::default()).unwrap(),
        waiting: Arc::new(move || Some(shared().waiting(&at))),
        deadlocks: Arc::new(move || shared().deadlocks(&of)),
    }
}
