//! What a thread sends to the database: counted, and stopped before it commits.

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
}

struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                let sql = text.split(" -- binds:").next().unwrap_or_default().to_owned();
                STATEMENTS.with_borrow_mut(|statements| statements.push(sql));
            }
            InstrumentationEvent::CommitTransaction { .. } => {
                if let Some(stop) = STOP.take() {
                    stop.arrived.send(()).unwrap();
                    stop.may_go_on.recv().unwrap();
                }
            }
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

/// Has this thread stop when it next has done everything but commit.
pub fn stop_before_commit(stop: Stop) {
    STOP.set(Some(stop));
}

/// The statements that some work sends to the database, BEGIN and COMMIT included.
pub fn statements_of<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    STATEMENTS.take();
    let done = work();
    (done, STATEMENTS.take())
}
