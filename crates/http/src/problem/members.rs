//! What some problems say beside what all of them do.

use std::borrow::Cow;

use serde::Serialize;
use tenantry_domain::billing::Underprovision;
use tenantry_domain::capacity::{ChargeTarget, Refusal};
use tenantry_domain::charge::ChargedElsewhere;
use tenantry_domain::organization::MoveRefused;
use tenantry_domain::workspace::WorkspaceNotEmpty;
use tenantry_domain::{Meter, ReservationId};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::Code;
use crate::dto::batches::RefusedRows;
use crate::dto::chain::ChainNode;
use crate::dto::moves::Blocker;
use crate::dto::shown::MeterName;
use crate::dto::shown::{
    BillingAccountIdShown, OrganizationIdShown, ReservationIdShown, SubscriptionIdShown, TeamIdShown,
    UnitsShown,
};

/// Why there is no room (C3).
#[derive(Serialize, ToSchema)]
#[schema(as = LimitReached, example = json!({
    "meter": "locations", "requested": 3,
    "binding": {
        "type": "organization", "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME", "limit": 5, "used": 3, "free": 2, "admits": false
    },
    "chain": [{
        "type": "organization", "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME", "limit": 5, "used": 3, "free": 2, "admits": false
    }]
}))]
pub(crate) struct NoRoom {
    /// What was to grow.
    #[schema(value_type = MeterName)]
    meter: String,
    /// By how many units.
    #[schema(inline, value_type = UnitsShown)]
    requested: u64,
    /// The node that binds: of those that refuse, the one with the least room.
    binding: ChainNode,
    /// Every node that must admit the units, from the pool down.
    chain: Vec<ChainNode>,
}

impl NoRoom {
    pub fn of(meter: &Meter, refusal: &Refusal) -> Self {
        Self {
            meter: meter.to_string(),
            requested: refusal.requested.get(),
            binding: refusal.seen_binding().into(),
            chain: refusal.seen().nodes().map(Into::into).collect(),
        }
    }
}

/// Where a resource is charged already (C1).
#[derive(Serialize, ToSchema)]
#[schema(as = ChargedElsewhere)]
pub(crate) struct Elsewhere {
    /// The organization that it is charged to, or whose team it is charged to. Null when you may not know (C3), and for a team outside every
    /// organization.
    #[schema(inline, required, value_type = Option<OrganizationIdShown>)]
    organization_id: Option<String>,
    /// The team that it is charged to. Null when you may not know, and when it is charged to the organization itself.
    #[schema(inline, required, value_type = Option<TeamIdShown>)]
    team_id: Option<String>,
}

impl From<&ChargedElsewhere> for Elsewhere {
    fn from(refused: &ChargedElsewhere) -> Self {
        let place = refused.target;
        let organization = place.and_then(ChargeTarget::organization);
        let team = place.and_then(ChargeTarget::team);
        Self {
            organization_id: organization.map(|id| id.to_string()),
            team_id: team.map(|id| id.to_string()),
        }
    }
}

/// What holds a resource (C5).
#[derive(Serialize, ToSchema)]
#[schema(as = ResourceReserved)]
pub(crate) struct HeldBy {
    /// The reservation.
    #[schema(inline, value_type = ReservationIdShown)]
    reservation_id: String,
}

impl From<ReservationId> for HeldBy {
    fn from(id: ReservationId) -> Self {
        Self {
            reservation_id: id.to_string(),
        }
    }
}

/// What would be left too small (B4).
#[derive(Serialize, ToSchema)]
#[schema(as = Underprovision, example = json!({ "meter": "locations", "used": 12, "remaining": 10 }))]
pub(crate) struct TooLittle {
    /// Of what there would be too little.
    #[schema(value_type = MeterName)]
    meter: String,
    /// What is used of it.
    #[schema(inline, value_type = UnitsShown)]
    used: u64,
    /// What would be left of it.
    #[schema(inline, value_type = UnitsShown)]
    remaining: u64,
}

impl From<&Underprovision> for TooLittle {
    fn from(refused: &Underprovision) -> Self {
        Self {
            meter: refused.meter.to_string(),
            used: refused.used.get(),
            remaining: refused.remaining.get(),
        }
    }
}

/// What is in the way of a move (O7).
#[derive(Serialize, ToSchema)]
#[schema(as = MoveBlocked)]
pub(crate) struct MoveBlockers {
    /// Everything that is.
    blockers: Vec<Blocker>,
}

impl From<&[MoveRefused]> for MoveBlockers {
    fn from(blockers: &[MoveRefused]) -> Self {
        Self {
            blockers: blockers.iter().map(Blocker::from).collect(),
        }
    }
}

/// What is still in a workspace (W3).
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceNotEmpty)]
pub(crate) struct Blockers {
    /// Organizations that use something, up to ten.
    #[schema(inline, value_type = Vec<OrganizationIdShown>)]
    organizations_with_usage: Vec<String>,
    /// Subscriptions that live.
    live_subscriptions: Vec<LiveSubscription>,
}

/// A subscription that lives.
#[derive(Serialize, ToSchema)]
pub(crate) struct LiveSubscription {
    /// The account that pays.
    #[schema(inline, value_type = BillingAccountIdShown)]
    billing_account_id: String,
    /// The subscription.
    #[schema(inline, value_type = SubscriptionIdShown)]
    subscription_id: String,
}

impl From<&WorkspaceNotEmpty> for Blockers {
    fn from(blockers: &WorkspaceNotEmpty) -> Self {
        let organizations = blockers.organizations_with_usage.iter();
        let subscriptions = blockers.live_subscriptions.iter();
        Self {
            organizations_with_usage: organizations.map(ToString::to_string).collect(),
            live_subscriptions: subscriptions
                .map(|(account, id)| LiveSubscription {
                    billing_account_id: account.to_string(),
                    subscription_id: id.to_string(),
                })
                .collect(),
        }
    }
}

/// The name of the schema of what a kind of problem adds.
pub(crate) fn schema_name(code: Code) -> Option<Cow<'static, str>> {
    match code {
        Code::LimitReached => Some(NoRoom::name()),
        Code::ChargedElsewhere => Some(Elsewhere::name()),
        Code::ResourceReserved => Some(HeldBy::name()),
        Code::BatchRefused => Some(RefusedRows::name()),
        Code::WorkspaceNotEmpty => Some(Blockers::name()),
        Code::MoveBlocked => Some(MoveBlockers::name()),
        Code::CancellationWouldUnderprovision
        | Code::PauseWouldUnderprovision
        | Code::DecreaseWouldUnderprovision => Some(TooLittle::name()),
        _ => None,
    }
}

/// The schemas of what problems add, by name.
pub(crate) fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = Vec::new();
    add::<NoRoom>(&mut schemas);
    add::<Elsewhere>(&mut schemas);
    add::<HeldBy>(&mut schemas);
    add::<RefusedRows>(&mut schemas);
    add::<Blockers>(&mut schemas);
    add::<MoveBlockers>(&mut schemas);
    add::<TooLittle>(&mut schemas);
    schemas
}

fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}
