use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::{
    Actor, BillingAccountChanges, Error, OrganizationChanges, Scope, WorkspaceChanges,
};
use tenantry_domain::workspace::Role;

use super::world::{Small, World, key, machine, new_organization};
use crate::refused;

/// What a use case came to: done, not allowed, or not there.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Outcome {
    Done,
    Forbidden,
    Hidden,
}
use Outcome::{Done, Forbidden, Hidden};

fn outcome<T>(result: Result<T, Error>) -> Outcome {
    match result {
        Ok(_) => Done,
        Err(Error::NeedsRole(_) | Error::NeedsScope(_) | Error::PeopleOnly) => Forbidden,
        Err(Error::NotFound(_) | Error::UnknownReference { .. }) => Hidden,
        Err(other) => panic!("neither done nor denied: {other}"),
    }
}

/// Reads, changes of the tree, charges, reads of billing, changes of billing, archiving.
fn attempts(world: &World, actor: &Actor, small: &Small) -> [Outcome; 7] {
    let Small {
        workspace,
        account,
        root,
        ..
    } = *small;
    let app = &world.app;
    [
        outcome(app.list_organizations(
            actor,
            workspace,
            &tenantry_application::ports::OrganizationScope::All.into(),
            &PageRequest::default(),
        )),
        outcome(app.organization_limits(actor, workspace, root)),
        outcome(app.create_child(
            actor,
            workspace,
            root,
            &new_organization(None, &[]),
            &Once::default(),
        )),
        outcome(world.charge(actor, root, &format!("by {actor}"), 1)),
        outcome(app.billing_account(actor, workspace, account)),
        outcome(app.update_billing_account(
            actor,
            workspace,
            account,
            &BillingAccountChanges::default(),
            &Precondition::default(),
        )),
        outcome(app.update_workspace(
            actor,
            workspace,
            &WorkspaceChanges::default(),
            &Precondition::default(),
        )),
    ]
}

#[test]
fn w5_what_each_kind_of_caller_may_do() {
    let world = World::new();
    let owner = world.person("owner");
    let small = world.small(&owner, 100);
    let member = |name: &str, role| {
        let actor = world.person(name);
        let Actor::Person(id) = actor else {
            panic!("a person")
        };
        world
            .app
            .add_member(&owner, small.workspace, id, role, &Once::default())
            .unwrap();
        actor
    };
    let (admin, viewer) = (member("admin", Role::Admin), member("viewer", Role::Viewer));
    let tried = |actor: &Actor| attempts(&world, actor, &small);
    assert_eq!(tried(&owner), [Done; 7]);
    assert_eq!(tried(&admin), [Done, Done, Done, Done, Done, Forbidden, Done]);
    assert_eq!(
        tried(&viewer),
        [Done, Done, Forbidden, Forbidden, Forbidden, Forbidden, Forbidden]
    );
    assert_eq!(tried(&world.person("stranger")), [Hidden; 7]);
    let reader = [Hidden, Done, Hidden, Forbidden, Hidden, Hidden, Hidden];
    assert_eq!(tried(&machine(&[Scope::UsageRead])), reader);
    let writer = [Hidden, Forbidden, Hidden, Done, Hidden, Hidden, Hidden];
    assert_eq!(tried(&machine(&[Scope::UsageWrite])), writer);
    assert_eq!(
        tried(&machine(&[])),
        [Hidden, Forbidden, Hidden, Forbidden, Hidden, Hidden, Hidden]
    );
}

#[test]
fn i3_an_organization_of_another_workspace_is_not_there() {
    let world = World::new();
    let ada = world.person("ada");
    let (mine, other) = (world.small(&ada, 5), world.small(&ada, 5));
    let app = &world.app;
    refused!(
        app.organization(&ada, mine.workspace, other.root),
        Error::NotFound(Noun::Organization)
    );
    refused!(
        app.organization_limits(&ada, mine.workspace, other.root),
        Error::NotFound(Noun::Organization)
    );
    refused!(
        app.update_organization(
            &ada,
            mine.workspace,
            other.root,
            &OrganizationChanges::default(),
            &Precondition::default()
        ),
        Error::NotFound(Noun::Organization)
    );
    refused!(
        app.delete_organization(&ada, mine.workspace, other.root, true, &Precondition::default()),
        Error::NotFound(Noun::Organization)
    );
    refused!(
        app.create_root(
            &ada,
            mine.workspace,
            &new_organization(Some(other.account), &[]),
            &Once::default()
        ),
        Error::UnknownReference {
            noun: Noun::BillingAccount,
            ..
        }
    );
    refused!(
        app.billing_account(&ada, mine.workspace, other.account),
        Error::NotFound(Noun::BillingAccount)
    );
    let page = PageRequest::default();
    refused!(
        app.list_charges(&ada, mine.workspace, other.root, &page),
        Error::NotFound(Noun::Organization)
    );
}

#[test]
fn i3_charges_tell_a_stranger_about_the_organization_only() {
    let world = World::new();
    let (ada, mallory) = (world.person("ada"), world.person("mallory"));
    let small = world.small(&ada, 5);
    let missing = tenantry_domain::OrganizationId::from_uuid(uuid::Uuid::max());
    for id in [small.root, missing] {
        refused!(
            world.charge(&mallory, id, "x", 1),
            Error::NotFound(Noun::Organization)
        );
        refused!(
            world.app.find_charge(&mallory, id.into(), &key("x")),
            Error::NotFound(Noun::Organization)
        );
        refused!(
            world.try_release(&mallory, id, "x"),
            Error::NotFound(Noun::Organization)
        );
    }
}
