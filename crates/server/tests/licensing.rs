//! How a running service sees the licence that is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tenantry_application::ports::{Clock, LicenseSource};
use tenantry_domain::Timestamp;
use tenantry_domain::license::{Edition, License, LicenseLimits};
use tenantry_license::SigningKey;
use tenantry_server::config::{LicenseFiles, LicenseSettings};
use tenantry_server::licensing::{Licenses, Lookout, News, Sight};
use tenantry_server::sources;
use uuid::Uuid;

use crate::support::{ManualClock, NOW};

const DAY: u64 = 86_400;

/// A service with a licence of 100 days.
struct Setup {
    directory: TempDir,
    issuer: SigningKey,
    clock: Arc<ManualClock>,
    lookout: Lookout,
    licenses: Arc<Licenses>,
}

impl Setup {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let files = LicenseFiles {
            key_file: directory.path().join("issuer.pem.pub"),
            file: directory.path().join("license.jwt"),
        };
        let clock = ManualClock::new();
        let lookout = Lookout::new(&LicenseSettings::Installed(files), clock.clone());
        let setup = Self {
            issuer: issuer(),
            licenses: lookout.licenses(),
            directory,
            clock,
            lookout,
        };
        setup.trust(&[&setup.issuer]);
        setup.install(&setup.issuer, &license(0, 100));
        setup
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn trust(&self, issuers: &[&SigningKey]) {
        let keys: String = issuers.iter().map(|issuer| issuer.public_pem()).collect();
        fs::write(self.path("issuer.pem.pub"), keys).unwrap();
    }

    fn install(&self, issuer: &SigningKey, license: &License) {
        let token = issuer.sign(license, license.not_before).unwrap();
        self.write(&format!("{token}\n"));
    }

