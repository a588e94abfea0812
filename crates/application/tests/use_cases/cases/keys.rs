use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use tenantry_application::charges::LedgerRequest;
use tenantry_application::error::Noun;
use tenantry_application::event::EventKind;
use tenantry_application::idempotency::{KeyedRequest, Once, WrittenAnswer};
use tenantry_application::keys::{Issued, NewCredential};
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::NewTeam;
use tenantry_application::{Actor, Error, Settings, TeamCredential};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::key::{Credential, KeyRefused, KeyText, KeyWish, ShownKey, UserKey};
use tenantry_domain::team::{CustomRole, LacksScope, Scopes, SystemRole, TeamCaps, TeamMember, TeamScope};
use tenantry_domain::{RoleId, TeamId, Timestamp, UserId, UserKeyId, WorkspaceId};
use uuid::Uuid;

use super::ledger::Ask;
use super::world::{World, locations};
use crate::refused;

/// A team of Ada's in her organization.
struct Scene {
    world: World,
    ada: Actor,
    workspace: WorkspaceId,
    team: TeamId,
}

impl Scene {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let world = World::with(settings);
        let ada = world.person("ada");
        let workspace = world.workspace(&ada, BillingMode::Single);
        let account = world.account(&ada, workspace);
        world.subscribe(&ada, workspace, account, &[("locations", 100), ("users", 10)]);
        let root = world.root(&ada, workspace, Some(account), &[]);
        let new = NewTeam {
            name: "Crew".parse().unwrap(),
            site_limit: None,
            organization_id: Some(root),
        };
        let view = world.app.create_team(&ada, &new, &Once::default()).unwrap();
        Self {
            team: view.team.id,
            workspace,
            world,
            ada,
        }
    }

    /// Somebody in the team with these roles.
    fn member(&self, name: &str, roles: &[RoleId]) -> Actor {
        let actor = self.world.person(name);
        self.join(&actor, roles);
        actor
    }

    fn join(&self, actor: &Actor, roles: &[RoleId]) {
        let member = TeamMember {
            team_id: self.team,
            user_id: user(actor),
            roles: roles.to_vec(),
            created_at: Timestamp::EPOCH,
        };
        let mut unit = self.world.store.begin_write().unwrap();
        unit.team_members().insert(self.workspace, &member).unwrap();
        unit.commit().unwrap();
    }

    /// A role of the team's own; a second one of the id replaces it.
    fn role(&self, scopes: &Scopes, is_new: bool) -> RoleId {
        let role = CustomRole {
            id: RoleId::from_uuid(Uuid::from_u128(77)),
            team_id: self.team,
            name: "Crew role".parse().unwrap(),
            scopes: scopes.clone(),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        };
        let mut unit = self.world.store.begin_write().unwrap();
        if is_new {
            unit.team_roles().insert(self.workspace, &role).unwrap();
        } else {
            unit.team_roles().update(self.workspace, &role).unwrap();
        }
        unit.commit().unwrap();
        role.id
    }

    fn make(&self, actor: &Actor, scopes: Option<Scopes>) -> Result<Issued<Credential>, Error> {
        let new = NewCredential {
            wish: wish(None),
            scopes,
        };
        self.world
            .app
            .create_credential(actor, self.team, &new, &Once::default())
    }

    fn rotate(&self, actor: &Actor, issued: &Issued<Credential>) -> Result<Issued<Credential>, Error> {
        let place = (self.team, issued.key.id);
        self.world
            .app
            .rotate_credential(actor, place, None, &Once::default())
    }

    /// Who shows this text.
    fn holder(&self, text: &KeyText) -> Option<Actor> {
        let shown: ShownKey = text.expose().parse().unwrap();
        let holder = self.world.app.authenticate_key(&shown).unwrap();
        holder.map(|holder| holder.actor)
    }

    fn scopes(&self, text: &KeyText) -> Option<Scopes> {
        match self.holder(text)? {
            Actor::Credential(credential) => Some(credential.scopes),
            other => panic!("{other}"),
        }
    }

    /// What happened in the workspace, as it is told, of a few kinds.
    fn events(&self, kinds: &[EventKind]) -> Vec<(String, String, serde_json::Value)> {
        let page = self
            .world
            .app
            .list_events(&self.ada, self.workspace, None, &PageRequest::default())
            .unwrap();
        let events = page.items.into_iter();
        events
            .filter(|event| kinds.iter().any(|kind| kind.as_str() == event.kind))
            .map(|event| (event.kind, event.actor, event.changes))
            .collect()
    }
}

