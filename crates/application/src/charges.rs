//! Charging usage to the tree, and asking whether it would fit (`docs/rules.md` C1–C4, C6).

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::json;
use tenantry_domain::capacity::{Chain, Refusal, UsageChange, UsagePlace};
use tenantry_domain::charge::{Charge, ChargePlan, plan_charge};
use tenantry_domain::workspace::Permission;
use tenantry_domain::{Meter, OrganizationId, Quantity, Units, WorkspaceId};
use uuid::Uuid;

use crate::access::{Access, authorize};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::event::{EventKind, facts_of};
use crate::idempotency::{Once, keep};
use crate::limits::chain_of;
use crate::page::{Page, PageRequest};
use crate::ports::{
    ChainRecord, ChargeKey, LedgerChange, NodeUsage, Standing, StoreError, UnitOfWork, WorkspacePlace,
};
use crate::precondition::Precondition;
use crate::service::{Attempt, Tenantry};

/// The most questions that one check answers (C6).
pub const MAX_QUESTIONS: usize = 100;

/// What is to be charged (C1).
#[derive(Debug, Clone)]
pub struct ChargeRequest {
    /// What is counted, and for which resource.
    pub key: ChargeKey,
    /// The organization that uses it.
    pub organization_id: OrganizationId,
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

/// Whether so many units would fit.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is counted.
    pub meter: Meter,
    /// The organization that would use it.
    pub organization_id: OrganizationId,
    /// How many units.
    pub quantity: Quantity,
}

/// Whether they would fit, and why.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// The chain that decides.
    pub chain: Chain,
    /// The refusal, if it would be refused.
    pub refusal: Option<Box<Refusal>>,
}

