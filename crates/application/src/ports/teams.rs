use std::collections::{BTreeMap, BTreeSet};

use tenantry_domain::capacity::Balance;
use tenantry_domain::team::{CustomRole, Invitation, Team, TeamMember, TeamRole};
use tenantry_domain::text::EmailKey;
use tenantry_domain::user::User;
use tenantry_domain::workspace::{Role, Workspace};
use tenantry_domain::{InvitationId, Meter, OrganizationId, RoleId, TeamId, Timestamp, UserId, WorkspaceId};

use super::store::StoreResult;
use crate::page::{Page, PageRequest};

/// A team as somebody comes to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamStanding {
    /// The team.
    pub team: Team,
    /// Its workspace.
    pub workspace: Workspace,
    /// Their role in that workspace.
    pub workspace_role: Option<Role>,
    /// Their roles in the team, beside the owner's; `None` when they are not in it.
    pub roles: Option<Vec<TeamRole>>,
}

/// Teams.
pub trait Teams {
    /// Adds a team with its capacity chain: that of its organization, if it has one, and itself. Needs the
    /// [lock of the workspace](super::Workspaces::lock), unless nobody knows of the workspace yet.
    fn insert(&mut self, team: &Team) -> StoreResult<()>;
    /// Saves name, owner and `updated_at`.
    fn update(&mut self, team: &Team) -> StoreResult<()>;
    /// Removes a team with everything that is its own; it must have no charges.
    fn delete(&mut self, team: &Team) -> StoreResult<()>;
    /// One team.
    fn find(&mut self, id: TeamId) -> StoreResult<Option<Team>>;
    /// Some teams, each once and in any order, as this person comes to them; as a stranger, without one.
    fn standings(&mut self, ids: &[TeamId], user: Option<UserId>) -> StoreResult<Vec<TeamStanding>>;
    /// The teams that a person is in, their personal one first and then in the order of their creation: there are few (T4).
    fn of_user(&mut self, user: UserId) -> StoreResult<Vec<Team>>;
    /// The same with the roles that they have in each, in no order.
    fn held_by(&mut self, user: UserId) -> StoreResult<Vec<(Team, Vec<RoleId>)>>;
    /// In how many teams a person is (T4).
    fn count_of_user(&mut self, user: UserId) -> StoreResult<u32>;
    /// Sites and site limits of teams, where there are any (C8).
    fn sites(&mut self, teams: &[Team], meter: &Meter) -> StoreResult<BTreeMap<TeamId, Balance>>;
    /// The teams of an organization, in the order of their creation.
    fn of_organization(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        page: &PageRequest<TeamId>,
    ) -> StoreResult<Page<Team, TeamId>>;
    /// Whether an organization or any below it has a team (O6).
    fn is_any_below(&mut self, workspace: WorkspaceId, organization: OrganizationId) -> StoreResult<bool>;
    /// Every team of a workspace, in the order of their creation.
    fn all(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Team>>;
}

/// Somebody who has something to do with an organization, and through what.
#[derive(Debug, Clone, PartialEq)]
pub struct Involved {
    /// Who they are.
    pub user: User,
    /// Their role in its workspace.
    pub workspace_role: Option<Role>,
    /// Its teams that they are in, in the order of their creation, with their roles there, beside the owner's.
    pub teams: Vec<(Team, Vec<RoleId>)>,
}

/// Who is in teams.
pub trait TeamMembers {
    /// Adds a member with their roles. Fails with [`UniqueKey::TeamMember`](super::UniqueKey) when they are in already.
    fn insert(&mut self, workspace: WorkspaceId, member: &TeamMember) -> StoreResult<()>;
    /// Replaces the roles of a member (T13).
    fn set_roles(&mut self, workspace: WorkspaceId, member: &TeamMember) -> StoreResult<()>;
    /// Removes a member, whose current team this is no longer.
    fn delete(&mut self, workspace: WorkspaceId, team: TeamId, user: UserId) -> StoreResult<()>;
    /// One member.
    fn find(&mut self, workspace: WorkspaceId, team: TeamId, user: UserId)
    -> StoreResult<Option<TeamMember>>;
    /// The members of a team, in the order of their ids.
    fn list(
        &mut self,
        workspace: WorkspaceId,
        team: TeamId,
        page: &PageRequest<UserId>,
    ) -> StoreResult<Page<(TeamMember, User), UserId>>;
    /// Every member of a team, in the order of their ids: there are few (T14).
    fn all(&mut self, workspace: WorkspaceId, team: TeamId) -> StoreResult<Vec<(TeamMember, User)>>;
    /// The people in teams, each with the team.
    fn people_of(&mut self, teams: &[Team]) -> StoreResult<Vec<(TeamId, User)>>;
    /// Whoever is in the workspace of an organization, or in one of its own teams, in the order of their ids.
    fn involved(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        page: &PageRequest<UserId>,
    ) -> StoreResult<Page<Involved, UserId>>;
    /// How many members and pending invitations there are (T14).
    fn count_people(&mut self, workspace: WorkspaceId, team: TeamId) -> StoreResult<u32>;
    /// Which of these people are in any team of an organization (C9).
    fn seated(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        users: &[UserId],
    ) -> StoreResult<BTreeSet<UserId>>;
}

/// Roles that teams have made for themselves (T10).
pub trait TeamRoles {
    /// Adds a role. Fails with [`UniqueKey::RoleName`](super::UniqueKey) when the team has one of that name.
    fn insert(&mut self, workspace: WorkspaceId, role: &CustomRole) -> StoreResult<()>;
    /// Saves name, scopes and `updated_at`. Fails as [`insert`](Self::insert) does.
    fn update(&mut self, workspace: WorkspaceId, role: &CustomRole) -> StoreResult<()>;
    /// Removes a role that is not in use.
    fn delete(&mut self, workspace: WorkspaceId, id: RoleId) -> StoreResult<()>;
    /// The roles of some teams, each team's in the order of their creation: there are few (T14).
    fn of_teams(&mut self, teams: &[Team]) -> StoreResult<BTreeMap<TeamId, Vec<CustomRole>>>;
    /// Whether a member holds a role, or an invitation promises it.
    fn is_used(&mut self, workspace: WorkspaceId, id: RoleId) -> StoreResult<bool>;
}

/// An invitation with the role that it promises and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The workspace of its team.
    pub workspace_id: WorkspaceId,
    /// SHA-256 of each token that leads to it (T15); none until the first mail goes out.
    pub tokens: Vec<[u8; 32]>,
}

