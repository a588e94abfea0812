//! How handlers make, show, change and remove resources: once when the request has a key (R1), and only what its caller has seen when it
//! says so.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use serde::Serialize;
use tenantry_application::idempotency::{Once, WrittenAnswer};
use tenantry_application::precondition::Precondition;
use tenantry_application::{Error, Tenantry};

use crate::deployment::Deployment;
use crate::input::Conditions;
use crate::problem::{Code, Problem};
use crate::representation::{Representation, Resource};
use crate::state::Api;

/// Says that an answer is that of an earlier request.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(crate) type Answer = Result<HttpResponse, Problem>;

#[derive(Debug, thiserror::Error)]
#[error("an answer was kept that cannot be read")]
struct Unreadable;

fn tagged<R: Resource>(status: StatusCode, of: R::Of, deployment: &Deployment) -> Representation {
    Representation::tagged(status, &R::show(of, deployment))
}

impl Api {
    /// Makes a resource.
    pub async fn create<R: Resource>(
        &self,
        conditions: Conditions,
        work: impl FnOnce(&Tenantry, &Once<'_, R::Of>) -> Result<R::Of, Error> + Send + 'static,
    ) -> Answer {
        let present =
            |of: &R::Of, deployment: &Deployment| tagged::<R>(StatusCode::CREATED, of.clone(), deployment);
        self.once(conditions, present, work).await
    }

    /// Does something that a POST asks for, and keeps the answer when the request has a key.
    pub async fn once<T: Send + 'static>(
        &self,
        conditions: Conditions,
        present: impl Fn(&T, &Deployment) -> Representation + Send + 'static,
        work: impl FnOnce(&Tenantry, &Once<'_, T>) -> Result<T, Error> + Send + 'static,
    ) -> Answer {
        let free = |tenantry: &Tenantry, _: &Precondition<'_, T>, once: &Once<'_, T>| work(tenantry, once);
        let unseen = |_: &T| None;
        self.once_as_seen(conditions, (unseen, present), free).await
    }

    /// Answers a POST that only reads. Without a key nothing is written, and the lane of the reads is wider.
    pub async fn answer<T: Send + 'static>(
        &self,
        conditions: Conditions,
        present: impl Fn(&T, &Deployment) -> Representation + Send + 'static,
        work: impl FnOnce(&Tenantry, &Once<'_, T>) -> Result<T, Error> + Send + 'static,
    ) -> Answer {
        if conditions.key.is_some() {
            return self.once(conditions, present, work).await;
        }
        let answer = self
            .read(move |tenantry| work(tenantry, &Once::default()))
            .await?;
        Ok(present(&answer, &self.deployment).respond())
    }

    /// The same, when what it is done to, shown so, is as the caller expects.
    pub async fn once_as_seen<T: Send + 'static>(
        &self,
        conditions: Conditions,
        (seen, present): (
            impl Fn(&T) -> Option<Representation> + Send + 'static,
            impl Fn(&T, &Deployment) -> Representation + Send + 'static,
        ),
        work: impl FnOnce(&Tenantry, &Precondition<'_, T>, &Once<'_, T>) -> Result<T, Error> + Send + 'static,
    ) -> Answer {
        let (tenantry, deployment) = (self.tenantry.clone(), Arc::clone(&self.deployment));
        let run = move || {
            let write = |outcome: &T| present(outcome, &deployment).write();
            let once = Once::new(conditions.key.as_ref(), &write);
            let holds = |current: Option<&T>| {
                let current = current.and_then(&seen);
                conditions.allow_change(current.as_ref().and_then(Representation::tag))
            };
            let asked = conditions.guard_changes();
            let precondition = Precondition::new(if asked { Some(&holds) } else { None });
            work(&tenantry, &precondition, &once).map(|outcome| present(&outcome, &deployment))
        };
        match self.executor.write(run).await? {
            Ok(representation) => Ok(representation.respond()),
            Err(error) => not_done(error),
        }
    }

    /// Shows a resource, unless the caller has it.
    pub async fn show<R: Resource>(
        &self,
        conditions: Conditions,
        work: impl FnOnce(&Tenantry) -> Result<R::Of, Error> + Send + 'static,
    ) -> Answer {
        let of = self.read(work).await?;
        Ok(shown(&conditions, &R::show(of, &self.deployment)))
    }

    /// Changes a resource that is as its caller expects.
    pub async fn change<R: Resource>(
        &self,
        conditions: Conditions,
        work: impl FnOnce(&Tenantry, &Precondition<'_, R::Of>) -> Result<R::Of, Error> + Send + 'static,
    ) -> Answer {
        let of = self.guarded::<R, _>(conditions, work).await?;
        Ok(tagged::<R>(StatusCode::OK, of, &self.deployment).respond())
    }

    /// Removes a resource that is as its caller expects.
    pub async fn remove<R: Resource>(
        &self,
        conditions: Conditions,
        work: impl FnOnce(&Tenantry, &Precondition<'_, R::Of>) -> Result<(), Error> + Send + 'static,
    ) -> Answer {
        self.guarded::<R, _>(conditions, work).await?;
        Ok(HttpResponse::NoContent().finish())
    }

    /// Runs a use case that is asked, within its transaction, whether the resource is as its caller expects.
    pub async fn guarded<R: Resource, T: Send + 'static>(
        &self,
        conditions: Conditions,
        work: impl FnOnce(&Tenantry, &Precondition<'_, R::Of>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let deployment = Arc::clone(&self.deployment);
        self.write(move |tenantry| {
            let holds = |current: Option<&R::Of>| {
                let current = current.map(|of| tagged::<R>(StatusCode::OK, of.clone(), &deployment));
                conditions.allow_change(current.as_ref().and_then(Representation::tag))
            };
            let asked = conditions.guard_changes();
            work(
                tenantry,
                &Precondition::new(if asked { Some(&holds) } else { None }),
            )
        })
        .await
    }
}

/// Something that is shown at an address of its own, unless the caller has it.
pub(crate) fn shown(conditions: &Conditions, shown: &impl Serialize) -> HttpResponse {
    answered(conditions, Representation::tagged(StatusCode::OK, shown))
}

/// The same of what is written already.
pub(crate) fn answered(conditions: &Conditions, representation: Representation) -> HttpResponse {
    if representation.tag().is_some_and(|tag| conditions.has(tag)) {
        representation.not_modified()
    } else {
        representation.respond()
    }
}

/// The answer to a request that does nothing: why not, or that it was done before.
pub(crate) fn not_done(error: Error) -> Answer {
    match error {
        Error::DoneBefore(answer) => replay(&answer),
        error => Err(error.into()),
    }
}

fn replay(answer: &WrittenAnswer) -> Answer {
    let representation = Representation::read(answer)
        .ok_or_else(|| Problem::new(Code::InternalError).caused_by(&Unreadable))?;
    let mut response = representation.respond();
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
