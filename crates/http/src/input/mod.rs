//! What handlers are called with: read from a request in one fixed order, so that who asks is known before anything else is looked at.

mod body;
mod conditions;
mod fault;
mod json;
mod path;
pub(crate) mod pointer;
mod query;
mod tree;

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{FutureExt, LocalBoxFuture};
use tenantry_application::{Actor, Error, Tenantry};

pub(crate) use body::{Body, BodyInput, Json};
pub(crate) use conditions::Conditions;
pub(crate) use path::{PathInput, segment};
pub(crate) use query::{Pairs, QueryInput};

use crate::auth;
use crate::problem::{Code, Problem};
use crate::span::note_actor;
use crate::state::Api;

/// A request by anybody: path, then query, then body. `()` stands for none.
pub(crate) struct Input<P = (), Q = (), B: BodyInput = ()> {
    /// What the path names.
    pub path: P,
    /// What the query asks for.
    pub query: Q,
    /// What the body says.
    pub body: B::Value,
    /// What it says about being sent again, and about what its caller has seen.
    pub conditions: Conditions,
}

/// Who is let in before anything but their token is looked at.
pub(crate) trait Door {
    /// Lets them in.
    fn check(tenantry: &Tenantry, actor: &Actor) -> Result<(), Error>;
}

/// Everybody who is known.
pub(crate) struct Known;

impl Door for Known {
    fn check(_: &Tenantry, _: &Actor) -> Result<(), Error> {
        Ok(())
    }
}

/// A request by somebody who is known: the token first, then the rest.
pub(crate) struct Call<P = (), Q = (), B: BodyInput = (), D: Door = Known> {
    /// Who asks.
    pub actor: Actor,
    /// What the path names.
    pub path: P,
    /// What the query asks for.
    pub query: Q,
    /// What the body says.
    pub body: B::Value,
    /// What it says about being sent again, and about what its caller has seen.
    pub conditions: Conditions,
    door: PhantomData<D>,
}

async fn read<P: PathInput, Q: QueryInput, B: BodyInput>(
    api: &Api,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Input<P, Q, B>, Problem> {
    let path = P::read(api, request)?;
    let query = Pairs::of(request.query_string())?.finish()?;
    let bytes = tokio::time::timeout(api.body_timeout, B::collect(request, payload)).await;
    let bytes = bytes.unwrap_or_else(|_| Err(Problem::new(Code::RequestTimeout)))?;
    let conditions = Conditions::of(request, &bytes)?;
    Ok(Input {
        path,
        query,
        body: B::read(api, &bytes)?,
        conditions,
    })
}

impl<P: PathInput, Q: QueryInput, B: BodyInput> FromRequest for Input<P, Q, B> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        async move { read(&Api::of(&request)?, &request, payload).await }.boxed_local()
    }
}

impl<P: PathInput, Q: QueryInput, B: BodyInput, D: Door> FromRequest for Call<P, Q, B, D> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        async move {
            let api = Api::of(&request)?;
            let actor = auth::authenticate(&api, &request).await?;
            note_actor(&request, &actor);
            D::check(&api.tenantry, &actor)?;
            let Input {
                path,
                query,
                body,
                conditions,
            } = read::<P, Q, B>(&api, &request, payload).await?;
            Ok(Self {
                actor,
                path,
                query,
                body,
                conditions,
                door: PhantomData,
            })
        }
        .boxed_local()
    }
}
