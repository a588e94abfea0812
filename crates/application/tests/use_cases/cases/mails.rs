use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use tenantry_application::ports::{
    Departure, InvitationMail, MailFailure, MailState, Mailer, QueuedMail, Store,
};
use tenantry_application::{MailOutcome, Settings};
use tenantry_domain::team::{Invitation, SystemRole};
use tenantry_domain::user::User;
use tenantry_domain::{InvitationId, MailId, RoleId, Timestamp, WorkspaceId};
use uuid::Uuid;

use super::world::*;

/// From when on whoever prepares to send a mail is not waited for any more, at the first attempt.
const PREPARATION: Duration = Duration::from_secs(31);
/// How long handing over takes at most, and what is added to it until nobody is waited for any more.
const LONGEST: Duration = Duration::from_mins(1);
const MARGIN: Duration = Duration::from_mins(1);
const MOMENT: Duration = Duration::from_micros(1);

type Sending = Box<dyn FnMut(&InvitationMail, Departure<'_>) -> Result<(), MailFailure> + Send>;

/// Remembers what departed, and does with each mail what it was told.
struct Post {
    mails: Mutex<Vec<InvitationMail>>,
    orders: Mutex<VecDeque<Sending>>,
}

impl Post {
    fn new(orders: impl IntoIterator<Item = Sending>) -> Self {
        Self {
            mails: Mutex::default(),
            orders: Mutex::new(orders.into_iter().collect()),
        }
    }

    fn reliable() -> Self {
        Self::new([])
    }

    fn mails(&self) -> Vec<InvitationMail> {
        self.mails.lock().unwrap().clone()
    }
}

impl Mailer for Post {
    fn send(&self, mail: &InvitationMail, depart: Departure<'_>) -> Result<(), MailFailure> {
        let order = self.orders.lock().unwrap().pop_front();
        let mut order = order.unwrap_or_else(|| after_departure(|_| Ok(())));
        order(mail, &mut || {
            depart()?;
            self.mails.lock().unwrap().push(mail.clone());
            Ok(())
        })
    }

    fn longest_send(&self) -> Duration {
        LONGEST
    }
}

/// Departs, and does this then.
fn after_departure(order: impl Fn(&InvitationMail) -> Result<(), MailFailure> + Send + 'static) -> Sending {
    Box::new(move |mail, depart| {
        depart().map_err(MailFailure::Temporary)?;
        order(mail)
    })
}

fn fails(failure: fn() -> MailFailure) -> Sending {
    after_departure(move |_| Err(failure()))
}

fn busy() -> MailFailure {
    MailFailure::Temporary("busy".into())
}

/// A person who can invite somebody to a team of theirs, past the rules about that.
struct Inviter<'a> {
    world: &'a World,
    user: User,
}

impl<'a> Inviter<'a> {
    fn new(world: &'a World) -> Self {
        let user = world.app.me(&world.person("ada")).unwrap();
        Self { world, user }
    }

    fn workspace(&self) -> WorkspaceId {
        WorkspaceId::from_uuid(self.user.personal_team_id.unwrap().as_uuid())
    }

    fn invite(&self, n: u128) -> InvitationId {
        self.invite_as(n, SystemRole::Developer.id())
    }

    fn invite_as(&self, n: u128, role_id: RoleId) -> InvitationId {
        let now = self.world.now();
        let invitation = Invitation {
            id: InvitationId::from_uuid(Uuid::from_u128(n)),
            team_id: self.user.personal_team_id.unwrap(),
            email: format!("guest-{n}@example.com").parse().unwrap(),
            role_id,
            inviter_id: self.user.id,
            expires_at: now.plus_days(7),
            created_at: now,
            updated_at: now,
        };
        let mail = QueuedMail::new(mail_id(n), self.workspace(), invitation.id, now);
        let mut unit = self.world.store.begin_write().unwrap();
        unit.invitations().insert(self.workspace(), &invitation).unwrap();
        unit.mails().insert(&mail).unwrap();
        unit.commit().unwrap();
        invitation.id
    }

    fn cancel(&self, id: InvitationId) {
        cancel(&*self.world.store, self.workspace(), id);
    }

    /// The hashes of the tokens that lead to an invitation.
    fn tokens(&self, id: InvitationId) -> BTreeSet<[u8; 32]> {
        let mut unit = self.world.store.begin_read().unwrap();
        let found = unit.invitations().find(id).unwrap().unwrap();
        found.tokens.into_iter().collect()
    }

