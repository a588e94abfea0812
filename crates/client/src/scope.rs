use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Code;
use crate::call::encoded;
use crate::client::Client;
use crate::list::List;
use crate::request::kind::{Change, Create, Read, Remove, Replace};
use crate::request::{Request, nothing, tagged};
use crate::tagged::Tagged;

/// Everything below an address.
#[derive(Clone)]
pub(crate) struct Scope {
    pub client: Client,
    pub path: String,
}

impl Scope {
    pub fn root(client: &Client) -> Self {
        Self {
            client: client.clone(),
            path: String::new(),
        }
    }

    /// What is below it under these names, whatever characters they have.
    pub fn below(&self, names: &[&str]) -> Self {
        Self {
            client: self.client.clone(),
            path: self.at(names),
        }
    }

    /// The same as a path.
    pub fn at(&self, names: &[&str]) -> String {
        let parts = names.iter().map(|name| format!("/{}", encoded(name)));
        self.path.clone() + &parts.collect::<String>()
    }

    pub fn list<T, F>(&self, names: &[&str]) -> List<T, F> {
        List::new(&self.client, self.at(names))
    }

    pub fn get<T: DeserializeOwned>(&self, names: &[&str]) -> Request<Read, Tagged<T>> {
        Request::get(&self.client, self.at(names), tagged)
    }

    pub fn create<T: DeserializeOwned>(
        &self,
        names: &[&str],
        body: &impl Serialize,
    ) -> Request<Create, Tagged<T>> {
        Request::post(&self.client, self.at(names), body, tagged)
    }

    pub fn update<T: DeserializeOwned>(&self, body: &impl Serialize) -> Request<Change, Tagged<T>> {
        Request::patch(&self.client, self.path.clone(), body, tagged)
    }

    pub fn replace<T: DeserializeOwned>(&self, body: &impl Serialize) -> Request<Replace, Tagged<T>> {
        Request::replace(&self.client, self.path.clone(), body, tagged)
    }

    /// By this problem a repetition learns that an earlier attempt was done.
    pub fn remove(&self, done_before: Code) -> Request<Remove, ()> {
        Request::delete(&self.client, self.path.clone(), nothing).done_before(done_before)
    }
}
