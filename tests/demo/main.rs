//! A guided tour of the main job, with real requests and their answers, against a running service: `make demo`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tour is there to be read"
)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a tour that cannot go on stops, with a reason"
)]

use std::process::{Command, ExitCode};

use serde_json::{Value, json};
use tenantry_tests::{Answer, Caller};
use ureq::http::Method;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let binary = arguments
        .next()
        .unwrap_or_else(|| "target/debug/tenantry".to_owned());
    let base = arguments
        .next()
        .unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    if Caller::new(&base, None)
        .try_send(Method::GET, "/healthz", None)
        .is_err()
    {
        eprintln!("nothing answers at {base}: start the service with `make run` in another terminal first");
        return ExitCode::FAILURE;
    }
    Tour { binary, base }.walk();
    ExitCode::SUCCESS
}

struct Tour {
    binary: String,
    base: String,
}

impl Tour {
    fn walk(&self) {
        chapter(
            "Two people",
            "Tokens come from the service's own issuer. A person exists from their first request.",
        );
        let (ada, grace) = (self.person("ada@example.com"), self.person("grace@example.com"));
        let grace_id = show(&grace, Method::GET, "/oauth/userinfo", None).id();

        chapter(
            "A workspace",
            "One customer. In `assigned` mode every billing account has a pool of its own.",
        );
        let workspace = show(
            &ada,
            Method::POST,
            "/workspaces",
            Some(json!({ "name": "ACME Networks", "billing_mode": "assigned" })),
        );
        let w = format!("/workspaces/{}", workspace.id());
        show(
            &ada,
            Method::POST,
            &format!("{w}/members"),
            Some(json!({ "user_id": grace_id, "role": "admin" })),
        );

        chapter(
            "Somebody pays",
            "The first subscription of a workspace is a trial. It gives the pool its capacity.",
        );
        let account = show(
            &ada,
            Method::POST,
            &format!("{w}/billing-accounts"),
            Some(json!({ "name": "ACME Inc.", "email": "billing@example.com", "currency": "usd", "address": { "country": "US" } })),
        )
        .id();
        let products = json!({ "product_quantities": { "locations": 10, "users": 50 } });
        show(
            &ada,
            Method::POST,
            &format!("{w}/billing-accounts/{account}/subscriptions"),
            Some(products),
        );

        chapter(
            "A tree, three levels deep",
            "A limit caps the whole subtree. Berlin has none of its own and inherits.",
        );
        let root = json!({ "name": "ACME", "billing_account_id": account, "limits": { "locations": 8 } });
        let root = show(&grace, Method::POST, &format!("{w}/organizations"), Some(root)).id();
        let europe = self.child(
            &grace,
            &w,
            &root,
            json!({ "name": "Europe", "limits": { "locations": 3 } }),
        );
        let berlin = self.child(&grace, &w, &europe, json!({ "name": "Berlin" }));

        chapter(
            "Sites are charged until the tree refuses",
            "A charge is admitted when every node above admits it.",
        );
        let site = |n: u32| format!("/charges/locations/berlin-site-{n}");
        for n in 1..=3 {
            show(
                &grace,
                Method::PUT,
                &site(n),
                Some(json!({ "organization_id": berlin })),
            );
        }
        show(
            &grace,
            Method::PUT,
            &site(4),
            Some(json!({ "organization_id": berlin })),
        )
        .expect(409);
        println!("\n  Europe binds: 3 of 3. The refusal names it, and shows the whole chain.");

        chapter(
            "A release makes room again",
            "Releasing always succeeds, also twice.",
        );
        let berlin_site = format!("{}?organization_id={berlin}", site(1));
        show(&grace, Method::DELETE, &berlin_site, None).expect(204);
        show(
            &grace,
            Method::PUT,
            &site(4),
            Some(json!({ "organization_id": berlin })),
        )
        .expect(201);

        chapter(
            "What is left",
            "The limits view: used, own limit, what really could be charged, and which node binds.",
        );
        show(
            &grace,
            Method::GET,
            &format!("{w}/organizations/{berlin}/limits"),
            None,
        )
        .expect(200);

        chapter(
            "Nobody else",
            "Whoever is not in the workspace learns nothing about it.",
        );
        let stranger = self.person("mallory@example.com");
        show(&stranger, Method::GET, &w, None).expect(404);
        println!(
            "\nThat was the main job. Read and try the rest at {}/docs",
            self.base
        );
    }

    fn child(&self, who: &Caller, workspace: &str, parent: &str, body: Value) -> String {
        show(
            who,
            Method::POST,
            &format!("{workspace}/organizations/{parent}/children"),
            Some(body),
        )
        .id()
    }

    fn person(&self, email: &str) -> Caller {
        println!("\n  $ tenantry token --email {email}");
        let output = Command::new(&self.binary)
            .args(["token", "--email", email])
            .output();
        let output = output.unwrap_or_else(|error| panic!("cannot run {}: {error}", self.binary));
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let token = String::from_utf8(output.stdout).expect("a token is ASCII");
        Caller::new(&self.base, Some(token.trim_end().to_owned()))
    }
}

fn chapter(title: &str, text: &str) {
    println!("\n── {title} ──\n{text}");
}

/// Sends a request and shows it with its answer.
fn show(who: &Caller, method: Method, path: &str, body: Option<Value>) -> Answer {
    println!("\n  {method} {path}");
    if let Some(body) = &body {
        println!("{}", indented(body));
    }
    let answer = who.send(method, path, body.as_ref());
    println!("  → {}", answer.status);
    if !answer.body.is_null() {
        println!("{}", indented(&answer.body));
    }
    assert!(answer.status < 500, "the service failed");
    answer
}

fn indented(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.lines()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
