//! Ids and other texts that are taken as they come.

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

texts! {
    /// The id of a workspace: `ws_` and 22 base62 digits (I1).
    WorkspaceId;
    /// The id of an organization: `org_` and 22 base62 digits, or its UUID (I1).
    OrganizationId;
    /// The id of a team: a UUID (I2).
    TeamId;
    /// The id of a billing account: `cus_` and 22 base62 digits (I1).
    BillingAccountId;
    /// The id of a subscription: `sub_` and 22 base62 digits (I1).
    SubscriptionId;
    /// The id of a reservation: `rsv_` and 22 base62 digits (I1).
    ReservationId;
    /// The id of an event: `evt_` and 22 base62 digits (I1).
    EventId;
    /// The id of a person: a UUID (I2).
    UserId;
    /// The id of a role in a team: a UUID (I2).
    RoleId;
    /// The id of a scope: a UUID (T11).
    ScopeId;
    /// The id of an invitation: a UUID (I2).
    InvitationId;
    /// The id of a team's API credential: a UUID (I2).
    ApiCredentialId;
    /// The id of a person's API key: a UUID (I2).
    ApiKeyId;
    /// A moment in RFC 3339, in UTC and with microseconds. In the order of their texts, moments are in the order of time.
    Timestamp;
    /// A place in a list or in a feed of events. It stays good while items come and go, so it can be stored.
    Cursor;
    /// The entity tag of what was shown (RFC 9110, section 8.8.3), which changes with it.
    ETag;
}
