//! Ids, names, addresses, keys: texts of the domain. Whatever is sent is read or refused, and what was read is written so that it is read again.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use tenantry_application::idempotency::IdempotencyKey;
use tenantry_domain::billing::{Country, Currency};
use tenantry_domain::charge::ResourceId;
use tenantry_domain::key::ShownKey;
use tenantry_domain::organization::{Path, PictureId, SubmittedPicture};
use tenantry_domain::team::{InvitationToken, Scopes};
use tenantry_domain::text::{Color, Email, Folded, LoginHint};
use tenantry_domain::user::{PersonName, PictureUrl, Timezone};
use tenantry_domain::{BillingAccountId, Meter, OrganizationId, Timestamp, UserId, WorkspaceId};
use tenantry_mail::{InvitationUrl, Sender};
use tenantry_test_fuzz::{changed_text, hold};

/// What was good before it was changed, so that the changes begin near to what is read.
fn good<T: FromStr>(seeds: &[&str]) {
    for seed in seeds {
        assert!(seed.parse::<T>().is_ok(), "{seed:?}");
    }
}

fn survives<T: FromStr + Display + PartialEq + Debug>(seeds: &[&str]) {
    good::<T>(seeds);
    hold(&changed_text(seeds), |text| {
        if let Ok(read) = text.parse::<T>() {
            let written = read.to_string();
            assert_eq!(written.parse::<T>().ok(), Some(read), "{written:?}");
        }
    });
}

fn is_read_or_refused<T: FromStr>(seeds: &[&str]) {
    good::<T>(seeds);
    hold(&changed_text(seeds), |text| drop(text.parse::<T>()));
}

#[test]
fn fuzz_ids() {
    let uuid = "0198f0c2-7a3b-7c4d-8e5f-0123456789ab";
    survives::<WorkspaceId>(&["ws_02wMe2eZtYRY4hvzqF2FgZ"]);
    survives::<OrganizationId>(&["org_02wMe2eZtYRY4hvzqF2FgZ", uuid]);
    survives::<BillingAccountId>(&["cus_01AbCdEfGhIjKlMnOpQrSt"]);
    survives::<UserId>(&[uuid]);
    survives::<Path>(&[
        "",
        "org_02wMe2eZtYRY4hvzqF2FgZ",
        "org_02wMe2eZtYRY4hvzqF2FgZ#org_02wMe2eZtYRY4hvzqF2FgY",
    ]);
}

#[test]
fn fuzz_names_and_addresses() {
    survives::<Email>(&[
        "ada@example.com",
        " ada+l.1@mail.example.com ",
        "müller@exämple.com",
    ]);
    survives::<PersonName>(&["Ada Lovelace", "  İvan 🦀 "]);
    survives::<ResourceId>(&["site-1", "a/b c"]);
    survives::<LoginHint>(&["acme", "acme-2"]);
    survives::<Meter>(&["users", "api_calls"]);
    survives::<Color>(&["#007bff", "#FFFFFF"]);
    survives::<Country>(&["DE", "GB"]);
    survives::<Currency>(&["eur"]);
    survives::<PictureUrl>(&["https://example.com/a.png"]);
    survives::<Timezone>(&["Europe/Berlin", "UTC"]);
    survives::<Timestamp>(&["2026-11-22T15:30:00.123456Z", "0001-01-01T00:00:00+14:00"]);
    survives::<Scopes>(&["user:view", ""]);
    survives::<IdempotencyKey>(&["0198f0c2-7a3b", "~ ~"]);
    survives::<Sender>(&["invitations@acme.example", "ACME <invitations@acme.example>"]);
    survives::<InvitationUrl>(&["https://app.acme.example/invitations"]);
}

#[test]
fn fuzz_folding_is_done_once() {
    hold(&changed_text(&["ΟΔΟΣ Straße", "İstanbul ǅ ﬁ"]), |text| {
        let folded = Folded::of(&text);
        assert_eq!(Folded::of(folded.as_str()), folded, "{text:?}");
    });
}

#[test]
fn fuzz_keys_and_pictures() {
    let credential = format!(
        "{id}:{id}:{}",
        "a".repeat(62),
        id = "0198f0c2-7a3b-7c4d-8e5f-0123456789ab"
    );
    is_read_or_refused::<ShownKey>(&[&credential]);
    let seeds = [
        "tnk_0000000000000000000000000000000000000000000000000000000000000000",
        &credential,
    ];
    hold(&changed_text(&seeds), |text| {
        let _ = text.parse::<ShownKey>();
    });
    hold(&changed_text(&[&"0Aa".repeat(22)]), |text| {
        if let Ok(token) = text.parse::<InvitationToken>() {
            assert_eq!(token.expose(), text);
        }
    });
    survives::<PictureId>(&[&format!("{}.png", "0a".repeat(32))]);
    is_read_or_refused::<SubmittedPicture>(&[
        "data:image/png;base64,iVBORw0KGgo=",
        "https://example.com/a.png",
    ]);
}
