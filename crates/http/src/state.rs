use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Data;
use futures_util::future::{Ready, ready};
use tenantry_application::ports::IdSource;
use tenantry_application::{Actor, Error, OrganizationView, Tenantry};
use tenantry_domain::{OrganizationId, WorkspaceId};

use crate::auth::Authenticator;
use crate::client::TrustedProxies;
use crate::deployment::Deployment;
use crate::executor::Executor;
use crate::gathering::Gathering;
use crate::ledger::Ledger;
use crate::metrics::{Metrics, Scrapers};
use crate::middleware::AllowedOrigins;
use crate::openapi::Published;
use crate::problem::{Code, Problem};
use crate::rate_limit::RateLimiters;
use crate::routing::Places;

/// What every handler has at hand.
pub(crate) struct State {
    /// The use cases.
    pub tenantry: Tenantry,
    /// Who callers are.
    pub authenticator: Arc<dyn Authenticator>,
    /// Fresh ids, for requests that bring none.
    pub ids: Arc<dyn IdSource>,
    /// What resources look different by.
    pub deployment: Arc<Deployment>,
    /// Whether the store answers.
    pub ready: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Where use cases run.
    pub executor: Executor,
    /// Where requests about the ledger are decided.
    pub ledger: Ledger,
    /// Organizations that are looked at at the same time.
    pub organizations: Gathering<(Actor, WorkspaceId, OrganizationId), Option<OrganizationView>>,
    /// What operators watch.
    pub metrics: Metrics,
    /// Who may read it.
    pub scrapers: Scrapers,
    /// How often callers may call.
    pub rate_limiters: RateLimiters,
    /// Whose word about their own callers counts.
    pub proxies: TrustedProxies,
    /// Whose pages may call.
    pub origins: AllowedOrigins,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
    /// The headers of every answer that does not say otherwise.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Where requests lead.
    pub places: Places,
    /// What callers are told about the interface.
    pub published: Published,
}

/// A handler's share of the [`State`].
#[derive(Clone)]
pub(crate) struct Api(Data<State>);

#[derive(Debug, thiserror::Error)]
#[error("the application has no state")]
struct NoState;

impl Api {
    /// The state of the application that serves this request.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request.app_data::<Data<State>>().cloned();
        state
            .map(Self)
            .ok_or_else(|| Problem::new(Code::InternalError).caused_by(&NoState))
    }

    /// Runs a use case that reads.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tenantry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let tenantry = self.tenantry.clone();
        Ok(self.executor.read(move || work(&tenantry)).await??)
    }

    /// One organization, looked at together with others that are at the same time.
    pub async fn organization(
        &self,
        asked: (Actor, WorkspaceId, OrganizationId),
    ) -> Result<OrganizationView, Problem> {
        let seen = self.organizations.ask(&self.executor, asked.clone()).await?;
        if let Some(view) = seen.flatten() {
            return Ok(view);
        }
        let (actor, workspace, id) = asked;
        self.read(move |tenantry| tenantry.organization(&actor, workspace, id))
            .await
    }

    /// Runs a use case that may write.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tenantry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let tenantry = self.tenantry.clone();
        Ok(self.executor.write(move || work(&tenantry)).await??)
    }
}

impl Deref for Api {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl From<Data<State>> for Api {
    fn from(state: Data<State>) -> Self {
        Self(state)
    }
}

impl FromRequest for Api {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
