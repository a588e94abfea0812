//! What a whole workspace uses, in one report (L10), held against what is told of each organization (L7).

use tenantry_application::{Actor, Error, Scope, Settings, UsageReport};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::{BillingEnforcement, Units, WorkspaceId};

use super::world::{World, machine};
use crate::refused;

fn report(world: &World, by: &Actor, workspace: WorkspaceId) -> UsageReport {
    world.app.usage_report(by, workspace).unwrap()
}

#[test]
fn l10_a_row_says_what_the_limits_of_its_organization_say() {
    for enforcement in [
        BillingEnforcement::Enforce,
        BillingEnforcement::Observe,
        BillingEnforcement::Off,
    ] {
        let world = World::with(Settings {
            enforcement,
            ..Settings::default()
        });
        let ada = world.person("ada");
        let workspace = world.workspace(&ada, BillingMode::Assigned);
        let accounts = [9, 4].map(|capacity| {
            let account = world.account(&ada, workspace);
            world.subscribe(&ada, workspace, account, &[("locations", capacity), ("users", 2)]);
            account
        });
        let [first, second] = accounts.map(|account| world.root(&ada, workspace, Some(account), &[]));
        let child = world.child(&ada, workspace, first, &[("locations", 5), ("users", 0)]);
        let sibling = world.child(&ada, workspace, second, &[]);
        let leaf = world.child(&ada, workspace, child, &[("locations", 5)]);
        world.team(&ada, Some(sibling), None);
        for (n, target) in [first, child, leaf, leaf, sibling].into_iter().enumerate() {
            world.charge(&ada, target, &format!("r{n}"), 1).unwrap();
        }
        let whole = report(&world, &ada, workspace);
        let ids: Vec<_> = whole.rows.iter().map(|row| row.organization.id).collect();
        assert_eq!(ids, [first, child, leaf, second, sibling]);
        for row in &whole.rows {
            let told = world
                .app
                .organization_limits(&ada, workspace, row.organization.id)
                .unwrap();
            for (usage, told) in row.usage.iter().zip(&told.meters) {
                assert_eq!(
                    (usage.used, usage.direct, usage.limit, usage.total, usage.free),
                    (
                        told.used(),
                        told.direct,
                        told.org_limit(),
                        told.total(),
                        told.free()
                    ),
                    "{} in {enforcement:?}",
                    told.meter
                );
            }
            assert_eq!(row.usage.len(), whole.meters.len());
            assert_eq!(row.above.len(), row.organization.depth());
        }
        let locations = whole.totals[0];
        let capacity = (enforcement != BillingEnforcement::Off).then_some(13);
        assert_eq!(
            (locations.used.get(), locations.total.map(Units::get)),
            (5, capacity)
        );
    }
}

#[test]
fn l10_what_is_over_its_limit_shows_it() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 3);
    world.charge(&ada, small.root, "x", 3).unwrap();
    assert!(!report(&world, &ada, small.workspace).rows[0].usage[0].is_over());
    world.nobody_can_pay();
    // The trial ends, and nothing pays for what is used.
    world.pass_days(15);
    let late = report(&world, &ada, small.workspace);
    assert!(late.rows[0].usage[0].is_over() && late.totals[0].is_over());
    assert_eq!(late.at, world.now());
}

#[test]
fn l10_whoever_may_see_usage_sees_the_report() {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Pooled);
    let reader = machine(&[Scope::UsageRead]);
    assert_eq!(report(&world, &reader, workspace).rows, []);
    let refused = world.app.usage_report(&machine(&[Scope::UsageWrite]), workspace);
    refused!(refused, Error::NeedsScope(Scope::UsageRead));
    let stranger = world.app.usage_report(&world.person("grace"), workspace);
    refused!(stranger, Error::NotFound(_));
}
