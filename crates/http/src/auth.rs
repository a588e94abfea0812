//! Who calls: the port that turns a bearer token into an actor, and how the token is taken from a request.

use std::future::Future;
use std::pin::Pin;

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use tenantry_application::Actor;

use crate::problem::{Code, Problem};

/// The answer to a token, when it is there.
pub type Authentication<'a> = Pin<Box<dyn Future<Output = Result<Actor, AuthRefused>> + Send + 'a>>;

/// Knows callers by their tokens.
pub trait Authenticator: Send + Sync {
    /// Who sent this bearer token.
    fn authenticate<'a>(&'a self, bearer: &'a str) -> Authentication<'a>;
}

/// Why a token was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthRefused {
    /// The token is not valid here. Says why, in words that the caller may read.
    #[error("{0}")]
    Invalid(String),
    /// Whether the token is valid cannot be found out now.
    #[error("tokens cannot be checked now")]
    Unavailable,
}

/// The caller of a request with these headers.
pub(crate) async fn authenticate(
    authenticator: &dyn Authenticator,
    headers: &HeaderMap,
) -> Result<Actor, Problem> {
    let token = bearer(headers)?;
    authenticator
        .authenticate(token)
        .await
        .map_err(|refused| match refused {
            AuthRefused::Invalid(why) => invalid_token(&why),
            AuthRefused::Unavailable => Problem::new(Code::Unavailable).caused_by(&refused),
        })
}

/// The token of an `Authorization: Bearer` header, of which there must be one.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or_else(no_token)?;
    if values.next().is_some() {
        return Err(invalid_token("the header Authorization is given twice"));
    }
    let text = value
        .to_str()
        .map_err(|_| invalid_token("the header Authorization is not ASCII"))?;
    match text.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim_start()),
        _ => Err(no_token()),
    }
}

fn no_token() -> Problem {
    let problem = Problem::new(Code::Unauthenticated).detail("a bearer token is needed");
    problem.header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

fn invalid_token(why: &str) -> Problem {
    let problem = Problem::new(Code::Unauthenticated).detail(why);
    problem.header(
        WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer error=\"invalid_token\""),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_token_is_taken_whatever_the_case_of_the_scheme() {
        for value in ["Bearer abc", "bearer abc", "BEARER  abc", " Bearer abc "] {
            assert_eq!(bearer(&headers(&[value.as_bytes()])).unwrap(), "abc", "{value:?}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let refused: [&[&[u8]]; 7] = [
            &[],
            &[b""],
            &[b"abc"],
            &[b"Bearer"],
            &[b"Basic abc"],
            &[b"Bearer a\xffb"],
            &[b"Bearer abc", b"Bearer abc"],
        ];
        for values in refused {
            assert_eq!(
                bearer(&headers(values)).unwrap_err().code(),
                Code::Unauthenticated,
                "{values:?}"
            );
        }
    }
}
