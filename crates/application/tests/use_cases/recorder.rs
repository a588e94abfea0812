//! What a thread sends to the database: counted, and stopped before it saves.

use std::cell::{Cell, RefCell};
use std::sync::Once;
use std::sync::mpsc::{Receiver, Sender};

use diesel::connection::{Instrumentation, InstrumentationEvent};

/// Where a thread stops once.
pub struct Stop {
    pub arrived: Sender<()>,
    pub may_go_on: Receiver<()>,
}

thread_local! {
    static STOP: Cell<Option<Stop>> = const { Cell::new(None) };
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static IS_IN_TRANSACTION: Cell<bool> = const { Cell::new(false) };
}

fn stop_once() {
    if let Some(stop) = STOP.take() {
        stop.arrived.send(()).unwrap();
        stop.may_go_on.recv().unwrap();
    }
}

/// Notes where transactions begin and end; says whether a statement saves something that is no part of any.
fn saves_alone(sql: &str) -> bool {
    match sql.split(' ').next() {
        Some("BEGIN") => IS_IN_TRANSACTION.set(true),
        Some("COMMIT" | "ROLLBACK") => IS_IN_TRANSACTION.set(false),
        _ => {}
    }
    !IS_IN_TRANSACTION.get() && sql.starts_with("WITH ")
}

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                let sql = text.split(" -- binds:").next().unwrap_or_default().to_owned();
                if saves_alone(&sql) {
                    stop_once();
                }
                STATEMENTS.with_borrow_mut(|statements| statements.push(sql));
            }
            InstrumentationEvent::CommitTransaction { .. } => stop_once(),
            _ => {}
        }
    }
}

/// Has every connection that is opened from now on tell what it does.
pub fn record() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        diesel::connection::set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    });
}

/// Has this thread stop when it next has done everything but save.
pub fn stop_before_saving(stop: Stop) {
    STOP.set(Some(stop));
}

/// The statements that some work sends to the database, BEGIN and COMMIT included.
pub fn statements_of<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    STATEMENTS.take();
    let done = work();
    (done, STATEMENTS.take())
}
