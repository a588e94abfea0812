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
        let (ada, grace) = self.two_people();
        let workspace = a_workspace(&ada, &grace);
        let account = somebody_pays(&ada, &workspace);
        let berlin = a_tree(&grace, &workspace, &account);
        charges_until_refused(&grace, &berlin);
        a_release(&grace, &berlin);

        chapter(
            "What is left",
            "Used, own limit, what really could be charged, and which node binds.",
        );
        show(
            &grace,
            Method::GET,
            &format!("{workspace}/organizations/{berlin}/limits"),
            &Value::Null,
        )
        .expect(200);

        chapter(
            "Nobody else",
            "Whoever is not in the workspace learns nothing about it.",
        );
        let stranger = self.person("mallory@example.com");
        show(&stranger, Method::GET, &workspace, &Value::Null).expect(404);
        println!(
            "\nThat was the main job. Read and try the rest at {}/docs",
            self.base
        );
    }

    fn two_people(&self) -> (Caller, Caller) {
        chapter(
            "Two people",
            "Tokens come from the service's own issuer. A person exists from their first request.",
        );
        (self.person("ada@example.com"), self.person("grace@example.com"))
    }

    fn person(&self, email: &str) -> Caller {
        println!("\n  $ {} token --email {email}", self.binary);
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

/// Its path.
fn a_workspace(ada: &Caller, grace: &Caller) -> String {
    chapter(
        "A workspace",
        "One customer. In `assigned` mode every billing account has a pool of its own.",
    );
    let new = json!({ "name": "ACME Networks", "billing_mode": "assigned" });
    let workspace = format!(
        "/workspaces/{}",
        show(ada, Method::POST, "/workspaces", &new).id()
    );
    let grace_id = show(grace, Method::GET, "/oauth/userinfo", &Value::Null).id();
    let member = json!({ "user_id": grace_id, "role": "admin" });
    show(ada, Method::POST, &format!("{workspace}/members"), &member).expect(201);
    workspace
}

/// The id of the account.
fn somebody_pays(ada: &Caller, workspace: &str) -> String {
    chapter(
        "Somebody pays",
        "The first subscription of a workspace is a trial. It gives the pool its capacity.",
    );
    let accounts = format!("{workspace}/billing-accounts");
    let payer = json!({ "name": "ACME Inc.", "email": "billing@example.com", "currency": "usd" });
    let account = show(ada, Method::POST, &accounts, &payer).id();
    let products = json!({ "product_quantities": { "locations": 10, "users": 50 } });
    show(
        ada,
        Method::POST,
        &format!("{accounts}/{account}/subscriptions"),
        &products,
    )
    .expect(201);
    account
}

/// The id of the organization at the bottom.
fn a_tree(grace: &Caller, workspace: &str, account: &str) -> String {
    chapter(
        "A tree, three levels deep",
        "A limit caps the whole subtree. Berlin has none of its own and inherits.",
    );
    let organizations = format!("{workspace}/organizations");
    let child = |parent: &str, new: &Value| {
        show(
            grace,
            Method::POST,
            &format!("{organizations}/{parent}/children"),
            new,
        )
        .id()
    };
    let acme = json!({ "name": "ACME", "billing_account_id": account, "limits": { "locations": 8 } });
    let acme = show(grace, Method::POST, &organizations, &acme).id();
    let europe = child(&acme, &json!({ "name": "Europe", "limits": { "locations": 3 } }));
    child(&europe, &json!({ "name": "Berlin" }))
}

fn charges_until_refused(grace: &Caller, berlin: &str) {
    chapter(
        "Sites are charged until the tree refuses",
        "A charge is admitted when every node above admits it.",
    );
    let target = json!({ "organization_id": berlin });
    for n in 1..=3 {
        show(grace, Method::PUT, &site(n), &target).expect(201);
    }
    show(grace, Method::PUT, &site(4), &target).expect(409);
    println!("\n  Europe binds: 3 of 3. The refusal names it, and shows the whole chain.");
}

fn a_release(grace: &Caller, berlin: &str) {
    chapter(
        "A release makes room again",
        "Releasing always succeeds, also twice.",
    );
    show(
        grace,
        Method::DELETE,
        &format!("{}?organization_id={berlin}", site(1)),
        &Value::Null,
    )
    .expect(204);
    show(
        grace,
        Method::PUT,
        &site(4),
        &json!({ "organization_id": berlin }),
    )
    .expect(201);
}

fn site(n: u32) -> String {
    format!("/charges/locations/berlin-site-{n}")
}

fn chapter(title: &str, text: &str) {
    println!("\n── {title} ──\n{text}");
}

/// Sends a request, null for one without a body, and shows it with its answer.
fn show(who: &Caller, method: Method, path: &str, body: &Value) -> Answer {
    println!("\n  {method} {path}");
    let body = Some(body).filter(|body| !body.is_null());
    if let Some(body) = body {
        println!("{}", indented(body));
    }
    let answer = who.send(method, path, body);
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
