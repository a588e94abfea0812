use actix_web::{HttpRequest, HttpResponse};

use super::{Answer, routes};
use crate::input::Input;
use crate::metrics::MEDIA_TYPE;
use crate::problem::{Code, Problem};
use crate::state::Api;

routes!(get_metrics);

/// Get what operators watch.
///
/// In the OpenMetrics text format. A deployment may ask for a token of its own here, or not serve this at all; then it is not found.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operations",
    security(()),
    responses((
        status = 200, description = "The metrics.", content_type = "application/openmetrics-text", body = String
    )),
    extensions(("x-problems" = json!(["route_not_found"]))),
)]
async fn get_metrics(api: Api, request: HttpRequest, _: Input) -> Answer {
    if !api.scrapers.include(request.headers()) {
        return Err(Problem::new(Code::RouteNotFound));
    }
    let text = api.metrics.text();
    let text = text.map_err(|error| Problem::new(Code::InternalError).caused_by(&error))?;
    Ok(HttpResponse::Ok().content_type(MEDIA_TYPE).body(text))
}
