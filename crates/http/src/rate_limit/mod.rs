//! How often callers may call, and how often they may fail to say who they are.

mod failures;
mod header;
mod quota;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use quota::Standing;

use crate::auth::{Credential, CredentialKind};
use crate::client::Network;
use crate::problem::Problem;
use failures::Failures;
use quota::{Exhausted, Quotas};

/// How long the process has been running: it never jumps, unlike the wall clock.
pub type Uptime = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The rates, a minute; what is `None` is not limited. Quotas are of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests of one holder of tokens of the local issuer.
    pub local_tokens: Option<NonZeroU32>,
    /// Requests of one holder of tokens of another issuer.
    pub issuer_tokens: Option<NonZeroU32>,
    /// Requests with one API key or credential.
    pub api_keys: Option<NonZeroU32>,
    /// Credentials from one address that are found to be bad.
    pub failed_authentications: Option<NonZeroU32>,
}

/// No limit but 600 requests with a key, and 30 failures.
impl Default for RateLimits {
    fn default() -> Self {
        Self {
            local_tokens: None,
            issuer_tokens: None,
            api_keys: NonZeroU32::new(600),
            failed_authentications: NonZeroU32::new(30),
        }
    }
}

/// Holds callers to the [`RateLimits`].
pub(crate) struct RateLimiters {
    local_tokens: Option<Quotas<String>>,
    issuer_tokens: Option<Quotas<String>>,
    api_keys: Option<Quotas<String>>,
    failures: Option<Failures>,
}

impl RateLimiters {
    /// By this clock.
    pub fn new(limits: RateLimits, uptime: &Uptime) -> Self {
        let quotas = |per_minute| Quotas::new(per_minute, Arc::clone(uptime));
        Self {
            local_tokens: limits.local_tokens.map(quotas),
            issuer_tokens: limits.issuer_tokens.map(quotas),
            api_keys: limits.api_keys.map(quotas),
            failures: limits
                .failed_authentications
                .map(|per_minute| Failures::new(per_minute, Arc::clone(uptime))),
        }
    }

    /// Takes one request from the holder's quota, and says what is left of it, if there is one.
    pub fn admit(&self, credential: &Credential) -> Result<Option<Standing>, Problem> {
        let quotas = match credential.kind {
            CredentialKind::LocalToken => &self.local_tokens,
            CredentialKind::IssuerToken => &self.issuer_tokens,
            CredentialKind::TeamCredential | CredentialKind::UserKey => &self.api_keys,
        };
        let Some(quotas) = quotas else {
            return Ok(None);
        };
        match quotas.spend(&credential.holder) {
            Ok(standing) => Ok(Some(standing)),
            Err(exhausted) => {
                let headers = quotas.standing(0).headers();
                Err(
                    headers.fold(header::refusal(exhausted), |problem, (name, value)| {
                        problem.header(name, value)
                    }),
                )
            }
        }
    }

    /// Whether a credential from there is looked at now.
    pub fn check_address(&self, client: Network) -> Result<(), Problem> {
        self.of_failures(|failures| failures.check(client))
    }

    /// Takes note of a bad credential from there.
    pub fn note_failure(&self, client: Network) -> Result<(), Problem> {
        self.of_failures(|failures| failures.note(client))
    }

    fn of_failures(&self, ask: impl FnOnce(&Failures) -> Result<(), Exhausted>) -> Result<(), Problem> {
        self.failures
            .as_ref()
            .map_or(Ok(()), ask)
            .map_err(header::refusal)
    }
}
