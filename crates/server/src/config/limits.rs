//! `limits.*`

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};
use tenantry_domain::Meters;

use super::value::{list, within};

/// The numbers marked (c) in the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// Organizations in a workspace at all levels (O1), 1 to 1 000 000. 1000 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub organizations_per_workspace: u32,
    /// Levels of organizations (O1), 1 to 32. 10 unless set: depths 0 to 9.
    #[serde(deserialize_with = "within::<_, _, 1, 32>")]
    pub depth: u32,
    /// Direct children of an organization (O1), 1 to 1 000 000. 100 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub children: u32,
    /// Members of a workspace (W5), 1 to 1 000 000. 100 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000_000>")]
    pub members: u32,
    /// Billing accounts of a workspace in `assigned` and `pooled` mode (B2), 1 to 1000. 10 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000>")]
    pub billing_accounts: u32,
    /// Live subscriptions of a billing account, 1 to 1000. 3 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000>")]
    pub live_subscriptions: u32,
    /// Length of a trial (S2) in days, 0 to 3650; 0 means no trials. 14 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 3_650>")]
    pub trial_days: u32,
    /// Teams that a person is in (T4), the personal one included, 1 to 1000. 25 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 1_000>")]
    pub teams_per_person: u32,
    /// Members and pending invitations of a team (T14), 1 to 10 000. 500 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 10_000>")]
    pub team_people: u32,
    /// Roles that a team has made for itself (T14), 0 to 1000. 50 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000>")]
    pub team_roles: u32,
    /// API credentials of a team, and API keys of a person (T14), 0 to 1000. 50 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 1_000>")]
    pub keys: u32,
    /// For how many hours a secret stays good after it was replaced (K1), and at most, 0 to 720. 24 unless set.
    #[serde(deserialize_with = "within::<_, _, 0, 720>")]
    pub rotation_overlap_hours: u32,
    /// For how many days invitations are valid (T12), 1 to 365. 7 unless set.
    #[serde(deserialize_with = "within::<_, _, 1, 365>")]
    pub invitation_days: u32,
    /// What is metered (L1): distinct names, at least one.
    #[serde(deserialize_with = "meters")]
    pub meters: Vec<String>,
}

/// The use cases' own defaults.
impl Default for LimitSettings {
    fn default() -> Self {
        let defaults = tenantry_application::Settings::default();
        Self {
            organizations_per_workspace: defaults.hierarchy.organizations,
            depth: defaults.hierarchy.levels,
            children: defaults.hierarchy.children,
            members: defaults.members.members,
            billing_accounts: defaults.billing_accounts,
            live_subscriptions: defaults.live_subscriptions.0,
            trial_days: defaults.trial.days,
            teams_per_person: defaults.teams.teams,
            team_people: defaults.teams.people,
            team_roles: defaults.teams.roles,
            keys: defaults.teams.keys,
            rotation_overlap_hours: defaults.rotation_overlap.seconds() / (60 * 60),
            invitation_days: defaults.invitations.days,
            meters: defaults.meters.iter().map(ToString::to_string).collect(),
        }
    }
}

fn meters<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    let meters: Vec<String> = list(reader)?;
    Meters::new(meters.iter().map(String::as_str)).map_err(D::Error::custom)?;
    Ok(meters)
}
