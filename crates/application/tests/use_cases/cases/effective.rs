//! Everything that applies to an organization, and where it comes from (O9).

use tenantry_application::idempotency::Once;
use tenantry_application::page::{PageRequest, PageSize, Position};
use tenantry_application::precondition::Precondition;
use tenantry_application::{
    Actor, BrandingChanges, EffectiveView, Error, OrganizationChanges, Patch, PersonAccess, Scope,
};
use tenantry_domain::organization::InheritedBranding;
use tenantry_domain::team::{SystemRole, TeamRole};
use tenantry_domain::workspace::Role;
use tenantry_domain::{OrganizationId, Units, UserId};

use super::world::{Small, World, machine};
use crate::refused;

/// A root with an account, and a child of it.
fn start() -> (World, Actor, Small, OrganizationId) {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
    let child = world.child(&ada, small.workspace, small.root, &[("locations", 4)]);
    (world, ada, small, child)
}

impl World {
    fn effective(&self, actor: &Actor, small: &Small, id: OrganizationId) -> Result<EffectiveView, Error> {
        let first = PageRequest::default();
        self.app.effective(actor, small.workspace, id, &first)
    }

    fn employ(&self, owner: &Actor, small: &Small, name: &str, role: Role) -> Actor {
        let person = self.person(name);
        self.app
            .add_member(owner, small.workspace, id(&person), role, &Once::default())
            .unwrap();
        person
    }
}

fn id(actor: &Actor) -> UserId {
    match actor {
        Actor::Person(id) => *id,
        Actor::Machine(_) | Actor::Credential(_) => panic!("a person"),
    }
}

/// Of each their role in the workspace, and their roles in teams.
/// Somebody, with their role in the workspace and those in each team.
type Through<'a> = (UserId, Option<Role>, Vec<Vec<&'a str>>);

fn through(people: &[PersonAccess]) -> Vec<Through<'_>> {
    let mut found = Vec::new();
    for person in people {
        let in_teams = person.teams.iter();
        let names = in_teams.map(|(_, roles)| roles.iter().map(TeamRole::name).collect());
        found.push((person.user.id, person.workspace_role, names.collect()));
    }
    found
}

#[test]
fn o9_branding_is_inherited_field_by_field_through_the_tree() {
    let (world, ada, small, child) = start();
    let leaf = world.child(&ada, small.workspace, child, &[]);
    let brand = |id, branding| {
        let changes = OrganizationChanges {
            branding: Patch::Set(branding),
            ..OrganizationChanges::default()
        };
        world
            .app
            .update_organization(&ada, small.workspace, id, &changes, &Precondition::default())
            .unwrap();
    };
    let name = |name: &str| BrandingChanges {
        display_name: Patch::Set(name.parse().unwrap()),
        ..BrandingChanges::default()
    };
    let color = |color: &str| BrandingChanges {
        primary: Patch::Set(color.parse().unwrap()),
        ..BrandingChanges::default()
    };
    brand(small.root, name("Root"));
    brand(small.root, color("#000001"));
    brand(child, color("#000002"));
    let view = world.effective(&ada, &small, leaf).unwrap();
    let lineage: Vec<_> = view.lineage.iter().map(|one| one.id).collect();
    assert_eq!(lineage, [small.root, child, leaf]);
    let branding = InheritedBranding::of(&view.lineage);
    assert_eq!(branding.display_name.unwrap().from.id, small.root);
    assert_eq!(branding.primary.unwrap().from.id, child);
    assert_eq!(branding.page_background, None);
}

#[test]
fn o9_limits_are_told_with_all_of_the_chain_and_the_account_with_its_root() {
    let (world, ada, small, child) = start();
    world.charge(&ada, child, "a", 3).unwrap();
    let view = world.effective(&ada, &small, child).unwrap();
    let locations = &view.limits.meters[0];
    let caps: Vec<_> = locations
        .chain
        .nodes()
        .map(|node| node.limit.cap().map(Units::get))
        .collect();
    assert_eq!(caps, [Some(10), None, Some(4)]);
    assert_eq!(locations.free().unwrap().get(), 1);
    assert_eq!(view.billing_account.unwrap().id, small.account);
}

#[test]
fn w5_only_who_sees_billing_is_told_who_pays_and_only_people_see_people() {
    let (world, ada, small, child) = start();
    let look = |actor: &Actor| {
        let view = world.effective(actor, &small, child)?;
        Ok((view.billing_account.is_some(), view.access.is_some()))
    };
    let (adam, vera) = (
        world.employ(&ada, &small, "adam", Role::Admin),
        world.employ(&ada, &small, "vera", Role::Viewer),
    );
    assert_eq!(look(&adam).unwrap(), (true, true));
    assert_eq!(look(&vera).unwrap(), (false, true));
    assert_eq!(look(&machine(&[Scope::UsageRead])).unwrap(), (false, false));
    refused!(look(&machine(&[Scope::UsageWrite])), Error::NeedsScope(_));
    refused!(look(&world.person("mallory")), Error::NotFound(_));
}

#[test]
fn o9_everybody_with_access_is_told_once_with_all_that_gives_it() {
    let (world, ada, small, child) = start();
    let vera = world.employ(&ada, &small, "vera", Role::Viewer);
    let (first, second, elsewhere) = (
        world.team(&ada, Some(child), None),
        world.team(&ada, Some(child), None),
        world.team(&ada, Some(small.root), None),
    );
    let (grace, stranger) = (world.person("grace"), world.person("stranger"));
    world.join(first, &vera, &[SystemRole::Developer]);
    world.join(first, &grace, &[SystemRole::Developer, SystemRole::Administrator]);
    world.join(second, &grace, &[]);
    world.join(elsewhere, &stranger, &[SystemRole::Developer]);
    let access = world.effective(&vera, &small, child).unwrap().access.unwrap();
    let expected = [
        (id(&ada), Some(Role::Owner), vec![vec!["Owner"], vec!["Owner"]]),
        (id(&vera), Some(Role::Viewer), vec![vec!["Developer"]]),
        (id(&grace), None, vec![vec!["Administrator", "Developer"], vec![]]),
    ];
    assert_eq!(through(&access.items), expected);
    let teams: Vec<_> = access.items[2].teams.iter().map(|(team, _)| team.id).collect();
    assert_eq!(teams, [first, second]);
    let of_root = world.effective(&ada, &small, small.root).unwrap().access.unwrap();
    let ids: Vec<_> = of_root.items.iter().map(|person| person.user.id).collect();
    assert_eq!(ids, [&ada, &vera, &stranger].map(id));
}

#[test]
fn o9_people_are_read_a_part_at_a_time() {
    let (world, ada, small, child) = start();
    let crew = world.team(&ada, Some(child), None);
    let mut expected = vec![id(&ada)];
    for n in 0..6 {
        let somebody = world.person(&format!("person {n}"));
        world.join(crew, &somebody, &[SystemRole::Developer]);
        expected.push(id(&somebody));
    }
    let (mut seen, mut position) = (Vec::new(), Position::Start);
    loop {
        let request = PageRequest {
            size: PageSize::try_from(2).unwrap(),
            position,
        };
        let view = world
            .app
            .effective(&ada, small.workspace, child, &request)
            .unwrap();
        let access = view.access.unwrap();
        assert!(access.items.iter().all(|person| !person.teams.is_empty()));
        seen.extend(access.items.iter().map(|person| person.user.id));
        let Some(next) = access.next else { break };
        position = Position::After(next);
    }
    assert_eq!(seen, expected);
}
