//! What teams use: the last node of the chain, and who may charge to it.

use std::thread;

use tenantry_application::charges::{ChargeRequest, LedgerRequest, Question};
use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, OrganizationChanges, Scope};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::capacity::{
    Balance, ChargeTarget, NodeId, NodeKind, OverLimit, PoolId, SeenNode, TargetId,
};
use tenantry_domain::charge::ChargeRefused;
use tenantry_domain::team::{LacksScope, SystemRole, TeamScope};
use tenantry_domain::workspace::Role;
use tenantry_domain::{Limit, OrganizationId, Quantity, TeamId, Units, WorkspaceId};

use super::ledger::{Ask, charged};
use super::world::{World, key, limits, locations, machine};
use crate::recorder::statements_of;
use crate::refused;

/// Two teams in a child of a root.
struct Place {
    world: World,
    /// Owns the workspace and the teams.
    ada: Actor,
    workspace: WorkspaceId,
    root: OrganizationId,
    child: OrganizationId,
    teams: [TeamId; 2],
}

impl Place {
    /// With so much capacity of `locations`, limits of root and child, and the site limit of the first team.
    fn new(capacity: i64, [root, child]: [u64; 2], site_limit: Option<u64>) -> Self {
        let world = World::new();
        let ada = world.person("ada");
        let workspace = world.workspace(&ada, BillingMode::Single);
        let account = world.account(&ada, workspace);
        let provided = [("locations", capacity), ("users", 50)];
        world.subscribe(&ada, workspace, account, &provided);
        let root = world.root(&ada, workspace, Some(account), &[("locations", root)]);
        let child = world.child(&ada, workspace, root, &[("locations", child)]);
        let teams = [site_limit, None].map(|limit| world.team(&ada, Some(child), limit));
        Self {
            world,
            ada,
            workspace,
            root,
            child,
            teams,
        }
    }

    fn roomy() -> Self {
        Self::new(100, [100, 100], None)
    }

    fn balance(&self, node: NodeId) -> Balance {
        let mut unit = self.world.store.begin_read().unwrap();
        let kept = unit.balances().of_nodes(self.workspace, &[node]).unwrap();
        let of_node = kept.get(&node).and_then(|meters| meters.get(&locations()));
        of_node.copied().unwrap_or_default()
    }

    /// Direct and subtree.
    fn used(&self, node: NodeId) -> [u64; 2] {
        let balance = self.balance(node);
        [balance.direct, balance.subtree].map(Units::get)
    }

    fn pool(&self) -> NodeId {
        NodeId::Pool(PoolId::Workspace(self.workspace))
    }

    /// Somebody in the first team and not in the workspace.
    fn hand(&self, name: &str, roles: &[SystemRole]) -> Actor {
        let somebody = self.world.person(name);
        self.world.join(self.teams[0], &somebody, roles);
        somebody
    }

    fn member(&self, name: &str, role: Role) -> Actor {
        let actor = self.world.person(name);
        let Actor::Person(id) = actor else {
            panic!("a person")
        };
        let app = &self.world.app;
        app.add_member(&self.ada, self.workspace, id, role, &Once::default())
            .unwrap();
        actor
    }

    fn release(&self, actor: &Actor, target: impl Into<TargetId>, resource: &str) -> Result<(), Error> {
        self.world.try_release(actor, target, resource)
    }
}

fn question(target: impl Into<TargetId>, n: i64) -> Question {
    Question {
        meter: locations(),
        target: target.into(),
        quantity: Quantity::try_from(n).unwrap(),
    }
}

/// What each node is, whether it admits, and what it is called where that is told.
fn told<'a>(nodes: impl Iterator<Item = SeenNode<'a>>) -> Vec<(NodeKind, bool, Option<&'a str>)> {
    nodes
        .map(|seen| (seen.kind, seen.admits, seen.node.map(|node| node.name.as_str())))
        .collect()
}

#[test]
fn l6_what_a_team_uses_is_its_organizations_own_and_counts_above() {
    let place = Place::roomy();
    let ([team, other], child) = (place.teams, place.child);
    let target = place.world.charge(&place.ada, team, "a", 3).unwrap();
    assert!(target.created);
    assert_eq!(
        target.charge.target,
        ChargeTarget::Team {
            id: team,
            organization: Some(child)
        }
    );
    place.world.charge(&place.ada, other, "b", 2).unwrap();
    place.world.charge(&place.ada, child, "c", 1).unwrap();
    assert_eq!(place.used(NodeId::Team(team)), [3, 3]);
    assert_eq!(place.used(NodeId::Team(other)), [2, 2]);
    assert_eq!(place.used(NodeId::Organization(child)), [6, 6]);
    assert_eq!(place.used(NodeId::Organization(place.root)), [0, 6]);
    assert_eq!(place.used(place.pool()), [0, 6]);
    place.world.charge(&place.ada, team, "a", 1).unwrap();
    assert_eq!(place.used(NodeId::Organization(child)), [4, 4]);
    place.release(&place.ada, team, "a").unwrap();
    assert_eq!(place.used(NodeId::Team(team)), [0, 0]);
    assert_eq!(place.used(place.pool()), [0, 3]);
    place.world.is_exact();
}

