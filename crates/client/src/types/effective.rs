use serde::{Deserialize, Serialize};

use super::{HeldRole, LimitMode, NodeKind, Page, PerMeter, Role};
use crate::{BillingAccountId, OrganizationId, TeamId, UserId};

/// Everything that applies to an organization, and where it comes from (O9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Effective {
    /// The organization.
    pub organization_id: OrganizationId,
    /// What limits it, by meter.
    pub limits: PerMeter<EffectiveMeter>,
    /// The account that pays; none when none does alone, and for whoever does not see billing.
    pub billing_account: Option<EffectiveAccount>,
    /// How its sign-in page looks, with what it inherits.
    pub branding: EffectiveBranding,
    /// Who has access to it; none for machines.
    pub access: Option<Page<PersonWithAccess>>,
}

/// What limits an organization, of one meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EffectiveMeter {
    /// The smallest limit that binds; none when none does.
    pub total: Option<u64>,
    /// What could be charged now; none when nothing binds.
    pub free: Option<u64>,
    /// Every limit on the chain, from the pool down to its own.
    pub applied: Vec<AppliedLimit>,
}

/// A limit on the chain of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppliedLimit {
    /// The limit.
    pub limit: u64,
    /// What is done about more.
    pub mode: LimitMode,
    /// What is used where it is set, and below.
    pub used: u64,
    /// How much more fits under it.
    pub free: u64,
    /// Where it is set.
    pub from: Source,
}

/// Where something comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: NodeKind,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// An account that pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EffectiveAccount {
    /// Its id.
    pub id: BillingAccountId,
    /// What people call it.
    pub name: String,
    /// The root that it is linked to.
    pub from: Source,
}

/// How a sign-in page looks: each field from the nearest organization that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EffectiveBranding {
    /// The name to show.
    pub display_name: Option<InheritedText>,
    /// Colours of the page.
    pub colors: EffectiveColors,
}

/// Colours of a sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EffectiveColors {
    /// Buttons and links.
    pub primary: Option<InheritedText>,
    /// Behind everything.
    pub page_background: Option<InheritedText>,
}

/// A field of a branding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InheritedText {
    /// What it is.
    pub value: String,
    /// Where it comes from.
    pub from: Source,
}

/// Somebody who has access to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PersonWithAccess {
    /// Who they are.
    pub user_id: UserId,
    /// Their name; their address, while the issuer says no name.
    pub name: String,
    /// Their address; empty while the issuer says none.
    pub email: String,
    /// What gives it to them.
    pub through: Vec<Through>,
}

/// What gives somebody access to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Through {
    /// A role in the workspace.
    WorkspaceRole {
        /// The role.
        role: Role,
    },
    /// Roles in a team of the organization.
    TeamRoles {
        /// The team.
        team_id: TeamId,
        /// What people call it.
        team_name: String,
        /// The roles, the owner's first.
        roles: Vec<HeldRole>,
    },
    /// Something that a newer service knows.
    #[serde(other)]
    Other,
}
