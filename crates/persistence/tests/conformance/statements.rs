//! How many statements work takes, and that each finds its rows by an index.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use tenantry_application::event::{EventKind, EventPosition};
use tenantry_application::page::Position;
use tenantry_application::ports::{
    AskedOrganization, ChangedCharge, ChargeKey, LedgerChange, MailState, NewNode, OrganizationFilter,
    OrganizationScope, OrganizationSelection, PublicKey, UnitOfWork, Viewer, WorkspaceKey, WorkspacePlace,
};
use tenantry_domain::capacity::NodeId;
use tenantry_domain::organization::Organization;
use tenantry_domain::team::{SystemRole, Team};
use tenantry_domain::text::Folded;
use tenantry_domain::workspace::Role;
use tenantry_domain::{Limit, OrganizationId, UserId};
use tenantry_persistence::MigratableStore;
use uuid::Uuid;

use crate::fixtures::*;
use crate::support::*;

/// Two hundred organizations in chains of up to ten, and as many in other workspaces.
fn seed_many(backend: &Backend) -> Vec<u128> {
    seed(backend);
    backend.write(|unit| {
        unit.users().insert(&user(1)).unwrap();
        for n in 30..90 {
            unit.teams().insert(&team(n, Some(12))).unwrap();
            unit.team_members()
                .insert(workspace_id(), &team_member(n, 1, &[SystemRole::Developer.id()]))
                .unwrap();
            unit.team_roles()
                .insert(workspace_id(), &custom_role(1_000 + n, n, "Role"))
                .unwrap();
            let address = format!("p{n}@example.com");
            unit.invitations()
                .insert(workspace_id(), &invitation(n, n, &address))
                .unwrap();
        }
    });
    backend.write(|unit| {
        for other in 100..120 {
            unit.workspaces().insert(&workspace(other)).unwrap();
            for n in 0..10 {
                let organization = Organization {
                    workspace_id: id(other),
                    billing_account_id: None,
                    ..organization(1_000 * other + n, &[])
                };
                add_organization(unit, &organization);
            }
        }
    });
    let ids: Vec<u128> = (1_000..1_200).collect();
    backend.write(|unit| {
        for (index, n) in ids.iter().enumerate() {
            let root = index - index % 10;
            add_organization(unit, &organization(*n, &ids[root..index]));
        }
    });
    ids
}

/// Makes what is locked along two chains, so that it need not be made any more.
fn make_balances(unit: &mut dyn UnitOfWork) {
    for target in [at_organization(12), at_team(30)] {
        locked_chain(unit, workspace_id(), target, &seats()).unwrap();
    }
}

/// Of teams and their people, none of which reads more than it needs.
const TEAM_PATHS: [&str; 11] = [
    "sites",
    "teams of an organization",
    "teams below an organization",
    "roles of teams",
    "use of a role",
    "people of teams",
    "people in an organization",
    "address in a team",
    "people of an address",
    "invitations to teams",
    "invitations to a team",
];

/// Of a chain, or of what a team or a person has, which is bounded, or of what shares an address or a moment.
const SORTED: [&str; 9] = [
    "chain of a member",
    "chain",
    "people involved",
    "teams of a person",
    "roles of teams",
    "people of teams",
    "invitations to teams",
    "expired invitations",
    "people of an address",
];

