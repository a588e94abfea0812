use tenantry_application::page::Position;
use tenantry_application::ports::{FoundInvitation, QueuedMail, StoreError, UniqueKey};
use tenantry_domain::team::Invitation;
use tenantry_domain::text::EmailKey;

use crate::fixtures::*;
use crate::support::*;

/// Teams 30 of organization 12 and 31 of organization 13, and one outside, 40; person 1 invites.
fn seed_invitations(backend: &Backend) {
    seed(backend);
    backend.write(|unit| {
        unit.users().insert(&user(1)).unwrap();
        unit.workspaces().insert(&workspace(40)).unwrap();
        for (n, organization) in [(30, Some(12)), (31, Some(13)), (40, None)] {
            unit.teams().insert(&team(n, organization)).unwrap();
        }
        for (n, team, address, day) in [
            (81, 30, "Grace@Example.com", 2),
            (80, 30, "alan@example.com", 1),
            (82, 31, "GRACE@example.com", 3),
        ] {
            unit.invitations()
                .insert(workspace_id(), &until(day, n, team, address))
                .unwrap();
        }
        unit.invitations()
            .insert(id(40), &until(1, 83, 40, "grace@example.com"))
            .unwrap();
    });
}

fn until(day: u32, n: u128, team: u128, address: &str) -> Invitation {
    Invitation {
        expires_at: at(0).plus_days(day),
        ..invitation(n, team, address)
    }
}

fn ids<T>(found: Vec<(Invitation, T)>) -> Vec<tenantry_domain::InvitationId> {
    found.into_iter().map(|(invitation, _)| invitation.id).collect()
}

#[test]
fn t15_an_invitation_is_found_with_the_hashes_of_its_tokens() {
    for backend in Backend::all() {
        seed_invitations(&backend);
        let found = |tokens: &[u8]| {
            Some(FoundInvitation {
                invitation: until(2, 81, 30, "Grace@Example.com"),
                workspace_id: workspace_id(),
                tokens: tokens.iter().map(|byte| [*byte; 32]).collect(),
            })
        };
        backend.write(|unit| {
            let invitations = unit.invitations();
            assert_eq!(invitations.find(id(81)).unwrap(), found(&[]));
            for byte in [3, 1, 2] {
                invitations
                    .add_token(workspace_id(), id(81), &[byte; 32])
                    .unwrap();
            }
            invitations.add_token(workspace_id(), id(80), &[4; 32]).unwrap();
            assert_eq!(invitations.find(id(81)).unwrap(), found(&[1, 2, 3]));
            for _ in 0..2 {
                let gone = [[2; 32], [1; 32], [4; 32]];
                invitations.remove_tokens(workspace_id(), id(81), &gone).unwrap();
                assert_eq!(invitations.find(id(81)).unwrap(), found(&[3]));
            }
            assert_eq!(invitations.find(id(80)).unwrap().unwrap().tokens, [[4; 32]]);
            assert_eq!(invitations.find(id(99)).unwrap(), None);
            invitations.delete(workspace_id(), id(81)).unwrap();
        });
        backend.fail(|unit| unit.invitations().add_token(workspace_id(), id(81), &[1; 32]));
        backend.fail(|unit| unit.invitations().add_token(id(40), id(80), &[1; 32]));
    }
}

#[test]
fn t12_an_address_has_one_invitation_to_a_team_whatever_its_case() {
    for backend in Backend::all() {
        seed_invitations(&backend);
        let again = invitation(90, 30, "GRACE@EXAMPLE.COM");
        let error = backend.fail(|unit| unit.invitations().insert(workspace_id(), &again));
        assert!(
            matches!(error, StoreError::Duplicate(UniqueKey::Invitation)),
            "{error:?}"
        );
        backend.write(|unit| {
            unit.invitations().delete(workspace_id(), id(81)).unwrap();
            unit.invitations().insert(workspace_id(), &again).unwrap();
        });
    }
}

