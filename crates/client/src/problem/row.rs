use serde::{Deserialize, Serialize};

use super::members::Members;
use super::{ChargedElsewhere, Code, FieldError, LimitReached, ResourceReserved};

/// Why a row of a batch was not done: what the problem would have said, had it been a request of its own (C7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RowProblem {
    /// The kind, to be matched.
    pub code: Code,
    /// What it is, in a few words.
    pub title: String,
    /// The status that the row would have had alone.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    #[serde(flatten)]
    members: Members,
}

impl RowProblem {
    /// The node that binds and the whole chain, of [`Code::LimitReached`].
    pub fn limit_reached(&self) -> Option<&LimitReached> {
        match &self.members {
            Members::LimitReached(refusal) => Some(refusal),
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
}
