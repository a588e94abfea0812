//! How many statements a request may take. Each is a journey to the server on PostgreSQL, where BEGIN and COMMIT are two of them, and a call
//! of a function on SQLite.

use tenantry_application::idempotency::Once;
use tenantry_application::keys::NewCredential;
use tenantry_application::page::{Gap, PageRequest, Position};
use tenantry_application::ports::{OrganizationFilter, OrganizationScope, OrganizationSelection};
use tenantry_application::{Actor, Error, OrganizationView, Scope, SubscriptionPatch};
use tenantry_domain::billing::{BillingMode, SubscriptionChange};
use tenantry_domain::key::{KeyWish, ShownKey};
use tenantry_domain::text::Folded;
use tenantry_domain::{BillingAccountId, OrganizationId, SubscriptionId, TeamId, WorkspaceId};
use uuid::Uuid;

use super::world::{World, charging, key, machine, new_organization, row};
use crate::recorder::statements_of;

/// A chain of ten organizations below a pool, with this many more beside them.
struct Forest {
    world: World,
    ada: Actor,
    workspace: WorkspaceId,
    deepest: OrganizationId,
    root: OrganizationId,
    /// Which may use one.
    narrow: OrganizationId,
    /// In the deepest organization.
    team: TeamId,
    subscription: (BillingAccountId, SubscriptionId),
    api_key: ShownKey,
    credential: ShownKey,
}

impl Forest {
    fn new(others: usize) -> Self {
        let world = World::new();
        let ada = world.person("ada");
        let small = world.small(&ada, 1_000_000);
        let mut deepest = small.root;
        for _ in 1..10 {
            deepest = world.child(&ada, small.workspace, deepest, &[]);
        }
        let narrow = world.child(&ada, small.workspace, small.root, &[("locations", 1)]);
        world.subscribe(&ada, small.workspace, small.account, &[("users", 9)]);
        let team = world.team(&ada, Some(deepest), None);
        for parents in (0..others).collect::<Vec<_>>().chunks(90) {
            let parent = world.child(&ada, small.workspace, small.root, &[]);
            for _ in parents {
                world
                    .app
                    .create_child(
                        &ada,
                        small.workspace,
                        parent,
                        &new_organization(None, &[]),
                        &Once::default(),
                    )
                    .unwrap();
            }
        }
        let wish = KeyWish {
            name: "deploy".parse().unwrap(),
            expires_at: None,
        };
        let api_key = world.app.create_user_key(&ada, &wish, &Once::default()).unwrap();
        let new = NewCredential { wish, scopes: None };
        let personal = world.app.my_teams(&ada).unwrap().remove(0).team.id;
        let credential = world
            .app
            .create_credential(&ada, personal, &new, &Once::default())
            .unwrap();
        Self {
            api_key: api_key.text.expose().parse().unwrap(),
            credential: credential.text.expose().parse().unwrap(),
            world,
            ada,
            workspace: small.workspace,
            deepest,
            root: small.root,
            narrow,
            team,
            subscription: (small.account, small.subscription.id),
        }
    }

