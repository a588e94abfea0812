use std::thread::{self, ScopedJoinHandle};

use tenantry_application::idempotency::Once;
use tenantry_application::page::{Gap, PageRequest, PageSize, Position};
use tenantry_application::ports::{ChargeKey, OrganizationFilter, OrganizationScope, OrganizationSelection};
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, NewOrganization, OrganizationChanges, Scope};
use tenantry_domain::text::Folded;
use tenantry_domain::{OrganizationId, WorkspaceId};

use super::world::{Small, World, key, machine, new_organization};
use crate::refused;

/// What each of those does who charge while somebody reads.
const ROUNDS: usize = 60;

fn request<K>(position: Position<Gap<K>>) -> PageRequest<K> {
    PageRequest {
        size: PageSize::try_from(3).unwrap(),
        position,
    }
}

/// The ledger from one end to the other.
fn ledger(world: &World, small: &Small, mut position: Position<Gap<ChargeKey>>) -> Vec<String> {
    let reader = machine(&[Scope::UsageRead]);
    let is_backwards = matches!(position, Position::Before(_));
    let mut seen = Vec::new();
    loop {
        let asked = request(position);
        let page = world
            .app
            .list_charges(&reader, small.workspace, small.root, &asked);
        let page = page.unwrap();
        let mut found: Vec<_> = page
            .items
            .iter()
            .map(|charge| charge.resource_id.to_string())
            .collect();
        let next = if is_backwards {
            found.reverse();
            page.previous.map(Position::Before)
        } else {
            page.next.map(Position::After)
        };
        seen.extend(found);
        match next {
            Some(next) => position = next,
            None => break,
        }
    }
    if is_backwards {
        seen.reverse();
    }
    seen
}

#[test]
fn a_walk_through_a_ledger_misses_nothing_while_others_charge_and_release() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 1_000);
    let stays = |n: usize| format!("{n:03} stays");
    for n in 0..20 {
        world.charge(&ada, small.root, &stays(n), 1).unwrap();
    }
    let come_and_go = |writer: usize| {
        for n in (0..20).cycle().take(ROUNDS) {
            let comes = format!("{n:03} comes {writer}");
            world.charge(&ada, small.root, &comes, 1).unwrap();
            if n % 3 != 0 {
                world.release(&ada, small.root, &comes);
            }
        }
    };
    thread::scope(|scope| {
        let writers = [0, 1].map(|writer| scope.spawn(move || come_and_go(writer)));
        let ends = [Position::Start, Position::Before(Gap::behind(key("~")))];
        for position in ends.iter().cycle() {
            let was_last = writers.iter().all(ScopedJoinHandle::is_finished);
            let seen = ledger(&world, &small, position.clone());
            assert!(seen.is_sorted_by(|a, b| a < b), "{seen:#?}");
            let kept: Vec<_> = seen.into_iter().filter(|name| name.ends_with("stays")).collect();
            assert_eq!(kept, (0..20).map(stays).collect::<Vec<_>>());
            if was_last {
                return;
            }
        }
    });
}

fn make(world: &World, ada: &Actor, small: &Small, name: &str) -> OrganizationId {
    let new = NewOrganization {
        name: name.parse().unwrap(),
        ..new_organization(None, &[])
    };
    let made = world
        .app
        .create_child(ada, small.workspace, small.root, &new, &Once::default());
    made.unwrap().organization.id
}

fn found(
    world: &World,
    ada: &Actor,
    workspace: WorkspaceId,
    selection: &OrganizationSelection,
) -> Result<Vec<OrganizationId>, Error> {
    let page = world
        .app
        .list_organizations(ada, workspace, selection, &PageRequest::default())?;
    Ok(page.items.iter().map(|view| view.organization.id).collect())
}

fn named(scope: OrganizationScope, name: &str) -> OrganizationSelection {
    OrganizationSelection {
        scope,
        filter: OrganizationFilter {
            name: Some(Folded::of(name)),
            depth: None,
        },
    }
}

#[test]
fn x2_an_organization_is_found_by_its_present_name() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let zurich = make(&world, &ada, &small, "Zürich Straße");
    let search = |name| {
        found(
            &world,
            &ada,
            small.workspace,
            &named(OrganizationScope::All, name),
        )
        .unwrap()
    };
    assert_eq!(search("ÜRICH STRASSE"), [zurich]);
    let changes = OrganizationChanges {
        name: Some("ΟΔΟΣ".parse().unwrap()),
        ..OrganizationChanges::default()
    };
    world
        .app
        .update_organization(&ada, small.workspace, zurich, &changes, &Precondition::default())
        .unwrap();
    assert_eq!(search("zürich"), []);
    assert_eq!(search("οδος"), [zurich]);
}

#[test]
fn i3_what_is_around_an_organization_that_is_not_there_is_not_there_however_it_is_looked_for() {
    let world = World::new();
    let ada = world.person("ada");
    let (small, other) = (world.small(&ada, 5), world.small(&ada, 5));
    let around = [
        OrganizationScope::ChildrenOf,
        OrganizationScope::DescendantsOf,
        OrganizationScope::AncestorsOf,
    ];
    for scope in around {
        refused!(
            found(&world, &ada, small.workspace, &named(scope(other.root), "x")),
            Error::NotFound(_)
        );
        let nothing = found(&world, &ada, small.workspace, &named(scope(small.root), "x"));
        assert_eq!(nothing.unwrap(), []);
    }
}
