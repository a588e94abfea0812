use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;
use tenantry_application::ports::{MailFailure, Mailer};
use tenantry_domain::team::InvitationToken;
use tenantry_mail::Outbox;

use crate::support::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn mails_are_written_for_the_service_alone() {
    let data = TempDir::new().unwrap();
    let directory = data.path().join("deep/outbox");
    let outbox = Outbox::open(directory.clone(), stationery()).unwrap();
    send(&outbox, &mail()).unwrap();
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join(format!("{}.eml", mail().id))), 0o600);
}

#[test]
fn the_same_mail_again_replaces_the_first() {
    let data = TempDir::new().unwrap();
    let outbox = Outbox::open(data.path().to_owned(), stationery()).unwrap();
    send(&outbox, &mail()).unwrap();
    let mut again = mail();
    again.token = InvitationToken::new(id(1), [[8; 16], [9; 16]]);
    send(&outbox, &again).unwrap();
    let files: Vec<_> = fs::read_dir(data.path()).unwrap().map(Result::unwrap).collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}");
    };
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(
        text.contains(&again.token.expose()) && !text.contains(&mail().token.expose()),
        "{text}"
    );
}

#[test]
fn what_was_not_finished_is_swept_away_at_the_next_start() {
    let data = TempDir::new().unwrap();
    let outbox = Outbox::open(data.path().to_owned(), stationery()).unwrap();
    send(&outbox, &mail()).unwrap();
    // A process that is killed leaves behind what it had begun.
    let mut left = None;
    let interrupted = outbox.send(&mail(), &mut || {
        let mut files = fs::read_dir(data.path())
            .unwrap()
            .map(|file| file.unwrap().path());
        let unfinished = files.find(|path| path.extension().is_none()).unwrap();
        left = Some((unfinished.clone(), fs::read(unfinished).unwrap()));
        Err("killed".into())
    });
    assert!(interrupted.is_err());
    let (unfinished, content) = left.unwrap();
    fs::write(unfinished, content).unwrap();
    fs::write(data.path().join("notes"), "somebody else's").unwrap();
    Outbox::open(data.path().to_owned(), stationery()).unwrap();
    let files = fs::read_dir(data.path()).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [format!("{}.eml", mail().id), "notes".to_owned()]);
}

#[test]
fn a_folder_that_is_gone_may_come_back() {
    let data = TempDir::new().unwrap();
    let directory = data.path().join("outbox");
    let outbox = Outbox::open(directory.clone(), stationery()).unwrap();
    fs::remove_dir(&directory).unwrap();
    assert!(matches!(send(&outbox, &mail()), Err(MailFailure::Temporary(_))));
    fs::create_dir(&directory).unwrap();
    send(&outbox, &mail()).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_told_at_once() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Outbox::open(file.join("outbox"), stationery()).is_err());
}

#[test]
fn t15_a_mail_that_may_not_depart_is_not_written() {
    let data = TempDir::new().unwrap();
    let outbox = Outbox::open(data.path().to_owned(), stationery()).unwrap();
    assert!(matches!(withhold(&outbox, &mail()), MailFailure::Temporary(_)));
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}
