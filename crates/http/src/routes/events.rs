use actix_web::get;
use tenantry_application::event::{EventKind, EventPosition};
use tenantry_application::page::Gap;
use tenantry_domain::WorkspaceId;

use super::{Answer, ok, routes};
use crate::dto::events::{Event, FeedPart};
use crate::dto::list::{List, Listing, word};
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
    let kind_word = word(kind.map(EventKind::as_str).as_ref());
    let listing = Listing::of(&[&"events", &call.path, &kind_word]);
    let request = listing.request(&part)?;
    let asked = request.position.gap().copied();
    let page = api
        .read(move |tenantry| tenantry.list_events(&call.actor, call.path, kind, &request))
        .await?;
    let last = page.items.last().map(|event| Gap::behind(event.position));
    let start = Gap::ahead_of(EventPosition(1));
    ok(listing.show_resuming(page, &last.or(asked).unwrap_or(start), Event::from))
}
