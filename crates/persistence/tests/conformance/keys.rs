use tenantry_application::ports::FoundKey;
use tenantry_domain::key::{Credential, Key, KeyHash, KeyWish, UserKey};
use tenantry_domain::team::{Scopes, Team, TeamScope};
use tenantry_domain::user::User;

use crate::fixtures::*;
use crate::support::*;

/// Two people, each with a team of their own: Ada's is 31, Bob's 32.
fn seed_teams(backend: &Backend) {
    backend.write(|unit| {
        for n in [1, 2] {
            let team = Team::personal(id(30 + n), id(n), at(0));
            unit.users().insert(&user(n)).unwrap();
            unit.workspaces().insert(&workspace(30 + n)).unwrap();
            unit.teams().insert(&team).unwrap();
        }
    });
}

fn key(name: &str) -> Key {
    let wish = KeyWish {
        name: text(name),
        expires_at: Some(at(1_000_000)),
    };
    Key::new(wish, KeyHash::of(name), at(0)).unwrap()
}

/// A rotated key with everything that a key can have.
fn rotated(key: Key) -> Key {
    let wish = KeyWish {
        name: text("deploy 🚀"),
        expires_at: None,
    };
    let key = key.changed(wish, at(5)).unwrap();
    key.rotated(KeyHash::of("second"), 60.try_into().unwrap(), at(7))
}

fn credential(n: u128, team: u128) -> Credential {
    Credential {
        id: id(n),
        team_id: id(team),
        creator_id: id(team - 30),
        scopes: [TeamScope::SiteCreate, TeamScope::SiteView].into_iter().collect(),
        key: key("deploy"),
    }
}

fn user_key(n: u128, user: u128) -> UserKey {
    UserKey {
        id: id(n),
        user_id: id(user),
        key: key("laptop"),
    }
}

#[test]
fn k1_a_credential_is_found_in_its_team_and_by_its_id_alone() {
    for backend in Backend::all() {
        seed_teams(&backend);
        let all = Credential {
            scopes: Scopes::all(),
            ..credential(42, 31)
        };
        backend.write(|unit| {
            for credential in [&all, &credential(41, 31)] {
                unit.credentials().insert(id(31), credential).unwrap();
            }
            unit.credentials().insert(id(32), &credential(43, 32)).unwrap();
        });
        backend.read(|unit| {
            let found = FoundKey {
                key: all.clone(),
                may_sign_in: true,
            };
            assert_eq!(unit.credentials().find_shown(id(42)).unwrap(), Some(found));
            assert_eq!(unit.credentials().find_shown(id(44)).unwrap(), None);
            let of_team = unit.credentials().list(id(31), id(31)).unwrap();
            assert_eq!(of_team, [credential(41, 31), all.clone()]);
            let mut find = |team: u128, n: u128| unit.credentials().find(id(team), id(team), id(n)).unwrap();
            assert_eq!(find(31, 42), Some(all));
            assert_eq!(find(31, 43), None);
            assert_eq!(find(32, 42), None);
        });
    }
}

#[test]
fn k1_a_credential_is_changed_without_forgetting_its_use() {
    for backend in Backend::all() {
        seed_teams(&backend);
        let before = credential(41, 31);
        backend.write(|unit| {
            unit.credentials().insert(id(31), &before).unwrap();
            unit.credentials().insert(id(31), &credential(42, 31)).unwrap();
        });
        backend.write(|unit| unit.credentials().note_use(id(41), at(3)).unwrap());
        let after = Credential {
            key: rotated(before.key.clone()),
            ..before
        };
        backend.write(|unit| unit.credentials().update(id(31), &after).unwrap());
        let expected = Credential {
            key: Key {
                last_used_at: Some(at(3)),
                ..after.key.clone()
            },
            ..after
        };
        backend.read(|unit| {
            let of_team = unit.credentials().list(id(31), id(31)).unwrap();
            assert_eq!(of_team, [expected, credential(42, 31)]);
        });
    }
}

#[test]
fn k3_a_credential_goes_with_its_team() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            for n in [41, 42] {
                unit.credentials().insert(id(31), &credential(n, 31)).unwrap();
            }
            unit.credentials().insert(id(32), &credential(43, 32)).unwrap();
            unit.credentials().delete(id(31), id(41)).unwrap();
        });
        let is_there = |n: u128| backend.read(|unit| unit.credentials().find_shown(id(n)).unwrap().is_some());
        assert_eq!([41, 42, 43].map(is_there), [false, true, true]);
        let team = backend.read(|unit| unit.teams().find(id(31)).unwrap()).unwrap();
        backend.write(|unit| unit.teams().delete(&team).unwrap());
        assert_eq!([41, 42, 43].map(is_there), [false, false, true]);
        // Whoever used it a moment ago.
        backend.write(|unit| unit.credentials().note_use(id(42), at(9)).unwrap());
    }
}

#[test]
fn k1_a_persons_keys_are_their_own() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            for key in [user_key(52, 1), user_key(51, 1), user_key(53, 2)] {
                unit.user_keys().insert(&key).unwrap();
            }
            unit.user_keys().note_use(id(51), at(3)).unwrap();
        });
        let used = user_key(51, 1);
        let used = UserKey {
            key: rotated(used.key.clone()),
            ..used
        };
        backend.write(|unit| unit.user_keys().update(&used).unwrap());
        let used = UserKey {
            key: Key {
                last_used_at: Some(at(3)),
                ..used.key.clone()
            },
            ..used
        };
        backend.read(|unit| {
            assert_eq!(
                unit.user_keys().list(id(1)).unwrap(),
                [used.clone(), user_key(52, 1)]
            );
            assert_eq!(unit.user_keys().find(id(1), id(51)).unwrap(), Some(used));
            assert_eq!(unit.user_keys().find(id(2), id(51)).unwrap(), None);
            let found = FoundKey {
                key: user_key(53, 2),
                may_sign_in: true,
            };
            assert_eq!(unit.user_keys().find_shown(id(53)).unwrap(), Some(found));
        });
        backend.write(|unit| unit.user_keys().delete(id(51)).unwrap());
        let left = backend.read(|unit| unit.user_keys().list(id(1)).unwrap());
        assert_eq!(left, [user_key(52, 1)]);
        assert_eq!(
            backend.read(|unit| unit.user_keys().find_shown(id(51)).unwrap()),
            None
        );
    }
}

#[test]
fn t13_a_key_is_found_with_whether_its_person_may_sign_in() {
    for backend in Backend::all() {
        seed_teams(&backend);
        backend.write(|unit| {
            unit.credentials().insert(id(31), &credential(41, 31)).unwrap();
            unit.user_keys().insert(&user_key(51, 1)).unwrap();
            unit.users()
                .update(&User {
                    allow_login: false,
                    ..user(1)
                })
                .unwrap();
        });
        backend.read(|unit| {
            assert!(
                !unit
                    .credentials()
                    .find_shown(id(41))
                    .unwrap()
                    .unwrap()
                    .may_sign_in
            );
            assert!(!unit.user_keys().find_shown(id(51)).unwrap().unwrap().may_sign_in);
        });
    }
}
