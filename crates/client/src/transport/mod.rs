//! Requests on their way, as often as it takes.

mod attempt;
mod connection;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use hyper::header::HeaderValue;

pub(crate) use attempt::Reply;
use attempt::{Failed, WasDone};
pub(crate) use connection::{Connection, connect};

use crate::call::Call;
use crate::error::Error;
use crate::retries::Retries;
use crate::sources::Sources;
use crate::token::TokenSource;

/// One service, and how to speak to it.
pub(crate) struct Transport {
    pub base: String,
    pub token: Option<TokenSource>,
    pub user_agent: HeaderValue,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// How long all attempts together may take.
    pub deadline: Duration,
    pub retries: Retries,
    pub sources: Arc<dyn Sources>,
    pub connection: Connection,
}

impl Transport {
    /// Sends a request until it is answered for good, or there is no use in going on.
    pub async fn send(&self, call: &Call) -> Result<Reply, Error> {
        let end = self.sources.uptime().saturating_add(self.deadline);
        let (mut retries, mut may_be_done) = (0, false);
        loop {
            let left = end.saturating_sub(self.sources.uptime());
            let failed = match self.attempt(call, left).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => failed,
            };
            if may_be_done && call.was_done(failed.error.code()) {
                return Ok(Reply::nothing());
            }
            let Some(pause) = self.pause(call, &failed, retries, end) else {
                return Err(failed.error);
            };
            self.sources.sleep(pause).await;
            may_be_done |= failed.was_done == WasDone::Maybe;
            retries += 1;
        }
    }

    /// The pause before the next attempt, when there is to be one.
    fn pause(&self, call: &Call, failed: &Failed, retries: u32, end: Duration) -> Option<Duration> {
        let is_safe = match failed.was_done {
            WasDone::No => true,
            WasDone::Maybe => call.is_repeatable(),
            WasDone::Refused => false,
        };
        let pause = self
            .retries
            .pause(retries, failed.retry_after, self.sources.fresh());
        let is_in_time = self.sources.uptime().saturating_add(pause) < end;
        (is_safe && is_in_time && retries < self.retries.limit).then_some(pause)
    }
}
