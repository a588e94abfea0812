use std::str::FromStr;
use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest};
use percent_encoding::percent_decode_str;
use tenantry_application::Error;
use tenantry_application::error::Noun;
use tenantry_domain::organization::PictureId;
use tenantry_domain::{
    BillingAccountId, CredentialId, InvitationId, OrganizationId, ReservationId, RoleId, SubscriptionId,
    TeamId, UserId, UserKeyId, WorkspaceId,
};

use crate::problem::Problem;
use crate::routing::Place;
use crate::state::Api;

/// What an operation reads from its path.
pub(crate) trait PathInput: Sized {
    /// Reads it.
    fn read(api: &Api, request: &HttpRequest) -> Result<Self, Problem>;
}

/// An id as part of a path.
pub(crate) trait PathId: FromStr {
    /// Its place in the path's pattern.
    const SEGMENT: &'static str;
    /// What is not there when the text is no id: an id that cannot be is answered like one that is not (I3).
    const NOUN: Noun;
}

macro_rules! path_ids {
    ($($id:ty: $segment:literal, $noun:ident;)*) => {$(
        impl PathId for $id {
            const SEGMENT: &'static str = $segment;
            const NOUN: Noun = Noun::$noun;
        }
    )*};
}

path_ids! {
    WorkspaceId: "workspace_id", Workspace;
    OrganizationId: "organization_id", Organization;
    BillingAccountId: "billing_account_id", BillingAccount;
    SubscriptionId: "subscription_id", Subscription;
    ReservationId: "reservation_id", Reservation;
    UserId: "user_id", Member;
    TeamId: "team_id", Team;
    RoleId: "role_id", Role;
    InvitationId: "invite_id", Invitation;
    CredentialId: "credential_id", Credential;
    UserKeyId: "api_key_id", UserKey;
    PictureId: "picture_id", Picture;
}

/// A part of the path, decoded; `None` when it is not there or not UTF-8.
///
/// The framework has decoded everything but `%`, `/` and `+` when it matched the path, and replaced what is not UTF-8; so the text is
/// taken from the address as it was sent.
pub(crate) fn segment(request: &HttpRequest, name: &str) -> Option<String> {
    let place = Arc::clone(request.extensions().get::<Arc<Place>>()?);
    let place = place
        .pattern
        .split('/')
        .position(|part| part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) == Some(name))?;
    let sent = request.uri().path().split('/').nth(place)?;
    Some(percent_decode_str(sent).decode_utf8().ok()?.into_owned())
}

fn id<I: PathId>(request: &HttpRequest) -> Result<I, Problem> {
    segment(request, I::SEGMENT)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::NotFound(I::NOUN).into())
}

impl PathInput for () {
    fn read(_: &Api, _: &HttpRequest) -> Result<Self, Problem> {
        Ok(())
    }
}

impl<A: PathId> PathInput for A {
    fn read(_: &Api, request: &HttpRequest) -> Result<Self, Problem> {
        id(request)
    }
}

impl<A: PathId, B: PathId> PathInput for (A, B) {
    fn read(_: &Api, request: &HttpRequest) -> Result<Self, Problem> {
        Ok((id(request)?, id(request)?))
    }
}

impl<A: PathId, B: PathId, C: PathId> PathInput for (A, B, C) {
    fn read(_: &Api, request: &HttpRequest) -> Result<Self, Problem> {
        Ok((id(request)?, id(request)?, id(request)?))
    }
}
