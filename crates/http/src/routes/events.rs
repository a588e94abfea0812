use std::fmt::Display;

use tenantry_application::event::{EventKind, EventPosition, RecordedEvent};
use tenantry_application::page::{Gap, Page, PageRequest};
use tenantry_domain::{TeamId, WorkspaceId};

use super::{Answer, ok, routes};
use crate::dto::events::{Event, FeedPart};
use crate::dto::list::{List, Listing, word};
use crate::input::Call;
use crate::openapi::PartParams;
use crate::problem::Problem;
use crate::state::Api;

routes!(list_events, list_team_events);

/// Follow what happens in a workspace.
///
/// Owners and admins may. Events come in the order in which they were saved, each once: to follow, ask again with the `next_cursor` of the
/// last answer as `after`. It is there also when nothing follows yet, and no event ever comes to stand before it.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/events",
    tag = "events",
    params(
        PartParams,
        ("type" = Option<String>, Query, description = "Only events of this type, such as `organization.created`.", nullable = false),
    ),
    responses((status = 200, description = "A part of the feed.", body = List<Event>)),
    extensions(("x-problems" = json!(["role_required"]))),
)]
async fn list_events(api: Api, call: Call<WorkspaceId, FeedPart>) -> Answer {
    let feed = Feed::of(&call.path, call.query)?;
    let (kind, request) = (feed.kind, feed.request.clone());
    let page = api
        .read(move |tenantry| tenantry.list_events(&call.actor, call.path, kind, &request))
        .await?;
    feed.show(page)
}

/// Follow what happens in a team.
///
/// Needs `team:update`. As in a workspace, of whose feed this is a part.
#[utoipa::path(
    get,
    path = "/teams/{team_id}/events",
    tag = "events",
    params(
        PartParams,
        ("type" = Option<String>, Query, description = "Only events of this type, such as `team_member.added`.", nullable = false),
    ),
    responses((status = 200, description = "A part of the feed.", body = List<Event>)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn list_team_events(api: Api, call: Call<TeamId, FeedPart>) -> Answer {
    let feed = Feed::of(&call.path, call.query)?;
    let (kind, request) = (feed.kind, feed.request.clone());
    let page = api
        .read(move |tenantry| tenantry.list_team_events(&call.actor, call.path, kind, &request))
        .await?;
    feed.show(page)
}

/// A feed, and the part of it that is wanted.
struct Feed {
    kind: Option<EventKind>,
    listing: Listing<EventPosition>,
    request: PageRequest<EventPosition>,
}

impl Feed {
    /// The feed of a workspace or team.
    fn of(place: &dyn Display, FeedPart { part, kind }: FeedPart) -> Result<Self, Problem> {
        let kind_word = word(kind.map(EventKind::as_str).as_ref());
        let listing = Listing::of(&[&"events", place, &kind_word]);
        let request = listing.request(&part)?;
        Ok(Self {
            kind,
            listing,
            request,
        })
    }

    fn show(&self, page: Page<RecordedEvent, EventPosition>) -> Answer {
        let asked = self.request.position.gap().copied();
        let last = page.items.last().map(|event| Gap::behind(event.position));
        let start = Gap::ahead_of(EventPosition(1));
        let from = last.or(asked).unwrap_or(start);
        ok(self.listing.show_resuming(page, &from, Event::from))
    }
}
