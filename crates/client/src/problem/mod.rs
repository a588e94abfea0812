//! Problems (RFC 9457): what is answered when a request is not done.

mod code;
mod members;
mod row;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use code::Code;
use members::Members;
pub use members::{
    BatchRefused, ChargedElsewhere, LimitReached, LiveSubscription, MoveBlocked, RefusedRow,
    ResourceReserved, Underprovision, WorkspaceNotEmpty,
};
pub use row::RowProblem;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Problem {
    /// The address of the page about this kind of problem.
    #[serde(rename = "type")]
    pub page: String,
    /// The kind, to be matched.
    pub code: Code,
    /// What it is, in a few words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// The id of the request, under which the service's log knows it.
    pub request_id: String,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    #[serde(flatten)]
    members: Members,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldError {
    /// Which one: a JSON pointer into the body, `?name` for a query parameter, `{name}` for a part of the path.
    pub pointer: String,
    /// What is wrong, to be matched.
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
}

impl Problem {
    /// The node that binds and the whole chain, of [`Code::LimitReached`].
    pub fn limit_reached(&self) -> Option<&LimitReached> {
        match &self.members {
            Members::LimitReached(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// What is in the way of a move, of [`Code::MoveBlocked`].
    pub fn move_blocked(&self) -> Option<&MoveBlocked> {
        match &self.members {
            Members::MoveBlocked(blocked) => Some(blocked),
            _ => None,
        }
    }

    /// Where the resource is charged, of [`Code::ChargedElsewhere`].
    pub fn charged_elsewhere(&self) -> Option<&ChargedElsewhere> {
        match &self.members {
            Members::ChargedElsewhere(place) => Some(place),
            _ => None,
        }
    }

    /// What holds the resource, of [`Code::ResourceReserved`].
    pub fn resource_reserved(&self) -> Option<&ResourceReserved> {
        match &self.members {
            Members::ResourceReserved(held) => Some(held),
            _ => None,
        }
    }

    /// The rows that are refused, of [`Code::BatchRefused`].
    pub fn batch_refused(&self) -> Option<&BatchRefused> {
        match &self.members {
            Members::BatchRefused(refused) => Some(refused),
            _ => None,
        }
    }

    /// What would be missing, of [`Code::CancellationWouldUnderprovision`] and its like.
    pub fn underprovision(&self) -> Option<&Underprovision> {
        match &self.members {
            Members::Underprovision(missing) => Some(missing),
            _ => None,
        }
    }

    /// What is in the way, of [`Code::WorkspaceNotEmpty`].
    pub fn workspace_not_empty(&self) -> Option<&WorkspaceNotEmpty> {
        match &self.members {
            Members::WorkspaceNotEmpty(blockers) => Some(blockers),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            status,
            code,
            detail,
            request_id,
            ..
        } = self;
        write!(f, "{status} {code}: {detail} (request {request_id})")
    }
}
