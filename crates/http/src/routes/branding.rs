use actix_web::HttpRequest;
use tenantry_application::error::Noun;
use tenantry_application::ports::PublicKey;
use tenantry_application::{Error, Tenantry};
use tenantry_domain::text::LoginHint;

use super::{Answer, routes};
use crate::dto::branding::PublicBranding;
use crate::input::{Conditions, Input, Pairs, PathInput, QueryInput, segment};
use crate::problem::Problem;
use crate::resource::shown;
use crate::state::Api;

routes!(get_branding, find_branding);

/// Get how an organization presents itself.
///
/// Public: needs no token.
#[utoipa::path(
    get,
    path = "/organizations/{id}/branding",
    tag = "branding",
    security(()),
    responses((status = 200, description = "The branding.", body = PublicBranding)),
)]
async fn get_branding(api: Api, input: Input<ById>) -> Answer {
    show(api, input.conditions, input.path.0).await
}

/// Find how an organization presents itself by its login hint.
///
/// Public: needs no token.
#[utoipa::path(
    get,
    path = "/branding",
    tag = "branding",
    security(()),
    params(("login_hint" = String, Query, description = "The login hint.", example = "acme-inc")),
    responses((status = 200, description = "The branding.", body = PublicBranding)),
    extensions(("x-problems" = json!(["not_found"]))),
)]
async fn find_branding(api: Api, input: Input<(), ByHint>) -> Answer {
    show(api, input.conditions, input.query.0).await
}

async fn show(api: Api, conditions: Conditions, key: PublicKey) -> Answer {
    let organization = api
        .read(move |tenantry: &Tenantry| tenantry.public_organization(&key))
        .await?;
    Ok(shown(
        &conditions,
        &PublicBranding::of(organization, &api.deployment),
    ))
}

struct ById(PublicKey);

impl PathInput for ById {
    fn read(_: &Api, request: &HttpRequest) -> Result<Self, Problem> {
        let id = segment(request, "id").and_then(|text| text.parse().ok());
        let id = id.ok_or(Error::NotFound(Noun::Organization))?;
        Ok(Self(PublicKey::Id(id)))
    }
}

struct ByHint(PublicKey);

impl QueryInput for ByHint {
    fn read(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(Self(PublicKey::LoginHint(
            pairs.required::<LoginHint>("login_hint")?,
        )))
    }
}
