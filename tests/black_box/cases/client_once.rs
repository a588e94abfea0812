use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Duration;

use tenantry_client::types::{BillingMode, NewOrganization, NewWorkspace, Organization};
use tenantry_client::{Client, Retries, WorkspaceId};
use tenantry_tests::{Service, Wait, free_port};

use super::start;

const THREADS: usize = 4;
const EACH: usize = 60;
const KILLS: usize = 3;
const ROUNDS: usize = 20;

fn workspace(client: &Client) -> WorkspaceId {
    let new = NewWorkspace::new("Once", BillingMode::Pooled);
    client
        .workspaces()
        .create(&new)
        .wait()
        .expect("a workspace")
        .value
        .id
}

fn organizations(client: &Client, workspace: &WorkspaceId) -> Vec<Organization> {
    let list = client.workspace(workspace).organizations().list();
    list.all().wait().expect("a list")
}

/// Somebody who waits for as long as a service takes to come back.
fn patient(service: &Service) -> Client {
    let retries = Retries {
        limit: 1000,
        longest_pause: Duration::from_millis(100),
        ..Retries::default()
    };
    let builder = Client::builder(&service.base).token(service.token(&["--email", "ada@example.com"]));
    builder.retries(retries).build().expect("a client")
}

#[test]
fn r1_what_is_created_through_kills_and_restarts_is_there_once() {
    let port = free_port().to_string();
    let mut service = start(&[("TENANTRY__HTTP__PORT", &port)]);
    let client = patient(&service);
    let workspace = workspace(&client);
    let acknowledged = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (client, workspace, acknowledged) = (&client, &workspace, &acknowledged);
            scope.spawn(move || {
                for n in 0..EACH {
                    let new = NewOrganization::new(format!("{thread}-{n}"));
                    let made = client.workspace(workspace).organizations().create(&new).wait();
                    let made = made.expect("it comes back").value;
                    acknowledged.lock().expect("no panic").push((made.name, made.id));
                }
            });
        }
        for kill in 1..=KILLS {
            let enough =
                || acknowledged.lock().expect("no panic").len() >= THREADS * EACH * kill / (KILLS + 1);
            while !enough() {
                thread::sleep(Duration::from_millis(1));
            }
            service.kill();
            service.restart();
        }
    });
    let mut acknowledged = acknowledged.into_inner().expect("no panic");
    let there = organizations(&client, &workspace).into_iter();
    let mut there: Vec<_> = there.map(|shown| (shown.name, shown.id)).collect();
    acknowledged.sort();
    there.sort();
    assert_eq!(there.len(), THREADS * EACH);
    assert_eq!(there, acknowledged);
}

#[test]
fn r1_a_key_sent_to_three_processes_at_once_is_done_once_and_answered_alike() {
    let first = start(&[]);
    let (second, third) = (first.sibling(), first.sibling());
    let callers = [&first, &second, &third].map(|service| service.person("ada@example.com"));
    let workspace = workspace(callers[0].client());
    for round in 0..ROUNDS {
        let (barrier, key) = (Barrier::new(callers.len()), format!("round-{round}"));
        let create = |client: &Client| {
            let new = NewOrganization::new(format!("Round {round}"));
            let request = client.workspace(&workspace).organizations().create(&new);
            barrier.wait();
            request.idempotency_key(&key).wait().expect("an organization")
        };
        let answers = thread::scope(|scope| {
            let threads = callers
                .each_ref()
                .map(|caller| scope.spawn(|| create(caller.client())));
            threads.map(|thread| thread.join().expect("no panic"))
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    assert_eq!(organizations(callers[0].client(), &workspace).len(), ROUNDS);
}
