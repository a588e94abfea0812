//! Teams for programs that were written for another API. Problems are told in its [dialect](crate::problem::Dialect).

use tenantry_application::{Actor, Error, Tenantry};

use super::{Answer, routes};
use crate::dto::v1_teams::{CreateV1Team, CreatedV1Team, V1Teams};
use crate::input::{Call, Door, Json};
use crate::resource::shown;
use crate::state::Api;

routes!(list_v1_teams, create_v1_team);

/// Whoever could make a team here: the edition is asked before the request is read.
struct Creators;

impl Door for Creators {
    fn check(tenantry: &Tenantry, actor: &Actor) -> Result<(), Error> {
        tenantry.check_listed_creation(actor)
    }
}

/// List your teams, in short.
///
/// Your personal team first, then the others in the order of their creation. In the community edition only your personal team is listed.
#[utoipa::path(
    get,
    path = "/v1/teams",
    tag = "teams (v1)",
    security(("key" = []), ("bearer" = [])),
    responses((status = 200, description = "Your teams.", body = V1Teams)),
    extensions(("x-problems" = json!(["people_only"]))),
)]
async fn list_v1_teams(api: Api, call: Call) -> Answer {
    let listed = api
        .read(move |tenantry| tenantry.listed_teams(&call.actor))
        .await?;
    Ok(shown(&call.conditions, &V1Teams::from(listed)))
}

/// Create a team by its name.
///
/// You own it. It belongs to the organization of your current team, where this takes `team:create`. Needs the enterprise edition.
#[utoipa::path(
    post,
    path = "/v1/teams",
    tag = "teams (v1)",
    security(("key" = []), ("bearer" = [])),
    request_body(content = CreateV1Team, example = json!({ "name": "Field Crew" })),
    responses((status = 201, description = "The team.", body = CreatedV1Team)),
    extensions(("x-problems" = json!([
        "enterprise_required", "scope_required", "people_only", "workspace_archived", "team_limit_reached", "limit_reached"
    ]))),
)]
async fn create_v1_team(api: Api, call: Call<(), (), Json<CreateV1Team>, Creators>) -> Answer {
    api.once(call.conditions, CreatedV1Team::present, move |tenantry, once| {
        tenantry.create_listed_team(&call.actor, call.body, once)
    })
    .await
}
