//! What making or changing a subscription would do, held against what it then does (B4, S1–S4).

use tenantry_application::idempotency::Once;
use tenantry_application::precondition::Precondition;
use tenantry_application::{
    Actor, Error, MeterPreview, Settings, SubscriptionPatch, SubscriptionPreview, SubscriptionRefused,
};
use tenantry_domain::billing::{
    Act, BillingMode, Metadata, Subscription, SubscriptionChange, SubscriptionStatus,
};
use tenantry_domain::capacity::{NodeId, PoolId};
use tenantry_domain::{BillingAccountId, BillingEnforcement, Units, WorkspaceId};

use super::world::{Small, World, locations, quantities};
use crate::refused;

struct Payer {
    world: World,
    ada: Actor,
}

impl Payer {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let world = World::with(settings);
        let ada = world.person("ada");
        Self { world, ada }
    }

    fn preview(&self, small: &Small, change: &SubscriptionChange) -> SubscriptionPreview {
        let id = (small.account, small.subscription.id);
        self.world
            .app
            .preview_subscription_change(&self.ada, small.workspace, id, &patch(change), &Once::default())
            .unwrap()
    }

    fn preview_new(
        &self,
        (workspace, account): (WorkspaceId, BillingAccountId),
        pairs: &[(&str, i64)],
    ) -> SubscriptionPreview {
        let terms = (&quantities(pairs), &Metadata::default());
        self.world
            .app
            .preview_new_subscription(&self.ada, workspace, account, terms, &Once::default())
            .unwrap()
    }

    fn change(&self, small: &Small, change: &SubscriptionChange) -> Result<Subscription, Error> {
        let id = (small.account, small.subscription.id);
        let (patch, precondition) = (patch(change), Precondition::default());
        let view =
            self.world
                .app
                .change_subscription(&self.ada, small.workspace, id, &patch, &precondition)?;
        Ok(view.subscription)
    }

    /// What the pool of a `single` workspace has of every meter.
    fn capacities(&self, workspace: WorkspaceId) -> Vec<Units> {
        let pool = NodeId::Pool(PoolId::Workspace(workspace));
        let mut unit = self.world.store.begin_read().unwrap();
        let kept = unit.balances().of_nodes(workspace, &[pool]).unwrap();
        let capacity = |meter| kept.get(&pool)?.get(meter)?.limit.cap();
        let meters = self.world.app.settings().meters.iter();
        meters.map(|meter| capacity(meter).unwrap_or_default()).collect()
    }
}

fn patch(change: &SubscriptionChange) -> SubscriptionPatch {
    SubscriptionPatch {
        change: Some(change.clone()),
        metadata: None,
    }
}

fn set(pairs: &[(&str, i64)]) -> SubscriptionChange {
    SubscriptionChange::SetQuantities(quantities(pairs))
}

fn remove(name: &str) -> SubscriptionChange {
    SubscriptionChange::RemoveProducts([name.parse().unwrap()].into())
}

fn row(preview: &SubscriptionPreview) -> &MeterPreview {
    &preview.meters[0]
}

fn numbers(preview: &SubscriptionPreview) -> [u64; 5] {
    let row = row(preview);
    let (before, after) = (row.shift.before, row.shift.after);
    [row.used, before.now, before.scheduled, after.now, after.scheduled].map(Units::get)
}

/// Everything that can be asked of a subscription.
fn changes() -> Vec<SubscriptionChange> {
    vec![
        set(&[("locations", 9)]),
        set(&[("locations", 4)]),
        set(&[("locations", 3), ("users", 2)]),
        SubscriptionChange::AddProducts(quantities(&[("users", 2)])),
        SubscriptionChange::AddProducts(quantities(&[("locations", 2)])),
        remove("locations"),
        remove("sso"),
        SubscriptionChange::Pause,
        SubscriptionChange::Resume,
        SubscriptionChange::Cancel,
    ]
}

