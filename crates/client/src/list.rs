use std::marker::PhantomData;

use futures_util::stream::{self, Stream, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::Error;
use crate::request::{Request, kind::Read, plain};
use crate::types::{EventKind, Page, Role};
use crate::{Cursor, OrganizationId};

/// A list, of which as much is fetched as somebody wants to see. `F` says by what it can be narrowed.
#[must_use = "a list is fetched when somebody wants to see it"]
pub struct List<T, F = filter::Nothing> {
    client: Client,
    path: String,
    parameters: Vec<(&'static str, String)>,
    page_size: Option<u8>,
    after: Option<Cursor>,
    items: PhantomData<fn() -> (T, F)>,
}

/// By what lists can be narrowed.
pub mod filter {
    /// By nothing.
    pub enum Nothing {}
    /// Workspaces, by name.
    pub enum Workspaces {}
    /// Members, by role.
    pub enum Members {}
    /// Organizations of a workspace, by name, depth and parent.
    pub enum Organizations {}
    /// Organizations below another one, by name and depth.
    pub enum Below {}
    /// Events, by kind.
    pub enum Events {}

    /// What has a name.
    pub trait Named {}
    impl Named for Workspaces {}
    impl Named for Organizations {}
    impl Named for Below {}

    /// What is somewhere in a tree.
    pub trait Placed {}
    impl Placed for Organizations {}
    impl Placed for Below {}
}

impl<T, F> List<T, F> {
    pub(crate) fn new(client: &Client, path: String) -> Self {
        Self {
            client: client.clone(),
            path,
            parameters: Vec::new(),
            page_size: None,
            after: None,
            items: PhantomData,
        }
    }

    /// How many items are fetched at once: 1–200, 100 unless said otherwise.
    pub fn page_size(self, size: u8) -> Self {
        Self {
            page_size: Some(size),
            ..self
        }
    }

    /// Begins there. A cursor belongs to its list, and to what that was narrowed by.
    pub fn after(self, cursor: Cursor) -> Self {
        Self {
            after: Some(cursor),
            ..self
        }
    }

    fn only(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    /// What it is fetched with.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }
}

impl<T: DeserializeOwned + 'static, F: 'static> List<T, F> {
    /// One page.
    pub fn page(&self) -> Request<Read, Page<T>> {
        let size = self.page_size.map(|size| ("limit", size.to_string()));
        let after = self.after.iter().map(|cursor| ("after", cursor.to_string()));
        let request = Request::get(&self.client, self.path.clone(), plain);
        let parameters = self.parameters.iter().cloned().chain(size).chain(after);
        parameters.fold(request, |request, (name, value)| request.parameter(name, &value))
    }
}

impl<T: DeserializeOwned + Send + 'static, F: 'static> List<T, F> {
    /// Every item, page by page. Items that come and go meanwhile make others neither missing nor doubled. Ends with the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send + use<T, F> {
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
}

impl<T, F: filter::Named> List<T, F> {
    /// Only what has this as a part of its name, in either case (X2).
    pub fn name(self, part: &str) -> Self {
        self.only("name", part)
    }
}

impl<T, F: filter::Placed> List<T, F> {
    /// Only what has so many ancestors (O2).
    pub fn depth(self, depth: u64) -> Self {
        self.only("depth", depth.to_string())
    }
}

impl<T> List<T, filter::Organizations> {
    /// Only what is directly below this one.
    pub fn parent(self, parent: &OrganizationId) -> Self {
        self.only("parent", parent.as_str())
    }

    /// Only what is below none.
    pub fn roots(self) -> Self {
        self.only("parent", "none")
    }
}

impl<T> List<T, filter::Members> {
    /// Only who may do this.
    pub fn role(self, role: &Role) -> Self {
        self.only("role", role.as_str())
    }
}

impl<T> List<T, filter::Events> {
    /// Only what is of this kind.
    pub fn of(self, kind: &EventKind) -> Self {
        self.only("type", kind.as_str())
    }
}
