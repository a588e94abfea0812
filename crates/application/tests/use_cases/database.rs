use std::sync::Arc;

use tenantry_application::ports::Store;

/// How many transactions wait for a lock at this moment, where that can be told.
pub type Waiting = Arc<dyn Fn() -> Option<usize> + Send + Sync>;

/// A fresh database.
#[derive(Clone)]
pub struct Database {
    pub store: Arc<dyn Store>,
    pub waiting: Waiting,
    /// How many deadlocks there were.
    pub deadlocks: Arc<dyn Fn() -> usize + Send + Sync>,
}
