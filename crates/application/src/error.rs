//! Why a use case did not do what it was asked. Adapters translate this once; it knows nothing of statuses or drivers.

use std::error::Error as Cause;
use std::iter::successors;

use tenantry_domain::billing::{
    BillingAccountDeletionRefused, ChangeRefused, LinkRefused, PaymentMethodRequired, TooManyBillingAccounts,
    TooManySubscriptions, Underprovision,
};
use tenantry_domain::capacity::{LimitChangeRefused, Refusal, TreeError, UsageOutOfRange};
use tenantry_domain::charge::{ChargeRefused, ReservedResourceId};
use tenantry_domain::key::KeyRefused;
use tenantry_domain::license::EnterpriseRequired;
use tenantry_domain::organization::{DeletionRefused, HierarchyRefused, MoveRefused, PictureRefused};
use tenantry_domain::reservation::ReservationRefused;
use tenantry_domain::team::{InvitationRefused, LacksScope, RoleRefused, TeamRefused};
use tenantry_domain::user::UserRefused;
use tenantry_domain::workspace::{MembershipRefused, Role, WorkspaceArchived, WorkspaceNotEmpty};
use tenantry_domain::{Meter, UnknownMeter};

use crate::actor::Scope;
use crate::charges::RefusedRow;
use crate::idempotency::WrittenAnswer;
use crate::organizations::BranchRefused;
use crate::ports::{PictureFailure, StoreError};

/// What a use case answers.
pub type Result<T> = std::result::Result<T, Error>;

