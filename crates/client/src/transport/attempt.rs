use std::time::Duration;

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper_util::client::legacy::Error as ConnectionError;

use super::Transport;
use crate::call::Call;
use crate::error::Error;
use crate::problem::{Code, Problem};

/// What the service answered, when it did what was asked.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: StatusCode,
    headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    /// What is answered when there is nothing to say.
    pub fn nothing() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// A header that is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// An attempt that led to nothing.
#[derive(Debug)]
pub(super) struct Failed {
    pub error: Error,
    pub was_done: WasDone,
    /// How long the service wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// Whether what was asked for was done, as far as an attempt can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WasDone {
    /// No, and another attempt may do it.
    No,
    /// Nobody knows, and another attempt may do it.
    Maybe,
    /// No, and it will not be.
    Refused,
}

impl Failed {
    fn is_unauthenticated(&self) -> bool {
        self.error.status() == Some(StatusCode::UNAUTHORIZED.as_u16())
    }

    fn refused(reply: &Reply) -> Self {
        let status = reply.status.as_u16();
        let error = serde_json::from_slice::<Problem>(&reply.body)
            .map_or(Error::Refused { status }, |problem| {
                Error::Problem(Box::new(problem))
            });
        let was_done = match status {
            _ if error.code() == Some(&Code::IdempotencyInFlight) => WasDone::Maybe,
            408 | 429 => WasDone::No,
            502..=504 => WasDone::Maybe,
            _ => WasDone::Refused,
        };
        Self {
            error,
            was_done,
            retry_after: retry_after(reply),
        }
    }

    fn lost(error: ConnectionError) -> Self {
        let was_done = if error.is_connect() {
            WasDone::No
        } else {
            WasDone::Maybe
        };
        Self::unanswered(Error::Transport(error.into()), was_done)
    }

    const fn unanswered(error: Error, was_done: WasDone) -> Self {
        Self {
            error,
            was_done,
            retry_after: None,
        }
    }
}

/// It was never sent.
impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::unanswered(error, WasDone::Refused)
    }
}

impl Transport {
    /// Sends a request once; or twice, when the service does not take the token that we had.
    pub(super) async fn attempt(&self, call: &Call, left: Duration) -> Result<Reply, Failed> {
        let time = self.timeout.min(left);
        let late = |_| Failed::unanswered(Error::Timeout(time), WasDone::Maybe);
        let exchange = async {
            let Some(source) = &self.token else {
                return self.exchange(call, None).await;
            };
            let token = source.token().await?;
            match self.exchange(call, Some(&token)).await {
                Err(failed) if failed.is_unauthenticated() && source.refused(&token).await => {
                    self.exchange(call, Some(&source.token().await?)).await
                }
                answered => answered,
            }
        };
        tokio::time::timeout(time, exchange).await.map_err(late)?
    }

    async fn exchange(&self, call: &Call, token: Option<&str>) -> Result<Reply, Failed> {
        let mut request = call.request(&self.base)?;
        request.headers_mut().insert(USER_AGENT, self.user_agent.clone());
        if let Some(token) = token {
            request.headers_mut().insert(AUTHORIZATION, bearer(token)?);
        }
        let response = self.connection.request(request).await.map_err(Failed::lost)?;
        let (head, body) = response.into_parts();
        let cut = |error: hyper::Error| Failed::unanswered(Error::Transport(error.into()), WasDone::Maybe);
        let reply = Reply {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.map_err(cut)?.to_bytes(),
        };
        if reply.status.as_u16() < 400 {
            Ok(reply)
        } else {
            Err(Failed::refused(&reply))
        }
    }
}

fn bearer(token: &str) -> Result<HeaderValue, Error> {
    let value = HeaderValue::from_str(&format!("Bearer {token}"));
    let mut value = value.map_err(|error| Error::Encoding(error.into()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Seconds, or a date (RFC 9110, section 10.2.3): as long after the answer's own date, so that our clock need not be right.
fn retry_after(reply: &Reply) -> Option<Duration> {
    let after = reply.header(&RETRY_AFTER)?;
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = httpdate::parse_http_date(reply.header(&DATE)?).ok()?;
    httpdate::parse_http_date(after).ok()?.duration_since(now).ok()
}
