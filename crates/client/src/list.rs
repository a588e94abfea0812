use futures_util::stream::{self, Stream, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::Cursor;
use crate::client::Client;
use crate::error::Error;
use crate::request::{Request, kind::Read, plain};
use crate::types::{Event, EventKind, Page};

/// A list, of which as much is fetched as somebody wants to see.
#[must_use = "a list is fetched when somebody wants to see it"]
#[derive(Clone)]
pub struct List<T> {
    client: Client,
    path: String,
    parameters: Vec<(&'static str, String)>,
    page_size: Option<u8>,
    after: Option<Cursor>,
    read: fn(crate::transport::Reply) -> Result<Page<T>, Error>,
}

impl<T: DeserializeOwned + Send + 'static> List<T> {
    pub(crate) fn new(client: &Client, path: String) -> Self {
        Self {
            client: client.clone(),
            path,
            parameters: Vec::new(),
            page_size: None,
            after: None,
            read: plain,
        }
    }

    /// How many items are fetched at once: 1–200, 100 unless said otherwise.
    pub fn page_size(self, size: u8) -> Self {
        Self {
            page_size: Some(size),
            ..self
        }
    }

    /// Begins there.
    pub fn after(self, cursor: Cursor) -> Self {
        Self {
            after: Some(cursor),
            ..self
        }
    }

    pub(crate) fn only(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    /// One page.
    pub fn page(&self) -> Request<Read, Page<T>> {
        let size = self.page_size.map(|size| ("limit", size.to_string()));
        let after = self.after.iter().map(|cursor| ("after", cursor.to_string()));
        let request = Request::get(&self.client, self.path.clone(), self.read);
        let parameters = self.parameters.iter().cloned().chain(size).chain(after);
        parameters.fold(request, |request, (name, value)| request.parameter(name, &value))
    }

    /// Every item, page by page. Items that come and go meanwhile make others neither missing nor doubled. Ends with the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send + use<T> {
        let pages = stream::try_unfold(Some(self), |list| async move {
            let Some(list) = list else { return Ok(None) };
            let page = list.page().await?;
            let next = page.next_cursor.filter(|_| page.has_more);
            let items = stream::iter(page.data.into_iter().map(Ok));
            Ok(Some((items, next.map(|cursor| list.after(cursor)))))
        });
        pages.try_flatten()
    }

    /// Every item at once.
    pub async fn all(self) -> Result<Vec<T>, Error> {
        self.into_stream().try_collect().await
    }

    /// What it is fetched with.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }
}

impl List<Event> {
    /// Only what is of this kind.
    pub fn of(self, kind: &EventKind) -> Self {
        self.only("type", kind.as_str())
    }
}
