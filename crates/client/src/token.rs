use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::error::{AnyError, Error};

type Fetching = Pin<Box<dyn Future<Output = Result<String, AnyError>> + Send>>;
type Fetch = Arc<dyn Fn() -> Fetching + Send + Sync>;

/// Where the bearer token comes from. Shows itself in no output.
#[derive(Clone)]
pub struct TokenSource(Kind);

#[derive(Clone)]
enum Kind {
    Fixed(Arc<str>),
    Fetched {
        fetch: Fetch,
        kept: Arc<Mutex<Option<Arc<str>>>>,
    },
}

impl TokenSource {
    /// Fetches a token when the first is needed, and another one when the service takes it no longer (401).
    pub fn fetched<F, T, E>(fetch: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<AnyError>,
    {
        let boxed = move || -> Fetching {
            let fetching = fetch();
            Box::pin(async move { fetching.await.map_err(Into::into) })
        };
        Self(Kind::Fetched {
            fetch: Arc::new(boxed),
            kept: Arc::default(),
        })
    }

    /// The token to show. Of those who need one at once, one fetches it for all.
    pub(crate) async fn token(&self) -> Result<Arc<str>, Error> {
        match &self.0 {
            Kind::Fixed(token) => Ok(Arc::clone(token)),
            Kind::Fetched { fetch, kept } => {
                let mut kept = kept.lock().await;
                if let Some(token) = &*kept {
                    return Ok(Arc::clone(token));
                }
                let token = Arc::<str>::from(fetch().await.map_err(Error::Token)?);
                *kept = Some(Arc::clone(&token));
                Ok(token)
            }
        }
    }

    /// The service takes this one no longer. Whether there may be another one.
    pub(crate) async fn refused(&self, token: &str) -> bool {
        let Kind::Fetched { kept, .. } = &self.0 else {
            return false;
        };
        let mut kept = kept.lock().await;
        if kept.as_deref() == Some(token) {
            *kept = None;
        }
        true
    }
}

impl From<&str> for TokenSource {
    fn from(token: &str) -> Self {
        Self(Kind::Fixed(token.into()))
    }
}

impl From<String> for TokenSource {
    fn from(token: String) -> Self {
        Self(Kind::Fixed(token.into()))
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSource(hidden)")
    }
}
