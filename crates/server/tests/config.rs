//! How the layers of the configuration are put together, and what is refused.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use tempfile::TempDir;
use tenantry_domain::BillingEnforcement;
use tenantry_http::ForwardedHeader;
use tenantry_mail::Security;
use tenantry_server::config::{
    self, ConfigError, DatabaseEngine, JwksLocation, LicenseSettings, LogFormat, MailTransport, PicturePlace,
    Settings,
};

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("tenantry.toml");
    fs::write(&path, file).unwrap();
    let environment = environment
        .iter()
        .map(|&(name, value)| (name.into(), value.into()));
    config::load(&[path], environment)
}

fn from_file(file: &str) -> Settings {
    load(file, &[]).unwrap()
}

fn from_environment(environment: &[(&str, &str)]) -> Settings {
    load("", environment).unwrap()
}

/// The message must name each of `parts`.
fn refused(file: &str, environment: &[(&str, &str)], parts: &[&str]) {
    let message = load(file, environment).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

fn sqlite_file(settings: &Settings) -> &Path {
    match settings.database.url.engine() {
        DatabaseEngine::Sqlite { file } => file,
        DatabaseEngine::Postgres => panic!("not a file"),
    }
}

#[test]
fn the_defaults() {
    let settings = config::load(&[], []).unwrap();
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.http.host, "127.0.0.1");
    assert_eq!(settings.http.port, 8080);
    assert_eq!(settings.http.workers, None);
    assert_eq!(settings.http.public_url, None);
    assert_eq!(settings.http.header_timeout_ms, 5_000);
    assert_eq!(settings.http.body_timeout_ms, 10_000);
    assert_eq!(settings.http.answer_timeout_ms, 40_000);
    assert_eq!(settings.http.keep_alive_ms, 75_000);
    assert_eq!(settings.http.disconnect_timeout_ms, 1_000);
    assert_eq!(settings.http.drain_ms, 0);
    assert_eq!(settings.http.max_connections, 10_000);
    assert_eq!(settings.http.backlog, 1_024);
    assert!(settings.http.trusted_proxies.is_empty());
    assert_eq!(
        settings.http.client_address_header,
        ForwardedHeader::XForwardedFor
    );
    assert!(settings.http.cors.allowed_origins.is_empty());
    assert_eq!(settings.rate_limits.local_tokens_per_minute, 0);
    assert_eq!(settings.rate_limits.issuer_tokens_per_minute, 0);
    assert_eq!(settings.rate_limits.api_keys_per_minute, 600);
    assert_eq!(settings.rate_limits.failed_authentications_per_minute, 30);
    assert_eq!(settings.limits.rotation_overlap_hours, 24);
    assert_eq!(settings.data_dir, Path::new("data"));
    assert_eq!(settings.database.url.expose(), "sqlite://data/tenantry.db");
    assert_eq!(settings.database.pool_size, None);
    assert_eq!(settings.database.acquire_timeout_ms, 5000);
    assert!(!settings.database.transaction_pooler);
    assert!(settings.database.migrate_on_start);
    assert!(settings.auth.local_issuer);
    assert!(settings.auth.issuers.is_empty());
    assert_eq!(settings.billing.enforcement, BillingEnforcement::Enforce);
    assert!(settings.billing.require_payment_method);
    assert_eq!(settings.limits.organizations_per_workspace, 1000);
    assert_eq!(settings.limits.depth, 10);
    assert_eq!(settings.limits.children, 100);
    assert_eq!(settings.limits.members, 100);
    assert_eq!(settings.limits.billing_accounts, 10);
    assert_eq!(settings.limits.live_subscriptions, 3);
    assert_eq!(settings.limits.trial_days, 14);
    assert_eq!(settings.limits.meters, ["locations", "users", "sso"]);
    assert_eq!(settings.log.format, None);
    assert_eq!(settings.log.level, "info,actix_server=warn,actix_http=off");
    assert!(settings.metrics.enabled);
    assert_eq!(settings.metrics.token, None);
    assert_eq!(settings.license, LicenseSettings::None);
    assert_eq!(settings.otlp.endpoint, None);
    assert!(settings.otlp.headers.is_empty());
    assert_eq!(settings.otlp.service_name, "tenantry");
    assert_eq!(settings.otlp.sampling.to_string(), "1");
}

#[test]
fn the_environment_overrides_the_file_which_overrides_the_defaults() {
    let settings = load(
        "[http]\nport = 1000\nhost = '0.0.0.0'\n",
        &[("TENANTRY__HTTP__PORT", "2000")],
    )
    .unwrap();
    assert_eq!(settings.http.port, 2000);
    assert_eq!(settings.http.host, "0.0.0.0");
    assert_eq!(settings.http.workers, None);
}

