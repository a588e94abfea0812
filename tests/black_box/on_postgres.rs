use tenantry_test_postgres::shared;
use tenantry_tests::{Service, Settings};

#[path = "cases/mod.rs"]
mod cases;

fn start(settings: Settings) -> Service {
    Service::start_on(&shared().create_schema(), settings)
}
