//! Encrypted connections to PostgreSQL.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use diesel::prelude::*;
use diesel::sql_types::Bool;
use tenantry_application::ports::StoreError;
use tenantry_persistence::{SetupError, open};
use tenantry_test_postgres::{Server, Setup};

use crate::support::*;

/// A certificate for `localhost` that signs itself, and its key.
fn certificate(directory: &Path) -> [Vec<u8>; 2] {
    let [certificate, key] = ["server.crt", "server.key"].map(|name| directory.join(name));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    [certificate, key].map(|path| fs::read(path).unwrap())
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    encrypted: bool,
}

#[test]
fn the_server_is_spoken_to_in_secret_and_proves_who_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let [ours, key] = certificate(directory.path());
    let root = directory.path().join("root.crt");
    fs::write(&root, &ours).unwrap();
    let stranger = directory.path().join("stranger");
    fs::create_dir(&stranger).unwrap();
    certificate(&stranger);

    let port = free_port().to_string();
    let _server = Server::start(&Setup {
        settings: &[("ssl", "on"), ("listen_addresses", "127.0.0.1"), ("port", &port)],
        files: &[
            ("server.crt", &ours),
            ("server.key", &key),
            (
                "pg_hba.conf",
                b"local all all trust\nhostssl all all 127.0.0.1/32 trust\n",
            ),
        ],
        ..Setup::default()
    });
    let url =
        |host: &str, parameters: String| format!("postgres://tenantry@{host}:{port}/postgres?{parameters}");
    let verified = |host, root: &Path| {
        url(
            host,
            format!("sslmode=verify-full&sslrootcert={}", root.display()),
        )
    };

    for url in [
        url("127.0.0.1", "sslmode=require".into()),
        verified("localhost", &root),
    ] {
        open(&url, &options()).unwrap();
        let encrypted = "SELECT ssl AS encrypted FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let answer: Answer = diesel::sql_query(encrypted)
            .get_result(&mut PgConnection::establish(&url).unwrap())
            .unwrap();
        assert!(answer.encrypted);
    }
    for url in [
        url("127.0.0.1", "sslmode=disable".into()),
        verified("127.0.0.1", &root),
        verified("localhost", &stranger.join("server.crt")),
    ] {
        let error = open(&url, &options()).err().unwrap();
        assert!(
            matches!(error, SetupError::Store(StoreError::Unavailable(_))),
            "{url}: {error:?}"
        );
    }
}