/// An error with what lies underneath, in words for the log. Some say themselves what their cause is, which is not repeated.
pub fn with_causes(error: &dyn Cause) -> String {
    let causes = successors(error.source(), |cause| (*cause).source()).map(ToString::to_string);
    causes.fold(error.to_string(), |told, cause| {
        if told.ends_with(&cause) {
            told
        } else {
            format!("{told}: {cause}")
        }
    })
}

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not the caller's to know (I3).
    #[error("there is no such {0}")]
    NotFound(Noun),
    /// The caller's role is not enough.
    #[error("this needs the role {0} in the workspace")]
    NeedsRole(Role),
    /// The caller's scopes are not enough.
    #[error("this needs the scope {}", .0.as_str())]
    NeedsScope(Scope),
    /// Only people do this.
    #[error("only a person can do this, not a machine or a credential of a team")]
    PeopleOnly,
    /// The meter is none of the deployment's (L1).
    #[error("{0}")]
    UnknownMeter(#[from] UnknownMeter),
    /// A reference in the request leads nowhere.
    #[error("there is no such {noun}")]
    UnknownReference {
        /// The field that holds it, as a JSON pointer into the request.
        pointer: String,
        /// What it should lead to.
        noun: Noun,
    },
    /// See [`WorkspaceArchived`].
    #[error(transparent)]
    WorkspaceArchived(#[from] WorkspaceArchived),
    /// See [`WorkspaceNotEmpty`].
    #[error(transparent)]
    WorkspaceNotEmpty(#[from] WorkspaceNotEmpty),
    /// See [`MembershipRefused`].
    #[error(transparent)]
    Membership(#[from] MembershipRefused),
    /// The person is a member already.
    #[error("the person is a member of the workspace already")]
    AlreadyMember,
    /// See [`HierarchyRefused`].
    #[error(transparent)]
    Hierarchy(#[from] HierarchyRefused),
    /// An organization cannot go where it is wanted, for all of these reasons (O7).
    #[error("the organization cannot go there: {}", join(.0))]
    MoveBlocked(Vec<MoveRefused>),
    /// The organizations of a document cannot be made, for all of these reasons (O8).
    #[error("{} things are in the way of the organizations of the document", .0.len())]
    TreeRefused(Vec<BranchRefused>),
    /// See [`DeletionRefused`].
    #[error(transparent)]
    Deletion(#[from] DeletionRefused),
    /// See [`LinkRefused`].
    #[error(transparent)]
    Link(#[from] LinkRefused),
    /// The login hint is another organization's (O5).
    #[error("the login hint is taken; choose another one")]
    LoginHintTaken,
    /// See [`PictureRefused`].
    #[error("the picture {0}")]
    Picture(#[from] PictureRefused),
    /// See [`LimitChangeRefused`].
    #[error("{meter}: {refused}")]
    LimitChange {
        /// Whose limit.
        meter: Meter,
        /// Why.
        refused: LimitChangeRefused,
    },
    /// The chain does not admit it (C3).
    #[error("{meter}: {refusal}")]
    LimitReached {
        /// The meter.
        meter: Meter,
        /// Why, with the chain.
        refusal: Box<Refusal>,
    },
    /// See [`ChargeRefused`].
    #[error(transparent)]
    Charge(#[from] ChargeRefused),
    /// See [`ReservationRefused`].
    #[error(transparent)]
    Reservation(#[from] ReservationRefused),
    /// Some rows of a batch are refused, and so it is all (C7).
    #[error("{} of the rows are refused, so nothing was done", .0.len())]
    BatchRefused(Vec<RefusedRow>),
    /// See [`ReservedResourceId`].
    #[error("the resource id {0}")]
    ReservedResourceId(#[from] ReservedResourceId),
    /// See [`TooManyBillingAccounts`].
    #[error(transparent)]
    TooManyBillingAccounts(#[from] TooManyBillingAccounts),
    /// See [`BillingAccountDeletionRefused`].
    #[error(transparent)]
    BillingAccountDeletion(#[from] BillingAccountDeletionRefused),
    /// See [`TooManySubscriptions`].
    #[error(transparent)]
    TooManySubscriptions(#[from] TooManySubscriptions),
    /// See [`ChangeRefused`].
    #[error(transparent)]
    SubscriptionChange(ChangeRefused),
    /// See [`PaymentMethodRequired`].
    #[error(transparent)]
    PaymentMethodRequired(#[from] PaymentMethodRequired),
    /// See [`Underprovision`].
    #[error(transparent)]
    Underprovision(#[from] Underprovision),
    /// Only the owner of a team does this, or who administers its workspace (T7).
    #[error("only the owner of the team can do this, or an admin of its workspace")]
    OwnerOnly,
    /// Something that is needed was not said.
    #[error("{pointer} {why}")]
    Missing {
        /// The field, as a JSON pointer into the request.
        pointer: String,
        /// What it is needed for.
        why: &'static str,
    },
    /// The caller's scopes in the team are not enough.
    #[error(transparent)]
    LacksTeamScope(#[from] LacksScope),
    /// See [`TeamRefused`].
    #[error(transparent)]
    Team(#[from] TeamRefused),
    /// See [`RoleRefused`].
    #[error(transparent)]
    Role(#[from] RoleRefused),
    /// See [`InvitationRefused`].
    #[error(transparent)]
    Invitation(#[from] InvitationRefused),
    /// See [`UserRefused`].
    #[error(transparent)]
    User(#[from] UserRefused),
    /// See [`KeyRefused`].
    #[error(transparent)]
    Key(#[from] KeyRefused),
    /// See [`EnterpriseRequired`].
    #[error(transparent)]
    EnterpriseRequired(#[from] EnterpriseRequired),
    /// It was done before, under the same key, with this answer (R1).
    #[error("it was done before")]
    DoneBefore(WrittenAnswer),
    /// Another request has this key.
    #[error("the idempotency key was used for another request; take a new one for each request")]
    KeyReused,
    /// The first request with this key is not answered yet.
    #[error(
        "the first request with this idempotency key is still being worked on; send it again in a moment"
    )]
    InFlight,
    /// What was to be changed is not what its caller has seen.
    #[error("it has changed since you read it; read it again and decide anew")]
    PreconditionFailed,
    /// The store did not play along.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored contradicts itself.
    #[error("what is stored contradicts itself: {0}")]
    Inconsistent(String),
}

/// What was not found, in the field's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// A workspace.
    Workspace,
    /// A member of a workspace.
    Member,
    /// A person.
    User,
    /// An organization.
    Organization,
    /// A billing account.
    BillingAccount,
    /// A subscription.
    Subscription,
    /// A charge.
    Charge,
    /// A reservation.
    Reservation,
    /// A role in a team.
    Role,
    /// An invitation.
    Invitation,
    /// A team.
    Team,
    /// A team's API credential.
    Credential,
    /// A person's API key.
    UserKey,
    /// A hosted picture.
    Picture,
}

impl std::fmt::Display for Noun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Workspace => "workspace",
            Self::Member => "member",
            Self::User => "user",
            Self::Organization => "organization",
            Self::BillingAccount => "billing account",
            Self::Subscription => "subscription",
            Self::Charge => "charge",
            Self::Reservation => "reservation",
            Self::Role => "role",
            Self::Invitation => "invitation",
            Self::Team => "team",
            Self::Credential => "API credential",
            Self::UserKey => "API key",
            Self::Picture => "picture",
        })
    }
}

/// A missing payment method is one condition, wherever it is noticed (S2).
impl From<ChangeRefused> for Error {
    fn from(refused: ChangeRefused) -> Self {
        match refused {
            ChangeRefused::PaymentMethodRequired(required) => Self::PaymentMethodRequired(required),
            other => Self::SubscriptionChange(other),
        }
    }
}

impl From<PictureFailure> for Error {
    fn from(failure: PictureFailure) -> Self {
        match failure {
            PictureFailure::Refused(refused) => Self::Picture(refused),
            PictureFailure::Unavailable(cause) => Self::Store(StoreError::Unavailable(cause)),
        }
    }
}

impl From<UsageOutOfRange> for Error {
    fn from(error: UsageOutOfRange) -> Self {
        Self::Inconsistent(error.to_string())
    }
}

impl From<TreeError> for Error {
    fn from(error: TreeError) -> Self {
        Self::Inconsistent(error.to_string())
    }
}

fn join(blockers: &[MoveRefused]) -> String {
    let texts: Vec<String> = blockers.iter().map(ToString::to_string).collect();
    texts.join("; ")
}
