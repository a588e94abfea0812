use serde::{Deserialize, Serialize};
use tenantry_application::charges::{Answer, MAX_QUESTIONS, Question};
use tenantry_application::ports::ChargeKey;
use tenantry_domain::capacity::TargetId;
use tenantry_domain::charge;
use tenantry_domain::{Meters, Quantity};
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayBuilder;
use validator::{Validate, ValidationError};

use super::chain::ChainNode;
use super::entries::meter;
use super::patch::present;
use super::shown::{MeterName, OrganizationIdShown, ReservationIdShown, TeamIdShown, WorkspaceIdShown};
use super::target::{OneTarget, OrganizationIdInput, TargetInput, TeamIdInput};
use crate::input::{Body, PathInput, segment};
use crate::problem::{FieldError, Problem};
use crate::state::Api;
use crate::wire::{Raw, described, fits, read_each, some};

pub(crate) type QuantityInput = Raw<Quantity>;
pub(crate) type ResourceIdInput = Raw<charge::ResourceId>;

pub(crate) const fn one() -> QuantityInput {
    Raw::new(1)
}

/// Where the meter of a charge stands.
pub(crate) const METER: &str = "{meter}";
/// Where its resource stands.
pub(crate) const RESOURCE_ID: &str = "{resource_id}";

/// What is charged stands in the path.
pub(crate) struct ChargePath(pub ChargeKey);

impl PathInput for ChargePath {
    fn read(api: &Api, request: &actix_web::HttpRequest) -> Result<Self, Problem> {
        let name = segment(request, "meter").unwrap_or_default();
        // Whether the deployment knows the meter is for the use case to say: what is charged on a dropped one can be released.
        let unknown = || meter(&name, METER, &api.tenantry.settings().meters);
        let meter = name.parse().or_else(|_| unknown())?;
        let not_text = || {
            vec![FieldError::new(
                RESOURCE_ID,
                "malformed",
                "must be percent-encoded UTF-8",
            )]
        };
        let resource_id = segment(request, "resource_id").ok_or_else(not_text)?;
        let resource_id = ResourceIdInput::new(resource_id).read(RESOURCE_ID)?;
        Ok(Self(ChargeKey { meter, resource_id }))
    }
}

/// Who uses the resource, and how much: exactly one of `organization_id` and `team_id`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PutChargeFields)]
pub(crate) struct PutCharge {
    /// The organization that uses it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    organization_id: Option<OrganizationIdInput>,
    /// The team that uses it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    team_id: Option<TeamIdInput>,
    /// How many units; 1 when it is not said.
    #[serde(default = "one")]
    #[validate(custom(function = fits))]
    #[schema(inline, default = 1)]
    quantity: QuantityInput,
}

/// As the document describes it.
pub(crate) type ChargeOne = OneTarget<PutCharge>;

impl Body for PutCharge {
    type Command = (TargetId, Quantity);

    fn command(self, _: &Meters) -> Result<(TargetId, Quantity), Vec<FieldError>> {
        let target = TargetInput {
            organization_id: self.organization_id.as_ref(),
            team_id: self.team_id.as_ref(),
        };
        Ok((target.read("")?, self.quantity.read("/quantity")?))
    }
}

/// Where a resource is to be charged instead: exactly one of `organization_id` and `team_id`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MoveChargeFields)]
pub(crate) struct MoveCharge {
    /// The organization that uses it from now on.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    organization_id: Option<OrganizationIdInput>,
    /// The team that uses it from now on.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    team_id: Option<TeamIdInput>,
    /// Whether only to tell what would become of it.
    #[serde(default)]
    dry_run: bool,
}

/// As the document describes it.
pub(crate) type MoveChargeOne = OneTarget<MoveCharge>;

impl Body for MoveCharge {
    type Command = (TargetId, bool);

    fn command(self, _: &Meters) -> Result<(TargetId, bool), Vec<FieldError>> {
        let target = TargetInput {
            organization_id: self.organization_id.as_ref(),
            team_id: self.team_id.as_ref(),
        };
        Ok((target.read("")?, self.dry_run))
    }
}

/// What is to be found out.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckCharges {
    /// Questions, each answered on its own.
    #[validate(custom(function = some_questions), nested)]
    #[schema(inline, value_type = Questions)]
    questions: Vec<QuestionInput>,
}

