use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ETAG};
use tenantry_domain::organization::PictureId;

use super::{Answer, routes};
use crate::input::Input;
use crate::middleware::CROSS_ORIGIN_RESOURCE_POLICY;
use crate::state::Api;

routes!(get_picture);

/// What is behind a name never changes (RFC 8246), so whoever has it need not ask for a year.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Get a picture of an organization.
///
/// Public: needs no token. What is behind an address never changes, so answers may be kept for good, and pages of every site may show them.
#[utoipa::path(
    get,
    path = "/pictures/{picture_id}",
    tag = "branding",
    security(()),
    responses((status = 200, description = "The picture.", content((String = "image/png"), (String = "image/jpeg")))),
)]
async fn get_picture(api: Api, input: Input<PictureId>) -> Answer {
    let (id, tenantry) = (input.path, api.tenantry.clone());
    let (tag, media_type) = (id.digest().to_owned(), id.format().media_type());
    let bytes = api.executor.serve(move || tenantry.picture(&id)).await??;
    let has = input.conditions.has(&tag);
    let mut answer = if has {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((ETAG, format!("\"{tag}\"")))
        .insert_header((CACHE_CONTROL, FOR_GOOD))
        .insert_header((CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"));
    Ok(if has {
        answer.finish()
    } else {
        answer.content_type(media_type).body(bytes)
    })
}
