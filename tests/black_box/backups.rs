//! Backups, restoring them, and moving from one database to another, at the real binary.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::{Connection, SimpleConnection};
use diesel::sql_types::BigInt;
use diesel::{RunQueryDsl, SqliteConnection};
use serde_json::json;
use tempfile::TempDir;
use tenantry_test_postgres::shared;
use tenantry_tests::{Caller, Output, Service, Settings, binary, run};

const SETTINGS: Settings<'static> = &[("TENANTRY__BILLING__ENFORCEMENT", "off")];
const VERIFIED: &str = "are as they should be";
/// How often something is broken off.
const TIMES: u32 = 6;

/// A service with an organization that can be charged.
struct Scene {
    service: Service,
    ada: Caller,
    root: String,
}

impl Scene {
    fn new() -> Self {
        let service = Service::start(SETTINGS);
        let ada = service.person("ada@example.com");
        let acme = json!({ "name": "ACME", "billing_mode": "pooled" });
        let w = ada.post("/workspaces", &acme).expect(201).id();
        let path = format!("/workspaces/{w}/organizations");
        let root = ada.post(&path, &json!({ "name": "Root" })).expect(201).id();
        Self { service, ada, root }
    }

    fn charge(&self, resource: &str) {
        self.charged_by(&self.ada, resource).expect(201);
    }

    fn charged_by(&self, caller: &Caller, resource: &str) -> tenantry_tests::Answer {
        let path = format!("/charges/locations/{resource}");
        caller.put(&path, &json!({ "organization_id": self.root }))
    }

    /// Starts a service on another database with the same people, and charges to what is there.
    fn goes_on_at(&self, database: &str) {
        let mut other = Service::start_on(database, SETTINGS);
        let ada = other.person("ada@example.com");
        self.charged_by(&ada, "afterwards").expect(201);
        assert_eq!(other.stop(), Some(0));
        assert_verified(&command(database, &["verify"]));
    }
}

/// Runs a command with this database in a data directory of its own.
fn command(database: &str, arguments: &[&str]) -> Output {
    let data = directory();
    let settings = [("TENANTRY__DATABASE__URL".to_owned(), database.to_owned())];
    run(data.path(), &settings, arguments)
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn sqlite(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn assert_done(output: &Output) {
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
}

fn assert_verified(output: &Output) {
    assert_done(output);
    assert!(output.stdout.contains(VERIFIED), "{}", output.stdout);
}

fn assert_refused(output: &Output, because: &str) {
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(output.stderr.contains(because), "{}", output.stderr);
}

/// An SQLite database with so many people, migrated and not open.
fn with_people(directory: &Path, name: &str, people: u32) -> String {
    let file = directory.join(name);
    let url = sqlite(&file);
    assert_done(&command(&url, &["migrate"]));
    let fill = format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {people})
             INSERT INTO users (id, issuer, subject, email_verified, created_at, updated_at)
                 SELECT unhex(printf('%032x', n)), 'i', n, 0, 1, 1 FROM n"
    );
    raw(&file).batch_execute(&fill).expect("rows can be written");
    url
}

fn raw(file: &Path) -> SqliteConnection {
    SqliteConnection::establish(text(file)).expect("the database opens")
}

fn count(file: &Path, table: &str) -> i64 {
    diesel::select(diesel::dsl::sql::<BigInt>(&format!(
        "(SELECT count(*) FROM {table})"
    )))
    .get_result(&mut raw(file))
    .expect("a number")
}

/// How long a command takes that does what it should.
fn time_of(database: &str, arguments: &[&str]) -> Duration {
    let begun = Instant::now();
    assert_done(&command(database, arguments));
    begun.elapsed()
}

/// Starts a command and kills it so long after that.
fn kill_after(pause: Duration, database: &str, arguments: &[&str]) {
    let data = directory();
    let mut child = Command::new(binary())
        .args(arguments)
        .env("TENANTRY__DATA_DIR", data.path())
        .env("TENANTRY__DATABASE__URL", database)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    thread::sleep(pause);
    child.kill().expect("a process can be killed");
    child.wait().expect("a killed process ends");
}

