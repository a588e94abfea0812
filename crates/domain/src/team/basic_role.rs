use super::{SystemRole, Team};
use crate::id::{RoleId, UserId};

words! {
    /// What somebody is in a team, in one word, for those who know no other roles (T16).
    pub enum BasicRole (UnknownBasicRole: "must be one of owner, admin, developer") {
        /// Its owner.
        Owner = "owner",
        /// Whoever has the role Administrator.
        Admin = "admin",
        /// Everybody else, whatever they may do.
        Developer = "developer",
    }
}

impl BasicRole {
    /// That of a member who has these roles beside the owner's.
    pub fn of(team: &Team, user: UserId, roles: &[RoleId]) -> Self {
        if team.owner_id == user {
            Self::Owner
        } else if roles.contains(&SystemRole::Administrator.id()) {
            Self::Admin
        } else {
            Self::Developer
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::TeamId;
    use crate::time::Timestamp;

    #[test]
    fn t16_one_word_for_what_somebody_is() {
        let [owner, other] = [1, 2].map(|n| UserId::from_uuid(Uuid::from_u128(n)));
        let custom = RoleId::from_uuid(Uuid::from_u128(3));
        let (admin, developer) = (SystemRole::Administrator.id(), SystemRole::Developer.id());
        let team = Team::personal(TeamId::from_uuid(Uuid::from_u128(4)), owner, Timestamp::EPOCH);
        for (user, roles, expected) in [
            (owner, vec![], BasicRole::Owner),
            (owner, vec![admin], BasicRole::Owner),
            (other, vec![admin], BasicRole::Admin),
            (other, vec![custom, admin, developer], BasicRole::Admin),
            (other, vec![developer], BasicRole::Developer),
            (other, vec![custom], BasicRole::Developer),
            (other, vec![], BasicRole::Developer),
        ] {
            assert_eq!(BasicRole::of(&team, user, &roles), expected, "{user} {roles:?}");
        }
    }
}
