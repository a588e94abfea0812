//! People (`docs/rules.md` I2, T1, T13).

use crate::id::{TeamId, UserId};
use crate::text::{Email, EmailKey, InvalidText, Key, Name};
use crate::time::Timestamp;

/// The name of a person: 1–200 characters.
pub type PersonName = Name<200>;

/// Who somebody is to the issuer of their token: unique together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The `iss` of the token.
    pub issuer: String,
    /// The `sub` of the token.
    pub subject: String,
}

words! {
    /// What kind of provider somebody signs in at.
    pub enum IdentityProvider (UnknownIdentityProvider: "must be one of azure, saml2, google, github, microsoft, local") {
        /// Microsoft Entra ID of an organization.
        Azure = "azure",
        /// One that speaks SAML 2.
        Saml2 = "saml2",
        /// Google.
        Google = "google",
        /// GitHub.
        Github = "github",
        /// A personal account at Microsoft.
        Microsoft = "microsoft",
        /// Any other, the one that is built in included.
        Local = "local",
    }
}

/// The tenant of personal accounts at Microsoft.
const MICROSOFT_PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl Identity {
    /// What kind of provider the issuer is, as far as its address tells.
    pub fn provider(&self) -> IdentityProvider {
        let address = self.issuer.strip_prefix("https://").unwrap_or_default();
        let (host, path) = address.split_once('/').unwrap_or((address, ""));
        match host {
            "accounts.google.com" => IdentityProvider::Google,
            "github.com" | "token.actions.githubusercontent.com" => IdentityProvider::Github,
            "login.live.com" => IdentityProvider::Microsoft,
            "login.microsoftonline.com" if path.starts_with(MICROSOFT_PERSONAL) => {
                IdentityProvider::Microsoft
            }
            "login.microsoftonline.com" | "sts.windows.net" => IdentityProvider::Azure,
            _ => IdentityProvider::Local,
        }
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Who they are to their issuer; `None` while they have been added by their address and never signed in.
    pub identity: Option<Identity>,
    /// What is known about them.
    pub profile: Profile,
    /// When their issuer said what last changed it; `None` where that is not known.
    pub said_at: Option<Timestamp>,
    /// How they want times shown.
    pub preferences: Preferences,
    /// Whether they may sign in. Whoever may not only gets notifications (T13).
    pub allow_login: bool,
    /// The team that they have for themselves; `None` until their first request (T1).
    pub personal_team_id: Option<TeamId>,
    /// The team that they work in; `None` for the personal one (T8).
    pub current_team_id: Option<TeamId>,
    /// When they first came, or were added.
    pub created_at: Timestamp,
    /// When their profile or preferences last changed.
    pub updated_at: Timestamp,
}

/// What is known about a person: from their issuer, or from who added them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Their address, when it is one.
    pub email: Option<Email>,
    /// Whether the issuer has checked that the address is theirs.
    pub email_verified: bool,
    /// Their name.
    pub name: Option<PersonName>,
    /// Where their picture is: an `https:` URL.
    pub picture: Option<PictureUrl>,
    /// Their language, as a BCP 47 tag.
    pub locale: Option<Locale>,
}

/// What an issuer says about a person with a token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// What it says.
    pub profile: Profile,
    /// When: the `iat` of the token (RFC 7519); `None` without one.
    pub at: Option<Timestamp>,
}

/// A language as a BCP 47 tag such as `en-GB`: 1–35 characters, otherwise unchecked.
pub type Locale = Key<35>;

/// An `https:` URL of at most 2,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureUrl(Key<2000>);

impl std::str::FromStr for PictureUrl {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Key<2000> = text.parse()?;
        let rest = url.as_str().strip_prefix("https://");
        match rest {
            Some(rest) if !rest.is_empty() && !rest.contains(char::is_whitespace) => Ok(Self(url)),
            _ => Err(InvalidText::Malformed {
                expected: "must be an https: URL",
            }),
        }
    }
}

