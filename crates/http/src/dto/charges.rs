use serde::{Deserialize, Serialize};
use tenantry_application::charges::{Answer, MAX_QUESTIONS, Question};
use tenantry_application::ports::ChargeKey;
use tenantry_domain::charge;
use tenantry_domain::{Meters, OrganizationId, Quantity};
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::ArrayBuilder;
use validator::{Validate, ValidationError};

use super::chain::ChainNode;
use super::entries::meter;
use super::shown::{MeterName, OrganizationIdShown, WorkspaceIdShown};
use crate::input::{Body, PathInput, segment};
use crate::problem::{FieldError, Problem};
use crate::state::Api;
use crate::wire::{Raw, described, fits, invalid};

type OrganizationIdInput = Raw<OrganizationId>;
type QuantityInput = Raw<Quantity>;
type ResourceIdInput = Raw<charge::ResourceId>;

const fn one() -> QuantityInput {
    Raw::new(1)
}

/// Where the meter of a charge stands.
pub(crate) const METER: &str = "{meter}";

/// What is charged stands in the path.
pub(crate) struct ChargePath(pub ChargeKey);

impl PathInput for ChargePath {
    fn read(api: &Api, request: &actix_web::HttpRequest) -> Result<Self, Problem> {
        let name = segment(request, "meter").unwrap_or_default();
        // Whether the deployment knows the meter is for the use case to say: what is charged on a dropped one can be released.
        let unknown = || meter(&name, METER, &api.tenantry.settings().meters);
        let meter = name.parse().or_else(|_| unknown())?;
        let at = "{resource_id}";
        let not_text = || vec![FieldError::new(at, "malformed", "must be percent-encoded UTF-8")];
        let resource_id = segment(request, "resource_id").ok_or_else(not_text)?;
        let resource_id = ResourceIdInput::new(resource_id).read(at)?;
        Ok(Self(ChargeKey { meter, resource_id }))
    }
}

/// Who uses the resource, and how much.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutCharge {
    /// The organization that uses it.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    organization_id: OrganizationIdInput,
    /// How many units; 1 when it is not said.
    #[serde(default = "one")]
    #[validate(custom(function = fits))]
    #[schema(inline, default = 1)]
    quantity: QuantityInput,
}

impl Body for PutCharge {
    type Command = (OrganizationId, Quantity);

    fn command(self, _: &Meters) -> Result<(OrganizationId, Quantity), Vec<FieldError>> {
        Ok((
            self.organization_id.read("/organization_id")?,
            self.quantity.read("/quantity")?,
        ))
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

/// Whether so many units would fit.
#[derive(Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionInput {
    /// What is counted.
    #[schema(value_type = MeterName)]
    meter: String,
    /// The organization that would use it.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    organization_id: OrganizationIdInput,
    /// How many units; 1 when it is not said.
    #[serde(default = "one")]
    #[validate(custom(function = fits))]
    #[schema(inline, default = 1)]
    quantity: QuantityInput,
}

described! {
    /// Some questions.
    Questions: ArrayBuilder::new()
        .items(Ref::from_schema_name(QuestionInput::name()))
        .min_items(Some(1))
        .max_items(Some(MAX_QUESTIONS))
        .build();
}

fn some_questions(questions: &[QuestionInput]) -> Result<(), ValidationError> {
    match questions.len() {
        0 => Err(invalid(("empty", "must hold at least one question".to_owned()))),
        1..=MAX_QUESTIONS => Ok(()),
        _ => Err(invalid((
            "too_many",
            format!("must hold at most {MAX_QUESTIONS} questions"),
        ))),
    }
}

impl Body for CheckCharges {
    type Command = Vec<Question>;

    fn command(self, meters: &Meters) -> Result<Vec<Question>, Vec<FieldError>> {
        let (mut questions, mut errors) = (Vec::new(), Vec::new());
        for (index, input) in self.questions.iter().enumerate() {
            match input.read(&format!("/questions/{index}"), meters) {
                Ok(question) => questions.push(question),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            Ok(questions)
        } else {
            Err(errors)
        }
    }
}

impl QuestionInput {
    fn read(&self, at: &str, meters: &Meters) -> Result<Question, Vec<FieldError>> {
        Ok(Question {
            meter: meter(&self.meter, &format!("{at}/meter"), meters)?,
            organization_id: self.organization_id.read(&format!("{at}/organization_id"))?,
            quantity: self.quantity.read(&format!("{at}/quantity"))?,
        })
    }
}

/// A resource, and what it uses of one meter at one organization.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "meter": "locations", "resource_id": "site-1", "organization_id": "org_02wMe2eZtYRY4hvzqF2FgZ",
    "workspace_id": "ws_02wMe2eZtYRY4hvzqF2FgZ", "quantity": 1,
    "created_at": "2026-11-21T08:30:00.000000Z", "updated_at": "2026-11-21T08:30:00.000000Z"
}))]
pub(crate) struct Charge {
    /// What is counted.
    #[schema(value_type = MeterName)]
    meter: String,
    /// What is charged: your own name for it.
    #[schema(inline, value_type = ResourceIdInput)]
    resource_id: String,
    /// The organization that it is charged to.
    #[schema(inline, value_type = OrganizationIdShown)]
    organization_id: String,
    /// The workspace of the organization.
    #[schema(inline, value_type = WorkspaceIdShown)]
    workspace_id: String,
    /// How many units.
    #[schema(inline, value_type = QuantityInput)]
    quantity: u64,
    /// When it was first charged.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last resized.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<charge::Charge> for Charge {
    fn from(charge: charge::Charge) -> Self {
        Self {
            meter: charge.meter.to_string(),
            resource_id: charge.resource_id.to_string(),
            organization_id: charge.organization_id.to_string(),
            workspace_id: charge.workspace_id.to_string(),
            quantity: charge.quantity.get(),
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
    /// The node that binds: the one that refuses, or otherwise the one with the least room. Null when nothing limits the organization.
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
        let node = |node| ChainNode::new(node, answer.question.quantity.units());
        let binding = match &answer.refusal {
            Some(refusal) => Some(refusal.binding()),
            None => answer.chain.binding(),
        };
        Self {
            admitted: answer.refusal.is_none(),
            binding: binding.map(node),
            chain: answer.chain.nodes().map(node).collect(),
        }
    }
}
