//! Applying migrations, now or later, alone or with others.

use std::thread;

use tenantry_application::event::EventKind;
use tenantry_application::page::Position;
use tenantry_application::ports::{OrganizationFilter, OrganizationScope, OrganizationSelection};
use tenantry_domain::Limit;
use tenantry_domain::organization::Organization;
use tenantry_domain::text::Folded;
use tenantry_domain::user::{Profile, User};
use tenantry_persistence::{MigratableStore, Options, SchemaPolicy, SetupError, open};

use crate::fixtures::*;
use crate::support::*;

fn with(schema: SchemaPolicy) -> Options {
    Options { schema, ..options() }
}

fn error(url: &str, schema: SchemaPolicy) -> SetupError {
    open(url, &with(schema)).err().unwrap()
}

#[test]
fn migrations_can_be_applied_later_required_or_ignored() {
    for backend in Backend::all() {
        let url = backend.elsewhere();
        let mut missing = vec![
            "2026-11-21-000001_initial",
            "2026-11-21-000002_event_feed",
            "2026-11-21-000003_idempotency_keys",
            "2026-11-21-000004_folded_names",
            "2026-11-22-000005_teams",
            "2026-11-22-000006_team_nodes",
            "2026-11-22-000007_addresses",
            "2026-11-22-000008_invitation_tokens",
            "2026-11-22-000009_tree_versions",
            "2026-11-22-000010_reservations",
            "2026-11-22-000011_observed_limits",
            "2026-11-22-000012_pictures",
            "2026-11-22-000013_chains_by_target",
        ];
        if backend.is_postgres() {
            missing.extend([
                "2026-11-22-000014_events_of_feeds",
                "2026-11-22-000015_roomy_balances",
            ]);
        }
        missing.push("2026-11-22-000016_charges_of_organizations");
        if backend.is_postgres() {
            missing.extend([
                "2026-11-22-000017_charges_of_chains",
                "2026-11-22-000018_ledger_as_expected",
                "2026-11-22-000019_words_of_balances",
            ]);
        }
        let store = open(&url, &with(SchemaPolicy::Ignore)).unwrap();
        match error(&url, SchemaPolicy::Require) {
            SetupError::Behind(names) => assert_eq!(names, missing),
            error => panic!("{error:?}"),
        }
        assert_eq!(store.pending_migrations().unwrap(), missing);
        assert_eq!(store.migrate().unwrap(), missing);
        assert_eq!(store.migrate().unwrap(), [""; 0]);
        assert_eq!(store.pending_migrations().unwrap(), [""; 0]);
        open(&url, &with(SchemaPolicy::Require)).unwrap();
    }
}

#[test]
fn x2_names_that_were_written_before_are_found_as_well() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            let named = Organization {
                name: text("ΟΔΟΣ"),
                ..organization(11, &[10])
            };
            unit.organizations().update(&named).unwrap();
        });
        // As they were before: without the column.
        backend.tamper(
            "ALTER TABLE organizations DROP COLUMN name_folded; ALTER TABLE workspaces DROP COLUMN name_folded;
             DELETE FROM __diesel_schema_migrations WHERE version = '20261121000004'",
        );
        assert_eq!(
            backend.store.migrate().unwrap(),
            ["2026-11-21-000004_folded_names"]
        );
        let selection = |name| OrganizationSelection {
            scope: OrganizationScope::All,
            filter: OrganizationFilter {
                name: Some(Folded::of(name)),
                depth: None,
            },
        };
        let again = backend.again();
        let mut unit = again.begin_read().unwrap();
        let mut found = |name| {
            let request = page(200, Position::Start);
            let organizations = unit.organizations();
            organizations
                .list(workspace_id(), &selection(name), &request)
                .unwrap()
                .items
                .len()
        };
        assert_eq!((found("οδος"), found("ORGANIZATION")), (1, 4));
        drop(unit);
        assert_eq!(backend.store.migrate().unwrap(), [""; 0]);
    }
}

#[test]
fn what_was_there_before_teams_had_chains_is_there_after() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.balances()
                .set_limit(
                    workspace_id(),
                    at_organization(12),
                    &seats(),
                    Limit::AtMost(units(9)),
                )
                .unwrap();
            save_charge(unit, &charge(12, "seat", 3));
            unit.events().append(&event(1, EventKind::ChargeCreated)).unwrap();
        });
        let look = |store: &dyn MigratableStore| {
            let mut unit = store.begin_read().unwrap();
            let chains = unit
                .balances()
                .chains(workspace_id(), &[10, 11, 12, 13, 20].map(at_organization));
            let request = page(9, Position::Start);
            let charges = unit
                .charges()
                .list(workspace_id(), at_organization(12), &page(9, Position::Start));
            let events = unit.events().list(workspace_id().into(), None, &request);
            (chains.unwrap(), charges.unwrap(), events.unwrap())
        };
        let before = look(&*backend.store);
        assert_eq!(
            (before.0.len(), before.1.items.len(), before.2.items.len()),
            (5, 1, 1)
        );
        backend.execute(backend.either(
            "",
            include_str!("../../../../migrations/postgres/2026-11-22-000019_words_of_balances/down.sql"),
        ));
        backend.execute(backend.either(
            include_str!("../../../../migrations/sqlite/2026-11-22-000011_observed_limits/down.sql"),
            include_str!("../../../../migrations/postgres/2026-11-22-000011_observed_limits/down.sql"),
        ));
        backend.execute(backend.either(
            include_str!("../../../../migrations/sqlite/2026-11-22-000010_reservations/down.sql"),
            include_str!("../../../../migrations/postgres/2026-11-22-000010_reservations/down.sql"),
        ));
        backend.execute(backend.either(
            include_str!("../../../../migrations/sqlite/2026-11-22-000006_team_nodes/down.sql"),
            include_str!("../../../../migrations/postgres/2026-11-22-000006_team_nodes/down.sql"),
        ));
        backend.execute(
            "DELETE FROM __diesel_schema_migrations \
             WHERE version IN ('20261122000006', '20261122000010', '20261122000011', '20261122000019')",
        );
        let applied = [
            "2026-11-22-000006_team_nodes",
            "2026-11-22-000010_reservations",
            "2026-11-22-000011_observed_limits",
            "2026-11-22-000019_words_of_balances",
        ];
        assert_eq!(backend.store.migrate().unwrap(), applied[..backend.either(3, 4)]);
        assert_eq!(look(&*backend.again()), before);
    }
}