impl std::fmt::Display for PictureUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How a person wants times shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// A name of the IANA time zone database, such as `Europe/Berlin`. Whether there is such a zone is not checked.
    pub timezone: Timezone,
    /// As PHP's `date` takes it, such as `d M Y`.
    pub date_format: DateTimeFormat,
    /// As PHP's `date` takes it, such as `H:i:s`.
    pub time_format: DateTimeFormat,
}

/// How a date or a time is written, in PHP's letters: 1–50 characters.
pub type DateTimeFormat = Name<50>;

impl Default for Preferences {
    fn default() -> Self {
        Self {
            timezone: Timezone("UTC".to_owned()),
            date_format: Name::trusted("d M Y"),
            time_format: Name::trusted("H:i:s"),
        }
    }
}

/// The name of a time zone: words of letters, digits, `_`, `+` and `-`, joined by `/`, at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timezone(String);

impl std::str::FromStr for Timezone {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
        let is_word =
            |word: &str| word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(is_part);
        if text.len() <= 64 && text.split('/').all(is_word) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidText::Malformed {
            expected: "must be the name of a time zone such as Europe/Berlin",
        })
    }
}

impl std::fmt::Display for Timezone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Profile {
    /// The profile after the issuer has said something: what a token leaves out stays as it was, since not every token says everything.
    #[must_use]
    pub fn updated_by(&self, said: &Self) -> Self {
        let source = if said.email.is_some() { said } else { self };
        Self {
            email: source.email.clone(),
            email_verified: source.email_verified,
            name: said.name.clone().or_else(|| self.name.clone()),
            picture: said.picture.clone().or_else(|| self.picture.clone()),
            locale: said.locale.clone().or_else(|| self.locale.clone()),
        }
    }

    /// The address that the issuer vouches for.
    pub fn verified_address(&self) -> Option<EmailKey> {
        self.address().filter(|_| self.email_verified)
    }

    /// The address.
    pub fn address(&self) -> Option<EmailKey> {
        self.email.as_ref().map(Email::key)
    }
}

impl User {
    /// Whether they can own a team: whoever can sign in, and has (T13).
    pub fn can_own_teams(&self) -> bool {
        self.allow_login && self.identity.is_some()
    }

    /// Whether whoever first signs in with their address is them (T1).
    const fn awaits_sign_in(&self) -> bool {
        self.allow_login && self.identity.is_none()
    }

    /// The address that is theirs: their issuer vouches for it, or whoever signs in with it is them (T13).
    pub fn own_address(&self) -> Option<EmailKey> {
        self.profile
            .address()
            .filter(|_| self.profile.email_verified || self.awaits_sign_in())
    }

    /// Whether whoever first signs in with this address is them (T1).
    pub fn is_awaited_with(&self, address: &EmailKey) -> bool {
        self.awaits_sign_in() && self.profile.address().as_ref() == Some(address)
    }

    /// In how many teams they are who are in so many: the personal one counts while it is still to come (T4).
    pub const fn count_teams(&self, teams: u32) -> u32 {
        if self.personal_team_id.is_some() {
            teams
        } else {
            teams.saturating_add(1)
        }
    }

    /// Takes note of what their issuer says (T1). What was said before what is known already only fills its gaps, and so does what was said at the
    /// same moment: tokens are good side by side, and an older one turns nothing back.
    pub fn hear(&mut self, said: &Said) {
        let is_news = self.said_at.zip(said.at).is_none_or(|(known, new)| known < new);
        let profile = if is_news {
            self.profile.updated_by(&said.profile)
        } else {
            said.profile.updated_by(&self.profile)
        };
        if profile != self.profile {
            self.profile = profile;
            self.said_at = self.said_at.max(said.at);
        }
    }

