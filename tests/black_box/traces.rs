use std::net::TcpListener;

use serde_json::{Value, json};
use tenantry_tests::Service;

use crate::collector::{Collector, Posted};

const CALLER: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn settings(endpoint: &str) -> Vec<(&str, &str)> {
    vec![
        ("TENANTRY__OTLP__ENDPOINT", endpoint),
        ("TENANTRY__OTLP__SERVICE_NAME", "tenants"),
        ("TENANTRY__OTLP__HEADERS", r#"["X-Api-Key = s3cret"]"#),
        // The log has a filter of its own.
        ("TENANTRY__LOG__LEVEL", "off,tenantry_server=info"),
    ]
}

/// Asks with a W3C Trace Context, whose caller records its trace or does not.
fn ask(service: &Service, path: &str, is_sampled: bool) {
    let flags = if is_sampled { "01" } else { "00" };
    let context = format!("00-{CALLER}-00f067aa0ba902b7-{flags}");
    let request = ureq::get(format!("{}{path}", service.base)).header("traceparent", context);
    request.call().expect("an answer");
}

fn all<'a>(holder: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    holder[key].as_array().expect("a list").iter()
}

/// Every span that arrived.
fn spans(posted: &[Posted]) -> Vec<&Value> {
    let bodies = posted.iter().map(|posted| &posted.body);
    bodies
        .flat_map(|body| all(body, "resourceSpans"))
        .flat_map(|resource| all(resource, "scopeSpans"))
        .flat_map(|scope| all(scope, "spans"))
        .collect()
}

fn attribute<'a>(holder: &'a Value, key: &str) -> &'a Value {
    let found = all(holder, "attributes").find(|attribute| attribute["key"] == key);
    found.map_or(&Value::Null, |attribute| {
        let value = attribute["value"].as_object().expect("one value");
        value.values().next().expect("one value")
    })
}

#[test]
fn requests_arrive_at_the_collector_and_continue_the_trace_of_their_caller() {
    let collector = Collector::start();
    let mut service = Service::start(&settings(&collector.address));
    ask(&service, "/healthz", true);
    let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
    let made = service
        .person("ada@example.com")
        .post("/workspaces", &acme)
        .expect(201);
    service.anonymous().get("/nowhere").expect(404);
    let log = service.stop_and_tell();
    assert!(!log.contains("WARN") && !log.contains("s3cret"), "{log}");

    let posted = collector.posted();
    for part in [
        "post /v1/traces http/1.1",
        "content-type: application/json",
        "x-api-key: s3cret",
    ] {
        assert!(posted[0].head.contains(part), "{part} in {}", posted[0].head);
    }
    let resource = &posted[0].body["resourceSpans"][0]["resource"];
    assert_eq!(attribute(resource, "service.name"), "tenants");
    let spans = spans(&posted);
    let named = |name: &str| {
        let found: Vec<_> = spans.iter().filter(|span| span["name"] == name).collect();
        assert_eq!(found.len(), 1, "{name} in {spans:#?}");
        *found[0]
    };
    let health = named("GET /healthz");
    assert_eq!(health["traceId"], CALLER);
    assert_eq!(health["parentSpanId"], "00f067aa0ba902b7");
    let creation = named("POST /workspaces");
    assert_ne!(creation["traceId"], CALLER);
    assert_eq!(creation["kind"], 2, "a server's");
    assert_eq!(attribute(creation, "http.request.method"), "POST");
    assert_eq!(attribute(creation, "http.route"), "/workspaces");
    assert_eq!(
        attribute(creation, "http.response.status_code").as_str(),
        Some("201")
    );
    assert_eq!(attribute(creation, "tenantry.actor"), "person");
    let request_id = made.headers["x-request-id"].to_str().expect("ASCII");
    assert_eq!(attribute(creation, "tenantry.request_id"), request_id);
    assert_eq!(attribute(named("GET"), "http.route"), &Value::Null);
    assert_eq!(spans.len(), 3);
}

#[test]
fn a_caller_decides_about_its_own_trace_and_the_sampling_about_others() {
    let collector = Collector::start();
    let never = ("TENANTRY__OTLP__SAMPLING", "0");
    let mut service = Service::start(&[settings(&collector.address), vec![never]].concat());
    service.anonymous().get("/healthz").expect(200);
    ask(&service, "/healthz", false);
    ask(&service, "/readyz", true);
    service.stop_and_tell();
    let posted = collector.posted();
    let names: Vec<&Value> = spans(&posted).iter().map(|span| &span["name"]).collect();
    assert_eq!(names, ["GET /readyz"]);
}

#[test]
fn a_collector_that_is_away_costs_one_line_and_no_request() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr();
    let endpoint = format!("http://{}", nobody.expect("an address"));
    let mut service = Service::start(&settings(&endpoint));
    for _ in 0..600 {
        service.anonymous().get("/healthz").expect(200);
    }
    let log = service.stop_and_tell();
    assert_eq!(log.matches("traces are lost").count(), 1, "{log}");
    assert!(!log.contains("s3cret"), "{log}");
}

#[test]
fn nothing_is_sent_unless_a_collector_is_named() {
    let collector = Collector::start();
    let mut service = Service::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address.as_str())]);
    ask(&service, "/healthz", true);
    service.stop_and_tell();
    assert!(collector.posted().is_empty());
}
