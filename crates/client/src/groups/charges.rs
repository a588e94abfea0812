use crate::TeamId;
use crate::client::Client;
use crate::error::Error;
use crate::list::List;
use crate::request::kind::{Create, Put, Read, Remove};
use crate::request::{Request, nothing, plain, tagged};
use crate::scope::Scope;
use crate::tagged::Tagged;
use crate::transport::Reply;
use crate::types::{
    BatchResults, Charge, ChargeBatch, CheckAnswers, NewCharge, NewTarget, Question, Questions, Target,
};

/// What resources use (C1).
#[derive(Clone)]
pub struct Charges(Scope);

/// A charge, and whether it is new.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Charged {
    /// The charge as it is now.
    pub charge: Tagged<Charge>,
    /// Whether this made it. Not so either, when an earlier attempt made it and its answer was lost.
    pub is_new: bool,
}

impl Client {
    /// What resources use.
    pub fn charges(&self) -> Charges {
        Charges(Scope::root(self).below(&["charges"]))
    }
}

impl Charges {
    /// Charges a resource to an organization or team, or resizes what is charged (C1, C2).
    pub fn put(
        &self,
        meter: &str,
        resource_id: &str,
        target: impl Into<Target>,
        quantity: u64,
    ) -> Request<Put, Charged> {
        let body = NewCharge {
            target: &target.into(),
            quantity,
        };
        Request::put(&self.0.client, self.0.at(&[meter, resource_id]), &body, charged)
    }

    /// What a resource is charged with at an organization or team.
    pub fn get(
        &self,
        meter: &str,
        resource_id: &str,
        target: impl Into<Target>,
    ) -> Request<Read, Tagged<Charge>> {
        let request = self.0.get(&[meter, resource_id]);
        let target = target.into();
        let (name, id) = target.parameter();
        request.parameter(name, id)
    }

    /// Gives back what a resource is charged with at an organization or team. Succeeds also when that is nothing (C4).
    pub fn release(&self, meter: &str, resource_id: &str, target: impl Into<Target>) -> Request<Remove, ()> {
        let path = self.0.at(&[meter, resource_id]);
        let request = Request::delete(&self.0.client, path, nothing);
        let target = target.into();
        let (name, id) = target.parameter();
        request.parameter(name, id)
    }

    /// Charges a resource to another organization or team of its workspace than it is (C11).
    pub fn move_to(
        &self,
        meter: &str,
        resource_id: &str,
        target: impl Into<Target>,
    ) -> Request<Create, Tagged<Charge>> {
        let (target, dry_run) = (&target.into(), false);
        self.0
            .create(&[meter, resource_id, "move"], &NewTarget { target, dry_run })
    }

    /// What it would be charged with there. Nothing changes.
    pub fn preview_move(
        &self,
        meter: &str,
        resource_id: &str,
        target: impl Into<Target>,
    ) -> Request<Read, Tagged<Charge>> {
        let (target, dry_run) = (&target.into(), true);
        let path = self.0.at(&[meter, resource_id, "move"]);
        Request::ask(&self.0.client, path, &NewTarget { target, dry_run }, tagged)
    }

    /// Charges, releases and moves many resources of one workspace at once (C7).
    pub fn batch(&self, batch: &ChargeBatch) -> Request<Create, BatchResults> {
        Request::post(&self.0.client, self.0.at(&["batch"]), batch, plain)
    }

    /// What is charged to a team: its ledger.
    pub fn of_team(&self, team: &TeamId) -> List<Charge> {
        Scope::root(&self.0.client).list(&["teams", team.as_str(), "charges"])
    }

    /// Whether charges would be admitted, each on its own: 1–100 questions (C6). Nothing is written.
    pub fn check(&self, questions: &[Question]) -> Request<Read, CheckAnswers> {
        Request::ask(
            &self.0.client,
            self.0.at(&["check"]),
            &Questions { questions },
            plain,
        )
    }
}

fn charged(reply: Reply) -> Result<Charged, Error> {
    let is_new = reply.status.as_u16() == 201;
    let charge = tagged(reply)?;
    Ok(Charged { charge, is_new })
}
