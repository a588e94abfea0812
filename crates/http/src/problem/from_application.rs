use std::iter::{once, repeat};

use tenantry_application::ports::StoreError;
use tenantry_application::{BranchRefused, Error};
use tenantry_domain::Meter;
use tenantry_domain::billing::{Act, BillingAccountDeletionRefused, ChangeRefused, LinkRefused};
use tenantry_domain::capacity::{LimitChangeRefused, Refusal};
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::key::KeyRefused;
use tenantry_domain::organization::{DeletionRefused, HierarchyRefused};
use tenantry_domain::reservation::ReservationRefused;
use tenantry_domain::team::{InvitationRefused, RoleRefused, TeamRefused};
use tenantry_domain::user::UserRefused;
use tenantry_domain::workspace::MembershipRefused;

use super::members::{Blockers, Elsewhere, HeldBy, MoveBlockers, NoRoom, TooLittle};
use super::{Code, FieldError, Problem};
use crate::dto::batches::RefusedRows;
use crate::dto::charges::{METER, RESOURCE_ID};
use crate::dto::moves::link_code;
use crate::input::pointer;
use crate::wire::wrong_picture;

/// The one place where the application's errors become problems. What the domain says is meant for callers; what a store says is not.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let code = match error {
            Error::Store(cause) => return of_store(cause),
            Error::Inconsistent(_) => return Self::new(Code::InternalError).caused_by(error),
            Error::UnknownReference { pointer, .. } => {
                let text = error.to_string();
                let field = FieldError::new(pointer, "not_found", &text);
                return Self::new(Code::NotFound).detail(text).field(field);
            }
            Error::UnknownMeter(unknown) => {
                let field = FieldError::new(METER, "unknown_meter", unknown.to_string());
                return Self::new(Code::ValidationFailed).field(field);
            }
            Error::ReservedResourceId(reserved) => {
                let field = FieldError::new(RESOURCE_ID, "reserved", reserved.to_string());
                return Self::new(Code::ValidationFailed).detail(error).field(field);
            }
            Error::Missing { pointer, why } => {
                let field = FieldError::new(pointer, "required", *why);
                return Self::new(Code::ValidationFailed).detail(error).field(field);
            }
            Error::Link(refused) => return of_link(*refused),
            Error::Key(KeyRefused::ExpiryPassed) => return of_value("/expires_at", "in_the_past", error),
            Error::Key(KeyRefused::OverlapTooLong(_)) => {
                return of_value("/overlap_seconds", "out_of_range", error);
            }
            Error::Picture(refused) => {
                let (code, detail) = wrong_picture(*refused);
                let field = FieldError::new("/picture", code, detail);
                return Self::new(Code::ValidationFailed).detail(error).field(field);
            }
            Error::LimitChange { meter, refused } => return of_limit_change(meter, refused),
            Error::LimitReached { meter, refusal } => return of_refusal(meter, refusal),
            Error::LoginHintTaken => return of_login_hint(error),
            other => code_of(other),
        };
        let problem = Self::new(code).detail(error);
        match error {
            Error::Underprovision(refused) => problem.with(TooLittle::from(refused)),
            Error::WorkspaceNotEmpty(blockers) => problem.with(Blockers::from(blockers)),
            Error::MoveBlocked(blockers) => problem.with(MoveBlockers::from(blockers.as_slice())),
            Error::Charge(ChargeRefused::Elsewhere(place)) => problem.with(Elsewhere::from(place)),
            Error::Charge(ChargeRefused::Reserved(id)) => problem.with(HeldBy::from(*id)),
            Error::BatchRefused(rows) => problem.with(RefusedRows::from(rows.as_slice())),
            Error::TreeRefused(refused) => refused.iter().map(of_branch).fold(problem, Self::field),
            _ => problem,
        }
    }
}

