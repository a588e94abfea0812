//! What operators see.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::json;
use tenantry_application::ports::StoreError;
use tenantry_domain::license::LicenseLimits;
use tenantry_http::Scrapers;

use crate::support::{Reply, World};

const OPERATING: &str = include_str!("../../../../docs/operating.md");

/// Every series, by its name and labels as they are written.
struct Metrics {
    text: String,
    series: BTreeMap<String, String>,
}

impl Metrics {
    async fn of(world: &World) -> Self {
        let reply = world.get("", "/metrics").await;
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.header("content-type"),
            Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
        );
        Self::read(&reply)
    }

    fn read(reply: &Reply) -> Self {
        let text = String::from_utf8(reply.bytes.clone()).unwrap();
        assert!(text.ends_with("# EOF\n"), "{text}");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let series = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.to_owned())
        });
        let series = series.collect();
        Self { text, series }
    }

    #[track_caller]
    fn value(&self, series: &str) -> u64 {
        let value = self.series.get(series);
        let value = value.unwrap_or_else(|| panic!("no {series} in\n{}", self.text));
        value.parse().unwrap()
    }

    fn requests(&self, method: &str, route: &str, status: u16) -> u64 {
        let series = format!(
            "tenantry_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        );
        self.value(&series)
    }

    fn charges(&self, outcome: &str, binding: &str) -> u64 {
        self.value(&format!(
            "tenantry_charges_total{{outcome=\"{outcome}\",binding=\"{binding}\"}}"
        ))
    }

    /// Charges of every outcome.
    fn decisions(&self) -> u64 {
        let charges = |name: &&String| name.starts_with("tenantry_charges_total");
        self.series
            .keys()
            .filter(charges)
            .map(|name| self.value(name))
            .sum()
    }

    /// The name of every metric, as queries write it.
    fn names(&self) -> BTreeSet<String> {
        let types = self.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let name = |line: &str| match line.split_once(' ').unwrap() {
            (name, "counter") => format!("{name}_total"),
            (name, "info") => format!("{name}_info"),
            (name, _) => name.to_owned(),
        };
        types.map(name).collect()
    }
}

#[actix_web::test]
async fn c2_charges_are_counted_by_what_was_decided() {
    let world = World::new().await;
    let workspace = world.staffed_workspace("pooled").await;
    let account = world.account(&workspace).await;
    let quantities = json!({ "locations": 10 });
    world.subscription(&workspace, &account, quantities).await;
    let organizations = format!("{workspace}/organizations");
    let limited = |name: &str, limit: i64| json!({ "name": name, "limits": { "locations": limit } });
    let root = world.organization(&organizations, limited("Root", 9)).await;
    let children = |parent: &str| format!("{organizations}/{parent}/children");
    let child = world.organization(&children(&root), limited("Child", 8)).await;
    let leaf = world.organization(&children(&child), limited("Leaf", 7)).await;
    let spare = world.root(&workspace, "Spare").await;
    let charge = async |resource: &str, organization: &str, quantity: i64| {
        let body = json!({ "organization_id": organization, "quantity": quantity });
        let address = format!("/charges/locations/{resource}");
        world.put("writer", &address, body).await.status
    };
    let steps = [
        ("a", &spare, 11, "refused", "pool"),
        ("a", &leaf, 8, "refused", "organization"),
        ("a", &leaf, 5, "admitted", "none"),
        ("c", &child, 2, "admitted", "none"),
        ("a", &leaf, 7, "refused", "parent"),
        ("r", &root, 1, "admitted", "none"),
        ("a", &leaf, 7, "refused", "ancestor"),
        ("a", &leaf, 5, "admitted", "none"),
    ];
    for (resource, organization, quantity, outcome, binding) in steps {
        let before = Metrics::of(&world).await;
        let status = charge(resource, organization, quantity).await;
        assert_eq!(status == 409, outcome == "refused", "{binding}");
        let after = Metrics::of(&world).await;
        let counted = after.charges(outcome, binding) - before.charges(outcome, binding);
        assert_eq!(
            (counted, after.decisions() - before.decisions()),
            (1, 1),
            "{binding}"
        );
    }
}

