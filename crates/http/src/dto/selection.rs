use tenantry_application::ports::{OrganizationFilter, OrganizationScope, OrganizationSelection};
use tenantry_domain::text::{Folded, Name};
use tenantry_domain::{OrganizationId, WorkspaceId};
use utoipa::IntoParams;
use utoipa::openapi::schema::Object;

use super::list::{Listing, Part, word};
use crate::input::{Pairs, QueryInput};
use crate::problem::Problem;
use crate::wire::{Wire, Wrong};

/// A part of a name: no longer than names are.
pub(crate) type PartOfName = Name<50>;

/// What finds things by their names.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes parameters to the document")]
pub(crate) struct NameParams {
    /// Only those whose names have this part, in upper or lower case.
    #[param(nullable = false)]
    name: Option<String>,
}

/// What finds organizations by their level.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes parameters to the document")]
pub(crate) struct DepthParams {
    /// Only those with so many ancestors.
    #[param(nullable = false)]
    depth: Option<i64>,
}

/// What finds organizations anywhere in the tree.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes parameters to the document")]
pub(crate) struct ParentParams {
    /// Only the children of this organization; `none` for the roots.
    #[param(nullable = false)]
    parent: Option<String>,
}

/// Among the children of an organization, or among the roots.
pub(crate) struct Parent(OrganizationScope);

impl Wire for Parent {
    type Raw = String;

    fn read(raw: &String) -> Result<Self, Wrong> {
        if raw == ROOTS {
            Ok(Self(OrganizationScope::Roots))
        } else {
            Wire::read(raw).map(OrganizationScope::ChildrenOf).map(Self)
        }
    }

    fn schema() -> Object {
        let mut schema = OrganizationId::schema();
        schema.pattern = schema.pattern.map(|id| format!("{id}|^{ROOTS}$"));
        schema
    }
}

/// The parent of those that have none.
const ROOTS: &str = "none";

/// Which part of some organizations is wanted: of those that are like this.
pub(crate) struct Filtered {
    pub part: Part,
    pub filter: OrganizationFilter,
}

/// Of all.
impl From<Part> for Filtered {
    fn from(part: Part) -> Self {
        Self {
            part,
            filter: OrganizationFilter::default(),
        }
    }
}

impl QueryInput for Filtered {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        let filter = OrganizationFilter {
            name: part_of_name(pairs)?,
            depth: pairs.number("depth")?,
        };
        Ok(Self {
            part: Part::read(pairs)?,
            filter,
        })
    }
}

/// Which part of the organizations of a workspace is wanted.
pub(crate) struct Found {
    pub scope: OrganizationScope,
    pub filtered: Filtered,
}

impl QueryInput for Found {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        let parent = pairs.optional("parent")?;
        Ok(Self {
            scope: parent.map_or(OrganizationScope::All, |Parent(scope)| scope),
            filtered: Filtered::read(pairs)?,
        })
    }
}

/// `name`: what is no name is in none.
pub(crate) fn part_of_name(pairs: &mut Pairs) -> Result<Option<Folded>, Problem> {
    let name = pairs.optional::<PartOfName>("name")?;
    Ok(name.map(|name| Folded::of(name.as_str())))
}

/// The list of some organizations of a workspace.
pub(crate) fn listing(
    workspace: WorkspaceId,
    OrganizationSelection { scope, filter }: &OrganizationSelection,
) -> Listing<OrganizationId> {
    let scope = match scope {
        OrganizationScope::All => "all".to_owned(),
        OrganizationScope::Roots => "roots".to_owned(),
        OrganizationScope::ChildrenOf(id) => format!("children of {id}"),
        OrganizationScope::DescendantsOf(id) => format!("descendants of {id}"),
        OrganizationScope::AncestorsOf(id) => format!("ancestors of {id}"),
    };
    let (name, depth) = (word(filter.name.as_ref()), word(filter.depth.as_ref()));
    Listing::of(&[&"organizations", &workspace, &scope, &name, &depth])
}
