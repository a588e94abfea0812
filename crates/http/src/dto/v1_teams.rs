//! Teams in the shape that another API has for them.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use tenantry_application::teams::{ListedTeam, TeamView};
use tenantry_domain::Meters;
use tenantry_domain::team::{BasicRole, Team, TeamName};
use utoipa::ToSchema;
use validator::Validate;

use super::shown::TeamIdShown;
use crate::deployment::Deployment;
use crate::input::Body;
use crate::problem::FieldError;
use crate::representation::Representation;
use crate::wire::{Raw, described, fits, words};

type NameInput = Raw<TeamName>;

/// A team that is to be made.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateV1Team {
    /// What people call it. The slug is derived from it.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    name: NameInput,
}

impl Body for CreateV1Team {
    type Command = TeamName;

    fn command(self, _: &Meters) -> Result<TeamName, Vec<FieldError>> {
        self.name.read("/name")
    }
}

described! {
    /// The words for what somebody is in a team.
    BasicRoles: words(BasicRole::ALL, BasicRole::as_str);
}

/// A team, as its member sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct V1Team {
    /// Its id.
    #[schema(inline, value_type = TeamIdShown)]
    id: String,
    /// What people call it.
    #[schema(example = "Field Crew")]
    name: String,
    /// What it is called in addresses: unique in the answer, with the id where two would be alike.
    #[schema(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$", example = "field-crew")]
    slug: String,
    /// Whether it is your personal team.
    is_default: bool,
    /// What you are in it: its owner; `admin` with the role Administrator; `developer` with any other or none.
    #[schema(inline, value_type = BasicRoles)]
    current_user_role: &'static str,
}

/// Your teams.
#[derive(Serialize, ToSchema)]
pub(crate) struct V1Teams {
    /// Your personal team first, then the others in the order of their creation.
    teams: Vec<V1Team>,
}

/// The team that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedV1Team {
    /// The team.
    team: V1Team,
}

impl V1Team {
    fn new(team: &Team, slug: String, role: BasicRole) -> Self {
        Self {
            id: team.id.to_string(),
            name: team.name.to_string(),
            slug,
            is_default: team.is_personal,
            current_user_role: role.as_str(),
        }
    }
}

impl From<ListedTeam> for V1Team {
    fn from(listed: ListedTeam) -> Self {
        Self::new(&listed.team, listed.slug, listed.role)
    }
}

impl From<Vec<ListedTeam>> for V1Teams {
    fn from(listed: Vec<ListedTeam>) -> Self {
        Self {
            teams: listed.into_iter().map(V1Team::from).collect(),
        }
    }
}

impl CreatedV1Team {
    /// Whoever made it owns it.
    pub fn present(view: &TeamView, _: &Deployment) -> Representation {
        let created = Self {
            team: V1Team::new(&view.team, view.slug.clone(), BasicRole::Owner),
        };
        Representation::tagged(StatusCode::CREATED, &created)
    }
}
