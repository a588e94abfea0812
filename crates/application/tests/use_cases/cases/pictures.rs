use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tenantry_application::idempotency::{KeyedRequest, Once, WrittenAnswer};
use tenantry_application::page::PageRequest;
use tenantry_application::ports::{Cause, PictureFailure, PictureHost, StoreError};
use tenantry_application::precondition::Precondition;
use tenantry_application::{
    Actor, Error, NewOrganization, OrganizationChanges, OrganizationView, Patch, Scope,
};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::organization::{PictureId, PictureRefused, SubmittedPicture};
use tenantry_domain::workspace::Role;
use tenantry_domain::{OrganizationId, UserId, WorkspaceId};

use super::world::{World, machine, new_organization};
use crate::refused;

/// Hosts what is sent as it is, unless it is away. No site is within its reach.
#[derive(Default)]
pub struct Gallery {
    pub shown: Mutex<Vec<PictureId>>,
    pub is_away: AtomicBool,
}

impl PictureHost for Gallery {
    fn host(&self, submitted: &SubmittedPicture) -> Result<PictureId, PictureFailure> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(PictureFailure::Unavailable("away".into()));
        }
        match submitted {
            SubmittedPicture::At(_) => Err(PictureRefused::Unreachable.into()),
            SubmittedPicture::Inline(picture) => {
                let id = PictureId::of(picture.base64.as_bytes(), picture.format.hosted());
                self.shown.lock().unwrap().push(id.clone());
                Ok(id)
            }
        }
    }

    fn find(&self, id: &PictureId) -> Result<Option<Vec<u8>>, Cause> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err("away".into());
        }
        let is_shown = self.shown.lock().unwrap().contains(id);
        Ok(is_shown.then(|| id.to_string().into_bytes()))
    }
}

fn picture(base64: &str) -> SubmittedPicture {
    format!("data:image/png;base64,{base64}").parse().unwrap()
}

fn start() -> (World, Actor, WorkspaceId) {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Pooled);
    (world, ada, workspace)
}

fn id_of(actor: &Actor) -> UserId {
    match actor {
        Actor::Person(id) => *id,
        other => panic!("{other} is no person"),
    }
}

/// A hosted picture.
fn hosted(world: &World, actor: &Actor, workspace: WorkspaceId, base64: &str) -> PictureId {
    let leave = world.app.admit_picture(actor, (workspace, None), None).unwrap();
    world.app.host_picture(leave, &picture(base64)).unwrap()
}

fn change(
    world: &World,
    actor: &Actor,
    place: (WorkspaceId, OrganizationId),
    picture: Patch<PictureId>,
) -> OrganizationView {
    let changes = OrganizationChanges {
        picture,
        ..OrganizationChanges::default()
    };
    let (workspace, id) = place;
    let changed = world
        .app
        .update_organization(actor, workspace, id, &changes, &Precondition::default());
    changed.unwrap()
}

#[test]
fn o4_a_picture_is_given_with_an_organization_replaced_and_removed() {
    let (world, ada, w) = start();
    let [first, second] = ["AAAA", "BBBB"].map(|base64| hosted(&world, &ada, w, base64));
    let new = NewOrganization {
        picture: Some(first.clone()),
        ..new_organization(None, &[])
    };
    let root = world
        .app
        .create_root(&ada, w, &new, &Once::default())
        .unwrap()
        .organization;
    let child = world
        .app
        .create_child(&ada, w, root.id, &new, &Once::default())
        .unwrap()
        .organization;
    assert_eq!(
        (&root.picture, &child.picture),
        (&Some(first.clone()), &Some(first.clone()))
    );
    for (patch, shown) in [
        (Patch::Keep, Some(&first)),
        (Patch::Set(second.clone()), Some(&second)),
        (Patch::Set(second.clone()), Some(&second)),
        (Patch::Clear, None),
        (Patch::Clear, None),
    ] {
        let changed = change(&world, &ada, (w, root.id), patch).organization;
        assert_eq!(changed.picture.as_ref(), shown);
        assert_eq!(
            world.app.organization(&ada, w, root.id).unwrap().organization,
            changed
        );
    }
    let events = world
        .app
        .list_events(&ada, w, None, &PageRequest::default())
        .unwrap();
    let told = events
        .items
        .iter()
        .filter_map(|event| event.changes.get("picture"));
    let told: Vec<_> = told.map(|picture| picture.as_str().map(str::to_owned)).collect();
    let (first, second) = (Some(first.to_string()), Some(second.to_string()));
    assert_eq!(told, [first.clone(), first, second, None]);
}

