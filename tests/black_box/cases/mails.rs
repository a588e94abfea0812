use std::fs;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tenantry_application::ports::QueuedMail;
use tenantry_domain::team::{Invitation, SystemRole, Team};
use tenantry_domain::text::Email;
use tenantry_domain::user::User;
use tenantry_domain::{InvitationId, MailId, Timestamp};
use tenantry_persistence::{MigratableStore, Options, open};
use tenantry_test_smtp::{Authority, Delivery, Fault, MailServer, Step};
use tenantry_tests::Service;
use uuid::Uuid;

use super::start;

const ADA: &str = "ada@example.com";
/// How long a mail may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Ada, who invites people past the interface and its bell, as another process would.
struct Ada {
    store: Arc<dyn MigratableStore>,
    user: User,
    team: Team,
}

impl Ada {
    /// Signs her in.
    fn at(service: &Service) -> Self {
        service.person(ADA).get("/oauth/userinfo").expect(200);
        let store = open(&service.database_url(), &Options::default()).expect("it opens");
        let mut unit = store.begin_read().expect("it begins");
        let ada: Email = ADA.parse().expect("an address");
        let mut users = unit.users().of_addresses(&[ada.key()]).expect("it reads");
        let user = users.pop().expect("she is there");
        let team = user.personal_team_id.expect("everybody has a team");
        let team = unit.teams().find(team).expect("it reads").expect("it is there");
        Self { store, user, team }
    }

    /// Queues a mail.
    fn invite(&self, number: u128) {
        let invitation = Invitation {
            id: InvitationId::from_uuid(Uuid::from_u128(number)),
            team_id: self.team.id,
            email: format!("guest-{number}@example.com").parse().expect("an address"),
            role_id: SystemRole::Developer.id(),
            inviter_id: self.user.id,
            expires_at: Timestamp::EPOCH.plus_days(100_000),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        };
        let workspace = self.team.workspace_id;
        let mail = QueuedMail::new(mail_id(number), workspace, invitation.id, Timestamp::EPOCH);
        let mut unit = self.store.begin_write().expect("it begins");
        unit.invitations()
            .insert(workspace, &invitation)
            .expect("it is written");
        unit.mails().insert(&mail).expect("it is written");
        unit.commit().expect("it commits");
    }

    /// The recipients of so many mails, sorted, and of one more, which comes last.
    fn recipients(&self, relay: &MailServer, count: usize) -> Vec<String> {
        relay.wait_for_deliveries(count);
        self.invite(99);
        let deliveries = relay.wait_for_deliveries(count + 1).into_iter();
        let mut recipients: Vec<_> = deliveries.map(|delivery| delivery.to).collect();
        recipients.sort_unstable();
        recipients
    }
}

fn mail_id(number: u128) -> MailId {
    MailId::from_uuid(Uuid::from_u128(number))
}

fn relayed(relay: &MailServer) -> Vec<(&'static str, String)> {
    vec![
        ("TENANTRY__MAIL__TRANSPORT", "smtp".to_owned()),
        ("TENANTRY__MAIL__SMTP__HOST", "localhost".to_owned()),
        ("TENANTRY__MAIL__SMTP__PORT", relay.port.to_string()),
        ("TENANTRY__MAIL__SMTP__SECURITY", "none".to_owned()),
    ]
}

fn start_with(settings: &[(&str, String)]) -> Service {
    let settings: Vec<(&str, &str)> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    start(&settings)
}

fn guests(numbers: impl IntoIterator<Item = u128>) -> Vec<String> {
    let guest = |number| format!("guest-{number}@example.com");
    let mut guests: Vec<_> = numbers.into_iter().chain([99]).map(guest).collect();
    guests.sort_unstable();
    guests
}

fn until(is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "what was waited for did not happen");
        thread::sleep(Duration::from_millis(10));
    }
}

/// The token in the link of a mail.
fn token(message: &str) -> &str {
    let (_, rest) = message.split_once("/invitations?token=").expect("a link");
    let (token, _) = rest.split_once(['\r', '\n']).expect("it ends with its line");
    assert_eq!(token.len(), 66);
    token
}

#[test]
fn t15_mails_are_written_into_the_data_directory_unless_a_server_is_named() {
    let mut service = start(&[]);
    Ada::at(&service).invite(1);
    let file = service
        .data_dir()
        .join("outbox")
        .join(format!("{}.eml", mail_id(1)));
    until(|| file.exists());
    let message = fs::read_to_string(&file).expect("text");
    let url = format!("{}/invitations?token=", service.base);
    assert!(message.contains(&url), "{message}");
    assert!(message.contains("\nTo: guest-1@example.com"), "{message}");
    let log = service.stop_and_tell();
    let folder = file.parent().expect("a folder").display().to_string();
    assert!(log.contains(&folder), "{log}");
    assert!(!log.contains(token(&message)), "{log}");
}

