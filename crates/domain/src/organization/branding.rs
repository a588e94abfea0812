use crate::text::{Color, LoginHint, Name};

/// How an organization presents itself where its people sign in (O5). Public.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Branding {
    /// The name to show: 1–100 characters.
    pub display_name: Option<Name<100>>,
    /// The word that finds this branding; unique in the deployment.
    pub login_hint: Option<LoginHint>,
    /// Colours of the page.
    pub colors: Colors,
}

/// Colours of a sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Colors {
    /// Buttons and links.
    pub primary: Option<Color>,
    /// Behind everything.
    pub page_background: Option<Color>,
}
