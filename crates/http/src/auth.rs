//! Who calls: the port that turns a bearer token into a caller, and how the token is taken from a request.

use std::future::Future;
use std::pin::Pin;

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpMessage, HttpRequest};
use tenantry_application::Actor;

use crate::problem::{Code, Dialect, Problem};
use crate::state::Api;

/// The answer to a token, when it is there.
pub type Authentication<'a> = Pin<Box<dyn Future<Output = Result<Caller, AuthRefused>> + Send + 'a>>;

/// Knows callers by their tokens.
pub trait Authenticator: Send + Sync {
    /// Who sent this bearer token, when that was found out a moment ago and still holds: it costs next to nothing.
    fn recall(&self, bearer: &str) -> Option<Caller>;

    /// Whether this bearer token was found good before, however long ago, and has not expired: it is not somebody's guess.
    fn was_good(&self, bearer: &str) -> bool;

    /// Who sent this bearer token.
    fn authenticate<'a>(&'a self, bearer: &'a str) -> Authentication<'a>;
}

/// Somebody who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// By what they are known.
    pub credential: Credential,
}

/// By what a caller is known; rates are limited by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What it is.
    pub kind: CredentialKind,
    /// Whose it is, unique among those of its kind. No secret.
    pub holder: String,
}

/// Kinds of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A token of the service's own issuer.
    LocalToken,
    /// A token of another issuer.
    IssuerToken,
    /// An API credential of a team.
    TeamCredential,
    /// An API key of a person.
    UserKey,
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

/// The caller of a request, within their rate. How they stand is left with the request, for its answer.
pub(crate) async fn authenticate(api: &Api, request: &HttpRequest) -> Result<Actor, Problem> {
    let token = shown(Dialect::of(request.match_info().as_str()), request.headers())?;
    let caller = match api.authenticator.recall(token) {
        Some(caller) => caller,
        None => examine(api, request, token).await?,
    };
    if let Some(standing) = api.rate_limiters.admit(&caller.credential)? {
        request.extensions_mut().insert(standing);
    }
    Ok(caller.actor)
}

/// Looks at a token that is not known now, unless it may be a guess and too many from there were bad.
async fn examine(api: &Api, request: &HttpRequest, token: &str) -> Result<Caller, Problem> {
    let client = api.proxies.client_of(request);
    if !api.authenticator.was_good(token) {
        api.rate_limiters.check_address(client)?;
    }
    let outcome = api
        .executor
        .wait_for(api.authenticator.authenticate(token))
        .await?;
    match outcome {
        Ok(caller) => Ok(caller),
        Err(AuthRefused::Invalid(why)) => {
            api.rate_limiters.note_failure(client)?;
            Err(invalid_token(&why))
        }
        Err(refused @ AuthRefused::Unavailable) => Err(Problem::new(Code::Unavailable).caused_by(&refused)),
    }
}

/// What the caller shows: a bearer token, or, under `/v1`, a token or key alone.
fn shown(dialect: Dialect, headers: &HeaderMap) -> Result<&str, Problem> {
    match (dialect, authorization(headers)?) {
        (Dialect::V1, alone) if !alone.is_empty() && !alone.contains(' ') => Ok(alone),
        _ => bearer(headers),
    }
}

/// The token of an `Authorization: Bearer` header, of which there must be one.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    match authorization(headers)?.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim_start()),
        _ => Err(no_token()),
    }
}

/// The header `Authorization`, of which there must be one.
fn authorization(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or_else(no_token)?;
    if values.next().is_some() {
        return Err(invalid_token("the header Authorization is given twice"));
    }
    let text = value
        .to_str()
        .map_err(|_| invalid_token("the header Authorization is not ASCII"))?;
    Ok(text.trim())
}

fn no_token() -> Problem {
    let problem = Problem::new(Code::Unauthenticated)
        .detail("a token or an API key is needed in the header Authorization");
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
    fn a_key_alone_is_enough_under_v1() {
        for value in ["abc", " abc ", "Bearer abc"] {
            let headers = headers(&[value.as_bytes()]);
            assert_eq!(shown(Dialect::V1, &headers).unwrap(), "abc", "{value:?}");
        }
        for value in ["", "Basic abc", "abc def"] {
            let headers = headers(&[value.as_bytes()]);
            assert_eq!(
                shown(Dialect::V1, &headers).unwrap_err().code(),
                Code::Unauthenticated,
                "{value:?}"
            );
        }
        assert!(shown(Dialect::Own, &headers(&[b"abc"])).is_err());
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
