//! Teams as `/v1/teams` knows them (`docs/rules.md` E2, T16).

use tenantry_domain::team::{BasicRole, Team, TeamName, slugs};

use super::{NewTeam, TeamView};
use crate::access::person;
use crate::actor::Actor;
use crate::error::Result;
use crate::idempotency::Once;
use crate::service::Tenantry;

/// A team in the list of somebody who is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTeam {
    /// The team.
    pub team: Team,
    /// What it is called in addresses; unique in the list (T9).
    pub slug: String,
    /// What they are in it (T16).
    pub role: BasicRole,
}

impl Tenantry {
    /// Those of the caller's teams that the edition lists (E2): their personal one, then the others in the order of their creation.
    pub fn listed_teams(&self, actor: &Actor) -> Result<Vec<ListedTeam>> {
        let user = person(actor)?;
        let held = self.read(|unit| Ok(unit.teams().held_by(user)?))?;
        let entitlements = self.entitlements();
        let listed: Vec<_> = held
            .into_iter()
            .filter(|(team, _)| entitlements.lists(team))
            .collect();
        let mut slugs = slugs(listed.iter().map(|(team, _)| (team.id, team.name.as_str())));
        let show = |(team, roles): (Team, Vec<_>)| ListedTeam {
            slug: slugs.remove(&team.id).unwrap_or_default(),
            role: BasicRole::of(&team, user, &roles),
            team,
        };
        Ok(listed.into_iter().map(show).collect())
    }

    /// Whether the caller could make a team that is listed, whatever it were: people can, in the enterprise edition (E2).
    pub fn check_listed_creation(&self, actor: &Actor) -> Result<()> {
        person(actor)?;
        Ok(self.entitlements().check_team_creation()?)
    }

    /// Makes a team of the caller's in the organization of their current team (T3), within what the licence allows (E1).
    pub fn create_listed_team(
        &self,
        actor: &Actor,
        name: TeamName,
        once: &Once<'_, TeamView>,
    ) -> Result<TeamView> {
        person(actor)?;
        let entitlements = self.entitlements();
        entitlements.check_team_creation()?;
        let new = NewTeam {
            name,
            site_limit: None,
            organization_id: None,
        };
        let caps = &self.settings().teams;
        self.create_team_if(&|teams| entitlements.check_teams(caps, teams), actor, &new, once)
    }
}
