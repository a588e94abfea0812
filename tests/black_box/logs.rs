use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};
use tenantry_tests::{Answer, Service};

const SETTINGS: tenantry_tests::Settings<'static> = &[
    ("TENANTRY__LOG__FORMAT", "json"),
    ("TENANTRY__BILLING__ENFORCEMENT", "off"),
];

/// The lines of a log, each a JSON object.
struct Log {
    text: String,
    lines: Vec<Value>,
}

impl Log {
    fn of(mut service: Service) -> Self {
        let text = service.stop_and_tell();
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        let lines = text.lines().map(parse).collect();
        Self { text, lines }
    }

    fn about(&self, answer: &Answer) -> Vec<&Value> {
        let id = answer.headers["x-request-id"].to_str().expect("ASCII");
        let about = |line: &&Value| line["span"]["request_id"] == id;
        self.lines.iter().filter(about).collect()
    }

    /// The one line about a request, and what it says of it.
    fn access(&self, answer: &Answer) -> &Value {
        let lines = self.about(answer);
        let [line] = lines.as_slice() else {
            panic!("not one line: {lines:#?}");
        };
        assert_eq!(line["target"], "tenantry_http::access");
        assert_eq!(
            (&line["level"], &line["message"]),
            (&json!("INFO"), &json!("answered"))
        );
        &line["span"]
    }
}

#[test]
fn each_request_is_one_line_that_says_who_asked_for_what_and_what_was_answered() {
    let service = Service::start(SETTINGS);
    let ada = service.person("ada@example.com");
    let machine = service.machine(&["usage:write"]);
    let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
    let made = ada.post("/workspaces", &acme).expect(201);
    let workspace = format!("/workspaces/{}", made.id());
    let read = ada.get(&workspace).expect(200);
    let organizations = format!("{workspace}/organizations");
    let limited = json!({ "name": "Root", "limits": { "users": 1 } });
    let root = ada.post(&organizations, &limited).expect(201).id();
    let charge = |quantity: u32| json!({ "organization_id": root, "quantity": quantity });
    let charged = machine.put("/charges/users/ada", &charge(1)).expect(201);
    let refused = machine.put("/charges/users/bob", &charge(2)).expect(409);
    let unknown = service.anonymous().get("/secret-place").expect(404);
    let denied = service.anonymous().get(&workspace).expect(401);
    let log = Log::of(service);
    let named = made.id();
    for (answer, actor, method, route, workspace_id) in [
        (&made, "person", "POST", "/workspaces", None),
        (&read, "person", "GET", "/workspaces/{workspace_id}", Some(&named)),
        (&denied, "none", "GET", "/workspaces/{workspace_id}", Some(&named)),
        (
            &charged,
            "machine",
            "PUT",
            "/charges/{meter}/{resource_id}",
            Some(&named),
        ),
        (
            &refused,
            "machine",
            "PUT",
            "/charges/{meter}/{resource_id}",
            Some(&named),
        ),
        (&unknown, "none", "GET", "unknown", None),
    ] {
        let span = log.access(answer);
        assert_eq!(span["actor"], actor, "{span}");
        assert_eq!(span["method"], method, "{span}");
        assert_eq!(span["route"], route, "{span}");
        assert_eq!(span["status"], answer.status, "{span}");
        assert_eq!(
            span["workspace_id"].as_str(),
            workspace_id.map(String::as_str),
            "{span}"
        );
        assert!(
            span["latency_ms"].as_f64().is_some_and(|latency| latency > 0.0),
            "{span}"
        );
    }
    assert!(!log.text.contains("secret-place"), "{}", log.text);
}

#[test]
fn what_went_wrong_inside_is_one_line_more() {
    let service = Service::start(
        &[
            SETTINGS,
            &[("TENANTRY__LOG__LEVEL", "error,tenantry_server=info")],
        ]
        .concat(),
    );
    let url = service.database_url();
    let path = url.strip_prefix("sqlite://").expect("SQLite");
    let mut database = SqliteConnection::establish(path).expect("a database");
    database
        .batch_execute("PRAGMA busy_timeout = 10000; ALTER TABLE members RENAME TO gone")
        .expect("a table");
    let broken = service.person("ada@example.com").get("/workspaces").expect(500);
    let log = Log::of(service);
    let lines = log.about(&broken);
    let [line] = lines.as_slice() else {
        panic!("not one line: {}", log.text);
    };
    assert_eq!(
        (&line["level"], &line["message"]),
        (&json!("ERROR"), &json!("the request failed"))
    );
    assert!(
        line["cause"]
            .as_str()
            .is_some_and(|cause| cause.contains("members")),
        "{line}"
    );
    assert_eq!(
        (&line["span"]["actor"], &line["span"]["route"]),
        (&json!("person"), &json!("/workspaces"))
    );
}

#[test]
fn no_line_holds_a_token() {
    let service = Service::start(&[SETTINGS, &[("TENANTRY__LOG__LEVEL", "trace")]].concat());
    let token = service.token(&["--email", "ada@example.com"]);
    let ada = service.anonymous().with_token(&token);
    ada.get("/workspaces").expect(200);
    let forged = format!("{}x", token.trim_end_matches('A'));
    service
        .anonymous()
        .with_token(&forged)
        .get("/workspaces")
        .expect(401);
    service.anonymous().get(&format!("/branding?login_hint={token}"));
    let log = Log::of(service);
    assert!(log.lines.len() > 10, "{}", log.text);
    let parts = token.split('.').skip(1);
    for part in parts {
        assert!(
            !log.text.contains(&part[..part.len() - 1]),
            "{part} in\n{}",
            log.text
        );
    }
}

#[test]
fn no_line_holds_a_key() {
    let service = Service::start(&[SETTINGS, &[("TENANTRY__LOG__LEVEL", "trace")]].concat());
    let ada = service.person("ada@example.com");
    let team = ada.get("/teams").expect(200).text_at("/0/id");
    let mut secrets = Vec::new();
    for place in ["/api-keys".to_owned(), format!("/teams/{team}/api-credentials")] {
        let made = ada.post(&place, &json!({ "name": "deploy" }));
        let rotated = ada.post(&format!("{place}/{}/rotate", made.id()), &json!({}));
        for issued in [made, rotated] {
            let key = issued.text_at("/api_key");
            service.anonymous().with_token(&key).get(&place).expect(200);
            let guess = key.get(..key.len() - 1).expect("ASCII");
            service.anonymous().with_token(guess).get(&place).expect(401);
            secrets.push(key.get(key.len() - 34..key.len() - 6).expect("ASCII").to_owned());
        }
    }
    let log = Log::of(service);
    assert!(log.lines.len() > 10, "{}", log.text);
    for secret in secrets {
        assert!(!log.text.contains(&secret), "{secret} in\n{}", log.text);
    }
}

#[test]
fn the_line_of_each_request_can_be_left_out() {
    let level = ("TENANTRY__LOG__LEVEL", "info,tenantry_http::access=off");
    let service = Service::start(&[SETTINGS, &[level]].concat());
    service.anonymous().get("/healthz").expect(200);
    let log = Log::of(service);
    assert!(
        log.text.contains("listening on") && !log.text.contains("/healthz"),
        "{}",
        log.text
    );
}
