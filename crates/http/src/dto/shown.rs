//! What fields are, for the document alone.

use std::borrow::Cow;

use tenantry_domain::{
    BillingAccountId, CredentialId, EventId, InvitationId, Meter, OrganizationId, ReservationId, RoleId,
    ScopeId, SubscriptionId, TeamId, Units, UserId, UserKeyId, WorkspaceId,
};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::wire::{Raw, Shown, Wire};

pub(crate) type WorkspaceIdShown = Shown<WorkspaceId>;
pub(crate) type OrganizationIdShown = Shown<OrganizationId>;
pub(crate) type BillingAccountIdShown = Shown<BillingAccountId>;
pub(crate) type SubscriptionIdShown = Shown<SubscriptionId>;
pub(crate) type ReservationIdShown = Shown<ReservationId>;
pub(crate) type EventIdShown = Shown<EventId>;
pub(crate) type UserIdShown = Shown<UserId>;
pub(crate) type TeamIdShown = Shown<TeamId>;
pub(crate) type RoleIdShown = Shown<RoleId>;
pub(crate) type ScopeIdShown = Shown<ScopeId>;
pub(crate) type InvitationIdShown = Shown<InvitationId>;
pub(crate) type CredentialIdShown = Shown<CredentialId>;
pub(crate) type UserKeyIdShown = Shown<UserKeyId>;
pub(crate) type UnitsShown = Raw<Units>;

/// The name of a meter, which the document describes once.
pub(crate) enum MeterName {}

impl PartialSchema for MeterName {
    fn schema() -> RefOr<Schema> {
        let mut schema = Meter::schema();
        schema.description =
            Some("The name of something that is counted. Every deployment has its own.".to_owned());
        schema.into()
    }
}

impl ToSchema for MeterName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Meter")
    }
}
