//! Who may do what: a row for every operation of the document.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{Operation, Place, World, operations};

/// Who calls, in the order of the columns.
const CALLERS: [&str; 10] = [
    "", "mallory", "vera", "adam", "alice", "idle", "reader", "writer", "ada", "dora",
];

/// What they are answered: statuses in the order of [`CALLERS`].
type Row = [u16; 10];

const PUBLIC: Row = [200; 10];
/// Nobody is a member of what they make, so nobody is a stranger to it; machines are no people.
const PEOPLE: Row = [401, 200, 200, 200, 200, 403, 403, 403, 200, 200];
const PEOPLE_CREATE: Row = [401, 201, 201, 201, 201, 403, 403, 403, 201, 201];
const READ: Row = [401, 404, 200, 200, 200, 404, 404, 404, 404, 404];
const ADMIN_READ: Row = [401, 404, 403, 200, 200, 404, 404, 404, 404, 404];
const ADMIN_CREATE: Row = [401, 404, 403, 201, 201, 404, 404, 404, 404, 404];
const ADMIN_CHANGE: Row = [401, 404, 403, 200, 200, 404, 404, 404, 404, 404];
const ADMIN_DELETE: Row = [401, 404, 403, 204, 204, 404, 404, 404, 404, 404];
const OWNER_CREATE: Row = [401, 404, 403, 403, 201, 404, 404, 404, 404, 404];
const OWNER_CHANGE: Row = [401, 404, 403, 403, 200, 404, 404, 404, 404, 404];
const OWNER_DELETE: Row = [401, 404, 403, 403, 204, 404, 404, 404, 404, 404];
const USAGE_READ: Row = [401, 404, 200, 200, 200, 403, 200, 403, 404, 404];
const USAGE_CREATE: Row = [401, 404, 403, 201, 201, 403, 403, 201, 404, 404];
const USAGE_CHANGE: Row = [401, 404, 403, 200, 200, 403, 403, 200, 404, 404];
/// Each row is answered on its own; who may change nothing anywhere is told so at once.
const BATCH: Row = [401, 200, 200, 200, 200, 403, 403, 200, 200, 200];
const USAGE_DELETE: Row = [401, 404, 403, 204, 204, 403, 403, 204, 404, 404];

/// In a team: ada is an administrator of it and dora a developer, and neither is in its workspace.
const TEAM_READ: Row = [401, 404, 200, 200, 200, 404, 404, 404, 200, 200];
const TEAM_USAGE_READ: Row = [401, 404, 200, 200, 200, 403, 200, 403, 200, 200];
const TEAM_CHANGE: Row = [401, 404, 403, 200, 200, 404, 404, 404, 200, 403];
/// Everybody may leave.
const TEAM_LEAVE: Row = [401, 404, 403, 204, 204, 404, 404, 404, 204, 204];
const TEAM_REMOVE: Row = [401, 404, 403, 204, 204, 404, 404, 404, 204, 403];
const TEAM_INVITE: Row = [401, 404, 403, 202, 202, 403, 403, 403, 202, 403];
const TEAM_RESEND: Row = [401, 404, 403, 202, 202, 404, 404, 404, 202, 403];
/// Not even an administrator may; who administers the workspace may.
const TEAM_DELETE: Row = [401, 404, 403, 204, 204, 404, 404, 404, 403, 403];
const TEAM_TRANSFER: Row = [401, 404, 403, 200, 200, 404, 404, 404, 403, 403];
const TEAM_SWITCH: Row = [401, 404, 404, 404, 404, 403, 403, 403, 200, 200];
/// In the team that the caller works in: the others have only their personal ones, which hold neither that role nor that person.
const CURRENT_READ: Row = [401, 404, 404, 404, 404, 403, 403, 403, 200, 200];
const CURRENT_CHANGE: Row = [401, 404, 404, 404, 404, 403, 403, 403, 200, 403];
const CURRENT_CHANGE_SELF: Row = [401, 404, 404, 404, 404, 403, 403, 403, 200, 200];
const CURRENT_REMOVE: Row = [401, 404, 404, 404, 404, 403, 403, 403, 204, 403];
const CURRENT_LEAVE: Row = [401, 404, 404, 404, 404, 403, 403, 403, 204, 204];
/// In one's personal team, too.
const CURRENT_CREATE: Row = [401, 200, 200, 200, 200, 403, 403, 403, 200, 403];
/// Nobody comes into a personal team.
const CURRENT_ADD: Row = [401, 409, 409, 409, 409, 403, 403, 403, 201, 403];
const TEAM_CREATE: Row = [401, 201, 201, 201, 201, 403, 403, 403, 201, 403];
/// Whoever is not let in is forbidden to, for the other API.
const V1_LIST: Row = [403, 200, 200, 200, 200, 403, 403, 403, 200, 200];
const V1_CREATE: Row = [403, 201, 201, 201, 201, 403, 403, 403, 201, 403];
/// Mallory is the one who is invited.
const ACCEPT: Row = [401, 200, 403, 403, 403, 403, 403, 403, 403, 403];
const DECLINE: Row = [401, 204, 403, 403, 403, 403, 403, 403, 403, 403];
/// Alice's own.
const OWN_READ: Row = [401, 404, 404, 404, 200, 403, 403, 403, 404, 404];
const OWN_CREATE: Row = [401, 404, 404, 404, 201, 403, 403, 403, 404, 404];
const OWN_DELETE: Row = [401, 404, 404, 404, 204, 403, 403, 403, 404, 404];
const KNOWN: Row = [401, 200, 200, 200, 200, 200, 200, 200, 200, 200];

