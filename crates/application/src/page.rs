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

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position<K> {
    /// At the first item.
    Start,
    /// Behind the item of this key.
    After(K),
    /// So that it ends before the item of this key.
    Before(K),
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// At most so many items.
    pub size: PageSize,
    /// From where.
    pub position: Position<K>,
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
    /// Where the next page begins, when there are more items behind.
    pub next: Option<K>,
    /// Where the previous page ends, when there are items before.
    pub previous: Option<K>,
}

impl<T, K> Page<T, K> {
    /// The page made of the rows that a store read: at most [`PageSize::rows_to_read`] of them, beginning at the position and going
    /// forwards, or backwards for [`Position::Before`].
    pub fn from_rows(request: &PageRequest<K>, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Self {
        let size = usize::from(request.size.get());
        let has_more = rows.len() > size;
        rows.truncate(size);
        let is_backwards = matches!(request.position, Position::Before(_));
        if is_backwards {
            rows.reverse();
        }
        let has_next = has_more || is_backwards;
        let has_previous = if is_backwards {
            has_more
        } else {
            matches!(request.position, Position::After(_))
        };
        let next = rows.last().filter(|_| has_next).map(&key);
        let previous = rows.first().filter(|_| has_previous).map(&key);
        Self {
            items: rows,
            next,
            previous,
        }
    }

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
    use super::*;

    /// A store of the numbers 0–9.
    fn read(request: &PageRequest<i64>) -> Page<i64, i64> {
        let limit = usize::try_from(request.size.rows_to_read()).unwrap();
        let rows: Vec<i64> = match request.position {
            Position::Start => (0..10).take(limit).collect(),
            Position::After(key) => (key + 1..10).take(limit).collect(),
            Position::Before(key) => (0..key).rev().take(limit).collect(),
        };
        Page::from_rows(request, rows, |n| *n)
    }

    fn page(size: i64, position: Position<i64>) -> Page<i64, i64> {
        read(&PageRequest {
            size: PageSize::try_from(size).unwrap(),
            position,
        })
    }

    #[test]
    fn a_list_read_forwards_has_every_item_once() {
        let mut seen = Vec::new();
        let mut position = Position::Start;
        loop {
            let page = page(3, position);
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            position = Position::After(next);
        }
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn going_back_shows_the_page_before_in_the_same_order() {
        let third = page(3, Position::After(5));
        let second = page(3, Position::Before(third.previous.unwrap()));
        assert_eq!(
            (second.items, second.next, second.previous),
            (vec![3, 4, 5], Some(5), Some(3))
        );
        let first = page(3, Position::Before(3));
        assert_eq!((first.items, first.previous), (vec![0, 1, 2], None));
    }

    #[test]
    fn a_page_that_ends_with_the_list_has_no_next() {
        assert_eq!(page(10, Position::Start).next, None);
        assert_eq!(page(9, Position::Start).next, Some(8));
        assert_eq!(page(3, Position::After(9)).items, Vec::<i64>::new());
    }

    #[test]
    fn a_page_holds_1_to_200_items() {
        for size in [i64::MIN, -1, 0, 201, i64::MAX] {
            assert_eq!(PageSize::try_from(size), Err(InvalidPageSize));
        }
        assert_eq!(PageSize::default().get(), 100);
    }
}