#[test]
fn t15_a_link_that_was_mailed_before_is_good_with_several_too() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            unit.users().insert(&user(1)).unwrap();
            unit.teams().insert(&team(30, Some(11))).unwrap();
            for n in [80, 81] {
                let invitation = invitation(n, 30, &format!("grace{n}@example.com"));
                unit.invitations().insert(workspace_id(), &invitation).unwrap();
            }
            unit.invitations()
                .add_token(workspace_id(), id(80), &[7; 32])
                .unwrap();
        });
        backend.execute(backend.either(
            include_str!("../../../../migrations/sqlite/2026-11-22-000008_invitation_tokens/down.sql"),
            include_str!("../../../../migrations/postgres/2026-11-22-000008_invitation_tokens/down.sql"),
        ));
        backend.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261122000008'");
        assert_eq!(
            backend.store.migrate().unwrap(),
            ["2026-11-22-000008_invitation_tokens"]
        );
        let mut unit = backend.again().begin_read().unwrap();
        let mut tokens = |n| unit.invitations().find(id(n)).unwrap().unwrap().tokens;
        assert_eq!((tokens(80), tokens(81)), (vec![[7; 32]], vec![]));
    }
}

#[test]
fn x3_addresses_that_were_written_before_are_compared_as_they_are_now() {
    for backend in Backend::all() {
        seed(&backend);
        let with = |n, address: &str| User {
            profile: Profile {
                email: Some(text(address)),
                ..Profile::default()
            },
            ..user(n)
        };
        let awaited = |n, address| User {
            identity: None,
            ..with(n, address)
        };
        backend.execute(backend.either(
            include_str!("../../../../migrations/sqlite/2026-11-22-000007_addresses/down.sql"),
            include_str!("../../../../migrations/postgres/2026-11-22-000007_addresses/down.sql"),
        ));
        let row = |n: u128, identity: &str, email: &str| {
            let id = backend.either(format!("x'{n:032x}'"), format!("'{n:032x}'"));
            let at = backend.either("1700000000123456", "'2023-11-14T22:13:20.123456Z'");
            format!(
                "INSERT INTO users (id, issuer, subject, email, email_folded, email_verified, created_at, updated_at)
                 VALUES ({id}, {identity}, '{email}', 'as it was', false, {at}, {at});"
            )
        };
        backend.execute(
            &[
                row(1, "'https://login.example', 'subject-1'", "Ada@example.com"),
                row(2, "NULL, NULL", "İVAN@example.com"),
                row(3, "NULL, NULL", "ada@example.com"),
                row(4, "NULL, NULL", "ADA@example.com"),
                row(5, "NULL, NULL", "\"a b\"@example.com"),
            ]
            .concat(),
        );
        backend.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261122000007'");
        assert_eq!(backend.store.migrate().unwrap(), ["2026-11-22-000007_addresses"]);
        let again = backend.again();
        let mut unit = again.begin_read().unwrap();
        let mut of = |address| unit.users().of_addresses(&[key(address)]).unwrap();
        let silenced = User {
            allow_login: false,
            ..awaited(4, "ADA@example.com")
        };
        assert_eq!(
            of("ada@example.com"),
            [
                with(1, "Ada@example.com"),
                awaited(3, "ada@example.com"),
                silenced
            ]
        );
        assert_eq!(of("İvan@example.com"), [awaited(2, "İVAN@example.com")]);
        let quoted = unit.users().find(id(5)).unwrap().unwrap();
        assert_eq!(quoted.profile.email, None);
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    for backend in Backend::all() {
        backend.tamper("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')");
        for schema in [SchemaPolicy::Migrate, SchemaPolicy::Require] {
            match error(&backend.url, schema) {
                SetupError::Ahead(versions) => assert_eq!(versions, ["29991231000001"]),
                error => panic!("{error:?}"),
            }
        }
        let store = open(&backend.url, &with(SchemaPolicy::Ignore)).unwrap();
        assert!(matches!(store.migrate(), Err(SetupError::Ahead(_))));
    }
}

#[test]
fn a_program_that_runs_lacks_nothing_when_a_newer_one_has_migrated() {
    for backend in Backend::all() {
        backend.tamper("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')");
        assert_eq!(backend.store.pending_migrations().unwrap(), [""; 0]);
    }
}

#[test]
fn many_can_open_and_migrate_one_new_database_at_once() {
    for backend in Backend::all() {
        for _ in 0..5 {
            let url = backend.elsewhere();
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        open(&url, &options())
                            .unwrap()
                            .begin_write()
                            .unwrap()
                            .commit()
                            .unwrap();
                    });
                }
            });
        }
    }
}