#[test]
fn c1_what_a_team_has_its_organization_and_other_teams_have_not() {
    let place = Place::roomy();
    let (world, ada) = (&place.world, &place.ada);
    let ([team, other], child) = (place.teams, place.child);
    world.charge(ada, team, "x", 1).unwrap();
    let at_team = Some(ChargeTarget::Team {
        id: team,
        organization: Some(child),
    });
    refused!(world.charge(ada, child, "x", 1), Error::Charge(ChargeRefused::Elsewhere(at)) if at.target == at_team);
    refused!(world.charge(ada, other, "x", 1), Error::Charge(ChargeRefused::Elsewhere(at)) if at.target == at_team);
    for elsewhere in [TargetId::from(child), other.into()] {
        refused!(
            world.app.find_charge(ada, elsewhere, &key("x")),
            Error::NotFound(Noun::Charge)
        );
        place.release(ada, elsewhere, "x").unwrap();
    }
    assert_eq!(place.used(NodeId::Team(team)), [1, 1]);
    let page = PageRequest::default();
    let of_team = world.app.list_team_charges(ada, team, &page).unwrap().items;
    let of_child = world
        .app
        .list_charges(ada, place.workspace, child, &page)
        .unwrap()
        .items;
    assert_eq!(of_team.len(), 1);
    assert!(of_child.contains(&of_team[0]), "{of_child:?}");
    assert_eq!(world.app.list_team_charges(ada, other, &page).unwrap().items, []);
    place.world.is_exact();
}

#[test]
fn c2_t2_the_node_with_the_least_room_binds_be_it_the_team_or_above() {
    let place = Place::new(9, [8, 6], Some(2));
    let (world, ada) = (&place.world, &place.ada);
    let [team, other] = place.teams;
    world.charge(ada, team, "a", 2).unwrap();
    let binding = |outcome| match outcome {
        Err(Error::LimitReached { refusal, .. }) => refusal.binding().id,
        other => panic!("{other:?}"),
    };
    assert_eq!(binding(world.charge(ada, team, "b", 1)), NodeId::Team(team));
    world.charge(ada, other, "c", 4).unwrap();
    let child = NodeId::Organization(place.child);
    assert_eq!(binding(world.charge(ada, other, "d", 1)), child);
    let over = tenantry_application::teams::TeamChanges {
        name: "Crew".parse().unwrap(),
        site_limit: Some(Units::new(50).ok()),
        over_limit: OverLimit::Refuse,
    };
    world
        .app
        .update_team(ada, team, &over, &Precondition::default())
        .unwrap();
    assert_eq!(
        binding(world.charge(ada, team, "b", 1)),
        child,
        "the team may have 50"
    );
    world.is_exact();
}

#[test]
fn c8_the_limit_of_a_team_is_one_of_sites_alone() {
    let place = Place::new(9, [9, 9], Some(1));
    let mut request = ChargeRequest {
        key: key("many"),
        target: place.teams[0].into(),
        quantity: Quantity::try_from(5).unwrap(),
    };
    let charge = |request: &ChargeRequest| {
        let request = LedgerRequest::Charge(request.clone());
        place.world.ask(&Ask::new(&place.ada, request)).map(charged)
    };
    refused!(charge(&request), Error::LimitReached { .. });
    request.key.meter = "users".parse().unwrap();
    assert!(charge(&request).unwrap().created);
    place.world.is_exact();
}

#[test]
fn c1_a_team_outside_every_organization_has_a_chain_and_a_ledger_of_its_own() {
    let world = World::new();
    let ada = world.person("ada");
    let team = world.team(&ada, None, Some(3));
    let charged = world.charge(&ada, team, "x", 2).unwrap().charge;
    let alone = ChargeTarget::Team {
        id: team,
        organization: None,
    };
    assert_eq!(charged.target, alone);
    let other = world.team(&ada, None, None);
    assert!(
        world.charge(&ada, other, "x", 1_000).unwrap().created,
        "another ledger"
    );
    let Err(Error::LimitReached { refusal, .. }) = world.charge(&ada, team, "y", 2) else {
        panic!("it has room for one");
    };
    assert_eq!(
        told(refusal.seen().nodes()),
        [(NodeKind::Team, false, Some("Crew"))]
    );
    world.is_exact();
    world.try_release(&ada, team, "x").unwrap();
    world.charge(&ada, team, "y", 3).unwrap();
    world.is_exact();
}

