/// Why an organization cannot be deleted (O6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeletionRefused {
    /// It or a descendant uses something.
    #[error("the organization or a descendant has usage; release what is charged to it first")]
    HasUsage,
    /// It has descendants, and the caller did not ask to delete them too.
    #[error("the organization has children; pass cascade=true to delete them too")]
    HasChildren,
}

/// Whether an organization may be deleted (O6), given whether its subtree uses anything, whether it has children, and whether
/// the caller asked to delete those too.
///
/// # Errors
/// [`DeletionRefused`]; usage is named before children, since no flag overrides it.
pub fn check_deletion(has_usage: bool, has_children: bool, cascade: bool) -> Result<(), DeletionRefused> {
    if has_usage {
        return Err(DeletionRefused::HasUsage);
    }
    if has_children && !cascade {
        return Err(DeletionRefused::HasChildren);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o6_usage_always_prevents_deletion_and_children_unless_cascading() {
        assert_eq!(check_deletion(true, true, true), Err(DeletionRefused::HasUsage));
        assert_eq!(check_deletion(true, false, false), Err(DeletionRefused::HasUsage));
        assert_eq!(
            check_deletion(false, true, false),
            Err(DeletionRefused::HasChildren)
        );
        assert_eq!(check_deletion(false, true, true), Ok(()));
        assert_eq!(check_deletion(false, false, false), Ok(()));
    }
}
