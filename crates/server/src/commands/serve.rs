//! `tenantry serve`

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::middleware::{Condition, from_fn};
use actix_web::rt::signal::unix::Signal;
use socket2::SockRef;
use tenantry_application::Tenantry;
use tenantry_application::ports::Clock;
use tenantry_domain::meter::InvalidMeters;
use tenantry_http::{Grouping, Interface, Lanes, PoolUse, Scrapers, Services, StoreUse};
use tenantry_persistence::{self as persistence, MigratableStore, SchemaPolicy, SetupError};

use crate::auth::{LocalIssuer, LocalIssuerError, Verifier};
use crate::config::{MailTransport, MetricsSettings, Settings};
use crate::courier::{self, Courier};
use crate::doorkeeper::Doorkeeper;
use crate::endings::{Endings, Leaving};
use crate::files;
use crate::guards::guards;
use crate::hosting::{HostingError, pictures};
use crate::licensing::{self, Lookout, watch};
use crate::mailing::{MailerError, mailer};
use crate::sources::{FreshIds, SystemClock};
use crate::sweeper;
use crate::telemetry::{self, TelemetryError, continue_trace};
use crate::wiring::{open_store, tenantry};

/// How long requests in flight may take to end once the service was asked to stop, in seconds.
const GRACE: u64 = 30;