/// The ways to where a subscription can be, and what is used of it there.
fn histories() -> Vec<(i64, Vec<SubscriptionChange>)> {
    use SubscriptionChange::{Cancel, Pause};
    vec![
        (4, vec![]),
        (4, vec![set(&[("users", 1)])]),
        (4, vec![set(&[("locations", 4)])]),
        (0, vec![Cancel]),
        (0, vec![Pause]),
        (0, vec![Cancel, Pause]),
        (0, vec![Pause, Cancel]),
    ]
}

/// Foretells a change, makes it, and lets what it scheduled happen; says whether anything came of it.
fn holds(payer: &Payer, small: &Small, change: &SubscriptionChange) -> bool {
    let before = payer.capacities(small.workspace);
    let preview = payer.preview(small, change);
    assert_eq!(
        payer.capacities(small.workspace),
        before,
        "a preview changes nothing"
    );
    let outcome = payer.change(small, change);
    let now: Vec<_> = preview.meters.iter().map(|row| row.shift.after.now).collect();
    match (preview.refusal, outcome) {
        (None, Ok(made)) => {
            assert_eq!(preview.subscription, Some(made), "{change:?}");
            assert_eq!(payer.capacities(small.workspace), now, "{change:?}");
            payer.world.pass_months(1);
            payer.world.app.workspace(&payer.ada, small.workspace).unwrap();
            let then: Vec<_> = preview
                .meters
                .iter()
                .map(|row| row.shift.after.scheduled)
                .collect();
            assert_eq!(payer.capacities(small.workspace), then, "{change:?}");
            true
        }
        (Some(foretold), Err(refused)) => {
            assert_eq!(format!("{:?}", Error::from(foretold)), format!("{refused:?}"));
            assert_eq!(payer.capacities(small.workspace), before, "{change:?}");
            false
        }
        (foretold, outcome) => panic!("{change:?}: {foretold:?} foretold, {outcome:?}"),
    }
}

#[test]
fn b4_a_preview_says_what_the_change_then_does_and_what_refuses_it() {
    let payer = Payer::new();
    let (mut made, mut refused) = (0, 0);
    for (used, history) in histories() {
        let start = || {
            let small = payer.world.small(&payer.ada, 5);
            for change in &history {
                payer.change(&small, change).unwrap();
            }
            if used > 0 {
                payer.world.charge(&payer.ada, small.root, "x", used).unwrap();
            }
            small
        };
        let mut small = start();
        for change in changes() {
            if holds(&payer, &small, &change) {
                made += 1;
                small = start();
            } else {
                refused += 1;
            }
        }
    }
    assert!(
        made > 30 && refused > 15,
        "{made} were made and {refused} refused"
    );
}

#[test]
fn s1_s2_a_preview_says_whether_a_subscription_can_be_made_and_what_it_adds() {
    let payer = Payer::new();
    let (world, ada) = (&payer.world, &payer.ada);
    let workspace = world.workspace(ada, BillingMode::Single);
    let place = (workspace, world.account(ada, workspace));
    let pairs = [("locations", 5)];
    let trial = payer.preview_new(place, &pairs);
    assert_eq!(
        trial.subscription.as_ref().unwrap().status,
        SubscriptionStatus::Trialing
    );
    assert_eq!(numbers(&trial), [0, 0, 0, 5, 5]);
    assert_eq!(row(&trial).takes_effect_at, Some(world.now()));
    for n in 1..=3 {
        assert_eq!(payer.preview_new(place, &pairs).refusal, None);
        world.subscribe(ada, place.0, place.1, &pairs);
        assert_eq!(payer.capacities(workspace)[0].get(), 5 * n);
    }
    let fourth = payer.preview_new(place, &pairs);
    assert!(matches!(fourth.refusal, Some(SubscriptionRefused::TooMany(_))));
    assert_eq!(
        (fourth.subscription.is_none(), numbers(&fourth)),
        (true, [0, 15, 15, 15, 15])
    );
    world.nobody_can_pay();
    let other = world.workspace(ada, BillingMode::Pooled);
    let account = world.account(ada, other);
    world.account(ada, other);
    let unpaid = payer.preview_new((other, account), &pairs);
    assert!(matches!(
        unpaid.refusal,
        Some(SubscriptionRefused::PaymentMethodRequired(_))
    ));
}

