//! Every problem that this interface answers: the one list, from which answers, the pages under `/problems` and the document derive.

use actix_web::http::StatusCode;

/// What is known of one problem.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its name on the wire.
    pub code: &'static str,
    /// The status that it is answered with.
    pub status: StatusCode,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What happened.
    pub what: &'static str,
    /// What the caller can do about it.
    pub remedy: &'static str,
}

macro_rules! catalog {
    ($($status:ident $name:ident $code:literal $title:literal $what:literal $remedy:literal;)*) => {
        /// A kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {$(
            #[doc = $title]
            $name,
        )*}

        impl Code {
            /// Every kind, by status.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What is known of it.
            pub const fn entry(self) -> Entry {
                match self {$(
                    Self::$name => Entry {
                        code: $code,
                        status: StatusCode::$status,
                        title: $title,
                        what: $what,
                        remedy: $remedy,
                    },
                )*}
            }
        }
    };
}

catalog! {
    BAD_REQUEST MalformedJson "malformed_json"
        "The body is not JSON"
        "The body of the request is not one well-formed JSON document in UTF-8, or is nested too deeply."
        "Send one JSON object. The detail says where reading stopped.";
    BAD_REQUEST UnknownField "unknown_field"
        "The body has a field that is not known"
        "The body of the request has a field that this operation does not take. Nothing was changed."
        "Remove the field, or correct its name; the pointer says which one it is.";
    BAD_REQUEST DuplicateField "duplicate_field"
        "Something is given twice"
        "A field of the body, a key of a map or a query parameter is given twice, so that it is not clear which one is meant."
        "Give it once.";
    BAD_REQUEST InvalidCursor "invalid_cursor"
        "The cursor cannot be used here"
        "`after` or `before` is not a cursor of this list, or both are given."
        "Take cursors as they are from `next_cursor` and `previous_cursor` of the same list, and give one of them.";
    BAD_REQUEST UnknownParameter "unknown_parameter"
        "The query has a parameter that is not known"
        "The query has a parameter that this operation does not take."
        "Remove the parameter, or correct its name.";
    BAD_REQUEST InvalidIdempotencyKey "invalid_idempotency_key"
        "The idempotency key cannot be used"
        "The header `Idempotency-Key` is given twice, or is not 1 to 255 printable ASCII characters."
        "Send one key for each request, such as a UUID, and the same one when you send the request again.";
    UNAUTHORIZED Unauthenticated "unauthenticated"
        "A valid token is needed"
        "The request has no bearer token or API key, or one that is not valid here, or not any more."
        "Send `Authorization: Bearer` with an API key, or a token of an issuer that this deployment trusts. The header `WWW-Authenticate` says whether a \
         token was refused.";
    PAYMENT_REQUIRED PaymentMethodRequired "payment_method_required"
        "A payment method is needed"
        "What was asked for has to be paid, and the billing account has no default payment method."
        "Add a default payment method to the billing account.";
    PAYMENT_REQUIRED EnterpriseRequired "enterprise_required"
        "The enterprise edition is needed"
        "The deployment has no licence for the enterprise edition, or none that holds now, and this is not in the community edition."
        "Have the operator of the deployment install a licence that holds. `POST /teams` makes teams in every edition.";
    FORBIDDEN RoleRequired "role_required"
        "Your role does not allow this"
        "You are a member of the workspace, and your role does not allow this. The detail names the least role that does."
        "Ask an owner of the workspace to do it, or to give you the role.";
    FORBIDDEN ScopeRequired "scope_required"
        "A scope is missing"
        "The detail names a scope that the token or key, or your roles in the team lack."
        "Use a token or key that has the scope, or ask the owner of the team for a role that has it.";
    FORBIDDEN PeopleOnly "people_only"
        "Only a person can do this"
        "The token is a machine's, or the key a team's credential, and only a person can do this."
        "Use a token or an API key of a person.";
    FORBIDDEN OwnerRequired "owner_required"
        "Only an owner may do this"
        "Only an owner grants the role `owner` or takes it away."
        "Ask an owner of the workspace to do it.";
    FORBIDDEN TeamOwnerRequired "team_owner_required"
        "Only the owner of the team may do this"
        "A team is given away by its owner, or by who administers its workspace."
        "Ask the owner of the team, or an admin of the workspace, to do it.";
    FORBIDDEN EmailNotVerified "email_not_verified"
        "Your address is not verified"
        "Your identity provider does not say that the address is yours, so nothing that was sent to it can be answered."
        "Verify your address at your identity provider, sign in again, and repeat the request.";
    FORBIDDEN NotTheRecipient "not_the_recipient"
        "The invitation is somebody else's"
        "The invitation was sent to another address than yours."
        "Sign in with the address that it was sent to, or ask for an invitation to yours.";
    NOT_FOUND NotFound "not_found"
        "There is no such thing"
        "What the request names is not there, or is not yours to know."
        "Check the ids, and that the token is of somebody who is in the workspace.";
    NOT_FOUND RouteNotFound "route_not_found"
        "There is no such address"
        "Nothing is served under this path."
        "Check the path against the document under /docs.";
    METHOD_NOT_ALLOWED MethodNotAllowed "method_not_allowed"
        "The address does not take this method"
        "Something is served under this path, with other methods."
        "Use one of the methods that the header `Allow` names.";
    REQUEST_TIMEOUT RequestTimeout "request_timeout"
        "The request took too long to arrive"
        "The body of the request did not arrive in time. Nothing was changed, and the connection is closed."
        "Send it again, all at once, on another connection.";
    CONFLICT IdempotencyInFlight "idempotency_in_flight"
        "The first request with this key is not answered yet"
        "Another request with the same `Idempotency-Key` is still being worked on."
        "Send it again in a moment. When the first one has succeeded, you get its answer.";
    CONFLICT WorkspaceArchived "workspace_archived"
        "The workspace is archived"
        "An archived workspace can be read, and not changed."
        "Have an owner take it into use again with `POST /workspaces/{workspace_id}/unarchive`, or use another workspace.";
    CONFLICT WorkspaceNotEmpty "workspace_not_empty"
        "The workspace is not empty"
        "A workspace is archived only when none of its organizations has usage and none of its billing accounts has a live subscription."
        "Release what `organizations_with_usage` use, and end the `live_subscriptions`.";
    CONFLICT CannotRemoveLastOwner "cannot_remove_last_owner"
        "A workspace needs an owner"
        "The last owner of a workspace can be neither removed nor demoted."
        "Make somebody else an owner first.";
    CONFLICT MemberLimitReached "member_limit_reached"
        "The workspace has as many members as it may"
        "The workspace has as many members as this deployment allows."
        "Remove a member first.";
    CONFLICT AlreadyMember "already_member"
        "The person is a member already"
        "The person is in the workspace or team already."
        "Change the role of the member instead.";
    CONFLICT PersonalTeam "personal_team"
        "It is somebody's personal team"
        "A personal team cannot be renamed, deleted, given away or joined."
        "Make a team for that.";
    CONFLICT TeamHasSites "team_has_sites"
        "Something is charged to the team"
        "A team that has charges cannot be deleted."
        "Release what is charged to it first; `GET /teams/{team_id}/charges` lists it.";
    CONFLICT OwnerStays "owner_stays"
        "The owner stays in the team"
        "The owner of a team can neither leave nor be removed."
        "Transfer the team to another member first.";
    CONFLICT CannotOwnTeam "cannot_own_team"
        "The person cannot own the team"
        "Only a member who can sign in, and has, can own a team."
        "Choose another member, or have the person sign in first.";
    CONFLICT TeamLimitReached "team_limit_reached"
        "The person is in as many teams as they may be"
        "Nobody is in more teams than the deployment allows, the personal one included."
        "Leave or delete a team first.";
    CONFLICT PeopleLimitReached "people_limit_reached"
        "The team has as many people as it may"
        "The members and pending invitations of a team are as many as the deployment allows."
        "Remove a member or cancel an invitation first, or make another team.";
    CONFLICT AlreadyInvited "already_invited"
        "The address is invited already"
        "The address has a pending invitation to the team."
        "Send that invitation again, or cancel it first.";
    CONFLICT InvitationRequired "invitation_required"
        "The person must be invited"
        "Somebody has this address already, and is neither in the organization nor in its workspace: they must want to come, and nobody else gets their address."
        "Invite them: `POST /teams/{team_id}/invites`.";
    CONFLICT ProfileNotYours "profile_not_yours"
        "This is not yours to change"
        "Name, address and leave to sign in of somebody who has signed in are their identity provider's, and their preferences are their own. Address and leave of somebody who has not stay as they are while they are in other teams too."
        "Send these fields as they are, or have the person or their identity provider change them.";
    CONFLICT SystemRole "system_role"
        "Every team has this role"
        "The roles Owner, Administrator and Developer cannot be changed or deleted."
        "Make a role of the team's own.";
    CONFLICT OwnerRole "owner_role"
        "The role is the owner's"
        "The role Owner is held by the owner of the team alone, and cannot be given."
        "Transfer the team, or give another role.";
    CONFLICT RoleNameTaken "role_name_taken"
        "The team has a role of that name"
        "Another role of the team has this name, whatever its case."
        "Choose another name.";
    CONFLICT RoleInUse "role_in_use"
        "The role is in use"
        "Members have the role, or invitations promise it."
        "Take it from its members and cancel the invitations to it first.";
    CONFLICT RoleLimitReached "role_limit_reached"
        "The team has as many roles as it may"
        "The team's own roles are as many as the deployment allows."
        "Delete a role first.";
    CONFLICT KeyLimitReached "key_limit_reached"
        "There are as many keys as there may be"
        "The team has as many API credentials, or you have as many API keys, as the deployment allows. Expired ones count."
        "Revoke one first.";
    CONFLICT OrganizationLimitReached "organization_limit_reached"
        "The workspace has as many organizations as it may"
        "The workspace has as many organizations, at all levels, as this deployment allows."
        "Delete an organization first.";
    CONFLICT DepthLimitReached "depth_limit_reached"
        "The tree is as deep as it may be"
        "The parent is on the last level that this deployment allows."
        "Place the organization higher in the tree.";
    CONFLICT ChildrenLimitReached "children_limit_reached"
        "The parent has as many children as it may"
        "The parent has as many direct children as this deployment allows."
        "Place the organization under another parent.";
    CONFLICT OrganizationHasUsage "organization_has_usage"
        "The organization has usage"
        "Something is charged to the organization or to a descendant."
        "Release what is charged first; the ledger of each organization lists it.";
    CONFLICT OrganizationHasTeams "organization_has_teams"
        "The organization has teams"
        "The organization or a descendant has teams."
        "Delete the teams first; the organization lists them.";
    CONFLICT OrganizationHasChildren "organization_has_children"
        "The organization has children"
        "The organization has children, and the request does not say that they go too."
        "Delete the children first, or pass `cascade=true`.";
    CONFLICT MoveBlocked "move_blocked"
        "The organization cannot go there"
        "Something is in the way of the move; `blockers` lists everything that is."
        "Clear what is in the way, or choose another place. The same request with `dry_run: true` tells what would happen.";
    CONFLICT TreeRefused "tree_refused"
        "The organizations cannot be made so"
        "Something is in the way of organizations of the document; `errors` lists everything that is, with the code that it has when the organization \
         is made alone. None was made."
        "Correct what `errors` lists, or make room for it. The same request with `dry_run: true` tells the same, and what the tree would be.";
    CONFLICT LoginHintTaken "login_hint_taken"
        "The login hint is taken"
        "Login hints are unique in the deployment, and another organization has this one."
        "Choose another login hint.";
    CONFLICT LimitExceedsCapacity "limit_exceeds_capacity"
        "The limit is more than what is inherited"
        "A limit may not be larger than the smallest limit above the organization, the billing capacity included."
        "Set a smaller limit, or raise what is above first.";
    CONFLICT LimitBelowUsage "limit_below_usage"
        "The limit is less than what is used"
        "The organization and what is below it use more than the limit would allow."
        "Set a larger limit, release usage first, or pass `allow_over_limit: true`: then nothing is evicted, and growth is blocked.";
    CONFLICT LimitReached "limit_reached"
        "There is not enough room"
        "A node of the capacity chain does not admit so many more units. `chain` lists the nodes from the billing pool down, `binding` is \
         the one with the least room. Whoever is in a team and not in its workspace learns of the nodes above the team what they are, and whether \
         they admit."
        "Release usage below the binding node, or raise its limit.";
    CONFLICT ChargedElsewhere "charged_elsewhere"
        "The resource is charged to another organization or team"
        "A resource is charged to one organization or team of a workspace at a time; `organization_id` and `team_id` name it, where you may know it."
        "Move it, or release it there first.";
    CONFLICT ResourceReserved "resource_reserved"
        "A reservation holds the resource"
        "Units of the resource are held at the organization or team already; `reservation_id` names what holds them."
        "Commit or release the reservation.";
    CONFLICT ResourceCharged "resource_charged"
        "The resource is charged already"
        "Only what is not charged yet can be reserved."
        "Charge the resource with another quantity, or reserve under another `resource_id`.";
    CONFLICT ReservationCommitted "reservation_committed"
        "The reservation was committed"
        "The units of the reservation are charged, so it holds nothing that could be given back."
        "Release the charge instead.";
    CONFLICT ReservationReleased "reservation_released"
        "The reservation was released"
        "The units of the reservation were given back, so there is nothing to charge."
        "Reserve again.";
    CONFLICT BatchRefused "batch_refused"
        "Some rows of the batch are refused"
        "The batch is atomic, and some of its rows are refused, so nothing was done. `rows` says which, and why."
        "Mend or leave out these rows, or send the batch with `atomic: false`.";
    CONFLICT BillingAccountLimitReached "billing_account_limit_reached"
        "The workspace has as many billing accounts as it may"
        "The workspace has as many billing accounts as its billing mode allows."
        "Use an account that is there.";
    CONFLICT ActiveSubscriptionsExist "active_subscriptions_exist"
        "The billing account has live subscriptions"
        "A billing account with live subscriptions cannot be deleted."
        "Cancel the subscriptions first.";
    CONFLICT BillingAccountInUse "billing_account_in_use"
        "An organization uses the billing account"
        "A billing account that a root organization refers to cannot be deleted."
        "Give the organization another billing account first.";
    CONFLICT SubscriptionLimitReached "subscription_limit_reached"
        "The billing account has as many subscriptions as it may"
        "The billing account has as many live subscriptions as this deployment allows."
        "Change one of the subscriptions, or use another billing account.";
    CONFLICT SubscriptionOver "subscription_over"
        "The subscription is over"
        "A subscription that is over stays so."
        "Make a new subscription.";
    CONFLICT SubscriptionNotPausable "subscription_not_pausable"
        "The subscription cannot be paused"
        "Only an active subscription, or one in its trial, can be paused."
        "Settle what is owed for the subscription, or cancel it.";
    CONFLICT SubscriptionNotPaused "subscription_not_paused"
        "The subscription is not paused"
        "Only a paused subscription, or one that ends with its period, is resumed."
        "Read the subscription to see where it is.";
    CONFLICT ProductExists "product_exists"
        "The subscription provides the product already"
        "A product to add is in the subscription already."
        "Set its quantity with `product_quantities` instead.";
    CONFLICT ProductMissing "product_missing"
        "The subscription does not provide the product"
        "A product to remove is not in the subscription."
        "Read the subscription to see what it provides.";
    CONFLICT NothingLeft "nothing_left"
        "Nothing would be left of the subscription"
        "A subscription provides at least one product."
        "Cancel the subscription instead.";
    CONFLICT CancellationWouldUnderprovision "cancellation_would_underprovision"
        "Ending the subscription would leave too little capacity"
        "Without the subscription the pool would have `remaining` units of `meter`, fewer than the `used` ones."
        "Release usage first, or raise another subscription of the same pool.";
    CONFLICT PauseWouldUnderprovision "pause_would_underprovision"
        "Pausing the subscription would leave too little capacity"
        "Without the subscription the pool would have `remaining` units of `meter`, fewer than the `used` ones."
        "Release usage first, or raise another subscription of the same pool.";
    CONFLICT DecreaseWouldUnderprovision "decrease_would_underprovision"
        "The decrease would leave too little capacity"
        "After the decrease the pool would have `remaining` units of `meter`, fewer than the `used` ones."
        "Release usage first, or raise another subscription of the same pool.";
    GONE ReservationExpired "reservation_expired"
        "The reservation has expired"
        "The time of the reservation was over, and its units were given back."
        "Reserve again, and commit before `expires_at`.";
    PRECONDITION_FAILED PreconditionFailed "precondition_failed"
        "It is not what you have seen"
        "The entity tag of the resource is none of those in `If-Match`, or one of those in `If-None-Match`. Nothing was changed."
        "Read the resource again, decide anew, and send the change with its new `ETag`.";
    PAYLOAD_TOO_LARGE BodyTooLarge "body_too_large"
        "The body is too large"
        "The body of the request is larger than the operation takes, 64 KiB for most and 4 MiB for batches, trees and where a picture may come, or has more than \
         200,000 values."
        "Send less at once.";
    UNSUPPORTED_MEDIA_TYPE UnsupportedMediaType "unsupported_media_type"
        "The body is not sent as JSON"
        "The body of a request is JSON in UTF-8, not compressed."
        "Send `Content-Type: application/json`, and no `Content-Encoding`.";
    UNPROCESSABLE_ENTITY IdempotencyKeyReused "idempotency_key_reused"
        "The idempotency key was used for another request"
        "A request with the same `Idempotency-Key` was answered in the last 24 hours, and it had another address, query or body."
        "Take a new key for each request, and an old one only to send exactly the same request again.";
    UNPROCESSABLE_ENTITY ValidationFailed "validation_failed"
        "Some values are not valid"
        "Fields of the body, or parameters, do not have a value that can be used. `errors` lists each with a pointer: a JSON pointer into \
         the body, `?name` for a query parameter, `{name}` for a part of the path."
        "Correct what `errors` lists.";
    TOO_MANY_REQUESTS RateLimited "rate_limited"
        "Too many requests"
        "The holder of the credential has sent more requests than the rate allows; the headers `RateLimit-Policy` and `RateLimit` say how \
         many. Without them, too many bad credentials came from this address, and no unknown one is looked at now."
        "Try again after the seconds that `Retry-After` says, and send less at a time.";
    INTERNAL_SERVER_ERROR InternalError "internal_error"
        "Something went wrong here"
        "The service could not answer, through no fault of the request."
        "Try again later. If it stays, tell the operator the request id: the cause is in the log.";
    SERVICE_UNAVAILABLE Unavailable "unavailable"
        "The service cannot answer now"
        "The service is busy, or something that it depends on is away or does not answer."
        "Try again after the seconds that `Retry-After` says. When the detail says that what was asked for may still be done, look whether it \
         was, unless it does no harm twice.";
}

impl Code {
    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.entry().code == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_named_once_and_found_by_its_name() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.entry().code).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::named(code.entry().code), Some(*code));
        }
        assert_eq!(Code::named("nonsense"), None);
    }

    #[test]
    fn the_catalogue_is_ordered_by_status() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.entry().status));
    }
}
