use serde::{Deserialize, Serialize};
use tenantry_application::teams::{NewPerson, PersonChanges, PersonView, TeamView};
use tenantry_domain::text::Email;
use tenantry_domain::user::{DateTimeFormat, Identity, IdentityProvider, PersonName, Preferences, Timezone};
use tenantry_domain::{Meters, RoleId, user};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::Team;
use super::members::RoleIdInput;
use crate::dto::patch::optional;
use crate::dto::shown::{RoleIdShown, UserIdShown};
use crate::input::Body;
use crate::problem::FieldError;
use crate::wire::{Raw, fits, invalid, read_all};

type EmailInput = Raw<Email>;
type NameInput = Raw<PersonName>;
type TimezoneInput = Raw<Timezone>;
type FormatInput = Raw<DateTimeFormat>;
type ProviderShown = Raw<IdentityProvider>;

/// What stands for people who have no picture: a head, of a few lines, that needs no other request.
const NO_PICTURE: &str = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%208%208'%3E\
    %3Ccircle%20cx='4'%20cy='3'%20r='2'/%3E%3Cpath%20d='M0%208a4%203%200%200%201%208%200'/%3E%3C/svg%3E";

/// The language of people whose issuer says none.
const LOCALE: &str = "en";

/// A phone number, which is not kept: only null is taken.
#[derive(Deserialize, Serialize)]
pub(crate) struct Mobile(serde_json::Value);

fn no_mobile(mobile: &Mobile) -> Result<(), ValidationError> {
    if mobile.0.is_null() {
        return Ok(());
    }
    let why = "phone numbers are not kept; send null, or leave it out";
    Err(invalid(("not_supported", why.to_owned())))
}

/// Who is to be added to the current team.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddUser {
    /// Their address.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    email: EmailInput,
    /// Their name: needed for somebody who is not known yet.
    #[serde(default)]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: Option<NameInput>,
    /// Whether somebody new may sign in; otherwise they only get notifications.
    #[serde(default = "yes")]
    #[schema(default = true)]
    allow_login: bool,
    /// Not kept: null.
    #[serde(default)]
    #[validate(custom(function = no_mobile))]
    #[schema(value_type = Option<Object>)]
    mobile: Option<Mobile>,
    /// The time zone of somebody new; UTC when it is not said.
    #[serde(default)]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    timezone: Option<TimezoneInput>,
    /// Ids of the roles that they get in the team.
    #[serde(default)]
    #[schema(inline)]
    roles: Option<Vec<RoleIdInput>>,
}

const fn yes() -> bool {
    true
}

impl Body for AddUser {
    type Command = NewPerson;

    fn command(self, _: &Meters) -> Result<NewPerson, Vec<FieldError>> {
        let unset = Preferences::default();
        let timezone = optional(self.timezone.as_ref(), "/timezone")?;
        Ok(NewPerson {
            email: self.email.read("/email")?,
            name: optional(self.name.as_ref(), "/name")?,
            allow_login: self.allow_login,
            preferences: Preferences {
                timezone: timezone.unwrap_or(unset.timezone),
                ..unset
            },
            roles: read_all(&self.roles.unwrap_or_default(), "/roles")?,
        })
    }
}

/// What a person is to be from now on.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateUser {
    /// Their name. Of somebody who has signed in it is what their identity provider says.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// Their address, for which the same goes.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    email: EmailInput,
    /// Whether they may sign in.
    allow_login: bool,
    /// Their time zone: a name of the IANA database.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    timezone: TimezoneInput,
    /// How they want dates written, in the letters of PHP's `date`.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    date_format: FormatInput,
    /// How they want times written, in the letters of PHP's `date`.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    time_format: FormatInput,
    /// Not kept: null.
    #[serde(default)]
    #[validate(custom(function = no_mobile))]
    #[schema(value_type = Option<Object>)]
    mobile: Option<Mobile>,
    /// Ids of the roles that they are to have in the current team, instead of those that they have; null leaves these.
    #[serde(default)]
    #[schema(inline)]
    roles: Option<Vec<RoleIdInput>>,
}

impl Body for UpdateUser {
    type Command = PersonChanges;

    fn command(self, _: &Meters) -> Result<PersonChanges, Vec<FieldError>> {
        let roles = self.roles.as_deref().map(|roles| read_all(roles, "/roles"));
        let roles = roles.transpose()?;
        Ok(PersonChanges {
            name: self.name.read("/name")?,
            email: self.email.read("/email")?,
            allow_login: self.allow_login,
            preferences: Preferences {
                timezone: self.timezone.read("/timezone")?,
                date_format: self.date_format.read("/date_format")?,
                time_format: self.time_format.read("/time_format")?,
            },
            roles,
        })
    }
}

/// A person, in short.
#[derive(Serialize, ToSchema)]
pub(crate) struct Person {
    /// Their id.
    #[schema(inline, value_type = UserIdShown)]
    id: String,
    /// Their name; their address, while the issuer says no name.
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// Their address; empty while the issuer says none.
    #[schema(example = "ada@example.com")]
    email: String,
    /// Where their picture is.
    #[schema(format = "uri")]
    picture: String,
}

impl From<&user::User> for Person {
    fn from(user: &user::User) -> Self {
        Self {
            id: user.id.to_string(),
            name: name(&user.profile),
            email: email(&user.profile),
            picture: picture(&user.profile),
        }
    }
}

