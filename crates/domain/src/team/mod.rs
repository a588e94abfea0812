//! Teams: the last nodes of the tree, with the people in them and what these may do (`docs/rules.md` T2–T13, C8, C9).

mod basic_role;
mod invitation;
mod invitation_token;
mod mail;
mod rights;
mod role;
mod scope;
mod seat;
mod slug;

pub use basic_role::{BasicRole, UnknownBasicRole};
pub use invitation::{Invitation, InvitationRefused, InvitationTerms};
pub use invitation_token::{InvalidInvitationToken, InvitationToken};
pub use mail::pause_after;
pub use rights::{LacksScope, Rights};
pub use role::{CustomRole, RoleName, RoleRefused, SystemRole, TeamRole, check_assignable, check_role_name};
pub use scope::{Scopes, TeamScope, UnknownTeamScope};
pub use seat::SeatHolder;
pub use slug::{slug, slugs};

use crate::capacity::NodeId;
use crate::id::{OrganizationId, RoleId, TeamId, UserId, WorkspaceId};
use crate::key::KeyRefused;
use crate::limit::Limit;
use crate::text::Name;
use crate::time::Timestamp;
use crate::units::Units;

/// The name of a team: 1–200 characters (T2).
pub type TeamName = Name<200>;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// The workspace of its organization. A team outside every organization has one of its own, which nobody is in.
    pub workspace_id: WorkspaceId,
    /// The organization that it is the last node of (T3).
    pub organization_id: Option<OrganizationId>,
    /// What people call it.
    pub name: TeamName,
    /// Its owner, who is a member (T7).
    pub owner_id: UserId,
    /// Whether it is the one that its owner has for themselves (T1).
    pub is_personal: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Somebody in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    /// The team.
    pub team_id: TeamId,
    /// The person.
    pub user_id: UserId,
    /// What they are in the team, beside its owner (T10).
    pub roles: Vec<RoleId>,
    /// When they came.
    pub created_at: Timestamp,
}

/// How much teams may hold, so that what is shown of them stays within bounds (T4, T14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamCaps {
    /// Teams that a person is in, the personal one included.
    pub teams: u32,
    /// Members and pending invitations of a team.
    pub people: u32,
    /// Roles that a team has made for itself.
    pub roles: u32,
    /// API credentials of a team, and API keys of a person.
    pub keys: u32,
}

impl Default for TeamCaps {
    fn default() -> Self {
        Self {
            teams: 25,
            people: 500,
            roles: 50,
            keys: 50,
        }
    }
}

/// Why something is not done with a team or its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefused {
    /// It is somebody's personal team (T5).
    #[error("a personal team cannot be renamed, deleted, given away or joined; make a team for that")]
    Personal,
    /// Sites are charged to it (T6).
    #[error("{0} units are charged to the team; release them first")]
    HasSites(Units),
    /// The owner stays (T7).
    #[error("the owner stays in the team; transfer the team to another member first")]
    OwnerStays,
    /// Only a member can own a team (T7), and only somebody who can sign in (T13).
    #[error("only a member who can sign in can own the team")]
    CannotOwn,
    /// The person is in as many teams as they may be (T4).
    #[error("this person is in as many teams as anybody may be in: {0}")]
    TooManyTeams(u32),
    /// The licence allows no more here (E1).
    #[error("the licence of this deployment allows a person at most {0} teams here")]
    TooManyLicensedTeams(u32),
    /// The team has as many members and pending invitations as it may (T14).
    #[error("the team has {0} members and pending invitations already, the most that it may have")]
    TooManyPeople(u32),
}

impl Team {
    /// The team that somebody has for themselves, outside every organization (T1).
    pub fn personal(id: TeamId, owner_id: UserId, now: Timestamp) -> Self {
        Self {
            id,
            workspace_id: Self::own_workspace(id),
            organization_id: None,
            name: Name::trusted("Personal"),
            owner_id,
            is_personal: true,
            created_at: now,
            updated_at: now,
        }
    }

    /// The workspace of a team outside every organization: it has the team's id.
    pub const fn own_workspace(id: TeamId) -> WorkspaceId {
        WorkspaceId::from_uuid(id.as_uuid())
    }

    /// The nodes of its capacity chain: those of its organization, if it has one, and itself.
    pub fn chain_nodes(&self, organization: &[NodeId]) -> Vec<NodeId> {
        let mut nodes = organization.to_vec();
        nodes.push(NodeId::Team(self.id));
        nodes
    }

