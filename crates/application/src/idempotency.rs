//! Requests that may be sent again: what was done once under a key is answered as it was then, and not done again
//! (`docs/rules.md` R1; draft-ietf-httpapi-idempotency-key-header).

use std::fmt;
use std::str::FromStr;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::ports::{Claim, ClaimKey, ClaimTimes, StoreError, UnitOfWork};
use crate::service::Tenantry;

/// For how long answers are kept, in hours.
pub const KEPT_HOURS: u32 = 24;

/// The caller's own name for one request: 1–255 printable characters of ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// The text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 printable ASCII characters")]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let is_printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if is_printable && (1..=255).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidIdempotencyKey)
        }
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request that its caller may send again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRequest {
    /// What the caller calls it.
    pub key: IdempotencyKey,
    /// What tells it from others: a digest of everything that was asked.
    pub fingerprint: [u8; 32],
}

/// An answer as its giver wrote it down.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenAnswer(pub Vec<u8>);

/// Without the answer, which may be anything.
impl fmt::Debug for WrittenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrittenAnswer({} bytes)", self.0.len())
    }
}

/// Whether and how something is done only once: the answer to a [`KeyedRequest`] is kept in the transaction of what it does, and a
/// repetition gets [`Error::DoneBefore`] with it. What is refused is not kept, since it did nothing.
pub struct Once<'a, T> {
    asked: Option<Asked<'a, T>>,
}

struct Asked<'a, T> {
    request: &'a KeyedRequest,
    write: &'a dyn Fn(&T) -> WrittenAnswer,
}

/// As often as it is asked.
impl<T> Default for Once<'_, T> {
    fn default() -> Self {
        Self { asked: None }
    }
}

impl<'a, T> Once<'a, T> {
    /// Once for this request, when it has a key. `write` writes the answer down.
    pub fn new(request: Option<&'a KeyedRequest>, write: &'a dyn Fn(&T) -> WrittenAnswer) -> Self {
        Self {
            asked: request.map(|request| Asked { request, write }),
        }
    }
}

impl Tenantry {
    /// Makes the key of a request, when it has one, this transaction's. Whoever else has it is waited for, as for any row.
    pub(crate) fn claim<T>(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        once: &Once<'_, T>,
    ) -> Result<()> {
        let Some(Asked { request, .. }) = &once.asked else {
            return Ok(());
        };
        let claim = unit.answers().claim(
            &claim_key(actor, request),
            &request.fingerprint,
            self.claim_times(),
        );
        match claim {
            Ok(claim) => check_claim(claim, request),
            Err(StoreError::Retry(_)) => Err(Error::InFlight),
            Err(error) => Err(error.into()),
        }
    }

    /// Answers what only reads, and writes nothing but the answer when the request has a key.
    pub(crate) fn answer_once<T>(
        &self,
        actor: &Actor,
        once: &Once<'_, T>,
        read: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let Some(Asked { request, .. }) = &once.asked else {
            return read();
        };
        // What is read takes transactions of its own, so the key is looked at before them and claimed behind them.
        self.read(|unit| self.recall(unit, actor, request))?;
        let answer = read()?;
        self.write(|unit| {
            self.claim(unit, actor, once)?;
            keep(unit, actor, once, &answer)
        })?;
        Ok(answer)
    }

    /// Looks whether a request was answered.
    pub(crate) fn recall(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        request: &KeyedRequest,
    ) -> Result<()> {
        let valid_since = self.claim_times().valid_since;
        let claim = unit.answers().find(&claim_key(actor, request), valid_since)?;
        check_claim(claim, request)
    }

    fn claim_times(&self) -> ClaimTimes {
        let now = self.now();
        ClaimTimes {
            now,
            valid_since: now.minus_hours(KEPT_HOURS),
        }
    }

    /// Removes the answers that are no longer kept; says how many.
    pub fn forget_answers(&self) -> Result<u32> {
        let before = self.now().minus_hours(KEPT_HOURS);
        self.write(|unit| Ok(unit.answers().forget(before)?))
    }
}

fn check_claim(claim: Claim, request: &KeyedRequest) -> Result<()> {
    match claim {
        Claim::Free => Ok(()),
        Claim::Answered { fingerprint, answer } if fingerprint == request.fingerprint => {
            Err(Error::DoneBefore(answer))
        }
        Claim::Answered { .. } => Err(Error::KeyReused),
    }
}

/// Keeps the answer under the key that this transaction claimed.
pub(crate) fn keep<T>(
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    once: &Once<'_, T>,
    outcome: &T,
) -> Result<()> {
    match &once.asked {
        Some(Asked { request, write }) => {
            Ok(unit.answers().keep(&claim_key(actor, request), &write(outcome))?)
        }
        None => Ok(()),
    }
}

fn claim_key(actor: &Actor, request: &KeyedRequest) -> ClaimKey {
    ClaimKey {
        caller: caller(actor),
        key: request.key.clone(),
    }
}

/// Whose keys these are. Machines of different issuers may have one name.
fn caller(actor: &Actor) -> String {
    match actor {
        Actor::Person(user) => format!("user:{user}"),
        Actor::Machine(machine) => format!("machine:{} {}", machine.issuer, machine.name),
        Actor::Credential(credential) => format!("credential:{}", credential.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_a_key_is_1_to_255_printable_characters() {
        for text in ["a", "~", "018f-… no".get(..5).unwrap(), &"k".repeat(255)] {
            assert_eq!(text.parse::<IdempotencyKey>().unwrap().as_str(), text);
        }
        for text in ["", "ü", "a\tb", "a\n", "\u{7f}", &"k".repeat(256)] {
            assert_eq!(
                text.parse::<IdempotencyKey>(),
                Err(InvalidIdempotencyKey),
                "{text:?}"
            );
        }
    }
}
