//! Lists and their cursors.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use tenantry_application::event::EventPosition;
use tenantry_application::page::{Page, PageRequest, PageSize, Position};
use tenantry_application::ports::{ChargeKey, WorkspaceKey};
use tenantry_domain::id::{Id, Kind};
use tenantry_domain::{BillingAccountId, OrganizationId, SubscriptionId, UserId};
use utoipa::ToSchema;

use crate::input::{Pairs, QueryInput};
use crate::problem::{Code, FieldError, Problem};

/// A list, so that the cursor of one is not taken for that of another.
pub(crate) trait ListKind {
    /// What its cursors begin with.
    const NAME: &'static str;
    /// What its items are found by.
    type Key: CursorKey;
}

macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident: $name:literal, $key:ty;)*) => {$(
        $(#[$doc])*
        pub(crate) enum $list {}
        impl ListKind for $list {
            const NAME: &'static str = $name;
            type Key = $key;
        }
    )*};
}

lists! {
    /// The workspaces of somebody.
    Workspaces: "workspaces", WorkspaceKey;
    /// The members of a workspace.
    Members: "members", UserId;
    /// The organizations of a workspace.
    Organizations: "organizations", OrganizationId;
    /// The children of an organization.
    Children: "children", OrganizationId;
    /// What is below an organization.
    Descendants: "descendants", OrganizationId;
    /// What is above an organization.
    Ancestors: "ancestors", OrganizationId;
    /// The ledger of an organization.
    Charges: "charges", ChargeKey;
    /// The billing accounts of a workspace.
    BillingAccounts: "billing-accounts", BillingAccountId;
    /// What happened in a workspace.
    Events: "events", EventPosition;
    /// The subscriptions of a billing account.
    Subscriptions: "subscriptions", SubscriptionId;
}

/// A place in a list.
pub(crate) trait CursorKey: Clone + Send + 'static {
    /// As text.
    fn write(&self) -> String;
    /// From that text.
    fn read(text: &str) -> Option<Self>;
}

impl<K: Kind> CursorKey for Id<K> {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl CursorKey for EventPosition {
    fn write(&self) -> String {
        self.0.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl CursorKey for WorkspaceKey {
    fn write(&self) -> String {
        pair(u8::from(self.archived), self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let (archived, id) = split(text)?;
        let archived = match archived {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self { archived, id })
    }
}

impl CursorKey for ChargeKey {
    fn write(&self) -> String {
        pair(&self.meter, &self.resource_id)
    }

    fn read(text: &str) -> Option<Self> {
        let (meter, resource_id) = split(text)?;
        Some(Self {
            meter: meter.parse().ok()?,
            resource_id,
        })
    }
}

fn pair(first: impl Display, second: impl Display) -> String {
    format!("{first}:{second}")
}

/// No first part has a colon; the second may.
fn split<T: FromStr>(text: &str) -> Option<(&str, T)> {
    let (first, second) = text.split_once(':')?;
    Some((first, second.parse().ok()?))
}

fn encode<L: ListKind>(key: &L::Key) -> String {
    URL_SAFE_NO_PAD.encode(pair(L::NAME, key.write()))
}

fn decode<L: ListKind>(cursor: &str) -> Option<L::Key> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (name, key) = text.split_once(':')?;
    if name == L::NAME { L::Key::read(key) } else { None }
}

/// Which part of a list is wanted: `limit`, `after`, `before`.
pub(crate) struct Part<L: ListKind>(pub PageRequest<L::Key>);

impl<L: ListKind> QueryInput for Part<L> {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        let size = match pairs.parsed::<i64>("limit", "a whole number")? {
            Some(limit) => PageSize::try_from(limit)
                .map_err(|error| vec![FieldError::new("?limit", "out_of_range", error.to_string())])?,
            None => PageSize::default(),
        };
        let (after, before) = (pairs.take("after"), pairs.take("before"));
        let position = match (after, before) {
            (None, None) => Position::Start,
            (Some(after), None) => Position::After(cursor::<L>("?after", &after)?),
            (None, Some(before)) => Position::Before(cursor::<L>("?before", &before)?),
            (Some(_), Some(_)) => return Err(refused("?before", "after and before cannot both be given")),
        };
        Ok(Self(PageRequest { size, position }))
    }
}

fn cursor<L: ListKind>(pointer: &str, text: &str) -> Result<L::Key, Problem> {
    decode::<L>(text).ok_or_else(|| refused(pointer, "is not a cursor of this list"))
}

fn refused(pointer: &str, detail: &str) -> Problem {
    let field = FieldError::new(pointer, "invalid_cursor", detail);
    Problem::new(Code::InvalidCursor)
        .detail("the cursor cannot be used here")
        .field(field)
}

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items.
    data: Vec<T>,
    /// Whether there are items behind these.
    has_more: bool,
    /// What to pass as `after` to get the items behind these.
    #[schema(required)]
    next_cursor: Option<String>,
    /// What to pass as `before` to get the items before these.
    #[schema(required)]
    previous_cursor: Option<String>,
}

impl<T> List<T> {
    /// The part that a page is, with its items as they are shown.
    pub fn of<L: ListKind, U>(page: Page<U, L::Key>, show: impl FnMut(U) -> T) -> Self {
        Self {
            has_more: page.next.is_some(),
            next_cursor: page.next.as_ref().map(encode::<L>),
            previous_cursor: page.previous.as_ref().map(encode::<L>),
            data: page.items.into_iter().map(show).collect(),
        }
    }

