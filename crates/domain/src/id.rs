//! Typed identifiers (`docs/rules.md` I1, I2).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

/// Characters in the base62 part of a prefixed id: enough for 128 bits.
pub(crate) const BASE62_LENGTH: usize = 22;

/// What an [`Id`] names. Implemented by the empty marker types of this module only.
pub trait Kind: 'static {
    /// The word before the underscore (`org` in `org_…`), or `None` for ids shown as plain UUIDs (I2).
    const PREFIX: Option<&'static str>;
    /// Whether the plain UUID form is understood too, as it is for organizations (`external_id`, I1).
    const UUID_ACCEPTED: bool;
    /// The field's word for the thing, as used in messages.
    const NOUN: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $marker:ident as $alias:ident: $prefix:expr, $uuid:expr, $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $marker {}
        impl Kind for $marker {
            const PREFIX: Option<&'static str> = $prefix;
            const UUID_ACCEPTED: bool = $uuid;
            const NOUN: &'static str = $noun;
        }
        #[doc = concat!("Id of one ", $noun, ".")]
        pub type $alias = Id<$marker>;
    )*};
}

kinds! {
    /// Marks a workspace id: `ws_…`.
    WorkspaceKind as WorkspaceId: Some("ws"), false, "workspace";
    /// Marks an organization id: `org_…`, or its UUID form.
    OrganizationKind as OrganizationId: Some("org"), true, "organization";
    /// Marks a billing account id: `cus_…`.
    BillingAccountKind as BillingAccountId: Some("cus"), false, "billing account";
    /// Marks a subscription id: `sub_…`.
    SubscriptionKind as SubscriptionId: Some("sub"), false, "subscription";
    /// Marks a reservation id: `rsv_…`.
    ReservationKind as ReservationId: Some("rsv"), false, "reservation";
    /// Marks an event id: `evt_…`.
    EventKind as EventId: Some("evt"), false, "event";
    /// Marks a user id: a plain UUID.
    UserKind as UserId: None, true, "user";
    /// Marks a team id: a plain UUID.
    TeamKind as TeamId: None, true, "team";
    /// Marks the id of a role in a team: a plain UUID.
    RoleKind as RoleId: None, true, "role";
    /// Marks the id of a scope: a plain UUID.
    ScopeKind as ScopeId: None, true, "scope";
    /// Marks an invitation id: a plain UUID.
    InvitationKind as InvitationId: None, true, "invitation";
    /// Marks the id of a team's API credential: a plain UUID.
    CredentialKind as CredentialId: None, true, "API credential";
    /// Marks the id of a person's API key: a plain UUID.
    UserKeyKind as UserKeyId: None, true, "API key";
    /// Marks the id of a mail that is to be sent: a plain UUID.
    MailKind as MailId: None, true, "mail";
}

/// A UUID that knows what it names, so that one kind is never passed for another.
///
/// Shown as the kind's prefix and 22 base62 characters of the same 128 bits, or as a plain UUID (I1, I2).
///
/// ```
/// use tenantry_domain::OrganizationId;
///
/// let id: OrganizationId = "018f0c2e-7a3b-7c4d-8e5f-0123456789ab".parse()?;
/// assert!(id.to_string().starts_with("org_"));
/// assert_eq!(id.to_string().parse::<OrganizationId>()?, id);
/// # Ok::<(), tenantry_domain::InvalidId>(())
/// ```
pub struct Id<K: Kind> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// Takes a UUID as an id of this kind. Fresh ids are UUIDv7, from the caller's source of randomness.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            uuid,
            kind: PhantomData,
        }
    }

    /// The 128 bits inside.
    pub const fn as_uuid(&self) -> Uuid {
        self.uuid
    }
}

/// The text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {noun} id")]
pub struct InvalidId {
    noun: &'static str,
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match K::PREFIX {
            Some(prefix) => write!(f, "{prefix}_{}", base62_digits(self.uuid.as_u128())),
            None => self.uuid.hyphenated().fmt(f),
        }
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let prefixed =
            K::PREFIX.and_then(|prefix| parse_base62(text.strip_prefix(prefix)?.strip_prefix('_')?));
        let plain = || {
            if K::UUID_ACCEPTED {
                parse_hyphenated(text)
            } else {
                None
            }
        };
        prefixed
            .or_else(plain)
            .map(Self::from_uuid)
            .ok_or(InvalidId { noun: K::NOUN })
    }
}

/// The 22 base62 digits of 128 bits.
pub(crate) fn base62_digits(bits: u128) -> String {
    format!("{:0>BASE62_LENGTH$}", base62::encode(bits))
}

/// The 128 bits of 22 base62 digits.
pub(crate) fn parse_base62(digits: &str) -> Option<Uuid> {
    if digits.len() != BASE62_LENGTH {
        return None;
    }
    base62::decode(digits).ok().map(Uuid::from_u128)
}

/// Only the usual 36 characters: the `uuid` crate also reads braces and URNs, which would give one thing many names.
fn parse_hyphenated(text: &str) -> Option<Uuid> {
    if text.len() != uuid::fmt::Hyphenated::LENGTH {
        return None;
    }
    Uuid::try_parse(text).ok()
}

// Written by hand because a derive would ask the same traits of the marker type.
impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K: Kind> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn i1_the_smallest_and_largest_ids_have_22_digits() {
        for bits in [0, u128::MAX] {
            let id = WorkspaceId::from_uuid(Uuid::from_u128(bits));
            assert_eq!(id.to_string().len(), "ws_".len() + BASE62_LENGTH);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn i1_text_of_another_shape_is_no_id() {
        let too_large = format!("org_{}", "z".repeat(22));
        let short = format!("org_{}", "0".repeat(21));
        let other_kind = format!("ws_{}", "0".repeat(22));
        let braces = "{018f0c2e-7a3b-7c4d-8e5f-0123456789ab}";
        let multi_byte = format!("org_{}", "é".repeat(11));
        for text in [
            "",
            "org_",
            "org",
            &too_large,
            &short,
            &other_kind,
            braces,
            &multi_byte,
            "org_\0",
        ] {
            assert!(text.parse::<OrganizationId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn i1_only_organizations_and_users_accept_the_uuid_form() {
        let uuid = "018f0c2e-7a3b-7c4d-8e5f-0123456789ab";
        assert!(uuid.parse::<OrganizationId>().is_ok());
        assert!(uuid.parse::<UserId>().is_ok());
        assert!(uuid.parse::<WorkspaceId>().is_err());
    }

    proptest! {
        #[test]
        fn i1_every_id_survives_its_text_form(bits: u128) {
            let organization = OrganizationId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(organization.to_string().parse(), Ok(organization));
            prop_assert_eq!(organization.as_uuid().to_string().parse(), Ok(organization));
            let user = UserId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(user.to_string().parse(), Ok(user));
        }

        #[test]
        fn i1_any_text_is_parsed_or_refused(text: String) {
            if let Ok(id) = text.parse::<BillingAccountId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