/// The kinds whose message says everything.
pub(crate) fn code_of(error: &Error) -> Code {
    match error {
        Error::NotFound(_) | Error::UnknownReference { .. } => Code::NotFound,
        Error::NeedsRole(_) => Code::RoleRequired,
        Error::NeedsScope(_) | Error::LacksTeamScope(_) => Code::ScopeRequired,
        Error::PeopleOnly => Code::PeopleOnly,
        Error::EnterpriseRequired(_) => Code::EnterpriseRequired,
        Error::OwnerOnly => Code::TeamOwnerRequired,
        Error::Team(refused) => code_of_team(*refused),
        Error::Role(refused) => code_of_role(*refused),
        Error::Invitation(refused) => code_of_invitation(*refused),
        Error::User(UserRefused::InvitationRequired) => Code::InvitationRequired,
        Error::User(UserRefused::IssuersOwn | UserRefused::TheirOwn | UserRefused::InOtherTeams) => {
            Code::ProfileNotYours
        }
        Error::WorkspaceArchived(_) => Code::WorkspaceArchived,
        Error::WorkspaceNotEmpty(_) => Code::WorkspaceNotEmpty,
        Error::Membership(MembershipRefused::OwnersOnly) => Code::OwnerRequired,
        Error::Membership(MembershipRefused::LastOwner) => Code::CannotRemoveLastOwner,
        Error::Membership(MembershipRefused::TooManyMembers(_)) => Code::MemberLimitReached,
        Error::AlreadyMember => Code::AlreadyMember,
        Error::Hierarchy(HierarchyRefused::TooManyOrganizations(_)) => Code::OrganizationLimitReached,
        Error::Hierarchy(HierarchyRefused::TooDeep(_)) => Code::DepthLimitReached,
        Error::Hierarchy(HierarchyRefused::TooManyChildren(_)) => Code::ChildrenLimitReached,
        Error::MoveBlocked(_) => Code::MoveBlocked,
        Error::TreeRefused(_) => Code::TreeRefused,
        Error::Deletion(DeletionRefused::HasUsage) => Code::OrganizationHasUsage,
        Error::Deletion(DeletionRefused::HasTeams) => Code::OrganizationHasTeams,
        Error::Deletion(DeletionRefused::HasChildren) => Code::OrganizationHasChildren,
        Error::LoginHintTaken => Code::LoginHintTaken,
        Error::LimitReached { .. } => Code::LimitReached,
        Error::Charge(ChargeRefused::Elsewhere(_)) => Code::ChargedElsewhere,
        Error::Charge(ChargeRefused::Reserved(_)) => Code::ResourceReserved,
        Error::Charge(ChargeRefused::Charged) => Code::ResourceCharged,
        Error::Reservation(ReservationRefused::Expired) => Code::ReservationExpired,
        Error::Reservation(ReservationRefused::Released) => Code::ReservationReleased,
        Error::Reservation(ReservationRefused::Committed) => Code::ReservationCommitted,
        Error::BatchRefused(_) => Code::BatchRefused,
        Error::TooManyBillingAccounts(_) => Code::BillingAccountLimitReached,
        Error::BillingAccountDeletion(BillingAccountDeletionRefused::ActiveSubscriptions) => {
            Code::ActiveSubscriptionsExist
        }
        Error::BillingAccountDeletion(BillingAccountDeletionRefused::InUse) => Code::BillingAccountInUse,
        Error::TooManySubscriptions(_) => Code::SubscriptionLimitReached,
        Error::SubscriptionChange(refused) => code_of_change(refused),
        Error::PaymentMethodRequired(_) => Code::PaymentMethodRequired,
        Error::Underprovision(refused) => code_of_act(refused.act),
        Error::LimitChange { refused, .. } => code_of_limit_change(refused),
        Error::Key(KeyRefused::TooMany(_)) => Code::KeyLimitReached,
        Error::Link(_)
        | Error::UnknownMeter(_)
        | Error::ReservedResourceId(_)
        | Error::Missing { .. }
        | Error::Picture(_)
        | Error::Key(_) => Code::ValidationFailed,
        Error::KeyReused => Code::IdempotencyKeyReused,
        Error::InFlight => Code::IdempotencyInFlight,
        Error::PreconditionFailed => Code::PreconditionFailed,
        // Whoever asks with a key takes the answer of the first request before this.
        Error::DoneBefore(_) | Error::Store(_) | Error::Inconsistent(_) => Code::InternalError,
    }
}

fn code_of_change(refused: &ChangeRefused) -> Code {
    match refused {
        ChangeRefused::Over(_) => Code::SubscriptionOver,
        ChangeRefused::NotPausable(_) => Code::SubscriptionNotPausable,
        ChangeRefused::NotPaused(_) => Code::SubscriptionNotPaused,
        ChangeRefused::ProductExists(_) => Code::ProductExists,
        ChangeRefused::ProductMissing(_) => Code::ProductMissing,
        ChangeRefused::NothingLeft => Code::NothingLeft,
        ChangeRefused::PaymentMethodRequired(_) => Code::PaymentMethodRequired,
    }
}

const fn code_of_act(act: Act) -> Code {
    match act {
        Act::Cancel => Code::CancellationWouldUnderprovision,
        Act::Pause => Code::PauseWouldUnderprovision,
        Act::Decrease => Code::DecreaseWouldUnderprovision,
    }
}

const fn code_of_limit_change(refused: &LimitChangeRefused) -> Code {
    match refused {
        LimitChangeRefused::ExceedsCapacity { .. } => Code::LimitExceedsCapacity,
        LimitChangeRefused::BelowUsage { .. } => Code::LimitBelowUsage,
    }
}

