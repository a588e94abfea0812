//! `tenantry license …`, by the real binary.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use tenantry_server::auth::{AuthError, LocalIssuer, Reason, Verifier};

use crate::support::ManualClock;

/// A directory with the keys of an issuer.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        desk.prints("keygen issuer.pem", "");
        desk
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, line: &str, input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
            .arg("license")
            .args(line.split(' '))
            .current_dir(self.0.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// What a command prints that does what it was asked to.
    #[track_caller]
    fn prints(&self, line: &str, input: &str) -> String {
        let output = self.run(line, input);
        assert_eq!(
            (text(&output.stderr), output.status.code()),
            ("", Some(0)),
            "{line}"
        );
        text(&output.stdout).to_owned()
    }

    /// What a command says that fails.
    #[track_caller]
    fn refuses(&self, line: &str, input: &str) -> String {
        let output = self.run(line, input);
        assert_eq!(
            (text(&output.stdout), output.status.code()),
            ("", Some(1)),
            "{line}"
        );
        text(&output.stderr).to_owned()
    }

    /// A licence for ACME.
    fn issue(&self, until: &str) -> String {
        self.prints(&format!("issue --key issuer.pem --holder ACME {until}"), "")
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn e1_a_key_is_made_for_its_owner_and_its_public_half_for_everybody() {
    let desk = Desk(TempDir::new().unwrap());
    let told = desk.prints("keygen new/issuer.pem", "");
    for part in [
        "new/issuer.pem ",
        "new/issuer.pem.pub",
        "license.key_file",
        "license issue --key",
    ] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    assert_eq!(mode(&desk.path("new/issuer.pem")), 0o600);
    assert_eq!(mode(&desk.path("new/issuer.pem.pub")), 0o644);
    let private = fs::read_to_string(desk.path("new/issuer.pem")).unwrap();
    let public = fs::read_to_string(desk.path("new/issuer.pem.pub")).unwrap();
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(public.starts_with("-----BEGIN PUBLIC KEY-----"));
    assert_eq!(
        fs::read_dir(desk.path("new")).unwrap().count(),
        2,
        "nothing is left over"
    );
}

#[test]
fn e1_a_key_that_is_there_is_never_written_over() {
    let desk = Desk::new();
    for (gone, kept) in [("issuer.pem.pub", "issuer.pem"), ("issuer.pem", "issuer.pem.pub")] {
        let desk = Desk::new();
        let before = fs::read(desk.path(kept)).unwrap();
        fs::remove_file(desk.path(gone)).unwrap();
        let refusal = desk.refuses("keygen issuer.pem", "");
        assert!(refusal.contains(&format!("{kept} is there already")), "{refusal}");
        assert_eq!(fs::read(desk.path(kept)).unwrap(), before);
        assert!(!desk.path(gone).exists(), "{gone}");
    }
    fs::write(desk.path("file"), "").unwrap();
    let refusal = desk.refuses("keygen file/issuer.pem", "");
    assert!(refusal.contains("cannot write the public key"), "{refusal}");
}

#[test]
fn e1_both_halves_of_a_key_are_made_or_none() {
    let desk = Desk::new();
    let files = || fs::read_dir(desk.0.path()).unwrap().count();
    // The longest name that a file can have, and with .pub behind it none.
    let long = "x".repeat(255);
    let refusal = desk.refuses(&format!("keygen {long}"), "");
    assert!(refusal.contains("cannot write the public key"), "{refusal}");
    assert_eq!(files(), 2);
    for link in ["a.pem", "b.pem.pub"] {
        symlink("nowhere", desk.path(link)).unwrap();
    }
    for (name, taken) in [("a.pem", "a.pem"), ("b.pem", "b.pem.pub")] {
        let refusal = desk.refuses(&format!("keygen {name}"), "");
        assert!(
            refusal.contains(&format!("{taken} is there already")),
            "{refusal}"
        );
    }
    assert_eq!(files(), 4);
}

#[test]
fn e1_a_pipe_is_no_file_of_a_licence() {
    let desk = Desk::new();
    let made = Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap();
    assert!(made.success());
    for line in [
        "show pipe --key issuer.pem.pub",
        "show - --key pipe",
        "issue --key pipe --holder ACME --days 1",
    ] {
        let refusal = desk.refuses(line, "");
        assert!(refusal.contains("it is no regular file"), "{refusal}");
    }
}

#[test]
fn e1_a_licence_is_all_that_issue_prints_and_show_tells_what_it_says() {
    let desk = Desk::new();
    let until = "--days 365 --limit teams_per_person=50";
    let token = desk.issue(until);
    assert_eq!((token.lines().count(), token.split('.').count()), (1, 3));
    fs::write(desk.path("license.jwt"), &token).unwrap();
    let shown = desk.prints("show license.jwt --key issuer.pem.pub", "");
    for line in [
        "holder     ACME\n",
        "edition    enterprise\n",
        "limits     teams_per_person=50\n",
        "from       20",
        "until      20",
        "days left  364\n",
        "id         0",
        "standing   valid\n",
    ] {
        assert!(shown.contains(line), "{line:?} is not in {shown}");
    }
    assert_eq!(desk.prints("show - --key issuer.pem.pub", &token), shown);
    assert!(!shown.contains(token.trim()), "{shown}");
}

#[test]
fn e1_show_finds_what_is_configured() {
    let desk = Desk::new();
    let refusal = desk.refuses("show", "");
    assert!(refusal.contains("no licence is configured"), "{refusal}");
    let refusal = desk.refuses("show license.jwt", "");
    assert!(refusal.contains("--key"), "{refusal}");
    let settings = "[license]\nkey_file = 'issuer.pem.pub'\nfile = 'license.jwt'\n";
    fs::write(desk.path("tenantry.toml"), settings).unwrap();
    let refusal = desk.refuses("show --config tenantry.toml", "");
    assert!(
        refusal.contains("there is no licence at license.jwt"),
        "{refusal}"
    );
    fs::write(desk.path("license.jwt"), desk.issue("--days 1")).unwrap();
    let shown = desk.prints("show --config tenantry.toml", "");
    assert!(shown.contains("limits     none\n"), "{shown}");
    let given = desk.prints("show - --config tenantry.toml", &desk.issue("--days 3"));
    assert!(given.contains("days left  2\n"), "{given}");
}

#[test]
fn e1_show_exits_1_for_what_does_not_hold_now() {
    let desk = Desk::new();
    for (until, standing) in [
        (
            "--not-before 2020-01-01T00:00:00Z --expires 2020-02-01T00:00:00Z",
            "expired",
        ),
        ("--not-before 2999-01-01T00:00:00Z --days 3", "not_yet_valid"),
    ] {
        let output = desk.run("show - --key issuer.pem.pub", &desk.issue(until));
        let shown = text(&output.stdout);
        assert!(shown.contains("holder     ACME\n"), "{shown}");
        assert!(shown.contains(&format!("standing   {standing}\n")), "{shown}");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), ""));
    }
}

