use tenantry_license::{NotASigningKey, NotPublicKeys, Refused, SigningKey, TrustedKeys};

use crate::support::{Issuer, license, part};

/// The pair of RFC 8410 §10, in the form that `openssl` writes.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
                       MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                       -----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
                      MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                      -----END PUBLIC KEY-----\n";

fn signing(pem: &str) -> Result<SigningKey, NotASigningKey> {
    SigningKey::from_pkcs8(pem::parse(pem).unwrap().contents())
}

fn trusted(pem: impl AsRef<[u8]>) -> Result<(), NotPublicKeys> {
    TrustedKeys::from_pem(pem.as_ref()).map(|_| ())
}

#[test]
fn the_public_half_is_that_of_rfc_8410() {
    let key = signing(PRIVATE).unwrap();
    assert_eq!(key.public_pem(), PUBLIC);
    let token = key.sign(&license(), license().not_before).unwrap();
    let keys = TrustedKeys::from_pem(PUBLIC.as_bytes()).unwrap();
    assert_eq!(keys.verify(&token), Ok(license()));
}

#[test]
fn the_key_id_is_the_thumbprint_of_rfc_7638() {
    // The pair of RFC 8037, appendix A.
    let key = signing(
        "-----BEGIN PRIVATE KEY-----\n\
         MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
         -----END PRIVATE KEY-----\n",
    );
    let token = key.unwrap().sign(&license(), license().not_before).unwrap();
    assert_eq!(
        part(&token, 0)["kid"],
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn e1_keys_are_replaced_one_after_the_other() {
    let (old, new, other) = (Issuer::new(), Issuer::new(), Issuer::new());
    let both = format!(
        "the old one\n{}\nthe new one\n{}",
        old.key.public_pem(),
        new.key.public_pem()
    );
    let keys = TrustedKeys::from_pem(both.as_bytes()).unwrap();
    for issuer in [&old, &new] {
        assert_eq!(keys.verify(&issuer.issue(&license())), Ok(license()));
    }
    assert_eq!(keys.verify(&other.issue(&license())), Err(Refused::UnknownKey));
}

#[test]
fn what_is_no_list_of_public_keys_is_refused() {
    let rsa = "-----BEGIN RSA PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END RSA PUBLIC KEY-----\n";
    let short = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf4=\n-----END PUBLIC KEY-----\n";
    // X25519 keys differ in one byte (RFC 8410 §3).
    let x25519 = PUBLIC.replace("MCowBQYDK2VwAyEA", "MCowBQYDK2VuAyEA");
    for text in [
        "",
        "no key",
        PRIVATE,
        rsa,
        short,
        &x25519,
        &format!("{PUBLIC}{PRIVATE}"),
    ] {
        assert_eq!(trusted(text), Err(NotPublicKeys), "{text}");
    }
    assert_eq!(trusted([0xff; 100]), Err(NotPublicKeys));
    assert_eq!(trusted(PUBLIC), Ok(()));
}

#[test]
fn what_is_no_private_key_is_refused() {
    for pem in [
        PUBLIC,
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        assert_eq!(signing(pem).err(), Some(NotASigningKey));
    }
}
