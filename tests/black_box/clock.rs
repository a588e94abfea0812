//! A clock that jumps, as libfaketime has it.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;
use tenantry_tests::{Caller, Service};

/// Where Debian puts it, below a directory for each architecture.
const LIBRARIES: &str = "/usr/lib";
const LIBRARY: &str = "faketime/libfaketime.so.1";

fn library() -> PathBuf {
    let architectures = fs::read_dir(LIBRARIES).expect("there are libraries").flatten();
    architectures
        .map(|architecture| architecture.path().join(LIBRARY))
        .find(|library| library.is_file())
        .expect("libfaketime is installed; `make tools` does so")
}

/// A wall clock that only jumps when it is told. Beside it time passes evenly, as it does for the kernel.
struct Clock(TempDir);

impl Clock {
    fn new() -> Self {
        let clock = Self(tempfile::tempdir().expect("a temporary directory"));
        clock.jump("+0");
        clock
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("offset")
    }

    /// To this far from the machine's own.
    fn jump(&self, offset: &str) {
        let next = self.0.path().join("next");
        fs::write(&next, offset).expect("it can be written");
        fs::rename(next, self.file()).expect("it is one file system");
    }

    fn start_service(&self) -> Service {
        let (library, file) = (library(), self.file());
        Service::start(&[
            ("LD_PRELOAD", library.to_str().expect("UTF-8")),
            ("FAKETIME_TIMESTAMP_FILE", file.to_str().expect("UTF-8")),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("TENANTRY__BILLING__ENFORCEMENT", "off"),
        ])
    }
}

fn names(who: &Caller, path: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = format!("{path}?limit=2");
    loop {
        let page = who.get(&next).expect(200);
        let rows = page.at("/data").as_array().expect("a list").clone();
        names.extend(
            rows.iter()
                .map(|row| row["name"].as_str().expect("a name").to_owned()),
        );
        match page.at("/next_cursor") {
            Value::String(cursor) => next = format!("{path}?limit=2&after={cursor}"),
            _ => return names,
        }
    }
}

#[test]
fn a_clock_that_jumps_there_and_back_loses_nothing() {
    let clock = Clock::new();
    let mut service = clock.start_service();
    let today = service.person("ada@example.com");
    let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
    let w = format!(
        "/workspaces/{}",
        today.post("/workspaces", &acme).expect(201).id()
    );
    let organizations = format!("{w}/organizations");
    let make = |who: &Caller, name: &str| {
        who.post(&organizations, &json!({ "name": name }))
            .expect(201)
            .id()
    };
    let root = make(&today, "first");
    let charge = |who: &Caller, resource: &str| {
        let charged = json!({ "organization_id": root });
        who.put(&format!("/charges/locations/{resource}"), &charged)
            .expect(201);
    };
    let reserve = |who: &Caller, resource: &str| {
        let held = json!({ "meter": "locations", "resource_id": resource, "organization_id": root, "ttl_seconds": 900 });
        let held = who.post("/reservations", &held).expect(201);
        format!("/reservations/{}", held.id())
    };
    charge(&today, "today");
    let over = reserve(&today, "over");

    clock.jump("+2d");
    today.get("/workspaces").expect(401);
    let later = service.person("ada@example.com");
    charge(&later, "later");
    make(&later, "second");
    later.post(&format!("{over}/commit"), &json!({})).expect(410);
    let held = reserve(&later, "held");

    clock.jump("-12h");
    make(&today, "third");
    charge(&today, "back");
    today.post(&format!("{held}/commit"), &json!({})).expect(200);
    let once = today.with_idempotency_key("fourth");
    let fourth = once
        .post(&organizations, &json!({ "name": "fourth" }))
        .expect(201);

    clock.jump("+0");
    let again = once
        .post(&organizations, &json!({ "name": "fourth" }))
        .expect(201);
    assert_eq!(again.text, fourth.text);
    assert_eq!(
        names(&today, &organizations),
        ["first", "second", "third", "fourth"]
    );
    let shown = today.get(&format!("{organizations}/{root}")).expect(200);
    assert_eq!(*shown.at("/usage/subtree_usage/locations"), 4);
    let verified = service.run(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
    let log = service.stop_and_tell();
    assert!(!log.contains("panic"), "{log}");
}
