//! Backups of an SQLite database, and putting them in its place.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use tenantry_persistence::{BackupError, Options, Restoration, SchemaPolicy, backup, open};

use crate::fixtures::*;
use crate::support::*;

/// A database with people in it, so many.
fn with_people(people: u128) -> Backend {
    let backend = Backend::sqlite();
    for number in 1..=people {
        backend.write(|unit| unit.users().insert(&user(number)).unwrap());
    }
    backend
}

fn database(backend: &Backend) -> PathBuf {
    backend.directory().join("test.db")
}

/// Closes a database, and tells where it is.
fn closed(backend: &Backend) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("test.db");
    backup(&database(backend), &file, false).unwrap();
    (directory, file)
}

fn people_in(file: &Path) -> usize {
    let options = Options {
        schema: SchemaPolicy::Require,
        ..options()
    };
    let store = open(&format!("sqlite://{}", file.display()), &options).unwrap();
    let mut unit = store.begin_read().unwrap();
    (1..=99)
        .filter(|number| unit.users().find(id(*number)).unwrap().is_some())
        .count()
}

fn files_in(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn restore(file: &Path, place: &Path, replace: bool) -> Result<Option<PathBuf>, BackupError> {
    Restoration::begin(file, place, replace)?.finish()
}

#[test]
fn a_backup_is_one_state_although_there_are_writes() {
    let backend = with_people(1);
    backend.execute("CREATE TABLE pairs (one INTEGER, other INTEGER); INSERT INTO pairs VALUES (0, 0)");
    let is_over = AtomicBool::new(false);
    let target = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut raw = backend.raw();
            raw.batch_execute("PRAGMA busy_timeout = 20000").unwrap();
            while !is_over.load(Ordering::Relaxed) {
                let both = "BEGIN IMMEDIATE; UPDATE pairs SET one = one + 1;
                    INSERT INTO pairs VALUES (1, 0); UPDATE pairs SET other = other + 1; COMMIT";
                raw.batch_execute(both).unwrap();
            }
        });
        for number in 0..5 {
            let file = target.path().join(number.to_string());
            let made = backup(&database(&backend), &file, false);
            if number == 4 {
                is_over.store(true, Ordering::Relaxed);
            }
            assert_eq!(made.unwrap(), file.metadata().unwrap().len());
            let copy = Backend::sqlite_at(&file);
            assert_eq!(copy.count("pairs WHERE one <> other"), 0);
            assert_eq!(
                copy.count("pragma_integrity_check WHERE integrity_check = 'ok'"),
                1
            );
        }
    });
}

#[test]
fn a_backup_is_for_its_owner_alone_and_leaves_nothing_else() {
    let backend = with_people(1);
    let target = tempfile::tempdir().unwrap();
    let file = target.path().join("it's 100% a?backup.db");
    backup(&database(&backend), &file, false).unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(files_in(target.path()), ["it's 100% a?backup.db"]);
}

#[test]
fn a_backup_replaces_a_backup_only_if_told_and_nothing_else_ever() {
    let backend = with_people(1);
    let target = tempfile::tempdir().unwrap();
    let file = target.path().join("b.db");
    fs::write(&file, "mine").unwrap();
    let refused = backup(&database(&backend), &file, false).unwrap_err();
    assert!(matches!(refused, BackupError::Exists(_)), "{refused:?}");
    let refused = backup(&database(&backend), &file, true).unwrap_err();
    assert!(matches!(refused, BackupError::NoBackup(_)), "{refused:?}");
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    fs::remove_file(&file).unwrap();
    backup(&database(&with_people(2)), &file, false).unwrap();
    backup(&database(&backend), &file, true).unwrap();
    assert_eq!(people_in(&file), 1);
    let used = with_people(2);
    for suffix in ["", "-wal", "-shm"] {
        let mut beside = database(&used).into_os_string();
        beside.push(suffix);
        let refused = backup(&database(&backend), Path::new(&beside), true).unwrap_err();
        assert!(
            matches!(refused, BackupError::NoBackup(_)),
            "{suffix}: {refused:?}"
        );
    }
    assert_eq!(used.count("users"), 2);
    let refused = backup(&database(&backend), &database(&backend), true).unwrap_err();
    assert!(matches!(refused, BackupError::Itself(_)), "{refused:?}");
}

