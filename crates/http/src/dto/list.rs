//! Lists and their cursors.

use std::fmt::Display;
use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tenantry_application::page::{Gap, Page, PageRequest, PageSize, Position, Side};
use utoipa::ToSchema;

use super::cursor_key::CursorKey;
use crate::input::{Pairs, QueryInput};
use crate::problem::{Code, FieldError, Problem};

/// How much of the digest of what a list is of its cursors carry: enough that no two lists meet by accident. A forged cursor tells nothing,
/// since it is but a place in a list that its caller may read.
const MARK: usize = 8;

/// One list, whose cursors are those of no other.
pub(crate) struct Listing<K> {
    mark: [u8; MARK],
    keys: PhantomData<K>,
}

impl<K: CursorKey> Listing<K> {
    /// The list that these words tell from every other: what kind it is, where, for whom, what its items have in common. Callers may keep a
    /// cursor for long, so the words of a list never change. None has a NUL.
    pub fn of(words: &[&dyn Display]) -> Self {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let digest = Sha256::digest(words.join("\0"));
        let mut mark = [0; MARK];
        mark.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
        Self {
            mark,
            keys: PhantomData,
        }
    }

    /// The part of this list that is asked for.
    pub fn request(&self, part: &Part) -> Result<PageRequest<K>, Problem> {
        let position = match &part.position {
            Position::Start => Position::Start,
            Position::After(cursor) => Position::After(self.gap("?after", cursor)?),
            Position::Before(cursor) => Position::Before(self.gap("?before", cursor)?),
        };
        Ok(PageRequest {
            size: part.size,
            position,
        })
    }

    fn gap(&self, pointer: &str, cursor: &str) -> Result<Gap<K>, Problem> {
        self.decode(cursor)
            .ok_or_else(|| refused(pointer, "is not a cursor of this list"))
    }

    fn encode(&self, gap: &Gap<K>) -> String {
        let side = match gap.side {
            Side::Ahead => AHEAD,
            Side::Behind => BEHIND,
        };
        let bytes = [&self.mark, &[side][..], gap.key.write().as_bytes()].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(&self, cursor: &str) -> Option<Gap<K>> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (side, key) = bytes.strip_prefix(&self.mark)?.split_first()?;
        let key = K::read(std::str::from_utf8(key).ok()?)?;
        let gap = match *side {
            AHEAD => Gap::ahead_of(key),
            BEHIND => Gap::behind(key),
            _ => return None,
        };
        // A key can be read from other texts than its own.
        (self.encode(&gap) == cursor).then_some(gap)
    }

    /// A page of this list, with its items as they are shown.
    pub fn show<T, U>(&self, page: Page<U, K>, show: impl FnMut(U) -> T) -> List<T> {
        List {
            has_more: page.next.is_some(),
            next_cursor: page.next.map(|gap| self.encode(&gap)),
            previous_cursor: page.previous.map(|gap| self.encode(&gap)),
            data: page.items.into_iter().map(show).collect(),
        }
    }

    /// The same, with a cursor to go on from also when there is nothing behind it yet.
    pub fn show_resuming<T, U>(&self, page: Page<U, K>, from: &Gap<K>, show: impl FnMut(U) -> T) -> List<T> {
        let mut list = self.show(page, show);
        list.next_cursor = list.next_cursor.or_else(|| Some(self.encode(from)));
        list
    }
}

/// The sides of an item, in a cursor.
const AHEAD: u8 = b'<';
const BEHIND: u8 = b'>';

/// The word for something that may be left out. No word is empty otherwise.
pub(crate) fn word<T: Display>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// Which part of a list is wanted: `limit`, and a cursor as `after` or `before`.
pub(crate) struct Part {
    size: PageSize,
    position: Position<String>,
}

