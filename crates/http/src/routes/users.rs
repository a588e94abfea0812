use actix_web::get;

use super::{Answer, routes};
use crate::dto::users::UserInfo;
use crate::input::Call;
use crate::state::Api;

routes!(get_userinfo);

/// Get who you are.
///
/// The id is what others need to add you to a workspace.
#[utoipa::path(
    tag = "users",
    responses((status = 200, description = "You.", body = UserInfo)),
    extensions(("x-problems" = json!(["people_only", "not_found"]))),
)]
#[get("/oauth/userinfo")]
async fn get_userinfo(api: Api, call: Call) -> Answer {
    api.show::<UserInfo>(call.conditions, move |tenantry| tenantry.me(&call.actor))
        .await
}