fn user(actor: &Actor) -> UserId {
    match actor {
        Actor::Person(user) => *user,
        other => panic!("{other}"),
    }
}

fn wish(expires_at: Option<Timestamp>) -> KeyWish {
    KeyWish {
        name: "deploy".parse().unwrap(),
        expires_at,
    }
}

fn scopes(names: &str) -> Scopes {
    names.parse().unwrap()
}

fn user_key(world: &World, actor: &Actor) -> Issued<UserKey> {
    let once = Once::default();
    world.app.create_user_key(actor, &wish(None), &once).unwrap()
}

#[test]
fn k1_a_user_key_acts_as_its_person() {
    let scene = Scene::new();
    let issued = user_key(&scene.world, &scene.ada);
    assert_eq!(scene.holder(&issued.text), Some(scene.ada.clone()));
    assert_eq!(scene.world.app.list_user_keys(&scene.ada).unwrap(), [issued.key]);
    let bob = scene.world.person("bob");
    assert_eq!(scene.world.app.list_user_keys(&bob).unwrap(), []);
}

#[test]
fn k1_a_credential_acts_in_its_team_only() {
    let scene = Scene::new();
    let issued = scene.make(&scene.ada, None).unwrap();
    let credential = scene.holder(&issued.text).unwrap();
    let expected = TeamCredential {
        id: issued.key.id,
        team_id: scene.team,
        creator_id: user(&scene.ada),
        scopes: Scopes::all(),
    };
    assert_eq!(credential, Actor::Credential(expected));
    let app = &scene.world.app;
    assert_eq!(app.team(&credential, scene.team).unwrap().team.id, scene.team);
    let other = app.my_teams(&scene.ada).unwrap().remove(0).team;
    assert!(other.is_personal);
    refused!(app.team(&credential, other.id), Error::NotFound(Noun::Team));
    refused!(
        app.list_credentials(&credential, other.id),
        Error::NotFound(Noun::Team)
    );
    refused!(
        app.workspace(&credential, scene.workspace),
        Error::NotFound(Noun::Workspace)
    );
    refused!(app.me(&credential), Error::PeopleOnly);
    refused!(app.my_teams(&credential), Error::PeopleOnly);
    refused!(app.list_user_keys(&credential), Error::PeopleOnly);
    refused!(
        app.create_user_key(&credential, &wish(None), &Once::default()),
        Error::PeopleOnly
    );
}

#[test]
fn k1_a_credential_charges_to_its_team_as_far_as_its_scopes_go() {
    use tenantry_application::charges::ChargeRequest;
    use tenantry_application::ports::ChargeKey;
    let scene = Scene::new();
    let may = scene.make(&scene.ada, Some(scopes("site:create"))).unwrap();
    let may_not = scene.make(&scene.ada, Some(scopes("site:view"))).unwrap();
    let request = ChargeRequest {
        key: ChargeKey {
            meter: locations(),
            resource_id: "site-1".parse().unwrap(),
        },
        target: scene.team.into(),
        quantity: 1.try_into().unwrap(),
    };
    let charge = |text: &KeyText| {
        let actor = scene.holder(text).unwrap();
        let request = LedgerRequest::Charge(request.clone());
        scene.world.ask(&Ask::new(&actor, request)).map(drop)
    };
    refused!(
        charge(&may_not.text),
        Error::LacksTeamScope(LacksScope(TeamScope::SiteCreate))
    );
    charge(&may.text).unwrap();
    scene.world.is_exact();
}