/// The table. An operation without a row fails the test below.
fn row(operation: &str) -> Option<Row> {
    Some(match operation {
        "get_branding" | "find_branding" | "get_picture" | "get_health" | "get_readiness" | "get_metrics"
        | "get_document" | "list_problems" | "get_problem" | "get_docs_file" => PUBLIC,
        "get_docs" => [308; 10],
        "create_workspace" | "create_api_key" => PEOPLE_CREATE,
        "get_api_key" => OWN_READ,
        "rotate_api_key" => OWN_CREATE,
        "revoke_api_key" => OWN_DELETE,
        "list_api_keys" | "list_workspaces" | "get_userinfo" | "list_teams" | "list_my_invites"
        | "list_users" | "list_team_roles" => PEOPLE,
        "list_scopes" => KNOWN,
        "create_team" => TEAM_CREATE,
        "list_v1_teams" => V1_LIST,
        "create_v1_team" => V1_CREATE,
        "get_team" | "list_team_members" | "list_invites" | "list_api_credentials" | "get_api_credential" => {
            TEAM_READ
        }
        "update_team"
        | "set_team_roles"
        | "list_team_events"
        | "create_api_credential"
        | "update_api_credential"
        | "rotate_api_credential" => TEAM_CHANGE,
        "remove_team_member" => TEAM_LEAVE,
        "cancel_invite" | "revoke_api_credential" => TEAM_REMOVE,
        "invite_user" => TEAM_INVITE,
        "resend_invite" => TEAM_RESEND,
        "delete_team" => TEAM_DELETE,
        "transfer_team" => TEAM_TRANSFER,
        "switch_team" => TEAM_SWITCH,
        "accept_invite" => ACCEPT,
        "decline_invite" => DECLINE,
        "create_team_role" => CURRENT_CREATE,
        "get_team_role" | "get_user" => CURRENT_READ,
        "update_team_role" => CURRENT_CHANGE,
        "delete_team_role" => CURRENT_REMOVE,
        "add_user" => CURRENT_ADD,
        "update_user" => CURRENT_CHANGE_SELF,
        "remove_user" => CURRENT_LEAVE,
        "get_workspace"
        | "list_members"
        | "list_organizations"
        | "list_children"
        | "list_descendants"
        | "list_ancestors"
        | "list_organization_teams"
        | "get_parent"
        | "get_tree"
        | "get_organization" => READ,
        "update_workspace" | "update_organization" | "change_role" | "move_organization" => ADMIN_CHANGE,
        "add_member" | "create_organization" | "create_child_organization" | "create_organizations" => {
            ADMIN_CREATE
        }
        "remove_member" | "delete_organization" => ADMIN_DELETE,
        "list_events"
        | "list_billing_accounts"
        | "get_billing_account"
        | "get_trial_eligibility"
        | "list_subscriptions"
        | "get_subscription"
        | "preview_subscription"
        | "preview_subscription_change" => ADMIN_READ,
        "create_billing_account" | "create_subscription" => OWNER_CREATE,
        "update_billing_account" | "update_subscription" | "cancel_subscription" | "unarchive_workspace" => {
            OWNER_CHANGE
        }
        "delete_billing_account" | "archive_workspace" => OWNER_DELETE,
        "list_team_charges" => TEAM_USAGE_READ,
        "get_limits" | "get_effective" | "list_charges" | "get_charge" | "check_charges"
        | "get_reservation" | "get_usage_csv" | "get_usage_pdf" => USAGE_READ,
        "put_charge" | "create_reservation" => USAGE_CREATE,
        "commit_reservation" | "move_charge" => USAGE_CHANGE,
        "change_charges" => BATCH,
        "release_charge" | "release_reservation" => USAGE_DELETE,
        _ => return None,
    })
}