    /// Sends it again.
    fn resend(&self, id: InvitationId, n: u128) {
        let mail = QueuedMail::new(mail_id(n), self.workspace(), id, self.world.now());
        let mut unit = self.world.store.begin_write().unwrap();
        unit.mails().insert(&mail).unwrap();
        unit.commit().unwrap();
    }
}

fn cancel(store: &dyn Store, workspace: WorkspaceId, id: InvitationId) {
    let mut unit = store.begin_write().unwrap();
    unit.invitations().delete(workspace, id).unwrap();
    unit.commit().unwrap();
}

fn of<const COUNT: usize>(mails: [&InvitationMail; COUNT]) -> BTreeSet<[u8; 32]> {
    mails.map(|mail| mail.token.digest()).into()
}

fn mail_id(n: u128) -> MailId {
    MailId::from_uuid(Uuid::from_u128(n))
}

impl World {
    /// Delivers what is due, and says how much that was.
    fn deliver(&self, post: &Post) -> usize {
        let before = post.mails().len();
        while self.app.deliver_mail(post).unwrap() {}
        post.mails().len() - before
    }

    fn outcomes(&self) -> [u64; 4] {
        MailOutcome::ALL.map(|outcome| self.app.mails(outcome))
    }

    /// Whether any mail is there at any time to come.
    fn has_mails(&self) -> bool {
        let end = Timestamp::EPOCH.plus(Duration::MAX);
        let mut unit = self.store.begin_read().unwrap();
        [MailState::Queued, MailState::Sending]
            .into_iter()
            .any(|state| unit.mails().first_due(state, end).unwrap().is_some())
    }
}

#[test]
fn t15_a_mail_is_sent_once_with_a_token_that_nobody_else_knows() {
    let world = World::new();
    let ada = Inviter::new(&world);
    let invitation = ada.invite(1);
    assert_eq!(ada.tokens(invitation), of([]));
    let post = Post::reliable();
    assert_eq!(world.deliver(&post), 1);
    assert_eq!(world.deliver(&post), 0);
    let [mail] = post.mails().try_into().unwrap();
    assert_eq!(mail.id, mail_id(1));
    assert_eq!(mail.to.as_str(), "guest-1@example.com");
    assert_eq!(mail.inviter, ada.user.profile);
    assert_eq!((mail.team.as_str(), &mail.organization), ("Personal", &None));
    assert_eq!(mail.role.name(), "Developer");
    assert_eq!(mail.written_at, world.now());
    assert_eq!(mail.expires_at, world.now().plus_days(7));
    assert_eq!(mail.token.invitation(), invitation);
    assert_eq!(ada.tokens(invitation), of([&mail]));
    assert_eq!(world.outcomes(), [1, 0, 0, 0]);
    assert!(!world.has_mails());
}

#[test]
fn t15_what_was_not_taken_is_tried_again_with_another_token() {
    let world = World::new();
    let ada = Inviter::new(&world);
    let invitation = ada.invite(1);
    let post = Post::new([fails(busy), fails(busy), fails(busy)]);
    assert_eq!(world.deliver(&post), 1);
    for pause in [1, 2, 4].map(Duration::from_secs) {
        world.pass(pause.saturating_sub(MOMENT));
        assert_eq!(world.deliver(&post), 0);
        world.pass(MOMENT);
        assert_eq!(world.deliver(&post), 1);
    }
    assert_eq!(world.outcomes(), [1, 3, 0, 0]);
    assert!(!world.has_mails());
    let mails = post.mails();
    assert!(mails.iter().all(|mail| mail.id == mail_id(1)));
    let by_hash: BTreeMap<_, _> = mails.iter().map(|mail| (mail.token.digest(), mail)).collect();
    assert_eq!(by_hash.len(), 4);
    assert_eq!(ada.tokens(invitation), of([&mails[3]]));
}

