use tenantry_domain::user::Profile;
use tenantry_mail::{InvitationUrl, Sender, Stationery};

use crate::message::Message;
use crate::support::*;

#[test]
fn t15_a_mail_says_who_invites_whom_to_what_and_until_when() {
    let message = Message::of(&mail(), stationery());
    assert_eq!(
        message.text.trim_end(),
        format!(
            "Ada Lovelace (ada@example.com) invites you to the team ACME of Globex, in the role Developer.\n\n\
             To accept, open this link and sign in with the address bob@example.com:\n\n\
             {}\n\n\
             It is for you alone, and works until 2026-11-29 12:34 UTC.\n\
             If you do not want to join, there is nothing to do.",
            link()
        )
    );
    for part in [
        "<strong><bdi>Ada Lovelace (ada@example.com)</bdi></strong> invites you",
        "the team <strong><bdi>ACME</bdi></strong> of <strong><bdi>Globex</bdi></strong>",
        "in the role <strong><bdi>Developer</bdi></strong>",
        "the address bob@example.com",
        "until 2026-11-29 12:34 UTC",
        &format!("<a href=\"{}\">", link()),
    ] {
        assert!(message.html.contains(part), "{part} is not in {}", message.html);
    }
    assert_eq!(message.header("Subject"), "Ada Lovelace invites you to ACME");
    assert_eq!(message.header("From"), "Tenantry <no-reply@tenantry.example>");
    assert_eq!(message.header("To"), "bob@example.com");
    assert_eq!(message.header("Date"), "Sun, 22 Nov 2026 12:34:56 +0000");
    assert_eq!(
        message.header("Message-ID"),
        "<00000000-0000-0000-0000-000000000007@tenantry.example>"
    );
    assert_eq!(message.header("Auto-Submitted"), "auto-generated");
    assert_eq!(message.header("MIME-Version"), "1.0");
}

#[test]
fn t15_who_has_no_checked_address_is_called_by_name() {
    let said = |name: Option<&str>, email_verified| {
        let mut mail = mail();
        mail.organization = None;
        mail.inviter = Profile {
            name: name.map(|name| name.parse().unwrap()),
            email_verified,
            ..mail.inviter
        };
        let message = Message::of(&mail, stationery());
        let first = message.text.lines().next().unwrap().to_owned();
        [message.header("Subject"), first]
    };
    let to_acme = |who: &str, called: &str| {
        [
            format!("{called} invites you to ACME"),
            format!("{who} invites you to the team ACME, in the role Developer."),
        ]
    };
    assert_eq!(said(Some("Ada"), false), to_acme("Ada", "Ada"));
    assert_eq!(said(None, true), to_acme("ada@example.com", "ada@example.com"));
    assert_eq!(said(None, false), to_acme("Somebody", "Somebody"));
}

#[test]
fn t15_a_name_is_text_and_nothing_else() {
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror='a()'> & co",
        "=?utf-8?b?QmNjOiBldmVAZXhhbXBsZS5jb20=?= x",
        "Bcc: eve@example.com",
        "株式会社アクメ evil",
        "Ünï ✉ <b>",
        ". \"quoted\", (comment); <eve@example.com>",
    ] {
        let mut mail = mail();
        mail.team = hostile.parse().unwrap();
        mail.organization = Some(hostile.parse().unwrap());
        mail.inviter.name = Some(hostile.parse().unwrap());
        let message = Message::of(&mail, stationery());
        assert!(message.raw.is_ascii(), "{}", message.raw);
        assert!(message.raw.lines().all(|line| line.len() <= 998));
        let text = message.text.replace(['\u{2068}', '\u{2069}'], "");
        assert!(
            text.contains(&format!("the team {hostile} of {hostile},")),
            "{text}"
        );
        for tag in ["<script", "<img", "<b>", "<eve"] {
            assert!(!message.html.contains(tag), "{}", message.html);
        }
        let (head, _) = message.raw.split_once("\n\n").unwrap();
        let names: Vec<_> = head.lines().filter(|line| !line.starts_with(' ')).collect();
        assert_eq!(names.len(), 8, "{head}");
        assert_eq!(message.header("To"), "bob@example.com");
    }
}

