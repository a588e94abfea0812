//! Changes that are made only to what their caller has seen (RFC 9110 §13).

use crate::error::{Error, Result};

/// Says whether a thing is as it must be; `None` when it is not there.
pub type Holds<'a, T> = dyn Fn(Option<&T>) -> bool + 'a;

/// What must be so of a thing for it to be changed; asked in the transaction that changes it.
pub struct Precondition<'a, T> {
    holds: Option<&'a Holds<'a, T>>,
}

/// None.
impl<T> Default for Precondition<'_, T> {
    fn default() -> Self {
        Self { holds: None }
    }
}

impl<'a, T> Precondition<'a, T> {
    /// This one, which is asked about the thing as it is, or that it is not there.
    pub fn new(holds: Option<&'a Holds<'a, T>>) -> Self {
        Self { holds }
    }

    /// Refuses when it does not hold. What it is asked about is only loaded when there is a precondition.
    pub(crate) fn check(&self, load: impl FnOnce() -> Result<Option<T>>) -> Result<()> {
        match self.holds {
            Some(holds) if !holds(load()?.as_ref()) => Err(Error::PreconditionFailed),
            _ => Ok(()),
        }
    }
}
