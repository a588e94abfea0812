use std::error::Error;
use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use tenantry_application::error::with_causes;
use tenantry_application::ports::MailFailure;
use tenantry_mail::{Security, Smtp, SmtpServer};
use tenantry_test_smtp::{Authority, Fault, MailServer, Step};

use crate::message::Message;
use crate::support::*;

fn server(port: u16, security: Security) -> SmtpServer {
    SmtpServer {
        host: "localhost".to_owned(),
        port,
        security,
        credentials: None,
        authorities: None,
        timeout: Duration::from_secs(20),
    }
}

fn trusting(authority: &Authority, port: u16, security: Security) -> SmtpServer {
    SmtpServer {
        authorities: Some(fs::read(authority.certificate()).unwrap()),
        credentials: Some(("tenantry".to_owned(), "s3cret ✉".to_owned())),
        ..server(port, security)
    }
}

fn smtp(server: SmtpServer) -> Smtp {
    Smtp::new(server, stationery()).unwrap()
}

fn told(failure: &MailFailure) -> String {
    let mut text = format!("{failure} {failure:?}");
    let mut source = failure.source();
    while let Some(cause) = source {
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[test]
fn a_mail_arrives_as_it_was_written() {
    let relay = MailServer::clear();
    send(&smtp(server(relay.port, Security::None)), &mail()).unwrap();
    let [delivery] = relay.deliveries().try_into().unwrap();
    assert_eq!(delivery.from, "no-reply@tenantry.example");
    assert_eq!(delivery.to, "bob@example.com");
    assert_eq!((delivery.is_tls, delivery.credentials), (false, None));
    let arrived = Message::read(&delivery.message);
    assert!(arrived.text.contains(&link()));
    assert_eq!(arrived.raw, Message::of(&mail(), stationery()).raw);
}

#[test]
fn a_password_is_told_over_tls_to_who_proves_to_be_the_server() {
    let authority = Authority::new();
    for (relay, security) in [
        (MailServer::starttls(&authority), Security::StartTls),
        (MailServer::tls(&authority), Security::Tls),
    ] {
        send(&smtp(trusting(&authority, relay.port, security)), &mail()).unwrap();
        let [delivery] = relay.deliveries().try_into().unwrap();
        assert!(delivery.is_tls);
        let credentials = Some(("tenantry".to_owned(), "s3cret ✉".to_owned()));
        assert_eq!(delivery.credentials, credentials);

        let stranger = Authority::new();
        let elsewhere = SmtpServer {
            host: "127.0.0.1".to_owned(),
            ..trusting(&authority, relay.port, security)
        };
        for other in [trusting(&stranger, relay.port, security), elsewhere] {
            let failure = send(&smtp(other), &mail()).unwrap_err();
            assert!(matches!(failure, MailFailure::Temporary(_)), "{failure:?}");
        }
        assert_eq!(relay.deliveries().len(), 1);
    }
}

#[test]
fn a_server_that_takes_starttls_away_hears_nothing() {
    let relay = MailServer::clear();
    let failure = send(&smtp(server(relay.port, Security::StartTls)), &mail()).unwrap_err();
    assert!(matches!(failure, MailFailure::Temporary(_)), "{failure:?}");
    assert_eq!((relay.conversations(), relay.deliveries().len()), (1, 0));
}

#[test]
fn certificates_that_are_none_are_refused_at_once() {
    let server = SmtpServer {
        authorities: Some(b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n".to_vec()),
        ..server(1, Security::Tls)
    };
    assert!(Smtp::new(server, stationery()).is_err());
}

#[test]
fn t15_what_a_server_says_of_a_mail_decides_whether_it_is_sent_again() {
    use Fault::{Answers, HangsUp};
    use MailFailure::{Refused, Temporary, Uncertain};
    let relay = MailServer::clear();
    let after = |fault| {
        relay.misbehave([fault]);
        send(&smtp(server(relay.port, Security::None)), &mail()).unwrap_err()
    };
    for fault in [
        Answers(Step::Greeting, "421 4.3.2 too much to do"),
        // It refuses us, and not the mail.
        Answers(Step::Greeting, "554 5.3.2 nobody home"),
        HangsUp(Step::Greeting),
        Answers(Step::Sender, "451 4.3.0 later"),
        Answers(Step::Recipient, "450 4.2.1 greylisted"),
        HangsUp(Step::Recipient),
        Answers(Step::Message, "452 4.3.1 no space"),
    ] {
        assert!(matches!(after(fault), Temporary(_)), "{fault:?}");
    }
    for fault in [
        Answers(Step::Sender, "553 5.1.8 not you"),
        Answers(Step::Recipient, "550 5.1.1 who?"),
        Answers(Step::Message, "554 5.7.1 spam"),
    ] {
        assert!(matches!(after(fault), Refused(_)), "{fault:?}");
    }
    for fault in [HangsUp(Step::Message), Answers(Step::Message, "what?")] {
        assert!(matches!(after(fault), Uncertain(_)), "{fault:?}");
    }
    send(&smtp(server(relay.port, Security::None)), &mail()).unwrap();
}

#[test]
fn t15_a_mail_that_may_not_depart_is_not_handed_over() {
    let relay = MailServer::clear();
    let failure = withhold(&smtp(server(relay.port, Security::None)), &mail());
    assert!(matches!(failure, MailFailure::Temporary(_)), "{failure:?}");
    assert_eq!((relay.conversations(), relay.deliveries().len()), (1, 0));
}

#[test]
fn t15_nobody_there_is_no_refusal() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let failure = send(&smtp(server(port, Security::None)), &mail()).unwrap_err();
    assert!(matches!(failure, MailFailure::Temporary(_)), "{failure:?}");
}

#[test]
fn t15_a_wrong_password_is_ours_to_mend() {
    let authority = Authority::new();
    let relay = MailServer::tls(&authority);
    relay.misbehave([Fault::Answers(Step::Auth, "535 5.7.8 wrong")]);
    let failure = send(&smtp(trusting(&authority, relay.port, Security::Tls)), &mail()).unwrap_err();
    assert!(matches!(failure, MailFailure::Temporary(_)), "{failure:?}");
    assert!(!told(&failure).contains("s3cret"));
    let shown = format!("{:?}", trusting(&authority, 1, Security::Tls));
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn t15_no_failure_repeats_the_link() {
    let relay = MailServer::clear();
    let echo: &'static str = format!("554 5.7.1 bad link {}", link()).leak();
    let garbage: &'static str = format!("see {}", link()).leak();
    for answer in [echo, garbage] {
        relay.misbehave([Fault::Answers(Step::Message, answer)]);
        let failure = send(&smtp(server(relay.port, Security::None)), &mail()).unwrap_err();
        let told = told(&failure);
        assert!(!told.contains(&mail().token.expose()), "{told}");
    }
}

#[test]
fn t15_no_failure_repeats_an_address() {
    let relay = MailServer::clear();
    for step in [Step::Sender, Step::Recipient, Step::Message] {
        for answer in [
            "550 5.1.1 <bob@example.com> who?",
            "450 4.2.1 bob@example.com later",
            "bob@example.com?",
        ] {
            relay.misbehave([Fault::Answers(step, answer)]);
            let failure = send(&smtp(server(relay.port, Security::None)), &mail()).unwrap_err();
            let told = told(&failure);
            assert!(!told.contains("bob@"), "{told}");
        }
    }
    relay.misbehave([Fault::Answers(Step::Recipient, "550 5.1.1 who?")]);
    let failure = send(&smtp(server(relay.port, Security::None)), &mail()).unwrap_err();
    assert_eq!(
        with_causes(&failure),
        "the mail was refused: the server answered 550 to the recipient"
    );
}

#[test]
fn addresses_beyond_ascii_need_a_server_that_takes_them() {
    let relay = MailServer::clear();
    let mut mail = mail();
    mail.to = "bjørn@example.com".parse().unwrap();
    let failure = send(&smtp(server(relay.port, Security::None)), &mail).unwrap_err();
    assert!(matches!(failure, MailFailure::Refused(_)), "{failure:?}");
    assert_eq!(relay.deliveries().len(), 0);
}