/// Their address; empty while the issuer says none.
pub(crate) fn email(profile: &user::Profile) -> String {
    profile
        .email
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Their name; their address, while the issuer says no name.
pub(crate) fn name(profile: &user::Profile) -> String {
    let name = profile.name.as_ref().map(ToString::to_string);
    name.unwrap_or_else(|| email(profile))
}

fn picture(profile: &user::Profile) -> String {
    let picture = profile.picture.as_ref().map(ToString::to_string);
    picture.unwrap_or_else(|| NO_PICTURE.to_owned())
}

/// What is known of a person.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "these are four facts of their own")]
pub(crate) struct Account {
    /// Their id.
    #[schema(inline, value_type = UserIdShown)]
    id: String,
    /// Where they sign in.
    #[schema(inline, value_type = ProviderShown)]
    idp: &'static str,
    /// Their name; their address, while the issuer says no name.
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// Their address; empty while the issuer says none.
    #[schema(example = "ada@example.com")]
    email: String,
    /// Whether the issuer has checked that the address is theirs.
    email_verified: bool,
    /// Phone numbers are not kept.
    #[schema(required, value_type = Option<Object>)]
    mobile: Option<()>,
    /// Phone numbers are not kept.
    mobile_verified: bool,
    /// Whether they may sign in.
    allow_login: bool,
    /// Countries are not kept.
    #[schema(required, value_type = Option<String>)]
    country: Option<()>,
    /// Their time zone.
    #[schema(inline, value_type = TimezoneInput)]
    timezone: String,
    /// How they want dates written, in the letters of PHP's `date`.
    #[schema(example = "d M Y")]
    date_format: String,
    /// How they want times written, in the letters of PHP's `date`.
    #[schema(example = "H:i:s")]
    time_format: String,
    /// Their language.
    #[schema(example = "en")]
    locale: String,
    /// Where their picture is.
    #[schema(format = "uri")]
    picture: String,
    /// Whether they sign in with a second factor, which is the issuer's to know: false.
    mfa_enabled: bool,
}

impl From<&user::User> for Account {
    fn from(user: &user::User) -> Self {
        let (profile, preferences) = (&user.profile, &user.preferences);
        let provider = user
            .identity
            .as_ref()
            .map_or(IdentityProvider::Local, Identity::provider);
        let locale = profile.locale.as_ref().map(ToString::to_string);
        Self {
            id: user.id.to_string(),
            idp: provider.as_str(),
            name: name(profile),
            email: email(profile),
            email_verified: profile.email_verified,
            mobile: None,
            mobile_verified: false,
            allow_login: user.allow_login,
            country: None,
            timezone: preferences.timezone.to_string(),
            date_format: preferences.date_format.to_string(),
            time_format: preferences.time_format.to_string(),
            locale: locale.unwrap_or_else(|| LOCALE.to_owned()),
            picture: picture(profile),
            mfa_enabled: false,
        }
    }
}

/// A person of the current team.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "idp": "local", "name": "Ada Lovelace", "email": "ada@example.com",
    "email_verified": true, "mobile": null, "mobile_verified": false, "allow_login": true, "country": null, "timezone": "Europe/London",
    "date_format": "d M Y", "time_format": "H:i:s", "locale": "en", "picture": "https://example.com/ada.png", "mfa_enabled": false,
    "roles": [{ "id": "74656e61-6e74-8000-8000-000000000001" }]
}))]
pub(crate) struct User {
    /// What is known of them.
    #[serde(flatten)]
    account: Account,
    /// What they are in the current team.
    roles: Vec<RoleRef>,
}

/// A role, by its id.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoleRef {
    /// Its id.
    #[schema(inline, value_type = RoleIdShown)]
    id: String,
}

impl From<RoleId> for RoleRef {
    fn from(id: RoleId) -> Self {
        Self { id: id.to_string() }
    }
}

impl From<PersonView> for User {
    fn from(view: PersonView) -> Self {
        Self {
            account: Account::from(&view.user),
            roles: view.roles.iter().map(|role| role.id().into()).collect(),
        }
    }
}

/// A person who was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedUser {
    /// Who.
    user: User,
    /// Nobody has a password here, since people sign in at their identity provider: null.
    #[schema(required, value_type = Option<String>)]
    password: Option<()>,
}

impl From<PersonView> for AddedUser {
    fn from(view: PersonView) -> Self {
        Self {
            user: view.into(),
            password: None,
        }
    }
}

/// You.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "idp": "local", "name": "Ada Lovelace", "email": "ada@example.com",
    "email_verified": true, "mobile": null, "mobile_verified": false, "allow_login": true, "country": null, "timezone": "Europe/London",
    "date_format": "d M Y", "time_format": "H:i:s", "locale": "en", "picture": "https://example.com/ada.png", "mfa_enabled": false,
    "mfa_verified": false, "teams": [],
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct UserInfo {
    /// What is known of you.
    #[serde(flatten)]
    account: Account,
    /// Whether you signed in with a second factor, which is the issuer's to know: false.
    mfa_verified: bool,
    /// Your teams.
    teams: Vec<Team>,
    /// When you first came.
    #[schema(format = DateTime)]
    created_at: String,
    /// When what is known of you last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<(user::User, Vec<TeamView>)> for UserInfo {
    fn from((user, teams): (user::User, Vec<TeamView>)) -> Self {
        Self {
            account: Account::from(&user),
            mfa_verified: false,
            teams: teams.into_iter().map(Team::from).collect(),
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
        }
    }
}
