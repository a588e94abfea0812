use std::fmt;
use std::str::FromStr;

use super::KeyHash;
use crate::id::{BASE62_LENGTH, CredentialId, TeamId, UserKeyId, base62_digits, parse_base62};

/// What a user key begins with, so that whoever finds one knows what it is (K2).
const PREFIX: &str = "tnk_";
/// Base62 digits of the secret of a credential: 369 bits.
const CREDENTIAL_SECRET: usize = 62;
/// Base62 digits of the secret of a user key: 202 bits.
const USER_KEY_SECRET: usize = 34;
/// Base62 digits of a CRC-32.
const CHECKSUM: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The random bits of a secret of so many digits.
pub type Randomness<const LENGTH: usize> = [[u8; 2]; LENGTH];

/// A key as its holder shows it (K2). Shows in no output but that of [`expose`](Self::expose).
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(String);

impl KeyText {
    /// The text of a team's credential, `{id}:{team}:{secret}`, with these random bits, which nothing else has.
    pub fn of_credential(id: CredentialId, team: TeamId, randomness: Randomness<CREDENTIAL_SECRET>) -> Self {
        Self(format!("{id}:{team}:{}", secret(randomness)))
    }

    /// The text of a person's key, with these random bits, which nothing else has: `tnk_`, the id, the secret, and a checksum of all that.
    pub fn of_user_key(id: UserKeyId, randomness: Randomness<USER_KEY_SECRET>) -> Self {
        let text = format!(
            "{PREFIX}{}{}",
            base62_digits(id.as_uuid().as_u128()),
            secret(randomness)
        );
        Self(format!("{text}{}", checksum(&text)))
    }

    /// The text itself: for its holder, never for output.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(***)")
    }
}

/// Sixteen bits for a digit leave no digit noticeably likelier than another.
fn secret<const LENGTH: usize>(randomness: Randomness<LENGTH>) -> String {
    let digit = |bits: &[u8; 2]| {
        let number = usize::from(u16::from_be_bytes(*bits)) % DIGITS.len();
        DIGITS.get(number).copied().map(char::from)
    };
    randomness.iter().filter_map(digit).collect()
}

/// CRC-32 as in ISO 3309, in base62: whoever mistypes a key, or looks for keys in texts, needs no database to tell.
fn checksum(text: &str) -> String {
    let shifted = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1));
    let crc = text.bytes().fold(u32::MAX, |crc, byte| {
        (0..u8::BITS).fold(crc ^ u32::from(byte), shifted)
    });
    format!("{:0>CHECKSUM$}", base62::encode(!crc))
}

/// What somebody shows, once it has the form of a key (K2). It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownKey {
    /// A team's credential.
    Credential {
        /// Its id.
        id: CredentialId,
        /// The SHA-256 of the whole text.
        hash: KeyHash,
    },
    /// A person's key.
    UserKey {
        /// Its id.
        id: UserKeyId,
        /// The SHA-256 of the whole text.
        hash: KeyHash,
    },
}

impl ShownKey {
    /// Whether a text is meant to be a person's key, though it may be none.
    pub fn is_meant_by(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The SHA-256 of the whole text.
    pub const fn hash(&self) -> &KeyHash {
        match self {
            Self::Credential { hash, .. } | Self::UserKey { hash, .. } => hash,
        }
    }
}

/// The text is no key. Does not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an API key")]
pub struct NotAKey;

impl FromStr for ShownKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hash = || KeyHash::of(text);
        let credential = || {
            Some(Self::Credential {
                id: credential_id(text)?,
                hash: hash(),
            })
        };
        let user_key = || {
            Some(Self::UserKey {
                id: user_key_id(text)?,
                hash: hash(),
            })
        };
        credential().or_else(user_key).ok_or(NotAKey)
    }
}

/// The id in the text of a credential.
fn credential_id(text: &str) -> Option<CredentialId> {
    let (id, rest) = text.split_once(':')?;
    let (team, secret) = rest.split_once(':')?;
    team.parse::<TeamId>().ok()?;
    let is_secret = secret.len() == CREDENTIAL_SECRET && is_base62(secret);
    id.parse().ok().filter(|_| is_secret)
}

