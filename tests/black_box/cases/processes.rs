use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use ureq::http::Method;

use super::client::{Client, Processes};
use super::{start, world};

const THREADS: usize = 9;
const LIMIT: u64 = 200;

/// Whether there was room for a charge.
fn charge(client: &mut Client, organization: &str, resource: &str) -> bool {
    let body = json!({ "organization_id": organization });
    let path = format!("/charges/locations/{resource}");
    let answer = client.send(&Method::PUT, &path, Some(&body));
    match answer.status {
        200 | 201 => true,
        409 => false,
        _ => panic!("{answer:?}"),
    }
}

#[test]
fn c2_three_processes_fill_a_limit_exactly_though_one_is_killed_meanwhile() {
    let first = start(&[]);
    let (second, mut third) = (first.sibling(), first.sibling());
    let ada = first.person("ada@example.com");
    let (w, organizations) = world::chain(&ada, 100_000, &[Some(LIMIT), None]);
    let others = world::chain(&ada, 100_000, &[None]).1;
    let processes = Processes::new(&[&first, &second, &third]);
    let (admitted, is_full) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (mut client, admitted, is_full) = (processes.client(number), &admitted, &is_full);
            let (organizations, elsewhere) = (&organizations, &others[0]);
            scope.spawn(move || {
                for n in 0.. {
                    assert!(charge(&mut client, elsewhere, &format!("elsewhere-{number}-{n}")));
                    if !charge(&mut client, &organizations[n % 2], &format!("{number}-{n}")) {
                        is_full.store(true, Ordering::Relaxed);
                        return;
                    }
                    admitted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while admitted.load(Ordering::Relaxed) < LIMIT / 3 && !is_full.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(2));
        }
        third.kill();
        third.restart();
        processes.moved(&[&first, &second, &third]);
    });
    assert!(is_full.into_inner());
    assert_eq!(admitted.into_inner(), LIMIT);
    assert_eq!(world::used(&ada, &w, &organizations[0]), LIMIT);
    let verified = first.run(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
}
