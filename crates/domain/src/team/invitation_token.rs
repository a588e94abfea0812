use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::id::{BASE62_LENGTH, InvitationId, base62_digits, parse_base62};

/// What proves that somebody got the mail of an invitation (T12): the invitation's id and 256 random bits, in 66 base62 digits. Shows in no output
/// but that of [`expose`](Self::expose), and only its [`digest`](Self::digest) is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationToken([Uuid; 3]);

/// The text is no token. Does not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the token of an invitation")]
pub struct InvalidInvitationToken;

impl InvitationToken {
    /// The token of an invitation with these random bits, which nothing else has.
    pub const fn new(invitation: InvitationId, [first, second]: [[u8; 16]; 2]) -> Self {
        Self([
            invitation.as_uuid(),
            Uuid::from_bytes(first),
            Uuid::from_bytes(second),
        ])
    }

    /// Whose token it is, should it be genuine.
    pub const fn invitation(&self) -> InvitationId {
        let [invitation, ..] = self.0;
        InvitationId::from_uuid(invitation)
    }

    /// The token itself: for the mail, never for output.
    pub fn expose(&self) -> String {
        self.0.map(|part| base62_digits(part.as_u128())).concat()
    }

    /// Whether it is the one that was stored as this digest. Takes as long whether it is or not.
    pub fn matches(&self, digest: &[u8; 32]) -> bool {
        self.digest().ct_eq(digest).into()
    }

    /// Its SHA-256, which is what is stored.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.expose()).into()
    }
}

impl FromStr for InvitationToken {
    type Err = InvalidInvitationToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |number: usize| {
            let digits = text.get(number * BASE62_LENGTH..(number + 1) * BASE62_LENGTH)?;
            parse_base62(digits)
        };
        match (part(0), part(1), part(2)) {
            (Some(invitation), Some(first), Some(second)) if text.len() == 3 * BASE62_LENGTH => {
                Ok(Self([invitation, first, second]))
            }
            _ => Err(InvalidInvitationToken),
        }
    }
}

impl fmt::Debug for InvitationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn t12_a_token_is_66_digits_and_tells_its_invitation(invitation: u128, secret: [[u8; 16]; 2]) {
            let invitation = InvitationId::from_uuid(Uuid::from_u128(invitation));
            let token = InvitationToken::new(invitation, secret);
            prop_assert_eq!(token.expose().len(), 66);
            prop_assert!(token.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
            let read: InvitationToken = token.expose().parse().unwrap();
            prop_assert_eq!(&read, &token);
            prop_assert_eq!(read.invitation(), invitation);
            prop_assert_eq!(read.digest(), token.digest());
        }

        #[test]
        fn t12_any_text_is_a_token_or_refused(text: String) {
            if let Ok(token) = text.parse::<InvitationToken>() {
                prop_assert_eq!(token.expose(), text);
            }
        }
    }

    #[test]
    fn t12_what_is_stored_is_the_sha_256_of_the_token() {
        let token = InvitationToken::new(InvitationId::from_uuid(Uuid::nil()), [[0; 16]; 2]);
        assert_eq!(token.expose(), "0".repeat(66));
        let hex = token.digest().map(|byte| format!("{byte:02x}")).concat();
        // `printf '0%.0s' $(seq 66) | sha256sum`
        assert_eq!(
            hex,
            "d5f28bdae4731c38abc064bc702233257035309462dbeaa891f9e8f33df6d78e"
        );
    }

    #[test]
    fn t12_text_of_another_shape_is_no_token() {
        let token = "0".repeat(66);
        for text in [
            "",
            &token[1..],
            &format!("{token}0"),
            &"é".repeat(33),
            &"z".repeat(66),
        ] {
            assert_eq!(
                text.parse::<InvitationToken>(),
                Err(InvalidInvitationToken),
                "{text:?}"
            );
        }
    }

    #[test]
    fn t12_a_token_shows_in_no_output() {
        let token = InvitationToken::new(InvitationId::from_uuid(Uuid::max()), [[0xff; 16]; 2]);
        assert_eq!(format!("{token:?}"), "InvitationToken(***)");
    }
}