/// The id in the text of a user key whose checksum is right.
fn user_key_id(text: &str) -> Option<UserKeyId> {
    let digits = text.strip_prefix(PREFIX)?;
    let is_whole = digits.len() == BASE62_LENGTH + USER_KEY_SECRET + CHECKSUM && is_base62(digits);
    let (before, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
    let id = parse_base62(digits.get(..BASE62_LENGTH)?)?;
    (is_whole && checksum(before) == sum).then(|| UserKeyId::from_uuid(id))
}

fn is_base62(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn user_key() -> KeyText {
        KeyText::of_user_key(UserKeyId::from_uuid(Uuid::from_u128(7)), [[1, 2]; 34])
    }

    fn credential() -> KeyText {
        let id = CredentialId::from_uuid(Uuid::from_u128(7));
        KeyText::of_credential(id, TeamId::from_uuid(Uuid::from_u128(8)), [[1, 2]; 62])
    }

    #[test]
    fn k2_a_credential_is_its_id_its_team_and_62_digits() {
        let text = credential();
        let (ids, secret) = text.expose().rsplit_once(':').unwrap();
        assert_eq!(
            ids,
            "00000000-0000-0000-0000-000000000007:00000000-0000-0000-0000-000000000008"
        );
        // 0x0102 is 258, which leaves 10.
        assert_eq!(secret, "A".repeat(62));
    }

    #[test]
    fn k2_a_user_key_is_tnk_and_62_digits_that_end_in_a_checksum() {
        let text = user_key();
        let start = format!("tnk_{}7{}", "0".repeat(21), "A".repeat(34));
        assert_eq!(text.expose().strip_prefix(&start).unwrap().len(), 6);
        assert_eq!(text.expose().len(), "tnk_".len() + 62);
    }

    #[test]
    fn k2_the_checksum_is_a_crc_32() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(
            checksum("123456789"),
            format!("{:0>6}", base62::encode(0xcbf4_3926_u32))
        );
        assert_eq!(checksum(""), "000000");
    }

    #[test]
    fn k2_text_of_another_shape_is_no_key() {
        let (key, credential) = (user_key(), credential());
        let (key, credential) = (key.expose(), credential.expose());
        let braces = credential.replacen("00000000-", "{00000000-", 1);
        for text in [
            "",
            "tnk_",
            "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ0ZW5hbnRyeSJ9.c2ln",
            key.get(1..).unwrap(),
            &key.to_uppercase(),
            &format!("{key}0"),
            &format!("tnk_{}", "é".repeat(31)),
            &format!("{key} "),
            &format!("{credential}A"),
            &format!(" {credential}"),
            &credential.replace('A', "-"),
            &credential.replacen("0000", "000g", 1),
            &credential.replace(':', "."),
            credential.rsplit_once(':').unwrap().0,
            &braces,
        ] {
            assert_eq!(text.parse::<ShownKey>(), Err(NotAKey), "{text:?}");
        }
    }

    #[test]
    fn k1_a_key_shows_in_no_output() {
        assert_eq!(format!("{:?}", user_key()), "KeyText(***)");
        let shown: ShownKey = credential().expose().parse().unwrap();
        assert!(!format!("{shown:?}").contains("AAAA"));
    }

    proptest! {
        #[test]
        fn k2_every_key_is_read_as_what_it_is(id: u128, team: u128, low: [[u8; 2]; 31], high: [[u8; 2]; 31]) {
            let mut randomness = [[0; 2]; 62];
            randomness[..31].copy_from_slice(&low);
            randomness[31..].copy_from_slice(&high);
            let id = CredentialId::from_uuid(Uuid::from_u128(id));
            let text = KeyText::of_credential(id, TeamId::from_uuid(Uuid::from_u128(team)), randomness);
            let shown = ShownKey::Credential { id, hash: text.hash() };
            prop_assert_eq!(text.expose().parse(), Ok(shown));
            let mut randomness = [[0; 2]; 34];
            randomness[..31].copy_from_slice(&low);
            let id = UserKeyId::from_uuid(id.as_uuid());
            let text = KeyText::of_user_key(id, randomness);
            prop_assert_eq!(text.expose().parse(), Ok(ShownKey::UserKey { id, hash: text.hash() }));
        }

        #[test]
        fn k2_a_user_key_with_one_wrong_character_is_none(at in 0_usize..66, wrong in "[0-9A-Za-z_]") {
            let right = user_key();
            let mut text = right.expose().to_owned();
            text.replace_range(at..=at, &wrong);
            prop_assert_eq!(text.parse::<ShownKey>().is_ok(), text == right.expose());
        }

        #[test]
        fn k2_any_text_is_a_key_or_refused(text: String) {
            prop_assert_eq!(text.parse::<ShownKey>(), Err(NotAKey));
        }
    }
}