#[test]
fn k1_what_is_not_the_text_of_a_key_opens_nothing() {
    let scene = Scene::new();
    let (key, credential) = (
        user_key(&scene.world, &scene.ada),
        scene.make(&scene.ada, None).unwrap(),
    );
    let unknown = KeyText::of_user_key(UserKeyId::from_uuid(Uuid::max()), [[0; 2]; 34]);
    assert_eq!(scene.holder(&unknown), None);
    let guess = KeyText::of_user_key(key.key.id, [[0; 2]; 34]);
    assert_eq!(scene.holder(&guess), None);
    let guess = KeyText::of_credential(credential.key.id, scene.team, [[0; 2]; 62]);
    assert_eq!(scene.holder(&guess), None);
    // The right secret with another team.
    let (id, team) = (credential.key.id.to_string(), scene.team.to_string());
    let text = credential.text.expose().replace(&team, &id);
    let shown: ShownKey = text.parse().unwrap();
    assert_eq!(scene.world.app.authenticate_key(&shown).unwrap(), None);
}

#[test]
fn k1_after_a_rotation_both_secrets_are_good_until_the_overlap_ends() {
    let scene = Scene::new();
    let app = &scene.world.app;
    let first = scene.make(&scene.ada, None).unwrap();
    let second = scene.rotate(&scene.ada, &first).unwrap();
    let key = user_key(&scene.world, &scene.ada);
    let seconds = |seconds: i64| Some(seconds.try_into().unwrap());
    let hour = seconds(3600);
    let turned = app
        .rotate_user_key(&scene.ada, key.key.id, hour, &Once::default())
        .unwrap();
    let good =
        || [&first.text, &second.text, &key.text, &turned.text].map(|text| scene.holder(text).is_some());
    assert_eq!(good(), [true; 4]);
    scene.world.pass(Duration::from_hours(1));
    assert_eq!(good(), [true, true, false, true]);
    scene.world.pass(Duration::from_hours(23));
    assert_eq!(good(), [false, true, false, true]);
    let at_once = app
        .rotate_credential(
            &scene.ada,
            (scene.team, first.key.id),
            seconds(0),
            &Once::default(),
        )
        .unwrap();
    assert_eq!(good(), [false, false, false, true]);
    assert!(scene.holder(&at_once.text).is_some());
    refused!(
        app.rotate_user_key(&scene.ada, key.key.id, seconds(86_401), &Once::default()),
        Error::Key(KeyRefused::OverlapTooLong(86_400))
    );
}

#[test]
fn k1_an_expired_key_opens_nothing() {
    let scene = Scene::new();
    let app = &scene.world.app;
    let tomorrow = Some(scene.world.now().plus_days(1));
    let new = NewCredential {
        wish: wish(tomorrow),
        scopes: None,
    };
    let once = Once::default();
    let credential = app
        .create_credential(&scene.ada, scene.team, &new, &once)
        .unwrap();
    let key = app
        .create_user_key(&scene.ada, &wish(tomorrow), &Once::default())
        .unwrap();
    let good = || [&credential.text, &key.text].map(|text| scene.holder(text).is_some());
    assert_eq!(good(), [true; 2]);
    scene.world.pass_days(1);
    assert_eq!(good(), [false; 2]);
    let place = (scene.team, credential.key.id);
    app.update_credential(&scene.ada, place, &wish(None), &Precondition::default())
        .unwrap();
    assert_eq!(good(), [true, false]);
    refused!(
        app.create_user_key(&scene.ada, &wish(tomorrow), &Once::default()),
        Error::Key(KeyRefused::ExpiryPassed)
    );
    refused!(
        app.update_credential(&scene.ada, place, &wish(tomorrow), &Precondition::default()),
        Error::Key(KeyRefused::ExpiryPassed)
    );
}