fn code_of_team(refused: TeamRefused) -> Code {
    match refused {
        TeamRefused::Personal => Code::PersonalTeam,
        TeamRefused::HasSites(_) => Code::TeamHasSites,
        TeamRefused::OwnerStays => Code::OwnerStays,
        TeamRefused::CannotOwn => Code::CannotOwnTeam,
        TeamRefused::TooManyTeams(_) | TeamRefused::TooManyLicensedTeams(_) => Code::TeamLimitReached,
        TeamRefused::TooManyPeople(_) => Code::PeopleLimitReached,
    }
}

fn code_of_role(refused: RoleRefused) -> Code {
    match refused {
        RoleRefused::System => Code::SystemRole,
        RoleRefused::NameTaken => Code::RoleNameTaken,
        RoleRefused::InUse => Code::RoleInUse,
        RoleRefused::OwnerOnly => Code::OwnerRole,
        RoleRefused::TooMany(_) => Code::RoleLimitReached,
    }
}

fn code_of_invitation(refused: InvitationRefused) -> Code {
    match refused {
        InvitationRefused::AlreadyInvited => Code::AlreadyInvited,
        InvitationRefused::AlreadyMember => Code::AlreadyMember,
        InvitationRefused::EmailNotVerified => Code::EmailNotVerified,
        InvitationRefused::OtherRecipient => Code::NotTheRecipient,
    }
}

fn of_store(error: &StoreError) -> Problem {
    let code = match error {
        StoreError::Unavailable(_) | StoreError::Retry(_) => Code::Unavailable,
        StoreError::Duplicate(_) | StoreError::Corrupt { .. } | StoreError::Other(_) => Code::InternalError,
    };
    Problem::new(code).caused_by(error)
}

/// What is asked for does not go with the billing mode, which is the request's mistake and not the workspace's state (O3).
fn of_link(refused: LinkRefused) -> Problem {
    let field = FieldError::new("/billing_account_id", link_code(refused), refused.to_string());
    Problem::new(Code::ValidationFailed).detail(refused).field(field)
}

fn of_login_hint(error: &Error) -> Problem {
    let code = Code::LoginHintTaken;
    let field = FieldError::new("/branding/login_hint", code.entry().code, error.to_string());
    Problem::new(code).detail(error).field(field)
}

/// What is in the way of an organization of a document (O8): the problem that it would be of an organization alone, where that one stands.
pub(crate) fn of_branch(refused: &BranchRefused) -> FieldError {
    let lists = once("organizations").chain(repeat("children"));
    let at = lists
        .zip(&refused.place)
        .fold(String::new(), |at, (list, index)| format!("{at}/{list}/{index}"));
    let alone = *Problem::from(Error::from(refused.why.clone())).0;
    match alone.errors.into_iter().next() {
        Some(field) => FieldError {
            pointer: at + &field.pointer,
            ..field
        },
        None => FieldError::new(at, alone.code.entry().code, alone.detail),
    }
}

/// A value that only the moment or the deployment refuses.
fn of_value(pointer: &str, code: &'static str, error: &Error) -> Problem {
    let field = FieldError::new(pointer, code, error.to_string());
    Problem::new(Code::ValidationFailed).field(field)
}

fn of_limit_change(meter: &Meter, refused: &LimitChangeRefused) -> Problem {
    let code = code_of_limit_change(refused);
    let pointer = pointer::join("/limits", meter.as_str());
    let field = FieldError::new(pointer, code.entry().code, refused.to_string());
    Problem::new(code)
        .detail(format_args!("{meter}: {refused}"))
        .field(field)
}

fn of_refusal(meter: &Meter, refusal: &Refusal) -> Problem {
    Problem::new(Code::LimitReached)
        .detail(format_args!("{meter}: {refusal}"))
        .with(NoRoom::of(meter, refusal))
}

#[cfg(test)]
mod tests {
    use tenantry_domain::billing::SubscriptionStatus;

    use super::*;

    fn code(error: Error) -> Code {
        Problem::from(error).code()
    }

    #[test]
    fn what_no_embedded_provider_brings_about_has_its_problem_too() {
        let refused = ChangeRefused::NotPaused(SubscriptionStatus::Unpaid);
        assert_eq!(
            code(Error::SubscriptionChange(refused)),
            Code::SubscriptionNotPaused
        );
        let error = StoreError::Retry("locked".into());
        assert_eq!(code(error.into()), Code::Unavailable);
    }

    #[test]
    fn what_went_wrong_inside_is_kept_for_the_log_alone() {
        let error = StoreError::Corrupt {
            table: "t",
            column: "c",
            row: "r".into(),
            cause: "not a number".into(),
        };
        for error in [Error::Store(error), Error::Inconsistent("the ledger".into())] {
            let inside = error.to_string();
            let problem = Problem::from(error);
            assert_eq!(problem.code(), Code::InternalError);
            assert!(!problem.to_string().contains(&inside), "{problem}");
            assert!(format!("{problem:?}").contains(&inside), "{problem:?}");
        }
    }
}
