use tenantry_application::ports::{MailState, QueuedMail, StoreError, UnitOfWork};
use tenantry_domain::Timestamp;
use tenantry_domain::team::{Invitation, SystemRole};

use crate::fixtures::*;
use crate::support::*;

/// Where the team of the invitations is.
const TEAM: u128 = 30;

fn invitation(n: u128) -> Invitation {
    Invitation {
        id: id(n),
        team_id: id(TEAM),
        email: text(&format!("guest-{n}@example.com")),
        role_id: SystemRole::Developer.id(),
        inviter_id: id(1),
        expires_at: at(100),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A mail about the invitation 1.
fn mail(n: u128, due: i64) -> QueuedMail {
    QueuedMail::new(id(n), workspace_id(), id(1), at(due))
}

fn sending(mail: &QueuedMail, until: i64) -> QueuedMail {
    QueuedMail {
        state: MailState::Sending,
        attempts: mail.attempts + 1,
        due_at: at(until),
        ..mail.clone()
    }
}

fn invite(backend: &Backend) {
    seed(backend);
    backend.write(|unit| {
        unit.users().insert(&user(1)).unwrap();
        unit.teams().insert(&team(TEAM, Some(12))).unwrap();
        unit.invitations().insert(workspace_id(), &invitation(1)).unwrap();
    });
}

fn first_due(unit: &mut dyn UnitOfWork, state: MailState, now: Timestamp) -> Option<QueuedMail> {
    unit.mails().first_due(state, now).unwrap()
}

#[test]
fn t15_the_mail_that_has_been_due_longest_is_first() {
    for backend in Backend::all() {
        invite(&backend);
        backend.write(|unit| {
            for (n, due) in [(4, 30), (5, 10), (6, 20)] {
                unit.mails().insert(&mail(n, due)).unwrap();
            }
        });
        backend.read(|unit| {
            assert_eq!(first_due(unit, MailState::Queued, at(9)), None);
            assert_eq!(first_due(unit, MailState::Queued, at(10)), Some(mail(5, 10)));
            assert_eq!(first_due(unit, MailState::Queued, at(99)), Some(mail(5, 10)));
            assert_eq!(first_due(unit, MailState::Sending, at(99)), None);
        });
    }
}

#[test]
fn t15_a_mail_is_advanced_and_taken_by_who_knows_how_it_is() {
    for backend in Backend::all() {
        invite(&backend);
        let queued = mail(4, 0);
        let taken = sending(&queued, 50);
        backend.write(|unit| unit.mails().insert(&queued).unwrap());
        backend.write(|unit| {
            assert!(unit.mails().advance(&queued, &taken).unwrap());
            assert!(!unit.mails().advance(&queued, &taken).unwrap());
            assert!(!unit.mails().take(&queued).unwrap());
        });
        backend.read(|unit| {
            assert_eq!(first_due(unit, MailState::Queued, at(99)), None);
            assert_eq!(first_due(unit, MailState::Sending, at(49)), None);
            assert_eq!(first_due(unit, MailState::Sending, at(50)), Some(taken.clone()));
        });
        let again = QueuedMail {
            state: MailState::Queued,
            ..taken.clone()
        };
        backend.write(|unit| assert!(unit.mails().advance(&taken, &again).unwrap()));
        // The same state after one more attempt is another one.
        backend.write(|unit| {
            assert!(!unit.mails().take(&queued).unwrap());
            assert!(unit.mails().take(&again).unwrap());
            assert!(!unit.mails().take(&again).unwrap());
        });
    }
}

#[test]
fn t15_of_two_who_advance_a_mail_at_once_one_does() {
    for backend in Backend::all() {
        invite(&backend);
        let queued = mail(4, 0);
        backend.write(|unit| unit.mails().insert(&queued).unwrap());
        let claim = || {
            let taken = sending(&queued, 50);
            backend.write(|unit| unit.mails().advance(&queued, &taken).unwrap())
        };
        let claims = std::thread::scope(|scope| {
            let both = [scope.spawn(claim), scope.spawn(claim)];
            both.map(|claim| claim.join().unwrap())
        });
        assert_eq!(claims.into_iter().filter(|is_mine| *is_mine).count(), 1);
    }
}

#[test]
fn t15_mails_go_with_their_invitation() {
    for backend in Backend::all() {
        invite(&backend);
        backend.write(|unit| {
            unit.mails().insert(&mail(4, 0)).unwrap();
            let elsewhere = QueuedMail {
                invitation_id: id(2),
                ..mail(5, 0)
            };
            unit.invitations().insert(workspace_id(), &invitation(2)).unwrap();
            unit.mails().insert(&elsewhere).unwrap();
        });
        backend.write(|unit| unit.invitations().delete(workspace_id(), id(1)).unwrap());
        backend.read(|unit| {
            let left = first_due(unit, MailState::Queued, at(99));
            assert_eq!(left.map(|mail| mail.id), Some(id(5)));
        });
    }
}

#[test]
fn t15_a_mail_needs_an_invitation_and_is_reported_when_it_makes_no_sense() {
    for backend in Backend::all() {
        invite(&backend);
        let stray = QueuedMail {
            invitation_id: id(9),
            ..mail(4, 0)
        };
        let mut unit = backend.store.begin_write().unwrap();
        let refused = unit.mails().insert(&stray).and_then(|()| unit.commit());
        assert!(refused.is_err());
        backend.write(|unit| unit.mails().insert(&mail(4, 0)).unwrap());
        backend.tamper("UPDATE mails SET attempts = -1");
        let error = backend.fail(|unit| unit.mails().first_due(MailState::Queued, at(99)));
        assert!(
            matches!(
                error,
                StoreError::Corrupt {
                    table: "mails",
                    column: "attempts",
                    ..
                }
            ),
            "{error:?}"
        );
    }
}
