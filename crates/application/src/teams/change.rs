use tenantry_domain::capacity::{Balance, Chain, Node, NodeId, OverLimit, check_limit_change};
use tenantry_domain::meter::SITES;
use tenantry_domain::team::{SystemRole, Team, TeamName, TeamRefused, TeamScope, site_cap};
use tenantry_domain::{TeamId, Units, UserId};

use super::TeamView;
use super::members::find_member;
use super::seats::Concerned;
use crate::access::person;
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, Facts, facts_of};
use crate::idempotency::Once;
use crate::limits::{lock_chain, lock_node};
use crate::ports::UnitOfWork;
use crate::precondition::Precondition;
use crate::service::Tenantry;
use crate::watch::Counted;

/// What is to change about a team.
#[derive(Debug, Clone)]
pub struct TeamChanges {
    /// Its name from now on.
    pub name: TeamName,
    /// How many sites it may have, when that is said; `Some(None)` and 0 leave it to the organization (T2).
    pub site_limit: Option<Option<Units>>,
    /// Whether a site limit below the sites there are is set all the same (L4).
    pub over_limit: OverLimit,
}

impl Tenantry {
    /// Changes name and site limit (T2).
    pub fn update_team(
        &self,
        actor: &Actor,
        id: TeamId,
        changes: &TeamChanges,
        precondition: &Precondition<'_, TeamView>,
    ) -> Result<TeamView> {
        self.change_team(actor, id, Some(TeamScope::TeamUpdate), |unit, access| {
            let before = access.team;
            precondition.check(|| self.view(unit, actor, before.clone()).map(Some))?;
            if changes.name != before.name {
                before.check_shared()?;
            }
            let team = Team {
                name: changes.name.clone(),
                updated_at: self.now(),
                ..before.clone()
            };
            let mut facts = facts_of(&team).changed_since(&facts_of(&before));
            if let Some(limit) = changes.site_limit
                && self.change_site_limit(unit, actor, &team, (limit, changes.over_limit))?
            {
                facts = facts.and("site_limit", limit.map(Units::get));
            }
            if facts == Facts::default() {
                return self.view(unit, actor, before);
            }
            unit.teams().update(&team)?;
            let place = EventPlace::of(team.workspace_id, id.into());
            self.record(unit, actor, place, (EventKind::TeamUpdated, &id), facts)?;
            self.view(unit, actor, team)
        })
    }

    /// Gives a team this site limit, and says whether it is another one. One below the sites there are needs consent (L4); one above what the
    /// organization allows does not, since the most restrictive limit wins anyway (T2).
    fn change_site_limit(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        team: &Team,
        (limit, over): (Option<Units>, OverLimit),
    ) -> Result<bool> {
        let Ok(sites) = self.settings().meters.get(SITES) else {
            return Ok(false);
        };
        let node = NodeId::Team(team.id);
        let chain = lock_chain(unit, team.workspace_id, team.id, std::slice::from_ref(&sites))?;
        let before = chain.target.balance(&sites);
        let after = Balance {
            limit: site_cap(limit),
            ..before
        };
        if after == before {
            return Ok(false);
        }
        let target = Node::from_balance(node, team.name.to_string(), before);
        check_limit_change(&Chain::new(Vec::new(), target), after.limit, over).map_err(|refused| {
            Error::LimitChange {
                meter: sites.clone(),
                refused,
            }
        })?;
        self.set_site_limit(unit, team, limit)?;
        let counted = Counted {
            workspace: team.workspace_id,
            node,
            meter: &sites,
        };
        self.tell_thresholds(unit, actor, counted, [before, after])?;
        Ok(true)
    }

