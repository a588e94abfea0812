use std::ops::Deref;

use crate::ETag;

/// Something that is shown at an address of its own, with the tag that changes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged<T> {
    /// What is shown.
    pub value: T,
    /// Its tag, for [`if_match`](crate::Request::if_match) and [`if_changed`](crate::Request::if_changed).
    pub etag: ETag,
}

impl<T> Deref for Tagged<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
