//! Invitations (T12).

use std::sync::Barrier;
use std::thread;

use tenantry_application::Error;
use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::page::PageRequest;
use tenantry_application::precondition::Precondition;
use tenantry_application::teams::NewRole;
use tenantry_domain::team::{InvitationRefused, LacksScope, RoleRefused, Scopes, SystemRole, TeamScope};
use tenantry_domain::{InvitationId, TeamId};

use super::crew::*;
use crate::refused;

fn pending(crew: &Crew, team: TeamId) -> usize {
    let page = PageRequest::default();
    crew.world
        .app
        .list_invitations(&crew.ada, team, &page)
        .unwrap()
        .items
        .len()
}

#[test]
fn t12_whoever_is_invited_comes_once_with_the_role_that_was_promised() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.someone("grace");
    let view = world.invite(&crew.ada, team, "GRACE").unwrap();
    assert_eq!(view.role, "Developer");
    assert_eq!(
        world.app.team(&crew.ada, team).unwrap().invitations,
        std::slice::from_ref(&view)
    );
    let [mine] = world.app.my_invitations(&grace).unwrap().try_into().unwrap();
    assert_eq!(
        (mine.invitation, mine.role, mine.team.id),
        (view.invitation, view.role, team)
    );
    let token = world.token();
    let joined = world.accept(&grace, &token).unwrap();
    assert_eq!((joined.members.len(), joined.invitations.len()), (2, 0));
    refused!(world.accept(&grace, &token), Error::NotFound(Noun::Invitation));
    assert!(world.app.my_invitations(&grace).unwrap().is_empty());
    let members = world
        .app
        .list_team_members(&grace, team, &PageRequest::default())
        .unwrap();
    let roles = members
        .items
        .into_iter()
        .find(|m| m.user.id == id(&grace))
        .unwrap()
        .member
        .roles;
    assert_eq!(roles, [SystemRole::Developer.id()]);
}

#[test]
fn t12_only_whom_it_is_addressed_to_answers_and_only_with_its_token() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    world.invite(&crew.ada, team, "grace").unwrap();
    let token = world.token();
    let eve = world.someone("eve");
    let other = InvitationRefused::OtherRecipient;
    refused!(world.accept(&eve, &token), Error::Invitation(refused) if *refused == other);
    refused!(world.decline(&eve, &token), Error::Invitation(refused) if *refused == other);
    let unverified = world.sign_in("mallory", &address("grace"), false);
    let mallory = tenantry_application::Actor::Person(unverified.id);
    refused!(
        world.accept(&mallory, &token),
        Error::Invitation(InvitationRefused::EmailNotVerified)
    );
    assert!(world.app.my_invitations(&mallory).unwrap().is_empty());
    let forged = tenantry_domain::team::InvitationToken::new(token.invitation(), [[7; 16]; 2]);
    let grace = world.someone("grace");
    refused!(world.accept(&grace, &forged), Error::NotFound(Noun::Invitation));
    world.accept(&grace, &token).unwrap();
}

#[test]
fn t12_an_invitation_that_was_not_sent_yet_is_accepted_with_no_token() {
    let crew = Crew::of(9);
    let team = crew.team("Crew");
    let invited = crew.world.invite(&crew.ada, team, "grace").unwrap();
    let guessed = tenantry_domain::team::InvitationToken::new(invited.invitation.id, [[0; 16]; 2]);
    let grace = crew.world.someone("grace");
    refused!(
        crew.world.accept(&grace, &guessed),
        Error::NotFound(Noun::Invitation)
    );
}

