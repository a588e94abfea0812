use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use tenantry_client::types::{BillingMode, NewOrganization, NewWorkspace};
use tenantry_client::{OrganizationId, WorkspaceScope};
use tenantry_tests::Wait;

use super::start;

const THREADS: usize = 6;
const STAYING: usize = 450;
const COMING_AND_GOING: usize = 60;

fn create(workspace: &WorkspaceScope, name: &str) -> OrganizationId {
    let made = workspace
        .organizations()
        .create(&NewOrganization::new(name))
        .wait();
    made.expect("an organization").value.id
}

fn create_many(workspace: &WorkspaceScope) -> BTreeSet<OrganizationId> {
    let create_some = || {
        (0..STAYING / THREADS)
            .map(|_| create(workspace, "Staying"))
            .collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let threads = [(); THREADS].map(|()| scope.spawn(create_some));
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("no panic"))
            .collect()
    })
}

#[test]
fn a_stream_has_everything_that_stays_once_while_others_come_and_go() {
    let service = start(&[]);
    let ada = service.person("ada@example.com");
    let new = NewWorkspace::new("Streams", BillingMode::Pooled);
    let workspace = ada
        .client()
        .workspaces()
        .create(&new)
        .wait()
        .expect("a workspace")
        .value;
    let workspace = ada.client().workspace(&workspace.id);
    let staying = create_many(&workspace);
    assert_eq!(staying.len(), STAYING);
    let (gone, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let id = create(&workspace, "Passing");
                    workspace.organization(&id).delete().wait().expect("a deletion");
                    gone.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while gone.load(Ordering::Relaxed) < COMING_AND_GOING {
            let seen = workspace
                .organizations()
                .list()
                .page_size(50)
                .all()
                .wait()
                .expect("a list");
            let ids: BTreeSet<_> = seen.iter().map(|shown| shown.id.clone()).collect();
            assert_eq!(ids.len(), seen.len(), "one is there twice");
            assert!(ids.is_superset(&staying), "one is missing");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let list = || workspace.organizations().list();
    let named = list()
        .name("STAY")
        .roots()
        .page_size(200)
        .all()
        .wait()
        .expect("a list");
    assert_eq!(named.len(), STAYING);
    let below = list().depth(1).all().wait().expect("a list");
    assert!(below.is_empty(), "{below:?}");
}
