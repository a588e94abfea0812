use std::marker::PhantomData;
use std::pin::Pin;

use hyper::Method;
use hyper::header::{ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::{Call, IDEMPOTENCY_KEY};
use crate::client::Client;
use crate::error::Error;
use crate::tagged::Tagged;
use crate::transport::Reply;
use crate::{Code, ETag};

/// A request that is sent when it is awaited. `K` says what may be added to it before, `T` what is answered.
#[must_use = "a request is sent when it is awaited"]
pub struct Request<K, T> {
    client: Client,
    call: Result<Call, Error>,
    read: fn(Reply) -> Result<T, Error>,
    kind: PhantomData<fn() -> K>,
}

/// Kinds of requests.
pub mod kind {
    /// Shows something.
    pub enum Read {}
    /// Makes something (POST): done once, however often it is sent.
    pub enum Create {}
    /// Changes something (PATCH).
    pub enum Change {}
    /// Charges something (PUT).
    pub enum Put {}
    /// Replaces what is said of something (PUT).
    pub enum Replace {}
    /// Removes something (DELETE).
    pub enum Remove {}
}

use kind::{Change, Create, Put, Read, Remove, Replace};

/// Kinds that are done only to what was seen.
pub trait Conditional {}
impl Conditional for Change {}
impl Conditional for Put {}
impl Conditional for Replace {}
impl Conditional for Remove {}

impl<K, T> Request<K, T> {
    fn new(client: &Client, call: Result<Call, Error>, read: fn(Reply) -> Result<T, Error>) -> Self {
        Self {
            client: client.clone(),
            call,
            read,
            kind: PhantomData,
        }
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(call) = &mut self.call {
            call.header(name, value);
        }
        self
    }

    /// Adds a parameter to the query.
    pub(crate) fn parameter(mut self, name: &str, value: &str) -> Self {
        if let Ok(call) = &mut self.call {
            call.parameter(name, value);
        }
        self
    }
}

impl<T> Request<Read, T> {
    pub(crate) fn get(client: &Client, path: String, read: fn(Reply) -> Result<T, Error>) -> Self {
        Self::new(client, Ok(Call::new(Method::GET, path)), read)
    }

    /// A POST that changes nothing, for which no key is needed.
    pub(crate) fn ask(
        client: &Client,
        path: String,
        body: &impl Serialize,
        read: fn(Reply) -> Result<T, Error>,
    ) -> Self {
        let call = Call::new(Method::POST, path).harmless();
        Self::new(client, call.body(body), read)
    }
}

impl<T: DeserializeOwned> Request<Read, Tagged<T>> {
    /// Answers nothing when it is still what was seen.
    pub fn if_changed(self, seen: &ETag) -> Request<Read, Option<Tagged<T>>> {
        let Self { client, call, .. } = self.header(IF_NONE_MATCH, seen.as_str());
        Request {
            client,
            call,
            read: tagged_if_any,
            kind: PhantomData,
        }
    }
}

impl<T> Request<Create, T> {
    pub(crate) fn post(
        client: &Client,
        path: String,
        body: &impl Serialize,
        read: fn(Reply) -> Result<T, Error>,
    ) -> Self {
        let request = Self::new(client, Call::new(Method::POST, path).body(body), read);
        request.idempotency_key(&client.fresh_key())
    }

    /// A key of the caller's own (R1), 1–255 printable ASCII characters, instead of a fresh one: the same request with the same key is done
    /// once within 24 hours, also across restarts of the caller.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header(IDEMPOTENCY_KEY, key)
    }
}

impl<T> Request<Change, T> {
    pub(crate) fn patch(
        client: &Client,
        path: String,
        body: &impl Serialize,
        read: fn(Reply) -> Result<T, Error>,
    ) -> Self {
        Self::new(client, Call::new(Method::PATCH, path).body(body), read)
    }

    /// Does it again when nobody knows whether it was done. Otherwise that happens only with [`Request::if_match`].
    pub fn repeatable(self) -> Self {
        let call = self.call.map(Call::harmless);
        Self { call, ..self }
    }
}

impl<T> Request<Put, T> {
    pub(crate) fn put(
        client: &Client,
        path: String,
        body: &impl Serialize,
        read: fn(Reply) -> Result<T, Error>,
    ) -> Self {
        Self::new(client, Call::new(Method::PUT, path).body(body), read)
    }

    /// Only what is not there yet. When an earlier attempt was done and its answer lost, that is `precondition_failed` too.
    pub fn if_absent(self) -> Self {
        self.header(IF_NONE_MATCH, "*")
    }
}

impl<T> Request<Replace, T> {
    pub(crate) fn replace(
        client: &Client,
        path: String,
        body: &impl Serialize,
        read: fn(Reply) -> Result<T, Error>,
    ) -> Self {
        Self::new(client, Call::new(Method::PUT, path).body(body), read)
    }
}

impl<T> Request<Remove, T> {
    pub(crate) fn delete(client: &Client, path: String, read: fn(Reply) -> Result<T, Error>) -> Self {
        Self::new(client, Ok(Call::new(Method::DELETE, path)), read)
    }
}

impl Request<Remove, ()> {
    /// By this problem a repetition learns that an earlier attempt was done.
    pub(crate) fn done_before(self, code: Code) -> Self {
        let call = self.call.map(|call| call.done_before(code));
        Self { call, ..self }
    }
}

impl<T> Request<Create, T> {
    /// Only when what it is done to still looks as it did in a preview.
    pub(crate) fn if_still(self, seen: &ETag) -> Self {
        self.header(IF_MATCH, seen.as_str())
    }
}

impl<K: Conditional, T> Request<K, T> {
    /// Only when it is still what was seen; `precondition_failed` otherwise. When an earlier attempt was done and its answer lost, that is
    /// so too: look again, and decide anew.
    pub fn if_match(self, seen: &ETag) -> Self {
        self.header(IF_MATCH, seen.as_str())
    }
}

impl<K, T: Send + 'static> IntoFuture for Request<K, T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self {
            client, call, read, ..
        } = self;
        Box::pin(async move { read(client.send(&call?).await?) })
    }
}

/// Nothing is answered.
#[expect(clippy::unnecessary_wraps, reason = "one of several ways to read an answer")]
pub(crate) fn nothing(_: Reply) -> Result<(), Error> {
    Ok(())
}

/// A body without a tag.
#[expect(
    clippy::needless_pass_by_value,
    reason = "one of several ways to read an answer"
)]
pub(crate) fn plain<T: DeserializeOwned>(reply: Reply) -> Result<T, Error> {
    serde_json::from_slice(&reply.body).map_err(|error| Error::Decoding(error.into()))
}

/// A body as it is.
#[expect(clippy::unnecessary_wraps, reason = "one of several ways to read an answer")]
pub(crate) fn file(reply: Reply) -> Result<Vec<u8>, Error> {
    Ok(reply.body.into())
}

/// A body with its tag.
pub(crate) fn tagged<T: DeserializeOwned>(reply: Reply) -> Result<Tagged<T>, Error> {
    let etag = reply.header(&ETAG).map(ETag::from);
    let etag = etag.ok_or_else(|| Error::Decoding("there is no entity tag".into()))?;
    let value = plain(reply)?;
    Ok(Tagged { value, etag })
}

/// A body with its tag, or none.
pub(crate) fn tagged_if_any<T: DeserializeOwned>(reply: Reply) -> Result<Option<Tagged<T>>, Error> {
    match reply.status.as_u16() {
        204 | 304 => Ok(None),
        _ => tagged(reply).map(Some),
    }
}