#[test]
fn t15_what_a_name_has_of_encoded_words_is_not_read_as_such() {
    for hostile in ["=?utf-8?q?=0D=0ABcc:_v@x.com?=", "a =?utf-8?b?QmNj?= b", "=?"] {
        let mut mail = mail();
        mail.team = hostile.parse().unwrap();
        let message = Message::of(&mail, stationery());
        let subject = format!("Ada Lovelace invites you to {hostile}");
        assert_eq!(message.header("Subject"), subject);
    }
}

#[test]
fn t15_a_name_turns_nothing_around_itself() {
    let said = |name: &str| {
        let mut mail = mail();
        mail.team = name.parse().unwrap();
        let message = Message::of(&mail, stationery());
        [message.header("Subject"), message.text, message.html]
    };
    let [subject, text, html] = said("צוות \u{202e}\u{2069}\u{2066}evil");
    assert_eq!(subject, "Ada Lovelace invites you to \u{2068}צוות evil\u{2069}");
    assert!(
        text.contains("to the team \u{2068}צוות evil\u{2069} of Globex,"),
        "{text}"
    );
    assert!(html.contains("<strong><bdi>צוות evil</bdi></strong>"), "{html}");
}

#[test]
fn t15_long_names_are_told_whole() {
    let name = "ä".repeat(200);
    let mut mail = mail();
    mail.team = name.parse().unwrap();
    let message = Message::of(&mail, stationery());
    assert_eq!(
        message.header("Subject"),
        format!("Ada Lovelace invites you to \u{2068}{name}\u{2069}")
    );
    assert!(message.raw.lines().all(|line| line.len() <= 998));
}

#[test]
fn t15_the_token_is_added_to_whatever_the_link_is() {
    let token = mail().token.expose();
    for (url, before, after) in [
        ("https://x.example", "https://x.example/?token=", ""),
        ("http://x.example/a?b=c&d", "http://x.example/a?b=c&d&token=", ""),
        ("https://x.example/#/join", "https://x.example/?token=", "#/join"),
        (
            "https://x.example/?q=1#f?g",
            "https://x.example/?q=1&token=",
            "#f?g",
        ),
    ] {
        let stationery = Stationery {
            invitation_url: url.parse().unwrap(),
            ..stationery()
        };
        let text = Message::of(&mail(), stationery).text;
        assert!(text.contains(&format!("\n{before}{token}{after}\n")), "{text}");
    }
}

#[test]
fn a_link_leads_to_the_web_and_has_no_token_yet() {
    for url in [
        "",
        "/invitations",
        "ftp://x.example",
        "javascript:alert(1)",
        "https://user@x.example",
        "https://:secret@x.example",
        "https://x.example/?a&token=b",
    ] {
        assert!(url.parse::<InvitationUrl>().is_err(), "{url}");
    }
}

#[test]
fn a_sender_is_an_address_alone_or_behind_a_name() {
    for (text, shown) in [
        ("no-reply@localhost", "no-reply@localhost"),
        (" <a@b.example> ", "a@b.example"),
        ("Ünï Co. <a@b.example>", "Ünï Co. <a@b.example>"),
        ("\"Acme, Inc.\" <a@b.example>", "Acme, Inc. <a@b.example>"),
    ] {
        let sender: Sender = text.parse().unwrap();
        assert_eq!(sender.to_string(), shown);
        assert_eq!(shown.parse::<Sender>().as_ref(), Ok(&sender));
        let from = Message::of(
            &mail(),
            Stationery {
                sender,
                ..stationery()
            },
        )
        .header("From");
        assert_eq!(from.replace('"', ""), shown);
    }
    for text in [
        "",
        "Ada",
        "Ada <>",
        "Ada <a b@x>",
        "a@x, b@x",
        "a@x <b",
        "A\r\nBcc: e@x <a@x>",
        "<a@x> b",
    ] {
        assert!(text.parse::<Sender>().is_err(), "{text:?}");
    }
    assert_eq!(Sender::default().to_string().parse(), Ok(Sender::default()));
}
