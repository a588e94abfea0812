//! The routes, a file for each group. A handler takes what was read from the request, runs one use case, and shows what it answers.
//!
//! To add an operation: a handler with its `utoipa::path` in the file of its group, its name in that file's `routes!`, and a row in the
//! authorization table of the tests. The document, the answer to other methods and the tests of nonsense follow by themselves.
//! `x-problems` names the problems that its rules can cause; those that come from its shape are added by [`crate::openapi`].

mod api_credentials;
mod api_keys;
mod billing_accounts;
mod branding;
mod charges;
mod docs;
mod events;
mod health;
mod invites;
mod limits;
mod members;
mod metrics;
mod organizations;
mod pictures;
mod problems;
mod reservations;
mod subscriptions;
mod team_members;
mod team_roles;
mod teams;
mod tree;
mod usage;
mod users;
mod v1_teams;
mod workspaces;

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::openapi::OpenApi;

use crate::problem::Problem;
use crate::routing::Routes;

/// What handlers answer.
type Answer = Result<HttpResponse, Problem>;

/// Registers handlers, and collects what the document says about them.
macro_rules! routes {
    ($($handler:ident),* $(,)?) => {
        pub(super) fn register(routes: &mut crate::routing::Routes) {
            pastey::paste! { $(routes.add(&[<__path_ $handler>], &$handler);)* }
        }

        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($handler),*))]
        pub(super) struct Group;
    };
}
use routes;

macro_rules! groups {
    ($($group:ident),* $(,)?) => {
        /// Registers every route.
        pub(crate) fn register(routes: &mut Routes) {
            $($group::register(routes);)*
        }

        /// What the groups say about their routes.
        pub(crate) fn documents() -> Vec<OpenApi> {
            vec![$(<$group::Group as utoipa::OpenApi>::openapi()),*]
        }
    };
}

groups! {
    usage, organizations, charges, limits, reservations, tree, workspaces, members, branding, pictures, billing_accounts, subscriptions, teams, v1_teams, team_members, invites, team_roles, api_credentials, api_keys, events, users, health, metrics, docs, problems,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the last expression of handlers, which can fail"
)]
fn ok(body: impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(body))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the last expression of handlers, which can fail"
)]
fn no_content() -> Answer {
    Ok(HttpResponse::NoContent().finish())
}