#[test]
fn invitations_are_listed_by_team_and_by_whom_they_are_addressed_to() {
    for backend in Backend::all() {
        seed_invitations(&backend);
        backend.read(|unit| {
            let grace = key("grace@EXAMPLE.com");
            let mine = unit.invitations().addressed_to(&grace).unwrap();
            let teams: Vec<_> = mine.iter().map(|(_, team)| team.id).collect();
            assert_eq!(teams, [30, 31, 40].map(id));
            assert_eq!(ids(mine), [81, 82, 83].map(id));
            let teams = [team(30, Some(12)), team(40, None)];
            let found = unit.invitations().of_teams(&teams).unwrap();
            let of: Vec<_> = found[&id(30)].iter().map(|one| one.id).collect();
            assert_eq!((of, found.len()), (vec![id(80), id(81)], 2));
            let list = |request| -> Vec<_> {
                let page = unit.invitations().list(workspace_id(), id(30), &request).unwrap();
                page.items.into_iter().map(|one| one.id).collect()
            };
            let mut list = list;
            assert_eq!(list(page(1, Position::Start)), [id(80)]);
            assert_eq!(list(page(9, after(id(80)))), [id(81)]);
        });
    }
}

#[test]
fn c9_an_address_is_invited_into_an_organization_when_it_is_into_a_team_of_it() {
    for backend in Backend::all() {
        seed_invitations(&backend);
        backend.read(|unit| {
            let all = ["alan@EXAMPLE.com", "grace@example.com", "ada@example.com"].map(key);
            let mut invited = |n, addresses: &[EmailKey]| -> Vec<EmailKey> {
                let invitations = unit.invitations();
                let found = invitations.invited(workspace_id(), id(n), addresses).unwrap();
                found.into_iter().collect()
            };
            assert_eq!(invited(12, &all), all[..2]);
            assert_eq!(invited(12, &all[1..]), all[1..2]);
            assert_eq!(invited(13, &all), all[1..2]);
            assert_eq!(invited(11, &all), [], "not those below");
            assert_eq!(invited(12, &[]), []);
        });
    }
}

#[test]
fn t12_what_has_expired_is_found_in_its_workspace_and_so_is_what_expires_next() {
    for backend in Backend::all() {
        seed_invitations(&backend);
        backend.write(|unit| {
            let mut expired = |day| {
                let found = unit.invitations().expired(workspace_id(), at(0).plus_days(day));
                ids(found.unwrap())
            };
            assert_eq!(expired(0), []);
            assert_eq!(expired(1), [id(80)]);
            assert_eq!(expired(9), [80, 81, 82].map(id));
            let mut next = |workspace| unit.invitations().next_expiry(id(workspace)).unwrap();
            assert_eq!(next(WORKSPACE), Some(at(0).plus_days(1)));
            assert_eq!(next(99), None);
            let renewed = Invitation {
                updated_at: at(7),
                ..until(8, 80, 30, "alan@example.com")
            };
            let asked = Invitation {
                email: text("other@example.com"),
                ..renewed.clone()
            };
            unit.invitations().renew(workspace_id(), &asked).unwrap();
            assert_eq!(
                unit.invitations().find(id(80)).unwrap().unwrap().invitation,
                renewed
            );
            let next = unit.invitations().next_expiry(workspace_id()).unwrap();
            assert_eq!(next, Some(at(0).plus_days(2)));
        });
        backend.fail(|unit| {
            let unknown = invitation(99, 30, "a@example.com");
            unit.invitations().renew(workspace_id(), &unknown)
        });
    }
}

#[test]
fn the_mails_of_an_invitation_go_with_it() {
    for backend in Backend::all() {
        seed_invitations(&backend);
        backend.write(|unit| {
            for (n, invitation) in [(1, 80), (2, 80), (3, 81)] {
                let mail = QueuedMail::new(id(n), workspace_id(), id(invitation), at(0));
                unit.mails().insert(&mail).unwrap();
            }
            unit.invitations().delete(workspace_id(), id(80)).unwrap();
            unit.invitations().delete(workspace_id(), id(80)).unwrap();
        });
        assert_eq!((backend.count("invitations"), backend.count("mails")), (3, 1));
    }
}