#[test]
fn k1_a_use_is_noted_once_a_minute() {
    let scene = Scene::new();
    let app = &scene.world.app;
    let (key, credential) = (
        user_key(&scene.world, &scene.ada),
        scene.make(&scene.ada, None).unwrap(),
    );
    for text in [&key.text, &credential.text] {
        let shown: ShownKey = text.expose().parse().unwrap();
        let is_due = || app.authenticate_key(&shown).unwrap().unwrap().is_use_due;
        assert!(is_due());
        app.note_key_use(&shown).unwrap();
        assert!(!is_due());
        scene.world.pass(Duration::from_secs(59));
        assert!(!is_due());
        scene.world.pass(Duration::from_secs(1));
        assert!(is_due());
    }
    let noted = app.credential(&scene.ada, scene.team, credential.key.id).unwrap();
    let last = noted.key.last_used_at.unwrap();
    assert_eq!(last.plus(Duration::from_mins(1)), scene.world.now());
    assert_eq!(noted.key.updated_at, credential.key.key.updated_at);
}

#[test]
fn k3_whoever_leaves_takes_their_credentials_along() {
    let scene = Scene::new();
    let app = &scene.world.app;
    let bob = scene.member("bob", &[SystemRole::Administrator.id()]);
    let (issued, others) = (
        scene.make(&bob, None).unwrap(),
        scene.make(&scene.ada, None).unwrap(),
    );
    assert!(scene.holder(&issued.text).is_some());
    app.remove_team_member(&bob, scene.team, user(&bob), &Precondition::default())
        .unwrap();
    assert_eq!(scene.holder(&issued.text), None);
    assert_eq!(
        app.list_credentials(&scene.ada, scene.team).unwrap(),
        [others.key]
    );
    let told = scene.events(&[EventKind::TeamMemberRemoved, EventKind::ApiCredentialRevoked]);
    let told: Vec<_> = told.into_iter().map(|(kind, by, _)| (kind, by)).collect();
    let by = bob.to_string();
    let expected =
        ["team_member.removed", "api_credential.revoked"].map(|kind| (kind.to_owned(), by.clone()));
    assert_eq!(told, expected);
    // Not even should they come again.
    scene.join(&bob, &[SystemRole::Administrator.id()]);
    assert_eq!(scene.holder(&issued.text), None);
}

#[test]
fn k3_what_was_revoked_is_gone_at_once() {
    let scene = Scene::new();
    let app = &scene.world.app;
    let (key, credential) = (
        user_key(&scene.world, &scene.ada),
        scene.make(&scene.ada, None).unwrap(),
    );
    let place = (scene.team, credential.key.id);
    app.revoke_credential(&scene.ada, place, &Precondition::default())
        .unwrap();
    app.revoke_user_key(&scene.ada, key.key.id, &Precondition::default())
        .unwrap();
    assert_eq!(scene.holder(&credential.text), None);
    assert_eq!(scene.holder(&key.text), None);
    refused!(
        app.credential(&scene.ada, place.0, place.1),
        Error::NotFound(Noun::Credential)
    );
    refused!(
        app.revoke_user_key(&scene.ada, key.key.id, &Precondition::default()),
        Error::NotFound(Noun::UserKey)
    );
    let last = scene.make(&scene.ada, None).unwrap();
    app.delete_team(&scene.ada, scene.team, &Precondition::default())
        .unwrap();
    assert_eq!(scene.holder(&last.text), None);
}

#[test]
fn k3_nothing_of_somebody_who_may_not_sign_in_is_good() {
    let scene = Scene::new();
    let bob = scene.member("bob", &[SystemRole::Administrator.id()]);
    let (key, credential) = (user_key(&scene.world, &bob), scene.make(&bob, None).unwrap());
    let mut unit = scene.world.store.begin_write().unwrap();
    let mut account = unit.users().find(user(&bob)).unwrap().unwrap();
    account.allow_login = false;
    unit.users().update(&account).unwrap();
    unit.commit().unwrap();
    assert_eq!(scene.holder(&key.text), None);
    assert_eq!(scene.holder(&credential.text), None);
}

#[test]
fn k3_a_secret_is_told_to_nobody_who_lacks_what_it_opens() {
    let scene = Scene::new();
    let everything = scene.make(&scene.ada, None).unwrap();
    let bob = scene.member("bob", &[SystemRole::Administrator.id()]);
    refused!(
        scene.rotate(&bob, &everything),
        Error::LacksTeamScope(LacksScope(TeamScope::TeamDelete))
    );
    let some = scene.make(&scene.ada, Some(scopes("site:view"))).unwrap();
    scene.rotate(&bob, &some).unwrap();
    let carol = scene.member("carol", &[SystemRole::Developer.id()]);
    for outcome in [scene.make(&carol, None), scene.rotate(&carol, &some)] {
        refused!(outcome, Error::LacksTeamScope(_));
    }
}