impl QueryInput for Part {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        let size = pairs.number("limit")?.unwrap_or_default();
        let position = match (pairs.take("after"), pairs.take("before")) {
            (None, None) => Position::Start,
            (Some(after), None) => Position::After(after),
            (None, Some(before)) => Position::Before(before),
            (Some(_), Some(_)) => return Err(refused("?before", "after and before cannot both be given")),
        };
        Ok(Self { size, position })
    }
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
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
    /// What to pass as `before` to get the items before these.
    #[schema(required, example = json!(null))]
    previous_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use tenantry_application::event::EventPosition;
    use tenantry_application::ports::{ChargeKey, WorkspaceKey};
    use tenantry_domain::id::{Id, Kind, UserKind, WorkspaceKind};
    use tenantry_domain::{OrganizationId, UserId};
    use uuid::Uuid;

    use super::*;

    fn id<K: Kind>(n: u128) -> Id<K> {
        Id::from_uuid(Uuid::from_u128(n))
    }

    fn members() -> Listing<UserId> {
        Listing::of(&[&"members", &id::<WorkspaceKind>(1)])
    }

    fn survives<K: CursorKey + Clone + PartialEq + std::fmt::Debug>(key: &K) {
        let list = Listing::of(&[&"a list"]);
        for gap in [Gap::ahead_of(key.clone()), Gap::behind(key.clone())] {
            assert_eq!(list.decode(&list.encode(&gap)), Some(gap));
        }
    }

    #[test]
    fn a_cursor_survives_its_text() {
        survives::<OrganizationId>(&id(7));
        survives(&EventPosition(i64::MAX));
        for archived in [false, true] {
            survives(&WorkspaceKey { archived, id: id(7) });
        }
        survives(&ChargeKey {
            meter: "users".parse().unwrap(),
            resource_id: "a:b/ü 🦀".parse().unwrap(),
        });
    }

    #[test]
    fn a_cursor_is_of_one_list() {
        let list = |words: &[&dyn Display]| Listing::<UserId>::of(words);
        let lists = [
            list(&[&"members"]),
            list(&[&"members", &""]),
            list(&[&"members", &"ws_1"]),
            list(&[&"members", &"ws_1", &"owner"]),
            list(&[&"members", &"ws_1owner", &""]),
            list(&[&"members", &"ws_2", &"owner"]),
        ];
        for (i, one) in lists.iter().enumerate() {
            let cursor = one.encode(&Gap::behind(id(7)));
            for (j, other) in lists.iter().enumerate() {
                assert_eq!(other.decode(&cursor).is_some(), i == j, "{i} {j}");
            }
        }
    }

    #[test]
    fn anything_else_is_no_cursor() {
        let list = members();
        let cursor = list.encode(&Gap::behind(id(7)));
        let written = |bytes: &[u8]| URL_SAFE_NO_PAD.encode([&list.mark, bytes].concat());
        assert!(
            list.decode(&written(format!(">{}", id::<UserKind>(7)).as_bytes()))
                .is_some()
        );
        let nonsense = [
            "",
            "x",
            "====",
            "ü",
            cursor.get(1..).unwrap(),
            &format!("{cursor}A"),
            &format!("{cursor}="),
            &written(b""),
            &written(b">"),
            &written(b">\0"),
            &written(b">\xff"),
            &written(format!("={}", id::<UserKind>(7)).as_bytes()),
            &written(format!("> {}", id::<UserKind>(7)).as_bytes()),
            &written(format!(">{}", id::<UserKind>(7).as_uuid().simple()).as_bytes()),
            &"A".repeat(10_000),
        ];
        for text in nonsense {
            assert_eq!(list.decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_query_of_a_list_is_read_strictly() {
        let list = members();
        let code = |query: &str| {
            let part = Pairs::of(query).and_then(Pairs::finish::<Part>);
            let request = part.and_then(|part| list.request(&part));
            request.map_err(|problem| problem.code()).err()
        };
        let cursor = list.encode(&Gap::behind(id(7)));
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
        assert_eq!(code("before="), Some(Code::InvalidCursor));
        assert_eq!(code("limit=1&limit=2"), Some(Code::DuplicateField));
        assert_eq!(code("Limit=1"), Some(Code::UnknownParameter));
        assert_eq!(code("limit=1&x"), Some(Code::UnknownParameter));
    }
}