#[actix_web::test]
async fn what_is_no_decision_of_the_chain_is_not_counted_as_one() {
    let world = World::without_billing().await;
    let workspace = world.staffed_workspace("pooled").await;
    let (root, other) = (
        world.root(&workspace, "Root").await,
        world.root(&workspace, "Other").await,
    );
    let before = Metrics::of(&world).await;
    let charge = async |who: &str, organization: &str| {
        let body = json!({ "organization_id": organization });
        world.put(who, "/charges/locations/a", body).await.status
    };
    assert_eq!(charge("reader", &root).await, 403);
    assert_eq!(charge("mallory", &root).await, 404);
    assert_eq!(charge("writer", &root).await, 201);
    assert_eq!(charge("writer", &other).await, 409);
    let after = Metrics::of(&world).await;
    assert_eq!(after.decisions(), before.decisions() + 1);
}

#[actix_web::test]
async fn requests_are_counted_by_method_route_and_status() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    world.get("alice", &workspace).await.expect(200);
    world.get("alice", &workspace).await.expect(200);
    world.get("mallory", &workspace).await.expect(404);
    world.get("", &workspace).await.expect(401);
    world
        .call("alice", Method::HEAD, &workspace, None)
        .await
        .expect(200);
    world
        .call("alice", Method::PUT, &workspace, None)
        .await
        .expect(405);
    world.get("", "/docs/").await;
    world.get("", "/nowhere").await.expect(404);
    world.get("panic", "/workspaces").await.expect(500);
    let metrics = Metrics::of(&world).await;
    let route = "/workspaces/{workspace_id}";
    assert_eq!(metrics.requests("GET", route, 200), 2);
    assert_eq!(metrics.requests("GET", route, 404), 1);
    assert_eq!(metrics.requests("GET", route, 401), 1);
    assert_eq!(metrics.requests("HEAD", route, 200), 1);
    assert_eq!(metrics.requests("PUT", route, 405), 1);
    assert_eq!(metrics.requests("GET", "/docs/{file}", 200), 1);
    assert_eq!(metrics.requests("GET", "unknown", 404), 1);
    assert_eq!(metrics.requests("GET", "/workspaces", 500), 1);
    let duration = metrics.value(&format!(
        "tenantry_http_request_duration_seconds_count{{method=\"GET\",route=\"{route}\"}}"
    ));
    assert_eq!(duration, 4);
    // The one that asks.
    assert_eq!(metrics.value("tenantry_http_requests_in_flight"), 1);
}

#[actix_web::test]
async fn callers_choose_no_label() {
    let world = World::new().await;
    let odd = |method: &str| Method::from_bytes(method.as_bytes()).unwrap();
    for method in ["GET", "BREW"] {
        world.call("", odd(method), "/nowhere", None).await;
        world.call("", odd(method), "/healthz", None).await;
        world.call("alice", odd(method), "/workspaces/x", None).await;
    }
    Metrics::of(&world).await;
    let before = Metrics::of(&world).await;
    for path in [
        "/a",
        "/%00",
        "/%22%0Atenantry%7B",
        "//healthz",
        "/workspaces/",
        "/metrics/x",
        "/%F0%9F%A6%80",
    ] {
        world.get("", path).await.expect(404);
        world.call("", odd("POUR"), path, None).await.expect(404);
    }
    for id in ["ws_0", "%22", "{workspace_id}", "a%0Ab", "%FF"] {
        let address = format!("/workspaces/{id}");
        world.get("alice", &format!("{address}?q=%22")).await.expect(404);
        world.call("alice", odd("get"), &address, None).await.expect(405);
    }
    let after = Metrics::of(&world).await;
    let names = |metrics: &Metrics| metrics.series.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
}

#[actix_web::test]
async fn lanes_pools_and_retries_are_shown() {
    let world = World::new().await;
    let workspace = world.workspace("single").await;
    let before = Metrics::of(&world).await;
    for (lane, size) in [("reads", 2), ("writes", 1)] {
        assert_eq!(
            before.value(&format!("tenantry_lane_size{{lane=\"{lane}\"}}")),
            size
        );
        for part in ["taken", "waiting", "refused_total"] {
            assert_eq!(
                before.value(&format!("tenantry_lane_{part}{{lane=\"{lane}\"}}")),
                0
            );
        }
    }
    assert_eq!(before.value("tenantry_store_retries_total"), 0);
    assert_eq!(
        before.value("tenantry_database_connections_max{pool=\"readers\"}"),
        4
    );
    for (state, count) in [("used", 1), ("idle", 2)] {
        let series = format!("tenantry_database_connections{{pool=\"readers\",state=\"{state}\"}}");
        assert_eq!(before.value(&series), count);
    }
    world.trace.fail(Some(|| StoreError::Retry("in the way".into())));
    world.get("alice", &workspace).await.refused(503, "unavailable");
    let after = Metrics::of(&world).await;
    assert!(after.value("tenantry_store_retries_total") > 0);
    let waits = "tenantry_lane_wait_seconds_count{lane=\"reads\"}";
    assert_eq!(after.value(waits), before.value(waits) + 1);
}

