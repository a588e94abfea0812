//! Units that are held for a while (C5).

use serde::{Deserialize, Serialize};
use tenantry_application::charges::{ChargeRequest, ReservationRequest};
use tenantry_application::ports::ChargeKey;
use tenantry_domain::Meters;
use tenantry_domain::reservation::{self, ReservationStatus, TimeToLive};
use utoipa::ToSchema;
use validator::Validate;

use super::charges::{QuantityInput, ResourceIdInput, one};
use super::entries::meter;
use super::patch::present;
use super::shown::{MeterName, OrganizationIdShown, ReservationIdShown, TeamIdShown, WorkspaceIdShown};
use super::target::{OneTarget, OrganizationIdInput, TargetInput, TeamIdInput};
use crate::deployment::Deployment;
use crate::input::Body;
use crate::problem::FieldError;
use crate::representation::Resource;
use crate::wire::{Raw, described, fits, words};

type TimeToLiveInput = Raw<TimeToLive>;

fn usual() -> TimeToLiveInput {
    Raw::new(TimeToLive::default().as_secs().into())
}

/// What is to be held, for whom and for how long: exactly one of `organization_id` and `team_id`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReserveFields)]
pub(crate) struct Reserve {
    /// What is counted.
    #[schema(value_type = MeterName)]
    meter: String,
    /// What is held, and charged in the end: your own name for it.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    resource_id: ResourceIdInput,
    /// The organization that would use it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    organization_id: Option<OrganizationIdInput>,
    /// The team that would use it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    team_id: Option<TeamIdInput>,
    /// How many units; 1 when it is not said.
    #[serde(default = "one")]
    #[validate(custom(function = fits))]
    #[schema(inline, default = 1)]
    quantity: QuantityInput,
    /// For how many seconds; 900 when it is not said.
    #[serde(default = "usual")]
    #[validate(custom(function = fits))]
    #[schema(inline, default = 900)]
    ttl_seconds: TimeToLiveInput,
}

/// As the document describes it.
pub(crate) type ReserveOne = OneTarget<Reserve>;

impl Body for Reserve {
    type Command = ReservationRequest;

    fn command(self, meters: &Meters) -> Result<ReservationRequest, Vec<FieldError>> {
        let target = TargetInput {
            organization_id: self.organization_id.as_ref(),
            team_id: self.team_id.as_ref(),
        };
        Ok(ReservationRequest {
            charge: ChargeRequest {
                key: ChargeKey {
                    meter: meter(&self.meter, "/meter", meters)?,
                    resource_id: self.resource_id.read("/resource_id")?,
                },
                target: target.read("")?,
                quantity: self.quantity.read("/quantity")?,
            },
            ttl: self.ttl_seconds.read("/ttl_seconds")?,
        })
    }
}

/// Units that are held for a resource, or were.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "rsv_02wMe2eZtYRY4hvzqF2FgZ", "meter": "locations", "resource_id": "site-1",
    "organization_id": "org_02wMe2eZtYRY4hvzqF2FgZ", "team_id": null, "workspace_id": "ws_02wMe2eZtYRY4hvzqF2FgZ",
    "quantity": 1, "status": "held", "expires_at": "2026-11-21T08:45:00.000000Z",
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct Reservation {
    /// Its id.
    #[schema(inline, value_type = ReservationIdShown)]
    id: String,
    /// What is counted.
    #[schema(value_type = MeterName)]
    meter: String,
    /// What they are held for: your own name for it.
    #[schema(inline, value_type = ResourceIdInput)]
    resource_id: String,
    /// The organization that uses it, or whose team does. Null for a team outside every organization.
    #[schema(inline, required, value_type = Option<OrganizationIdShown>)]
    organization_id: Option<String>,
    /// The team that uses it; null when the organization itself does.
    #[schema(inline, required, value_type = Option<TeamIdShown>)]
    team_id: Option<String>,
    /// The workspace of the organization or team.
    #[schema(inline, value_type = WorkspaceIdShown)]
    workspace_id: String,
    /// How many units.
    #[schema(inline, value_type = QuantityInput)]
    quantity: u64,
    /// What became of it: `held` units count as used until they are charged (`committed`) or given back (`released`, `expired`).
    #[schema(inline, value_type = StatusWords)]
    status: &'static str,
    /// When they are given back unless it is said before what is to become of them.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When they were reserved.
    #[schema(format = DateTime)]
    created_at: String,
    /// When they were last held, charged or given back.
    #[schema(format = DateTime)]
    updated_at: String,
}

described! {
    /// The words for what became of a reservation.
    StatusWords: words(ReservationStatus::ALL, ReservationStatus::as_str);
}

impl Resource for Reservation {
    type Of = reservation::Reservation;

    fn show(of: reservation::Reservation, _: &Deployment) -> Self {
        Self {
            id: of.id.to_string(),
            meter: of.meter.to_string(),
            resource_id: of.resource_id.to_string(),
            organization_id: of.target.organization().map(|id| id.to_string()),
            team_id: of.target.team().map(|id| id.to_string()),
            workspace_id: of.workspace_id.to_string(),
            quantity: of.quantity.get(),
            status: of.status.as_str(),
            expires_at: of.expires_at.to_string(),
            created_at: of.created_at.to_string(),
            updated_at: of.updated_at.to_string(),
        }
    }
}
