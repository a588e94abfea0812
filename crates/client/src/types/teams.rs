use serde::{Deserialize, Serialize};

use crate::{InvitationId, OrganizationId, RoleId, ScopeId, TeamId, Timestamp, UserId};

/// What a new team is to be (T2, T3).
#[derive(Debug, Clone, Serialize)]
pub struct NewTeam {
    /// What people call it: 1–200 characters.
    pub name: String,
    /// The most sites that it may have; `None` and 0 leave that to the organization.
    pub site_limit: Option<u64>,
    /// The organization that it belongs to; `None` for that of the caller's current team.
    pub organization_id: Option<OrganizationId>,
}

/// What a team is to be from now on (T2).
#[derive(Debug, Clone, Serialize)]
pub struct TeamChanges {
    /// What people call it: 1–200 characters.
    pub name: String,
    /// The most sites that it may have; `None` and 0 leave that to the organization.
    pub site_limit: Option<u64>,
    /// Whether the site limit may be less than the sites that there are.
    pub allow_over_limit: bool,
}

#[derive(Serialize)]
pub(crate) struct Transfer<'a> {
    pub user_id: &'a UserId,
}

#[derive(Serialize)]
pub(crate) struct RoleSet<'a> {
    pub roles: &'a [RoleId],
}

#[derive(Serialize)]
pub(crate) struct InviteAnswer<'a> {
    pub token: &'a str,
}

/// A team, as its caller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
    /// Its owner, who is one of the members.
    pub owner: Option<Person>,
    /// Whether it is the one that its owner has for themselves (T1).
    pub personal_team: bool,
    /// Who is in it.
    pub members: Vec<Person>,
    /// Who is invited.
    pub invites: Vec<Invite>,
    /// Whether it is the one that the caller works in (T8).
    pub current: bool,
    /// How many sites are charged to it (C8).
    pub site_count: u64,
    /// The most sites that it may have; 0 where the organization alone limits them.
    pub site_limit: u64,
    /// The roles that its members can have.
    pub roles: Vec<RoleSummary>,
    /// Its name in addresses (T9).
    pub slug: String,
    /// The organization that it belongs to, if any.
    pub organization_id: Option<OrganizationId>,
}

/// A person, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their name; their address, while the issuer says no name.
    pub name: String,
    /// Their address; empty while the issuer says none.
    pub email: String,
    /// Where their picture is.
    pub picture: String,
}

/// A role that members of a team can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoleSummary {
    /// Its id.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// What it guards.
    pub guard_name: String,
    /// The team.
    pub team_id: TeamId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Somebody in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TeamMember {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Where their picture is.
    pub picture: String,
    /// What they are in the team.
    pub roles: Vec<HeldRole>,
    /// When they came.
    pub created_at: Timestamp,
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HeldRole {
    /// Its id.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
}

/// Who is to be invited (T12).
#[derive(Debug, Clone, Serialize)]
pub struct NewInvite {
    /// Their address.
    pub email: String,
    /// Name or id of the role that they will have; `None` for Developer.
    pub role: Option<String>,
}

/// Something that will be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Accepted {
    /// What, for people.
    pub message: String,
}

/// A pending invitation to a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Invite {
    /// Its id.
    pub id: InvitationId,
    /// The team.
    pub team_id: TeamId,
    /// Who is invited.
    pub email: String,
    /// The name of the role that they will have.
    pub role: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last sent again.
    pub updated_at: Timestamp,
}

/// A pending invitation that is addressed to the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MyInvite {
    /// Its id.
    pub id: InvitationId,
    /// The team.
    pub team_id: TeamId,
    /// What people call the team.
    pub team_name: String,
    /// Who is invited.
    pub email: String,
    /// The name of the role that they will have.
    pub role: String,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last sent again.
    pub updated_at: Timestamp,
}

/// What a team's own role is to be (T10).
#[derive(Debug, Clone, Serialize)]
pub struct RoleTerms {
    /// What people call it: 1–100 characters, unique in the team.
    pub name: String,
    /// Ids or names of the scopes that it gives.
    pub scopes: Vec<String>,
}

/// A role in a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TeamRole {
    /// Its id.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// The team.
    pub team_id: TeamId,
    /// The ids of the scopes that it gives.
    pub scopes: Vec<ScopeId>,
}

/// One thing that somebody may do in a team (T11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScopeInfo {
    /// Its id.
    pub id: ScopeId,
    /// Its name.
    pub name: String,
    /// What it allows, for people.
    pub description: String,
}