#[test]
fn o4_nothing_is_hosted_for_whoever_may_not_show_it() {
    let (world, ada, w) = start();
    let root = world.root(&ada, w, None, &[]);
    let (vera, mallory) = (world.person("vera"), world.person("mallory"));
    world
        .app
        .add_member(&ada, w, id_of(&vera), Role::Viewer, &Once::default())
        .unwrap();
    refused!(
        world.app.admit_picture(&vera, (w, None), None),
        Error::NeedsRole(Role::Admin)
    );
    refused!(
        world.app.admit_picture(&mallory, (w, None), None),
        Error::NotFound(_)
    );
    refused!(
        world
            .app
            .admit_picture(&machine(&[Scope::UsageWrite]), (w, None), None),
        Error::NotFound(_)
    );
    let nowhere = "org_0000000000000000000001".parse().unwrap();
    refused!(
        world.app.admit_picture(&ada, (w, Some(nowhere)), None),
        Error::NotFound(_)
    );
    assert!(world.app.admit_picture(&ada, (w, Some(root)), None).is_ok());
    world
        .app
        .archive_workspace(&ada, w, &Precondition::default())
        .unwrap();
    refused!(
        world.app.admit_picture(&ada, (w, Some(root)), None),
        Error::WorkspaceArchived(_)
    );
    assert_eq!(world.pictures.shown.lock().unwrap().len(), 0);
}

#[test]
fn r1_who_repeats_a_request_gets_its_answer_before_anything_is_fetched() {
    let (world, ada, w) = start();
    let request = KeyedRequest {
        key: "k".parse().unwrap(),
        fingerprint: [1; 32],
    };
    let leave = world.app.admit_picture(&ada, (w, None), Some(&request)).unwrap();
    let new = NewOrganization {
        picture: Some(world.app.host_picture(leave, &picture("AAAA")).unwrap()),
        ..new_organization(None, &[])
    };
    let write = |_: &OrganizationView| WrittenAnswer(b"done".to_vec());
    let once = Once::new(Some(&request), &write);
    world.app.create_root(&ada, w, &new, &once).unwrap();
    let again = world.app.admit_picture(&ada, (w, None), Some(&request));
    refused!(again, Error::DoneBefore(answer) if *answer == WrittenAnswer(b"done".to_vec()));
    let other = KeyedRequest {
        fingerprint: [2; 32],
        ..request
    };
    refused!(
        world.app.admit_picture(&ada, (w, None), Some(&other)),
        Error::KeyReused
    );
    world.pass(Duration::from_hours(25));
    assert!(world.app.admit_picture(&ada, (w, None), Some(&other)).is_ok());
}

#[test]
fn o4_a_picture_that_is_hosted_here_is_kept_and_another_one_is_not() {
    let (world, ada, w) = start();
    let id = hosted(&world, &ada, w, "AAAA");
    let missing = PictureId::of(b"missing", id.format());
    assert_eq!(world.app.keep_picture(id.clone()).unwrap(), id);
    refused!(
        world.app.keep_picture(missing.clone()),
        Error::Picture(PictureRefused::NotHosted)
    );
    assert_eq!(world.app.picture(&id).unwrap(), id.to_string().into_bytes());
    refused!(world.app.picture(&missing), Error::NotFound(_));
}

#[test]
fn o4_a_store_that_is_away_is_no_fault_of_the_picture() {
    let (world, ada, w) = start();
    let id = hosted(&world, &ada, w, "AAAA");
    let elsewhere = "https://example.com/logo.png".parse().unwrap();
    let admit = || world.app.admit_picture(&ada, (w, None), None).unwrap();
    refused!(
        world.app.host_picture(admit(), &elsewhere),
        Error::Picture(PictureRefused::Unreachable)
    );
    world.pictures.is_away.store(true, Ordering::SeqCst);
    let is_away = |error: &Error| matches!(error, Error::Store(StoreError::Unavailable(_)));
    assert!(is_away(
        &world.app.host_picture(admit(), &picture("AAAA")).unwrap_err()
    ));
    assert!(is_away(&world.app.keep_picture(id.clone()).unwrap_err()));
    assert!(is_away(&world.app.picture(&id).unwrap_err()));
}
