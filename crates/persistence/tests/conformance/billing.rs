use tenantry_application::page::Position;
use tenantry_application::ports::StoreError;
use tenantry_domain::Quantity;
use tenantry_domain::billing::{
    Address, BillingAccount, Currency, Metadata, Period, Quantities, Subscription, SubscriptionStatus,
};

use crate::fixtures::*;
use crate::support::*;

fn full_account(n: u128) -> BillingAccount {
    BillingAccount {
        phone: Some(text("+49 30 123")),
        description: Some(text("a\nb")),
        currency: Currency::Zar,
        address: Some(Address {
            country: text("DE"),
            line1: Some(text("Straße 1")),
            line2: Some(text("Hinterhaus")),
            city: Some(text("Berlin")),
            state: Some(text("Berlin")),
            postal_code: Some(text("10115")),
        }),
        ..account(n)
    }
}

fn subscription(n: u128, account: u128) -> Subscription {
    let pairs = [(seats(), quantity(1)), (meter("sso"), Quantity::MAX)];
    Subscription {
        id: id(n),
        workspace_id: workspace_id(),
        billing_account_id: id(account),
        status: SubscriptionStatus::Active,
        quantities: Quantities::new(pairs.into()).unwrap(),
        pending: [].into(),
        cancel_at_period_end: false,
        metadata: Metadata::default(),
        period: Period::monthly(at(0)),
        trial_end: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn changed(n: u128, account: u128) -> Subscription {
    let pairs = [("key", "value"), ("😀", "\"quoted\"\n")].map(|(key, value)| (key.into(), value.into()));
    Subscription {
        status: SubscriptionStatus::Trialing,
        quantities: Quantities::new([(seats(), quantity(2))].into()).unwrap(),
        pending: [(seats(), Some(quantity(1))), (meter("sso"), None)].into(),
        cancel_at_period_end: true,
        metadata: Metadata::new(pairs).unwrap(),
        period: Period::trial(at(3), 14),
        trial_end: Some(at(4)),
        updated_at: at(5),
        ..subscription(n, account)
    }
}

#[test]
fn an_account_is_kept_changed_and_listed() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| unit.billing_accounts().insert(&full_account(3)).unwrap());
        let wanted = BillingAccount {
            name: text("New"),
            email: text("new@acme.example"),
            phone: None,
            description: None,
            address: Some(Address {
                country: text("ZA"),
                line1: None,
                line2: None,
                city: None,
                state: None,
                postal_code: None,
            }),
            updated_at: at(1),
            ..full_account(3)
        };
        let asked = BillingAccount {
            currency: Currency::Usd,
            created_at: at(2),
            ..wanted.clone()
        };
        backend.write(|unit| {
            let accounts = unit.billing_accounts();
            assert_eq!(
                accounts.find(workspace_id(), id(3)).unwrap(),
                Some(full_account(3))
            );
            assert_eq!(
                accounts.find(workspace_id(), id(ACCOUNT)).unwrap(),
                Some(account(ACCOUNT))
            );
            assert_eq!(accounts.find(id(9), id(3)).unwrap(), None);
            accounts.update(&asked).unwrap();
            assert_eq!(
                accounts.find(workspace_id(), id(3)).unwrap(),
                Some(wanted.clone())
            );
            assert_eq!(
                accounts.all(workspace_id()).unwrap(),
                [account(ACCOUNT), wanted.clone()]
            );
            let list = accounts
                .list(workspace_id(), &page(5, after(id(ACCOUNT))))
                .unwrap();
            assert_eq!(list.items, std::slice::from_ref(&wanted));
            assert_eq!(
                (
                    accounts.count(workspace_id()).unwrap(),
                    accounts.count(id(9)).unwrap()
                ),
                (2, 0)
            );
            accounts
                .update(&BillingAccount {
                    address: None,
                    ..wanted
                })
                .unwrap();
            assert_eq!(
                accounts.find(workspace_id(), id(3)).unwrap().unwrap().address,
                None
            );
        });
    }
}

#[test]
fn an_account_goes_with_its_subscriptions_and_pool_but_not_while_a_root_refers_to_it() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.billing_accounts().insert(&account(3)).unwrap();
            for (n, account) in [(100, ACCOUNT), (101, 3)] {
                unit.subscriptions().insert(&subscription(n, account)).unwrap();
                unit.balances()
                    .set_capacity(workspace_id(), account_pool(account), &seats(), units(1))
                    .unwrap();
            }
        });
        backend.write(|unit| unit.billing_accounts().delete(workspace_id(), id(3)).unwrap());
        backend.read(|unit| {
            assert_eq!(unit.billing_accounts().find(workspace_id(), id(3)).unwrap(), None);
            assert_eq!(
                unit.subscriptions().live(workspace_id()).unwrap(),
                [subscription(100, ACCOUNT)]
            );
            let kept = unit.balances().of_workspace(workspace_id()).unwrap();
            assert_eq!(kept.into_keys().collect::<Vec<_>>(), [pool_node()]);
        });
        let error = backend.fail(|unit| unit.billing_accounts().delete(workspace_id(), id(ACCOUNT)));
        assert!(matches!(error, StoreError::Other(_)), "{error:?}");
    }
}

#[test]
fn a_subscription_is_kept_and_changed() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            let subscriptions = unit.subscriptions();
            subscriptions.insert(&subscription(100, ACCOUNT)).unwrap();
            subscriptions.insert(&changed(101, ACCOUNT)).unwrap();
            let mut find = |account, n| subscriptions.find(workspace_id(), id(account), id(n)).unwrap();
            assert_eq!(find(ACCOUNT, 100), Some(subscription(100, ACCOUNT)));
            assert_eq!(find(ACCOUNT, 101), Some(changed(101, ACCOUNT)));
            assert_eq!((find(3, 100), find(ACCOUNT, 102)), (None, None));
            subscriptions
                .update(&Subscription {
                    created_at: at(7),
                    ..changed(100, ACCOUNT)
                })
                .unwrap();
            subscriptions.update(&subscription(101, ACCOUNT)).unwrap();
            let found = subscriptions.find(workspace_id(), id(ACCOUNT), id(100)).unwrap();
            assert_eq!(found, Some(changed(100, ACCOUNT)));
            let found = subscriptions.find(workspace_id(), id(ACCOUNT), id(101)).unwrap();
            assert_eq!(found, Some(subscription(101, ACCOUNT)));
        });
        backend.fail(|unit| unit.subscriptions().update(&subscription(102, ACCOUNT)));
    }
}

#[test]
fn lists_hold_past_subscriptions_and_the_live_ones_do_not() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.billing_accounts().insert(&account(3)).unwrap();
            for (n, status) in (100..).zip(SubscriptionStatus::ALL) {
                unit.subscriptions()
                    .insert(&Subscription {
                        status,
                        ..subscription(n, ACCOUNT)
                    })
                    .unwrap();
            }
            unit.subscriptions().insert(&subscription(200, 3)).unwrap();
        });
        backend.read(|unit| {
            let all = unit
                .subscriptions()
                .list(workspace_id(), id(ACCOUNT), &page(20, Position::Start))
                .unwrap();
            let statuses: Vec<_> = all.items.iter().map(|subscription| subscription.status).collect();
            assert_eq!(statuses, SubscriptionStatus::ALL);
            let live = unit.subscriptions().live(workspace_id()).unwrap();
            assert!(live.iter().all(|subscription| subscription.status.is_live()));
            assert_eq!(live.len(), 7);
        });
    }
}
