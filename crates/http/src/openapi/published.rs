use std::sync::LazyLock;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::web::Bytes;
use utoipa::openapi::OpenApi;

use super::{methods, openapi};

/// What callers are told about the interface. It is made when somebody first asks, since few do, and it takes more memory than the rest of a start.
pub(crate) struct Published(LazyLock<Described, Box<dyn FnOnce() -> Described + Send>>);

struct Described {
    document: Bytes,
    /// Every path of the document with its methods: what the document does not name is not there. Those with the fewest parts to fill in come
    /// first, since `/organizations/batch` is no organization.
    addresses: Vec<(ResourceDef, Vec<Method>)>,
}

impl Published {
    /// About the interface that is reached at this address.
    pub fn at(public_url: String) -> Self {
        Self(LazyLock::new(Box::new(move || {
            Described::of(&openapi(Some(&public_url)))
        })))
    }

    /// The document as JSON.
    pub fn document(&self) -> Bytes {
        self.0.document.clone()
    }

    /// The methods of a path; none where there is nothing.
    pub fn methods_at(&self, path: &str) -> &[Method] {
        let mut addresses = self.0.addresses.iter();
        addresses
            .find(|(address, _)| address.is_match(path))
            .map_or(&[], |(_, methods)| methods)
    }
}

impl Described {
    fn of(document: &OpenApi) -> Self {
        let mut paths: Vec<_> = document.paths.paths.iter().collect();
        paths.sort_by_key(|(path, _)| path.matches('{').count());
        Self {
            document: document.to_json().unwrap_or_default().into(),
            addresses: paths
                .into_iter()
                .map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)))
                .collect(),
        }
    }
}