impl Tenantry {
    /// Charges a resource to an organization, or resizes what it is charged with (C1, C2).
    pub fn charge(
        &self,
        actor: &Actor,
        request: &ChargeRequest,
        precondition: &Precondition<'_, Charge>,
    ) -> Result<Charged> {
        let id = request.organization_id;
        let meter = &request.key.meter;
        self.write_at(actor, id, Permission::WriteUsage, |unit, access| {
            self.settings().meters.get(meter.as_str())?;
            let workspace = access.workspace.id;
            let (chain, standing) = lock_chain(unit, workspace, id, &request.key)?;
            standing.workspace.check_changeable()?;
            precondition.check(|| Ok(charged_at(standing.charge.clone(), id)))?;
            let change = match plan_charge(standing.charge.as_ref(), id, request.quantity)? {
                ChargePlan::Keep => None,
                ChargePlan::Create(units) | ChargePlan::Grow(units) => {
                    self.admit(unit, actor, (workspace, &chain), request, units)?;
                    Some(UsageChange::Grow(units))
                }
                ChargePlan::Shrink(units) => Some(UsageChange::Shrink(units)),
            };
            let charged = self.charged(workspace, standing.charge, request);
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

    /// What a resource is charged with at an organization.
    pub fn find_charge(&self, actor: &Actor, id: OrganizationId, key: &ChargeKey) -> Result<Charge> {
        self.read_at(actor, id, Permission::ReadUsage, |unit, access| {
            self.check_meter(unit, access.workspace.id, key)?;
            let charge = unit.charges().find(access.workspace.id, key)?;
            charged_at(charge, id).ok_or(Error::NotFound(Noun::Charge))
        })
    }

    /// Gives back what a resource is charged with at an organization; nothing, when it is not (C4).
    pub fn release(
        &self,
        actor: &Actor,
        id: OrganizationId,
        key: &ChargeKey,
        precondition: &Precondition<'_, Charge>,
    ) -> Result<()> {
        self.write_at(actor, id, Permission::WriteUsage, |unit, access| {
            let workspace = access.workspace.id;
            self.check_meter(unit, workspace, key)?;
            let (chain, standing) = lock_chain(unit, workspace, id, key)?;
            let charged = charged_at(standing.charge, id);
            precondition.check(|| Ok(charged.clone()))?;
            let Some(charge) = charged else { return Ok(()) };
            let change = UsageChange::Shrink(charge.quantity.units());
            self.record(
                unit,
                actor,
                workspace,
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

    /// The ledger of an organization.
    pub fn list_charges(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        id: OrganizationId,
        page: &PageRequest<ChargeKey>,
    ) -> Result<Page<Charge, ChargeKey>> {
        self.read_in(actor, workspace, Permission::ReadUsage, |unit, _| {
            let found = unit.charges().list(workspace, id, page)?;
            if found.items.is_empty() && unit.organizations().find(workspace, id)?.is_none() {
                return Err(Error::NotFound(Noun::Organization));
            }
            Ok(found)
        })
    }

    /// Whether charges would fit, each on its own (C6). Writes nothing, but the answer when the request has a key. Callers see to it that
    /// there are at most [`MAX_QUESTIONS`].
    pub fn check(
        &self,
        actor: &Actor,
        questions: &[Question],
        once: &Once<'_, Vec<Answer>>,
    ) -> Result<Vec<Answer>> {
        if !once.is_keyed() {
            return self.answers(actor, questions);
        }
        // The questions take transactions of their own, so the key is looked at before them and claimed behind them.
        self.read(|unit| self.recall(unit, actor, once))?;
        let answers = self.answers(actor, questions)?;
        self.write(|unit| {
            self.claim(unit, actor, once)?;
            keep(unit, actor, once, &answers)
        })?;
        Ok(answers)
    }

    fn answers(&self, actor: &Actor, questions: &[Question]) -> Result<Vec<Answer>> {
        let ids: Vec<_> = questions
            .iter()
            .map(|question| question.organization_id)
            .collect();
        let mut workspaces = self.read(|unit| Ok(unit.workspaces().of_organizations(&ids)?))?;
        let mut by_workspace: BTreeMap<WorkspaceId, Vec<OrganizationId>> = BTreeMap::new();
        for id in &ids {
            by_workspace
                .entry(*workspaces.entry(*id).or_insert(NOWHERE))
                .or_default()
                .push(*id);
        }
        let mut chains = BTreeMap::new();
        for (workspace, ids) in by_workspace {
            let read = self.read_in(actor, workspace, Permission::ReadUsage, |unit, _| {
                Ok(unit.balances().chains(workspace, &ids)?)
            });
            chains.extend(read.or_else(|error| match error {
                Error::NotFound(_) => Ok(BTreeMap::new()),
                other => Err(other),
            })?);
        }
        let answers = questions
            .iter()
            .enumerate()
            .map(|(index, question)| self.answer(index, question, &chains));
        answers.collect()
    }

    fn answer(
        &self,
        index: usize,
        question: &Question,
        chains: &BTreeMap<OrganizationId, ChainRecord>,
    ) -> Result<Answer> {
        let unknown = || Error::UnknownReference {
            pointer: format!("/questions/{index}/organization_id"),
            noun: Noun::Organization,
        };
        let record = chains.get(&question.organization_id).ok_or_else(unknown)?;
        let chain = chain_of(record, &question.meter, self.settings().enforcement);
        let refusal = chain.admit(question.quantity.units()).err();
        Ok(Answer {
            question: question.clone(),
            chain,
            refusal,
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
        (workspace, chain): (WorkspaceId, &ChainRecord),
        request: &ChargeRequest,
        units: Units,
    ) -> Result<()> {
        let meter = &request.key.meter;
        let admission = chain_of(chain, meter, self.settings().enforcement)
            .admit(units)
            .map_err(|refusal| Error::LimitReached {
                meter: meter.clone(),
                refusal,
            })?;
        for node in admission.would_have_refused {
            let changes =
                json!({ "meter": meter.as_str(), "requested": units.get(), "node": node.to_string() });
            self.record(
                unit,
                actor,
                workspace,
                (EventKind::ChargeWouldRefuse, &request.key.resource_id),
                changes,
            )?;
        }
        Ok(())
    }

    /// The row of the ledger that stands from now on.
    fn charged(
        &self,
        workspace_id: WorkspaceId,
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
                    organization_id: request.organization_id,
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
            charge.workspace_id,
            (kind, &charge.resource_id),
            facts_of(charge),
        )
    }

    /// Changes usage at an organization, whichever workspace it is in.
    fn write_at<T>(
        &self,
        actor: &Actor,
        id: OrganizationId,
        permission: Permission,
        work: impl Fn(&mut dyn UnitOfWork, &Access) -> Result<T>,
    ) -> Result<T> {
        let told = Told::default();
        self.settled(|| {
            self.write(|unit| {
                let access = authorize(unit, actor, WorkspacePlace::Of(id), permission)?;
                told.about(access.workspace.id);
                if access.workspace.has_due_transition(self.now()) {
                    return Ok(Attempt::Due(access.workspace.id));
                }
                work(unit, &access).map(Attempt::Done)
            })
        })
    }

    /// Reads usage at an organization, whichever workspace it is in.
    fn read_at<T>(
        &self,
        actor: &Actor,
        id: OrganizationId,
        permission: Permission,
        work: impl Fn(&mut dyn UnitOfWork, &Access) -> Result<T>,
    ) -> Result<T> {
        let told = Told::default();
        self.read(|unit| {
            let access = authorize(unit, actor, WorkspacePlace::Of(id), permission)?;
            told.about(access.workspace.id);
            work(unit, &access)
        })
    }
}

/// What a resource is charged with at an organization.
fn charged_at(charge: Option<Charge>, id: OrganizationId) -> Option<Charge> {
    charge.filter(|charge| charge.organization_id == id)
}

/// A workspace that is never there: who asks about an unknown organization is sent through the same work as a stranger (I3).
const NOWHERE: WorkspaceId = WorkspaceId::from_uuid(Uuid::nil());

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
#[error("the organization draws on another pool meanwhile")]
struct Relinked;

/// The chain that a charge counts at, locked, and then what else the charge rests on: read before, it could be outdated by the time that the
/// lock is there.
fn lock_chain(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    id: OrganizationId,
    key: &ChargeKey,
) -> Result<(ChainRecord, Standing)> {
    let gone = Error::NotFound(Noun::Organization);
    let Some(chain) = unit.balances().chain_for_update(workspace, id, &key.meter)? else {
        return Err(gone);
    };
    let standing = unit.charges().standing(workspace, id, key)?.ok_or(gone)?;
    if chain.above.first().is_none_or(|head| head.id != standing.head) {
        return Err(StoreError::Retry(Relinked.into()).into());
    }
    Ok((chain, standing))
}

/// What is used along a chain after a change at its organization.
fn usage_after(record: &ChainRecord, meter: &Meter, change: UsageChange) -> Result<Vec<NodeUsage>> {
    let above = record.above.iter().map(|node| (node, UsagePlace::Below));
    above
        .chain([(&record.target, UsagePlace::Here)])
        .map(|(node, place)| {
            Ok(NodeUsage {
                node: node.id,
                meter: meter.clone(),
                balance: node.balance(meter).after(change, place)?,
            })
        })
        .collect()
}
