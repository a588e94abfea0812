use std::sync::Arc;

use super::{Answer, ok, routes};
use crate::dto::meta::Health;
use crate::input::Input;
use crate::problem::{Code, Problem};
use crate::state::Api;

routes!(get_health, get_readiness);

#[derive(Debug, thiserror::Error)]
#[error("the database does not answer or lacks migrations, or the service is about to end")]
struct NotReady;

/// Get whether the process runs.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operations",
    security(()),
    responses((status = 200, description = "It does.", body = Health)),
)]
async fn get_health(_: Input) -> Answer {
    ok(Health { status: "ok" })
}

/// Get whether the service can answer.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operations",
    security(()),
    responses((status = 200, description = "It can.", body = Health)),
    extensions(("x-problems" = json!(["unavailable"]))),
)]
async fn get_readiness(api: Api, _: Input) -> Answer {
    let ready = Arc::clone(&api.ready);
    if api.executor.probe(move || ready()).await? {
        ok(Health { status: "ready" })
    } else {
        Err(Problem::new(Code::Unavailable).caused_by(&NotReady))
    }
}