#[test]
fn t12_an_address_has_one_pending_invitation_to_a_team_and_members_have_none() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    world.invite(&crew.ada, team, "grace").unwrap();
    refused!(
        world.invite(&crew.ada, team, "Grace"),
        Error::Invitation(InvitationRefused::AlreadyInvited)
    );
    world.invite(&crew.ada, crew.team("Other"), "grace").unwrap();
    refused!(
        world.invite(&crew.ada, team, "ADA"),
        Error::Invitation(InvitationRefused::AlreadyMember)
    );
    world.switch(&crew.ada, team).unwrap();
    world.add(&crew.ada, &new_person("alan", &[])).unwrap();
    refused!(
        world.invite(&crew.ada, team, "alan"),
        Error::Invitation(InvitationRefused::AlreadyMember)
    );
    assert_eq!(pending(&crew, team), 1);
}

#[test]
fn t12_one_invitation_comes_of_many_at_once() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let start = Barrier::new(8);
    let outcomes: Vec<_> = thread::scope(|scope| {
        let invites: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    world.invite(&crew.ada, team, "grace").map(drop)
                })
            })
            .collect();
        invites.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    for outcome in refused {
        refused!(outcome, Error::Invitation(InvitationRefused::AlreadyInvited));
    }
    assert_eq!((pending(&crew, team), crew.seats()), (1, 2));
    assert_eq!(world.tokens().len(), 1);
}

#[test]
fn t12_one_token_is_good_once_however_many_show_it_at_once() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.someone("grace");
    world.invite(&crew.ada, team, "grace").unwrap();
    let (token, start) = (world.token(), Barrier::new(8));
    let outcomes: Vec<_> = thread::scope(|scope| {
        let accepts: Vec<_> = (0..8)
            .map(|n| {
                let (grace, token, start) = (&grace, &token, &start);
                scope.spawn(move || {
                    start.wait();
                    if n == 0 {
                        world.decline(grace, token)
                    } else {
                        world.accept(grace, token).map(drop)
                    }
                })
            })
            .collect();
        accepts.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let (came, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(came.len(), 1);
    for outcome in refused {
        refused!(outcome, Error::NotFound(Noun::Invitation));
    }
    let members = world.app.team(&crew.ada, team).unwrap().members.len();
    assert_eq!((pending(&crew, team), crew.seats()), (0, members));
    assert_eq!((world.database.deadlocks)(), 0, "deadlocks");
}

#[test]
fn t12_an_invitation_ends_after_its_days_unless_it_is_sent_again() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let [grace, alan] = ["grace", "alan"].map(|name| world.someone(name));
    let first = world.invite(&crew.ada, team, "grace").unwrap().invitation;
    world.invite(&crew.ada, team, "alan").unwrap();
    let old = world.tokens();
    world.pass_days(6);
    let sent = world
        .app
        .resend_invitation(&crew.ada, (team, first.id), &Once::default())
        .unwrap();
    assert_eq!(sent.invitation.expires_at, world.now().plus_days(7));
    let token = world.token();
    let [olds, alans] = ["grace", "alan"].map(|name| &old[&("Crew".to_owned(), address(name))]);
    refused!(world.accept(&grace, olds), Error::NotFound(Noun::Invitation));
    world.pass_days(1);
    refused!(world.accept(&alan, alans), Error::NotFound(Noun::Invitation));
    assert_eq!((pending(&crew, team), crew.seats()), (1, 2));
    world.accept(&grace, &token).unwrap();
    world.invite(&crew.ada, team, "alan").unwrap();
    world.pass_days(7);
    assert!(world.app.my_invitations(&alan).unwrap().is_empty());
    assert!(
        world
            .app
            .my_teams(&crew.ada)
            .unwrap()
            .iter()
            .all(|team| team.invitations.is_empty())
    );
    world.invite(&crew.ada, team, "alan").unwrap();
    assert_eq!(crew.seats(), 3);
}

#[test]
fn t12_it_takes_the_scope_to_invite_and_all_that_is_promised() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    let lacks = |outcome: Result<(), Error>, scope| {
        refused!(outcome, Error::LacksTeamScope(LacksScope(lacking)) if *lacking == scope);
    };
    lacks(
        world.invite(&grace, team, "alan").map(drop),
        TeamScope::InviteUsers,
    );
    let inviter = world
        .role(&crew.ada, team, "Inviter", &[TeamScope::InviteUsers])
        .unwrap();
    world.set_roles(&crew.ada, team, &grace, &[inviter]).unwrap();
    lacks(world.invite(&grace, team, "alan").map(drop), TeamScope::UserView);
    world.invite_as(&grace, team, "alan", Some("Inviter")).unwrap();
    let by_id = inviter.to_string();
    world.invite_as(&grace, team, "edsger", Some(&by_id)).unwrap();
    refused!(
        world.invite_as(&crew.ada, team, "barbara", Some("owner")),
        Error::Role(RoleRefused::OwnerOnly)
    );
    refused!(
        world.invite_as(&crew.ada, team, "barbara", Some("nobody")),
        Error::UnknownReference { pointer, noun: Noun::Role } if pointer == "/role"
    );
}

