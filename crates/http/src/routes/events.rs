use actix_web::get;
use tenantry_application::page::Position;
use tenantry_domain::WorkspaceId;

use super::{Answer, ok, routes};
use crate::dto::events::{Event, FeedPart};
use crate::dto::list::{Events, List};
use crate::input::Call;
use crate::openapi::PartParams;
use crate::state::Api;

routes!(list_events);

/// Follow what happens in a workspace.
///
/// Owners and admins may. Events come in the order in which they were saved, each once: to follow, ask again with the `next_cursor` of the
/// last answer as `after`. It is there also when nothing follows yet, and no event ever comes to stand before it.
#[utoipa::path(
    tag = "events",
    params(
        PartParams,
        ("type" = Option<String>, Query, description = "Only events of this type, such as `organization.created`.", nullable = false),
    ),
    responses((status = 200, description = "A part of the feed.", body = List<Event>)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
#[get("/workspaces/{workspace_id}/events")]
async fn list_events(api: Api, call: Call<WorkspaceId, FeedPart>) -> Answer {
    let FeedPart { part, kind } = call.query;
    let from = match &part.0.position {
        Position::After(position) => Some(*position),
        Position::Start | Position::Before(_) => None,
    };
    let page = api
        .read(move |tenantry| tenantry.list_events(&call.actor, call.path, kind, &part.0))
        .await?;
    let resume = page.items.last().map(|event| event.position).or(from);
    ok(List::of::<Events, _>(page, Event::from).resuming::<Events>(resume.as_ref()))
}