#[test]
fn t15_what_was_refused_or_may_have_been_sent_is_not_sent_again() {
    let world = World::new();
    let ada = Inviter::new(&world);
    ada.invite(1);
    ada.invite(2);
    let post = Post::new([
        fails(|| MailFailure::Refused("no".into())),
        fails(|| MailFailure::Uncertain("gone".into())),
    ]);
    assert_eq!(world.deliver(&post), 2);
    assert_eq!(world.outcomes(), [0, 0, 1, 1]);
    assert!(!world.has_mails());
    // It may have arrived, and leads somewhere then.
    let mails = post.mails();
    let tokens = mails.iter().map(|mail| ada.tokens(mail.token.invitation()));
    assert_eq!(tokens.collect::<Vec<_>>(), [of([]), of([&mails[1]])]);
}

#[test]
fn t15_nobody_is_left_with_links_that_lead_nowhere() {
    let world = World::new();
    let ada = Inviter::new(&world);
    let invitation = ada.invite(1);
    let before_departure: Sending = Box::new(|_, _| Err(MailFailure::Refused("no".into())));
    let post = Post::new([
        after_departure(|_| Ok(())),
        before_departure,
        fails(|| MailFailure::Refused("no".into())),
        fails(|| MailFailure::Uncertain("gone".into())),
        after_departure(|_| panic!("died")),
        fails(|| MailFailure::Refused("no".into())),
        after_departure(|_| Ok(())),
    ]);
    world.deliver(&post);
    for n in 2..=4 {
        ada.resend(invitation, n);
        world.deliver(&post);
    }
    let [delivered, refused, uncertain] = post.mails().try_into().unwrap();
    assert_eq!(ada.tokens(invitation), of([&delivered, &uncertain]));
    assert_ne!(refused.token, uncertain.token);
    ada.resend(invitation, 5);
    catch_unwind(AssertUnwindSafe(|| world.app.deliver_mail(&post))).unwrap_err();
    world.pass(LONGEST + MARGIN);
    ada.resend(invitation, 6);
    world.deliver(&post);
    let abandoned = &post.mails()[3];
    assert_eq!(ada.tokens(invitation), of([&delivered, &uncertain, abandoned]));
    ada.resend(invitation, 7);
    world.deliver(&post);
    assert_eq!(ada.tokens(invitation), of([post.mails().last().unwrap()]));
}

#[test]
fn t15_of_two_mails_at_once_the_one_that_departed_last_leads_in() {
    for is_overtaken in [false, true] {
        let world = World::new();
        let ada = Inviter::new(&world);
        let invitation = ada.invite(1);
        ada.resend(invitation, 2);
        let other = world.restarted_with(Settings::default());
        let overtaking = Arc::new(Post::reliable());
        let second = Arc::clone(&overtaking);
        let first: Sending = Box::new(move |_, depart| {
            let deliver = |depart: Departure<'_>| {
                assert!(other.app.deliver_mail(&*second).unwrap());
                depart().map_err(MailFailure::Temporary)
            };
            if is_overtaken {
                deliver(depart)
            } else {
                depart().map_err(MailFailure::Temporary)?;
                deliver(&mut || Ok(()))
            }
        });
        let post = Post::new([first]);
        assert!(world.app.deliver_mail(&post).unwrap());
        let ([first], [second]) = (
            <[_; 1]>::try_from(post.mails()).unwrap(),
            <[_; 1]>::try_from(overtaking.mails()).unwrap(),
        );
        let latest = if is_overtaken { first } else { second };
        assert_eq!(ada.tokens(invitation), of([&latest]));
    }
}

#[test]
fn t15_a_mail_that_somebody_died_over_before_it_departed_is_sent_by_another() {
    let world = World::new();
    let ada = Inviter::new(&world);
    let invitation = ada.invite(1);
    let dies: Sending = Box::new(|_, _| panic!("died"));
    let post = Post::new([dies]);
    catch_unwind(AssertUnwindSafe(|| world.app.deliver_mail(&post))).unwrap_err();
    world.pass(PREPARATION.saturating_sub(MOMENT));
    assert_eq!(world.deliver(&post), 0);
    world.pass(MOMENT);
    assert_eq!(world.deliver(&post), 1);
    assert_eq!(ada.tokens(invitation), of([&post.mails()[0]]));
    assert_eq!(world.outcomes(), [1, 0, 0, 0]);
}