#[test]
fn k3_the_life_of_a_credential_is_lengthened_by_people_who_have_all_its_scopes() {
    let scene = Scene::new();
    let (app, hour) = (&scene.world.app, Duration::from_hours(1));
    let (soon, late) = (scene.world.now().plus(hour), scene.world.now().plus(2 * hour));
    let everything = scene.make(&scene.ada, None).unwrap();
    let change = |actor: &Actor, expires_at| {
        let place = (scene.team, everything.key.id);
        app.update_credential(actor, place, &wish(expires_at), &Precondition::default())
    };
    let bob = scene.member("bob", &[SystemRole::Administrator.id()]);
    // Whoever may revoke it may also shorten its life.
    change(&bob, Some(late)).unwrap();
    change(&bob, Some(soon)).unwrap();
    let itself = scene.holder(&everything.text).unwrap();
    for later in [Some(late), None] {
        refused!(
            change(&bob, later),
            Error::LacksTeamScope(LacksScope(TeamScope::TeamDelete))
        );
        refused!(change(&itself, later), Error::PeopleOnly);
    }
    change(&itself, Some(soon)).unwrap();
    scene.world.pass(2 * hour);
    refused!(change(&bob, None), Error::LacksTeamScope(_));
    change(&scene.ada, None).unwrap();
    assert!(scene.holder(&everything.text).is_some());
}

#[test]
fn k3_a_user_key_is_its_persons_alone() {
    let scene = Scene::new();
    let app = &scene.world.app;
    let key = user_key(&scene.world, &scene.ada);
    let bob = scene.world.person("bob");
    let hidden = Error::NotFound(Noun::UserKey).to_string();
    for outcome in [
        app.user_key(&bob, key.key.id).map(drop),
        app.rotate_user_key(&bob, key.key.id, None, &Once::default())
            .map(drop),
        app.revoke_user_key(&bob, key.key.id, &Precondition::default()),
    ] {
        assert_eq!(outcome.unwrap_err().to_string(), hidden);
    }
}

#[test]
fn t14_there_are_only_so_many_keys_also_when_two_are_made_at_once() {
    let teams = TeamCaps {
        keys: 2,
        ..TeamCaps::default()
    };
    let scene = Scene::with(Settings {
        teams,
        ..Settings::default()
    });
    let full = |outcome: &Result<(), Error>| match outcome {
        Ok(()) => false,
        Err(Error::Key(KeyRefused::TooMany(2))) => true,
        Err(other) => panic!("{other}"),
    };
    scene.make(&scene.ada, None).unwrap();
    let make = || scene.make(&scene.ada, None).map(drop);
    let (a, b) = scene.world.interleave(make, make);
    assert_eq!([full(&a), full(&b)].into_iter().filter(|full| *full).count(), 1);
    user_key(&scene.world, &scene.ada);
    let make = || {
        let app = &scene.world.app;
        app.create_user_key(&scene.ada, &wish(None), &Once::default())
            .map(drop)
    };
    let (a, b) = scene.world.interleave(make, make);
    assert_eq!([full(&a), full(&b)].into_iter().filter(|full| *full).count(), 1);
}

#[test]
fn r1_a_key_is_made_once_and_its_text_is_told_once() {
    let scene = Scene::new();
    let request = KeyedRequest {
        key: "k".parse().unwrap(),
        fingerprint: [1; 32],
    };
    let write = |issued: &Issued<UserKey>| WrittenAnswer(issued.key.id.to_string().into_bytes());
    let once = Once::new(Some(&request), &write);
    let make = || scene.world.app.create_user_key(&scene.ada, &wish(None), &once);
    let issued = make().unwrap();
    refused!(make(), Error::DoneBefore(answer) if *answer == write(&issued));
    assert_eq!(scene.world.app.list_user_keys(&scene.ada).unwrap(), [issued.key]);
}

