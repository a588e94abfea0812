//! Teams and the people in them, in the shapes of the API that is spoken here.

pub(crate) mod invites;
pub(crate) mod members;
pub(crate) mod people;
pub(crate) mod roles;

use serde::{Deserialize, Serialize};
use tenantry_application::teams::{NewTeam, TeamChanges, TeamView};
use tenantry_domain::capacity::OverLimit;
use tenantry_domain::team::{CustomRole, SystemRole, Team as DomainTeam, TeamName};
use tenantry_domain::{Meters, OrganizationId, RoleId, Timestamp, Units, UserId};
use utoipa::ToSchema;
use validator::Validate;

use self::invites::Invite;
use self::people::Person;
use super::patch::nullable;
use super::shown::{OrganizationIdShown, RoleIdShown, TeamIdShown, UnitsShown};
use crate::input::Body;
use crate::problem::FieldError;
use crate::wire::{Raw, fits};

type NameInput = Raw<TeamName>;
type OrganizationIdInput = Raw<OrganizationId>;
type UserIdInput = Raw<UserId>;
type UnitsInput = Raw<Units>;

/// What a new team is to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateTeam {
    /// What people call it.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// The most sites that it may have; null and 0 leave that to the organization.
    #[serde(default)]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    site_limit: Option<UnitsInput>,
    /// The organization that it belongs to; that of your current team when it is not said.
    #[serde(default)]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    organization_id: Option<OrganizationIdInput>,
}

impl Body for CreateTeam {
    type Command = NewTeam;

    fn command(self, _: &Meters) -> Result<NewTeam, Vec<FieldError>> {
        Ok(NewTeam {
            name: self.name.read("/name")?,
            site_limit: super::patch::optional(self.site_limit.as_ref(), "/site_limit")?,
            organization_id: super::patch::optional(self.organization_id.as_ref(), "/organization_id")?,
        })
    }
}

/// What a team is to be from now on.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateTeam {
    /// What people call it.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
    /// The most sites that it may have; null and 0 leave that to the organization. Stays as it is when it is not said.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = fits))]
    #[schema(inline)]
    site_limit: Option<Option<UnitsInput>>,
    /// Whether the site limit may be less than the sites that there are: then nothing is evicted, and growth is blocked.
    #[serde(default)]
    allow_over_limit: bool,
}

impl Body for UpdateTeam {
    type Command = TeamChanges;

    fn command(self, _: &Meters) -> Result<TeamChanges, Vec<FieldError>> {
        let limit = |limit: Option<UnitsInput>| super::patch::optional(limit.as_ref(), "/site_limit");
        Ok(TeamChanges {
            name: self.name.read("/name")?,
            site_limit: self.site_limit.map(limit).transpose()?,
            over_limit: if self.allow_over_limit {
                OverLimit::Allow
            } else {
                OverLimit::Refuse
            },
        })
    }
}

/// Who is to own a team.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferTeam {
    /// A member of the team who can sign in.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    user_id: UserIdInput,
}

impl Body for TransferTeam {
    type Command = UserId;

    fn command(self, _: &Meters) -> Result<UserId, Vec<FieldError>> {
        self.user_id.read("/user_id")
    }
}

/// Somebody's teams.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Teams(Vec<Team>);

impl From<Vec<TeamView>> for Teams {
    fn from(teams: Vec<TeamView>) -> Self {
        Self(teams.into_iter().map(Team::from).collect())
    }
}