/// Pictures that are fetched and made anew at once. What decoding them takes is bounded by this.
const HOSTING: usize = 4;
/// Hosted pictures that are read at once.
const SERVING: usize = 8;

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Logging cannot be set up.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The database does not open.
    #[error("cannot open the database")]
    Store(#[from] SetupError),
    /// The meters are none.
    #[error(transparent)]
    Meters(#[from] InvalidMeters),
    /// The local issuer's key cannot be used.
    #[error(transparent)]
    Issuer(#[from] LocalIssuerError),
    /// SIGHUP cannot be heard.
    #[error("cannot listen for SIGHUP")]
    Signals(#[source] io::Error),
    /// Pictures cannot be hosted.
    #[error("cannot host pictures")]
    Pictures(#[from] HostingError),
    /// No mail can leave.
    #[error("cannot send mail")]
    Mailer(#[from] MailerError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; set http.host and http.port")]
    Listen {
        /// Host and port.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// It ended by itself.
    #[error("the service ended")]
    Ended(#[source] io::Error),
}

/// Serves until the process is told to stop, then finishes what is in flight.
///
/// # Errors
/// Every [`ServeError`].
pub fn run(settings: &Settings) -> Result<(), ServeError> {
    let _telemetry = telemetry::init(settings)?;
    let schema = if settings.database.migrate_on_start {
        SchemaPolicy::Migrate
    } else {
        SchemaPolicy::Require
    };
    files::allow_for(settings.http.max_connections);
    let system = actix_web::rt::System::new();
    let hangups = system
        .block_on(async { licensing::hangups() })
        .map_err(ServeError::Signals)?;
    let store = open_store(&settings.database, schema)?;
    system.block_on(listen(settings, store, hangups))
}

async fn listen(
    settings: &Settings,
    store: Arc<dyn MigratableStore>,
    hangups: Signal,
) -> Result<(), ServeError> {
    let (host, port) = (settings.http.host.as_str(), settings.http.port);
    let listener = std::net::TcpListener::bind((host, port)).map_err(|source| ServeError::Listen {
        address: format!("{host}:{port}"),
        source,
    })?;
    // The standard library asks for a short queue; the second call replaces it.
    let socket = SockRef::from(&listener);
    socket
        .listen(settings.http.backlog.into())
        .map_err(ServeError::Ended)?;
    // What the listening socket has, every connection gets.
    #[cfg(target_os = "linux")]
    socket
        .set_tcp_user_timeout(Some(Duration::from_millis(settings.http.unread_timeout_ms)))
        .map_err(ServeError::Ended)?;
    let bound = listener.local_addr().map_err(ServeError::Ended)?.port();
    let base = settings.http.base_url(bound);
    let mut lookout = Lookout::new(&settings.license, Arc::new(SystemClock::start()));
    lookout.look().news.tell();
    let tenantry = tenantry(
        settings,
        store.clone(),
        pictures(&settings.pictures)?,
        lookout.licenses(),
    )?;
    let services = services(settings, store, tenantry, base.clone())?;
    sweeper::start(&services.tenantry, Duration::MAX);
    actix_web::rt::spawn(watch(lookout, hangups, licensing::PERIOD));
    let mailer = mailer(&settings.mail, &base)?;
    let courier =
        Courier::start(services.tenantry.clone(), mailer, courier::PERIOD).map_err(ServeError::Ended)?;
    let leaving = Leaving::default();
    let interface = Interface::new(Services {
        ready: until(leaving.clone(), services.ready),
        ..services
    });
    let exports_traces = settings.otlp.endpoint.is_some();
    let http = &settings.http;
    let workers = http.workers.unwrap_or_else(cores);
    let endings = Endings::take().map_err(ServeError::Signals)?;
    let stays = leaving.clone();
    let server = HttpServer::new(move || {
        let leaving = stays.clone();
        interface
            .app()
            .wrap(from_fn(move |request, next| {
                leaving.clone().answer(request, next)
            }))
            .wrap(Condition::new(exports_traces, from_fn(continue_trace)))
    })
    .workers(workers)
    .max_connections(http.max_connections.div_ceil(workers))
    .client_request_timeout(Duration::from_millis(http.header_timeout_ms))
    .client_disconnect_timeout(Duration::from_millis(http.disconnect_timeout_ms))
    .keep_alive(Duration::from_millis(http.keep_alive_ms))
    .shutdown_timeout(GRACE)
    .disable_signals()
    .listen(listener)
    .map_err(ServeError::Ended)?;
    greet(settings, &base);
    let server = server.run();
    endings.end(&server.handle(), &leaving, Duration::from_millis(http.drain_ms));
    server.await.map_err(ServeError::Ended)?;
    courier.stop();
    tracing::info!("stopped");
    Ok(())
}

fn services(
    settings: &Settings,
    store: Arc<dyn MigratableStore>,
    tenantry: Tenantry,
    public_url: String,
) -> Result<Services, ServeError> {
    let local = if settings.auth.local_issuer {
        Some(LocalIssuer::open(&settings.data_dir)?)
    } else {
        None
    };
    let verifier = Verifier::new(
        local.as_ref(),
        &settings.auth.issuers,
        Arc::new(SystemClock::start()),
    );
    let concurrency = store.concurrency();
    let writes = lane(concurrency.writes);
    let groups = groups(writes);
    Ok(Services {
        started: Clock::now(&SystemClock::start()),
        store_use: store_use(store.clone(), tenantry.clone()),
        scrapers: scrapers(&settings.metrics),
        authenticator: Arc::new(Doorkeeper::new(verifier, tenantry.clone())),
        ids: Arc::new(FreshIds::default()),
        lanes: Lanes {
            reads: lane(concurrency.reads),
            writes: writes.saturating_sub(2 * groups).max(1),
            hosting: HOSTING,
            serving: SERVING,
            wait: Duration::from_millis(settings.database.acquire_timeout_ms),
            work: Duration::from_millis(settings.http.answer_timeout_ms),
        },
        grouping: Grouping {
            groups,
            size: settings.charges.group_size,
            wait: Duration::from_micros(settings.charges.group_wait_us),
            queue: settings.charges.queue,
        },
        guards: guards(settings),
        ready: Arc::new(move || store.pending_migrations().is_ok_and(|pending| pending.is_empty())),
        tenantry,
        public_url,
    })
}

/// A service that is about to end is not ready, whatever its database says.
fn until(
    leaving: Leaving,
    is_ready: Arc<dyn Fn() -> bool + Send + Sync>,
) -> Arc<dyn Fn() -> bool + Send + Sync> {
    Arc::new(move || !leaving.has_begun() && is_ready())
}

/// A quarter of the transactions that may write decide groups, and another quarter those groups that somebody is in the way of.
fn groups(writes: usize) -> usize {
    (writes / 4).max(1)
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn store_use(store: Arc<dyn MigratableStore>, tenantry: Tenantry) -> Arc<dyn Fn() -> StoreUse + Send + Sync> {
    let pool = |pool: persistence::PoolUse| PoolUse {
        name: pool.name,
        size: pool.size,
        used: pool.used,
        idle: pool.idle,
    };
    Arc::new(move || StoreUse {
        pools: store.connections().into_iter().map(pool).collect(),
        retries: tenantry.retries(),
    })
}

fn scrapers(settings: &MetricsSettings) -> Scrapers {
    match &settings.token {
        _ if !settings.enabled => Scrapers::Nobody,
        Some(token) => Scrapers::Bearers(token.expose().to_owned()),
        None => Scrapers::Anybody,
    }
}

fn lane(transactions: u32) -> usize {
    usize::try_from(transactions).unwrap_or(usize::MAX)
}

fn greet(settings: &Settings, base: &str) {
    tracing::info!("listening on {base} with data in {}", settings.data_dir.display());
    if settings.auth.local_issuer {
        let binary = std::env::args().next().unwrap_or_else(|| "tenantry".to_owned());
        tracing::info!("for a token, run: {binary} token --email you@example.com");
    }
    if let MailTransport::Outbox(directory) = &settings.mail.transport {
        tracing::info!("mail is not sent but written into {}", directory.display());
    }
    tracing::info!("to read and try the API, open {base}/docs");
}
