use tenantry_application::ports::{OrganizationScope, OrganizationSelection};
use tenantry_application::{Actor, MoveView};
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{Answer, no_content, ok, routes};
use crate::dto::list::{List, Part};
use crate::dto::moves::{Move, MoveOrganization};
use crate::dto::organizations::Organization;
use crate::dto::selection::{DepthParams, Filtered, Found, NameParams, ParentParams, listing};
use crate::dto::tree::{CreateTree, Tree, TreePlan, WantedTree};
use crate::input::{Call, Json};
use crate::openapi::PartParams;
use crate::representation::Resource;
use crate::resource::shown;
use crate::state::Api;

routes!(
    list_organizations,
    list_children,
    list_descendants,
    list_ancestors,
    get_parent,
    get_tree,
    create_organizations,
    move_organization
);

type Related<Q> = Call<(WorkspaceId, OrganizationId), Q>;

/// List the organizations of a workspace.
///
/// All of them, or those that are asked for, in the order of their creation.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations",
    tag = "organizations",
    params(PartParams, NameParams, DepthParams, ParentParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
async fn list_organizations(api: Api, call: Call<WorkspaceId, Found>) -> Answer {
    let Found { scope, filtered } = call.query;
    organizations(api, call.actor, (call.path, scope), filtered).await
}

/// List the direct children of an organization.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/children",
    tag = "organizations",
    params(PartParams, NameParams, DepthParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
async fn list_children(api: Api, call: Related<Filtered>) -> Answer {
    let (workspace, id) = call.path;
    let place = (workspace, OrganizationScope::ChildrenOf(id));
    organizations(api, call.actor, place, call.query).await
}

/// List everything below an organization.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/descendants",
    tag = "organizations",
    params(PartParams, NameParams, DepthParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
async fn list_descendants(api: Api, call: Related<Filtered>) -> Answer {
    let (workspace, id) = call.path;
    let place = (workspace, OrganizationScope::DescendantsOf(id));
    organizations(api, call.actor, place, call.query).await
}

/// List everything above an organization.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/ancestors",
    tag = "organizations",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
async fn list_ancestors(api: Api, call: Related<Part>) -> Answer {
    let (workspace, id) = call.path;
    let place = (workspace, OrganizationScope::AncestorsOf(id));
    organizations(api, call.actor, place, call.query.into()).await
}

/// Move an organization with everything below it.
///
/// Below another organization of the workspace, or to the top. What it uses counts there from then on, and must have room. With `dry_run` nothing changes:
/// the answer tells what would, and everything that is in the way. The `ETag` of that answer as `If-Match` makes the move only if all is still so.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/move",
    tag = "organizations",
    request_body(content = MoveOrganization, example = json!({ "parent_org_id": "org_02wMe2eZtYRY4hvzqF2FgZ", "dry_run": true })),
    responses((status = 200, description = "What the move does, or would do.", body = Move)),
    extensions(("x-problems" = json!(["role_required", "workspace_archived", "move_blocked", "precondition_failed"]))),
)]
async fn move_organization(
    api: Api,
    call: Call<(WorkspaceId, OrganizationId), (), Json<MoveOrganization>>,
) -> Answer {
    let (workspace, id) = call.path;
    let place = call.body.place;
    if call.body.dry_run {
        let view = api
            .read(move |tenantry| tenantry.preview_move(&call.actor, workspace, id, place))
            .await?;
        return Ok(Move::preview(&view).respond());
    }
    let seen = |view: &MoveView| Some(Move::preview(view));
    api.once_as_seen(
        call.conditions,
        (seen, Move::made),
        move |tenantry, precondition, once| {
            tenantry.move_organization(&call.actor, workspace, (id, place), precondition, once)
        },
    )
    .await
}

/// Get the direct parent of an organization.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/{organization_id}/parent",
    tag = "organizations",
    responses(
        (status = 200, description = "The parent.", body = Organization),
        (status = 204, description = "It is a root."),
    ),
)]
async fn get_parent(api: Api, call: Call<(WorkspaceId, OrganizationId)>) -> Answer {
    let (workspace, id) = call.path;
    match api
        .read(move |tenantry| tenantry.parent(&call.actor, workspace, id))
        .await?
    {
        Some(view) => {
            let parent = Organization::show(view, &api.deployment);
            Ok(shown(&call.conditions, &parent))
        }
        None => no_content(),
    }
}

/// Get the whole tree of a workspace.
///
/// Every organization with its usage and limits, under its parent, in one answer.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/tree",
    tag = "organizations",
    responses((status = 200, description = "The tree.", body = Tree)),
)]
async fn get_tree(api: Api, call: Call<WorkspaceId>) -> Answer {
    api.show::<Tree>(call.conditions, move |tenantry| {
        tenantry.tree(&call.actor, call.path)
    })
    .await
}

/// Create organizations with everything below them.
///
/// Owners and admins may. All are made or none, at the top or below an organization, as each would be alone after those before it in the document,
/// which may have 4 MiB. What the tree of a workspace is answered as can be sent: members that only answers have are ignored. With `dry_run`
/// nothing changes: the answer tells everything that is in the way, and what the tree would be.
#[utoipa::path(
    post,
    path = "/workspaces/{workspace_id}/organizations/batch",
    tag = "organizations",
    request_body(content = CreateTree, example = json!({
        "organizations": [{
            "name": "Marketing Team", "limits": { "locations": 5 }, "branding": { "display_name": "ACME Inc." },
            "children": [{ "name": "Berlin Office", "limits": { "locations": 2, "users": null }, "children": [] }]
        }],
        "parent_org_id": null, "dry_run": true
    })),
    responses(
        (status = 200, description = "What would be made, of a dry run.", body = TreePlan),
        (status = 201, description = "The organizations that were made.", body = Tree),
    ),
    extensions(("x-problems" = json!(["role_required", "workspace_archived", "tree_refused"]))),
)]
async fn create_organizations(api: Api, call: Call<WorkspaceId, (), Json<CreateTree>>) -> Answer {
    let WantedTree { tree, dry_run } = call.body;
    if dry_run {
        let view = api
            .read(move |tenantry| tenantry.preview_tree(&call.actor, call.path, &tree))
            .await?;
        return ok(TreePlan::show(view, &api.deployment));
    }
    api.create::<Tree>(call.conditions, move |tenantry, once| {
        tenantry.create_tree(&call.actor, call.path, &tree, once)
    })
    .await
}

async fn organizations(
    api: Api,
    actor: Actor,
    (workspace, scope): (WorkspaceId, OrganizationScope),
    Filtered { part, filter }: Filtered,
) -> Answer {
    let selection = OrganizationSelection { scope, filter };
    let listing = listing(workspace, &selection);
    let request = listing.request(&part)?;
    let page = api
        .read(move |tenantry| tenantry.list_organizations(&actor, workspace, &selection, &request))
        .await?;
    ok(listing.show(page, |view| Organization::show(view, &api.deployment)))
}