#[test]
fn a_backup_has_what_was_acknowledged_before_and_a_service_goes_on_from_it() {
    let scene = Scene::new();
    let (target, charged, is_over) = (directory(), Mutex::new(0_usize), AtomicBool::new(false));
    let file = target.path().join("b.db");
    let before = thread::scope(|scope| {
        for thread in 0..3 {
            let (scene, charged, is_over) = (&scene, &charged, &is_over);
            scope.spawn(move || {
                for n in (0..).take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    scene.charge(&format!("{thread}-{n}"));
                    *charged.lock().expect("no panic") += 1;
                }
            });
        }
        let mut before = 0;
        for times in 0..3 {
            while *charged.lock().expect("no panic") < 20 * (times + 1) {
                thread::sleep(Duration::from_millis(5));
            }
            before = *charged.lock().expect("no panic");
            let made = scene.service.run(&["backup", "--force", text(&file)]);
            if times == 2 || made.code != Some(0) {
                is_over.store(true, Ordering::Relaxed);
            }
            assert_done(&made);
            assert!(made.stdout.contains("is backed up in"), "{}", made.stdout);
            assert!(made.stdout.contains("pictures"), "{}", made.stdout);
        }
        before
    });
    assert_verified(&command(&sqlite(&file), &["verify"]));
    let kept = count(&file, "charges");
    assert!(kept >= i64::try_from(before).expect("few"), "{kept} of {before}");

    let place = sqlite(&target.path().join("restored/t.db"));
    let restored = command(&place, &["restore", text(&file)]);
    assert_verified(&restored);
    assert!(
        restored.stdout.contains("is restored from"),
        "{}",
        restored.stdout
    );
    scene.goes_on_at(&place);
}

#[test]
fn a_database_is_restored_when_nobody_has_it_open() {
    let mut scene = Scene::new();
    let target = directory();
    let file = target.path().join("b.db");
    assert_done(&scene.service.run(&["backup", text(&file)]));
    assert_refused(&scene.service.run(&["backup", text(&file)]), "--force");
    scene.charge("later");
    assert_refused(&scene.service.run(&["restore", text(&file)]), "--force");
    let restore = ["restore", "--force", text(&file)];
    assert_refused(&scene.service.run(&restore), "is in use; stop the service");
    scene.charge("later-still");
    scene.service.kill();
    let restored = scene.service.run(&restore);
    assert_verified(&restored);
    let aside = scene.service.data_dir().join("tenantry.db.old-1");
    assert!(restored.stdout.contains(text(&aside)), "{}", restored.stdout);
    assert_eq!(count(&aside, "charges"), 2);
    scene.service.restart();
    let ada = scene.service.person("ada@example.com");
    assert_eq!(count(&file, "charges"), 0);
    scene.charged_by(&ada, "later").expect(201);
}

#[test]
fn backups_of_other_versions_are_migrated_or_refused() {
    let target = directory();
    let file = target.path().join("b.db");
    let place = sqlite(&target.path().join("t.db"));
    with_people(target.path(), "b.db", 3);
    let older = "DROP INDEX chain_links_target_id_position_idx;
        DELETE FROM __diesel_schema_migrations WHERE version = '20261122000013'";
    raw(&file).batch_execute(older).expect("an older schema");
    let restored = command(&place, &["restore", text(&file)]);
    assert_verified(&restored);
    assert!(
        restored.stdout.contains("applied 2026-11-22-000013"),
        "{}",
        restored.stdout
    );
    raw(&file)
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')")
        .expect("a newer schema");
    let newer = command(&place, &["restore", "--force", text(&file)]);
    assert_refused(&newer, "newer than this program");
    assert_verified(&command(&place, &["verify"]));
}

#[test]
fn a_database_whose_balances_differ_is_copied_and_not_restored() {
    let scene = Scene::new();
    scene.charge("one");
    let target = directory();
    let file = target.path().join("b.db");
    assert_done(&scene.service.run(&["backup", text(&file)]));
    raw(&file)
        .batch_execute("UPDATE balances SET subtree = subtree + 1")
        .expect("balances can be spoilt");
    let place = target.path().join("t.db");
    let restore = || command(&sqlite(&place), &["restore", text(&file)]);
    assert_refused(&restore(), "verify --repair");
    assert!(!place.exists());
    let copy = sqlite(&target.path().join("copy.db"));
    let copied = command(&sqlite(&file), &["copy", "--to", &copy]);
    assert_eq!(copied.code, Some(1));
    assert!(copied.stdout.contains("verify --repair"), "{}", copied.stdout);
    for url in [&copy, &sqlite(&file)] {
        assert_done(&command(url, &["verify", "--repair"]));
    }
    assert_verified(&restore());
}

