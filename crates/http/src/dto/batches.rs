//! Many changes of a ledger at once (C7).

use serde::{Deserialize, Serialize};
use tenantry_application::charges::{Batch, BatchRow, MAX_ROWS, Operation, RefusedRow, RowOutcome};
use tenantry_application::ports::ChargeKey;
use tenantry_domain::charge;
use tenantry_domain::{Meter, Meters, Quantity};
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayBuilder;
use validator::{Validate, ValidationError};

use super::charges::{Charge, QuantityInput, ResourceIdInput};
use super::entries::meter;
use super::patch::present;
use super::shown::MeterName;
use super::target::{OneTarget, OrganizationIdInput, TargetInput, TeamIdInput};
use crate::input::Body;
use crate::problem::{FieldError, Problem, RowProblem, RowProblemShown};
use crate::wire::{Raw, described, fits, read_each, some};

tenantry_domain::words! {
    /// What a row does.
    pub enum Op (UnknownOp: "must be one of charge, release, move") {
        /// Charges.
        Charge = "charge",
        /// Releases.
        Release = "release",
        /// Charges there what is charged elsewhere.
        Move = "move",
    }
}

type OpInput = Raw<Op>;

/// Changes of one workspace's ledger, made one after another.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeCharges {
    /// Whether one row that is refused refuses them all.
    #[serde(default)]
    atomic: bool,
    /// Whether only to tell what would become of them.
    #[serde(default)]
    dry_run: bool,
    /// What is to be changed. All of it is in the workspace of the first row whose organization or team you may know.
    #[validate(custom(function = some_rows), nested)]
    #[schema(inline, value_type = Rows)]
    rows: Vec<RowInput>,
}

/// What is to become of one resource: at exactly one of `organization_id` and `team_id`.
#[derive(Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RowFields)]
pub(crate) struct RowInput {
    /// What to do.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    op: OpInput,
    /// What is counted.
    #[schema(value_type = MeterName)]
    meter: String,
    /// Your own name for what is charged.
    #[validate(custom(function = fits))]
    #[schema(inline)]
    resource_id: ResourceIdInput,
    /// The organization that it is charged to, released at, or moved to.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    organization_id: Option<OrganizationIdInput>,
    /// The team that it is charged to, released at, or moved to.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    team_id: Option<TeamIdInput>,
    /// How many units to charge; 1 when it is not said. Only `charge` takes it.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = fits))]
    #[schema(inline, nullable = false)]
    quantity: Option<QuantityInput>,
}

described! {
    /// Some rows.
    Rows: ArrayBuilder::new()
        .items(OneTarget::<RowInput>::schema())
        .min_items(Some(1))
        .max_items(Some(MAX_ROWS))
        .build();
}

fn some_rows(rows: &[RowInput]) -> Result<(), ValidationError> {
    some(rows, MAX_ROWS, ("row", "rows"))
}

impl Body for ChangeCharges {
    type Command = Batch;

    const MAX: usize = 4 * 1024 * 1024;

    fn command(self, meters: &Meters) -> Result<Batch, Vec<FieldError>> {
        Ok(Batch {
            rows: read_each(&self.rows, ROWS, |row, at| row.read(at, meters))?,
            atomic: self.atomic,
            dry_run: self.dry_run,
        })
    }
}

const ROWS: &str = "/rows";

fn place(index: usize) -> String {
    format!("{ROWS}/{index}")
}

impl RowInput {
    fn read(&self, at: &str, meters: &Meters) -> Result<BatchRow, Vec<FieldError>> {
        let target = TargetInput {
            organization_id: self.organization_id.as_ref(),
            team_id: self.team_id.as_ref(),
        };
        let operation = self.operation(at)?;
        Ok(BatchRow {
            key: ChargeKey {
                meter: self.meter(operation, &format!("{at}/meter"), meters)?,
                resource_id: self.resource_id.read(&format!("{at}/resource_id"))?,
            },
            target: target.read(at)?,
            operation,
        })
    }

