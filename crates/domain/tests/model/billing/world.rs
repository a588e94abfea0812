//! A pool that lives through a scenario, as the service would have it: settled before anything else happens.

use std::collections::BTreeSet;

use proptest::sample::Index;
use proptest::test_runner::TestCaseResult;
use tenantry_domain::billing::{
    ChangeRefused, Period, Pool, Subscription, SubscriptionChange, SubscriptionStatus, Transition,
    Underprovision, settle,
};
use tenantry_domain::{BillingAccountId, Meter, Timestamp, Units};

use super::naive;
use super::scenario::{FIRST_DAY, Payment, Scenario, Step, at};

#[derive(Debug, Clone)]
pub struct World {
    pub pool: Pool,
    payable: BTreeSet<BillingAccountId>,
    day: u32,
}

/// What came of a step.
#[derive(Debug)]
pub enum Event {
    Changed(Box<Request>),
    Settled(Vec<Transition>),
    /// Usage or the outside world changed.
    Other,
}

#[derive(Debug)]
pub struct Request {
    pub before: Subscription,
    pub change: SubscriptionChange,
    pub outcome: Result<Decision, ChangeRefused>,
}

/// What would become of the subscription, and whether the pool can spare that.
#[derive(Debug)]
pub struct Decision {
    pub after: Subscription,
    pub act: Result<(), Underprovision>,
}

impl World {
    pub fn new(scenario: &Scenario) -> Self {
        let pool = Pool {
            subscriptions: scenario.subscriptions.clone(),
            used: super::scenario::meters()
                .into_iter()
                .map(|meter| (meter, Units::ZERO))
                .collect(),
        };
        let mut world = Self {
            pool,
            payable: scenario.payable.iter().copied().collect(),
            day: FIRST_DAY,
        };
        world.settle();
        world
    }

    pub fn now(&self) -> Timestamp {
        at(self.day)
    }

    /// Whether the account of a subscription has a payment method.
    pub fn is_payable(&self, subscription: &Subscription) -> bool {
        self.payable.contains(&subscription.billing_account_id)
    }

    /// Brings a pool to a moment, with the payment methods that there are now.
    pub fn settle_pool(&self, pool: &mut Pool, moment: Timestamp) -> Vec<Transition> {
        settle(pool, |account| self.payable.contains(&account), moment)
    }

    fn settle(&mut self) -> Vec<Transition> {
        let mut pool = self.pool.clone();
        let transitions = self.settle_pool(&mut pool, self.now());
        self.pool = pool;
        transitions
    }

    pub fn apply(&mut self, step: &Step) -> Event {
        match step {
            Step::Change(which, change) => return self.change(*which, change),
            Step::Wait(days) => {
                self.day += days;
                return Event::Settled(self.settle());
            }
            Step::Use(meter, count) => self.use_up_to(meter, naive::used(&self.pool, meter) + count),
            Step::UseAllBut(meter, count) => {
                let all = naive::capacity(&self.pool, meter);
                self.use_up_to(meter, all.saturating_sub(*count));
            }
            Step::Release(meter, count) => {
                self.set_used(meter, naive::used(&self.pool, meter).saturating_sub(*count));
            }
            Step::Report(which, payment) => self.report(*which, *payment),
            Step::SetPaymentMethod(account, true) => {
                self.payable.insert(*account);
            }
            Step::SetPaymentMethod(account, false) => {
                self.payable.remove(account);
            }
        }
        Event::Other
    }

    /// Grows usage, never shrinks it, and never beyond what there is.
    fn use_up_to(&mut self, meter: &Meter, wanted: u64) {
        let used = naive::used(&self.pool, meter);
        let admitted = wanted.min(naive::capacity(&self.pool, meter));
        self.set_used(meter, used.max(admitted));
    }

    fn set_used(&mut self, meter: &Meter, count: u64) {
        self.pool.used.insert(meter.clone(), Units::new(count).unwrap());
    }

    fn pick(&self, which: Index) -> Subscription {
        which.get(&self.pool.subscriptions).clone()
    }

    fn ask(&self, which: Index, change: &SubscriptionChange) -> Request {
        let before = self.pick(which);
        let outcome = before
            .changed(change, self.is_payable(&before), self.now())
            .map(|after| Decision {
                act: self.pool.check_act(change.act(), &after),
                after,
            });
        Request {
            before,
            change: change.clone(),
            outcome,
        }
    }

    fn change(&mut self, which: Index, change: &SubscriptionChange) -> Event {
        let request = self.ask(which, change);
        if let Ok(Decision { after, act: Ok(()) }) = &request.outcome {
            self.pool = self.pool.with(after);
        }
        Event::Changed(Box::new(request))
    }

    fn report(&mut self, which: Index, payment: Payment) {
        use SubscriptionStatus::{Active, Incomplete, IncompleteExpired, PastDue, Unpaid};
        let mut reported = self.pick(which);
        reported.status = match (reported.status, payment) {
            (Active, Payment::Failed) => PastDue,
            (PastDue, Payment::GivenUp) => Unpaid,
            (Incomplete, Payment::GivenUp) => IncompleteExpired,
            (PastDue | Unpaid | Incomplete, Payment::Succeeded) => Active,
            (status, _) => status,
        };
        if !naive::counts(&self.pick(which)) && naive::counts(&reported) {
            reported.period = Period::monthly(self.now());
        }
        self.pool = self.pool.with(&reported);
    }
}

/// Plays a scenario and lets the property look at the world before and after every step.
pub fn play(
    scenario: &Scenario,
    mut property: impl FnMut(&World, &Event, &World) -> TestCaseResult,
) -> TestCaseResult {
    let mut world = World::new(scenario);
    for step in &scenario.steps {
        let before = world.clone();
        let event = world.apply(step);
        property(&before, &event, &world)?;
    }
    Ok(())
}

/// As [`play`], for properties of the changes that the subscription itself allows.
pub fn play_decisions(
    scenario: &Scenario,
    mut property: impl FnMut(&World, &Request, &Decision) -> TestCaseResult,
) -> TestCaseResult {
    play(scenario, |before, event, _| match event {
        Event::Changed(request) => match &request.outcome {
            Ok(decision) => property(before, request, decision),
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    })
}