/// A team, as its caller sees it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Field Crew",
    "owner": {
        "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Ada Lovelace", "email": "ada@example.com",
        "picture": "https://example.com/ada.png"
    },
    "personal_team": false,
    "members": [{
        "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Ada Lovelace", "email": "ada@example.com",
        "picture": "https://example.com/ada.png"
    }],
    "invites": [{
        "id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "team_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab",
        "email": "grace@example.com", "role": "Developer",
        "created_at": "2026-11-22T08:30:00.000000Z", "updated_at": "2026-11-22T08:30:00.000000Z"
    }],
    "current": true, "site_count": 3, "site_limit": 10,
    "roles": [{
        "id": "74656e61-6e74-8000-8000-000000000003", "name": "Developer", "guard_name": "api",
        "team_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab",
        "created_at": "2026-11-22T08:30:00.000000Z", "updated_at": "2026-11-22T08:30:00.000000Z"
    }],
    "slug": "field-crew", "organization_id": "org_02wMe2eZtYRY4hvzqF2FgZ"
}))]
pub(crate) struct Team {
    /// Its id.
    #[schema(inline, value_type = TeamIdShown)]
    id: String,
    /// What people call it.
    #[schema(inline, value_type = NameInput)]
    name: String,
    /// Its owner, who is one of the members.
    #[schema(required)]
    owner: Option<Person>,
    /// Whether it is the one that its owner has for themselves.
    #[serde(rename = "personal_team")]
    is_personal: bool,
    /// Who is in it.
    members: Vec<Person>,
    /// Who is invited.
    invites: Vec<Invite>,
    /// Whether it is the one that you work in.
    current: bool,
    /// How many sites are charged to it.
    #[schema(inline, value_type = UnitsShown)]
    site_count: u64,
    /// The most sites that it may have; 0 where the organization alone limits them.
    #[schema(inline, value_type = UnitsShown)]
    site_limit: u64,
    /// The roles that its members can have.
    roles: Vec<RoleSummary>,
    /// Its name in addresses; unique among the teams that are answered together.
    #[schema(example = "field-crew")]
    slug: String,
    /// The organization that it belongs to, if any.
    #[schema(inline, required, value_type = Option<OrganizationIdShown>)]
    organization_id: Option<String>,
}

impl From<TeamView> for Team {
    fn from(view: TeamView) -> Self {
        let team = view.team;
        let owner = view.members.iter().find(|user| user.id == team.owner_id);
        Self {
            id: team.id.to_string(),
            name: team.name.to_string(),
            owner: owner.map(Person::from),
            is_personal: team.is_personal,
            members: view.members.iter().map(Person::from).collect(),
            invites: view.invitations.into_iter().map(Invite::from).collect(),
            current: view.is_current,
            site_count: view.sites.subtree.get(),
            site_limit: view.sites.limit.cap().map(Units::get).unwrap_or_default(),
            roles: summaries(&team, &view.roles),
            slug: view.slug,
            organization_id: team.organization_id.map(|id| id.to_string()),
        }
    }
}

/// A role that members of a team can have.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoleSummary {
    /// Its id. Roles that every team has have the same id everywhere.
    #[schema(inline, value_type = RoleIdShown)]
    id: String,
    /// What people call it.
    #[schema(example = "Developer")]
    name: String,
    /// What it guards: this interface.
    #[schema(example = "api")]
    guard_name: &'static str,
    /// The team.
    #[schema(inline, value_type = TeamIdShown)]
    team_id: String,
    /// When it was made; with the team, where every team has it.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

/// What roles guard.
const GUARD: &str = "api";

/// The roles that every team has, and the team's own.
fn summaries(team: &DomainTeam, own: &[CustomRole]) -> Vec<RoleSummary> {
    let summary =
        |(id, name): (RoleId, &str), (created_at, updated_at): (Timestamp, Timestamp)| RoleSummary {
            id: id.to_string(),
            name: name.to_owned(),
            guard_name: GUARD,
            team_id: team.id.to_string(),
            created_at: created_at.to_string(),
            updated_at: updated_at.to_string(),
        };
    let system = SystemRole::ALL
        .into_iter()
        .map(|role| summary((role.id(), role.as_str()), (team.created_at, team.created_at)));
    let own = own
        .iter()
        .map(|role| summary((role.id, role.name.as_str()), (role.created_at, role.updated_at)));
    system.chain(own).collect()
}