    /// What each request takes, after one that warmed it up.
    fn counts(&self) -> Vec<(&'static str, usize)> {
        let Self {
            world,
            ada,
            workspace,
            ..
        } = self;
        let (app, at) = (&world.app, self.deepest);
        let all = PageRequest::default();
        let named = OrganizationSelection {
            scope: OrganizationScope::All,
            filter: OrganizationFilter {
                name: Some(Folded::of("organ")),
                depth: None,
            },
        };
        let middle = PageRequest {
            position: Position::After(Gap::behind(self.root)),
            ..all
        };
        world.charge(ada, at, "first", 1).unwrap();
        world.charge(ada, self.team, "first of the team", 1).unwrap();
        world.charge(ada, self.root, "first at the root", 1).unwrap();
        vec![
            count("workspace", &|| app.workspace(ada, *workspace).map(drop)),
            count("organization", &|| {
                app.organization(ada, *workspace, at).map(drop)
            }),
            count("limits", &|| {
                app.organization_limits(ada, *workspace, at).map(drop)
            }),
            count("charge that is read", &|| {
                app.find_charge(ada, at.into(), &key("first")).map(drop)
            }),
            count("effective view", &|| {
                app.effective(ada, *workspace, at, &PageRequest::default())
                    .map(drop)
            }),
            count("charge", &|| world.charge(ada, at, "second", 1).map(drop)),
            count("charge by a machine", &|| {
                world
                    .charge(&machine(&[Scope::UsageWrite]), at, "sixth", 1)
                    .map(drop)
            }),
            count("charge at the root", &|| {
                world.charge(ada, self.root, "third", 1).map(drop)
            }),
            count("charge to a team", &|| {
                world.charge(ada, self.team, "fourth", 1).map(drop)
            }),
            count("resize", &|| world.charge(ada, at, "second", 5).map(drop)),
            count("charge that reaches thresholds", &|| {
                world.charge(ada, self.narrow, "fifth", 1).map(drop)
            }),
            count("repeat", &|| world.charge(ada, at, "second", 5).map(drop)),
            count("release", &|| world.try_release(ada, at, "second")),
            count("move of a charge", &|| {
                world.move_charge(ada, "third", at, false).map(drop)
            }),
            count("reserve", &|| {
                world.try_reserve(ada, at, "held", (1, 60)).map(drop)
            }),
            count("reserve behind another", &|| {
                world.try_reserve(ada, at, "held as well", (1, 61)).map(drop)
            }),
            count("batch", &|| {
                let rows: Vec<_> = (0..1_000)
                    .map(|n| row(charging(1), at, &format!("b{n}")))
                    .collect();
                world.try_batch(ada, &rows, true, false).map(drop)
            }),
            count("list of organizations", &|| {
                app.list_organizations(ada, *workspace, &OrganizationScope::All.into(), &all)
                    .map(drop)
            }),
            count("page of organizations of a name", &|| {
                app.list_organizations(ada, *workspace, &named, &middle).map(drop)
            }),
            count("ledger", &|| {
                app.list_charges(ada, *workspace, at, &PageRequest::default())
                    .map(drop)
            }),
            count("tree", &|| app.tree(ada, *workspace).map(drop)),
            count("usage report", &|| app.usage_report(ada, *workspace).map(drop)),
            count("preview of a subscription", &|| {
                let end = SubscriptionPatch {
                    change: Some(SubscriptionChange::Pause),
                    metadata: None,
                };
                app.preview_subscription_change(ada, *workspace, self.subscription, &end, &Once::default())
                    .map(drop)
            }),
            count("API key", &|| app.authenticate_key(&self.api_key).map(drop)),
            count("API credential", &|| {
                app.authenticate_key(&self.credential).map(drop)
            }),
        ]
    }
}

/// How many statements something takes. What only reads is counted without what encloses it.
fn count(name: &'static str, work: &dyn Fn() -> Result<(), Error>) -> (&'static str, usize) {
    let (done, mut statements) = statements_of(work);
    done.unwrap();
    if statements.last().is_some_and(|last| last == "ROLLBACK") {
        statements.retain(|sql| !sql.starts_with("BEGIN") && sql != "ROLLBACK");
    }
    (name, statements.len())
}

/// The most that each may take, on a server and embedded: work alone where nothing is written, which BEGIN and ROLLBACK enclose, and
/// everything where something is.
const BUDGETS: [(&str, usize, usize); 25] = [
    ("workspace", 1, 1),
    ("organization", 1, 1),
    ("limits", 1, 1),
    ("charge that is read", 1, 1),
    ("effective view", 9, 9),
    ("charge", 3, 20),
    ("charge by a machine", 2, 19),
    ("charge at the root", 3, 11),
    ("charge to a team", 4, 22),
    ("resize", 3, 20),
    ("charge that reaches thresholds", 3, 14),
    ("repeat", 2, 6),
    ("release", 3, 20),
    ("move of a charge", 8, 22),
    ("reserve", 15, 31),
    ("reserve behind another", 7, 22),
    ("batch", 7, 4_000),
    ("list of organizations", 3, 3),
    ("page of organizations of a name", 3, 3),
    ("ledger", 2, 2),
    ("tree", 3, 3),
    ("usage report", 3, 3),
    ("preview of a subscription", 6, 6),
    ("API key", 1, 1),
    ("API credential", 3, 3),
];