#[test]
fn the_later_file_overrides_the_earlier_key_by_key() {
    let directory = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let first = file("first.toml", "[http]\nhost = '0.0.0.0'\nport = 1");
    let second = file("second.toml", "[http]\nport = 2");
    let settings = config::load(&[first.clone(), second], []).unwrap();
    assert_eq!((settings.http.host.as_str(), settings.http.port), ("0.0.0.0", 2));
    let bad = file("bad.toml", "[http]\nport = 'x'");
    let error = config::load(&[first, bad], []).unwrap_err().to_string();
    assert!(
        error.contains("http.port") && error.contains("bad.toml"),
        "{error}"
    );
}

#[test]
fn every_kind_of_value_can_come_from_the_environment() {
    let settings = from_environment(&[
        ("TENANTRY__DATA_DIR", "/var/lib/007"),
        ("TENANTRY__HTTP__WORKERS", "4"),
        ("TENANTRY__HTTP__PUBLIC_URL", "https://t.example.com/"),
        ("TENANTRY__HTTP__TRUSTED_PROXIES", r#"["10.0.0.0/8", "::1"]"#),
        ("TENANTRY__HTTP__CLIENT_ADDRESS_HEADER", "forwarded"),
        (
            "TENANTRY__HTTP__CORS__ALLOWED_ORIGINS",
            r#"["https://a.example.com", "http://localhost:3000"]"#,
        ),
        ("TENANTRY__RATE_LIMITS__ISSUER_TOKENS_PER_MINUTE", "600"),
        ("TENANTRY__DATABASE__POOL_SIZE", "1000"),
        ("TENANTRY__DATABASE__MIGRATE_ON_START", "false"),
        ("TENANTRY__BILLING__ENFORCEMENT", "observe"),
        ("TENANTRY__LOG__FORMAT", "json"),
        ("TENANTRY__OTLP__SAMPLING", "0.25"),
        ("TENANTRY__LIMITS__METERS", r#"["seats", "sites_2"]"#),
        (
            "TENANTRY__AUTH__ISSUERS",
            r#"[{issuer = "i", audience = "a", jwks_url = "https://i/jwks"}]"#,
        ),
    ]);
    assert_eq!(settings.data_dir, Path::new("/var/lib/007"));
    assert_eq!(settings.http.workers, Some(4));
    assert_eq!(settings.http.base_url(1), "https://t.example.com");
    let proxies: Vec<_> = settings
        .http
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["10.0.0.0/8", "::1/128"]);
    assert_eq!(settings.http.client_address_header, ForwardedHeader::Forwarded);
    let origins = ["https://a.example.com", "http://localhost:3000"];
    assert_eq!(settings.http.cors.allowed_origins, origins);
    assert_eq!(settings.rate_limits.issuer_tokens_per_minute, 600);
    assert_eq!(settings.database.pool_size, Some(1000));
    assert!(!settings.database.migrate_on_start);
    assert_eq!(settings.billing.enforcement, BillingEnforcement::Observe);
    assert_eq!(settings.log.format, Some(LogFormat::Json));
    assert_eq!(settings.limits.meters, ["seats", "sites_2"]);
    assert_eq!(settings.auth.issuers[0].audience, "a");
    assert_eq!(settings.otlp.sampling.to_string(), "0.25");
}

#[test]
fn a_number_stays_text_where_text_is_meant() {
    assert_eq!(
        from_environment(&[("TENANTRY__DATA_DIR", "007")]).data_dir,
        Path::new("007")
    );
}

#[test]
fn other_variables_are_no_business_of_ours() {
    // Kubernetes sets the second kind for a service named `tenantry`.
    let settings = from_environment(&[("HOME", "/root"), ("TENANTRY_PORT", "tcp://10.0.0.1:80")]);
    assert_eq!(settings, Settings::default());
}

#[test]
fn the_sqlite_file_follows_the_data_directory() {
    let moved = [("TENANTRY__DATA_DIR", "/srv/t")];
    assert_eq!(
        sqlite_file(&from_environment(&moved)),
        Path::new("/srv/t/tenantry.db")
    );
    assert_eq!(
        sqlite_file(&from_file("data_dir = 'x/'")),
        Path::new("x/tenantry.db")
    );
    let own = load("[database]\nurl = 'sqlite://own.db'", &moved).unwrap();
    assert_eq!(sqlite_file(&own), Path::new("own.db"));
}

#[test]
fn issuers_come_from_the_file() {
    let settings = from_file(
        "[auth]\nlocal_issuer = false\n\
         [[auth.issuers]]\nissuer = 'https://a'\naudience = 'x'\njwks_url = 'https://a/jwks'\n\
         [[auth.issuers]]\nissuer = 'https://b'\naudience = 'y'\njwks_file = 'keys.json'\n",
    );
    let [a, b] = settings.auth.issuers.as_slice() else {
        panic!("{settings:?}");
    };
    assert_eq!(a.jwks, JwksLocation::Url("https://a/jwks".parse().unwrap()));
    assert_eq!(b.jwks, JwksLocation::File("keys.json".into()));
}

#[test]
fn e1_a_licence_needs_a_key_and_a_key_needs_no_licence() {
    let keys = ("TENANTRY__LICENSE__KEY_FILE", "issuer.pem.pub");
    let file = ("TENANTRY__LICENSE__FILE", "license.jwt");
    let settings = from_environment(&[keys, file]).license;
    let files = settings.files().unwrap();
    assert_eq!(
        (files.key_file.as_path(), files.file.as_path()),
        (Path::new("issuer.pem.pub"), Path::new("license.jwt"))
    );
    assert_eq!(settings.key_file(), Some(Path::new("issuer.pem.pub")));
    let settings = from_environment(&[keys]).license;
    assert_eq!((settings.files(), settings.key_file().is_some()), (None, true));
    let parts = ["license", "license.file needs license.key_file"];
    refused("[license]\nfile = 'license.jwt'", &[], &parts);
    refused("", &[file], &[parts[0], parts[1], file.0]);
    refused("[license]\nfiles = 'x'", &[], &["license", "`key_file`"]);
    refused(
        "[license]\nkey_file = ' '",
        &[],
        &["license", "must not be empty"],
    );
}

#[test]
fn plain_http_keys_are_for_this_machine_alone() {
    let issuer = |url: &str| format!("[[auth.issuers]]\nissuer = 'i'\naudience = 'a'\njwks_url = '{url}'");
    for good in [
        "http://localhost:1/k",
        "http://127.0.0.2/k",
        "http://[::1]:9/k",
        "https://far.example/k?v=1",
    ] {
        assert!(load(&issuer(good), &[]).is_ok(), "{good}");
    }
    for bad in [
        "http://far.example/k",
        "http://localhost.far.example/k",
        "http://10.0.0.1/k",
        "ftp://localhost/k",
        "https://user:pw@far.example/k",
        "https://far.example/k#f",
        "keys.json",
    ] {
        refused(&issuer(bad), &[], &["auth.issuers[0].jwks_url", "from the file"]);
    }
}

#[test]
fn unknown_keys_in_the_file_are_refused() {
    let file = "tenantry.toml";
    refused(
        "[http]\nprot = 1",
        &[],
        &["http.prot", file, "`host`, `port`, `workers`, `public_url`"],
    );
    refused("[htpp]\nport = 1", &[], &["htpp", file, "`http`"]);
    refused("port = 1", &[], &["port", file, "`data_dir`"]);
    refused("[HTTP]\nport = 1", &[], &["HTTP", file]);
    refused("[limits]\nmax = 1", &[], &["limits.max", "`trial_days`"]);
    refused(
        "[[auth.issuers]]\nissuer = 'i'\naudience = 'a'\njwks_url = 'https://i'\nkey = 1",
        &[],
        &["auth.issuers[0].key", "`jwks_file`"],
    );
}

#[test]
fn unknown_keys_in_the_environment_are_refused() {
    for (name, key) in [
        ("TENANTRY__HTTP__PROT", "http.prot"),
        ("TENANTRY__HTPP__PORT", "htpp"),
        ("TENANTRY__PORT", "port"),
        ("TENANTRY__HTTP__PORT__X", "http.port"),
    ] {
        let from = format!("from the environment variable {name})");
        refused("[http]\nport = 1", &[(name, "1")], &[key, &from]);
    }
}

#[test]
fn odd_variables_are_refused() {
    for name in [
        "TENANTRY__",
        "TENANTRY__HTTP__",
        "TENANTRY____PORT",
        "TENANTRY__http__port",
        "TENANTRY__AUTH__ISSUERS[0]",
    ] {
        refused("", &[(name, "1")], &[name, "TENANTRY__SECTION__KEY"]);
    }
    refused(
        "",
        &[("TENANTRY__HTTP", "x"), ("TENANTRY__HTTP__PORT", "1")],
        &["TENANTRY__HTTP names a section"],
    );
    refused("", &[("TENANTRY__HTTP", "x")], &["http", "TENANTRY__HTTP)"]);
    let value = OsString::from_vec(vec![0xff]);
    let error = config::load(&[], [("TENANTRY__DATA_DIR".into(), value)]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("TENANTRY__DATA_DIR is not valid UTF-8")
    );
}

#[test]
fn the_culprit_is_named_when_both_layers_set_the_section() {
    let environment = [("TENANTRY__HTTP__HOST", "localhost")];
    refused(
        "[http]\nport = 0.5",
        &environment,
        &["http.port", "from the file"],
    );
    let environment = [("TENANTRY__HTTP__PORT", "x")];
    refused(
        "[http]\nport = 1",
        &environment,
        &["http.port", "variable TENANTRY__HTTP__PORT"],
    );
}

#[test]
fn numbers_out_of_range_are_refused() {
    for (key, bad, range) in [
        ("http.port", "65536", "from 0 to 65535"),
        ("http.port", "-1", "from 0 to 65535"),
        ("http.port", "80.5", "from 0 to 65535"),
        ("http.port", "'abc'", "from 0 to 65535"),
        ("http.port", "true", "from 0 to 65535"),
        ("http.port", "[1]", "from 0 to 65535"),
        ("http.workers", "0", "from 1 to 1024"),
        ("http.header_timeout_ms", "99", "from 100 to 600000"),
        ("http.body_timeout_ms", "600001", "from 100 to 600000"),
        ("http.answer_timeout_ms", "0", "from 100 to 600000"),
        ("http.keep_alive_ms", "-1", "from 0 to 600000"),
        ("http.disconnect_timeout_ms", "99", "from 100 to 600000"),
        ("http.drain_ms", "600001", "from 0 to 600000"),
        ("http.max_connections", "0", "from 1 to 1000000"),
        ("http.backlog", "65536", "from 1 to 65535"),
        ("mail.smtp.port", "0", "from 1 to 65535"),
        ("mail.smtp.timeout_ms", "99", "from 100 to 600000"),
        (
            "rate_limits.failed_authentications_per_minute",
            "1000001",
            "from 0 to 1000000",
        ),
        ("database.pool_size", "0", "from 1 to 1000"),
        ("database.pool_size", "1001", "from 1 to 1000"),
        ("database.acquire_timeout_ms", "0", "from 1 to 600000"),
        ("limits.organizations_per_workspace", "0", "from 1 to 1000000"),
        ("limits.depth", "0", "from 1 to 32"),
        ("limits.depth", "33", "from 1 to 32"),
        ("limits.children", "0", "from 1 to 1000000"),
        ("limits.members", "0", "from 1 to 1000000"),
        ("limits.billing_accounts", "1001", "from 1 to 1000"),
        ("limits.live_subscriptions", "0", "from 1 to 1000"),
        ("limits.trial_days", "3651", "from 0 to 3650"),
        ("limits.teams_per_person", "0", "from 1 to 1000"),
        ("limits.team_people", "0", "from 1 to 10000"),
        ("limits.team_roles", "1001", "from 0 to 1000"),
        ("limits.keys", "1001", "from 0 to 1000"),
        ("limits.rotation_overlap_hours", "721", "from 0 to 720"),
        ("rate_limits.api_keys_per_minute", "1000001", "from 0 to 1000000"),
        ("limits.invitation_days", "0", "from 1 to 365"),
    ] {
        refused(&format!("{key} = {bad}"), &[], &[key, "from the file", range]);
    }
}

#[test]
fn other_bad_values_are_refused() {
    for (line, key, allowed) in [
        ("data_dir = ''", "data_dir", "must not be empty"),
        ("http.host = ' '", "http.host", "must not be empty"),
        ("http.host = 'a b'", "http.host", "host name"),
        ("http.host = 'http://x'", "http.host", "host name"),
        ("http.public_url = 'x'", "http.public_url", "not a URL"),
        ("http.public_url = 'ftp://x'", "http.public_url", "https://"),
        ("http.public_url = 'https://x/?a'", "http.public_url", "query"),
        (
            "http.public_url = 'https://u:p@x/'",
            "http.public_url",
            "password",
        ),
        (
            "http.trusted_proxies = ['proxy']",
            "http.trusted_proxies",
            "nor a network",
        ),
        (
            "http.trusted_proxies = ['10.0.0.0/33']",
            "http.trusted_proxies",
            "nor a network",
        ),
        (
            "http.client_address_header = 'x-real-ip'",
            "http.client_address_header",
            "`x-forwarded-for` or `forwarded`",
        ),
        (
            "http.cors.allowed_origins = ['https://a.example.com/']",
            "http.cors.allowed_origins",
            "would write `https://a.example.com`",
        ),
        (
            "http.cors.allowed_origins = ['https://a.example.com:443']",
            "http.cors.allowed_origins",
            "would write `https://a.example.com`",
        ),
        (
            "http.cors.allowed_origins = ['null']",
            "http.cors.allowed_origins",
            "not a URL",
        ),
        (
            "http.cors.allowed_origins = ['*', 'https://a.example.com']",
            "http.cors.allowed_origins",
            "alone",
        ),
        (
            "database.migrate_on_start = 'maybe'",
            "database.migrate_on_start",
            "true or false",
        ),
        ("auth.local_issuer = 3.5", "auth.local_issuer", "true or false"),
        (
            "billing.enforcement = 'no'",
            "billing.enforcement",
            "enforce, observe, off",
        ),
        ("billing.provider = 'stripe'", "billing.provider", "`local`"),
        ("log.format = 'xml'", "log.format", "`text` or `json`"),
        (
            "log.level = 'inof'",
            "log.level",
            "off, error, warn, info, debug, trace",
        ),
        ("limits.meters = []", "limits.meters", "at least one"),
        ("limits.meters = ['a', 'a']", "limits.meters", "twice"),
        ("limits.meters = ['A']", "limits.meters", "a letter a–z"),
        ("limits.meters = ['1a']", "limits.meters", "a letter a–z"),
        ("limits.meters = 'users'", "limits.meters", "a list"),
        ("limits.meters = 3", "limits.meters", "a list"),
        ("metrics.enabled = 1", "metrics.enabled", "true or false"),
        ("metrics.token = ''", "metrics.token", "must not be empty"),
        ("otlp.endpoint = 'localhost:4318'", "otlp.endpoint", "https://"),
        ("otlp.endpoint = 'http://h/?a'", "otlp.endpoint", "query"),
        ("otlp.headers = 'a=b'", "otlp.headers", "a list"),
        ("otlp.headers = ['s3cret']", "otlp.headers", "name=value"),
        ("otlp.headers = ['a b=c']", "otlp.headers", "name=value"),
        ("otlp.service_name = ''", "otlp.service_name", "must not be empty"),
        ("otlp.sampling = 1.5", "otlp.sampling", "from 0 to 1"),
        ("otlp.sampling = -1", "otlp.sampling", "from 0 to 1"),
        ("otlp.sampling = nan", "otlp.sampling", "from 0 to 1"),
        ("otlp.sampling = 'most'", "otlp.sampling", "from 0 to 1"),
        ("data_dir = 7", "data_dir", "expected text"),
    ] {
        refused(line, &[], &[key, "from the file", allowed]);
    }
}

#[test]
fn bad_lists_in_the_environment_are_refused() {
    let meters = "TENANTRY__LIMITS__METERS";
    refused(
        "",
        &[(meters, "users,sso")],
        &["limits.meters", meters, "a list, written as in TOML"],
    );
    let issuers = "TENANTRY__AUTH__ISSUERS";
    refused(
        "",
        &[(issuers, r#"[{issuer = "i"}]"#)],
        &["auth.issuers", issuers, "audience"],
    );
}

#[test]
fn bad_databases_are_refused_without_repeating_them() {
    for (url, allowed) in [
        ("postgres://u:se%cret-secret@h/db", "hexadecimal"),
        ("postgres://u:pa@secret@h/db", "percent-encode"),
        ("postgresql://u:secret@h:secret/db", "a port"),
        ("mysql://u:secret@h/db", "must be sqlite://"),
        ("sqlite://", "path of the file"),
        ("sqlite://t.db?password=secret", "parameters"),
    ] {
        let variable = [("TENANTRY__DATABASE__URL", url)];
        refused(
            "",
            &variable,
            &["database.url", "TENANTRY__DATABASE__URL", allowed],
        );
        let error = load("", &variable).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[test]
fn a_derived_value_is_not_blamed_on_a_layer() {
    refused(
        "data_dir = 'a?b'",
        &[],
        &["database.url", "by default", "parameters"],
    );
}

#[test]
fn a_configuration_that_lets_nobody_in_is_refused() {
    let off = [("TENANTRY__AUTH__LOCAL_ISSUER", "false")];
    refused(
        "",
        &off,
        &[
            "nobody could sign in",
            "auth.local_issuer",
            "auth.issuers",
            off[0].0,
        ],
    );
    refused(
        "auth.local_issuer = false",
        &[],
        &["nobody could sign in", "from the file"],
    );
}

#[test]
fn each_issuer_is_listed_once_and_completely() {
    let issuer = "[[auth.issuers]]\nissuer = 'i'\naudience = 'a'\njwks_url = 'https://i'\n";
    refused(&issuer.repeat(2), &[], &["auth", "`i` is listed twice"]);
    refused(
        &issuer.replace("'i'", "'tenantry-local'"),
        &[],
        &["`tenantry-local` is the built-in one"],
    );
    let both = format!("{issuer}jwks_file = 'f'");
    refused(
        &both,
        &[],
        &["auth.issuers[0]", "exactly one of jwks_url and jwks_file"],
    );
    let neither = "[[auth.issuers]]\nissuer = 'i'\naudience = 'a'";
    refused(
        neither,
        &[],
        &["auth.issuers[0]", "exactly one of jwks_url and jwks_file"],
    );
    refused(
        "[[auth.issuers]]\nissuer = 'i'",
        &[],
        &["auth.issuers[0]", "`audience`"],
    );
    refused(
        "[[auth.issuers]]\nissuer = ''",
        &[],
        &["auth.issuers[0].issuer", "must not be empty"],
    );
}

#[test]
fn bad_values_of_mail_are_refused() {
    for (line, key, allowed) in [
        (
            "mail.transport = 'pigeon'",
            "mail.transport",
            "`outbox` or `smtp`",
        ),
        ("mail.from = 'nobody'", "mail.from", "must be an address"),
        ("mail.invitation_url = 'x'", "mail.invitation_url", "not a URL"),
        (
            "mail.invitation_url = 'ftp://x'",
            "mail.invitation_url",
            "https://",
        ),
        ("mail.outbox_dir = ''", "mail.outbox_dir", "must not be empty"),
        ("mail.smtp.host = 'a b'", "mail.smtp.host", "host name"),
        (
            "mail.smtp.security = 'ssl'",
            "mail.smtp.security",
            "`starttls`, `tls`, `none`",
        ),
        (
            "mail.smtp.password = ''",
            "mail.smtp.password",
            "must not be empty",
        ),
        ("mail.smtp.ca_file = ''", "mail.smtp.ca_file", "must not be empty"),
    ] {
        refused(line, &[], &[key, "from the file", allowed]);
    }
}

#[test]
fn mail_goes_into_a_folder_of_the_data_directory_unless_a_server_is_named() {
    let outbox = |settings: &Settings| match &settings.mail.transport {
        MailTransport::Outbox(directory) => directory.clone(),
        MailTransport::Smtp(smtp) => panic!("{smtp:?}"),
    };
    assert_eq!(outbox(&Settings::default()), Path::new("data/outbox"));
    assert_eq!(outbox(&from_file("data_dir = 'x/'")), Path::new("x/outbox"));
    let own = from_environment(&[("TENANTRY__MAIL__OUTBOX_DIR", "/var/mails")]);
    assert_eq!(outbox(&own), Path::new("/var/mails"));
    let settings = Settings::default().mail;
    assert_eq!(settings.from.to_string(), "Tenantry <no-reply@localhost>");
    assert_eq!(settings.invitation_url, None);
}

#[test]
fn a_mail_server_is_spoken_to_in_secret_unless_said_otherwise() {
    let smtp = |rest: &str| {
        let file = format!("[mail]\ntransport = 'smtp'\n[mail.smtp]\nhost = 'mx'\n{rest}");
        match from_file(&file).mail.transport {
            MailTransport::Smtp(smtp) => smtp,
            MailTransport::Outbox(directory) => panic!("{directory:?}"),
        }
    };
    let usual = smtp("");
    assert_eq!((usual.host.as_str(), usual.port), ("mx", 587));
    assert_eq!(usual.security, Security::StartTls);
    assert_eq!((usual.credentials, usual.ca_file), (None, None));
    assert_eq!(usual.timeout_ms, 30_000);
    for (security, port) in [("tls", 465), ("none", 25)] {
        assert_eq!(smtp(&format!("security = '{security}'")).port, port);
    }
    assert_eq!(smtp("port = 2525\nsecurity = 'tls'").port, 2525);
}

#[test]
fn a_mail_server_is_described_completely() {
    let file = |rest: &str| format!("[mail]\ntransport = 'smtp'\n[mail.smtp]\n{rest}");
    for (rest, parts) in [
        ("", ["mail.smtp.host must be set", "from the file"]),
        (
            "host = 'mx'\nusername = 'u'",
            ["mail.smtp.password must be set", "from the file"],
        ),
        (
            "host = 'mx'\npassword = 's3cret'",
            ["mail.smtp.username and", "from the file"],
        ),
        (
            "host = 'mx'\nsecurity = 'none'\nusername = 'u'\npassword = 's3cret'",
            ["in the clear", "starttls or tls"],
        ),
        ("hosts = 'mx'", ["mail.smtp.hosts", "`host`, `port`"]),
    ] {
        refused(&file(rest), &[], &parts);
        let error = load(&file(rest), &[]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
    refused("[mail]\nsmpt.host = 'mx'", &[], &["mail.smpt", "`smtp`"]);
}

#[test]
fn bad_values_of_pictures_are_refused() {
    for (line, key, allowed) in [
        (
            "pictures.store = 'ftp://x'",
            "pictures.store",
            "`folder`, or a bucket",
        ),
        (
            "pictures.store = 's3://'",
            "pictures.store",
            "`folder`, or a bucket",
        ),
        (
            "pictures.store = 's3://Bucket'",
            "pictures.store",
            "`folder`, or a bucket",
        ),
        (
            "pictures.store = 's3://bucket/../x'",
            "pictures.store",
            "`folder`, or a bucket",
        ),
        (
            "pictures.store = 's3://bucket//x'",
            "pictures.store",
            "`folder`, or a bucket",
        ),
        ("pictures.dir = ''", "pictures.dir", "must not be empty"),
        (
            "pictures.allowed_addresses = ['10.0.0.8']",
            "pictures.allowed_addresses",
            "10.0.0.8:443",
        ),
        (
            "pictures.fetch_timeout_ms = 99",
            "pictures.fetch_timeout_ms",
            "100 to 30000",
        ),
        ("pictures.s3.endpoint = 'x'", "pictures.s3.endpoint", "not a URL"),
        (
            "pictures.s3.endpoint = 'https://x/?a'",
            "pictures.s3.endpoint",
            "query",
        ),
        (
            "pictures.s3.region = ''",
            "pictures.s3.region",
            "must not be empty",
        ),
        (
            "pictures.s3.secret_access_key = ''",
            "pictures.s3.secret_access_key",
            "must not be empty",
        ),
        (
            "pictures.s3.secret = 's3cret'",
            "pictures.s3.secret",
            "`secret_access_key`",
        ),
    ] {
        refused(line, &[], &[key, "from the file", allowed]);
    }
}

#[test]
fn pictures_go_into_a_folder_of_the_data_directory_unless_a_bucket_is_named() {
    let folder = |settings: &Settings| match &settings.pictures.place {
        PicturePlace::Folder(folder) => folder.clone(),
        PicturePlace::Bucket(bucket) => panic!("{bucket:?}"),
    };
    assert_eq!(folder(&Settings::default()), Path::new("data/pictures"));
    assert_eq!(folder(&from_file("data_dir = 'x/'")), Path::new("x/pictures"));
    let own = from_environment(&[("TENANTRY__PICTURES__DIR", "/var/pictures")]);
    assert_eq!(folder(&own), Path::new("/var/pictures"));
    let allowed = from_environment(&[("TENANTRY__PICTURES__ALLOWED_ADDRESSES", r#"["[fd00::8]:443"]"#)]);
    assert_eq!(
        allowed.pictures.allowed_addresses,
        ["[fd00::8]:443".parse().unwrap()]
    );
}

#[test]
fn a_bucket_is_described_completely() {
    let keys = "access_key_id = 'k'\nsecret_access_key = 's3cret'\n";
    let file = |store: &str, rest: &str| format!("[pictures]\nstore = '{store}'\n[pictures.s3]\n{rest}");
    let bucket = |store: &str, rest: &str| match from_file(&file(store, rest)).pictures.place {
        PicturePlace::Bucket(bucket) => bucket,
        PicturePlace::Folder(folder) => panic!("{folder:?}"),
    };
    let usual = bucket("s3://pictures", keys);
    assert_eq!(
        (usual.address.bucket.as_str(), usual.address.prefix.as_str()),
        ("pictures", "")
    );
    assert_eq!(usual.endpoint.as_str(), "https://s3.us-east-1.amazonaws.com/");
    let own = bucket(
        "s3://pictures/a/b/",
        &format!("{keys}region = 'x'\nendpoint = 'http://minio:9000'"),
    );
    assert_eq!(own.address.prefix, "a/b");
    assert_eq!(
        (own.region.as_str(), own.endpoint.as_str()),
        ("x", "http://minio:9000/")
    );
    for rest in ["", "access_key_id = 'k'", "secret_access_key = 's3cret'"] {
        refused(
            &file("s3://pictures", rest),
            &[],
            &["pictures.s3.secret_access_key must be set", "from the file"],
        );
        let error = load(&file("s3://pictures", rest), &[]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

#[test]
fn a_missing_file_is_refused() {
    let error = config::load(&["/nowhere/t.toml".into()], []).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }));
    assert!(error.to_string().contains("/nowhere/t.toml"));
}

#[test]
fn a_malformed_file_is_refused_without_repeating_its_text() {
    let file = "[database]\nurl = \"postgres://u:secret@h/db\n";
    refused(file, &[], &["tenantry.toml", "line 2"]);
    assert!(!format!("{:?}", load(file, &[])).contains("secret"));
}

#[test]
fn what_is_printed_can_be_loaded_again() {
    let settings = from_file(
        "data_dir = '/srv/t'\n\
         http.workers = 3\nhttp.public_url = 'https://t.example.com'\ndatabase.pool_size = 7\n\
         billing.enforcement = 'off'\nlog.format = 'text'\nlog.level = 'info,tenantry=debug'\n\
         limits.meters = ['a', 'b']\notlp.endpoint = 'http://c:4318'\notlp.sampling = 0.5\n\
         auth.issuers = [{issuer = 'i', audience = 'a', jwks_file = 'f'}]\n\
         license.key_file = 'issuer.pem.pub'\nlicense.file = 'license.jwt'\n\
         mail.transport = 'smtp'\nmail.from = 'ACME <a@b.example>'\nmail.smtp.host = 'mx'\nmail.smtp.security = 'tls'\n\
         mail.smtp.ca_file = 'ca.pem'\nmail.invitation_url = 'https://app.example.com/#/join'\n\
         pictures.dir = '/srv/p'\npictures.allowed_addresses = ['10.0.0.8:443']\npictures.fetch_timeout_ms = 500\n",
    );
    assert_eq!(from_file(&settings.to_toml().unwrap()), settings);
    let defaults = Settings::default();
    assert_eq!(from_file(&defaults.to_toml().unwrap()), defaults);
}

#[test]
fn secrets_are_masked_in_every_output() {
    let settings = from_environment(&[
        ("TENANTRY__METRICS__TOKEN", "s3cret"),
        ("TENANTRY__OTLP__HEADERS", r#"["x-api-key=s3cret"]"#),
        ("TENANTRY__MAIL__TRANSPORT", "smtp"),
        ("TENANTRY__MAIL__SMTP__HOST", "mx"),
        ("TENANTRY__MAIL__SMTP__USERNAME", "tenantry"),
        ("TENANTRY__MAIL__SMTP__PASSWORD", "s3cret"),
        ("TENANTRY__PICTURES__STORE", "s3://pictures/production"),
        ("TENANTRY__PICTURES__S3__ACCESS_KEY_ID", "tenantry"),
        ("TENANTRY__PICTURES__S3__SECRET_ACCESS_KEY", "s3cret"),
    ]);
    let output = format!("{settings:?} {}", settings.to_toml().unwrap());
    assert!(!output.contains("s3cret"), "{output}");
    assert_eq!(output.matches("x-api-key=***").count(), 2, "{output}");
    assert_eq!(settings.metrics.token.unwrap().expose(), "s3cret");
    assert_eq!(settings.otlp.headers[0].value, "s3cret");
    for header in ["s3cret", "a b=s3cret", "a=s3cret\u{7f}"] {
        let error = load(&format!("otlp.headers = [\"{header}\"]"), &[]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

#[test]
fn passwords_are_masked_in_every_output() {
    for url in [
        "sqlite://u:secret@h/t.db",
        "postgres://u:secret@h/db?sslpassword=secret&sslmode=require",
    ] {
        let settings = from_environment(&[("TENANTRY__DATABASE__URL", url)]);
        let output = format!("{settings:?} {}", settings.to_toml().unwrap());
        assert!(!output.contains("secret"), "{output}");
        assert_eq!(output.matches("u:***@h").count(), 2);
    }
}

#[test]
fn a_variable_of_thousands_of_sections_is_refused() {
    let name = format!("TENANTRY{}", "__HTTP".repeat(20_000));
    let error = load("", &[(&name, "1")]).unwrap_err().to_string();
    assert!(error.contains("is not named TENANTRY__SECTION__KEY"), "{error}");
}