#[test]
fn e1_show_says_what_is_wrong_with_what_is_no_licence() {
    let (desk, other) = (Desk::new(), Desk::new());
    let refusal = desk.refuses("show - --key issuer.pem.pub", &other.issue("--days 1"));
    assert!(refusal.contains("forged"), "{refusal}");
    let refusal = desk.refuses("show - --key issuer.pem.pub", "nonsense");
    assert_eq!(refusal.matches("it is no licence").count(), 1, "{refusal}");
    for line in ["show nope --key issuer.pem.pub", "show - --key nope"] {
        let refusal = desk.refuses(line, "");
        assert!(refusal.contains("name another file"), "{refusal}");
        assert!(!refusal.contains("set license"), "{refusal}");
    }
    let refusal = desk.refuses("show - --key issuer.pem", &desk.issue("--days 1"));
    assert!(refusal.contains("no list of Ed25519 public keys"), "{refusal}");
}

#[test]
fn e1_a_licence_that_would_never_hold_is_not_issued() {
    let desk = Desk::new();
    for until in [
        "--expires 2020-01-01T00:00:00Z",
        "--not-before 2999-01-01T00:00:00Z --expires 2999-01-01T00:00:00Z",
        // A licence says no more than the second.
        "--not-before 2999-01-01T00:00:00.1Z --expires 2999-01-01T00:00:00.9Z",
    ] {
        let refusal = desk.refuses(&format!("issue --key issuer.pem --holder ACME {until}"), "");
        assert!(refusal.contains("give a later --expires"), "{refusal}");
    }
    let until = "--not-before 9999-12-31T00:00:00Z --days 2";
    let refusal = desk.refuses(&format!("issue --key issuer.pem --holder ACME {until}"), "");
    assert!(refusal.contains("after the year 9999"), "{refusal}");
}

#[test]
fn e1_a_licence_is_signed_with_a_private_key_that_is_private() {
    let desk = Desk::new();
    let issue = |key: &str| desk.refuses(&format!("issue --key {key} --holder ACME --days 1"), "");
    let refusal = issue("missing.pem");
    assert!(
        refusal.contains("cannot read the signing key missing.pem"),
        "{refusal}"
    );
    fs::set_permissions(desk.path("issuer.pem.pub"), fs::Permissions::from_mode(0o600)).unwrap();
    let refusal = issue("issuer.pem.pub");
    assert!(refusal.contains("not an Ed25519 private key"), "{refusal}");
    fs::set_permissions(desk.path("issuer.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    let refusal = issue("issuer.pem");
    assert!(refusal.contains("chmod 600"), "{refusal}");
}

#[tokio::test]
async fn e1_a_licence_signs_nobody_in_and_a_token_is_no_licence_whatever_the_key() {
    let desk = Desk::new();
    fs::create_dir(desk.path("data")).unwrap();
    fs::copy(desk.path("issuer.pem"), desk.path("data/local-issuer.pem")).unwrap();
    let issuer = LocalIssuer::open(&desk.path("data")).unwrap();
    let verifier = Verifier::new(Some(&issuer), &[], ManualClock::new());
    let refused = verifier.verify(desk.issue("--days 1").trim()).await;
    assert_eq!(refused, Err(AuthError::from(Reason::UnknownIssuer)));
    let token = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["token", "--email", "ada@example.com"])
        .current_dir(desk.0.path())
        .env_clear()
        .output()
        .unwrap();
    let refusal = desk.refuses("show - --key issuer.pem.pub", text(&token.stdout));
    assert!(refusal.contains("it is no licence"), "{refusal}");
}