    fn operation(&self, at: &str) -> Result<Operation, Vec<FieldError>> {
        let pointer = format!("{at}/quantity");
        let quantity = match &self.quantity {
            Some(quantity) => Some(quantity.read(&pointer)?),
            None => None,
        };
        let not_for_it = || {
            let detail = "is only for rows that charge; others take the whole of what is charged";
            vec![FieldError::new(&pointer, "not_allowed", detail)]
        };
        match (self.op.read(&format!("{at}/op"))?, quantity) {
            (Op::Charge, quantity) => Ok(Operation::Charge(quantity.unwrap_or(Quantity::ONE))),
            (Op::Release, None) => Ok(Operation::Release),
            (Op::Move, None) => Ok(Operation::Move),
            (Op::Release | Op::Move, Some(_)) => Err(not_for_it()),
        }
    }

    /// What is charged on a meter that the deployment has dropped can be released, so only what charges must name one that it has.
    fn meter(&self, operation: Operation, at: &str, meters: &Meters) -> Result<Meter, Vec<FieldError>> {
        let known = || meter(&self.meter, at, meters);
        match operation {
            Operation::Charge(_) => known(),
            Operation::Release | Operation::Move => self.meter.parse().or_else(|_| known()),
        }
    }
}

/// What came of the rows, in their order.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "applied": true,
    "results": [
        { "status": 204, "charge": null, "problem": null },
        {
            "status": 404, "charge": null,
            "problem": {
                "title": "There is no such thing", "status": 404, "detail": "there is no such organization", "code": "not_found"
            }
        }
    ]
}))]
pub(crate) struct Results {
    /// Whether anything was changed; not by a dry run.
    applied: bool,
    /// One for each row.
    results: Vec<RowResult>,
}

/// What came of a row.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowResult {
    /// The status that it would have had alone.
    #[schema(example = 201)]
    status: u16,
    /// The charge that stands; null when there is none.
    #[schema(required)]
    charge: Option<Charge>,
    /// Why it was refused; null when it was not.
    #[schema(required, value_type = Option<RowProblemShown>)]
    problem: Option<RowProblem>,
}

impl Results {
    pub fn of(outcomes: &[RowOutcome], applied: bool) -> Self {
        let result = |(index, outcome)| RowResult::of(index, outcome);
        Self {
            applied,
            results: outcomes.iter().enumerate().map(result).collect(),
        }
    }
}

impl RowResult {
    fn of(index: usize, outcome: &RowOutcome) -> Self {
        let done = |status, charge: Option<&charge::Charge>| Self {
            status,
            charge: charge.cloned().map(Into::into),
            problem: None,
        };
        match outcome {
            RowOutcome::Charged(charged) if charged.created => done(201, Some(&charged.charge)),
            RowOutcome::Charged(charged) => done(200, Some(&charged.charge)),
            RowOutcome::Moved(charge) => done(200, Some(charge)),
            RowOutcome::Released => done(204, None),
            RowOutcome::Refused(error) => {
                let problem = RowProblem::new(Problem::from(error), &place(index));
                Self {
                    status: problem.status,
                    charge: None,
                    problem: Some(problem),
                }
            }
        }
    }
}

/// The rows for which a batch was refused (C7).
#[derive(Serialize, ToSchema)]
#[schema(as = BatchRefused, example = json!({
    "rows": [{
        "index": 3,
        "problem": {
            "title": "There is no such thing", "status": 404, "detail": "there is no such organization", "code": "not_found"
        }
    }]
}))]
pub(crate) struct RefusedRows {
    /// Those that are refused; the others would not have been.
    rows: Vec<RefusedRowShown>,
}

/// A row that is refused.
#[derive(Serialize, ToSchema)]
#[schema(as = RefusedRow)]
struct RefusedRowShown {
    /// Which one, from 0.
    index: usize,
    /// Why.
    #[schema(value_type = RowProblemShown)]
    problem: RowProblem,
}

impl From<&[RefusedRow]> for RefusedRows {
    fn from(rows: &[RefusedRow]) -> Self {
        let shown = |row: &RefusedRow| RefusedRowShown {
            index: row.index,
            problem: RowProblem::new(Problem::from(&row.error), &place(row.index)),
        };
        Self {
            rows: rows.iter().map(shown).collect(),
        }
    }
}
