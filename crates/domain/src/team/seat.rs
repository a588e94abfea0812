use sha2::{Digest, Sha256};

use crate::charge::ResourceId;
use crate::id::{OrganizationId, UserId};
use crate::text::EmailKey;

/// Who holds a unit of `users` in an organization (C9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatHolder {
    /// A person in any of its teams.
    Member(UserId),
    /// An address with a pending invitation to any of its teams, whose owner is in none.
    Invited(EmailKey),
}

impl SeatHolder {
    /// What the seat is called in the ledger. An address stands there as its SHA-256: who reads the ledger need not know it.
    pub fn resource(&self, organization: OrganizationId) -> ResourceId {
        let organization = organization.as_uuid();
        let holder = match self {
            Self::Member(user) => user.to_string(),
            Self::Invited(address) => hex(&Sha256::digest(address.as_str())),
        };
        ResourceId::reserved(&format!("{organization}:{holder}"))
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16);
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(digit)
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::text::Email;

    #[test]
    fn c9_a_seat_is_one_per_person_and_organization_and_no_address_is_told() {
        let organization = OrganizationId::from_uuid(Uuid::from_u128(1));
        let member = SeatHolder::Member(UserId::from_uuid(Uuid::from_u128(2)));
        assert_eq!(
            member.resource(organization).as_str(),
            "seat:00000000-0000-0000-0000-000000000001:00000000-0000-0000-0000-000000000002"
        );
        let invited = |address: &str| {
            let email: Email = address.parse().unwrap();
            SeatHolder::Invited(email.key()).resource(organization)
        };
        assert_eq!(invited("Ada@Example.com"), invited("ada@example.com"));
        assert!(!invited("ada@example.com").as_str().contains("ada"));
        assert!(invited("ada@example.com").is_reserved());
    }
}