    /// With a cursor to go on from, also when there is nothing behind it yet.
    pub fn resuming<L: ListKind>(mut self, from: Option<&L::Key>) -> Self {
        self.next_cursor = self.next_cursor.or_else(|| from.map(encode::<L>));
        self
    }
}

#[cfg(test)]
mod tests {
    use tenantry_domain::WorkspaceId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let id = OrganizationId::from_uuid(Uuid::from_u128(7));
        assert_eq!(decode::<Children>(&encode::<Children>(&id)), Some(id));
        for archived in [false, true] {
            let key = WorkspaceKey {
                archived,
                id: WorkspaceId::from_uuid(Uuid::from_u128(7)),
            };
            assert_eq!(decode::<Workspaces>(&encode::<Workspaces>(&key)), Some(key));
        }
        let key = ChargeKey {
            meter: "users".parse().unwrap(),
            resource_id: "a:b/ü 🦀".parse().unwrap(),
        };
        assert_eq!(decode::<Charges>(&encode::<Charges>(&key)), Some(key));
    }

    #[test]
    fn a_cursor_is_of_one_list() {
        let cursor = encode::<Children>(&OrganizationId::from_uuid(Uuid::from_u128(7)));
        assert_eq!(decode::<Organizations>(&cursor), None);
        assert!(decode::<Subscriptions>(&cursor).is_none());
    }

    #[test]
    fn anything_else_is_no_cursor() {
        let cursor = encode::<Members>(&UserId::from_uuid(Uuid::from_u128(7)));
        let nonsense = [
            "",
            "x",
            "====",
            "ü",
            cursor.get(1..).unwrap(),
            &format!("{cursor}A"),
            &format!("{cursor}="),
            &URL_SAFE_NO_PAD.encode("members"),
            &URL_SAFE_NO_PAD.encode("members:"),
            &URL_SAFE_NO_PAD.encode("members:\0"),
            &URL_SAFE_NO_PAD.encode(b"members:\xff"),
            &"A".repeat(10_000),
        ];
        for text in nonsense {
            assert_eq!(decode::<Members>(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_query_of_a_list_is_read_strictly() {
        let code = |query: &str| {
            let part = Pairs::of(query).and_then(Pairs::finish::<Part<Members>>);
            part.map_err(|problem| problem.code()).err()
        };
        let cursor = encode::<Members>(&UserId::from_uuid(Uuid::from_u128(7)));
        assert_eq!(code(""), None);
        assert_eq!(code(&format!("limit=200&after={cursor}")), None);
        for limit in ["0", "201", "-1", "x", "", "1.5", "99999999999999999999"] {
            assert_eq!(
                code(&format!("limit={limit}")),
                Some(Code::ValidationFailed),
                "{limit}"
            );
        }
        assert_eq!(
            code(&format!("after={cursor}&before={cursor}")),
            Some(Code::InvalidCursor)
        );
        assert_eq!(code("after=x"), Some(Code::InvalidCursor));
        assert_eq!(code("limit=1&limit=2"), Some(Code::DuplicateField));
        assert_eq!(code("Limit=1"), Some(Code::UnknownParameter));
        assert_eq!(code("limit=1&x"), Some(Code::UnknownParameter));
    }
}