#[test]
fn b4_the_roots_of_the_pool_that_could_not_grow_are_named_up_to_ten() {
    let payer = Payer::new();
    let (world, ada) = (&payer.world, &payer.ada);
    let workspace = world.workspace(ada, BillingMode::Assigned);
    let [account, other] = [world.account(ada, workspace), world.account(ada, workspace)];
    let subscription = world.subscribe(ada, workspace, account, &[("locations", 9)]);
    world.subscribe(ada, workspace, other, &[("locations", 9)]);
    let root = |account, limits: &[(&str, u64)]| world.root(ada, workspace, Some(account), limits);
    let roots: Vec<_> = (0..11).map(|_| root(account, &[])).collect();
    root(account, &[("locations", 0)]);
    root(other, &[]);
    let child = world.child(ada, workspace, roots[0], &[]);
    world.charge(ada, child, "x", 3).unwrap();
    let small = Small {
        workspace,
        account,
        subscription,
        root: roots[0],
    };
    let enough = payer.preview(&small, &set(&[("locations", 4)]));
    assert_eq!((enough.refusal.is_none(), row(&enough).blocked.total), (true, 0));
    let tight = payer.preview(&small, &set(&[("locations", 3)]));
    let named: Vec<_> = row(&tight).blocked.first.iter().map(|root| root.id).collect();
    assert_eq!((tight.refusal.is_none(), row(&tight).blocked.total), (true, 11));
    assert_eq!(named, roots[..10]);
    assert_eq!(row(&tight).takes_effect_at, Some(small.subscription.period.end));
    let short = payer.preview(&small, &SubscriptionChange::Pause);
    assert!(matches!(
        &short.refusal,
        Some(SubscriptionRefused::Underprovision(short)) if short.act == Act::Pause && short.meter == locations()
    ));
    assert_eq!(numbers(&short), [3, 9, 9, 0, 0]);
    assert_eq!(row(&short).blocked.total, 11);
    // Nothing is taken from the other meters, which have run out long ago.
    assert!(short.meters[1..].iter().all(|row| row.blocked.total == 0));
}

#[test]
fn b3_where_pools_do_not_refuse_nothing_is_blocked_and_usage_is_told_all_the_same() {
    for enforcement in [BillingEnforcement::Observe, BillingEnforcement::Off] {
        let payer = Payer::with(Settings {
            enforcement,
            ..Settings::default()
        });
        let small = payer.world.small(&payer.ada, 5);
        payer.world.charge(&payer.ada, small.root, "x", 7).unwrap();
        let preview = payer.preview(&small, &SubscriptionChange::Pause);
        assert_eq!(numbers(&preview), [7, 5, 5, 0, 0]);
        assert_eq!((&preview.refusal, row(&preview).blocked.total), (&None, 0));
        assert!(holds(&payer, &small, &SubscriptionChange::Pause));
    }
}

#[test]
fn s4_what_is_due_is_settled_before_it_is_looked_at() {
    let payer = Payer::new();
    let small = payer.world.small(&payer.ada, 5);
    payer.change(&small, &SubscriptionChange::Cancel).unwrap();
    assert_eq!(
        numbers(&payer.preview(&small, &SubscriptionChange::Resume)),
        [0, 5, 0, 5, 5]
    );
    payer.world.pass_months(1);
    let over = payer.preview(&small, &SubscriptionChange::Resume);
    assert!(matches!(over.refusal, Some(SubscriptionRefused::Change(_))));
    assert_eq!(numbers(&over), [0; 5]);
}

#[test]
fn w3_nothing_is_foretold_of_an_archived_workspace() {
    let payer = Payer::new();
    let (world, ada) = (&payer.world, &payer.ada);
    let workspace = world.workspace(ada, BillingMode::Single);
    let account = world.account(ada, workspace);
    world
        .app
        .archive_workspace(ada, workspace, &Precondition::default())
        .unwrap();
    let terms = (&quantities(&[("users", 1)]), &Metadata::default());
    let preview = world
        .app
        .preview_new_subscription(ada, workspace, account, terms, &Once::default());
    refused!(preview, Error::WorkspaceArchived(_));
}
