/// Why an organization cannot be deleted (O6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeletionRefused {
    /// It or a descendant uses something.
    #[error("the organization or a descendant has usage; release what is charged to it first")]
    HasUsage,
    /// It or a descendant has teams.
    #[error("the organization or a descendant has teams; delete them first")]
    HasTeams,
    /// It has descendants, and the caller did not ask to delete them too.
    #[error("the organization has children; pass cascade=true to delete them too")]
    HasChildren,
}

/// What is at an organization or below it (O6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Whether anything is used there.
    pub has_usage: bool,
    /// Whether there are teams.
    pub has_teams: bool,
    /// Whether it has children.
    pub has_children: bool,
}

/// Whether an organization may be deleted (O6), given what is there, and whether the caller asked to delete its descendants too.
///
/// # Errors
/// [`DeletionRefused`]; children are named last, since only they can be deleted along.
pub fn check_deletion(contents: Contents, cascade: bool) -> Result<(), DeletionRefused> {
    if contents.has_usage {
        return Err(DeletionRefused::HasUsage);
    }
    if contents.has_teams {
        return Err(DeletionRefused::HasTeams);
    }
    if contents.has_children && !cascade {
        return Err(DeletionRefused::HasChildren);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check([has_usage, has_teams, has_children]: [bool; 3], cascade: bool) -> Result<(), DeletionRefused> {
        let contents = Contents {
            has_usage,
            has_teams,
            has_children,
        };
        check_deletion(contents, cascade)
    }

    #[test]
    fn o6_usage_and_teams_always_prevent_deletion_and_children_unless_cascading() {
        for cascade in [true, false] {
            assert_eq!(check([true, true, true], cascade), Err(DeletionRefused::HasUsage));
            assert_eq!(
                check([false, true, true], cascade),
                Err(DeletionRefused::HasTeams)
            );
            assert_eq!(check([false, false, false], cascade), Ok(()));
        }
        assert_eq!(
            check([false, false, true], false),
            Err(DeletionRefused::HasChildren)
        );
        assert_eq!(check([false, false, true], true), Ok(()));
    }
}
