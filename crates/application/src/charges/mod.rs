//! Charging usage to the tree, and asking whether it would fit (`docs/rules.md` C1–C4, C6).

mod check;

use std::cell::Cell;

use serde_json::json;
use tenantry_domain::capacity::{ChargeTarget, TargetId, UsageChange, UsagePlace};
use tenantry_domain::charge::{Charge, ChargePlan, plan_charge};
use tenantry_domain::workspace::{Permission, Workspace};
use tenantry_domain::{Meter, OrganizationId, Quantity, TeamId, Units, WorkspaceId};

pub use self::check::{Answer, MAX_QUESTIONS, Question};
use crate::access::{UsageAccess, UsageAct, authorize_usage, noun_of};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, EventPlace, facts_of};
use crate::limits::chain_of;
use crate::page::{Page, PageRequest};
use crate::ports::{ChainRecord, ChargeKey, LedgerChange, NodeUsage, Standing, StoreError, UnitOfWork};
use crate::precondition::Precondition;
use crate::service::{Attempt, Tenantry};

/// What is to be charged (C1).
#[derive(Debug, Clone)]
pub struct ChargeRequest {
    /// What is counted, and for which resource.
    pub key: ChargeKey,
    /// The organization or team that uses it.
    pub target: TargetId,
    /// How many units.
    pub quantity: Quantity,
}

/// A charge that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// The row of the ledger.
    pub charge: Charge,
    /// Whether it is the first of its resource.
    pub created: bool,
}

impl Tenantry {
    /// Charges a resource to an organization or team, or resizes what it is charged with (C1, C2).
    pub fn charge(
        &self,
        actor: &Actor,
        request: &ChargeRequest,
        precondition: &Precondition<'_, Charge>,
    ) -> Result<Charged> {
        let id = request.target;
        let meter = &request.key.meter;
        self.write_at(actor, id, UsageAct::Charge, |unit, access| {
            self.settings().meters.get(meter.as_str())?;
            request.key.resource_id.check_callers_own()?;
            let workspace = access.workspace.id;
            let (chain, standing) = lock_chain(unit, &access.workspace, id, &request.key)?;
            standing.workspace.check_changeable()?;
            precondition.check(|| Ok(charged_at(standing.charge.clone(), id)))?;
            let plan = plan_charge(standing.charge.as_ref(), id, request.quantity)
                .map_err(|elsewhere| elsewhere.seen_by(access.sight))?;
            let target = ChargeTarget::below(chain.parent(), id);
            let change = match plan {
                ChargePlan::Keep => None,
                ChargePlan::Create(units) | ChargePlan::Grow(units) => {
                    self.admit(unit, actor, (access, &chain), request, units)?;
                    Some(UsageChange::Grow(units))
                }
                ChargePlan::Shrink(units) => Some(UsageChange::Shrink(units)),
            };
            let charged = self.charged((workspace, target), standing.charge, request);
            if let Some(change) = change {
                self.record_charge(unit, actor, &charged)?;
                unit.charges().save(&LedgerChange {
                    workspace,
                    usage: usage_after(&chain, meter, change)?,
                    charged: vec![charged.charge.clone()],
                    released: Vec::new(),
                })?;
            }
            Ok(charged)
        })
    }

    /// What a resource is charged with at an organization or team.
    pub fn find_charge(&self, actor: &Actor, id: TargetId, key: &ChargeKey) -> Result<Charge> {
        self.read_at(actor, id, |unit, access| {
            self.check_meter(unit, access.workspace.id, key)?;
            let charge = unit.charges().find(access.workspace.id, key)?;
            charged_at(charge, id).ok_or(Error::NotFound(Noun::Charge))
        })
    }

    /// Gives back what a resource is charged with at an organization or team; nothing, when it is not (C4).
    pub fn release(
        &self,
        actor: &Actor,
        id: TargetId,
        key: &ChargeKey,
        precondition: &Precondition<'_, Charge>,
    ) -> Result<()> {
        self.write_at(actor, id, UsageAct::Release, |unit, access| {
            key.resource_id.check_callers_own()?;
            let workspace = access.workspace.id;
            self.check_meter(unit, workspace, key)?;
            let (chain, standing) = lock_chain(unit, &access.workspace, id, key)?;
            let charged = charged_at(standing.charge, id);
            precondition.check(|| Ok(charged.clone()))?;
            let Some(charge) = charged else { return Ok(()) };
            let change = UsageChange::Shrink(charge.quantity.units());
            self.record(
                unit,
                actor,
                EventPlace::of(workspace, id),
                (EventKind::ChargeReleased, &key.resource_id),
                facts_of(&charge),
            )?;
            Ok(unit.charges().save(&LedgerChange {
                workspace,
                usage: usage_after(&chain, &key.meter, change)?,
                charged: Vec::new(),
                released: vec![key.clone()],
            })?)
        })
    }

    /// The ledger of an organization, its teams included (L6).
    pub fn list_charges(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
        page: &PageRequest<ChargeKey>,
    ) -> Result<Page<Charge, ChargeKey>> {
        self.read_in(actor, workspace, Permission::ReadUsage, |unit, _| {
            let found = unit.charges().list(workspace, id.into(), page)?;
            if found.items.is_empty() && unit.organizations().find(workspace, id)?.is_none() {
                return Err(Error::NotFound(Noun::Organization));
            }
            Ok(found)
        })
    }

    /// The ledger of a team.
    pub fn list_team_charges(
        &self,
        actor: &Actor,
        id: TeamId,
        page: &PageRequest<ChargeKey>,
    ) -> Result<Page<Charge, ChargeKey>> {
        self.read_at(actor, id.into(), |unit, access| {
            Ok(unit.charges().list(access.workspace.id, id.into(), page)?)
        })
    }

