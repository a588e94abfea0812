use std::time::Duration;

use serde_json::json;
use tenantry_test_postgres::{Server, Setup, Stop};
use tenantry_tests::Service;

use crate::load::{Load, SETTINGS};

/// `database.acquire_timeout_ms`, unless set.
const PATIENCE: Duration = Duration::from_secs(5);
const BEHIND_A_POOLER: tenantry_tests::Settings<'static> = &[
    ("TENANTRY__BILLING__ENFORCEMENT", "off"),
    ("TENANTRY__DATABASE__TRANSACTION_POOLER", "true"),
];

/// Twice the server goes away under a load, and comes back.
fn outages(server: &Server, service: &Service) -> Load {
    let load = Load::on(service);
    load.during(|| {
        for how in [Stop::Fast, Stop::Immediate] {
            server.stop(how);
            assert_eq!(service.anonymous().get("/readyz").status, 503);
            load.wait_for_refused();
            load.ada.get("/workspaces").expect(503);
            load.look().expect(503);
            server.start_again();
            load.wait_for_acknowledged();
            service.anonymous().get("/readyz").expect(200);
        }
    });
    load
}

#[test]
fn while_the_database_is_away_every_answer_is_503_and_nothing_acknowledged_is_lost() {
    let server = Server::start(&Setup::default());
    let service = Service::start_on(&server.create_schema(), SETTINGS);
    let load = outages(&server, &service);
    assert!(load.slowest() < PATIENCE);
    load.check(&service);
}

#[test]
fn behind_a_pooler_it_is_the_same() {
    let server = Server::start(&Setup::default());
    let pooler = server.start_pooler();
    let database = server.create_named_database();
    let service = Service::start_on(&pooler.url(&database), BEHIND_A_POOLER);
    outages(&server, &service).check(&service);
}

#[test]
fn when_a_standby_takes_over_the_service_goes_on_with_everything_acknowledged() {
    let primary = Server::start(&Setup::default());
    let database = primary.create_named_database();
    let standby = primary.start_standby();
    let service = Service::start_on(&primary.url_with(&standby, &database), SETTINGS);
    let load = Load::on(&service);
    load.during(|| {
        primary.stop(Stop::Immediate);
        load.wait_for_refused();
        standby.promote();
        load.wait_for_acknowledged();
        service.anonymous().get("/readyz").expect(200);
    });
    load.check(&service);
}

#[test]
fn k2_a_mistyped_key_is_refused_without_the_database() {
    let server = Server::start(&Setup::default());
    let service = Service::start_on(&server.create_schema(), SETTINGS);
    let made = service
        .person("ada@example.com")
        .post("/api-keys", &json!({ "name": "laptop" }));
    let key = made.expect(201).text_at("/api_key");
    let ask = |key: &str| {
        let answer = service.anonymous().with_token(key).get("/v1/teams");
        (answer.status, answer.text_at("/error"))
    };
    server.stop(Stop::Fast);
    assert_eq!(ask(&key).0, 503);
    let (last, other) = (key.len() - 1, if key.ends_with('0') { '1' } else { '0' });
    for mistyped in [
        format!("{}{other}", &key[..last]),
        key[..last].to_owned(),
        format!("{key}0"),
        key.replacen('_', "_-", 1),
    ] {
        let why = "the API key is mistyped or cut off".to_owned();
        assert_eq!(ask(&mistyped), (403, why), "{mistyped}");
    }
}

#[test]
fn health_tells_a_service_without_its_database_from_one_that_is_well() {
    let server = Server::start(&Setup::default());
    let service = Service::start_on(&server.create_schema(), SETTINGS);
    server.stop(Stop::Fast);
    let asked = service.run(&["health", "--url", &service.base]);
    assert_eq!(asked.code, Some(1));
    assert!(asked.stderr.contains("/readyz answered 503"), "{}", asked.stderr);
    let asked = service.run(&["health", "--live", "--url", &service.base]);
    assert_eq!(asked.code, Some(0), "{}", asked.stderr);
}