#[test]
fn t10_who_may_charge_to_a_team_release_and_look() {
    let place = Place::roomy();
    let team = place.teams[0];
    let strangers = [place.world.person("mallory"), place.world.person("somebody else")];
    place
        .world
        .join(place.teams[1], &strangers[1], &[SystemRole::Developer]);
    let missing = TeamId::from_uuid(uuid::Uuid::max());
    let page = PageRequest::default();
    for stranger in &strangers {
        for id in [team, missing] {
            let app = &place.world.app;
            refused!(
                place.world.charge(stranger, id, "x", 1),
                Error::NotFound(Noun::Team)
            );
            refused!(place.release(stranger, id, "x"), Error::NotFound(Noun::Team));
            refused!(
                app.find_charge(stranger, id.into(), &key("x")),
                Error::NotFound(Noun::Team)
            );
            refused!(
                app.list_team_charges(stranger, id, &page),
                Error::NotFound(Noun::Team)
            );
        }
    }
    let everything = [
        place.ada.clone(),
        place.hand("developer", &[SystemRole::Developer]),
        place.member("admin", Role::Admin),
        machine(&[Scope::UsageRead, Scope::UsageWrite]),
    ];
    for actor in &everything {
        place.world.charge(actor, team, "x", 1).unwrap();
        place
            .world
            .app
            .find_charge(actor, team.into(), &key("x"))
            .unwrap();
        let listed = place.world.app.list_team_charges(actor, team, &page).unwrap();
        assert_eq!(listed.items.len(), 1);
        place.release(actor, team, "x").unwrap();
    }
    let lacks = |outcome: Result<(), Error>, scope| refused!(outcome, Error::LacksTeamScope(LacksScope(at)) if *at == scope);
    let idle = place.hand("idle", &[]);
    let viewer = place.member("viewer", Role::Viewer);
    for actor in [&idle, &viewer] {
        let charge = place.world.charge(actor, team, "x", 1).map(drop);
        lacks(charge, TeamScope::SiteCreate);
        lacks(place.release(actor, team, "x"), TeamScope::SiteDelete);
    }
    let list = |actor| place.world.app.list_team_charges(actor, team, &page).map(drop);
    lacks(list(&idle), TeamScope::SiteView);
    list(&viewer).unwrap();
    refused!(
        place.world.charge(&machine(&[Scope::UsageRead]), team, "x", 1),
        Error::NeedsScope(Scope::UsageWrite)
    );
}

#[test]
fn c3_who_is_in_the_team_alone_learns_nothing_of_what_is_above() {
    let place = Place::new(9, [2, 2], Some(5));
    let [team, other] = place.teams;
    let hand = place.hand("hand", &[SystemRole::Developer]);
    place.world.charge(&place.ada, other, "secret", 1).unwrap();
    let Err(Error::LimitReached { refusal, .. }) = place.world.charge(&hand, team, "x", 3) else {
        panic!("the root has room for one");
    };
    let veiled = [
        (NodeKind::Pool, true, None),
        (NodeKind::Organization, false, None),
        (NodeKind::Organization, false, None),
        (NodeKind::Team, true, Some("Crew")),
    ];
    assert_eq!(told(refusal.seen().nodes()), veiled);
    assert_eq!(told([refusal.seen_binding()].into_iter()), veiled[1..2]);
    assert_eq!(refusal.to_string(), "no room for 3 more above Crew");
    let check = |actor: &Actor| {
        let questions = [question(team, 3)];
        let mut answers = place
            .world
            .app
            .check(actor, &questions, &Once::default())
            .unwrap();
        answers.remove(0)
    };
    let answer = check(&hand);
    assert_eq!(told(answer.seen().nodes()), veiled);
    assert_eq!(told(answer.seen_binding().into_iter()), veiled[1..2]);
    refused!(
        place.world.charge(&hand, team, "secret", 1),
        Error::Charge(ChargeRefused::Elsewhere(at)) if at.target.is_none()
    );
    for insider in [&place.ada, &machine(&[Scope::UsageRead])] {
        assert!(check(insider).seen().nodes().all(|seen| seen.node.is_some()));
    }
}

