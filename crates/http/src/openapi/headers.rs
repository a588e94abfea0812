//! The headers of answers, each described once.

use std::collections::BTreeMap;

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr};

use super::operation::text;
use crate::middleware::MAX_REQUEST_ID;

pub(super) const REQUEST_ID: &str = "X-Request-Id";
pub(super) const ETAG: &str = "ETag";
pub(super) const REPLAYED: &str = "Idempotency-Replayed";
pub(super) const RETRY_AFTER: &str = "Retry-After";
pub(super) const WWW_AUTHENTICATE: &str = "WWW-Authenticate";
pub(super) const RATE_LIMIT_POLICY: &str = "RateLimit-Policy";
pub(super) const RATE_LIMIT: &str = "RateLimit";
pub(super) const ALLOW: &str = "Allow";
pub(super) const LOCATION: &str = "Location";

/// The headers to which answers refer.
pub(super) fn headers() -> BTreeMap<String, RefOr<Header>> {
    let id =
        form("^[A-Za-z0-9._-]+$", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab").max_length(Some(MAX_REQUEST_ID));
    let known: [(&str, &str, Object); 9] = [
        (REQUEST_ID, "The id of the request.", id.build()),
        (
            ETAG,
            "What tells this state of it from others, for `If-Match` and `If-None-Match`.",
            form("^\"[A-Za-z0-9_-]+\"$", "\"mZ8zR2VtTqGxJ1dLr3kPWA\"").build(),
        ),
        (
            REPLAYED,
            "`true` when this is the answer of an earlier request with the same key.",
            text().enum_values(Some(["true"])).build(),
        ),
        (
            RETRY_AFTER,
            "After how many seconds to come back.",
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(0))
                .examples([1])
                .build(),
        ),
        (
            WWW_AUTHENTICATE,
            "`Bearer`, with an error when a token was refused (RFC 6750).",
            form("^Bearer", "Bearer error=\"invalid_token\"").build(),
        ),
        (
            RATE_LIMIT_POLICY,
            "The quota of the credential, if that is what is spent.",
            text().examples(["\"credential\";q=600;w=60"]).build(),
        ),
        (
            RATE_LIMIT,
            "What is left of it, and when all of it is there again.",
            text().examples(["\"credential\";r=0;t=60"]).build(),
        ),
        (
            ALLOW,
            "The methods that the address takes.",
            form("^[A-Z]+(, [A-Z]+)*$", "GET, HEAD").build(),
        ),
        (LOCATION, "Where it is.", text().examples(["docs/"]).build()),
    ];
    let described = |(name, description, schema): (&str, &str, Object)| {
        let header = HeaderBuilder::new()
            .description(Some(description))
            .schema(Some(schema));
        (name.to_owned(), RefOr::T(header.build()))
    };
    known.map(described).into()
}

/// A header of the components.
pub(super) fn header(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

fn form(pattern: &str, example: &str) -> ObjectBuilder {
    text().pattern(Some(pattern)).examples([example])
}
