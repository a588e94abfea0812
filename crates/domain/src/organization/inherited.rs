use super::Organization;
use crate::text::{Color, Name};

/// A value, and the organization that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inherited<'a, T> {
    /// The value.
    pub value: &'a T,
    /// Who has it.
    pub from: &'a Organization,
}

/// How an organization looks where its people sign in, with what it inherits: each field from the nearest that has it, the organization itself before its
/// parent and so on up to the root (O9). The login hint is not among them, since it leads to one organization alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InheritedBranding<'a> {
    /// The name to show.
    pub display_name: Option<Inherited<'a, Name<100>>>,
    /// Buttons and links.
    pub primary: Option<Inherited<'a, Color>>,
    /// Behind everything.
    pub page_background: Option<Inherited<'a, Color>>,
}

impl<'a> InheritedBranding<'a> {
    /// The branding of the last of these, which are it and everything above it from the root down.
    pub fn of(lineage: &'a [Organization]) -> Self {
        Self {
            display_name: nearest(lineage, |one| one.branding.display_name.as_ref()),
            primary: nearest(lineage, |one| one.branding.colors.primary.as_ref()),
            page_background: nearest(lineage, |one| one.branding.colors.page_background.as_ref()),
        }
    }
}

fn nearest<'a, T>(
    lineage: &'a [Organization],
    field: impl Fn(&'a Organization) -> Option<&'a T>,
) -> Option<Inherited<'a, T>> {
    let own = |from: &'a Organization| field(from).map(|value| Inherited { value, from });
    lineage.iter().rev().find_map(own)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::{OrganizationId, WorkspaceId};
    use crate::organization::{Branding, Colors, Path};
    use crate::time::Timestamp;

    fn organization(n: u128, display_name: Option<&str>, primary: Option<&str>) -> Organization {
        Organization {
            id: OrganizationId::from_uuid(Uuid::from_u128(n)),
            workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(9)),
            name: format!("{n}").parse().unwrap(),
            path: Path::root(),
            billing_account_id: None,
            picture: None,
            branding: Branding {
                display_name: display_name.map(|name| name.parse().unwrap()),
                login_hint: Some(format!("hint-{n}").parse().unwrap()),
                colors: Colors {
                    primary: primary.map(|color| color.parse().unwrap()),
                    page_background: None,
                },
            },
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        }
    }

    #[test]
    fn o9_each_field_comes_from_the_nearest_that_has_it() {
        let lineage = [
            organization(1, Some("Root"), Some("#000001")),
            organization(2, None, Some("#000002")),
            organization(3, None, None),
        ];
        let branding = InheritedBranding::of(&lineage);
        let name = branding.display_name.unwrap();
        assert_eq!((name.value.as_str(), name.from), ("Root", &lineage[0]));
        let primary = branding.primary.unwrap();
        assert_eq!(
            (primary.value.to_string(), primary.from),
            ("#000002".to_owned(), &lineage[1])
        );
        assert_eq!(branding.page_background, None);
        let own = InheritedBranding::of(&lineage[..1]);
        assert_eq!(own.primary.unwrap().from, &lineage[0]);
    }
}