    /// Deletes a team that has nothing charged to it (T5, T6). Who never signed in and is in no other is forgotten.
    pub fn delete_team(
        &self,
        actor: &Actor,
        id: TeamId,
        precondition: &Precondition<'_, TeamView>,
    ) -> Result<()> {
        self.change_team(actor, id, Some(TeamScope::TeamDelete), |unit, access| {
            let team = access.team;
            precondition.check(|| self.view(unit, actor, team.clone()).map(Some))?;
            team.check_shared()?;
            let charged = self.charged_to(unit, &team)?;
            let seats = self.lock_seats(unit, &team)?;
            team.check_deletable(charged)?;
            let concerned = everybody_in(unit, &team)?;
            unit.teams().delete(&team)?;
            unit.users().forget(&concerned.users())?;
            let place = EventPlace::of(team.workspace_id, id.into());
            self.record(unit, actor, place, (EventKind::TeamDeleted, &id), facts_of(&team))?;
            self.reseat(unit, actor, seats, &concerned)
        })
    }

    /// What is charged to a team, of every meter, while nobody charges more.
    fn charged_to(&self, unit: &mut dyn UnitOfWork, team: &Team) -> Result<Units> {
        let kept = lock_node(unit, team.workspace_id, team.id, &self.settings().meters)?;
        let charged = kept.values().map(|balance| balance.direct);
        Ok(charged.fold(Units::ZERO, Units::saturating_add))
    }

    /// Gives a team to another of its members; the owner before stays as an administrator (T7).
    pub fn transfer_team(
        &self,
        actor: &Actor,
        id: TeamId,
        to: UserId,
        once: &Once<'_, TeamView>,
    ) -> Result<TeamView> {
        self.change_team_once(once, actor, (id, None), |unit, access| {
            let before = access.team;
            if !access.rights.may_transfer {
                return Err(Error::OwnerOnly);
            }
            before.check_shared()?;
            let member = unit.team_members().find(before.workspace_id, id, to)?;
            let user = unit.users().find(to)?;
            if member.is_none() || !user.is_some_and(|user| user.can_own_teams()) {
                return Err(TeamRefused::CannotOwn.into());
            }
            if before.owner_id == to {
                return self.view(unit, actor, before);
            }
            let team = Team {
                owner_id: to,
                updated_at: self.now(),
                ..before.clone()
            };
            unit.teams().update(&team)?;
            let mut owner = find_member(unit, &before, before.owner_id)?;
            owner.roles = vec![SystemRole::Administrator.id()];
            unit.team_members().set_roles(team.workspace_id, &owner)?;
            let facts = facts_of(&team).changed_since(&facts_of(&before));
            let place = EventPlace::of(team.workspace_id, id.into());
            self.record(unit, actor, place, (EventKind::TeamTransferred, &id), facts)?;
            self.view(unit, actor, team)
        })
    }

    /// Makes a team the one that the caller works in (T8), and answers all of theirs.
    pub fn switch_team(
        &self,
        actor: &Actor,
        id: TeamId,
        precondition: &Precondition<'_, Vec<TeamView>>,
    ) -> Result<Vec<TeamView>> {
        let user = person(actor)?;
        self.change_team(actor, id, None, |unit, access| {
            if !access.is_member {
                return Err(Error::NotFound(Noun::Team));
            }
            precondition.check(|| self.teams_of(unit, user).map(Some))?;
            let found = unit.users().find_for_update(user)?;
            let mut user = found.ok_or(Error::NotFound(Noun::User))?;
            user.current_team_id = Some(id);
            unit.users().update(&user)?;
            self.teams_of(unit, user.id)
        })
    }
}

/// Everybody who is in a team, or invited.
fn everybody_in(unit: &mut dyn UnitOfWork, team: &Team) -> Result<Concerned> {
    let teams = std::slice::from_ref(team);
    let members = unit.team_members().people_of(teams)?;
    let concerned = members
        .iter()
        .fold(Concerned::default(), |all, (_, user)| all.user(user));
    let invited = unit.invitations().of_teams(teams)?.into_values().flatten();
    Ok(invited.fold(concerned, |all, invitation| all.address(&invitation.email)))
}