    /// Lets pass what personal teams are spared: another name, deletion, another owner, other people (T5).
    pub fn check_shared(&self) -> Result<(), TeamRefused> {
        if self.is_personal {
            Err(TeamRefused::Personal)
        } else {
            Ok(())
        }
    }

    /// Whether this person may be taken out of the team, or leave it (T7).
    pub fn check_removable(&self, user: UserId) -> Result<(), TeamRefused> {
        if self.owner_id == user {
            Err(TeamRefused::OwnerStays)
        } else {
            Ok(())
        }
    }

    /// Whether the team may be deleted while so much is charged to it (T5, T6).
    pub fn check_deletable(&self, charged: Units) -> Result<(), TeamRefused> {
        self.check_shared()?;
        if charged > Units::ZERO {
            return Err(TeamRefused::HasSites(charged));
        }
        Ok(())
    }
}

impl TeamCaps {
    /// Whether somebody who is in so many teams may come into one more (T4).
    pub fn check_teams(&self, teams: u32) -> Result<(), TeamRefused> {
        if teams >= self.teams {
            return Err(TeamRefused::TooManyTeams(self.teams));
        }
        Ok(())
    }

    /// Whether a team of so many members and pending invitations may have one more (T14).
    pub fn check_people(&self, people: u32) -> Result<(), TeamRefused> {
        if people >= self.people {
            return Err(TeamRefused::TooManyPeople(self.people));
        }
        Ok(())
    }

    /// Whether a team or person that has so many keys may have one more (T14).
    pub fn check_keys(&self, keys: usize) -> Result<(), KeyRefused> {
        if u32::try_from(keys).is_ok_and(|keys| keys < self.keys) {
            return Ok(());
        }
        Err(KeyRefused::TooMany(self.keys))
    }

    /// Whether a team that has so many roles of its own may have one more (T14).
    pub fn check_roles(&self, roles: u32) -> Result<(), RoleRefused> {
        if roles >= self.roles {
            return Err(RoleRefused::TooMany(self.roles));
        }
        Ok(())
    }
}

/// The cap that a site limit means: 0 leaves it to the organization (T2).
pub fn site_cap(site_limit: Option<Units>) -> Limit {
    Limit::from_option(site_limit.filter(|limit| *limit > Units::ZERO))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn user(n: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(n))
    }

    fn team(is_personal: bool) -> Team {
        let now = Timestamp::from_micros(0).unwrap();
        Team {
            id: TeamId::from_uuid(Uuid::from_u128(1)),
            workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
            organization_id: None,
            name: "Crew".parse().unwrap(),
            owner_id: user(7),
            is_personal,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn t2_a_site_limit_of_0_is_none() {
        let five = Units::new(5).unwrap();
        assert_eq!(site_cap(None), Limit::Unlimited);
        assert_eq!(site_cap(Some(Units::ZERO)), Limit::Unlimited);
        assert_eq!(site_cap(Some(five)), Limit::AtMost(five));
    }

    #[test]
    fn t4_a_person_is_in_at_most_25_teams() {
        let caps = TeamCaps::default();
        assert_eq!(caps.check_teams(24), Ok(()));
        assert_eq!(caps.check_teams(25), Err(TeamRefused::TooManyTeams(25)));
    }

    #[test]
    fn t5_a_personal_team_stays_its_owners_alone() {
        assert_eq!(team(false).check_shared(), Ok(()));
        assert_eq!(team(true).check_shared(), Err(TeamRefused::Personal));
        assert_eq!(
            team(true).check_deletable(Units::ZERO),
            Err(TeamRefused::Personal)
        );
    }

    #[test]
    fn t6_a_team_with_charged_sites_stays() {
        let two = Units::new(2).unwrap();
        assert_eq!(team(false).check_deletable(Units::ZERO), Ok(()));
        assert_eq!(team(false).check_deletable(two), Err(TeamRefused::HasSites(two)));
    }

    #[test]
    fn t7_the_owner_stays_in_the_team() {
        assert_eq!(team(false).check_removable(user(8)), Ok(()));
        assert_eq!(team(false).check_removable(user(7)), Err(TeamRefused::OwnerStays));
    }

    #[test]
    fn t14_a_team_has_bounds() {
        let caps = TeamCaps::default();
        assert_eq!(caps.check_people(499), Ok(()));
        assert_eq!(caps.check_people(500), Err(TeamRefused::TooManyPeople(500)));
        assert_eq!(caps.check_roles(49), Ok(()));
        assert_eq!(caps.check_roles(50), Err(RoleRefused::TooMany(50)));
        assert_eq!(caps.check_keys(49), Ok(()));
        assert_eq!(caps.check_keys(50), Err(KeyRefused::TooMany(50)));
    }
}
