use super::{Edition, License, LicenseLimits, Validity};
use crate::team::{Team, TeamCaps, TeamRefused};
use crate::time::Timestamp;

/// What a deployment may do that not every one may (E1). It concerns `/v1/teams` alone (E3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entitlements {
    /// The edition.
    pub edition: Edition,
    limits: LicenseLimits,
}

/// Only the enterprise edition does this (E2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "teams are made here with the enterprise edition only; this deployment has no licence for it that holds"
)]
pub struct EnterpriseRequired;

impl Entitlements {
    /// What this licence gives now: whatever does not hold gives the community edition (E1).
    pub fn of(license: Option<&License>, now: Timestamp) -> Self {
        match license {
            Some(license) if license.validity(now) == Validity::Valid => Self {
                edition: license.edition,
                limits: license.limits,
            },
            _ => Self {
                edition: Edition::Community,
                limits: LicenseLimits::default(),
            },
        }
    }

    /// Whether a team is listed: only the personal one is, in the community edition (E2).
    pub fn lists(&self, team: &Team) -> bool {
        self.edition == Edition::Enterprise || team.is_personal
    }

    /// Whether teams can be made (E2).
    pub fn check_team_creation(&self) -> Result<(), EnterpriseRequired> {
        match self.edition {
            Edition::Enterprise => Ok(()),
            Edition::Community => Err(EnterpriseRequired),
        }
    }

    /// Whether somebody who is in so many teams may make one more, where the deployment allows so much: whatever is less binds (E1, T4).
    pub fn check_teams(&self, caps: &TeamCaps, teams: u32) -> Result<(), TeamRefused> {
        match self.limits.teams_per_person {
            Some(licensed) if licensed < caps.teams && teams >= licensed => {
                Err(TeamRefused::TooManyLicensedTeams(licensed))
            }
            _ => caps.check_teams(teams),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::tests::{DAY, at, license};
    use super::*;
    use crate::id::{TeamId, UserId};

    fn entitlements(edition: Edition, moment: i64) -> Entitlements {
        let license = License { edition, ..license() };
        Entitlements::of(Some(&license), at(moment))
    }

    #[test]
    fn e1_what_does_not_hold_gives_the_community_edition() {
        use Edition::{Community, Enterprise};
        for (sold, moment, expected) in [
            (Enterprise, DAY, Enterprise),
            (Enterprise, 0, Community),
            (Enterprise, 10 * DAY, Community),
            (Community, DAY, Community),
        ] {
            assert_eq!(entitlements(sold, moment).edition, expected, "{sold} {moment}");
        }
        assert_eq!(Entitlements::of(None, at(DAY)).edition, Community);
    }

    #[test]
    fn e2_the_community_edition_has_the_personal_team_alone() {
        let id = TeamId::from_uuid(Uuid::from_u128(1));
        let personal = Team::personal(id, UserId::from_uuid(Uuid::from_u128(2)), at(0));
        let other = Team {
            is_personal: false,
            ..personal.clone()
        };
        let community = entitlements(Edition::Community, DAY);
        let enterprise = entitlements(Edition::Enterprise, DAY);
        assert_eq!(
            [&personal, &other].map(|team| community.lists(team)),
            [true, false]
        );
        assert_eq!(
            [&personal, &other].map(|team| enterprise.lists(team)),
            [true, true]
        );
        assert_eq!(community.check_team_creation(), Err(EnterpriseRequired));
        assert_eq!(enterprise.check_team_creation(), Ok(()));
    }

    #[test]
    fn e1_a_licence_allows_at_most_what_the_deployment_does() {
        use TeamRefused::{TooManyLicensedTeams, TooManyTeams};
        let caps = TeamCaps::default();
        for (limit, teams, expected) in [
            (None, 24, Ok(())),
            (None, 25, Err(TooManyTeams(25))),
            (Some(3), 2, Ok(())),
            (Some(3), 3, Err(TooManyLicensedTeams(3))),
            (Some(3), 25, Err(TooManyLicensedTeams(3))),
            (Some(25), 25, Err(TooManyTeams(25))),
            (Some(99), 24, Ok(())),
            (Some(99), 25, Err(TooManyTeams(25))),
            (Some(0), 0, Err(TooManyLicensedTeams(0))),
        ] {
            let limits = LicenseLimits {
                teams_per_person: limit,
            };
            let license = License { limits, ..license() };
            let entitlements = Entitlements::of(Some(&license), at(DAY));
            assert_eq!(
                entitlements.check_teams(&caps, teams),
                expected,
                "{limit:?} {teams}"
            );
        }
    }
}