#[test]
fn what_is_no_database_is_neither_restored_nor_copied() {
    let target = directory();
    let notes = target.path().join("notes.txt");
    std::fs::write(&notes, "Dear diary, ".repeat(100)).expect("a file can be written");
    let place = sqlite(&target.path().join("t.db"));
    assert_refused(
        &command(&place, &["restore", text(&notes)]),
        "is not an SQLite database",
    );
    assert_refused(
        &command(&place, &["restore", "none.db"]),
        "there is no file none.db",
    );
    assert_refused(&command(&place, &["backup", "b.db"]), "there is no file");
    assert_refused(
        &command(&place, &["copy", "--to", &sqlite(&notes)]),
        "there is no database at",
    );
    assert!(!target.path().join("t.db").exists());
    let from = with_people(target.path(), "from.db", 1);
    assert_refused(
        &command(&from, &["copy", "--to", &sqlite(&notes)]),
        "is not an SQLite database",
    );
    let secret = command(&from, &["copy", "--to", "postgres://u:se@cret@host/db"]);
    assert_eq!(secret.code, Some(2));
    assert!(!secret.stderr.contains("cret@"), "{}", secret.stderr);
}

#[test]
fn on_postgresql_its_own_programs_are_named() {
    for (arguments, program) in [
        (["backup", "b.db"], "pg_dump"),
        (["restore", "b.db"], "pg_restore"),
    ] {
        let refused = command("postgres://nobody@localhost/none", &arguments);
        assert_refused(&refused, program);
        assert!(refused.stderr.contains("docs/operating.md"), "{}", refused.stderr);
    }
}

#[test]
fn a_restoration_that_is_killed_leaves_the_old_database_or_the_new_one() {
    let target = directory();
    with_people(target.path(), "new.db", 20_000);
    let file = target.path().join("new.db");
    let restore = ["restore", "--force", text(&file)];
    let whole = time_of(&sqlite(&target.path().join("first.db")), &restore);
    for time in 1..=TIMES {
        let name = format!("{time}.db");
        let place = with_people(target.path(), &name, 3);
        kill_after(whole * time / TIMES, &place, &restore);
        assert_verified(&command(&place, &["verify"]));
        let people = count(&target.path().join(&name), "users");
        assert!([3, 20_000].contains(&people), "{people} people");
        assert_verified(&command(&place, &restore));
        assert_eq!(count(&target.path().join(&name), "users"), 20_000);
    }
}

#[test]
fn a_copy_that_is_killed_leaves_nothing_or_everything() {
    let target = directory();
    let from = with_people(target.path(), "from.db", 5_000);
    let whole = time_of(&from, &["copy", "--to", &shared().create_schema()]);
    for time in 1..=TIMES {
        let to = if time % 2 == 0 {
            shared().create_schema()
        } else {
            sqlite(&target.path().join(format!("{time}.db")))
        };
        kill_after(whole * time / TIMES, &from, &["copy", "--to", &to]);
        let again = command(&from, &["copy", "--to", &to]);
        if again.code == Some(0) {
            assert_verified(&again);
            assert!(again.stdout.contains("5000 rows copied"), "{}", again.stdout);
        } else {
            assert_refused(&again, "users has 5000 rows");
        }
        assert_verified(&command(&to, &["verify"]));
    }
}

#[test]
fn a_service_moves_from_sqlite_to_postgresql_and_back() {
    let mut scene = Scene::new();
    for n in 0..30 {
        scene.charge(&n.to_string());
    }
    assert_eq!(scene.service.stop(), Some(0));
    let postgres = shared().create_schema();
    let copied = scene.service.run(&["copy", "--to", &postgres]);
    assert_verified(&copied);
    assert!(copied.stderr.contains("rows copied"), "{}", copied.stderr);
    assert_refused(&scene.service.run(&["copy", "--to", &postgres]), "is not empty");
    scene.goes_on_at(&postgres);

    let target = directory();
    let file = target.path().join("back.db");
    let back = scene
        .service
        .run(&["copy", "--from", &postgres, "--to", &sqlite(&file)]);
    assert_verified(&back);
    assert_eq!(count(&file, "charges"), 31);
    assert_refused(
        &scene
            .service
            .run(&["copy", "--from", &postgres, "--to", &sqlite(&file)]),
        "is not empty",
    );
}

#[test]
fn a_dump_of_postgresql_is_restored_by_its_own_programs() {
    let (from, to) = (shared().create_database(), shared().create_database());
    let scene = Scene::new();
    scene.charge("one");
    assert_verified(&scene.service.run(&["copy", "--to", &from]));
    let target = directory();
    let file = target.path().join("t.dump");
    let program = |name: &str, arguments: &[&str]| {
        let done = Command::new(shared().program(name)).args(arguments).output();
        let done = done.expect("the program starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    // As docs/operating.md says.
    program("pg_dump", &["--format=custom", "--file", text(&file), &from]);
    program(
        "pg_restore",
        &["--single-transaction", "--no-owner", "--dbname", &to, text(&file)],
    );
    assert_verified(&command(&to, &["verify"]));
    scene.goes_on_at(&to);
}