    /// Takes on another name, address and leave to sign in, and other preferences. Of somebody who has signed in the former are their issuer's,
    /// and the latter their own (T13).
    pub fn change(
        &mut self,
        (name, email, allow_login): (&PersonName, &Email, bool),
        (preferences, by_themselves): (&Preferences, bool),
    ) -> Result<(), UserRefused> {
        let is_same_name = self.profile.name.as_ref().is_none_or(|known| known == name);
        let is_same_email = self.profile.email.as_ref().is_none_or(|known| known == email);
        if self.identity.is_some() {
            if !(is_same_name && is_same_email && allow_login == self.allow_login) {
                return Err(UserRefused::IssuersOwn);
            }
            if *preferences != self.preferences && !by_themselves {
                return Err(UserRefused::TheirOwn);
            }
        } else {
            self.profile.name = Some(name.clone());
            self.profile.email = Some(email.clone());
            self.allow_login = allow_login;
        }
        self.preferences = preferences.clone();
        Ok(())
    }

    /// Whether signing in, and being invited, leads to this person as it did before.
    pub fn is_reached_as(&self, before: &Self) -> bool {
        (&self.profile.email, self.allow_login) == (&before.profile.email, before.allow_login)
    }

    /// Somebody who comes with a token for the first time (T1).
    pub fn arrived(id: UserId, identity: Identity, said: Said, now: Timestamp) -> Self {
        Self {
            identity: Some(identity),
            said_at: said.at,
            ..Self::invited(id, said.profile, now)
        }
    }

