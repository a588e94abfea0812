use tenantry_domain::workspace::{Member, MembershipChange, Permission, Role, check_membership_change};
use tenantry_domain::{UserId, WorkspaceId};

use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of};
use crate::idempotency::Once;
use crate::page::{Page, PageRequest};
use crate::ports::{StoreError, UniqueKey, UnitOfWork};
use crate::precondition::Precondition;
use crate::service::Tenantry;

impl Tenantry {
    /// Who is in a workspace: everybody, or those of one role.
    pub fn list_members(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        role: Option<Role>,
        page: &PageRequest<UserId>,
    ) -> Result<Page<Member, UserId>> {
        self.read_in(actor, workspace, Permission::Read, |unit, _| {
            Ok(unit.members().list(workspace, role, page)?)
        })
    }

    /// Adds somebody who has signed in before (W5).
    pub fn add_member(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        user_id: UserId,
        role: Role,
        once: &Once<'_, Member>,
    ) -> Result<Member> {
        self.change_once_in(
            once,
            actor,
            workspace,
            Permission::ManageMembers,
            |unit, access| {
                let user = unit.users().find(user_id)?;
                if user.is_none_or(|user| user.identity.is_none()) {
                    return Err(Error::UnknownReference {
                        pointer: "/user_id".into(),
                        noun: Noun::User,
                    });
                }
                let members = unit.members().count(workspace)?;
                self.check_membership(access.member_role()?, MembershipChange::Add { role, members })?;
                let now = self.now();
                let member = Member {
                    workspace_id: workspace,
                    user_id,
                    role,
                    created_at: now,
                    updated_at: now,
                };
                unit.members().insert(&member).map_err(already_member)?;
                let facts = facts_of(&member);
                self.record(unit, actor, workspace, (EventKind::MemberAdded, &user_id), facts)?;
                Ok(member)
            },
        )
    }

    /// Gives a member another role (W5).
    pub fn change_role(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        user: UserId,
        role: Role,
        precondition: &Precondition<'_, Member>,
    ) -> Result<Member> {
        self.change_in(actor, workspace, Permission::ManageMembers, |unit, access| {
            let before = find(unit, workspace, user)?;
            precondition.check(|| Ok(Some(before.clone())))?;
            let owners = unit.members().count_role(workspace, Role::Owner)?;
            let change = MembershipChange::ChangeRole {
                from: before.role,
                to: role,
                owners,
            };
            self.check_membership(access.member_role()?, change)?;
            if before.role == role {
                return Ok(before);
            }
            let member = Member {
                role,
                updated_at: self.now(),
                ..before
            };
            unit.members().update(&member)?;
            let facts = facts_of(&member).changed_since(&facts_of(&before));
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::MemberRoleChanged, &user),
                facts,
            )?;
            Ok(member)
        })
    }

    /// Takes somebody out of a workspace; oneself, to leave (W5).
    pub fn remove_member(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        user: UserId,
        precondition: &Precondition<'_, Member>,
    ) -> Result<()> {
        let is_self = *actor == Actor::Person(user);
        let permission = if is_self {
            Permission::Leave
        } else {
            Permission::ManageMembers
        };
        self.change_in(actor, workspace, permission, |unit, access| {
            let member = find(unit, workspace, user)?;
            precondition.check(|| Ok(Some(member.clone())))?;
            let role = member.role;
            let owners = unit.members().count_role(workspace, Role::Owner)?;
            let change = if is_self {
                MembershipChange::Leave { role, owners }
            } else {
                MembershipChange::Remove { role, owners }
            };
            self.check_membership(access.member_role()?, change)?;
            unit.members().delete(workspace, user)?;
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::MemberRemoved, &user),
                facts_of(&member),
            )
        })
    }

    fn check_membership(&self, actor: Role, change: MembershipChange) -> Result<()> {
        Ok(check_membership_change(actor, change, self.settings().members)?)
    }
}

fn find(unit: &mut dyn UnitOfWork, workspace: WorkspaceId, user: UserId) -> Result<Member> {
    unit.members()
        .find(workspace, user)?
        .ok_or(Error::NotFound(Noun::Member))
}

fn already_member(error: StoreError) -> Error {
    match error {
        StoreError::Duplicate(UniqueKey::Member) => Error::AlreadyMember,
        other => other.into(),
    }
}
