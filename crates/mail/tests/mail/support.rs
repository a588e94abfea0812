//! A mail to send, and a reader of what arrives.

use tenantry_application::ports::{InvitationMail, MailFailure, Mailer};
use tenantry_domain::Timestamp;
use tenantry_domain::id::{Id, Kind};
use tenantry_domain::team::{InvitationToken, SystemRole, TeamRole};
use tenantry_domain::user::Profile;
use tenantry_mail::Stationery;
use uuid::Uuid;

pub fn id<K: Kind>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

/// 2026-11-22T12:34:56Z.
pub fn now() -> Timestamp {
    Timestamp::from_micros(1_795_350_896_000_000).unwrap()
}

/// Ada invites Bob to ACME of Globex.
pub fn mail() -> InvitationMail {
    InvitationMail {
        id: id(7),
        written_at: now(),
        to: "bob@example.com".parse().unwrap(),
        inviter: Profile {
            name: Some("Ada Lovelace".parse().unwrap()),
            email: Some("ada@example.com".parse().unwrap()),
            email_verified: true,
            ..Profile::default()
        },
        team: "ACME".parse().unwrap(),
        organization: Some("Globex".parse().unwrap()),
        role: TeamRole::System(SystemRole::Developer),
        expires_at: now().plus_days(7),
        token: InvitationToken::new(id(1), [[2; 16], [3; 16]]),
    }
}

pub fn stationery() -> Stationery {
    Stationery {
        sender: "Tenantry <no-reply@tenantry.example>".parse().unwrap(),
        invitation_url: "https://app.example.com/invitations".parse().unwrap(),
    }
}

/// Where that leads Bob.
pub fn link() -> String {
    format!(
        "https://app.example.com/invitations?token={}",
        mail().token.expose()
    )
}

/// Sends a mail that may depart.
pub fn send(mailer: &dyn Mailer, mail: &InvitationMail) -> Result<(), MailFailure> {
    mailer.send(mail, &mut || Ok(()))
}

/// Sends a mail that may not.
pub fn withhold(mailer: &dyn Mailer, mail: &InvitationMail) -> MailFailure {
    mailer.send(mail, &mut || Err("withdrawn".into())).unwrap_err()
}
