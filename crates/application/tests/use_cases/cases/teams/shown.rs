//! What is shown of teams (T8, T9, C8), and how many statements that takes.

use tenantry_application::Error;
use tenantry_application::error::Noun;
use tenantry_application::page::PageRequest;
use tenantry_domain::team::TeamMember;
use tenantry_domain::user::{Said, User};
use tenantry_domain::{TeamId, UserId};
use uuid::Uuid;

use super::crew::*;
use crate::recorder::statements_of;
use crate::refused;

#[test]
fn t8_a_person_works_in_one_of_their_teams() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    assert_eq!(world.current(&crew.ada), world.personal(&crew.ada));
    let teams = world.switch(&crew.ada, team).unwrap();
    let current: Vec<bool> = teams.iter().map(|view| view.is_current).collect();
    assert_eq!(current, [false, true]);
    assert!(world.app.team(&crew.ada, team).unwrap().is_current);
    let viewer = crew.colleague("viewer", tenantry_domain::workspace::Role::Viewer);
    assert!(!world.app.team(&viewer, team).unwrap().is_current);
    refused!(world.switch(&viewer, team), Error::NotFound(Noun::Team));
    let nowhere = TeamId::from_uuid(Uuid::max());
    refused!(world.switch(&crew.ada, nowhere), Error::NotFound(Noun::Team));
    world.switch(&crew.ada, world.personal(&crew.ada)).unwrap();
    assert_eq!(world.current(&crew.ada), world.personal(&crew.ada));
}

#[test]
fn t9_slugs_are_unique_in_a_list() {
    let crew = Crew::of(9);
    let [one, other] = ["Ärzte", "arzte"].map(|name| crew.team(name));
    let slugs: Vec<String> = crew
        .world
        .app
        .my_teams(&crew.ada)
        .unwrap()
        .into_iter()
        .map(|view| view.slug)
        .collect();
    assert_eq!(
        slugs,
        [
            "personal".to_owned(),
            format!("arzte-{one}"),
            format!("arzte-{other}")
        ]
    );
    assert_eq!(crew.world.app.team(&crew.ada, one).unwrap().slug, "arzte");
}

#[test]
fn c8_what_is_charged_to_a_team_are_its_sites() {
    let crew = Crew::of(9);
    let [one, other] = ["One", "Other"].map(|name| crew.team(name));
    crew.world.charge(&crew.ada, one, "a", 2).unwrap();
    crew.world.charge(&crew.ada, one, "b", 3).unwrap();
    crew.world.charge(&crew.ada, other, "c", 1).unwrap();
    let page = PageRequest::default();
    let teams = crew
        .world
        .app
        .teams_of_organization(&crew.ada, crew.workspace, crew.organization, &page)
        .unwrap();
    let sites: Vec<u64> = teams.items.iter().map(|view| view.sites.direct.get()).collect();
    assert_eq!(sites, [5, 1]);
    assert_eq!(crew.world.used(&crew.ada, crew.workspace, crew.organization), 6);
}

/// Ada in so many teams, each with so many others in it.
fn crowded(teams: u32, others: u32) -> Crew {
    let crew = Crew::of(9);
    let ids: Vec<TeamId> = (0..teams).map(|n| crew.team(&format!("Team {n}"))).collect();
    let mut unit = crew.world.store.begin_write().unwrap();
    for n in 0..others {
        let user_id = UserId::from_uuid(Uuid::from_u128(u128::MAX - u128::from(n)));
        let said = Said {
            profile: profile(&address(&format!("p{n}")), true),
            at: None,
        };
        let user = User::arrived(user_id, identity(&format!("p{n}")), said, crew.world.now());
        unit.users().insert(&user).unwrap();
        for team_id in ids.iter().copied() {
            let member = TeamMember {
                team_id,
                user_id,
                roles: Vec::new(),
                created_at: crew.world.now(),
            };
            unit.team_members().insert(crew.workspace, &member).unwrap();
        }
    }
    unit.commit().unwrap();
    crew
}

#[test]
fn lists_of_teams_take_as_many_statements_for_many_as_for_few() {
    let counts = |crew: &Crew| {
        let (app, page) = (&crew.world.app, PageRequest::default());
        let count = |work: &dyn Fn() -> usize| {
            let (shown, statements) = statements_of(work);
            let sent = statements
                .iter()
                .filter(|sql| !sql.starts_with("BEGIN") && *sql != "ROLLBACK");
            (shown, sent.count())
        };
        let of_organization = || {
            app.teams_of_organization(&crew.ada, crew.workspace, crew.organization, &page)
                .unwrap()
                .items
                .len()
        };
        let mine = || {
            app.my_teams(&crew.ada)
                .unwrap()
                .iter()
                .map(|view| view.members.len())
                .sum()
        };
        let people = || {
            let team = app.my_teams(&crew.ada).unwrap().pop().unwrap().team.id;
            app.list_team_members(&crew.ada, team, &PageRequest::default())
                .unwrap()
                .items
                .len()
        };
        [count(&mine), count(&of_organization), count(&people)]
    };
    let (few, many) = (counts(&crowded(1, 1)), counts(&crowded(24, 100)));
    assert_eq!(few.map(|(shown, _)| shown), [1 + 2, 1, 2]);
    assert_eq!(many[0].0, 1 + 24 * 101);
    assert_eq!(few.map(|(_, sent)| sent), many.map(|(_, sent)| sent));
    assert!(many[0].1 <= 6, "{many:?}");
}
