use crate::id::{InvitationId, RoleId, TeamId, UserId};
use crate::text::Email;
use crate::time::Timestamp;
use crate::user::User;

/// A pending invitation (T12). It is gone when it is accepted, declined, cancelled or expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The team.
    pub team_id: TeamId,
    /// Who is invited.
    pub email: Email,
    /// The role that they will have.
    pub role_id: RoleId,
    /// Who invites them.
    pub inviter_id: UserId,
    /// From when on it does not count.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last sent again.
    pub updated_at: Timestamp,
}

/// For how long invitations are valid (T12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationTerms {
    /// Days from being made, or sent again, to expiry.
    pub days: u32,
}

impl Default for InvitationTerms {
    fn default() -> Self {
        Self { days: 7 }
    }
}

impl InvitationTerms {
    /// When what is sent now expires.
    pub fn expiry(self, now: Timestamp) -> Timestamp {
        now.plus_days(self.days)
    }
}

/// Why an invitation is not made or not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationRefused {
    /// Somebody of that address has one (T12).
    #[error("this address has a pending invitation to the team already; send that one again")]
    AlreadyInvited,
    /// Somebody of that address is in the team (T12).
    #[error("somebody with this address is a member of the team already")]
    AlreadyMember,
    /// The issuer does not vouch for the caller's address (T12).
    #[error(
        "your e-mail address is not verified; verify it where you sign in, sign in again, and accept then"
    )]
    EmailNotVerified,
    /// The caller has another address (T12).
    #[error("the invitation is addressed to somebody else; sign in with the address that it was sent to")]
    OtherRecipient,
}

impl Invitation {
    /// Whether it counts no more.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// Whether this person may accept or decline it: the one whose verified address is the invited one (T12).
    pub fn check_recipient(&self, user: &User) -> Result<(), InvitationRefused> {
        if user.profile.address() != Some(self.email.key()) {
            return Err(InvitationRefused::OtherRecipient);
        }
        if !user.profile.email_verified {
            return Err(InvitationRefused::EmailNotVerified);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::user::{Profile, User};

    const NOW: i64 = 1_000_000;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros).unwrap()
    }

    fn invitation() -> Invitation {
        Invitation {
            id: InvitationId::from_uuid(Uuid::from_u128(1)),
            team_id: TeamId::from_uuid(Uuid::from_u128(2)),
            email: "Ada@Example.com".parse().unwrap(),
            role_id: RoleId::from_uuid(Uuid::from_u128(3)),
            inviter_id: UserId::from_uuid(Uuid::from_u128(4)),
            expires_at: at(NOW),
            created_at: at(0),
            updated_at: at(0),
        }
    }

    fn check(email: Option<&str>, email_verified: bool) -> Result<(), InvitationRefused> {
        let profile = Profile {
            email: email.map(|email| email.parse().unwrap()),
            email_verified,
            ..Profile::default()
        };
        let user = User::invited(UserId::from_uuid(Uuid::from_u128(5)), profile, at(0));
        invitation().check_recipient(&user)
    }

    #[test]
    fn t12_an_invitation_ends_at_its_expiry() {
        assert!(!invitation().is_expired(at(NOW - 1)));
        assert!(invitation().is_expired(at(NOW)));
    }

    #[test]
    fn t12_only_the_verified_address_that_is_invited_accepts() {
        assert_eq!(check(Some("ada@example.COM"), true), Ok(()));
        assert_eq!(
            check(Some("ada@example.com"), false),
            Err(InvitationRefused::EmailNotVerified)
        );
        for other in [Some("eve@example.com"), None] {
            assert_eq!(check(other, true), Err(InvitationRefused::OtherRecipient));
        }
    }
}
