mod client_types;
mod contract;
mod fakes;
mod gallery;
mod place;
mod reply;
mod scene;
mod store;

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::test::{TestRequest, init_service};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tenantry_application::ports::Clock;
use tenantry_application::{Parts, Settings, Tenantry};
use tenantry_domain::billing::BillingEnforcement;
use tenantry_http::{
    AllowedOrigins, Grouping, Guards, Interface, Lanes, PoolUse, RateLimits, Scrapers, Services, StoreUse,
    TrustedProxies,
};
use tenantry_persistence::{Options, open};

pub use client_types::has_row;
use gallery::Gallery;

pub use contract::{DOCUMENT, Operation, followed, operations};
pub use fakes::{Ids, PUBLIC_URL, Switches};
pub use place::Place;
pub use reply::{Reply, keys};
pub use store::Traced;

/// A picture of one pixel.
pub const PICTURE: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A data URI.
pub fn inline(media_type: &str, file: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(file))
}

/// What the store is said to do.
const POOL: PoolUse = PoolUse {
    name: "readers",
    size: 4,
    used: 1,
    idle: 2,
};

/// No limit, so that tests of other things can send what they like.
fn guards(switches: &Arc<Switches>) -> Guards {
    let switches = Arc::clone(switches);
    Guards {
        rate_limits: RateLimits {
            local_tokens: None,
            issuer_tokens: None,
            api_keys: None,
            failed_authentications: None,
        },
        uptime: Arc::new(move || switches.uptime()),
        proxies: TrustedProxies::default(),
        origins: AllowedOrigins::default(),
        body_timeout: Duration::from_mins(1),
    }
}

/// An application on a database of its own, with some people and machines.
pub struct World {
    pub switches: Arc<Switches>,
    pub trace: Traced,
    pub interface: Interface,
    people: fakes::People,
    gallery: Gallery,
    app: App,
}

type Served =
    Pin<Box<dyn Future<Output = (Method, String, Result<ServiceResponse<BoxBody>, actix_web::Error>)>>>;
type App = Box<dyn Fn(TestRequest) -> Served>;

impl World {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    /// Without billing, so that organizations and charges need no subscription.
    pub async fn without_billing() -> Self {
        Self::with(Settings {
            enforcement: BillingEnforcement::Off,
            ..Settings::default()
        })
        .await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::shaped(settings, |_| {}).await
    }

    /// With something else around it.
    pub async fn guarded(change: impl FnOnce(&mut Services)) -> Self {
        Self::shaped(Settings::default(), change).await
    }

    async fn shaped(settings: Settings, change: impl FnOnce(&mut Services)) -> Self {
        let store = open("sqlite://:memory:", &Options::default()).unwrap();
        let trace = Traced::new(store);
        let switches = Arc::new(Switches::default());
        let ids = Arc::new(Ids::default());
        let gallery = Gallery::new();
        let tenantry = Tenantry::new(Parts {
            store: Arc::new(trace.clone()),
            clock: switches.clone(),
            ids: ids.clone(),
            secrets: ids.clone(),
            payments: switches.clone(),
            pictures: Arc::new(gallery.host()),
            licenses: switches.clone(),
            settings,
        });
        let people = fakes::People::arrive(&tenantry);
        let ready = {
            let switches = Arc::clone(&switches);
            Arc::new(move || !switches.is_away())
        };
        let retries = {
            let tenantry = tenantry.clone();
            move || tenantry.retries()
        };
        let mut services = Services {
            guards: guards(&switches),
            tenantry,
            authenticator: Arc::new(people.clone()),
            ids,
            public_url: format!("{PUBLIC_URL}/"),
            lanes: Lanes {
                reads: 2,
                writes: 1,
                hosting: 1,
                serving: 1,
                wait: Duration::from_millis(500),
                work: Duration::from_mins(1),
            },
            grouping: Grouping {
                groups: 1,
                size: 256,
                wait: Duration::from_micros(500),
                queue: 64,
            },
            ready,
            started: switches.now(),
            store_use: Arc::new(move || StoreUse {
                pools: vec![POOL],
                retries: retries(),
            }),
            scrapers: Scrapers::Anybody,
        };
        change(&mut services);
        let interface = Interface::new(services);
        let app = Self::boxed(&interface).await;
        Self {
            switches,
            trace,
            interface,
            people,
            gallery,
            app,
        }
    }

    async fn boxed(interface: &Interface) -> App {
        let service = Rc::new(init_service(interface.app()).await);
        Box::new(move |request| {
            let (service, request) = (Rc::clone(&service), request.to_request());
            let (method, target) = (request.method().clone(), request.uri().to_string());
            Box::pin(async move { (method, target, service.call(request).await) })
        })
    }

    /// The user id of somebody.
    pub fn id_of(&self, who: &str) -> String {
        self.people.id_of(who)
    }

    /// Sends a request as it is; whoever it is from, and whatever it holds.
    pub async fn send(&self, request: TestRequest) -> Reply {
        let (method, target, outcome) = (self.app)(request).await;
        let response = match outcome {
            Ok(response) => response.into_parts().1,
            Err(error) => error.error_response(),
        };
        let reply = Reply::read(response).await;
        contract::check(&method, &target, &reply);
        reply
    }

    /// Sends a request by somebody, or by nobody when the name is empty.
    pub async fn call(&self, who: &str, method: Method, target: &str, body: Option<&Value>) -> Reply {
        self.call_with(&[], who, method, target, body).await
    }

    /// The same, with more headers.
    pub async fn call_with(
        &self,
        headers: &[(&'static str, &str)],
        who: &str,
        method: Method,
        target: &str,
        body: Option<&Value>,
    ) -> Reply {
        let mut request = TestRequest::default().method(method).uri(target);
        for header in headers {
            request = request.insert_header(*header);
        }
        if !who.is_empty() {
            request = request.insert_header((header::AUTHORIZATION, format!("Bearer {who}")));
        }
        if let Some(body) = body {
            request = request
                .insert_header(header::ContentType::json())
                .set_payload(body.to_string());
        }
        self.send(request).await
    }

    pub async fn get(&self, who: &str, target: &str) -> Reply {
        self.call(who, Method::GET, target, None).await
    }

    pub async fn post(&self, who: &str, target: &str, body: Value) -> Reply {
        self.call(who, Method::POST, target, Some(&body)).await
    }

    pub async fn put(&self, who: &str, target: &str, body: Value) -> Reply {
        self.call(who, Method::PUT, target, Some(&body)).await
    }

    pub async fn patch(&self, who: &str, target: &str, body: Value) -> Reply {
        self.call(who, Method::PATCH, target, Some(&body)).await
    }

    pub async fn delete(&self, who: &str, target: &str) -> Reply {
        self.call(who, Method::DELETE, target, None).await
    }
}
