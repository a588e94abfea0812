//! JSON pointers (RFC 6901).

use serde_path_to_error::{Path, Segment};

/// The pointer to a member of what another pointer points at.
pub(crate) fn join(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The pointer to where reading stopped.
pub(crate) fn of(path: &Path) -> String {
    path.iter().fold(String::new(), |parent, segment| match segment {
        Segment::Seq { index } => format!("{parent}/{index}"),
        Segment::Map { key } => join(&parent, key),
        Segment::Enum { .. } | Segment::Unknown => parent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_escaped() {
        assert_eq!(join("/limits", "a/b~c"), "/limits/a~1b~0c");
        assert_eq!(join("", ""), "/");
    }
}
