//! Charging usage to the tree, and asking whether it would fit (`docs/rules.md` C1–C4, C6).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tenantry_domain::capacity::{Chain, NodeId, Refusal};
use tenantry_domain::charge::{Charge, ChargePlan, plan_charge};
use tenantry_domain::workspace::Permission;
use tenantry_domain::{Meter, OrganizationId, Quantity, Units, WorkspaceId};
use uuid::Uuid;

use crate::access::{Access, authorize};
use crate::actor::Actor;
use crate::error::{Error, Noun, Result};
use crate::limits::chain_of;
use crate::page::{Page, PageRequest};
use crate::ports::{ChainRecord, Change, ChargeKey, Standing, StoreError, UnitOfWork};
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
    pub fn charge(&self, actor: &Actor, request: &ChargeRequest) -> Result<Charged> {
        let id = request.organization_id;
        self.write_at(actor, id, Permission::WriteUsage, |unit, access| {
            self.settings().meters.get(request.key.meter.as_str())?;
            let workspace = access.workspace.id;
            let (chain, standing) = lock_chain(unit, workspace, id, &request.key)?;
            standing.workspace.check_changeable()?;
            match plan_charge(standing.charge.as_ref(), id, request.quantity)? {
                ChargePlan::Keep => {}
                ChargePlan::Create(units) | ChargePlan::Grow(units) => {
                    self.grow(unit, actor, (workspace, &chain), request, units)?;
                }
                ChargePlan::Shrink(units) => {
                    let change = Change::Shrink(units);
                    record_usage(unit, workspace, &chain, &request.key.meter, change)?;
                }
            }
            self.write_row(unit, actor, workspace, standing.charge, request)
        })
    }

    /// What a resource is charged with at an organization.
    pub fn find_charge(&self, actor: &Actor, id: OrganizationId, key: &ChargeKey) -> Result<Charge> {
        self.read_at(actor, id, Permission::ReadUsage, |unit, access| {
            self.check_meter(unit, access.workspace.id, key)?;
            let found = unit
                .charges()
                .find(access.workspace.id, key)?
                .filter(|charge| charge.organization_id == id);
            found.ok_or(Error::NotFound(Noun::Charge))
        })
    }

    /// Gives back what a resource is charged with at an organization; nothing, when it is not (C4).
    pub fn release(&self, actor: &Actor, id: OrganizationId, key: &ChargeKey) -> Result<()> {
        self.write_at(actor, id, Permission::WriteUsage, |unit, access| {
            let workspace = access.workspace.id;
            self.check_meter(unit, workspace, key)?;
            let (chain, standing) = lock_chain(unit, workspace, id, key)?;
            let charged = standing.charge.filter(|charge| charge.organization_id == id);
            let Some(charge) = charged else { return Ok(()) };
            unit.charges().delete(workspace, key)?;
            let change = Change::Shrink(charge.quantity.units());
            record_usage(unit, workspace, &chain, &key.meter, change)?;
            self.record(
                unit,
                actor,
                workspace,
                ("charge.released", &key.resource_id),
                facts(&charge),
            )
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
            let rows = unit.charges().list(workspace, id, page)?;
            if rows.is_empty() && unit.organizations().find(workspace, id)?.is_none() {
                return Err(Error::NotFound(Noun::Organization));
            }
            let key = |c: &Charge| ChargeKey {
                meter: c.meter.clone(),
                resource_id: c.resource_id.clone(),
            };
            Ok(Page::from_rows(page, rows, key))
        })
    }

    /// Whether charges would fit, each on its own; writes nothing (C6). Callers see to it that there are at most [`MAX_QUESTIONS`].
    pub fn check(&self, actor: &Actor, questions: &[Question]) -> Result<Vec<Answer>> {
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
    fn grow(
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
        record_usage(unit, workspace, chain, meter, Change::Grow(units))?;
        for node in admission.would_have_refused {
            let changes =
                json!({ "meter": meter.as_str(), "requested": units.get(), "node": node.to_string() });
            self.record(
                unit,
                actor,
                workspace,
                ("charge.would_refuse", &request.key.resource_id),
                changes,
            )?;
        }
        Ok(())
    }

    /// Writes the row of the ledger, unless it says so already.
    fn write_row(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        workspace: WorkspaceId,
        existing: Option<Charge>,
        request: &ChargeRequest,
    ) -> Result<Charged> {
        let now = self.now();
        let (charge, created) = match existing {
            Some(charge) if charge.quantity == request.quantity => {
                return Ok(Charged {
                    charge,
                    created: false,
                });
            }
            Some(charge) => (
                Charge {
                    quantity: request.quantity,
                    updated_at: now,
                    ..charge
                },
                false,
            ),
            None => (
                Charge {
                    workspace_id: workspace,
                    meter: request.key.meter.clone(),
                    resource_id: request.key.resource_id.clone(),
                    organization_id: request.organization_id,
                    quantity: request.quantity,
                    created_at: now,
                    updated_at: now,
                },
                true,
            ),
        };
        let kind = if created {
            unit.charges().insert(&charge)?;
            "charge.created"
        } else {
            unit.charges().update(&charge)?;
            "charge.resized"
        };
        self.record(
            unit,
            actor,
            workspace,
            (kind, &charge.resource_id),
            facts(&charge),
        )?;
        Ok(Charged { charge, created })
    }

    /// Changes usage at an organization, whichever workspace it is in.
    fn write_at<T>(
        &self,
        actor: &Actor,
        id: OrganizationId,
        permission: Permission,
        work: impl Fn(&mut dyn UnitOfWork, &Access) -> Result<T>,
    ) -> Result<T> {
        self.settled(|| {
            self.write(|unit| {
                let workspace = workspace_of(unit, id)?;
                let access = authorize(unit, actor, workspace, permission).map_err(hide_workspace)?;
                if access.workspace.has_due_transition(self.now()) {
                    return Ok(Attempt::Due(workspace));
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
        self.read(|unit| {
            let workspace = workspace_of(unit, id)?;
            let access = authorize(unit, actor, workspace, permission).map_err(hide_workspace)?;
            work(unit, &access)
        })
    }
}

/// A workspace that is never there: who asks for an unknown organization is sent through the same work as a stranger (I3).
const NOWHERE: WorkspaceId = WorkspaceId::from_uuid(Uuid::nil());

fn workspace_of(unit: &mut dyn UnitOfWork, id: OrganizationId) -> Result<WorkspaceId> {
    Ok(unit
        .workspaces()
        .of_organizations(&[id])?
        .remove(&id)
        .unwrap_or(NOWHERE))
}

/// Who names an organization is told about the organization, not about a workspace that they did not mention.
fn hide_workspace(error: Error) -> Error {
    match error {
        Error::NotFound(Noun::Workspace) => Error::NotFound(Noun::Organization),
        other => other,
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

fn record_usage(
    unit: &mut dyn UnitOfWork,
    workspace: WorkspaceId,
    record: &ChainRecord,
    meter: &Meter,
    change: Change,
) -> Result<()> {
    let nodes: Vec<NodeId> = record
        .above
        .iter()
        .chain([&record.target])
        .map(|node| node.id)
        .collect();
    let target = match record.target.id {
        NodeId::Organization(id) => Some(id),
        NodeId::Pool(_) => None,
    };
    Ok(unit
        .balances()
        .record_usage(workspace, &nodes, target, meter, change)?)
}

fn facts(charge: &Charge) -> Value {
    json!({
        "meter": charge.meter.as_str(),
        "organization_id": charge.organization_id.to_string(),
        "quantity": charge.quantity.get(),
    })
}