#[test]
fn requests_stay_within_their_statements_however_deep_and_large_the_tree() {
    let (small, large) = (Forest::new(0), Forest::new(900));
    let (few, many) = (small.counts(), large.counts());
    assert_eq!(few, many);
    let is_embedded = (small.world.database.waiting)().is_none();
    for ((name, count), (of, server, embedded)) in many.into_iter().zip(BUDGETS) {
        assert_eq!(name, of);
        let budget = if is_embedded { embedded } else { server };
        println!("{name}: {count} of {budget} statements");
        assert!(count <= budget, "{name}: {count}");
    }
}

type Look = fn(&World, &Actor, WorkspaceId, OrganizationId) -> Result<(), Error>;

/// What is looked at, in a workspace, of an organization.
fn looks() -> [Look; 4] {
    [
        |world, actor, workspace, _| world.app.workspace(actor, workspace).map(drop),
        |world, actor, workspace, id| world.app.organization(actor, workspace, id).map(drop),
        |world, actor, workspace, id| world.app.organization_limits(actor, workspace, id).map(drop),
        |world, actor, _, id| world.app.find_charge(actor, id.into(), &key("x")).map(drop),
    ]
}

#[test]
fn a_look_takes_one_statement_and_no_transaction() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    world.charge(&ada, small.root, "x", 1).unwrap();
    for look in looks() {
        let (seen, statements) = statements_of(|| look(&world, &ada, small.workspace, small.root));
        seen.unwrap();
        let [only] = statements.as_slice() else {
            panic!("{statements:#?}");
        };
        assert!(only.starts_with("SELECT "), "{only}");
    }
}

#[test]
fn i3_strangers_are_answered_alike_after_the_same_statement() {
    let world = World::new();
    let (ada, mallory) = (world.person("ada"), world.person("mallory"));
    let small = world.small(&ada, 5);
    world.charge(&ada, small.root, "x", 1).unwrap();
    let fresh = || Uuid::from_u128(u128::MAX);
    let nowhere = (
        WorkspaceId::from_uuid(fresh()),
        OrganizationId::from_uuid(fresh()),
    );
    for look in looks() {
        let refused = [(small.workspace, small.root), nowhere].map(|(workspace, id)| {
            let (seen, statements) = statements_of(|| look(&world, &mallory, workspace, id));
            (seen.unwrap_err().to_string(), statements)
        });
        assert_eq!(refused[0].1.len(), 1);
        assert_eq!(refused[0], refused[1]);
    }
}

#[test]
fn s4_a_look_sees_what_time_has_brought() {
    let world = World::new();
    world.nobody_can_pay();
    let ada = world.person("ada");
    for look in looks() {
        let small = world.small(&ada, 5);
        world.charge(&ada, small.root, "x", 1).unwrap();
        world.pass_days(14);
        let (seen, statements) = statements_of(|| look(&world, &ada, small.workspace, small.root));
        seen.unwrap();
        assert_eq!(
            statements.iter().filter(|sql| *sql == "COMMIT").count(),
            1,
            "{statements:#?}"
        );
        let (first, last) = (statements.first(), statements.last());
        assert_eq!(first, last, "it is looked at again");
    }
}

#[test]
fn what_is_seen_at_once_is_seen_alone_and_all_else_is_left_to_be_asked_for_alone() {
    let world = World::new();
    let (ada, mallory) = (world.person("ada"), world.person("mallory"));
    let (small, other) = (
        world.small(&ada, 5),
        world.workspace(&mallory, BillingMode::Pooled),
    );
    let theirs = world.root(&mallory, other, None, &[]);
    let asked = [
        (ada.clone(), small.workspace, small.root),
        (mallory.clone(), small.workspace, small.root),
        (machine(&[Scope::UsageRead]), small.workspace, small.root),
        (mallory.clone(), other, theirs),
        (ada.clone(), small.workspace, theirs),
    ];
    let alone = |(actor, workspace, id): &_| world.app.organization(actor, *workspace, *id).ok();
    let seen: Vec<_> = asked.iter().map(alone).collect();
    let found = |seen: &[Option<OrganizationView>]| seen.iter().map(Option::is_some).collect::<Vec<_>>();
    assert_eq!(found(&seen), [true, false, false, true, false]);
    assert_eq!(world.app.organizations_at_once(&asked), seen);
    world.pass_days(14);
    let unsettled = world.app.organizations_at_once(&asked);
    assert_eq!(found(&unsettled), [false, false, false, true, false]);
}
