//! The document, and a page to browse it that asks nothing of the outside.

use std::sync::Arc;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::Config;

use super::{Answer, routes};
use crate::input::{Input, PathInput, segment};
use crate::problem::{Code, Problem};
use crate::state::Api;

routes!(get_document, get_docs, get_docs_file);

/// What the page may load: its own files. It styles itself inline, and its pictures are part of them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Get this document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "operations",
    security(()),
    responses((status = 200, description = "The OpenAPI document.", body = Object)),
)]
async fn get_document(api: Api, _: Input) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(api.published.document())
}

/// Browse this document.
#[utoipa::path(
    get,
    path = "/docs",
    tag = "operations",
    security(()),
    responses((status = 308, description = "The page is one level below.")),
)]
async fn get_docs(_: Input) -> HttpResponse {
    // Relative, so that it also holds behind a proxy that serves this under a prefix.
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, "docs/"))
        .finish()
}

/// Get a file of the page that browses this document.
#[utoipa::path(
    get,
    path = "/docs/{file}",
    tag = "operations",
    security(()),
    responses((status = 200, description = "The file; the page itself when it is named by nothing.", content(
        (String = "text/html"), (String = "text/css"), (String = "text/javascript"), (String = "image/png")
    ))),
    extensions(("x-problems" = json!(["route_not_found"]))),
)]
async fn get_docs_file(input: Input<File>) -> Answer {
    let config = Config::new(["../openapi.json"]).validator_url("none");
    let file = utoipa_swagger_ui::serve(&input.path.0, Arc::new(config));
    let file = file.map_err(|error| Problem::new(Code::InternalError).caused_by(&*error))?;
    let file = file.ok_or_else(|| Problem::new(Code::RouteNotFound))?;
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(file.bytes.into_owned()))
}

/// The name of a file; nothing for the page itself.
struct File(String);

impl PathInput for File {
    fn read(_: &Api, request: &HttpRequest) -> Result<Self, Problem> {
        Ok(Self(segment(request, "file").unwrap_or_default()))
    }
}