#[test]
fn t12_whoever_gets_the_mail_of_an_invitation_accepts_with_its_link() {
    let relay = MailServer::clear();
    let service = start_with(&relayed(&relay));
    let (ada, bob) = (service.person(ADA), service.person("bob@example.com"));
    let team = ada
        .post("/teams", &json!({ "name": "ACME", "site_limit": 0 }))
        .expect(201)
        .id();
    let bobs = json!({ "email": "Bob@example.com" });
    ada.post(&format!("/teams/{team}/invites"), &bobs).expect(202);
    let [delivery] = relay.wait_for_deliveries(1).try_into().expect("one");
    assert_eq!(delivery.to, "Bob@example.com");
    assert!(
        delivery
            .message
            .contains("to the team ACME, in the role Developer.")
    );
    let token = json!({ "token": token(&delivery.message) });
    ada.post("/invites/accept", &token).expect(403);
    assert_eq!(bob.post("/invites/accept", &token).expect(200).id(), team);
}

#[test]
fn t15_a_mail_goes_out_once_though_the_service_is_killed_before() {
    let relay = MailServer::clear();
    relay.misbehave([Fault::Answers(Step::Greeting, "421 4.3.2 not now"); 100]);
    let mut service = start_with(&relayed(&relay));
    let ada = Ada::at(&service);
    ada.invite(1);
    relay.wait_for_conversations(1);
    service.kill();
    relay.behave();
    service.restart();
    assert_eq!(ada.recipients(&relay, 1), guests([1]));
    let log = service.stop_and_tell();
    for Delivery { message, .. } in relay.deliveries() {
        assert!(!log.contains(token(&message)), "{log}");
    }
}

#[test]
fn t15_three_processes_send_each_mail_once() {
    let relay = MailServer::clear();
    let first = start_with(&relayed(&relay));
    let _others = (first.sibling(), first.sibling());
    let ada = Ada::at(&first);
    (1..=20).for_each(|number| ada.invite(number));
    assert_eq!(ada.recipients(&relay, 20), guests(1..=20));
}

#[test]
fn t15_a_mail_whose_receipt_is_lost_is_not_sent_again() {
    let relay = MailServer::clear();
    relay.misbehave([Fault::HangsUp(Step::Message)]);
    let mut service = start_with(&relayed(&relay));
    let ada = Ada::at(&service);
    ada.invite(1);
    assert_eq!(ada.recipients(&relay, 1), guests([1]));
    let log = service.stop_and_tell();
    let warned = format!("mail={}", mail_id(1));
    let line = log
        .lines()
        .find(|line| line.contains("may have been sent or not"));
    assert!(line.is_some_and(|line| line.contains(&warned)), "{log}");
}

#[test]
fn t15_a_mail_that_is_refused_is_not_sent_again_and_one_that_is_put_off_is() {
    let relay = MailServer::clear();
    relay.misbehave([
        Fault::Answers(Step::Recipient, "550 5.1.1 who?"),
        Fault::Answers(Step::Recipient, "450 4.2.1 greylisted"),
    ]);
    let service = start_with(&relayed(&relay));
    let ada = Ada::at(&service);
    ada.invite(1);
    relay.wait_for_conversations(1);
    ada.invite(2);
    assert_eq!(ada.recipients(&relay, 1), guests([2]));
    let metrics = || service.anonymous().get("/metrics").expect(200).text;
    // What a server has got is counted a moment later.
    let line = |outcome, count| format!("tenantry_mails_total{{outcome=\"{outcome}\"}} {count}\n");
    until(|| metrics().contains(&line("sent", 2)));
    for (outcome, count) in [("postponed", 1), ("refused", 1), ("uncertain", 0)] {
        assert!(
            metrics().contains(&line(outcome, count)),
            "{outcome} in {}",
            metrics()
        );
    }
}

#[test]
fn a_server_is_signed_in_to_over_tls() {
    let authority = Authority::new();
    let relay = MailServer::starttls(&authority);
    let certificate = authority.certificate().display().to_string();
    let secret = |name, value: &str| (name, value.to_owned());
    let own = [
        secret("TENANTRY__MAIL__SMTP__SECURITY", "starttls"),
        secret("TENANTRY__MAIL__SMTP__USERNAME", "tenantry"),
        secret("TENANTRY__MAIL__SMTP__PASSWORD", "s3cret"),
        secret("TENANTRY__MAIL__SMTP__CA_FILE", &certificate),
        secret("TENANTRY__MAIL__FROM", "ACME <invites@acme.example>"),
        secret(
            "TENANTRY__MAIL__INVITATION_URL",
            "https://acme.example/invitations",
        ),
    ];
    let mut service = start_with(&[&relayed(&relay)[..3], &own].concat());
    Ada::at(&service).invite(1);
    let [delivery] = relay.wait_for_deliveries(1).try_into().expect("one");
    let credentials = Some(("tenantry".to_owned(), "s3cret".to_owned()));
    assert_eq!((delivery.is_tls, delivery.credentials), (true, credentials));
    assert_eq!(delivery.from, "invites@acme.example");
    assert!(
        delivery
            .message
            .contains("https://acme.example/invitations?token=")
    );
    assert!(!service.stop_and_tell().contains("s3cret"));
}