    fn write(&self, text: &str) {
        fs::write(self.path("license.jwt"), text).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// Puts a pipe into the place of a file.
    fn pipe(&self, name: &str) {
        self.remove(name);
        let made = Command::new("mkfifo").arg(self.path(name)).status().unwrap();
        assert!(made.success());
    }

    fn holder(&self) -> Option<String> {
        let license = self.licenses.license()?;
        Some(license.holder.to_string())
    }

    /// What is new at the next look.
    fn news(&mut self) -> Option<News> {
        let Sight { news, is_new } = self.lookout.look();
        is_new.then_some(news)
    }

    /// The next look tells this, and whether somebody has to do something.
    #[track_caller]
    fn tells(&mut self, is_warning: bool, parts: &[&str]) {
        let news = self.news().expect("there is something new");
        for part in parts {
            assert!(news.text.contains(part), "{part:?} is not in {:?}", news.text);
        }
        assert_eq!(news.is_warning, is_warning, "{}", news.text);
        assert_eq!(self.news(), None, "it is told once");
    }
}

/// What happens to the files.
type Breakage = fn(&Setup);

fn issuer() -> SigningKey {
    let der = sources::ed25519_key().unwrap();
    SigningKey::from_pkcs8(&der).unwrap()
}

fn at(days: i64) -> Timestamp {
    let now = i64::try_from(NOW).unwrap();
    Timestamp::from_micros((now + days * 86_400) * 1_000_000).unwrap()
}

/// For ACME, from so many days after the beginning until so many.
fn license(from: i64, until: i64) -> License {
    License {
        id: Uuid::from_u128(1),
        holder: "ACME".parse().unwrap(),
        edition: Edition::Enterprise,
        limits: LicenseLimits::default(),
        not_before: at(from),
        expires_at: at(until),
    }
}

fn renewed(until: i64) -> License {
    License {
        holder: "ACME again".parse().unwrap(),
        ..license(0, until)
    }
}

#[test]
fn e1_a_licence_that_holds_is_told_once() {
    let mut setup = Setup::new();
    assert_eq!(setup.holder(), None);
    setup.tells(
        false,
        &["licence of ACME: enterprise until 2027-04-25, 100 days left"],
    );
    assert_eq!(setup.holder().as_deref(), Some("ACME"));
    setup.clock.advance(60 * DAY);
    assert_eq!(setup.news(), None);
}

#[test]
fn e1_the_last_thirty_days_are_told_each() {
    let mut setup = Setup::new();
    setup.news();
    setup.clock.advance(69 * DAY);
    assert_eq!(setup.news(), None, "31 days are left");
    for left in (2..=30).rev() {
        setup.clock.advance(DAY);
        setup.tells(true, &[&format!("until 2027-04-25, {left} days left")]);
    }
    setup.clock.advance(DAY);
    setup.tells(true, &["1 day left"]);
    setup.clock.advance(DAY - 1);
    setup.tells(true, &["its last day"]);
}

#[test]
fn e1_a_licence_expires_by_the_clock_and_still_tells_whose_it_was() {
    let mut setup = Setup::new();
    setup.news();
    setup.clock.advance(100 * DAY);
    setup.tells(
        true,
        &["community edition: the licence of ACME expired at 2027-04-25T"],
    );
    assert_eq!(setup.holder().as_deref(), Some("ACME"));
    setup.clock.advance(DAY);
    assert_eq!(setup.news(), None);
    setup.install(&setup.issuer, &renewed(300));
    setup.tells(false, &["licence of ACME again: enterprise", "199 days left"]);
}

#[test]
fn e1_a_licence_begins_by_the_clock() {
    let mut setup = Setup::new();
    setup.install(&setup.issuer, &license(1, 20));
    setup.tells(
        true,
        &["community edition: the licence of ACME is not yet valid; it begins at 2027-01-16T"],
    );
    setup.clock.advance(DAY - 1);
    assert_eq!(setup.news(), None);
    setup.clock.advance(1);
    setup.tells(true, &["licence of ACME: enterprise", "19 days left"]);
}

#[test]
fn e1_what_is_no_licence_any_more_gives_the_community_edition() {
    let wrong: [(&str, Breakage); 12] = [
        ("there is no licence at", |setup| setup.remove("license.jwt")),
        ("license.jwt is not accepted: it is no licence", |setup| {
            setup.write("");
        }),
        ("it is no licence", |setup| setup.write("\u{0}\u{ff}")),
        ("it is longer than any licence", |setup| {
            setup.write(&"x".repeat(20_000));
        }),
        ("cannot read", |setup| setup.write(&"x".repeat(100_000))),
        ("cannot read", |setup| {
            setup.remove("license.jwt");
            fs::create_dir(setup.path("license.jwt")).unwrap();
        }),
        ("it is no regular file", |setup| setup.pipe("license.jwt")),
        ("it is no regular file", |setup| setup.pipe("issuer.pem.pub")),
        ("it is forged", |setup| setup.install(&issuer(), &license(0, 100))),
        ("it is forged", |setup| setup.trust(&[&issuer()])),
        ("cannot read", |setup| setup.remove("issuer.pem.pub")),
        ("no list of Ed25519 public keys", |setup| {
            fs::write(setup.path("issuer.pem.pub"), "keys").unwrap();
        }),
    ];
    for (reason, breaks) in wrong {
        let mut setup = Setup::new();
        setup.news();
        breaks(&setup);
        setup.tells(true, &["community edition: ", reason]);
        assert_eq!(setup.holder(), None, "{reason}");
    }
}

#[test]
fn e1_what_is_mended_holds_again() {
    let mut setup = Setup::new();
    setup.news();
    setup.write("nothing");
    setup.tells(true, &["community edition"]);
    setup.install(&setup.issuer, &license(0, 100));
    setup.tells(false, &["licence of ACME"]);
    assert_eq!(setup.holder().as_deref(), Some("ACME"));
}

#[test]
fn e1_a_file_may_be_a_link_that_is_moved() {
    let mut setup = Setup::new();
    let point_to = |setup: &Setup, name: &str| {
        std::os::unix::fs::symlink(setup.path(name), setup.path("new")).unwrap();
        fs::rename(setup.path("new"), setup.path("license.jwt")).unwrap();
    };
    for (name, license) in [("first", license(0, 100)), ("second", renewed(100))] {
        let token = setup.issuer.sign(&license, at(0)).unwrap();
        fs::write(setup.path(name), token).unwrap();
    }
    point_to(&setup, "first");
    setup.tells(false, &["licence of ACME:"]);
    point_to(&setup, "second");
    setup.tells(false, &["licence of ACME again:"]);
}

#[test]
fn e1_keys_are_replaced_while_the_service_runs() {
    let mut setup = Setup::new();
    setup.news();
    let next = issuer();
    setup.trust(&[&setup.issuer, &next]);
    assert_eq!(setup.news(), None);
    setup.install(&next, &renewed(100));
    setup.tells(false, &["licence of ACME again"]);
    setup.trust(&[&next]);
    assert_eq!(setup.news(), None);
}

#[test]
fn e1_a_deployment_without_a_licence_says_so_and_warns_of_nothing() {
    for settings in [
        LicenseSettings::None,
        LicenseSettings::KeyFile(Path::new("/nowhere").to_owned()),
    ] {
        let mut lookout = Lookout::new(&settings, ManualClock::new());
        let Sight { news, is_new } = lookout.look();
        assert!(is_new && !news.is_warning);
        assert_eq!(
            news.text,
            "community edition: no licence is configured (license.file)"
        );
        assert!(!lookout.look().is_new);
        assert_eq!(lookout.licenses().license(), None);
    }
}

/// Panics when it is told to.
struct FragileClock(AtomicBool);

impl Clock for FragileClock {
    fn now(&self) -> Timestamp {
        assert!(!self.0.load(Ordering::Relaxed), "as it was told to");
        at(1)
    }
}

#[test]
fn e1_a_look_that_panics_finds_no_licence_and_the_next_one_may() {
    let setup = Setup::new();
    let files = LicenseFiles {
        key_file: setup.path("issuer.pem.pub"),
        file: setup.path("license.jwt"),
    };
    let clock = Arc::new(FragileClock(AtomicBool::new(false)));
    let mut lookout = Lookout::new(&LicenseSettings::Installed(files), clock.clone());
    let whole = lookout.look();
    clock.0.store(true, Ordering::Relaxed);
    let Sight { news, is_new } = lookout.look();
    assert!(
        is_new && news.is_warning && news.text.contains("a bug"),
        "{news:?}"
    );
    assert_eq!(lookout.licenses().license(), None);
    assert!(!lookout.look().is_new);
    clock.0.store(false, Ordering::Relaxed);
    assert_eq!(lookout.look(), whole);
}

#[test]
fn no_line_holds_a_licence_or_a_key() {
    let mut setup = Setup::new();
    let keys = fs::read_to_string(setup.path("issuer.pem.pub")).unwrap();
    let key = keys.lines().nth(1).unwrap().to_owned();
    let token = fs::read_to_string(setup.path("license.jwt")).unwrap();
    let secrets: Vec<&str> = token.trim().split('.').chain([key.as_str()]).collect();
    let broken = [
        token.trim_end().to_owned() + "x",
        token.replace('.', "!"),
        keys.clone(),
    ];
    let mut told = vec![setup.lookout.look().news.text];
    for text in broken {
        setup.write(&text);
        told.push(setup.lookout.look().news.text);
    }
    fs::write(setup.path("issuer.pem.pub"), &token).unwrap();
    told.push(setup.lookout.look().news.text);
    for line in told {
        assert!(secrets.iter().all(|secret| !line.contains(secret)), "{line}");
    }
}