#[test]
fn t12_a_role_that_is_called_like_the_id_of_another_does_not_take_its_place() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let older = world
        .role(&crew.ada, team, "Older", TeamScope::ALL.as_slice())
        .unwrap();
    let meant = world.role(&crew.ada, team, "Meant", &[]).unwrap().to_string();
    let disguise = NewRole {
        name: meant.parse().unwrap(),
        scopes: Scopes::all(),
    };
    world
        .app
        .update_role(&crew.ada, older, &disguise, &Precondition::default())
        .unwrap();
    let invited = world.invite_as(&crew.ada, team, "grace", Some(&meant)).unwrap();
    assert_eq!(invited.role, "Meant");
}

#[test]
fn t10_sending_an_invitation_again_promises_its_role_again() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, team, "grace");
    let inviter = world
        .role(&crew.ada, team, "Inviter", &[TeamScope::InviteUsers])
        .unwrap();
    world.set_roles(&crew.ada, team, &grace, &[inviter]).unwrap();
    let resend = |invitation: InvitationId| {
        let again = world
            .app
            .resend_invitation(&grace, (team, invitation), &Once::default());
        again.map(drop)
    };
    let strong = world
        .invite_as(&crew.ada, team, "alan", Some("Administrator"))
        .unwrap();
    refused!(resend(strong.invitation.id), Error::LacksTeamScope(_));
    let weak = world
        .invite_as(&crew.ada, team, "edsger", Some("Inviter"))
        .unwrap();
    resend(weak.invitation.id).unwrap();
}

#[test]
fn t12_an_invitation_is_known_to_its_team_alone() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let other = crew.team("Other");
    let invitation = world.invite(&crew.ada, team, "grace").unwrap().invitation.id;
    let cancel = |team| {
        world
            .app
            .cancel_invitation(&crew.ada, (team, invitation), &Precondition::default())
    };
    refused!(cancel(other), Error::NotFound(Noun::Invitation));
    cancel(team).unwrap();
    refused!(cancel(team), Error::NotFound(Noun::Invitation));
    assert!(world.tokens().is_empty(), "its mail went with it");
    assert_eq!(crew.seats(), 1);
}

#[test]
fn t12_whoever_came_otherwise_needs_the_invitation_no_more() {
    let crew = Crew::of(9);
    let (world, team) = (&crew.world, crew.team("Crew"));
    let grace = world.bring(&crew.ada, crew.team("Other"), "grace");
    world.invite(&crew.ada, team, "grace").unwrap();
    world.switch(&crew.ada, team).unwrap();
    world.add(&crew.ada, &new_person("grace", &[])).unwrap();
    assert!(world.app.my_invitations(&grace).unwrap().is_empty());
    let events = world
        .app
        .list_events(&crew.ada, crew.workspace, None, &PageRequest::default());
    let mut told: Vec<_> = events
        .unwrap()
        .items
        .into_iter()
        .rev()
        .map(|event| event.kind)
        .collect();
    told.truncate(2);
    assert_eq!(told, ["team_member.added", "invitation.canceled"]);
}