    /// A meter that the deployment does not know, or no longer: only what is still charged on it can be seen and released (L1, C4).
    fn check_meter(&self, unit: &mut dyn UnitOfWork, workspace: WorkspaceId, key: &ChargeKey) -> Result<()> {
        match self.settings().meters.get(key.meter.as_str()) {
            Err(unknown) if unit.charges().find(workspace, key)?.is_none() => Err(unknown.into()),
            _ => Ok(()),
        }
    }

    /// Admits more usage (C2), and notes where an observing node would have refused it (B3).
    fn admit(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        (access, chain): (&UsageAccess, &ChainRecord),
        request: &ChargeRequest,
        units: Units,
    ) -> Result<()> {
        let meter = &request.key.meter;
        let admission = chain_of(chain, meter, self.settings().enforcement)
            .admit(units)
            .map_err(|refusal| Error::LimitReached {
                meter: meter.clone(),
                refusal: Box::new(refusal.seen_by(access.sight)),
            })?;
        for node in admission.would_have_refused {
            let changes =
                json!({ "meter": meter.as_str(), "requested": units.get(), "node": node.to_string() });
            self.record(
                unit,
                actor,
                EventPlace::of(access.workspace.id, request.target),
                (EventKind::ChargeWouldRefuse, &request.key.resource_id),
                changes,
            )?;
        }
        Ok(())
    }

    /// The row of the ledger that stands from now on.
    fn charged(
        &self,
        (workspace_id, target): (WorkspaceId, ChargeTarget),
        existing: Option<Charge>,
        request: &ChargeRequest,
    ) -> Charged {
        let (quantity, now) = (request.quantity, self.now());
        match existing {
            Some(charge) => Charged {
                charge: Charge {
                    updated_at: if charge.quantity == quantity {
                        charge.updated_at
                    } else {
                        now
                    },
                    quantity,
                    ..charge
                },
                created: false,
            },
            None => Charged {
                charge: Charge {
                    workspace_id,
                    meter: request.key.meter.clone(),
                    resource_id: request.key.resource_id.clone(),
                    target,
                    quantity,
                    created_at: now,
                    updated_at: now,
                },
                created: true,
            },
        }
    }

    fn record_charge(&self, unit: &mut dyn UnitOfWork, actor: &Actor, charged: &Charged) -> Result<()> {
        let Charged { charge, created } = charged;
        let kind = if *created {
            EventKind::ChargeCreated
        } else {
            EventKind::ChargeResized
        };
        self.record(
            unit,
            actor,
            EventPlace::of(charge.workspace_id, charge.target.id()),
            (kind, &charge.resource_id),
            facts_of(charge),
        )
    }

    /// Changes usage at an organization or team, whichever workspace it is in.
    fn write_at<T>(
        &self,
        actor: &Actor,
        id: TargetId,
        act: UsageAct,
        work: impl Fn(&mut dyn UnitOfWork, &UsageAccess) -> Result<T>,
    ) -> Result<T> {
        let told = Told::default();
        self.settled(|| {
            self.write(|unit| {
                let access = authorize_usage(unit, actor, id, act)?;
                told.about(access.workspace.id);
                if access.workspace.has_due_transition(self.now()) {
                    return Ok(Attempt::Due(access.workspace.id));
                }
                work(unit, &access).map(Attempt::Done)
            })
        })
    }

    /// Reads usage at an organization or team, whichever workspace it is in.
    fn read_at<T>(
        &self,
        actor: &Actor,
        id: TargetId,
        work: impl Fn(&mut dyn UnitOfWork, &UsageAccess) -> Result<T>,
    ) -> Result<T> {
        let told = Told::default();
        self.read(|unit| {
            let access = authorize_usage(unit, actor, id, UsageAct::Read)?;
            told.about(access.workspace.id);
            work(unit, &access)
        })
    }
}

/// What a resource is charged with at an organization or team.
fn charged_at(charge: Option<Charge>, id: TargetId) -> Option<Charge> {
    charge.filter(|charge| charge.target.id() == id)
}

/// Whether the span of the request was told which workspace it turned out to be about: once is enough, however often the work is run.
#[derive(Default)]
struct Told(Cell<bool>);

impl Told {
    fn about(&self, workspace: WorkspaceId) {
        if !self.0.replace(true) {
            tracing::Span::current().record("workspace_id", tracing::field::display(workspace));
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the chain is another one meanwhile")]
struct Moved;

/// The chain that a charge counts at, locked, and then what else the charge rests on: read before, it could be outdated by the time that the
/// lock is there.
fn lock_chain(
    unit: &mut dyn UnitOfWork,
    workspace: &Workspace,
    id: TargetId,
    key: &ChargeKey,
) -> Result<(ChainRecord, Standing)> {
    let gone = Error::NotFound(noun_of(id));
    let Some(chain) = unit.balances().chain_for_update(workspace.id, id, &key.meter)? else {
        return Err(gone);
    };
    let standing = unit.charges().standing(workspace.id, id, key)?.ok_or(gone)?;
    if workspace.tree_version != standing.workspace.tree_version {
        return Err(StoreError::Retry(Moved.into()).into());
    }
    Ok((chain, standing))
}

/// What is used along a chain after a change at its end.
pub(crate) fn usage_after(
    record: &ChainRecord,
    meter: &Meter,
    change: UsageChange,
) -> Result<Vec<NodeUsage>> {
    let nodes = record.above.iter().chain([&record.target]);
    nodes
        .map(|node| {
            let place = UsagePlace::of(node.id, record.target.id, record.parent());
            Ok(NodeUsage {
                node: node.id,
                meter: meter.clone(),
                balance: node.balance(meter).after(change, place)?,
            })
        })
        .collect()
}