#[test]
fn c6_a_check_answers_for_organizations_and_teams_alike() {
    let place = Place::new(9, [9, 9], Some(2));
    let [team, other] = place.teams;
    let hand = place.hand("hand", &[SystemRole::Developer]);
    let alone = place.world.team(&hand, None, None);
    let app = &place.world.app;
    let admitted = |actor: &Actor, questions: &[Question]| {
        let answers = app.check(actor, questions, &Once::default())?;
        Ok(answers
            .iter()
            .map(|answer| answer.refusal.is_none())
            .collect::<Vec<_>>())
    };
    let mixed = [
        question(team, 2),
        question(team, 3),
        question(place.child, 9),
        question(other, 10),
    ];
    assert_eq!(admitted(&place.ada, &mixed).unwrap(), [true, false, true, false]);
    let own = [question(alone, 5), question(team, 3)];
    assert_eq!(admitted(&hand, &own).unwrap(), [true, false]);
    let unknown = |questions: &[Question], at: &str| {
        refused!(admitted(&hand, questions), Error::UnknownReference { pointer, .. } if pointer == at);
    };
    unknown(&[question(team, 1), question(other, 1)], "/questions/1/team_id");
    unknown(
        &[question(team, 1), question(place.child, 1)],
        "/questions/1/organization_id",
    );
    // All or nothing: who may not look at one of the teams that they are in is told so.
    let blind = place.hand("blind", &[]);
    let theirs = place.world.team(&blind, None, None);
    refused!(
        admitted(&blind, &[question(theirs, 1), question(team, 1)]),
        Error::LacksTeamScope(LacksScope(TeamScope::SiteView))
    );
}

#[test]
fn c6_a_check_of_many_teams_takes_as_many_statements_as_one_of_one() {
    let place = Place::new(9, [9, 9], Some(2));
    let hand = place.hand("hand", &[SystemRole::Developer]);
    let [team, other] = place.teams;
    place.world.join(other, &hand, &[SystemRole::Developer]);
    let statements = |questions: &[Question]| {
        let check = || place.world.app.check(&hand, questions, &Once::default());
        let (answers, statements) = statements_of(check);
        assert_eq!(answers.unwrap().len(), questions.len());
        statements.len()
    };
    let few = [question(team, 1)];
    let many: Vec<_> = (0..50)
        .flat_map(|_| [question(team, 1), question(other, 1)])
        .collect();
    statements(&few);
    assert_eq!(statements(&many), statements(&few));
}

#[test]
fn c9_callers_neither_charge_nor_release_seats() {
    let place = Place::roomy();
    let mut unit = place.world.store.begin_read().unwrap();
    let ledger = unit
        .charges()
        .list(place.workspace, place.child.into(), &PageRequest::default());
    let seat = ledger.unwrap().items.remove(0);
    drop(unit);
    assert!(seat.resource_id.is_reserved(), "{seat:?}");
    for target in [TargetId::from(place.child), place.teams[0].into()] {
        for resource in ["seat:mine", seat.resource_id.as_str()] {
            refused!(
                place.world.charge(&place.ada, target, resource, 1),
                Error::ReservedResourceId(_)
            );
            refused!(
                place.release(&place.ada, target, resource),
                Error::ReservedResourceId(_)
            );
        }
    }
    let held = tenantry_application::ports::ChargeKey {
        meter: seat.meter.clone(),
        resource_id: seat.resource_id.clone(),
    };
    let app = &place.world.app;
    let found = app.find_charge(&place.ada, place.child.into(), &held);
    assert_eq!(found.unwrap(), seat, "they can be read");
}

#[test]
fn b5_a_root_takes_what_its_teams_use_to_another_pool() {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Assigned);
    let accounts = [(); 2].map(|()| {
        let account = world.account(&ada, workspace);
        world.subscribe(&ada, workspace, account, &[("locations", 10), ("users", 10)]);
        account
    });
    let root = world.root(&ada, workspace, Some(accounts[0]), &[]);
    let team = world.team(&ada, Some(root), None);
    world.charge(&ada, team, "x", 4).unwrap();
    world.relink(&ada, workspace, root, accounts[1]).unwrap();
    world.charge(&ada, team, "y", 6).unwrap();
    refused!(world.charge(&ada, team, "z", 1), Error::LimitReached { .. });
    world.is_exact();
}

