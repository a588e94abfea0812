use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use uuid::Uuid;

use super::server::Server;
use crate::client::{Builder, Client};
use crate::sources::{Pause, Sources};

/// A clock that only pauses move, and ids by number, which are no jitter.
#[derive(Default, Clone)]
pub struct Fakes(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    ids: u128,
    pauses: Vec<Duration>,
}

impl Fakes {
    /// How long was waited, each time.
    pub fn pauses(&self) -> Vec<Duration> {
        self.0.lock().unwrap().pauses.clone()
    }
}

impl Sources for Fakes {
    fn fresh(&self) -> Uuid {
        let mut state = self.0.lock().unwrap();
        state.ids += 1;
        Uuid::from_u128(state.ids)
    }

    fn uptime(&self) -> Duration {
        self.0.lock().unwrap().pauses.iter().sum()
    }

    fn sleep(&self, time: Duration) -> Pause {
        self.0.lock().unwrap().pauses.push(time);
        Box::pin(ready(()))
    }
}

/// A client of that server, with these sources.
pub fn client(server: &Server, fakes: &Fakes) -> Builder {
    Client::builder(&server.base).sources(fakes.clone())
}