#[actix_web::test]
async fn charges_that_too_many_wait_for_are_sent_away_and_counted() {
    let world = World::guarded(|services| services.grouping.queue = 2).await;
    let workspace = world.staffed_workspace("pooled").await;
    let account = world.account(&workspace).await;
    let capacity = json!({ "locations": 9 });
    world.subscription(&workspace, &account, capacity).await;
    let root = world.root(&workspace, "Root").await;
    let body = json!({ "organization_id": root, "quantity": 1 });
    let charge = async |n: usize| {
        let address = format!("/charges/locations/r{n}");
        world.put("writer", &address, body.clone()).await
    };
    charge(0).await.expect(201);
    let before = Metrics::of(&world).await;
    assert!(before.value("tenantry_ledger_group_size_count") > 0);
    world.trace.fail(Some(|| {
        thread::sleep(Duration::from_millis(200));
        StoreError::Unavailable("slow".into())
    }));
    for reply in join_all((1..7).map(&charge)).await {
        assert!(reply.header("retry-after").is_some());
        reply.refused(503, "unavailable");
    }
    world.trace.fail(None);
    let after = Metrics::of(&world).await;
    // One is being decided, and one waits for that.
    assert!(after.value("tenantry_lane_refused_total{lane=\"ledger\"}") >= 4);
    charge(1).await.expect(201);
}

#[actix_web::test]
async fn e1_the_edition_and_the_days_of_the_licence_are_shown() {
    let world = World::new().await;
    let shown = async |edition: &str, standing: &str, days: Option<&str>| {
        let metrics = Metrics::of(&world).await;
        let license = format!("tenantry_license{{edition=\"{edition}\",standing=\"{standing}\"}}");
        assert_eq!(metrics.value(&license), 1);
        let of_family = |name: &&String| name.starts_with("tenantry_license{");
        assert_eq!(metrics.series.keys().filter(of_family).count(), 1);
        let left = metrics.series.get("tenantry_license_days_left");
        assert_eq!(left.map(String::as_str), days);
    };
    shown("community", "absent", None).await;
    world.switches.license(LicenseLimits::default());
    shown("enterprise", "valid", Some("30")).await;
    world.switches.pass_days(-1);
    shown("community", "not_yet_valid", Some("31")).await;
    world.switches.pass_days(31);
    shown("community", "expired", Some("0")).await;
}

#[actix_web::test]
async fn the_process_says_what_it_is_and_since_when() {
    let metrics = Metrics::of(&World::new().await).await;
    let build = format!("tenantry_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(metrics.value(&build), 1);
    assert_eq!(
        metrics.value("tenantry_process_start_time_seconds"),
        1_769_860_800
    );
}

#[actix_web::test]
async fn metrics_are_not_there_for_whoever_may_not_read_them() {
    let bearers = || Scrapers::Bearers("s3cret".to_owned());
    let cases: [(Scrapers, &[&str]); 2] = [(bearers(), &["s3cret"]), (Scrapers::Nobody, &[])];
    for (scrapers, known) in cases {
        let world = World::guarded(|services| services.scrapers = scrapers).await;
        for who in ["", "alice", "s3cre", "s3crets", "S3cret"] {
            world.get(who, "/metrics").await.refused(404, "route_not_found");
        }
        for who in known {
            Metrics::read(&world.get(who, "/metrics").await);
        }
    }
}

#[actix_web::test]
async fn every_metric_is_explained_and_nothing_else_is() {
    let world = World::new().await;
    world.get("", "/healthz").await.expect(200);
    let shown = Metrics::of(&world).await.names();
    let of_section = |title: &str| {
        let (_, rest) = OPERATING.split_once(&format!("\n## {title}\n")).unwrap();
        let section = rest.split("\n## ").next().unwrap();
        let words = section.split(|c: char| !c.is_ascii_lowercase() && c != '_');
        let names = words.filter(|word| word.starts_with("tenantry_"));
        names.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(
        of_section("Metrics"),
        shown,
        "docs/operating.md and /metrics differ"
    );
    for name in of_section("Alerts") {
        let metric = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|part| name.strip_suffix(part))
            .unwrap_or(&name);
        assert!(
            shown.contains(metric),
            "docs/operating.md alerts on {name}, which is not there"
        );
    }
}
