use tenantry_application::charges::LedgerRequest;
use tenantry_domain::ReservationId;

use super::{Answer, routes};
use crate::dto::reservations::{Reservation, Reserve, ReserveOne};
use crate::input::{Call, Json};
use crate::state::Api;

routes!(
    create_reservation,
    get_reservation,
    commit_reservation,
    release_reservation
);

/// Reserve units for a resource.
///
/// They count as used until the reservation is committed, which charges them and never fails for want of room; or released; or its time is over.
/// Machines need `usage:write`, people in the team `site:create`; owners and admins of the workspace may.
#[utoipa::path(
    post,
    path = "/reservations",
    tag = "reservations",
    request_body(content = ReserveOne, example = json!({
        "meter": "locations", "resource_id": "site-1", "organization_id": "org_01AbCdEfGhIjKlMnOpQrSt", "quantity": 1, "ttl_seconds": 900
    })),
    responses((status = 201, description = "The units are held.", body = Reservation)),
    extensions(("x-problems" = json!([
        "not_found", "role_required", "scope_required", "workspace_archived", "limit_reached", "charged_elsewhere",
        "resource_charged", "resource_reserved"
    ]))),
)]
async fn create_reservation(api: Api, call: Call<(), (), Json<Reserve>>) -> Answer {
    api.decide(call.actor, call.conditions, LedgerRequest::Reserve(call.body))
        .await
}

/// Get a reservation.
///
/// For a day after it ended. Machines need `usage:read`, people in the team `site:view`.
#[utoipa::path(
    get,
    path = "/reservations/{reservation_id}",
    tag = "reservations",
    responses((status = 200, description = "The reservation.", body = Reservation)),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn get_reservation(api: Api, call: Call<ReservationId>) -> Answer {
    api.show::<Reservation>(call.conditions, move |tenantry| {
        tenantry.find_reservation(&call.actor, call.path)
    })
    .await
}

/// Commit a reservation.
///
/// Its units are charged to what they are held for. Saying it again answers the same. Machines need `usage:write`, people in the team `site:create`.
#[utoipa::path(
    post,
    path = "/reservations/{reservation_id}/commit",
    tag = "reservations",
    responses((status = 200, description = "The units are charged.", body = Reservation)),
    extensions(("x-problems" = json!([
        "role_required", "scope_required", "workspace_archived", "reservation_released", "reservation_expired"
    ]))),
)]
async fn commit_reservation(api: Api, call: Call<ReservationId>) -> Answer {
    api.decide(
        call.actor,
        call.conditions,
        LedgerRequest::CommitReservation(call.path),
    )
    .await
}

/// Release a reservation.
///
/// Its units are given back; nothing, when they have been already. Machines need `usage:write`, people in the team `site:delete`.
#[utoipa::path(
    post,
    path = "/reservations/{reservation_id}/release",
    tag = "reservations",
    responses((status = 204, description = "No units are held.")),
    extensions(("x-problems" = json!(["role_required", "scope_required", "reservation_committed"]))),
)]
async fn release_reservation(api: Api, call: Call<ReservationId>) -> Answer {
    api.decide(
        call.actor,
        call.conditions,
        LedgerRequest::ReleaseReservation(call.path),
    )
    .await
}