#[test]
fn what_cannot_be_backed_up_leaves_no_file() {
    let target = tempfile::tempdir().unwrap();
    let here = |name: &str| target.path().join(name);
    let refused = backup(&here("none.db"), &here("b.db"), false).unwrap_err();
    assert!(matches!(refused, BackupError::Missing(_)), "{refused:?}");
    fs::write(here("notes.txt"), "Dear diary, ".repeat(100)).unwrap();
    let refused = backup(&here("notes.txt"), &here("b.db"), false).unwrap_err();
    assert!(matches!(refused, BackupError::Unreadable(..)), "{refused:?}");
    let backend = with_people(1);
    let refused = backup(&database(&backend), &here("none/b.db"), false).unwrap_err();
    assert!(matches!(refused, BackupError::Unwritable(..)), "{refused:?}");
    assert_eq!(files_in(target.path()), ["notes.txt"]);
}

#[test]
fn a_backup_is_restored_where_there_is_nothing() {
    let (_backup, file) = closed(&with_people(2));
    let target = tempfile::tempdir().unwrap();
    let place = target.path().join("new/t.db");
    assert_eq!(restore(&file, &place, false).unwrap(), None);
    assert_eq!(people_in(&place), 2);
}

#[test]
fn a_database_that_is_there_is_put_aside_only_if_told() {
    let (_one, one) = closed(&with_people(1));
    let (_two, two) = closed(&with_people(2));
    let (directory, place) = closed(&with_people(3));
    let refused = restore(&one, &place, false).unwrap_err();
    assert!(matches!(refused, BackupError::Occupied(_)), "{refused:?}");
    assert_eq!(people_in(&place), 3);
    let first = restore(&one, &place, true).unwrap().unwrap();
    let second = restore(&two, &place, true).unwrap().unwrap();
    assert_eq!(people_in(&place), 2);
    assert_eq!((people_in(&first), people_in(&second)), (3, 1));
    assert!(
        files_in(directory.path())
            .iter()
            .all(|name| !name.contains("part"))
    );
}

#[test]
fn a_restored_database_is_owned_by_whom_the_one_before_was() {
    const NOBODY: u32 = 65_534;
    let (_backup, file) = closed(&with_people(1));
    let (_directory, place) = closed(&with_people(2));
    // Only root can give files away; for others all is theirs.
    let _ = chown(&place, Some(NOBODY), Some(NOBODY));
    let owner = || place.metadata().map(|file| (file.uid(), file.gid())).unwrap();
    let before = owner();
    restore(&file, &place, true).unwrap();
    assert_eq!((people_in(&place), owner()), (1, before));
}

#[test]
fn a_database_is_not_restored_from_itself() {
    let (_directory, place) = closed(&with_people(1));
    let refused = restore(&place, &place, true).unwrap_err();
    assert!(matches!(refused, BackupError::Itself(_)), "{refused:?}");
    assert_eq!(people_in(&place), 1);
}

#[test]
fn what_was_not_checkpointed_yet_goes_aside_with_its_database() {
    let (_one, one) = closed(&with_people(1));
    let old = with_people(2);
    let place = database(&old);
    // As a process leaves it that is killed.
    let killed = tempfile::tempdir().unwrap();
    for name in ["test.db", "test.db-wal"] {
        fs::copy(old.directory().join(name), killed.path().join(name)).unwrap();
    }
    drop(old);
    let place = killed.path().join(place.file_name().unwrap());
    assert!(killed.path().join("test.db-wal").metadata().unwrap().len() > 0);
    let aside = restore(&one, &place, true).unwrap().unwrap();
    assert_eq!((people_in(&place), people_in(&aside)), (1, 2));
}

#[test]
fn a_database_that_somebody_has_open_is_not_replaced() {
    let (_one, one) = closed(&with_people(1));
    let old = with_people(2);
    let refused = restore(&one, &database(&old), true).unwrap_err();
    assert!(matches!(refused, BackupError::InUse(_)), "{refused:?}");
    old.write(|unit| unit.users().insert(&user(3)).unwrap());
    assert_eq!(people_in(&database(&old)), 3);
}