#[test]
fn l6_wrong_chains_and_balances_of_teams_are_found_and_mended() {
    let place = Place::roomy();
    let alone = place.world.team(&place.ada, None, Some(7));
    let own = WorkspaceId::from_uuid(alone.as_uuid());
    let team = place.teams[0];
    for id in [team, alone] {
        place.world.charge(&place.ada, id, "x", 2).unwrap();
    }
    let mut unit = place.world.store.begin_write().unwrap();
    let wrong = Balance {
        limit: Limit::from_option(Units::new(7).ok()),
        direct: Units::ZERO,
        subtree: Units::new(5).unwrap(),
    };
    for (workspace, id) in [(place.workspace, team), (own, alone)] {
        let node = NodeId::Team(id);
        let balances = unit.balances();
        balances
            .replace_chain(workspace, id.into(), &vec![(0, place.pool())])
            .unwrap();
        balances.repair(workspace, node, &locations(), wrong).unwrap();
    }
    // The chain of a team that is gone.
    let gone = TargetId::Team(TeamId::from_uuid(uuid::Uuid::max()));
    unit.balances()
        .replace_chain(place.workspace, gone, &vec![(0, place.pool())])
        .unwrap();
    unit.commit().unwrap();

    let found = place.world.app.verify(true, |_| {}).unwrap();
    let chains: Vec<TargetId> = found.wrong_chains.iter().map(|chain| chain.key).collect();
    assert_eq!(chains.len(), 3);
    for id in [team.into(), alone.into(), gone] {
        assert!(chains.contains(&id), "{chains:?}");
    }
    let nodes: Vec<_> = found.wrong_balances.iter().map(|balance| balance.key.0).collect();
    assert_eq!(nodes.len(), 2, "{nodes:?}");
    place.world.is_exact();
    assert_eq!(place.used(NodeId::Team(team)), [2, 2]);
    assert_eq!(
        place.balance(NodeId::Team(team)).limit.cap(),
        Units::new(7).ok(),
        "limits are facts"
    );
}

/// How many threads charge, and how often each.
const THREADS: usize = 8;
const CHARGES: usize = 12;

/// Charges to both teams from many threads at once, and says how many of each were admitted.
fn rush(place: &Place) -> [u64; 2] {
    let admitted = |thread: usize| {
        let mut count = 0_u64;
        for n in 0..CHARGES {
            let team = place.teams[thread % 2];
            match place.world.charge(&place.ada, team, &format!("{thread}-{n}"), 1) {
                Ok(_) => count += 1,
                Err(Error::LimitReached { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        count
    };
    thread::scope(|scope| {
        let threads = (0..THREADS).map(|thread| scope.spawn(move || admitted(thread)));
        let threads: Vec<_> = threads.collect();
        let counts = threads.into_iter().map(|thread| thread.join().unwrap());
        let mut of_teams = [0_u64; 2];
        for (index, count) in counts.enumerate() {
            of_teams[index % 2] += count;
        }
        of_teams
    })
}

#[test]
fn c2_many_at_once_never_pass_a_limit_of_a_team_nor_of_anything_above() {
    for (capacity, limits, site_limit, total) in [
        (100, [100, 100], Some(5), None),
        (100, [100, 17], Some(9), Some(17)),
        (100, [19, 19], None, Some(19)),
        (23, [23, 23], Some(20), Some(23)),
    ] {
        let place = Place::new(capacity, limits, site_limit);
        let [first, second] = rush(&place);
        assert!(site_limit.is_none_or(|limit| first <= limit), "{first}");
        match total {
            Some(total) => assert_eq!(first + second, total),
            None => assert_eq!((Some(first), second), (site_limit, 48)),
        }
        assert_eq!(place.used(NodeId::Team(place.teams[0])), [first, first]);
        assert_eq!(place.used(place.pool()), [0, first + second]);
        place.world.is_exact();
    }
}

#[test]
fn c2_the_limit_of_the_organization_may_change_while_its_teams_are_charged() {
    let place = Place::new(100, [100, 30], None);
    let changes = |n| OrganizationChanges {
        limits: limits(&[("locations", n)]),
        over_limit: OverLimit::Allow,
        ..OrganizationChanges::default()
    };
    let app = &place.world.app;
    let (counts, ()) = thread::scope(|scope| {
        let lower = scope.spawn(|| {
            for n in [25, 20, 15] {
                app.update_organization(
                    &place.ada,
                    place.workspace,
                    place.child,
                    &changes(n),
                    &Precondition::default(),
                )
                .unwrap();
            }
        });
        (rush(&place), lower.join().unwrap())
    });
    let total: u64 = counts.iter().sum();
    assert!((15..=30).contains(&total), "{total}");
    refused!(
        place.world.charge(&place.ada, place.teams[0], "more", 1),
        Error::LimitReached { .. }
    );
    assert_eq!(place.used(NodeId::Organization(place.child)), [total, total]);
    place.world.is_exact();
}
