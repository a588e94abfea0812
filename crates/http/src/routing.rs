//! Which handler takes a request. The framework's own table tries a regular expression for each route, one after the other, and each worker has its own
//! (`docs/adr/0041`); here all paths are in one tree, which the workers share.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse, always_ready};
use actix_web::http::Method;
use actix_web::{Error, FromRequest, Handler, HttpMessage, Responder, Route, web};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, try_join_all};
use utoipa::openapi::HttpMethod;

/// Where the page lies that browses the document: a file without a name.
const UNNAMED: (&str, &str) = ("/docs/", "/docs/{file}");

/// An address of the interface.
#[derive(Debug)]
pub(crate) struct Place {
    /// Its pattern, such as `/workspaces/{workspace_id}`.
    pub pattern: String,
    /// What may be asked of it.
    pub methods: Vec<Method>,
}

/// Every address of the interface.
pub(crate) struct Places(matchit::Router<Arc<Place>>);

impl Places {
    /// Those that these routes have.
    #[expect(
        clippy::expect_used,
        reason = "the paths stand in this crate, and whatever starts it, tests included, adds them all"
    )]
    pub fn of(routes: &Routes) -> Self {
        let mut methods: BTreeMap<&str, Vec<&Method>> = BTreeMap::new();
        for (pattern, method, _) in &routes.routes {
            methods.entry(pattern).or_default().push(method);
        }
        let mut places = matchit::Router::new();
        for (pattern, methods) in methods {
            let place = Arc::new(Place {
                pattern: pattern.to_owned(),
                methods: told(&methods),
            });
            if pattern == UNNAMED.1 {
                places
                    .insert(UNNAMED.0, Arc::clone(&place))
                    .expect("paths differ");
            }
            places.insert(pattern, place).expect("paths differ");
        }
        Self(places)
    }

    /// The address of this path. A literal part goes before one to fill in: `/organizations/usage.csv` is no organization, whatever is asked of it.
    pub fn at(&self, path: &str) -> Option<Arc<Place>> {
        self.0.at(path).ok().map(|found| Arc::clone(found.value))
    }
}

/// These methods in the order in which they are told. Whatever can be read can be asked for without its body.
fn told(taken: &[&Method]) -> Vec<Method> {
    let all = [
        (Method::GET, Method::GET),
        (Method::HEAD, Method::GET),
        (Method::PUT, Method::PUT),
        (Method::POST, Method::POST),
        (Method::DELETE, Method::DELETE),
        (Method::PATCH, Method::PATCH),
    ];
    all.into_iter()
        .filter(|(_, needed)| taken.contains(&needed))
        .map(|(method, _)| method)
        .collect()
}

/// Every route with its handler, and what answers where there is none. A request is taken to the [`Place`] that was left with it.
pub(crate) struct Routes {
    routes: Vec<(String, Method, Route)>,
    otherwise: Route,
}

impl Routes {
    /// None yet but this handler.
    pub fn otherwise<A: FromRequest + 'static, H: Handler<A>>(handler: H) -> Self
    where
        H::Output: Responder + 'static,
    {
        Self {
            routes: Vec::new(),
            otherwise: web::to(handler),
        }
    }

    /// Adds a handler where the document has it.
    pub fn add<P: utoipa::Path, A: FromRequest + 'static, H: Handler<A>>(&mut self, _: &P, handler: &H)
    where
        H::Output: Responder + 'static,
    {
        for method in P::methods() {
            let route = web::to(handler.clone());
            self.routes.push((P::path(), method_of(&method), route));
        }
    }
}

fn method_of(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

type RouteService = <Route as ServiceFactory<ServiceRequest>>::Service;

/// The handlers of one worker, by the patterns of their places.
pub(crate) struct Handlers {
    handlers: HashMap<String, Vec<(Method, RouteService)>>,
    otherwise: RouteService,
}

impl ServiceFactory<ServiceRequest> for Routes {
    type Response = ServiceResponse;
    type Error = Error;
    type Config = ();
    type Service = Handlers;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Handlers, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let services = self.routes.iter().map(|(pattern, method, route)| {
            let (pattern, method) = (pattern.clone(), method.clone());
            route
                .new_service(())
                .map(|service| service.map(|service| (pattern, method, service)))
        });
        let (services, otherwise) = (try_join_all(services), self.otherwise.new_service(()));
        async move {
            let mut handlers: HashMap<String, Vec<_>> = HashMap::new();
            for (pattern, method, service) in services.await? {
                handlers.entry(pattern).or_default().push((method, service));
            }
            let otherwise = otherwise.await?;
            Ok(Handlers { handlers, otherwise })
        }
        .boxed_local()
    }
}

impl Handlers {
    fn of(&self, request: &ServiceRequest) -> Option<&RouteService> {
        let extensions = request.extensions();
        let here = self.handlers.get(&extensions.get::<Arc<Place>>()?.pattern)?;
        let (_, handler) = here.iter().find(|(method, _)| method == request.method())?;
        Some(handler)
    }
}

impl Service<ServiceRequest> for Handlers {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<ServiceResponse, Error>>;

    always_ready!();

    fn call(&self, request: ServiceRequest) -> Self::Future {
        self.of(&request).unwrap_or(&self.otherwise).call(request)
    }
}
