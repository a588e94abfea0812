use std::borrow::Cow;
use std::marker::PhantomData;

use tenantry_domain::capacity::TargetId;
use tenantry_domain::{OrganizationId, TeamId};
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::input::{Pairs, QueryInput};
use crate::problem::{FieldError, Problem};
use crate::wire::Raw;

pub(crate) type OrganizationIdInput = Raw<OrganizationId>;
pub(crate) type TeamIdInput = Raw<TeamId>;

/// What usage is charged to, of which exactly one must be given.
pub(crate) struct TargetInput<'a> {
    pub organization_id: Option<&'a OrganizationIdInput>,
    pub team_id: Option<&'a TeamIdInput>,
}

impl TargetInput<'_> {
    /// The one that is given, in the object at this pointer.
    pub fn read(self, at: &str) -> Result<TargetId, Vec<FieldError>> {
        match (self.organization_id, self.team_id) {
            (Some(id), None) => Ok(id.read(&format!("{at}/organization_id"))?.into()),
            (None, Some(id)) => Ok(id.read(&format!("{at}/team_id"))?.into()),
            _ => Err(exactly_one(at)),
        }
    }
}

fn exactly_one(pointer: &str) -> Vec<FieldError> {
    let detail = "must have exactly one of organization_id and team_id";
    vec![FieldError::new(pointer, "exactly_one", detail)]
}

/// `organization_id` or `team_id`: where a resource is charged.
pub(crate) struct At(pub TargetId);

impl QueryInput for At {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        let organization = pairs.optional::<OrganizationId>("organization_id")?;
        let team = pairs.optional::<TeamId>("team_id")?;
        match (organization, team) {
            (Some(id), None) => Ok(Self(id.into())),
            (None, Some(id)) => Ok(Self(id.into())),
            _ => Err(exactly_one("?organization_id").into()),
        }
    }
}

/// The parameters of [`At`], of which exactly one is given.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "for the document alone")]
pub(crate) struct AtParams {
    /// The organization that it is charged to.
    #[param(inline, nullable = false)]
    organization_id: Option<OrganizationIdInput>,
    /// The team that it is charged to.
    #[param(inline, nullable = false)]
    team_id: Option<TeamIdInput>,
}

/// The fields of a body with a target as the document describes it: with exactly one of the two.
pub(crate) struct OneTarget<T>(PhantomData<T>);

impl<T: ToSchema> PartialSchema for OneTarget<T> {
    fn schema() -> RefOr<Schema> {
        let with = |field| ObjectBuilder::new().required(field);
        let one = OneOfBuilder::new()
            .item(with("organization_id"))
            .item(with("team_id"));
        let all = AllOfBuilder::new()
            .item(Ref::from_schema_name(T::name()))
            .item(one)
            .build();
        Schema::from(all).into()
    }
}

impl<T: ToSchema> ToSchema for OneTarget<T> {
    fn name() -> Cow<'static, str> {
        T::name().trim_end_matches("Fields").to_owned().into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}
