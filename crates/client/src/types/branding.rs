use serde::{Deserialize, Serialize};

use crate::{OrganizationId, Patch};

/// How an organization is to look where its people sign in (O5).
#[derive(Debug, Clone, Default, Serialize)]
pub struct BrandingChanges {
    /// The name to show: 1–100 characters.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub display_name: Patch<String>,
    /// The word that finds this branding: lower-case letters and digits in words joined by `-`, unique in the deployment.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub login_hint: Patch<String>,
    /// Colours of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colors: Option<ColorsChanges>,
}

/// Colours as `#RRGGBB`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ColorsChanges {
    /// Buttons and links.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub primary: Patch<String>,
    /// Behind everything.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub page_background: Patch<String>,
}

/// How an organization looks where its people sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Branding {
    /// The name to show.
    pub display_name: Option<String>,
    /// The word that finds this branding.
    pub login_hint: Option<String>,
    /// Colours of the page.
    pub colors: Colors,
}

/// Colours as `#RRGGBB`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Colors {
    /// Buttons and links.
    pub primary: Option<String>,
    /// Behind everything.
    pub page_background: Option<String>,
}

/// What anybody may know of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PublicBranding {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The same as a UUID.
    pub external_id: String,
    /// Where the picture of it is hosted.
    pub picture: Option<String>,
    /// How it looks.
    #[serde(flatten)]
    pub branding: Branding,
}