    /// Somebody who is known by their address alone.
    pub fn invited(id: UserId, profile: Profile, now: Timestamp) -> Self {
        Self {
            id,
            identity: None,
            profile,
            said_at: None,
            preferences: Preferences::default(),
            allow_login: true,
            personal_team_id: None,
            current_team_id: None,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Whether somebody who never signed in and is in so many teams may get another address or leave to sign in from one of them: what other
/// teams have given them is not for it to give away (T13).
pub fn check_readdressable(teams: u32) -> Result<(), UserRefused> {
    if teams > 1 {
        return Err(UserRefused::InOtherTeams);
    }
    Ok(())
}

/// Whether an address is nobody's yet, of these who are known by it: else whoever has it must want to come (T13).
pub fn check_free(known: &[User]) -> Result<(), UserRefused> {
    if known.iter().any(|user| user.own_address().is_some()) {
        return Err(UserRefused::InvitationRequired);
    }
    Ok(())
}

/// Why a person is not added, changed or let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserRefused {
    /// Somebody has the address who has no part in the organization yet: they must want to come (T13).
    #[error("this address is somebody's already, who must be invited")]
    InvitationRequired,
    /// Their issuer says who they are (T13).
    #[error(
        "name, address and sign-in of somebody who has signed in are their identity provider's; change them there"
    )]
    IssuersOwn,
    /// Their preferences are theirs (T13).
    #[error("only they themselves change how somebody who has signed in sees times")]
    TheirOwn,
    /// Whoever gets their address gets their place in every team (T13).
    #[error(
        "the person is in other teams too; their address and sign-in stay as they are until they are not"
    )]
    InOtherTeams,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t1_what_a_token_leaves_out_stays_as_it_was() {
        let profile = |email: Option<&str>, email_verified, name: Option<&str>| Profile {
            email: email.map(|email| email.parse().unwrap()),
            email_verified,
            name: name.map(|name| name.parse().unwrap()),
            ..Profile::default()
        };
        let known = profile(Some("ada@example.com"), true, Some("Ada"));
        assert_eq!(known.updated_by(&Profile::default()), known);
        let renamed = profile(None, false, Some("Ada Lovelace"));
        assert_eq!(
            known.updated_by(&renamed),
            profile(Some("ada@example.com"), true, Some("Ada Lovelace"))
        );
        let moved = profile(Some("ada@example.org"), false, None);
        assert_eq!(
            known.updated_by(&moved),
            profile(Some("ada@example.org"), false, Some("Ada"))
        );
    }

    #[test]
    fn t1_what_was_said_earlier_turns_nothing_back() {
        let said = |email: Option<&str>, name: Option<&str>, at: Option<i64>| Said {
            profile: Profile {
                email: email.map(|email| email.parse().unwrap()),
                email_verified: email.is_some(),
                name: name.map(|name| name.parse().unwrap()),
                ..Profile::default()
            },
            at: at.map(|at| Timestamp::from_micros(at).unwrap()),
        };
        let (old, new) = (Some("old@example.com"), Some("new@example.com"));
        let now = Timestamp::EPOCH;
        let mut user = User::invited(UserId::from_uuid(uuid::Uuid::nil()), Profile::default(), now);
        for (tells, knows) in [
            (said(None, None, Some(7)), said(None, None, None)),
            (said(old, None, Some(5)), said(old, None, Some(5))),
            (said(new, None, Some(5)), said(old, None, Some(5))),
            (said(new, None, Some(6)), said(new, None, Some(6))),
            (said(old, Some("Ada"), Some(5)), said(new, Some("Ada"), Some(6))),
            (said(new, None, Some(9)), said(new, Some("Ada"), Some(6))),
            (said(old, None, None), said(old, Some("Ada"), Some(6))),
        ] {
            user.hear(&tells);
            let known = Said {
                profile: user.profile.clone(),
                at: user.said_at,
            };
            assert_eq!(known, knows, "{tells:?}");
        }
    }

    #[test]
    fn t4_the_personal_team_counts_before_it_is_there() {
        let mut user = User::invited(
            UserId::from_uuid(uuid::Uuid::nil()),
            Profile::default(),
            Timestamp::EPOCH,
        );
        assert_eq!(user.count_teams(24), 25);
        user.personal_team_id = Some(TeamId::from_uuid(uuid::Uuid::nil()));
        assert_eq!(user.count_teams(24), 24);
    }

    #[test]
    fn t13_an_address_is_whose_issuer_vouches_for_it_or_who_is_awaited_with_it() {
        let profile = |email_verified| Profile {
            email: Some("ada@example.com".parse().unwrap()),
            email_verified,
            ..Profile::default()
        };
        let id = UserId::from_uuid(uuid::Uuid::nil());
        let awaited = User::invited(id, profile(false), Timestamp::EPOCH);
        let only_notified = User {
            allow_login: false,
            ..awaited.clone()
        };
        let arrived = |email_verified| {
            let identity = Identity {
                issuer: "issuer".into(),
                subject: "ada".into(),
            };
            let said = Said {
                profile: profile(email_verified),
                at: None,
            };
            User::arrived(id, identity, said, Timestamp::EPOCH)
        };
        for (user, has_it) in [
            (awaited, true),
            (only_notified, false),
            (arrived(true), true),
            (arrived(false), false),
        ] {
            assert_eq!(user.own_address().is_some(), has_it, "{user:?}");
            assert_eq!(check_free(&[user]).is_err(), has_it);
        }
    }

    #[test]
    fn t13_a_provider_is_known_by_its_address() {
        for (issuer, provider) in [
            ("https://accounts.google.com", IdentityProvider::Google),
            ("https://sts.windows.net/some-tenant/", IdentityProvider::Azure),
            (
                "https://login.microsoftonline.com/some-tenant/v2.0",
                IdentityProvider::Azure,
            ),
            (
                "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
                IdentityProvider::Microsoft,
            ),
            (
                "https://accounts.google.com.evil.example",
                IdentityProvider::Local,
            ),
            ("tenantry", IdentityProvider::Local),
        ] {
            let identity = Identity {
                issuer: issuer.into(),
                subject: "1".into(),
            };
            assert_eq!(identity.provider(), provider, "{issuer}");
        }
    }

    #[test]
    fn t13_a_time_zone_looks_like_one() {
        for name in [
            "UTC",
            "Europe/Berlin",
            "America/Argentina/Buenos_Aires",
            "Etc/GMT+5",
        ] {
            assert!(name.parse::<Timezone>().is_ok(), "{name}");
        }
        for name in ["", "/", "Europe/", "Europe Berlin", "5", "\0", &"a".repeat(65)] {
            assert!(name.parse::<Timezone>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn t13_a_picture_is_an_https_url() {
        assert!("https://example.com/a.png".parse::<PictureUrl>().is_ok());
        for text in [
            "",
            "https://",
            "http://example.com",
            "javascript:alert(1)",
            "https://a b",
        ] {
            assert!(text.parse::<PictureUrl>().is_err(), "{text:?}");
        }
    }
}
