use serde::{Deserialize, Serialize};
use tenantry_application::BrandingChanges;
use tenantry_domain::organization;
use tenantry_domain::text::{Color, LoginHint, Name};
use utoipa::ToSchema;
use validator::Validate;

use super::patch::{nullable, patch, present};
use super::shown::OrganizationIdShown;
use crate::deployment::Deployment;
use crate::problem::FieldError;
use crate::wire::{Raw, fits};

type DisplayNameInput = Raw<Name<100>>;
type LoginHintInput = Raw<LoginHint>;
type ColorInput = Raw<Color>;

/// How an organization is to look where its people sign in. What is not mentioned stays; null empties.
#[derive(Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrandingInput {
    /// The name to show.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    display_name: Option<Option<DisplayNameInput>>,
    /// The word that finds this branding: lower-case letters and digits in words joined by `-`, unique in the deployment.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    login_hint: Option<Option<LoginHintInput>>,
    /// Colours of the page.
    #[serde(default, deserialize_with = "present")]
    #[validate(nested)]
    #[schema(nullable = false)]
    colors: Option<ColorsInput>,
}

/// Colours as `#RRGGBB`.
#[derive(Default, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColorsInput {
    /// Buttons and links.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    primary: Option<Option<ColorInput>>,
    /// Behind everything.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    page_background: Option<Option<ColorInput>>,
}

impl BrandingInput {
    /// The changes that it asks for.
    pub fn changes(&self) -> Result<BrandingChanges, Vec<FieldError>> {
        let none = ColorsInput::default();
        let colors = self.colors.as_ref().unwrap_or(&none);
        Ok(BrandingChanges {
            display_name: patch(self.display_name.as_ref(), "/branding/display_name")?,
            login_hint: patch(self.login_hint.as_ref(), "/branding/login_hint")?,
            primary: patch(colors.primary.as_ref(), "/branding/colors/primary")?,
            page_background: patch(
                colors.page_background.as_ref(),
                "/branding/colors/page_background",
            )?,
        })
    }

    /// The branding of an organization that had none.
    pub fn branding(&self) -> Result<organization::Branding, Vec<FieldError>> {
        let changes = self.changes()?;
        Ok(organization::Branding {
            display_name: changes.display_name.value(),
            login_hint: changes.login_hint.value(),
            colors: organization::Colors {
                primary: changes.primary.value(),
                page_background: changes.page_background.value(),
            },
        })
    }
}

/// How an organization looks where its people sign in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "display_name": "ACME Inc.", "login_hint": "acme-inc", "colors": { "primary": "#007bff", "page_background": null }
}))]
pub(crate) struct Branding {
    /// The name to show.
    #[schema(inline, required, value_type = Option<DisplayNameInput>)]
    display_name: Option<String>,
    /// The word that finds this branding.
    #[schema(inline, required, value_type = Option<LoginHintInput>)]
    login_hint: Option<String>,
    /// Colours of the page.
    colors: Colors,
}

/// Colours as `#RRGGBB`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Colors {
    /// Buttons and links.
    #[schema(inline, required, value_type = Option<ColorInput>)]
    primary: Option<String>,
    /// Behind everything.
    #[schema(inline, required, value_type = Option<ColorInput>)]
    page_background: Option<String>,
}

impl From<organization::Branding> for Branding {
    fn from(branding: organization::Branding) -> Self {
        let organization::Colors {
            primary,
            page_background,
        } = branding.colors;
        Self {
            display_name: branding.display_name.map(|name| name.to_string()),
            login_hint: branding.login_hint.map(|hint| hint.to_string()),
            colors: Colors {
                primary: primary.map(|color| color.to_string()),
                page_background: page_background.map(|color| color.to_string()),
            },
        }
    }
}

/// What anybody may know of an organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct PublicBranding {
    /// The organization.
    #[schema(inline, value_type = OrganizationIdShown)]
    organization_id: String,
    /// The same as a UUID.
    #[schema(format = "uuid")]
    external_id: String,
    /// Where the picture of it is; null without one.
    #[schema(required, format = "uri")]
    picture: Option<String>,
    #[serde(flatten)]
    branding: Branding,
}

impl PublicBranding {
    /// Of this organization.
    pub fn of(organization: organization::Organization, deployment: &Deployment) -> Self {
        Self {
            organization_id: organization.id.to_string(),
            external_id: organization.id.as_uuid().to_string(),
            picture: organization.picture.map(|id| deployment.picture_url(&id)),
            branding: organization.branding.into(),
        }
    }
}
