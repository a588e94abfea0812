use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;
use tenantry_tests::{Service, binary, free_port};

use crate::load::Load;

/// A file system of a few megabytes in memory.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// Only root may make one.
    #[expect(clippy::print_stderr, reason = "nobody would notice otherwise")]
    fn mount() -> Option<Self> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"])
            .arg(directory.path());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Self(directory));
        }
        eprintln!(
            "SKIPPED: a file system cannot be mounted here, so nothing is known about a disk that is full"
        );
        None
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    fn fill(&self) {
        let mut filler = File::create(self.path("filler")).expect("a file");
        let error = loop {
            if let Err(error) = filler.write_all(&[1; 4096]) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }

    fn free(&self) {
        fs::remove_file(self.path("filler")).expect("it is there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[test]
fn while_the_disk_is_full_writes_are_503_and_nothing_acknowledged_is_lost() {
    let Some(disk) = SmallDisk::mount() else { return };
    let database = format!("sqlite://{}", disk.path("tenantry.db"));
    let settings = [("TENANTRY__BILLING__ENFORCEMENT", "off")];
    let service = Service::start_on(&database, &settings);
    let load = Load::on(&service);
    load.during(|| {
        for _ in 0..2 {
            disk.fill();
            load.wait_for_refused();
            load.ada.get("/workspaces").expect(200);
            disk.free();
            load.wait_for_acknowledged();
        }
    });
    load.check(&service);
}

#[test]
fn a_mail_that_finds_the_disk_full_goes_out_when_there_is_room() {
    let Some(disk) = SmallDisk::mount() else { return };
    let outbox = disk.path("outbox");
    let service = Service::start(&[
        ("TENANTRY__MAIL__OUTBOX_DIR", outbox.as_str()),
        ("TENANTRY__BILLING__ENFORCEMENT", "off"),
    ]);
    disk.fill();
    let ada = service.person("ada@example.com");
    let team = ada.post("/teams", &json!({ "name": "ACME", "site_limit": 0 }));
    let team = team.expect(201).id();
    let bob = json!({ "email": "bob@example.com" });
    ada.post(&format!("/teams/{team}/invites"), &bob).expect(202);
    service.wait_for("a mail was not sent", 1);
    disk.free();
    while mails_in(&outbox) == 0 {}
}

fn mails_in(outbox: &str) -> usize {
    let files = fs::read_dir(outbox).expect("the outbox is there");
    let paths = files.map(|file| file.expect("a file").path());
    paths
        .filter(|path: &PathBuf| path.extension().is_some_and(|ending| ending == "eml"))
        .count()
}

#[test]
fn a_log_that_cannot_be_written_stops_nobody() {
    let (data, port) = (tempfile::tempdir().expect("a temporary directory"), free_port());
    let mut serve = Command::new(binary());
    serve
        .arg("serve")
        .env("TENANTRY__DATA_DIR", data.path())
        .env("TENANTRY__HTTP__PORT", port.to_string())
        .stdout(Stdio::null())
        .stderr(File::create("/dev/full").expect("Linux has it"));
    let mut service = serve.spawn().expect("the binary starts");
    let url = format!("http://127.0.0.1:{port}");
    let is_healthy = || {
        let mut health = Command::new(binary());
        health.args(["health", "--url", &url]);
        health.stdout(Stdio::null()).stderr(Stdio::null());
        health.status().expect("it runs").success()
    };
    while !is_healthy() {
        assert_eq!(service.try_wait().expect("a child"), None);
    }
    let stopped = Command::new("kill").arg(service.id().to_string()).status();
    assert!(stopped.expect("kill is there").success());
    let ended = service.wait().expect("a child");
    assert_eq!((ended.code(), ended.signal()), (Some(0), None));
}
