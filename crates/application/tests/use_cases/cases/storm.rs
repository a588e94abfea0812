//! Everything at once, in random order, for a while: whoever looks meanwhile sees no limit passed, nothing fails but by a rule, nobody is in a
//! deadlock, and in the end every balance follows from the ledger.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tenantry_application::idempotency::Once;
use tenantry_application::ports::StoreError;
use tenantry_application::precondition::Precondition;
use tenantry_application::{Actor, Error, OrganizationChanges, Settings, SubscriptionPatch};
use tenantry_domain::billing::{BillingMode, SubscriptionChange};
use tenantry_domain::capacity::TargetId;
use tenantry_domain::organization::HierarchyCaps;
use tenantry_domain::{BillingAccountId, Limit, OrganizationId, SubscriptionId, TeamId, WorkspaceId};
use tenantry_test_histories::Dice;

use super::world::{World, limits, locations, new_organization, quantities};

const THREADS: u64 = 8;
const DURATION: Duration = Duration::from_secs(2);
const ORGANIZATIONS: u32 = 24;

struct Storm {
    world: World,
    ada: Actor,
    workspace: WorkspaceId,
    accounts: Vec<(BillingAccountId, SubscriptionId)>,
    roots: Vec<OrganizationId>,
    /// One in each root.
    teams: Vec<TeamId>,
    organizations: Mutex<Vec<OrganizationId>>,
    acts: AtomicU64,
}

impl Storm {
    fn new() -> Self {
        let world = World::with(Settings {
            hierarchy: HierarchyCaps {
                organizations: ORGANIZATIONS,
                levels: 5,
                children: 4,
            },
            ..Settings::default()
        });
        let ada = world.person("ada");
        let workspace = world.workspace(&ada, BillingMode::Assigned);
        let account = |units| {
            let account = world.account(&ada, workspace);
            let subscription =
                world.subscribe(&ada, workspace, account, &[("locations", units), ("users", 9)]);
            (account, subscription.id)
        };
        let accounts = vec![account(30), account(20)];
        let root = |(account, _): &(BillingAccountId, _)| world.root(&ada, workspace, Some(*account), &[]);
        let roots: Vec<_> = accounts.iter().chain(&accounts).map(root).collect();
        let teams = roots.iter().map(|root| world.team(&ada, Some(*root), Some(5)));
        let teams = teams.collect();
        Self {
            organizations: Mutex::new(roots.clone()),
            roots,
            teams,
            accounts,
            workspace,
            ada,
            world,
            acts: AtomicU64::default(),
        }
    }

    fn act(&self, dice: &mut Dice) -> Result<(), Error> {
        let organization = *dice.one_of(&self.organizations.lock().unwrap());
        let resource = format!("r{}", dice.roll(60));
        match dice.roll(20) {
            0..7 => self.charge(organization.into(), &resource, dice),
            7 | 8 => self.charge((*dice.one_of(&self.teams)).into(), &resource, dice),
            9 | 10 => self.release(organization.into(), &resource),
            11 => self.release((*dice.one_of(&self.teams)).into(), &resource),
            12 | 13 => self.create_below(organization),
            14 => self.delete(organization),
            15 | 16 => self.limit(organization, dice),
            17 => self.resize_subscription(dice),
            18 => self.relink(dice),
            _ => self.look(),
        }
    }

    fn charge(&self, target: TargetId, resource: &str, dice: &mut Dice) -> Result<(), Error> {
        let quantity = i64::try_from(dice.roll(4) + 1).unwrap();
        self.world.charge(&self.ada, target, resource, quantity).map(drop)
    }

    fn release(&self, target: TargetId, resource: &str) -> Result<(), Error> {
        self.world.try_release(&self.ada, target, resource)
    }

    fn create_below(&self, parent: OrganizationId) -> Result<(), Error> {
        let new = new_organization(None, &[]);
        let made = self
            .world
            .app
            .create_child(&self.ada, self.workspace, parent, &new, &Once::default())?;
        self.organizations.lock().unwrap().push(made.organization.id);
        Ok(())
    }

    fn delete(&self, organization: OrganizationId) -> Result<(), Error> {
        if self.roots.contains(&organization) {
            return Ok(());
        }
        self.world.app.delete_organization(
            &self.ada,
            self.workspace,
            organization,
            true,
            &Precondition::default(),
        )
    }

    fn limit(&self, organization: OrganizationId, dice: &mut Dice) -> Result<(), Error> {
        let mut limits = limits(&[("locations", dice.roll(20)), ("users", dice.roll(5))]);
        if dice.roll(2) == 0 {
            limits.insert(locations(), Limit::Unlimited);
        }
        self.change(
            organization,
            &OrganizationChanges {
                limits,
                ..OrganizationChanges::default()
            },
        )
    }

    fn change(&self, organization: OrganizationId, changes: &OrganizationChanges) -> Result<(), Error> {
        self.world
            .app
            .update_organization(
                &self.ada,
                self.workspace,
                organization,
                changes,
                &Precondition::default(),
            )
            .map(drop)
    }

    fn relink(&self, dice: &mut Dice) -> Result<(), Error> {
        let root = *dice.one_of(&self.roots);
        let (account, _) = *dice.one_of(&self.accounts);
        self.world.relink(&self.ada, self.workspace, root, account)
    }

    fn resize_subscription(&self, dice: &mut Dice) -> Result<(), Error> {
        let units = i64::try_from(dice.roll(40) + 1).unwrap();
        let change = match dice.roll(3) {
            0 => SubscriptionChange::Pause,
            1 => SubscriptionChange::Resume,
            _ => SubscriptionChange::SetQuantities(quantities(&[("locations", units)])),
        };
        let patch = SubscriptionPatch {
            change: Some(change),
            metadata: None,
        };
        let id = *dice.one_of(&self.accounts);
        self.world
            .app
            .change_subscription(&self.ada, self.workspace, id, &patch, &Precondition::default())
            .map(drop)
    }

    /// One state, in which every node keeps its limit.
    fn look(&self) -> Result<(), Error> {
        let mut unit = self.world.store.begin_read()?;
        let kept = unit.balances().of_workspace(self.workspace)?;
        for (node, meters) in kept {
            for (meter, balance) in meters {
                assert!(!balance.is_over_limit(), "{node:?} {meter}: {balance:?}");
            }
        }
        Ok(())
    }

    fn rage(&self, seed: u64) {
        let end = Instant::now() + DURATION;
        let mut dice = Dice::new(seed);
        while Instant::now() < end {
            match self.act(&mut dice) {
                Ok(()) => drop(self.acts.fetch_add(1, Ordering::Relaxed)),
                Err(Error::Store(error)) => panic!("{error:?}: {:?}", source(&error)),
                Err(Error::Inconsistent(what)) => panic!("{what}"),
                Err(_) => {}
            }
        }
    }
}

fn source(error: &StoreError) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}

#[test]
fn c2_b4_b5_o6_everything_at_once_keeps_every_limit() {
    let storm = Storm::new();
    thread::scope(|scope| {
        for seed in 0..THREADS {
            let storm = &storm;
            scope.spawn(move || storm.rage(seed));
        }
    });
    assert_eq!((storm.world.database.deadlocks)(), 0, "deadlocks");
    assert!(storm.acts.load(Ordering::Relaxed) > 50, "too calm");
    storm.look().unwrap();
    storm.world.is_exact();
}
