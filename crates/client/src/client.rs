use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;
use hyper::header::HeaderValue;

use crate::call::Call;
use crate::error::Error;
use crate::retries::Retries;
use crate::sources::{Sources, System};
use crate::token::TokenSource;
use crate::transport::{Reply, Transport, connect};

/// One service, as one caller sees it. A copy costs nothing, and shares the connections.
#[derive(Clone)]
pub struct Client(Arc<Transport>);

impl Client {
    /// A client of the service at this address, such as `https://tenantry.example.com`.
    pub fn builder(base_url: impl Into<String>) -> Builder {
        Builder {
            base_url: base_url.into(),
            token: None,
            user_agent: concat!("tenantry-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_secs(45),
            deadline: Duration::from_secs(90),
            retries: Retries::default(),
            sources: Arc::new(System::start()),
        }
    }

    /// A key for a request that is to be done once.
    pub(crate) fn fresh_key(&self) -> String {
        self.0.sources.fresh().to_string()
    }

    pub(crate) async fn send(&self, call: &Call) -> Result<Reply, Error> {
        self.0.send(call).await
    }

    pub(crate) async fn sleep(&self, time: Duration) {
        self.0.sources.sleep(time).await;
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base)
            .finish_non_exhaustive()
    }
}

/// What a client is to be.
#[must_use = "a builder does nothing until it builds"]
pub struct Builder {
    base_url: String,
    token: Option<TokenSource>,
    user_agent: String,
    timeout: Duration,
    deadline: Duration,
    retries: Retries,
    sources: Arc<dyn Sources>,
}

impl Builder {
    /// Who calls. Without it, nobody in particular.
    pub fn token(self, token: impl Into<TokenSource>) -> Self {
        Self {
            token: Some(token.into()),
            ..self
        }
    }

    /// How long one attempt may take: 45 s unless said otherwise, which is a little more than the service takes before it gives up.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How long all attempts of a request may take together, pauses included: 90 s unless said otherwise.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// How often a request is sent again.
    pub fn retries(self, retries: Retries) -> Self {
        Self { retries, ..self }
    }

    /// How the client introduces itself.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        Self {
            user_agent: user_agent.into(),
            ..self
        }
    }

    /// Another time and another chance.
    #[cfg(test)]
    pub(crate) fn sources(self, sources: impl Sources + 'static) -> Self {
        Self {
            sources: Arc::new(sources),
            ..self
        }
    }

    /// The client. Nothing is sent yet.
    pub fn build(self) -> Result<Client, Error> {
        let wrong = |error: &str| Error::Encoding(error.into());
        let base = self.base_url.trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().map_err(|_| wrong("the base URL is not a URL"))?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| ["http", "https"].contains(scheme));
        let scheme = scheme.ok_or_else(|| wrong("the base URL is neither http nor https"))?;
        Ok(Client(Arc::new(Transport {
            connection: connect(scheme)?,
            token: self.token,
            user_agent: HeaderValue::from_str(&self.user_agent)
                .map_err(|error| Error::Encoding(error.into()))?,
            timeout: self.timeout,
            deadline: self.deadline,
            retries: self.retries,
            sources: self.sources,
            base,
        })))
    }
}
