use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat};
use tempfile::TempDir;
use tenantry_application::ports::{PictureFailure, PictureHost};
use tenantry_domain::organization::{PictureId, PictureRefused};
use tenantry_pictures::{Fetcher, PictureStore, Pictures, Reach};
use tenantry_test_site::Authority;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Whom the fetcher trusts.
pub static AUTHORITY: LazyLock<Authority> = LazyLock::new(Authority::new);

/// Pictures in a folder of their own.
pub struct Host {
    pub pictures: Pictures,
    folder: TempDir,
}

impl Host {
    /// Fetches nothing that is not public.
    pub fn new() -> Self {
        Self::within(Reach::default())
    }

    pub fn within(reach: Reach) -> Self {
        Self::patient(reach, Duration::from_mins(1))
    }

    pub fn patient(reach: Reach, timeout: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pictures = Pictures {
            fetcher: Fetcher::new(tls(), reach, timeout),
            store: PictureStore::in_folder(&folder.path().join("pictures")).unwrap(),
        };
        Self { pictures, folder }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What comes of a picture that is sent like this.
    pub fn host(&self, sent: &str) -> Result<PictureId, PictureRefused> {
        self.pictures
            .host(&sent.parse()?)
            .map_err(|failure| match failure {
                PictureFailure::Refused(refused) => refused,
                PictureFailure::Unavailable(cause) => panic!("{cause}"),
            })
    }

    /// The picture that is hosted for one that is sent like this.
    pub fn shown(&self, sent: &str) -> (DynamicImage, ImageFormat) {
        let id = self.host(sent).unwrap();
        let bytes = self.pictures.find(&id).unwrap().unwrap();
        let format = image::guess_format(&bytes).unwrap();
        assert_eq!(format.to_mime_type(), id.format().media_type());
        (image::load_from_memory(&bytes).unwrap(), format)
    }
}

fn tls() -> TlsConfig {
    let pem = std::fs::read(AUTHORITY.certificate()).unwrap();
    let certificates: Vec<Certificate> = parse_pem(&pem)
        .filter_map(|item| match item.unwrap() {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(
            std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider()),
        )
        .build()
}

/// A data URI.
pub fn inline(media_type: &str, file: &[u8]) -> String {
    format!("data:{media_type};base64,{}", STANDARD.encode(file))
}
