use std::collections::BTreeSet;

use tenantry_domain::team::Team;
use tenantry_domain::user::User;
use tenantry_domain::{UserId, WorkspaceId};

use super::seats::Concerned;
use crate::actor::Actor;
use crate::error::Result;
use crate::ports::{StoreError, UnitOfWork};
use crate::service::Tenantry;

/// The workspaces of the organizations in whose teams a person is, locked in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Homes(BTreeSet<WorkspaceId>);

impl Homes {
    /// Keeps others from changing who is in these teams, or invited.
    pub fn lock(unit: &mut dyn UnitOfWork, user: UserId) -> Result<Self> {
        let teams = seating_teams(unit, user)?;
        let workspaces: BTreeSet<_> = teams.iter().map(|team| team.workspace_id).collect();
        for workspace in &workspaces {
            unit.workspaces().lock(*workspace)?;
        }
        Ok(Self(workspaces))
    }

    fn check(&self, team: &Team) -> Result<()> {
        if self.0.contains(&team.workspace_id) {
            return Ok(());
        }
        Err(StoreError::Retry(Moved.into()).into())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("somebody came into another team, or was told of otherwise, meanwhile")]
struct Moved;

impl Tenantry {
    /// Has an invitation take a seat when nobody who has its address is there any more, and give it back when somebody is, in each organization where
    /// somebody is whose address has changed (C9). The person is locked already, and comes into no other team.
    pub(crate) fn follow_address(
        &self,
        unit: &mut dyn UnitOfWork,
        homes: &Homes,
        (before, after): (&User, &User),
    ) -> Result<()> {
        let concerned = Concerned::default().user(before).user(after);
        let mut seen = BTreeSet::new();
        for team in seating_teams(unit, after.id)? {
            homes.check(&team)?;
            if seen.insert(team.organization_id) {
                let seats = self.lock_seats(unit, &team)?;
                self.reseat_anyhow(unit, &Actor::Person(after.id), seats, &concerned)?;
            }
        }
        Ok(())
    }
}

/// The teams of a person in which people take seats.
fn seating_teams(unit: &mut dyn UnitOfWork, user: UserId) -> Result<Vec<Team>> {
    let mut teams = unit.teams().of_user(user)?;
    teams.retain(|team| team.organization_id.is_some());
    Ok(teams)
}