#[test]
fn a_process_that_starts_while_a_database_is_replaced_gets_the_new_one_or_none() {
    let (_one, one) = closed(&with_people(1));
    let (_directory, place) = closed(&with_people(2));
    let restoration = Restoration::begin(&one, &place, true).unwrap();
    let url = format!("sqlite://{}", place.display());
    thread::scope(|scope| {
        let starting = scope.spawn(|| open(&url, &options()));
        thread::sleep(Duration::from_millis(200));
        let aside = restoration.finish().unwrap().unwrap();
        if let Ok(store) = starting.join().unwrap() {
            let mut unit = store.begin_write().unwrap();
            unit.users().insert(&user(50)).unwrap();
            unit.commit().unwrap();
            assert_eq!(people_in(&place), 2);
        }
        assert_eq!(people_in(&aside), 2);
    });
}

#[test]
fn what_is_left_of_another_database_does_not_get_into_the_new_one() {
    let (_one, one) = closed(&with_people(1));
    let old = with_people(2);
    let target = tempfile::tempdir().unwrap();
    let left = target.path().join("t.db-wal");
    fs::copy(old.directory().join("test.db-wal"), &left).unwrap();
    let place = target.path().join("t.db");
    for replace in [false, true] {
        match restore(&one, &place, replace).unwrap_err() {
            BackupError::Leftover(file) => assert_eq!(file, left),
            error => panic!("{error:?}"),
        }
    }
    fs::remove_file(left).unwrap();
    restore(&one, &place, false).unwrap();
    assert_eq!(people_in(&place), 1);
}

#[test]
fn what_is_no_backup_of_ours_changes_nothing() {
    let (directory, place) = closed(&with_people(2));
    let other = tempfile::tempdir().unwrap();
    let here = |name: &str| other.path().join(name);
    fs::write(here("notes.txt"), "Dear diary, ".repeat(100)).unwrap();
    fs::write(here("empty"), "").unwrap();
    backup(&database(&with_people(1)), &here("whole"), false).unwrap();
    let mut bytes = fs::read(here("whole")).unwrap();
    // Not the first page, by which SQLite knows the file.
    let half = bytes.len() / 2;
    bytes[half..].fill(0x5a);
    fs::write(here("damaged"), &bytes).unwrap();
    bytes.truncate(half);
    fs::write(here("truncated"), bytes).unwrap();
    for name in ["none", "notes.txt", "empty", "damaged", "truncated", "."] {
        let refused = restore(&here(name), &place, true).unwrap_err();
        let as_expected = match name {
            "none" | "." => matches!(refused, BackupError::Missing(_)),
            "empty" => matches!(refused, BackupError::Foreign(_)),
            "notes.txt" => matches!(refused, BackupError::Unreadable(..)),
            _ => matches!(refused, BackupError::Damaged { .. } | BackupError::Unreadable(..)),
        };
        assert!(as_expected, "{name}: {refused:?}");
    }
    assert_eq!(people_in(&place), 2);
    assert!(
        files_in(directory.path())
            .iter()
            .all(|name| name.starts_with("test.db"))
    );
    assert!(
        files_in(directory.path())
            .iter()
            .all(|name| !name.contains(".part") && !name.contains(".old"))
    );
}

#[test]
fn what_is_in_the_way_and_no_database_is_left_there() {
    let (_one, one) = closed(&with_people(1));
    let target = tempfile::tempdir().unwrap();
    let place = target.path().join("t.db");
    fs::write(&place, "Dear diary, ".repeat(100)).unwrap();
    let refused = restore(&one, &place, true).unwrap_err();
    assert!(matches!(refused, BackupError::Immovable(..)), "{refused:?}");
    assert_eq!(files_in(target.path()), ["t.db"]);
}

#[test]
fn a_restoration_that_is_given_up_changes_nothing() {
    let (_one, one) = closed(&with_people(1));
    let (directory, place) = closed(&with_people(2));
    let restoration = Restoration::begin(&one, &place, true).unwrap();
    assert_eq!(people_in(restoration.copy()), 1);
    drop(restoration);
    assert_eq!(people_in(&place), 2);
    assert!(
        files_in(directory.path())
            .iter()
            .all(|name| !name.contains("part"))
    );
}
