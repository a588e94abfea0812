use serde::{Deserialize, Serialize};

use super::{Branding, BrandingChanges, Limit, PerMeter};
use crate::{BillingAccountId, OrganizationId, Patch, Timestamp, WorkspaceId};

/// What a new organization is to be (O1, O3).
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewOrganization {
    /// What people call it: 1–50 characters.
    pub name: String,
    /// The account that pays: needed by roots in `single` and `assigned` mode, none otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_account_id: Option<BillingAccountId>,
    /// Its limits by meter; 0 disables, none does not limit (L2).
    #[serde(skip_serializing_if = "PerMeter::is_empty")]
    pub limits: PerMeter<Option<Limit>>,
    /// How its sign-in page looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding: Option<BrandingChanges>,
    /// A picture of it (O4): an https URL that everybody can fetch it from, or a data URI in base64. JPEG, PNG or GIF, at most 2 MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

impl NewOrganization {
    /// An organization with no more than it needs.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The same, paid by this account.
    #[must_use]
    pub fn paid_by(self, account: &BillingAccountId) -> Self {
        Self {
            billing_account_id: Some(account.clone()),
            ..self
        }
    }

    /// The same, with a limit of this meter.
    #[must_use]
    pub fn limit(mut self, meter: impl Into<String>, limit: u64) -> Self {
        self.limits.insert(meter.into(), Some(Limit::AtMost(limit)));
        self
    }

    /// The same, with a limit of this meter that only observes (L8).
    #[must_use]
    pub fn observed_limit(mut self, meter: impl Into<String>, limit: u64) -> Self {
        self.limits.insert(meter.into(), Some(Limit::observed(limit)));
        self
    }
}

/// What is to change about an organization.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OrganizationChanges {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another billing account for a root (B5).
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub billing_account_id: Patch<BillingAccountId>,
    /// Limits to set by meter, or to remove where none. Meters that are not mentioned keep theirs (L5).
    #[serde(skip_serializing_if = "PerMeter::is_empty")]
    pub limits: PerMeter<Option<Limit>>,
    /// Whether a limit may be less than what is used: then nothing is evicted, and growth is blocked (L4).
    pub allow_over_limit: bool,
    /// What is to change about its sign-in page.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub branding: Patch<BrandingChanges>,
    /// Another picture of it (O4), as in [`NewOrganization::picture`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub picture: Patch<String>,
}

/// An organization with what it uses and may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// The workspace that owns it.
    pub workspace_id: WorkspaceId,
    /// Its id as a UUID. Either form is accepted wherever an organization's id is.
    pub external_id: String,
    /// Its direct parent; none for a root.
    pub parent_org_id: Option<OrganizationId>,
    /// The ids of its ancestors from the root down, joined by `#`; none for a root.
    pub path: Option<String>,
    /// How many ancestors it has.
    pub depth: u64,
    /// The account that pays, on the roots of `single` and `assigned` workspaces.
    pub billing_account_id: Option<BillingAccountId>,
    /// Where the picture of it is hosted. Anybody may fetch it; see [`Client::picture`](crate::Client::picture).
    pub picture: Option<String>,
    /// What it uses.
    pub usage: Usage,
    /// Its limits by meter; none where it has none.
    pub limits: PerMeter<Option<Limit>>,
    /// How its sign-in page looks.
    pub branding: Branding,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whether it uses more of something than its limit allows.
    pub over_limit: bool,
}

/// What an organization uses, by meter (L6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// What is charged to itself.
    pub usage: PerMeter<u64>,
    /// What is charged to itself and everything below it.
    pub subtree_usage: PerMeter<u64>,
}