/// Pending invitations (T12), expired ones included until they are settled.
pub trait Invitations {
    /// Adds an invitation. Fails with [`UniqueKey::Invitation`](super::UniqueKey) when the address has one to the team.
    fn insert(&mut self, workspace: WorkspaceId, invitation: &Invitation) -> StoreResult<()>;
    /// Saves expiry and `updated_at`.
    fn renew(&mut self, workspace: WorkspaceId, invitation: &Invitation) -> StoreResult<()>;
    /// Lets the token of this hash lead to an invitation, beside those that do.
    fn add_token(&mut self, workspace: WorkspaceId, id: InvitationId, hash: &[u8; 32]) -> StoreResult<()>;
    /// Lets the tokens of these hashes lead to an invitation no more.
    fn remove_tokens(
        &mut self,
        workspace: WorkspaceId,
        id: InvitationId,
        hashes: &[[u8; 32]],
    ) -> StoreResult<()>;
    /// Removes an invitation, and its mails with it.
    fn delete(&mut self, workspace: WorkspaceId, id: InvitationId) -> StoreResult<()>;
    /// One invitation.
    fn find(&mut self, id: InvitationId) -> StoreResult<Option<FoundInvitation>>;
    /// The invitations to some teams, each team's in the order of their creation.
    fn of_teams(&mut self, teams: &[Team]) -> StoreResult<BTreeMap<TeamId, Vec<Invitation>>>;
    /// The invitations that are addressed to somebody, each with its team, in the order of their creation.
    fn addressed_to(&mut self, address: &EmailKey) -> StoreResult<Vec<(Invitation, Team)>>;
    /// Which of these addresses have an invitation to any team of an organization (C9).
    fn invited(
        &mut self,
        workspace: WorkspaceId,
        organization: OrganizationId,
        addresses: &[EmailKey],
    ) -> StoreResult<BTreeSet<EmailKey>>;
    /// The invitations to one team, in the order of their creation.
    fn list(
        &mut self,
        workspace: WorkspaceId,
        team: TeamId,
        page: &PageRequest<InvitationId>,
    ) -> StoreResult<Page<Invitation, InvitationId>>;
    /// The invitations of a workspace that have expired by then, each with its team.
    fn expired(&mut self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<Vec<(Invitation, Team)>>;
    /// When the next invitation of a workspace expires.
    fn next_expiry(&mut self, workspace: WorkspaceId) -> StoreResult<Option<Timestamp>>;
}
