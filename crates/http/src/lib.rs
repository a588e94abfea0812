//! The HTTP interface of Tenantry over `tenantry-application`: routes, wire types, problems and the OpenAPI document.
//!
//! A request is read in one fixed order: token, path, query, body. The handler runs one use case on a bounded pool of threads and
//! shows what it answers. Whatever is not done, wherever that is noticed, becomes a problem (RFC 9457) in one place.
//!
//! | module | holds |
//! |---|---|
//! | `routes`, `routing` | a file for each group of routes, and the way to them |
//! | `dto` | what goes over the wire, by resource |
//! | `wire` | domain values in JSON: reading, messages, schemas |
//! | `input` | path, query and body of a request |
//! | `problem` | the catalogue of problems, and what the application's errors become |
//! | `openapi` | the document |
//! | `metrics`, `span` | what operators watch, and what each line of the log says |
//! | `client`, `rate_limit` | where requests come from, and how often they may |
//! | `hosting` | pictures that come with requests |
//! | `auth`, `executor`, `middleware`, `app` | tokens, threads, what all answers share, and the whole |

// The code that utoipa's macros write names types by their full paths.
#![allow(unused_qualifications)]

mod app;
mod auth;
mod client;
mod deployment;
mod dto;
mod executor;
mod gathering;
mod hosting;
mod input;
mod ledger;
mod metrics;
mod middleware;
mod openapi;
mod problem;
mod rate_limit;
mod representation;
mod resource;
mod routes;
mod routing;
mod span;
mod state;
mod wire;

pub use app::{Guards, Interface, Services};
pub use auth::{AuthRefused, Authentication, Authenticator, Caller, Credential, CredentialKind};
pub use client::{ForwardedHeader, TrustedProxies};
pub use executor::Lanes;
pub use ledger::Grouping;
pub use metrics::{PoolUse, Scrapers, StoreUse};
pub use middleware::AllowedOrigins;
pub use openapi::openapi;
pub use problem::Code;
pub use rate_limit::{RateLimits, Uptime};