async fn ask(place: &Place, world: &World, operation: &Operation, who: &str) -> u16 {
    let body = place.body(world, operation.id());
    let address = place.address(world, operation.id(), operation.path);
    world
        .call(who, operation.method(), &address, body.as_ref())
        .await
        .status
}

/// Asks as everybody. Refusals and reads leave things as they are, so they share a world; who changes something gets one of their own.
async fn ask_all(operation: &Operation, expected: Row) -> Vec<(&'static str, u16)> {
    let world = World::new().await;
    let place = Place::make(&world).await;
    place.prepare(&world, operation.id()).await;
    let mut answers = Vec::new();
    for (who, status) in CALLERS.into_iter().zip(expected) {
        let answer = if status < 300 && operation.method() != Method::GET {
            let world = World::new().await;
            let place = Place::make(&world).await;
            place.prepare(&world, operation.id()).await;
            ask(&place, &world, operation, who).await
        } else {
            ask(&place, &world, operation, who).await
        };
        answers.push((who, answer));
    }
    answers
}

#[actix_web::test]
async fn w5_every_operation_answers_everybody_as_the_table_says() {
    let mut wrong = Vec::new();
    for operation in operations() {
        let Some(expected) = row(operation.id()) else {
            wrong.push(format!(
                "{} has no row in the authorization table",
                operation.id()
            ));
            continue;
        };
        let answers = ask_all(&operation, expected).await;
        for ((who, answered), status) in answers.into_iter().zip(expected) {
            if answered != status {
                wrong.push(format!(
                    "{} by {who:?}: {answered} instead of {status}",
                    operation.id()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[actix_web::test]
async fn a_refusal_names_the_role_or_scope_that_is_missing() {
    let world = World::new().await;
    let place = Place::make(&world).await;
    let workspace = format!("/workspaces/{}", place.workspace);
    let detail = |refused: Value| refused["detail"].as_str().unwrap().to_owned();
    let refused = world
        .patch("vera", &workspace, json!({}))
        .await
        .refused(403, "role_required");
    assert!(detail(refused).contains("admin"));
    let refused = world
        .delete("adam", &workspace)
        .await
        .refused(403, "role_required");
    assert!(detail(refused).contains("owner"));
    let limits = format!("{workspace}/organizations/{}/limits", place.organization);
    let refused = world.get("writer", &limits).await.refused(403, "scope_required");
    assert!(detail(refused).contains("usage:read"));
    let charge = json!({ "organization_id": place.organization });
    let refused = world
        .put("reader", "/charges/users/a", charge)
        .await
        .refused(403, "scope_required");
    assert!(detail(refused).contains("usage:write"));
}
