use std::sync::LazyLock;

use actix_web::web::Bytes;

use super::openapi;

/// The document of the interface. It is made when somebody first asks, since few do, and it takes more memory than the rest of a start.
pub(crate) struct Published(LazyLock<Bytes, Box<dyn FnOnce() -> Bytes + Send>>);

impl Published {
    /// That of the interface that is reached at this address.
    pub fn at(public_url: String) -> Self {
        Self(LazyLock::new(Box::new(move || {
            openapi(Some(&public_url)).to_json().unwrap_or_default().into()
        })))
    }

    /// The document as JSON.
    pub fn document(&self) -> Bytes {
        self.0.clone()
    }
}
