//! The OpenAPI document: what the routes say about themselves, and what follows from their shape.

mod conditions;
mod examples;
mod headers;
mod links;
mod operation;
mod published;
pub(crate) mod refusals;
mod tidy;
mod written;

use actix_web::http::Method;
use utoipa::IntoParams;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, SecurityRequirement, Server,
    ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use self::links::Links;
pub(crate) use self::published::Published;
use self::written::Written;
use crate::dto::batches::RowInput;
use crate::dto::charges::QuestionInput;
use crate::dto::effective::{AppliedLimit, EffectiveMeter, PersonWithAccess};
use crate::dto::shown::MeterName;
use crate::dto::subscriptions::ProductQuantity;
use crate::problem::{FieldError, ProblemBody, members};
use crate::routes;

/// The name of the bearer token in the document.
const BEARER: &str = "bearer";
/// The name of the key alone in the document.
const KEY: &str = "key";

/// The id behind those that the document shows as examples.
pub(crate) const EXAMPLE_ID: Uuid = Uuid::from_u128(0x018f_0c2e_7a3b_7c4d_8e5f_0123_4567_89ab);

const TAGS: [(&str, &str); 17] = [
    ("workspaces", "One customer each."),
    ("members", "The people in a workspace, with their roles."),
    ("organizations", "The tree of a workspace."),
    ("limits", "What an organization may still use."),
    ("charges", "What is used: the ledger, and whether more would fit."),
    (
        "reservations",
        "Units that are held for a while, and then charged or given back.",
    ),
    ("billing accounts", "The accounts that pay."),
    ("subscriptions", "What gives capacity."),
    ("branding", "How organizations present themselves. Public."),
    ("teams", "The last nodes of the tree, with the people in them."),
    (
        "teams (v1)",
        "The same teams, as programs know them that were written for another API.",
    ),
    ("invites", "Who is asked to come into a team."),
    ("roles", "What members may do in a team."),
    (
        "API keys",
        "What programs show: credentials of teams, and keys of people.",
    ),
    ("events", "What happened."),
    ("users", "People."),
    ("operations", "The service itself."),
];

/// The part of a list that is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes parameters to the document")]
pub(crate) struct PartParams {
    /// At most so many items.
    #[param(nullable = false)]
    limit: Option<i64>,
    /// The items behind this cursor: a `next_cursor` of the same list. Not together with `before`.
    #[param(nullable = false)]
    after: Option<String>,
    /// The items before this cursor: a `previous_cursor` of the same list. Not together with `after`.
    #[param(nullable = false)]
    before: Option<String>,
}

/// The document, which does not depend on the environment; with the address of a deployment when one is given.
pub fn openapi(public_url: Option<&str>) -> OpenApi {
    let mut document = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Tenantry")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(include_str!("description.md"))),
        )
        .paths(PathsBuilder::new())
        .components(Some(components()))
        .security(Some([SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, [])]))
        .tags(Some(TAGS.map(|(name, description)| {
            TagBuilder::new()
                .name(name)
                .description(Some(description))
                .build()
        })))
        .servers(public_url.map(servers))
        .build();
    for group in routes::documents() {
        document.merge(group);
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation::complete(path, &method, operation);
        }
    }
    tidy::tidy(&mut document);
    illustrate(&mut document);
    tidy::drop_unused(&mut document);
    document
}

/// Adds what follows from the finished schemas: examples, and links.
fn illustrate(document: &mut OpenApi) {
    let schemas = Written::of(document.components.as_ref());
    let links = Links::of(document);
    let items = document.paths.paths.values_mut();
    for (_, operation) in items.flat_map(operations) {
        examples::add(&schemas, operation);
        links.add(&schemas, operation);
    }
    if let Some(components) = &mut document.components {
        components.examples = examples::of_problems(&schemas);
    }
}

/// Beside the address under which a deployment is known, the one from which the document was fetched: a browser lets its reader try things
/// out there alone.
fn servers(public_url: &str) -> [Server; 2] {
    let here = ServerBuilder::new()
        .url("./")
        .description(Some("Where this document is."));
    [here.build(), Server::new(public_url)]
}

fn components() -> utoipa::openapi::Components {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "A token of an issuer that the deployment trusts: a person's, or a machine's with scopes; or an API key: a person's, or a team's credential.",
        ))
        .build();
    let key = ApiKeyValue::with_description(
        "Authorization",
        "An API key of a person, or a person's token, as the header's whole value.",
    );
    let mut components = ComponentsBuilder::new()
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .security_scheme(KEY, SecurityScheme::ApiKey(ApiKey::Header(key)))
        .schema(ProblemBody::name(), ProblemBody::schema())
        .schema(FieldError::name(), FieldError::schema())
        .schema(MeterName::name(), MeterName::schema())
        .schema(QuestionInput::name(), QuestionInput::schema())
        .schema(RowInput::name(), RowInput::schema())
        .schema(ProductQuantity::name(), ProductQuantity::schema())
        .schema(EffectiveMeter::name(), EffectiveMeter::schema())
        .schema(AppliedLimit::name(), AppliedLimit::schema())
        .schema(PersonWithAccess::name(), PersonWithAccess::schema())
        .schemas_from_iter(members::schemas())
        .build();
    components.responses = refusals::responses();
    components.headers = headers::headers();
    components
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    let known = [
        (Method::GET, get),
        (Method::PUT, put),
        (Method::POST, post),
        (Method::DELETE, delete),
        (Method::PATCH, patch),
    ];
    known
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
