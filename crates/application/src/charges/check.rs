use std::collections::BTreeMap;

use tenantry_domain::capacity::{Chain, Refusal, SeenChain, SeenNode, Sight, TargetId};
use tenantry_domain::{Meter, Quantity, WorkspaceId};
use uuid::Uuid;

use crate::access::{noun_of, usage_seen};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::idempotency::Once;
use crate::limits::chain_of;
use crate::ports::ChainRecord;
use crate::service::{Attempt, Tenantry};

/// The most questions that one check answers (C6).
pub const MAX_QUESTIONS: usize = 100;

/// Whether so many units would fit.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is counted.
    pub meter: Meter,
    /// The organization or team that would use it.
    pub target: TargetId,
    /// How many units.
    pub quantity: Quantity,
}

/// Whether they would fit, and why.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// The refusal, if it would be refused.
    pub refusal: Option<Box<Refusal>>,
    chain: Chain,
    sight: Sight,
}

impl Answer {
    /// The chain that decides, as far as the caller may know it (C3).
    pub fn seen(&self) -> SeenChain<'_> {
        SeenChain::new(&self.chain, self.question.quantity.units(), self.sight)
    }

    /// The node that binds: the one that refuses, or otherwise the one with the least room. `None` when nothing limits the target.
    pub fn seen_binding(&self) -> Option<SeenNode<'_>> {
        let binding = match &self.refusal {
            Some(refusal) => Some(refusal.binding()),
            None => self.chain.binding(),
        };
        binding.map(|node| self.seen().node(node))
    }
}

/// A workspace that is never there: who asks about an unknown organization or team is sent through the same work as a stranger (I3).
const NOWHERE: WorkspaceId = WorkspaceId::from_uuid(Uuid::nil());

/// The chains that somebody may know, and how much of each.
type SeenChains = BTreeMap<TargetId, (ChainRecord, Sight)>;

impl Tenantry {
    /// Whether charges would fit, each on its own (C6). Writes nothing, but the answer when the request has a key. Callers see to it that
    /// there are at most [`MAX_QUESTIONS`].
    pub fn check(
        &self,
        actor: &Actor,
        questions: &[Question],
        once: &Once<'_, Vec<Answer>>,
    ) -> Result<Vec<Answer>> {
        self.answer_once(actor, once, || self.answers(actor, questions))
    }

    fn answers(&self, actor: &Actor, questions: &[Question]) -> Result<Vec<Answer>> {
        let ids: Vec<_> = questions.iter().map(|question| question.target).collect();
        let mut workspaces = self.read(|unit| Ok(unit.workspaces().of_targets(&ids)?))?;
        let mut by_workspace: BTreeMap<WorkspaceId, Vec<TargetId>> = BTreeMap::new();
        for id in &ids {
            by_workspace
                .entry(*workspaces.entry(*id).or_insert(NOWHERE))
                .or_default()
                .push(*id);
        }
        let mut chains = SeenChains::new();
        for (workspace, ids) in by_workspace {
            chains.extend(self.seen_chains(actor, workspace, &ids)?);
        }
        let answers = questions
            .iter()
            .enumerate()
            .map(|(index, question)| self.answer(index, question, &chains));
        answers.collect()
    }

    /// The chains of some organizations and teams of one workspace; what the caller may not know is missing.
    fn seen_chains(&self, actor: &Actor, workspace: WorkspaceId, ids: &[TargetId]) -> Result<SeenChains> {
        self.settled(|now| {
            self.read(|unit| {
                let Some((workspace, sights)) = usage_seen(unit, actor, workspace, ids)? else {
                    return Ok(Attempt::Done(SeenChains::new()));
                };
                if workspace.has_due_transition(now) {
                    return Ok(Attempt::Due(workspace.id));
                }
                let ids: Vec<_> = sights.keys().copied().collect();
                let chains = unit.balances().chains(workspace.id, &ids)?.into_iter();
                let seen = chains.filter_map(|(id, chain)| Some((id, (chain, *sights.get(&id)?))));
                Ok(Attempt::Done(seen.collect()))
            })
        })
    }

    fn answer(&self, index: usize, question: &Question, chains: &SeenChains) -> Result<Answer> {
        let unknown = || Error::UnknownReference {
            pointer: format!("/questions/{index}/{}", field_of(question.target)),
            noun: noun_of(question.target),
        };
        let (record, sight) = chains.get(&question.target).ok_or_else(unknown)?;
        let chain = chain_of(record, &question.meter, self.settings().enforcement);
        let refusal = chain.admit(question.quantity.units()).err();
        Ok(Answer {
            question: question.clone(),
            refusal,
            chain,
            sight: *sight,
        })
    }
}

/// The field that names it.
fn field_of(target: TargetId) -> &'static str {
    match target {
        TargetId::Organization(_) => "organization_id",
        TargetId::Team(_) => "team_id",
    }
}
