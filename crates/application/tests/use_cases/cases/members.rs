use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, Settings};
use tenantry_domain::UserId;
use tenantry_domain::billing::BillingMode;
use tenantry_domain::workspace::{MemberCaps, MembershipRefused, Role};

use super::world::{World, machine};
use crate::refused;

fn id(actor: &Actor) -> UserId {
    match actor {
        Actor::Person(id) => *id,
        Actor::Machine(_) | Actor::Credential(_) => panic!("a person"),
    }
}

#[test]
fn w5_the_last_owner_stays_until_there_is_another() {
    let world = World::new();
    let (ada, grace) = (world.person("ada"), world.person("grace"));
    let w = world.workspace(&ada, BillingMode::Single);
    refused!(
        world
            .app
            .remove_member(&ada, w, id(&ada), &Precondition::default()),
        Error::Membership(MembershipRefused::LastOwner)
    );
    world
        .app
        .add_member(&ada, w, id(&grace), Role::Owner, &Once::default())
        .unwrap();
    world
        .app
        .remove_member(&ada, w, id(&ada), &Precondition::default())
        .unwrap();
    refused!(
        world
            .app
            .change_role(&grace, w, id(&grace), Role::Viewer, &Precondition::default()),
        Error::Membership(MembershipRefused::LastOwner)
    );
}

#[test]
fn w5_nobody_is_added_twice_nor_unknown_nor_beyond_the_cap() {
    let world = World::with(Settings {
        members: MemberCaps { members: 2 },
        ..Settings::default()
    });
    let (ada, grace, alan) = (world.person("ada"), world.person("grace"), world.person("alan"));
    let w = world.workspace(&ada, BillingMode::Single);
    let unknown = UserId::from_uuid(uuid::Uuid::max());
    refused!(
        world
            .app
            .add_member(&ada, w, unknown, Role::Viewer, &Once::default()),
        Error::UnknownReference { noun: Noun::User, .. }
    );
    refused!(
        world
            .app
            .add_member(&ada, w, id(&ada), Role::Viewer, &Once::default()),
        Error::AlreadyMember
    );
    world
        .app
        .add_member(&ada, w, id(&grace), Role::Viewer, &Once::default())
        .unwrap();
    refused!(
        world
            .app
            .add_member(&ada, w, id(&alan), Role::Viewer, &Once::default()),
        Error::Membership(MembershipRefused::TooManyMembers(2))
    );
    refused!(
        world
            .app
            .change_role(&ada, w, id(&alan), Role::Admin, &Precondition::default()),
        Error::NotFound(Noun::Member)
    );
}

#[test]
fn w5_an_admin_does_not_touch_owners_and_a_viewer_leaves() {
    let world = World::new();
    let (ada, grace, alan) = (world.person("ada"), world.person("grace"), world.person("alan"));
    let w = world.workspace(&ada, BillingMode::Single);
    world
        .app
        .add_member(&ada, w, id(&grace), Role::Admin, &Once::default())
        .unwrap();
    world
        .app
        .add_member(&grace, w, id(&alan), Role::Viewer, &Once::default())
        .unwrap();
    let owners_only = MembershipRefused::OwnersOnly;
    refused!(world.app.change_role(&grace, w, id(&ada), Role::Viewer, &Precondition::default()), Error::Membership(r) if *r == owners_only);
    refused!(world.app.change_role(&grace, w, id(&alan), Role::Owner, &Precondition::default()), Error::Membership(r) if *r == owners_only);
    refused!(
        world
            .app
            .remove_member(&alan, w, id(&grace), &Precondition::default()),
        Error::NeedsRole(Role::Admin)
    );
    world
        .app
        .remove_member(&alan, w, id(&alan), &Precondition::default())
        .unwrap();
    refused!(world.app.workspace(&alan, w), Error::NotFound(Noun::Workspace));
}

#[test]
fn w2_a_machine_owns_no_workspace() {
    let world = World::new();
    let new = tenantry_application::NewWorkspace {
        name: "Machines".parse().unwrap(),
        description: None,
        billing_mode: BillingMode::Single,
    };
    refused!(
        world.app.create_workspace(&machine(&[]), &new, &Once::default()),
        Error::PeopleOnly
    );
}
