use serde::{Deserialize, Serialize};

use crate::OrganizationId;
use crate::words::words;

words! {
    /// Where a node is, as seen from an organization (L7).
    ContextKind {
        /// It is the pool.
        Pool = "pool",
        /// It is above the parent.
        Ancestor = "ancestor",
        /// It is the parent.
        Parent = "parent",
        /// It is the organization itself.
        Organization = "organization",
    }
}

words! {
    /// What a limit does about growth that does not fit (L8).
    LimitMode {
        /// It refuses.
        Enforce = "enforce",
        /// It lets the growth pass, and what it would have refused is told in the feed.
        Observe = "observe",
    }
}

/// A limit of an organization (L2, L8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Limit {
    /// At most so many.
    AtMost(u64),
    /// A number, and what is done about more.
    Moded {
        /// The number.
        limit: u64,
        /// What is done about more.
        mode: LimitMode,
    },
}

impl Limit {
    /// One that refuses nothing.
    pub const fn observed(limit: u64) -> Self {
        Self::Moded {
            limit,
            mode: LimitMode::Observe,
        }
    }
}

impl From<u64> for Limit {
    fn from(limit: u64) -> Self {
        Self::AtMost(limit)
    }
}

/// What an organization may use, and why (L7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// The organization.
    pub organization_id: OrganizationId,
    /// What people call it.
    pub organization_name: String,
    /// A row for each meter.
    pub limits: Vec<LimitRow>,
    /// The context of the row with the least room.
    pub context: Option<Context>,
}

/// What an organization may use of one meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LimitRow {
    /// The meter.
    #[serde(rename = "type")]
    pub meter: String,
    /// What it and everything below it use.
    pub used: u64,
    /// What is charged to itself.
    pub direct: u64,
    /// What could be charged now; none when nothing limits.
    pub free: Option<u64>,
    /// Its own limit, when it is enforced.
    pub org_limit: Option<u64>,
    /// Its own limit, when it only observes.
    pub observed_limit: Option<u64>,
    /// The smallest limit on the chain.
    pub total: Option<u64>,
    /// The node that binds.
    pub context: Option<Context>,
}

/// A node that binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Context {
    /// Where it is.
    #[serde(rename = "type")]
    pub kind: ContextKind,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
}
