use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpMessage, HttpRequest, HttpResponse};
use tenantry_application::Tenantry;
use tenantry_application::ports::IdSource;
use tenantry_domain::Timestamp;

use crate::auth::Authenticator;
use crate::client::TrustedProxies;
use crate::deployment::Deployment;
use crate::executor::{Executor, Lanes};
use crate::gathering::Gathering;
use crate::ledger::{Grouping, Ledger, Patience};
use crate::metrics::{Metrics, Scrapers, StoreUse};
use crate::middleware::{self, AllowedOrigins, answer};
use crate::openapi::Published;
use crate::problem::{Code, Problem};
use crate::rate_limit::{RateLimiters, RateLimits, Uptime};
use crate::routes;
use crate::routing::{Place, Places, Routes};
use crate::state::{Api, State};

/// What the interface is made of.
pub struct Services {
    /// The use cases.
    pub tenantry: Tenantry,
    /// Who callers are.
    pub authenticator: Arc<dyn Authenticator>,
    /// Fresh ids, for requests that bring none.
    pub ids: Arc<dyn IdSource>,
    /// Where callers reach this service, such as `https://tenantry.example.com`.
    pub public_url: String,
    /// How many use cases run at once, over all workers.
    pub lanes: Lanes,
    /// How requests about the ledger are decided together, beside the lanes.
    pub grouping: Grouping,
    /// What keeps callers from harming one another.
    pub guards: Guards,
    /// Whether the store answers; asked by `/readyz`, on the lane of the reads.
    pub ready: Arc<dyn Fn() -> bool + Send + Sync>,
    /// When the process started.
    pub started: Timestamp,
    /// How the store is used; asked whenever somebody reads the metrics.
    pub store_use: Arc<dyn Fn() -> StoreUse + Send + Sync>,
    /// Who may read the metrics.
    pub scrapers: Scrapers,
}

/// What keeps callers from harming one another.
pub struct Guards {
    /// How often they may call.
    pub rate_limits: RateLimits,
    /// The clock by which rates are measured.
    pub uptime: Uptime,
    /// The proxies that say where requests come from.
    pub proxies: TrustedProxies,
    /// Whose pages may call.
    pub origins: AllowedOrigins,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
}

/// The interface. Cheap to clone; every worker of a server takes an [`app`](Self::app) of its own, and they share its lanes.
///
/// ```no_run
/// # fn services() -> tenantry_http::Services { unimplemented!() }
/// # async fn serve() -> std::io::Result<()> {
/// let interface = tenantry_http::Interface::new(services());
/// actix_web::HttpServer::new(move || interface.app()).bind("127.0.0.1:8080")?.run().await
/// # }
/// ```
#[derive(Clone)]
pub struct Interface {
    state: Data<State>,
}

impl Interface {
    /// Puts the parts together.
    pub fn new(services: Services) -> Self {
        let public_url = services.public_url.trim_end_matches('/').to_owned();
        let metrics = Metrics::new(services.started, services.store_use, services.tenantry.clone());
        let guards = services.guards;
        let headers = middleware::headers(&public_url);
        let patience = Patience {
            turn: services.lanes.wait,
            work: services.lanes.work,
        };
        let state = State {
            ledger: Ledger::new(
                &services.tenantry,
                services.grouping,
                patience,
                metrics.ledger.clone(),
            ),
            deployment: Arc::new(Deployment {
                meters: services.tenantry.settings().meters.clone(),
                public_url: public_url.clone(),
            }),
            organizations: {
                let tenantry = services.tenantry.clone();
                Gathering::new(move |asked: &[_]| tenantry.organizations_at_once(asked))
            },
            tenantry: services.tenantry,
            authenticator: services.authenticator,
            ids: services.ids,
            ready: services.ready,
            executor: Executor::new(services.lanes, &metrics.lanes),
            metrics,
            scrapers: services.scrapers,
            rate_limiters: RateLimiters::new(guards.rate_limits, &guards.uptime),
            proxies: guards.proxies,
            origins: guards.origins,
            body_timeout: guards.body_timeout,
            headers,
            places: Places::of(&every_route()),
            published: Published::at(public_url),
        };
        Self {
            state: Data::new(state),
        }
    }

    /// The application that serves it.
    pub fn app(
        &self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = actix_web::Error,
            InitError = (),
        > + use<>,
    > {
        App::new()
            .app_data(self.state.clone())
            .default_service(every_route())
            .wrap(from_fn(answer))
    }
}

fn every_route() -> Routes {
    let mut routes = Routes::otherwise(nowhere);
    routes::register(&mut routes);
    routes
}

/// Whatever no route takes: another method, a browser that asks which there are, or nothing at all.
async fn nowhere(api: Api, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let place = request.extensions().get::<Arc<Place>>().cloned();
    let methods = place.iter().flat_map(|place| &place.methods);
    let allowed: Vec<&str> = methods.map(Method::as_str).collect();
    match HeaderValue::from_str(&allowed.join(", ")) {
        Ok(allowed) if !allowed.is_empty() => api
            .origins
            .preflight(&request, &allowed)
            .ok_or_else(|| Problem::new(Code::MethodNotAllowed).header(ALLOW, allowed)),
        _ => Err(Problem::new(Code::RouteNotFound)),
    }
}