#[test]
fn t15_who_is_too_slow_to_depart_leaves_a_mail_to_another() {
    let world = World::new();
    Inviter::new(&world).invite(1);
    let other = world.restarted_with(Settings::default());
    other.pass(PREPARATION);
    let quick = Arc::new(Post::reliable());
    let overtaken = Arc::clone(&quick);
    let slow: Sending = Box::new(move |_, depart| {
        assert!(other.app.deliver_mail(&*overtaken).unwrap());
        depart().map_err(MailFailure::Temporary)
    });
    let post = Post::new([slow]);
    assert_eq!(world.deliver(&post), 0);
    assert_eq!((quick.mails().len(), world.outcomes()), (1, [0, 0, 0, 0]));
    assert!(!world.has_mails());
}

#[test]
fn t15_a_mail_that_somebody_died_over_is_not_sent_again() {
    let world = World::new();
    Inviter::new(&world).invite(1);
    let post = Post::new([after_departure(|_| panic!("died"))]);
    catch_unwind(AssertUnwindSafe(|| world.app.deliver_mail(&post))).unwrap_err();
    world.pass((LONGEST + MARGIN).saturating_sub(MOMENT));
    assert_eq!(world.deliver(&post), 0);
    assert_eq!(world.outcomes(), [0, 0, 0, 0]);
    assert!(world.has_mails());
    world.pass(MOMENT);
    assert_eq!(world.deliver(&post), 0);
    assert_eq!(world.outcomes(), [0, 0, 0, 1]);
    assert!(!world.has_mails());
}

#[test]
fn t15_nothing_is_sent_of_an_invitation_that_has_ended() {
    let world = World::new();
    let ada = Inviter::new(&world);
    ada.cancel(ada.invite(1));
    let late = ada.invite(2);
    world.pass(Duration::from_hours(7 * 24));
    let post = Post::reliable();
    assert_eq!(world.deliver(&post), 0);
    assert_eq!(ada.tokens(late), of([]));
    assert!(!world.has_mails());
}

#[test]
fn t15_an_invitation_can_end_until_its_mail_departs_and_even_then() {
    for (is_late, departed) in [(false, 0), (true, 1)] {
        for end in [
            || Ok(()),
            || Err(busy()),
            || Err(MailFailure::Uncertain("gone".into())),
        ] {
            let world = World::new();
            let ada = Inviter::new(&world);
            ada.invite(1);
            let (store, workspace) = (world.store.clone(), ada.workspace());
            // It could not be changed from here, were a transaction open.
            let ends: Sending = Box::new(move |mail, depart| {
                let ended = || cancel(&*store, workspace, mail.token.invitation());
                if !is_late {
                    ended();
                }
                depart().map_err(MailFailure::Temporary)?;
                ended();
                end()
            });
            let post = Post::new([ends]);
            assert_eq!(world.deliver(&post), departed);
            assert!(!world.has_mails());
        }
    }
}

#[test]
fn t15_a_mail_that_cannot_be_written_holds_up_no_other() {
    let world = World::new();
    let ada = Inviter::new(&world);
    let nobodys_role = RoleId::from_uuid(Uuid::from_u128(99));
    ada.invite_as(1, nobodys_role);
    ada.invite(2);
    let post = Post::reliable();
    assert_eq!(world.deliver(&post), 1);
    assert_eq!(post.mails()[0].id, mail_id(2));
    assert_eq!(world.outcomes(), [1, 1, 0, 0]);
    assert!(world.has_mails());
}

#[test]
fn t15_of_several_senders_each_sends_other_mails() {
    const SENDERS: usize = 4;
    const MAILS: u128 = 40;
    let world = World::new();
    let ada = Inviter::new(&world);
    for n in 1..=MAILS {
        ada.invite(n);
    }
    let worlds = [(); SENDERS].map(|()| world.restarted_with(Settings::default()));
    let (post, start) = (Arc::new(Post::reliable()), Barrier::new(SENDERS));
    thread::scope(|scope| {
        for world in &worlds {
            scope.spawn(|| {
                start.wait();
                while world.app.deliver_mail(&*post).unwrap() {}
            });
        }
    });
    let mut sent: Vec<_> = post.mails().iter().map(|mail| mail.id).collect();
    sent.sort_unstable();
    assert_eq!(sent, (1..=MAILS).map(mail_id).collect::<Vec<_>>());
    let counted: u64 = worlds
        .iter()
        .map(|world| world.app.mails(MailOutcome::Sent))
        .sum();
    assert_eq!(u128::from(counted), MAILS);
}
