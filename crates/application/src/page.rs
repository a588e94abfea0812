//! Keyset pagination: stable under inserts and deletes, at the same cost on every page.

/// How many items a page may hold: 1–200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

/// The size is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 1 to 200")]
pub struct InvalidPageSize;

impl PageSize {
    /// The most that a page may hold.
    pub const MAX: Self = Self(200);

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// How many rows to read: one more than fit, to learn whether there are more.
    pub fn rows_to_read(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(100)
    }
}

impl TryFrom<i64> for PageSize {
    type Error = InvalidPageSize;

    fn try_from(size: i64) -> Result<Self, Self::Error> {
        match u16::try_from(size) {
            Ok(size) if (1..=Self::MAX.0).contains(&size) => Ok(Self(size)),
            _ => Err(InvalidPageSize),
        }
    }
}

/// A place between the items of a list, which stays where it is while items come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap<K> {
    /// The item that it is beside, whether that is still there or not.
    pub key: K,
    /// On which side of it.
    pub side: Side,
}

/// A side of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one on which the list begins.
    Ahead,
    /// The one on which it goes on.
    Behind,
}

impl<K> Gap<K> {
    /// Just before the item of this key.
    pub const fn ahead_of(key: K) -> Self {
        Self {
            key,
            side: Side::Ahead,
        }
    }

    /// Just behind the item of this key.
    pub const fn behind(key: K) -> Self {
        Self {
            key,
            side: Side::Behind,
        }
    }
}

impl<K: Ord> Gap<K> {
    /// Whether the item of this key comes behind it.
    fn precedes(&self, key: &K) -> bool {
        match self.side {
            Side::Ahead => self.key <= *key,
            Side::Behind => self.key < *key,
        }
    }
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position<G> {
    /// At the first item.
    Start,
    /// Behind this gap.
    After(G),
    /// So that it ends before this gap.
    Before(G),
}

impl<G> Position<G> {
    /// The gap at which the page begins or ends.
    pub const fn gap(&self) -> Option<&G> {
        match self {
            Self::Start => None,
            Self::After(gap) | Self::Before(gap) => Some(gap),
        }
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// At most so many items.
    pub size: PageSize,
    /// From where.
    pub position: Position<Gap<K>>,
}

/// The first page, of the usual size. (A derive would ask the same of the key.)
impl<K> Default for PageRequest<K> {
    fn default() -> Self {
        Self {
            size: PageSize::default(),
            position: Position::Start,
        }
    }
}

/// A part of a list, in the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The items.
    pub items: Vec<T>,
    /// Behind which gap the next page begins, when there are more items behind.
    pub next: Option<Gap<K>>,
    /// Before which gap the previous page ends, when there are items before.
    pub previous: Option<Gap<K>>,
}

impl<T, K> Page<T, K> {
    /// The page with something else in the place of its items.
    pub(crate) fn try_map<U, E>(
        self,
        map: impl FnOnce(Vec<T>) -> Result<Vec<U>, E>,
    ) -> Result<Page<U, K>, E> {
        Ok(Page {
            items: map(self.items)?,
            next: self.next,
            previous: self.previous,
        })
    }
}

impl<T, K: Clone + Ord> Page<T, K> {
    /// The page made of the rows that a store read, in any order: those nearest to the position, at most [`PageSize::rows_to_read`] of
    /// them, and one from the other side of the gap, if there is any, by which an end of the list is known from a page in its midst.
    pub fn from_rows(request: &PageRequest<K>, rows: Vec<T>, key: impl Fn(&T) -> K) -> Self {
        let is_wanted = |row: &T| match &request.position {
            Position::Start => true,
            Position::After(gap) => gap.precedes(&key(row)),
            Position::Before(gap) => !gap.precedes(&key(row)),
        };
        let (mut items, beyond): (Vec<T>, Vec<T>) = rows.into_iter().partition(is_wanted);
        items.sort_by_cached_key(&key);
        let surplus = items.len().saturating_sub(request.size.get().into());
        let (has_more, has_beyond) = (surplus > 0, !beyond.is_empty());
        let (has_previous, has_next) = if matches!(request.position, Position::Before(_)) {
            items.drain(..surplus);
            (has_more, has_beyond)
        } else {
            items.truncate(items.len() - surplus);
            (has_beyond, has_more)
        };
        // A page without items is the gap itself.
        let gap = || request.position.gap().cloned();
        let first = items.first().map(|item| Gap::ahead_of(key(item))).or_else(gap);
        let last = items.last().map(|item| Gap::behind(key(item))).or_else(gap);
        Self {
            items,
            next: last.filter(|_| has_next),
            previous: first.filter(|_| has_previous),
        }
    }
}

impl<T, K> Page<T, K> {
    /// The same page of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U, K> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
            previous: self.previous,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    use super::*;

    type List = BTreeSet<u8>;
    type Numbers = Page<u8, u8>;

    /// What a store reads of a list of numbers.
    fn read(list: &List, request: &PageRequest<u8>) -> Numbers {
        let rows = usize::try_from(request.size.rows_to_read()).unwrap();
        let (mut behind, mut ahead): (Vec<u8>, Vec<u8>) = match request.position.gap() {
            Some(gap) => list.iter().partition(|number| gap.precedes(number)),
            None => (list.iter().copied().collect(), Vec::new()),
        };
        ahead.reverse();
        if matches!(request.position, Position::Before(_)) {
            ahead.truncate(rows);
            behind.truncate(1);
        } else {
            behind.truncate(rows);
            ahead.truncate(1);
        }
        Page::from_rows(request, [ahead, behind].concat(), |number| *number)
    }