/// A name, and work that is to take one statement.
type Work = (&'static str, Box<dyn Fn(&mut dyn UnitOfWork)>);

fn work(name: &'static str, work: impl Fn(&mut dyn UnitOfWork) + 'static) -> Work {
    (name, Box::new(work))
}

fn hot_paths(ids: &[u128]) -> Vec<Work> {
    [
        people(),
        capacity(ids),
        ledger(),
        tree(),
        billing(),
        mails(),
        keys(),
        teams(),
        team_people(),
        invitations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn mails() -> Vec<Work> {
    vec![work("first_due", |unit| {
        unit.mails().first_due(MailState::Queued, at(0)).unwrap();
    })]
}

fn people() -> Vec<Work> {
    vec![
        work("find_as_member", |unit| {
            unit.workspaces().find_as_member(by_id(WORKSPACE), id(1)).unwrap();
        }),
        work("find_as_member of", |unit| {
            unit.workspaces()
                .find_as_member(WorkspacePlace::Of(at_organization(12)), id(1))
                .unwrap();
        }),
        work("find of", |unit| {
            unit.workspaces()
                .find(WorkspacePlace::Of(at_organization(12)))
                .unwrap();
        }),
        work("find_as_member of a team", |unit| {
            unit.workspaces()
                .find_as_member(WorkspacePlace::Of(at_team(30)), id(1))
                .unwrap();
        }),
        work("find of a team", |unit| {
            unit.workspaces().find(WorkspacePlace::Of(at_team(30))).unwrap();
        }),
        work("of_targets that are teams", |unit| {
            unit.workspaces().of_targets(&[at_team(30), at_team(31)]).unwrap();
        }),
        work("of_targets", |unit| {
            unit.workspaces()
                .of_targets(&[at_organization(12), at_organization(13)])
                .unwrap();
        }),
        work("list_of_member", |unit| {
            let key = WorkspaceKey {
                archived: false,
                id: id(1),
            };
            unit.workspaces()
                .list_of_member(id(1), None, &page(200, after(key)))
                .unwrap();
        }),
        work("list_of_member of a name", |unit| {
            let request = page(200, Position::Start);
            let name = Folded::of("acme");
            unit.workspaces()
                .list_of_member(id(1), Some(&name), &request)
                .unwrap();
        }),
        work("members of a role", |unit| {
            unit.members()
                .list(workspace_id(), Some(Role::Admin), &page(200, before(id(1))))
                .unwrap();
        }),
        work("members", |unit| {
            unit.members()
                .list(workspace_id(), None, &page(200, after(id(1))))
                .unwrap();
        }),
    ]
}

fn capacity(ids: &[u128]) -> Vec<Work> {
    let nodes: Vec<NodeId> = ids.iter().copied().map(node).collect();
    let organizations: Vec<_> = ids[..100].iter().copied().map(at_organization).collect();
    vec![
        work("chains_for_update", |unit| {
            locked_chain(unit, workspace_id(), at_organization(12), &seats()).unwrap();
        }),
        work("chains_for_update of a team", |unit| {
            locked_chain(unit, workspace_id(), at_team(30), &seats()).unwrap();
        }),
        work("chains_for_update of several", |unit| {
            let targets = [at_organization(12), at_team(30)];
            let chains = unit
                .balances()
                .chains_for_update(workspace_id(), &targets, &[seats()]);
            assert_eq!(chains.unwrap().len(), 2);
        }),
        work("lock_free_heads", |unit| {
            let wanted = [(at_organization(12), seats()), (at_team(30), seats())];
            assert_eq!(unit.balances().lock_free_heads(&wanted).unwrap().len(), 2);
        }),
        work("chains", move |unit| {
            assert_eq!(
                unit.balances()
                    .chains(workspace_id(), &organizations)
                    .unwrap()
                    .len(),
                100
            );
        }),
        work("of_nodes", move |unit| {
            unit.balances().of_nodes(workspace_id(), &nodes).unwrap();
        }),
        work("pool_capacities", |unit| {
            unit.balances()
                .pool_capacities(&[workspace_id()], &seats())
                .unwrap();
        }),
    ]
}

fn ledger() -> Vec<Work> {
    let key = || charge_key("m");
    vec![
        work("events", |unit| {
            let request = page(200, after(EventPosition(1)));
            unit.events().list(workspace_id().into(), None, &request).unwrap();
        }),
        work("events of a kind", |unit| {
            let request = page(200, before(EventPosition(9)));
            let kind = Some(EventKind::ChargeCreated);
            unit.events().list(workspace_id().into(), kind, &request).unwrap();
        }),
        work("find charge", move |unit| {
            unit.charges().find(workspace_id(), &key()).unwrap();
        }),
        work("look_up", move |unit| {
            let asked = [at_organization(12), at_team(30)].map(|target| (target, charge_key("m")));
            let standings = unit.charges().look_up(&asked).unwrap();
            assert_eq!(standings[0].chains.len(), 2);
        }),
        work("standing", move |unit| {
            unit.charges().standing(workspace_id(), &[key()]).unwrap();
        }),
        work("charges after", move |unit| {
            unit.charges()
                .list(workspace_id(), at_organization(12), &page(200, after(key())))
                .unwrap();
        }),
        work("standing of several", move |unit| {
            let keys = ["users", "sso"].map(|name| ChargeKey {
                meter: meter(name),
                resource_id: text("m"),
            });
            unit.charges().standing(workspace_id(), &keys).unwrap();
        }),
        work("due workspaces", |unit| {
            unit.workspaces().due(at(0), 10).unwrap();
        }),
        work("find reservation", |unit| {
            unit.reservations().find(id(7)).unwrap();
        }),
        work("expired reservations", |unit| {
            unit.reservations().expired(workspace_id(), at(0)).unwrap();
        }),
        work("next reservation", |unit| {
            unit.reservations().next_expiry(workspace_id()).unwrap();
        }),
        work("forget reservations", |unit| {
            unit.reservations().forget(at(0)).unwrap();
        }),
        work("charges of a team after", move |unit| {
            unit.charges()
                .list(workspace_id(), at_team(30), &page(200, after(key())))
                .unwrap();
        }),
        work("charges of a team before", move |unit| {
            unit.charges()
                .list(workspace_id(), at_team(30), &page(200, before(key())))
                .unwrap();
        }),
        work("charges before", move |unit| {
            unit.charges()
                .list(workspace_id(), at_organization(12), &page(200, before(key())))
                .unwrap();
        }),
    ]
}

/// Of organizations, none of which reads anything of another workspace.
const LISTS: [&str; 9] = [
    "organizations",
    "roots",
    "children",
    "descendants",
    "ancestors",
    "organizations of a name",
    "roots of a name",
    "children of a name",
    "descendants of a name",
];

fn list(
    name: &'static str,
    selection: impl Into<OrganizationSelection>,
    position: Place<OrganizationId>,
) -> Work {
    let selection = selection.into();
    work(name, move |unit| {
        let request = page(200, position.clone());
        unit.organizations()
            .list(workspace_id(), &selection, &request)
            .unwrap();
    })
}

fn tree() -> Vec<Work> {
    use OrganizationScope::{All, AncestorsOf, ChildrenOf, DescendantsOf, Roots};
    let filter = OrganizationFilter {
        name: Some(Folded::of("berlin")),
        depth: Some(3.try_into().unwrap()),
    };
    let among = |scope| OrganizationSelection {
        scope,
        filter: filter.clone(),
    };
    vec![
        list("organizations", All, after(id(1_010))),
        list("roots", Roots, after(id(1_010))),
        list("children", ChildrenOf(id(10)), after(id(1))),
        list("descendants", DescendantsOf(id(10)), after(id(1))),
        list("ancestors", AncestorsOf(id(12)), before(id(1_000))),
        list("organizations of a name", among(All), after(id(1_010))),
        list("roots of a name", among(Roots), before(id(1_010))),
        list("children of a name", among(ChildrenOf(id(10))), after(id(1))),
        list(
            "descendants of a name",
            among(DescendantsOf(id(10))),
            before(id(1)),
        ),
        work("tree_size", |unit| {
            unit.organizations()
                .tree_size(workspace_id(), Some(id(10)))
                .unwrap();
        }),
        work("subtree", |unit| {
            unit.organizations().subtree(workspace_id(), id(10)).unwrap();
        }),
        work("find_public by id", |unit| {
            unit.organizations().find_public(&PublicKey::Id(id(12))).unwrap();
        }),
        work("taken_login_hints", |unit| {
            let hints = ["acme", "other"].map(text);
            unit.organizations().taken_login_hints(&hints).unwrap();
        }),
        work("find_public by hint", |unit| {
            unit.organizations()
                .find_public(&PublicKey::LoginHint(text("acme")))
                .unwrap();
        }),
    ]
}

fn billing() -> Vec<Work> {
    vec![
        work("count_linked", |unit| {
            unit.organizations()
                .count_linked(workspace_id(), id(ACCOUNT))
                .unwrap();
        }),
        work("subscriptions", |unit| {
            let request = page(200, after(id(1)));
            unit.subscriptions()
                .list(workspace_id(), id(ACCOUNT), &request)
                .unwrap();
        }),
    ]
}

fn crew() -> [Team; 2] {
    [30, 31].map(|n| team(n, Some(12)))
}

fn teams() -> Vec<Work> {
    vec![
        work("find team", |unit| {
            unit.teams().find(id(30)).unwrap();
        }),
        work("standing of a stranger", |unit| {
            unit.teams().standings(&[id(30)], Some(id(99))).unwrap();
        }),
        work("teams of a person", |unit| {
            unit.teams().of_user(id(1)).unwrap();
        }),
        work("teams of a person with their roles", |unit| {
            unit.teams().held_by(id(1)).unwrap();
        }),
        work("number of teams of a person", |unit| {
            unit.teams().count_of_user(id(1)).unwrap();
        }),
        work("sites", |unit| {
            unit.teams().sites(&crew(), &seats()).unwrap();
        }),
        work("teams of an organization", |unit| {
            let request = page(200, after(id(1)));
            unit.teams()
                .of_organization(workspace_id(), id(12), &request)
                .unwrap();
        }),
        work("teams below an organization", |unit| {
            unit.teams().is_any_below(workspace_id(), id(10)).unwrap();
        }),
        work("roles of teams", |unit| {
            unit.team_roles().of_teams(&crew()).unwrap();
        }),
        work("use of a role", |unit| {
            unit.team_roles().is_used(workspace_id(), id(1)).unwrap();
        }),
    ]
}

fn team_people() -> Vec<Work> {
    vec![
        work("people of teams", |unit| {
            unit.team_members().people_of(&crew()).unwrap();
        }),
        work("people in an organization", |unit| {
            let people = [id(1), id(2)];
            unit.team_members()
                .seated(workspace_id(), id(12), &people)
                .unwrap();
        }),
        work("invited addresses", |unit| {
            let addresses = ["ada@example.com", "eve@example.com"].map(key);
            let invitations = unit.invitations();
            invitations.invited(workspace_id(), id(12), &addresses).unwrap();
        }),
        work("people of addresses", |unit| {
            let addresses = ["ada@example.com", "eve@example.com"].map(key);
            unit.users().of_addresses(&addresses).unwrap();
        }),
        work("person of an identity", |unit| {
            unit.users().find_by_identity(&identity(1)).unwrap();
        }),
        work("person for update", |unit| {
            unit.users().find_for_update(id(1)).unwrap();
        }),
        work("people to forget", |unit| {
            unit.users().forget(&[id(98), id(99)]).unwrap();
        }),
    ]
}

fn invitations() -> Vec<Work> {
    vec![
        work("invitations to teams", |unit| {
            unit.invitations().of_teams(&crew()).unwrap();
        }),
        work("invitations of an address", |unit| {
            let address = key("ada@example.com");
            unit.invitations().addressed_to(&address).unwrap();
        }),
        work("invitations to a team", |unit| {
            let request = page(200, before(id(1)));
            unit.invitations().list(workspace_id(), id(30), &request).unwrap();
        }),
        work("expired invitations", |unit| {
            unit.invitations().expired(workspace_id(), at(0)).unwrap();
        }),
        work("next expiry", |unit| {
            unit.invitations().next_expiry(workspace_id()).unwrap();
        }),
    ]
}

/// So many of those below an organization.
fn asked(count: u128) -> Vec<AskedOrganization> {
    let asked = |n: u128| AskedOrganization {
        user: id(1),
        workspace: workspace_id(),
        id: id(12 + n),
    };
    (0..count).map(asked).collect()
}

/// A name, and what is looked at without a transaction.
type Look = (&'static str, fn(&dyn MigratableStore));

fn looks() -> [Look; 7] {
    const SEEN_BY: [Viewer; 2] = [
        Viewer::Member(UserId::from_uuid(Uuid::from_u128(1))),
        Viewer::Machine,
    ];
    [
        ("workspace", |store| {
            drop(store.workspace(id(1), workspace_id()).unwrap());
        }),
        ("organization", |store| {
            drop(store.organizations(&asked(1)).unwrap());
        }),
        ("chain of a member", |store| {
            drop(store.chain(SEEN_BY[0], workspace_id(), id(12)).unwrap());
        }),
        ("chain", |store| {
            drop(store.chain(SEEN_BY[1], workspace_id(), id(12)).unwrap());
        }),
        ("charge of a member", |store| {
            drop(
                store
                    .charge(SEEN_BY[0], at_organization(12), &charge_key("m"))
                    .unwrap(),
            );
        }),
        ("charge", |store| {
            drop(
                store
                    .charge(SEEN_BY[1], at_organization(12), &charge_key("m"))
                    .unwrap(),
            );
        }),
        ("charge of a team", |store| {
            drop(store.charge(SEEN_BY[1], at_team(30), &charge_key("m")).unwrap());
        }),
    ]
}

#[test]
fn a_look_is_one_statement_that_is_prepared_once_without_a_transaction() {
    for backend in Backend::all() {
        seed_many(&backend);
        let again = backend.again();
        for (name, look) in looks() {
            // Whichever connection takes it.
            let times = [(); 12].map(|()| prepared_by(|| look(&*again)));
            let pools = again.connections();
            let connections = pools.iter().flat_map(|pool| 0..pool.used + pool.idle).count();
            assert!(times.iter().sum::<usize>() <= connections, "{name}: {times:?}");
            let ((), statements) = statements_of(|| look(&*again));
            assert_eq!(statements.len(), 1, "{name}: {statements:#?}");
            assert!(statements[0].starts_with("SELECT "), "{name}: {statements:#?}");
        }
    }
}

#[test]
fn on_a_server_many_organizations_take_one_statement_that_is_prepared_once() {
    let backend = Backend::postgres();
    seed_many(&backend);
    let again = backend.again();
    let look = |count| drop(again.organizations(&asked(count)).unwrap());
    let prepared = [2, 3, 64].map(|count| prepared_by(|| look(count)));
    assert_eq!(prepared, [1, 0, 0]);
    let ((), statements) = statements_of(|| look(64));
    assert_eq!(statements.len(), 1, "{statements:#?}");
    let mut raw = backend.raw_postgres();
    raw.batch_execute("ANALYZE; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")
        .unwrap();
    check_postgres_plan(&mut raw, "organizations at once", &statements[0]);
}

/// What takes three: who they are, their roles in the workspace, and what they are in teams.
fn triples() -> Vec<Work> {
    vec![work("people involved", |unit| {
        let request = page(200, before(id(1)));
        let members = unit.team_members();
        members.involved(workspace_id(), id(12), &request).unwrap();
    })]
}

/// What takes two statements, however many rows there are.
fn pairs() -> Vec<Work> {
    vec![
        work("invitation", |unit| {
            unit.invitations().find(id(30)).unwrap();
        }),
        work("standing of a member", |unit| {
            unit.teams().standings(&[id(30)], Some(id(1))).unwrap();
        }),
        work("standings of a member", |unit| {
            unit.teams().standings(&[id(30), id(31)], Some(id(1))).unwrap();
        }),
        work("member", |unit| {
            unit.team_members().find(workspace_id(), id(30), id(1)).unwrap();
        }),
        work("members of a team", |unit| {
            let request = page(200, Position::Start);
            unit.team_members()
                .list(workspace_id(), id(30), &request)
                .unwrap();
        }),
        work("all members of a team", |unit| {
            unit.team_members().all(workspace_id(), id(30)).unwrap();
        }),
        work("number of people", |unit| {
            unit.team_members().count_people(workspace_id(), id(30)).unwrap();
        }),
    ]
}

fn keys() -> Vec<Work> {
    vec![
        work("a shown credential", |unit| {
            unit.credentials().find_shown(id(1)).unwrap();
        }),
        work("credentials", |unit| {
            unit.credentials().list(workspace_id(), id(30)).unwrap();
        }),
        work("a shown key", |unit| {
            unit.user_keys().find_shown(id(1)).unwrap();
        }),
        work("keys", |unit| {
            unit.user_keys().list(id(1)).unwrap();
        }),
        work("a use of a credential", |unit| {
            unit.credentials().note_use(id(1), at(0)).unwrap();
        }),
    ]
}

/// What an embedded database is asked for row by row, since such statements are prepared once and cost no journey.
fn row_by_row(name: &str) -> usize {
    match name {
        "lock_free_heads" | "standing" => 2,
        "standing of several" => 3,
        "look_up" => 5,
        _ => 1,
    }
}

#[test]
fn the_number_of_statements_does_not_depend_on_the_number_of_rows() {
    for backend in Backend::all() {
        let ids = seed_many(&backend);
        backend.write(|unit| {
            let (_, first) =
                statements_of(|| locked_chain(unit, workspace_id(), at_organization(12), &seats()).unwrap());
            assert_eq!(first.len(), 3, "the balances are made to be locked: {first:#?}");
            make_balances(unit);
            for (name, work) in hot_paths(&ids) {
                let ((), statements) = statements_of(|| work(unit));
                let expected = backend.either(row_by_row(name), 1);
                assert_eq!(statements.len(), expected, "{name}: {statements:#?}");
            }
            for (name, work) in pairs() {
                let ((), statements) = statements_of(|| work(unit));
                assert_eq!(statements.len(), 2, "{name}: {statements:#?}");
            }
            for (name, work) in triples() {
                let ((), statements) = statements_of(|| work(unit));
                assert_eq!(statements.len(), 3, "{name}: {statements:#?}");
            }
            let subtree = unit.organizations().subtree(workspace_id(), id(1_000)).unwrap();
            assert_eq!(subtree.len(), 10);
            let above = [NodeId::Pool(account_pool(ACCOUNT)), NodeId::Organization(id(10))];
            // Links behind those that are replaced stay where they are when as many come.
            for (replaced, above, shifts) in [(1, &above[..1], 0), (1, &above[..], 2), (2, &above[..1], 2)] {
                let work = || unit.organizations().relocate(&subtree, replaced, above).unwrap();
                let ((), statements) = statements_of(work);
                assert_eq!(statements.len(), 3 + shifts + above.len(), "{statements:#?}");
            }
            let new = |n: u128| NewNode {
                limits: [(seats(), Limit::AtMost(units(4)))].into(),
                ..new_node(&organization(n, &[10, 11, 12]))
            };
            let new: Vec<NewNode> = (3_000..4_000).map(new).collect();
            let ((), statements) = statements_of(|| unit.organizations().insert(&new).unwrap());
            assert_eq!(statements.len(), 3, "{}", statements.len());
            let ((), statements) = statements_of(|| {
                unit.organizations()
                    .delete_subtree(workspace_id(), id(1_000))
                    .unwrap();
            });
            assert_eq!(statements.len(), 4, "{statements:#?}");
        });
    }
}

#[test]
fn hot_statements_are_prepared_once() {
    const HOT: [&str; 8] = [
        "find_as_member",
        "chains_for_update",
        "lock_free_heads",
        "look_up",
        "standing",
        "find charge",
        "charges after",
        "children",
    ];
    for backend in Backend::all() {
        let ids = seed_many(&backend);
        backend.write(|unit| {
            make_balances(unit);
        });
        let again = backend.again();
        let mut unit = again.begin_write().unwrap();
        for (name, work) in hot_paths(&ids).into_iter().filter(|(name, _)| HOT.contains(name)) {
            let times = [(); 3].map(|()| prepared_by(|| work(&mut *unit)));
            // A file is asked row by row, in part as another of them has been.
            let is_first_alone = times[0] == 1 || backend.either(times[0] <= 2, false);
            assert!(is_first_alone, "{name}: {times:?}");
            assert_eq!(times[1..], [0, 0], "{name}");
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[test]
fn sqlite_finds_rows_by_an_index_and_reads_pages_in_its_order() {
    let backend = Backend::sqlite();
    let ids = seed_many(&backend);
    let mut raw = backend.raw();
    backend.write(|unit| {
        make_balances(unit);
        for (name, work) in hot_paths(&ids).into_iter().chain(pairs()).chain(triples()) {
            let ((), statements) = statements_of(|| work(unit));
            for statement in statements {
                check_sqlite_plan(&mut raw, name, &statement);
            }
        }
    });
    for (name, look) in looks() {
        let ((), statements) = statements_of(|| look(&*backend.store));
        check_sqlite_plan(&mut raw, name, &statements[0]);
    }
}

fn check_sqlite_plan(raw: &mut SqliteConnection, name: &str, statement: &str) {
    let plan: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}"))
        .load(raw)
        .unwrap();
    let plan: Vec<String> = plan.into_iter().map(|step| step.detail).collect();
    let is_made = |step: &String| {
        [" VALUES CLAUSE", " one", " other", "SCAN CONSTANT ROW"]
            .iter()
            .any(|made| step.ends_with(made))
    };
    let is_scan = |step: &String| step.starts_with("SCAN") && !is_made(step);
    assert!(!plan.iter().any(is_scan), "{name}: {plan:#?}\n{statement}");
    let is_sorted = plan.iter().any(|step| step.contains("TEMP B-TREE"));
    assert!(sorts_few(name) || !is_sorted, "{name}: {plan:#?}");
    let of_workspace = plan.iter().any(|step| step.ends_with("(workspace_id=?)"));
    // The one counts, another stops at the first row, and members of a workspace are few (W5).
    let may_begin_with_it = ["tree_size", "next expiry", "people involved"].contains(&name);
    assert!(
        !of_workspace || may_begin_with_it,
        "reads the whole workspace: {name}: {plan:#?}"
    );
    let strays = |step: &&String| step.starts_with("SEARCH") && !step.contains("workspace_id=?");
    assert!(
        !LISTS.contains(&name) || plan.iter().find(strays).is_none(),
        "reads beyond the workspace: {name}: {plan:#?}"
    );
    if name.starts_with("charges") {
        let place = if name.contains("team") {
            "team_id=? AND (meter,resource_id)"
        } else {
            "organization_id=? AND (meter,resource_id)"
        };
        let both = plan.iter().filter(|step| step.contains(place)).count();
        assert_eq!(both, 2, "{name}: {plan:#?}");
    }
}

/// Few rows by nature, in an order that none of their indexes has.
fn sorts_few(name: &str) -> bool {
    let locks = name.starts_with("chains_for_update");
    locks || name.starts_with("list_of_member") || SORTED.contains(&name)
}

/// As each connection of the service has it.
const PLANNING: &str = "SET plan_cache_mode = force_generic_plan; SET join_collapse_limit = 1;
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

#[derive(QueryableByName)]
struct PlanLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// How PostgreSQL would run a statement, whatever its parameters and however few rows there are.
fn postgres_plan(raw: &mut PgConnection, statement: &str) -> String {
    let parameters = (1..=99)
        .take_while(|n| statement.contains(&format!("${n}")))
        .count();
    let nulls = vec!["NULL"; parameters].join(", ");
    raw.batch_execute(&format!("DEALLOCATE ALL; PREPARE it AS {statement}"))
        .unwrap();
    let execute = if nulls.is_empty() {
        "it".into()
    } else {
        format!("it ({nulls})")
    };
    let plan: Vec<PlanLine> = diesel::sql_query(format!("EXPLAIN (COSTS OFF) EXECUTE {execute}"))
        .load(raw)
        .unwrap();
    plan.into_iter().map(|line| line.line + "\n").collect()
}

/// A hundred teams in each workspace, with ten people, three invitations and two roles each: the fewer there are, the less an index matters.
const CROWD: &str = "
    INSERT INTO users (id, issuer, subject, email_key, email_verified, created_at, updated_at)
        SELECT gen_random_uuid(), 'crowd', n, 'crowd' || n, true, now(), now() FROM generate_series(1, 2000) n;
    INSERT INTO teams (workspace_id, id, name, owner_id, is_personal, created_at, updated_at)
        SELECT w.id, gen_random_uuid(), 'Team', u.id, false, now(), now()
        FROM workspaces w, generate_series(1, 100), (SELECT id FROM users WHERE subject = '1') u;
    INSERT INTO team_members (workspace_id, team_id, user_id, created_at)
        SELECT t.workspace_id, t.id, u.id, now()
        FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM teams WHERE organization_id IS NULL) t
        JOIN users u ON u.issuer = 'crowd' AND u.subject::int % 200 = t.n % 200;
    INSERT INTO team_member_roles (workspace_id, team_id, user_id, role_id)
        SELECT m.workspace_id, m.team_id, m.user_id, gen_random_uuid()
        FROM team_members m JOIN teams t ON t.id = m.team_id AND t.organization_id IS NULL;
    INSERT INTO team_roles (workspace_id, id, team_id, name, name_folded, scopes, created_at, updated_at)
        SELECT workspace_id, gen_random_uuid(), id, n, n, '', now(), now() FROM teams, generate_series(1, 2) n;
    INSERT INTO invitations
        (workspace_id, id, team_id, email, email_key, role_id, inviter_id, expires_at, created_at, updated_at)
        SELECT workspace_id, gen_random_uuid(), id, n || '@example.com', n || '@example.com', gen_random_uuid(), owner_id,
            now() + random() * interval '7 days', now(), now()
        FROM teams, generate_series(1, 3) n;
    INSERT INTO balances (workspace_id, node_type, node_id, meter, direct, subtree)
        SELECT workspace_id, 'team', id, 'users', 0, 0 FROM teams ON CONFLICT DO NOTHING;";

/// Fifty thousand organizations in five hundred workspaces, each at the end of a chain of six nodes, with limits, charges and events.
const FOREST: &str = "
    INSERT INTO workspaces (id, name, billing_mode, ever_subscribed, created_at, updated_at)
        SELECT gen_random_uuid(), 'Workspace', 'pooled', false, now(), now() FROM generate_series(1, 500);
    CREATE TEMPORARY TABLE tree AS
        SELECT w.id AS workspace_id, gen_random_uuid() AS id, n FROM workspaces w, generate_series(1, 100) n
        WHERE w.name = 'Workspace';
    CREATE INDEX ON tree (workspace_id, n);
    INSERT INTO organizations (workspace_id, id, name, name_folded, path, depth, created_at, updated_at)
        SELECT workspace_id, id, n, n, id, 0, now(), now() FROM tree;
    INSERT INTO chain_links (workspace_id, target_id, position, node_type, node_id)
        SELECT workspace_id, id, 0, 'workspace_pool', workspace_id FROM tree
        UNION ALL SELECT t.workspace_id, t.id, p, 'organization', a.id
        FROM tree t, generate_series(1, 5) p JOIN tree a ON true
        WHERE a.workspace_id = t.workspace_id AND a.n = CASE p WHEN 5 THEN t.n ELSE 1 + (t.n + p) % 100 END;
    INSERT INTO balances (workspace_id, node_type, node_id, meter, cap, direct, subtree)
        SELECT workspace_id, 'organization', id, meter, 9, 1, 1 FROM tree, (VALUES ('users'), ('sso')) AS meters (meter)
        UNION ALL SELECT id, 'workspace_pool', id, 'users', 9, 0, 1 FROM workspaces WHERE name = 'Workspace';
    INSERT INTO charges (workspace_id, meter, resource_id, organization_id, quantity, created_at, updated_at)
        SELECT workspace_id, 'users', n, id, 1, now(), now() FROM tree;
    INSERT INTO event_feeds (workspace_id, position) SELECT id, 100 FROM workspaces WHERE name = 'Workspace';
    INSERT INTO events (workspace_id, position, id, at, actor, kind, subject, changes)
        SELECT workspace_id, n, gen_random_uuid(), now(), 'somebody', 'charge.created', 'something', '{}' FROM tree;";

#[test]
fn postgresql_finds_rows_by_an_index_and_reads_pages_in_its_order() {
    let backend = Backend::postgres();
    let ids = seed_many(&backend);
    let mut raw = backend.raw_postgres();
    raw.batch_execute(CROWD).unwrap();
    raw.batch_execute(FOREST).unwrap();
    raw.batch_execute(&format!("ANALYZE; {PLANNING}; SET enable_bitmapscan = off"))
        .unwrap();
    backend.write(|unit| {
        make_balances(unit);
        let save = work("save", |unit| {
            let change = charging(&[charge(12, "m", 1)]);
            unit.charges().save(std::slice::from_ref(&change)).unwrap();
        });
        let work = [hot_paths(&ids), pairs(), triples(), vec![save]];
        for (name, work) in work.into_iter().flatten() {
            let ((), statements) = statements_of(|| work(unit));
            for statement in statements {
                check_postgres_plan(&mut raw, name, &statement);
            }
        }
    });
    for (name, look) in looks() {
        let ((), statements) = statements_of(|| look(&*backend.store));
        check_postgres_plan(&mut raw, name, &statements[0]);
    }
}

/// What there is to write of each kind of decision.
fn decisions() -> [(&'static str, LedgerChange); 3] {
    let none = || charging(&[]);
    let changed = ChangedCharge {
        charge: charge(13, "m", 1),
        was_at: charge(12, "m", 1).target,
    };
    [
        ("charge", charging(&[charge(12, "m", 1)])),
        (
            "move",
            LedgerChange {
                changed: vec![changed],
                ..none()
            },
        ),
        (
            "release",
            LedgerChange {
                released: vec![charge_key("m")],
                ..none()
            },
        ),
    ]
}

/// Where nothing is charged yet, and a connection that plans as the service does.
fn hardly_filled() -> (Backend, PgConnection) {
    let backend = Backend::postgres();
    seed(&backend);
    let mut raw = backend.raw_postgres();
    raw.batch_execute(&format!("ANALYZE; {PLANNING}")).unwrap();
    (backend, raw)
}

/// A plan is kept while the tables grow over which it was made.
#[test]
fn decisions_are_written_by_key_even_if_that_was_planned_when_nothing_was_charged_yet() {
    let (backend, mut raw) = hardly_filled();
    backend.write(|unit| {
        for (name, change) in decisions() {
            let ((), statements) = statements_of(|| unit.charges().save(&[change]).unwrap());
            let plan = postgres_plan(&mut raw, &statements[0]);
            let scans = || {
                plan.lines()
                    .filter(|line| line.contains("Scan") && line.contains(" on charges"))
            };
            let is_by_key = |scan: &str| {
                scan.contains("Tid Scan") || scan.contains("using charges_workspace_id_meter_resource_id_key")
            };
            assert!(scans().all(is_by_key), "{name}: {plan}");
            assert_eq!(scans().count() > 0, name != "charge", "{name}: {plan}");
        }
    });
}

#[test]
fn what_was_looked_up_is_saved_by_address() {
    let (backend, mut raw) = hardly_filled();
    backend.write(|unit| drop(locked_chain(unit, workspace_id(), at_organization(12), &seats()).unwrap()));
    let mut unit = backend.store.begin_decision().unwrap();
    let asked = [(at_organization(12), charge_key("m"))];
    let chain = unit.charges().look_up(&asked).unwrap().remove(0).chains.remove(0);
    let change = charging_first(&chain);
    let (left_out, statements) = statements_of(|| unit.charges().save_free(&[change]).unwrap());
    assert_eq!((left_out.len(), statements.len()), (0, 1), "{statements:#?}");
    let plan = postgres_plan(&mut raw, &statements[0]);
    let scans = |way: &str| {
        let scans = plan.lines().filter(|line| line.contains(" on balances"));
        scans.filter(|line| line.contains(way)).count()
    };
    assert_eq!(
        scans("Tid Scan"),
        2,
        "where the chain begins, and all of it: {plan}"
    );
    assert_eq!(scans("Index Scan") + scans("Seq Scan"), 0, "{plan}");
}

fn read_to_decide() -> [Work; 3] {
    [
        work("lock_free_heads", |unit| {
            let wanted = [(at_organization(12), seats())];
            unit.balances().lock_free_heads(&wanted).unwrap();
        }),
        work("look_up", |unit| {
            let asked = [(at_organization(12), charge_key("m"))];
            unit.charges().look_up(&asked).unwrap();
        }),
        work("standing", |unit| {
            unit.charges()
                .standing(workspace_id(), &[charge_key("m")])
                .unwrap();
        }),
    ]
}

#[test]
fn what_decisions_rest_on_is_read_by_key_even_if_that_was_planned_when_nothing_was_charged_yet() {
    let (backend, mut raw) = hardly_filled();
    backend.write(|unit| {
        for (name, work) in read_to_decide() {
            let ((), statements) = statements_of(|| work(unit));
            let plan = postgres_plan(&mut raw, &statements[0]);
            for scans in ["Seq Scan", "Materialize", "Join Filter"] {
                assert!(!plan.contains(scans), "{name}: {plan}");
            }
        }
    });
}

fn check_postgres_plan(raw: &mut PgConnection, name: &str, statement: &str) {
    let sort = if sorts_few(name) { "on" } else { "off" };
    raw.batch_execute(&format!("SET enable_sort = {sort}")).unwrap();
    let plan = postgres_plan(raw, statement);
    assert!(!plan.contains("Seq Scan"), "{name}: {plan}\n{statement}");
    assert!(
        sorts_few(name) || !plan.contains("Sort"),
        "{name}: {plan}\n{statement}"
    );
    let remembers = name == "look_up" && plan.contains("Memoize");
    assert!(!remembers, "what is asked for once is remembered: {name}: {plan}");
    let strays = |line: &&str| line.contains("Index Cond") && !line.contains("workspace_id = ");
    assert!(
        !LISTS.contains(&name) || plan.lines().find(strays).is_none(),
        "reads beyond the workspace: {name}: {plan}"
    );
    let sifts = plan.lines().any(|line| line.trim_start().starts_with("Filter:"));
    assert!(
        !TEAM_PATHS.contains(&name) || !sifts,
        "reads more than it needs: {name}: {plan}"
    );
    if name.starts_with("charges") {
        assert!(plan.contains("ROW(meter, resource_id)"), "{name}: {plan}");
        assert!(!plan.contains("Filter"), "{name}: {plan}");
    }
}
