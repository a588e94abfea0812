use std::error::Error as StdError;
use std::time::Duration;

use crate::problem::{Code, LimitReached, Problem};

/// Any error, as others make them.
pub(crate) type AnyError = Box<dyn StdError + Send + Sync>;

/// Why there is no answer to be glad of.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service refused, and says why.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// Something on the way refused, since the service answers errors as problems.
    #[error("an answer with status {status} that is no problem of this interface")]
    Refused {
        /// The status.
        status: u16,
    },
    /// No answer arrived. Whether the request was done is unknown, unless it could not be sent.
    #[error("no answer arrived")]
    Transport(#[source] AnyError),
    /// No answer arrived in time. Whether the request was done is unknown.
    #[error("no answer arrived within {0:?}")]
    Timeout(Duration),
    /// The answer is not what it should be.
    #[error("the answer cannot be read")]
    Decoding(#[source] AnyError),
    /// The request cannot be written, such as a key or a token with control characters.
    #[error("the request cannot be written")]
    Encoding(#[source] AnyError),
    /// There was no token to be had.
    #[error("there is no token")]
    Token(#[source] AnyError),
}

impl Error {
    /// The problem, when the service refused.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// The kind of problem, when the service refused.
    pub fn code(&self) -> Option<&Code> {
        self.problem().map(|problem| &problem.code)
    }

    /// The status, when there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Refused { status } => Some(*status),
            _ => None,
        }
    }

    /// Whether it is not there, or not the caller's to know (I3).
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(&Code::NotFound)
    }

    /// Whether it is no more what was seen, or not absent any more.
    pub fn is_precondition_failed(&self) -> bool {
        self.code() == Some(&Code::PreconditionFailed)
    }

    /// The node that binds and the whole chain, when there was no room (C3).
    pub fn limit_reached(&self) -> Option<&LimitReached> {
        self.problem().and_then(Problem::limit_reached)
    }
}