/// Whether so many units would fit: for exactly one of `organization_id` and `team_id`.
#[derive(Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuestionFields)]
pub(crate) struct QuestionInput {
    /// What is counted.
    #[schema(value_type = MeterName)]
    meter: String,
    /// The organization that would use it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    organization_id: Option<OrganizationIdInput>,
    /// The team that would use it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    team_id: Option<TeamIdInput>,
    /// How many units; 1 when it is not said.
    #[serde(default = "one")]
    #[validate(custom(function = fits))]
    #[schema(inline, default = 1)]
    quantity: QuantityInput,
}

described! {
    /// Some questions.
    Questions: ArrayBuilder::new()
        .items(OneTarget::<QuestionInput>::schema())
        .min_items(Some(1))
        .max_items(Some(MAX_QUESTIONS))
        .build();
}

fn some_questions(questions: &[QuestionInput]) -> Result<(), ValidationError> {
    some(questions, MAX_QUESTIONS, ("question", "questions"))
}

impl Body for CheckCharges {
    type Command = Vec<Question>;

    fn command(self, meters: &Meters) -> Result<Vec<Question>, Vec<FieldError>> {
        read_each(&self.questions, "/questions", |question, at| {
            question.read(at, meters)
        })
    }
}

impl QuestionInput {
    fn read(&self, at: &str, meters: &Meters) -> Result<Question, Vec<FieldError>> {
        let target = TargetInput {
            organization_id: self.organization_id.as_ref(),
            team_id: self.team_id.as_ref(),
        };
        Ok(Question {
            meter: meter(&self.meter, &format!("{at}/meter"), meters)?,
            target: target.read(at)?,
            quantity: self.quantity.read(&format!("{at}/quantity"))?,
        })
    }
}

/// A resource, and what it uses of one meter at one organization or team.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "meter": "locations", "resource_id": "site-1", "organization_id": "org_02wMe2eZtYRY4hvzqF2FgZ",
    "team_id": null, "workspace_id": "ws_02wMe2eZtYRY4hvzqF2FgZ", "quantity": 1, "reservation_id": null,
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct Charge {
    /// What is counted.
    #[schema(value_type = MeterName)]
    meter: String,
    /// What is charged: your own name for it.
    #[schema(inline, value_type = ResourceIdInput)]
    resource_id: String,
    /// The organization that it is charged to, or whose team it is charged to. Null for a team outside every organization.
    #[schema(inline, required, value_type = Option<OrganizationIdShown>)]
    organization_id: Option<String>,
    /// The team that it is charged to; null when it is charged to the organization itself.
    #[schema(inline, required, value_type = Option<TeamIdShown>)]
    team_id: Option<String>,
    /// The workspace of the organization or team.
    #[schema(inline, value_type = WorkspaceIdShown)]
    workspace_id: String,
    /// How many units.
    #[schema(inline, value_type = QuantityInput)]
    quantity: u64,
    /// The reservation that holds them; null once they are charged.
    #[schema(inline, required, value_type = Option<ReservationIdShown>)]
    reservation_id: Option<String>,
    /// When it was first charged or held.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<charge::Charge> for Charge {
    fn from(charge: charge::Charge) -> Self {
        Self {
            meter: charge.meter.to_string(),
            resource_id: charge.resource_id.to_string(),
            organization_id: charge.target.organization().map(|id| id.to_string()),
            team_id: charge.target.team().map(|id| id.to_string()),
            workspace_id: charge.workspace_id.to_string(),
            quantity: charge.quantity.get(),
            reservation_id: charge.held_by.map(|id| id.to_string()),
            created_at: charge.created_at.to_string(),
            updated_at: charge.updated_at.to_string(),
        }
    }
}

/// The answers, in the order of the questions.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answers {
    answers: Vec<CheckAnswer>,
}

/// Whether so many units would fit, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckAnswer {
    /// Whether they would.
    #[schema(example = true)]
    admitted: bool,
    /// The node that binds: the one that refuses, or otherwise the one with the least room. Null when nothing limits it.
    #[schema(required)]
    binding: Option<ChainNode>,
    /// Every node that must admit them, from the pool down.
    chain: Vec<ChainNode>,
}

impl From<&Vec<Answer>> for Answers {
    fn from(answers: &Vec<Answer>) -> Self {
        Self {
            answers: answers.iter().map(CheckAnswer::from).collect(),
        }
    }
}

impl From<&Answer> for CheckAnswer {
    fn from(answer: &Answer) -> Self {
        Self {
            admitted: answer.refusal.is_none(),
            binding: answer.seen_binding().map(Into::into),
            chain: answer.seen().nodes().map(Into::into).collect(),
        }
    }
}
