use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use pem::{EncodeConfig, LineEnding, Pem};

const TAG: &str = "PUBLIC KEY";

/// What comes before the 32 bytes of every Ed25519 key in DER (RFC 8410 §4).
const ED25519: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The public half of a key that signs licences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key with these 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The key in this block, when it is an Ed25519 key.
    pub fn from_pem(block: &Pem) -> Option<Self> {
        let der = (block.tag() == TAG).then(|| block.contents())?;
        Self::from_bytes(der.strip_prefix(&ED25519)?)
    }

    /// The block for it.
    pub fn to_pem(self) -> String {
        let block = Pem::new(TAG, [&ED25519[..], &self.0[..]].concat());
        pem::encode_config(&block, EncodeConfig::new().set_line_ending(LineEnding::LF))
    }

    /// What checks its signatures.
    pub fn verifying(self) -> DecodingKey {
        DecodingKey::from_ed_der(&self.0)
    }

    /// Its thumbprint (RFC 7638): the `kid` of what it signs.
    pub fn id(self) -> Result<String, jsonwebtoken::errors::Error> {
        Jwk::from_decoding_key(&self.verifying(), None)?.thumbprint(ThumbprintHash::SHA256)
    }
}
