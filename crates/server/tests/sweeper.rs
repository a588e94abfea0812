use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tenantry_application::Tenantry;
use tenantry_application::idempotency::WrittenAnswer;
use tenantry_application::ports::{Claim, ClaimKey, ClaimTimes, Store, WorkspacePlace};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Timestamp, WorkspaceId};
use tenantry_persistence::{MigratableStore, Options, open};
use tenantry_server::config::{PicturePlace, PictureSettings, Settings};
use tenantry_server::hosting::pictures;
use tenantry_server::licensing::Licenses;
use tenantry_server::sweeper;
use tenantry_server::wiring::tenantry;
use uuid::Uuid;

const SHORT: Duration = Duration::from_millis(5);

/// Whether the key is free: an answer from 1970 is still valid to who asks in 1970.
fn is_forgotten(store: &dyn Store) -> bool {
    let key = ClaimKey {
        caller: "user:ada".into(),
        key: "k".parse().unwrap(),
    };
    let times = ClaimTimes {
        now: Timestamp::EPOCH,
        valid_since: Timestamp::EPOCH,
    };
    let mut unit = store.begin_write().unwrap();
    let claim = unit.answers().claim(&key, &[1; 32], times).unwrap();
    unit.answers().keep(&key, &WrittenAnswer(vec![1])).unwrap();
    unit.commit().unwrap();
    claim == Claim::Free
}

/// The use cases over a store, with pictures in a folder.
fn over(store: Arc<dyn MigratableStore>, folder: &TempDir) -> Tenantry {
    let settings = Settings::default();
    let place = PicturePlace::Folder(folder.path().to_owned());
    let pictures = pictures(&PictureSettings {
        place,
        ..settings.pictures.clone()
    });
    tenantry(&settings, store, pictures.unwrap(), Arc::<Licenses>::default()).unwrap()
}

#[actix_web::test]
async fn r1_old_answers_are_forgotten_now_and_every_so_often() {
    let store = open("sqlite://:memory:", &Options::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tenantry = over(store.clone(), &folder);
    assert!(is_forgotten(&*store), "nothing is there");
    sweeper::start(&tenantry, SHORT);
    for _ in 0..2 {
        while !is_forgotten(&*Arc::clone(&store)) {
            actix_web::rt::time::sleep(SHORT).await;
        }
    }
}

#[actix_web::test]
async fn c5_workspaces_are_settled_although_nobody_comes_to_them() {
    let store = open("sqlite://:memory:", &Options::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tenantry = over(store.clone(), &folder);
    let id = WorkspaceId::from_uuid(Uuid::from_u128(1));
    let due = Workspace {
        next_transition_at: Some(Timestamp::EPOCH),
        ..Workspace::of_team(id, Timestamp::EPOCH)
    };
    let mut unit = store.begin_write().unwrap();
    unit.workspaces().insert(&due).unwrap();
    unit.commit().unwrap();
    sweeper::start(&tenantry, SHORT);
    let is_due = || {
        let found = store
            .begin_read()
            .unwrap()
            .workspaces()
            .find(WorkspacePlace::Id(id));
        found.unwrap().unwrap().next_transition_at.is_some()
    };
    while is_due() {
        actix_web::rt::time::sleep(SHORT).await;
    }
}
