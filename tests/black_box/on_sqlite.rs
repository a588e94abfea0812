use tenantry_tests::{Service, Settings};

#[path = "cases/mod.rs"]
mod cases;

fn start(settings: Settings) -> Service {
    Service::start(settings)
}
