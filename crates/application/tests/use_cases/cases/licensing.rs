use std::sync::Arc;

use tenantry_domain::license::{Edition, License, LicenseLimits, Validity};
use uuid::Uuid;

use super::world::World;

impl World {
    /// Edition, and validity and days of the licence.
    fn licensing(&self) -> (Edition, Option<(Validity, u32)>) {
        let standing = self.app.licensing().1;
        (
            self.app.entitlements().edition,
            standing.map(|standing| (standing.validity, standing.days_left)),
        )
    }
}

#[test]
fn e1_the_edition_is_that_of_the_licence_as_long_as_it_holds() {
    use Edition::{Community, Enterprise};
    let world = World::new();
    assert_eq!(world.licensing(), (Community, None));
    let license = License {
        id: Uuid::from_u128(1),
        holder: "ACME".parse().unwrap(),
        edition: Enterprise,
        limits: LicenseLimits::default(),
        not_before: world.now().plus_days(1),
        expires_at: world.now().plus_days(11),
    };
    *world.licenses.0.lock().unwrap() = Some(Arc::new(license));
    assert_eq!(world.licensing(), (Community, Some((Validity::NotYetValid, 11))));
    world.pass_days(1);
    assert_eq!(world.licensing(), (Enterprise, Some((Validity::Valid, 10))));
    world.pass_days(10);
    assert_eq!(world.licensing(), (Community, Some((Validity::Expired, 0))));
    *world.licenses.0.lock().unwrap() = None;
    assert_eq!(world.licensing(), (Community, None));
}
