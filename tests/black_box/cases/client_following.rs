use std::pin::pin;
use std::thread;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use tenantry_client::types::{BillingMode, Event, EventKind, NewOrganization, NewWorkspace};
use tenantry_client::{Error, Events, WorkspaceScope};
use tenantry_tests::{Caller, Wait};

use super::start;

const WRITERS: usize = 6;
const EACH: usize = 20;

/// Follows until that many organizations were made. Begins anew from the cursor that it kept, again and again.
async fn follow(events: Events, count: usize) -> Result<Vec<Event>, Error> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    while seen.len() < count {
        let feed = events.follow(cursor.clone()).of(&EventKind::OrganizationCreated);
        let feed = feed.interval(Duration::from_millis(5)).page_size(7);
        let mut batches = pin!(feed.batches().take(2));
        while seen.len() < count
            && let Some(batch) = batches.try_next().await?
        {
            seen.extend(batch.events);
            cursor = batch.cursor;
        }
    }
    Ok(seen)
}

fn write(workspace: &WorkspaceScope) -> Vec<String> {
    let create = |_| {
        let made = workspace
            .organizations()
            .create(&NewOrganization::new("Noted"))
            .wait();
        made.expect("an organization").id.to_string()
    };
    (0..EACH).map(create).collect()
}

#[test]
fn v1_whoever_follows_while_many_write_misses_nothing_and_sees_nothing_twice() {
    let first = start(&[]);
    let second = first.sibling();
    let callers = [&first, &second].map(|service| service.person("ada@example.com"));
    let new = NewWorkspace::new("Followed", BillingMode::Pooled);
    let workspace = callers[0]
        .client()
        .workspaces()
        .create(&new)
        .wait()
        .expect("a workspace");
    let scope_of = |caller: &Caller| caller.client().workspace(&workspace.id);
    let (mut written, seen) = thread::scope(|scope| {
        let follower = scope.spawn(|| follow(scope_of(&callers[0]).events(), WRITERS * EACH).wait());
        let writers: Vec<_> = (0..WRITERS)
            .map(|n| {
                let workspace = scope_of(&callers[n % callers.len()]);
                scope.spawn(move || write(&workspace))
            })
            .collect();
        let written: Vec<String> = writers
            .into_iter()
            .flat_map(|writer| writer.join().expect("no panic"))
            .collect();
        (written, follower.join().expect("no panic"))
    });
    let seen = seen.expect("events");
    let mut subjects: Vec<String> = seen.into_iter().map(|event| event.subject).collect();
    subjects.sort();
    written.sort();
    assert_eq!(subjects, written);
}