#[test]
fn v1_what_happens_to_a_credential_is_told_without_its_secret() {
    let scene = Scene::new();
    let app = &scene.world.app;
    let issued = scene
        .make(&scene.ada, Some(scopes("api:update site:view")))
        .unwrap();
    let by_itself = scene.holder(&issued.text).unwrap();
    let rotated = scene.rotate(&by_itself, &issued).unwrap();
    let place = (scene.team, issued.key.id);
    let renamed = KeyWish {
        name: "deploy 2".parse().unwrap(),
        expires_at: None,
    };
    for _ in 0..2 {
        app.update_credential(&scene.ada, place, &renamed, &Precondition::default())
            .unwrap();
    }
    app.revoke_credential(&scene.ada, place, &Precondition::default())
        .unwrap();
    let events = scene.events(&[
        EventKind::ApiCredentialCreated,
        EventKind::ApiCredentialRotated,
        EventKind::ApiCredentialUpdated,
        EventKind::ApiCredentialRevoked,
    ]);
    let told: Vec<(&str, &str)> = events
        .iter()
        .map(|(kind, actor, _)| (kind.as_str(), actor.as_str()))
        .collect();
    let (ada, itself) = (scene.ada.to_string(), format!("credential:{}", issued.key.id));
    assert_eq!(
        told,
        [
            ("api_credential.created", ada.as_str()),
            ("api_credential.rotated", itself.as_str()),
            ("api_credential.updated", ada.as_str()),
            ("api_credential.revoked", ada.as_str()),
        ]
    );
    assert_eq!(
        events[0].2["abilities"],
        serde_json::json!(["api:update", "site:view"])
    );
    assert_eq!(events[2].2, serde_json::json!({ "name": "deploy 2" }));
    let everything = format!("{events:?}");
    for text in [&issued.text, &rotated.text] {
        let secret = text.expose().rsplit_once(':').unwrap().1;
        assert!(!everything.contains(secret));
    }
}

fn any_scopes() -> impl Strategy<Value = Scopes> {
    proptest::collection::vec(proptest::sample::select(&TeamScope::ALL[..]), 0..22)
        .prop_map(|scopes| scopes.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Bob makes a credential, which makes another; then Bob's role changes.
    #[test]
    fn k3_nobody_has_through_a_credential_what_they_lack(
        held in any_scopes(),
        asked in proptest::option::of(any_scopes()),
        asked_again in proptest::option::of(any_scopes()),
        held_later in any_scopes(),
    ) {
        let scene = Scene::new();
        let role = scene.role(&held, true);
        let bob = scene.member("bob", &[role]);
        let within = |inner: &Scopes, outer: &Scopes| inner.beyond(outer) == Scopes::default();
        let mut made = Vec::new();
        let mut maker = (bob, held);
        for asked in [asked, asked_again] {
            let wanted = asked.clone().unwrap_or_else(|| maker.1.clone());
            let allowed = maker.1.contains(TeamScope::ApiCreate) && within(&wanted, &maker.1);
            let outcome = scene.make(&maker.0, asked);
            prop_assert_eq!(outcome.is_ok(), allowed);
            let Ok(issued) = outcome else { break };
            prop_assert_eq!(scene.scopes(&issued.text), Some(wanted.clone()));
            maker = (scene.holder(&issued.text).unwrap(), wanted.clone());
            made.push((issued.text, wanted));
        }
        scene.role(&held_later, false);
        for (text, granted) in made {
            prop_assert_eq!(scene.scopes(&text), Some(granted.common(&held_later)));
        }
    }
}

#[test]
fn k1_no_two_keys_are_alike() {
    let scene = Scene::new();
    let first = scene.make(&scene.ada, None).unwrap();
    let mut texts = BTreeSet::from([first.text.expose().to_owned()]);
    for _ in 0..3 {
        let again = scene.rotate(&scene.ada, &first).unwrap();
        assert!(texts.insert(again.text.expose().to_owned()));
    }
}