    fn page(list: &List, size: u8, position: Position<Gap<u8>>) -> Numbers {
        let size = PageSize::try_from(i64::from(size)).unwrap();
        read(list, &PageRequest { size, position })
    }

    #[test]
    fn a_page_tells_of_both_ends_of_the_list() {
        let list = (0..10).collect();
        let ends = |size, position| {
            let page = page(&list, size, position);
            (page.items, page.previous, page.next)
        };
        assert_eq!(ends(10, Position::Start), ((0..10).collect(), None, None));
        assert_eq!(
            ends(9, Position::Start),
            ((0..9).collect(), None, Some(Gap::behind(8)))
        );
        assert_eq!(
            ends(3, Position::Before(Gap::ahead_of(6))),
            (vec![3, 4, 5], Some(Gap::ahead_of(3)), Some(Gap::behind(5)))
        );
        assert_eq!(
            ends(3, Position::Before(Gap::ahead_of(3))),
            (vec![0, 1, 2], None, Some(Gap::behind(2)))
        );
        assert_eq!(
            ends(3, Position::After(Gap::behind(6))),
            (vec![7, 8, 9], Some(Gap::ahead_of(7)), None)
        );
    }

    #[test]
    fn a_page_that_became_empty_leads_back_to_what_is_there() {
        let (list, last, first) = (List::from([4, 5]), Gap::behind(5), Gap::ahead_of(4));
        let end = page(&list, 3, Position::After(last));
        assert_eq!((end.items, end.previous, end.next), (vec![], Some(last), None));
        assert_eq!(page(&list, 3, Position::Before(last)).items, [4, 5]);
        let start = page(&list, 3, Position::Before(first));
        assert_eq!(
            (start.items, start.previous, start.next),
            (vec![], None, Some(first))
        );
        assert_eq!(page(&list, 3, Position::After(first)).items, [4, 5]);
        for position in [Position::Start, Position::After(last), Position::Before(last)] {
            let nothing = page(&List::new(), 3, position);
            assert_eq!((nothing.previous, nothing.next), (None, None));
        }
    }

    #[test]
    fn a_page_holds_1_to_200_items() {
        for size in [i64::MIN, -1, 0, 201, i64::MAX] {
            assert_eq!(PageSize::try_from(size), Err(InvalidPageSize));
        }
        assert_eq!(PageSize::default().get(), 100);
    }

    /// What comes and goes between two pages.
    type Change = (BTreeSet<u8>, BTreeSet<u8>);

    fn some() -> impl Strategy<Value = List> {
        btree_set(any::<u8>(), 0..40)
    }

    /// Follows a direction to its end while the list changes: what was seen, in the order in which it was.
    fn walk(
        list: &mut List,
        (sizes, changes): (&[u8], &[Change]),
        mut position: Position<Gap<u8>>,
    ) -> Vec<u8> {
        let is_backwards = matches!(position, Position::Before(_));
        let mut seen = Vec::new();
        for (step, size) in sizes.iter().cycle().enumerate().take(300) {
            let page = page(list, *size, position);
            assert!(page.items.len() <= usize::from(*size));
            assert!(page.items.iter().all(|item| list.contains(item)));
            if let (Some(first), Some(last)) = (page.items.first(), page.items.last()) {
                assert_eq!(page.previous.is_some(), list.first() < Some(first));
                assert_eq!(page.next.is_some(), list.last() > Some(last));
            }
            let to = if is_backwards {
                seen.extend(page.items.iter().rev());
                page.previous.map(Position::Before)
            } else {
                seen.extend(&page.items);
                page.next.map(Position::After)
            };
            let Some(to) = to else { return seen };
            position = to;
            if let Some((come, gone)) = changes.get(step) {
                list.extend(come);
                list.retain(|item| !gone.contains(item));
            }
        }
        panic!("without end");
    }

    proptest! {
        #[test]
        fn a_walk_sees_all_that_stays_once_and_nothing_twice(
            before in some(),
            sizes in vec(1u8..7, 1..5),
            changes in vec((some(), some()), 0..20),
            is_backwards: bool,
        ) {
            let mut list = before.clone();
            let start = if is_backwards { Position::Before(Gap::behind(u8::MAX)) } else { Position::Start };
            let mut seen = walk(&mut list, (&sizes, &changes), start);
            if is_backwards {
                seen.reverse();
            }
            prop_assert!(seen.is_sorted_by(|a, b| a < b));
            let gone: List = changes.iter().flat_map(|(_, gone)| gone).copied().collect();
            prop_assert!(before.difference(&gone).all(|item| seen.contains(item)));
        }

        #[test]
        fn the_way_back_shows_the_same_items(list in some(), sizes in vec(1u8..7, 1..5)) {
            let mut list = list;
            let there = walk(&mut list, (&sizes, &[]), Position::Start);
            let mut back = walk(&mut list, (&sizes, &[]), Position::Before(Gap::behind(u8::MAX)));
            back.reverse();
            prop_assert_eq!(there, back);
        }
    }
}
