use actix_web::get;
use tenantry_application::Actor;
use tenantry_application::ports::OrganizationScope;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::{Answer, list, no_content, routes};
use crate::dto::list::{Ancestors, Children, Descendants, List, ListKind, Organizations, Part};
use crate::dto::organizations::{Organization, Tree};
use crate::input::Call;
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
    get_tree
);

type Related<L> = Call<(WorkspaceId, OrganizationId), Part<L>>;

/// List the organizations of a workspace.
///
/// All of them, in the order of their creation.
#[utoipa::path(
    tag = "organizations",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
#[get("/workspaces/{workspace_id}/organizations")]
async fn list_organizations(api: Api, call: Call<WorkspaceId, Part<Organizations>>) -> Answer {
    organizations(api, call.actor, (call.path, OrganizationScope::All), call.query).await
}

/// List the direct children of an organization.
#[utoipa::path(
    tag = "organizations",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
#[get("/workspaces/{workspace_id}/organizations/{organization_id}/children")]
async fn list_children(api: Api, call: Related<Children>) -> Answer {
    related(api, call, OrganizationScope::ChildrenOf).await
}

/// List everything below an organization.
#[utoipa::path(
    tag = "organizations",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
#[get("/workspaces/{workspace_id}/organizations/{organization_id}/descendants")]
async fn list_descendants(api: Api, call: Related<Descendants>) -> Answer {
    related(api, call, OrganizationScope::DescendantsOf).await
}

/// List everything above an organization.
#[utoipa::path(
    tag = "organizations",
    params(PartParams),
    responses((status = 200, description = "A part of the list.", body = List<Organization>)),
)]
#[get("/workspaces/{workspace_id}/organizations/{organization_id}/ancestors")]
async fn list_ancestors(api: Api, call: Related<Ancestors>) -> Answer {
    related(api, call, OrganizationScope::AncestorsOf).await
}

/// Get the direct parent of an organization.
#[utoipa::path(
    tag = "organizations",
    responses(
        (status = 200, description = "The parent.", body = Organization),
        (status = 204, description = "It is a root."),
    ),
)]
#[get("/workspaces/{workspace_id}/organizations/{organization_id}/parent")]
async fn get_parent(api: Api, call: Call<(WorkspaceId, OrganizationId)>) -> Answer {
    let (workspace, id) = call.path;
    match api
        .read(move |tenantry| tenantry.parent(&call.actor, workspace, id))
        .await?
    {
        Some(view) => {
            let parent = Organization::show(view, &api.tenantry.settings().meters);
            Ok(shown(&call.conditions, &parent))
        }
        None => no_content(),
    }
}

/// Get the whole tree of a workspace.
///
/// Every organization with its usage and limits, under its parent, in one answer.
#[utoipa::path(
    tag = "organizations",
    responses((status = 200, description = "The tree.", body = Tree)),
)]
#[get("/workspaces/{workspace_id}/tree")]
async fn get_tree(api: Api, call: Call<WorkspaceId>) -> Answer {
    let views = api
        .read(move |tenantry| tenantry.tree(&call.actor, call.path))
        .await?;
    let tree = Tree::new(views, &api.tenantry.settings().meters);
    Ok(shown(&call.conditions, &tree))
}

async fn related<L: ListKind<Key = OrganizationId>>(
    api: Api,
    call: Related<L>,
    scope: impl FnOnce(OrganizationId) -> OrganizationScope,
) -> Answer {
    let (workspace, id) = call.path;
    organizations(api, call.actor, (workspace, scope(id)), call.query).await
}

async fn organizations<L: ListKind<Key = OrganizationId>>(
    api: Api,
    actor: Actor,
    (workspace, scope): (WorkspaceId, OrganizationScope),
    Part(part): Part<L>,
) -> Answer {
    let page = api
        .read(move |tenantry| tenantry.list_organizations(&actor, workspace, scope, &part))
        .await?;
    list::<L, _, _>(page, |view| {
        Organization::show(view, &api.tenantry.settings().meters)
    })
}
