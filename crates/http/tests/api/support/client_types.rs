//! The client's types say the same as the service's: whatever is answered is read with the client's type, written again, and must be equal.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tenantry_client::Problem;
use tenantry_client::types::{
    Accepted, AddedUser, ApiCredential, ApiKey, BatchResults, BillingAccount, Charge, CheckAnswers,
    Effective, Event, Health, Invite, Issued, Limits, Member, Move, MyInvite, Organization, Page,
    PublicBranding, Reservation, ScopeInfo, Subscription, SubscriptionPreview, Team, TeamMember, TeamRole,
    Tree, TreePlan, TrialEligibility, User, UserInfo, Workspace,
};

/// What the client makes of an answer: the same JSON, if it knows everything that is said.
type Echo = fn(&Value) -> serde_json::Result<Value>;

fn echo<T: Serialize + DeserializeOwned>(answer: &Value) -> serde_json::Result<Value> {
    serde_json::to_value(serde_json::from_value::<T>(answer.clone())?)
}

/// The client's type of each operation.
fn row(operation: &str) -> Option<Echo> {
    Some(match operation {
        "get_health" | "get_readiness" => echo::<Health>,
        "get_userinfo" => echo::<UserInfo>,
        "find_branding" | "get_branding" => echo::<PublicBranding>,
        "list_workspaces" => echo::<Page<Workspace>>,
        "create_workspace"
        | "get_workspace"
        | "update_workspace"
        | "archive_workspace"
        | "unarchive_workspace" => echo::<Workspace>,
        "list_members" => echo::<Page<Member>>,
        "add_member" | "change_role" | "remove_member" => echo::<Member>,
        "list_organizations" | "list_children" | "list_descendants" | "list_ancestors" => {
            echo::<Page<Organization>>
        }
        "create_organization"
        | "create_child_organization"
        | "get_organization"
        | "get_parent"
        | "update_organization"
        | "delete_organization" => echo::<Organization>,
        "get_tree" => echo::<Tree>,
        "create_organizations" => |answer| match answer.get("errors") {
            Some(_) => echo::<TreePlan>(answer),
            None => echo::<Tree>(answer),
        },
        "move_organization" => echo::<Move>,
        "get_limits" => echo::<Limits>,
        "get_effective" => echo::<Effective>,
        "list_billing_accounts" => echo::<Page<BillingAccount>>,
        "create_billing_account"
        | "get_billing_account"
        | "update_billing_account"
        | "delete_billing_account" => echo::<BillingAccount>,
        "get_trial_eligibility" => echo::<TrialEligibility>,
        "list_subscriptions" => echo::<Page<Subscription>>,
        "create_subscription" | "get_subscription" | "update_subscription" | "cancel_subscription" => {
            echo::<Subscription>
        }
        "preview_subscription" | "preview_subscription_change" => echo::<SubscriptionPreview>,
        "list_api_credentials" => echo::<Vec<ApiCredential>>,
        "create_api_credential" | "rotate_api_credential" => echo::<Issued<ApiCredential>>,
        "get_api_credential" | "update_api_credential" | "revoke_api_credential" => echo::<ApiCredential>,
        "list_api_keys" => echo::<Vec<ApiKey>>,
        "create_api_key" | "rotate_api_key" => echo::<Issued<ApiKey>>,
        "get_api_key" | "revoke_api_key" => echo::<ApiKey>,
        "put_charge" | "get_charge" | "release_charge" | "move_charge" => echo::<Charge>,
        "change_charges" => echo::<BatchResults>,
        "create_reservation" | "get_reservation" | "commit_reservation" | "release_reservation" => {
            echo::<Reservation>
        }
        "list_charges" | "list_team_charges" => echo::<Page<Charge>>,
        "check_charges" => echo::<CheckAnswers>,
        "list_teams" | "switch_team" => echo::<Vec<Team>>,
        "list_organization_teams" => echo::<Page<Team>>,
        "create_team" | "get_team" | "update_team" | "delete_team" | "transfer_team" | "accept_invite" => {
            echo::<Team>
        }
        "list_team_members" => echo::<Page<TeamMember>>,
        "set_team_roles" | "remove_team_member" => echo::<TeamMember>,
        "invite_user" | "resend_invite" => echo::<Accepted>,
        "list_invites" => echo::<Page<Invite>>,
        "cancel_invite" => echo::<Invite>,
        "list_my_invites" => echo::<Vec<MyInvite>>,
        "list_scopes" => echo::<Vec<ScopeInfo>>,
        "list_team_roles" => echo::<Vec<TeamRole>>,
        "create_team_role" | "get_team_role" | "update_team_role" | "delete_team_role" => echo::<TeamRole>,
        "list_users" => echo::<Vec<User>>,
        "add_user" => echo::<AddedUser>,
        "get_user" | "update_user" | "remove_user" => echo::<User>,
        "list_team_events" | "list_events" => echo::<Page<Event>>,
        // Nothing, pages and files for people, and what is for other programs than clients.
        "decline_invite" | "get_usage_csv" | "get_usage_pdf" | "get_picture" | "get_docs"
        | "get_docs_file" | "get_document" | "get_metrics" | "get_problem" | "list_problems" => echo::<Value>,
        _ => return None,
    })
}

/// Whether it is known what the client makes of an operation.
pub fn has_row(operation: &str) -> bool {
    row(operation).is_some()
}

/// Holds one answer against the client's type.
pub fn check(operation: &str, answer: &Value) {
    let echo = row(operation).unwrap_or_else(|| panic!("the client has no type for {operation}"));
    assert_eq!(echo(answer).unwrap(), *answer, "{operation}");
}

/// Holds one problem against the client's type.
pub fn check_problem(problem: &Value) {
    assert_eq!(echo::<Problem>(problem).unwrap(), *problem);
}
