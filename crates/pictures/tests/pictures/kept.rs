//! Where pictures are kept.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};

use tenantry_application::ports::PictureHost;
use tenantry_domain::organization::PictureId;
use tenantry_domain::organization::picture::HostedFormat;
use tenantry_pictures::{Bucket, PictureStore, Pictures};
use tenantry_test_site::{Answer, Request, Site, samples};
use ureq::Agent;

use crate::support::{Host, inline};

/// What a bucket holds, and what it was asked.
#[derive(Default)]
struct Held {
    objects: BTreeMap<String, Vec<u8>>,
    asked: Vec<Request>,
    is_away: bool,
}

fn bucket(held: &Arc<Mutex<Held>>) -> Site {
    let held = Arc::clone(held);
    Site::clear(move |request| {
        let mut held = held.lock().unwrap();
        held.asked.push(request.clone());
        let key = request.target.split('?').next().unwrap().to_owned();
        match (request.method.as_str(), held.objects.get(&key)) {
            _ if held.is_away => Answer::status(500),
            ("PUT", _) => {
                held.objects.insert(key, request.body.clone());
                Answer {
                    headers: vec!["ETag: \"1\"".to_owned()],
                    ..Answer::status(200)
                }
            }
            ("GET", Some(object)) => Answer {
                headers: vec![
                    "ETag: \"1\"".to_owned(),
                    "Last-Modified: Sun, 22 Nov 2026 08:00:00 GMT".to_owned(),
                ],
                ..Answer::file(object.clone())
            },
            _ => Answer::status(404),
        }
    })
}

/// Pictures in this bucket.
fn in_bucket(site: &Site, prefix: &str) -> Pictures {
    let bucket = Bucket {
        endpoint: format!("http://localhost:{}/", site.port).parse().unwrap(),
        region: "eu-central-1".to_owned(),
        name: "pictures".to_owned(),
        prefix: prefix.to_owned(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "secret".to_owned(),
    };
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    Pictures {
        store: PictureStore::in_bucket(bucket, agent).unwrap(),
        ..Host::new().pictures
    }
}

#[test]
fn o4_a_folder_keeps_what_is_hosted_under_its_name() {
    let host = Host::new();
    let id = host.host(&inline("image/png", &samples::png())).unwrap();
    assert_eq!(host.host(&inline("image/png", &samples::png())), Ok(id.clone()));
    let folder = host.folder().join("pictures");
    let names: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, [id.to_string().as_str()]);
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let found = host.pictures.find(&id).unwrap().unwrap();
    assert_eq!(PictureId::of(&found, HostedFormat::Png), id);
    let missing = PictureId::of(b"missing", HostedFormat::Png);
    assert_eq!(host.pictures.find(&missing).unwrap(), None);
}

#[test]
fn o4_a_bucket_keeps_what_is_hosted_under_its_name() {
    for (prefix, before) in [("", ""), ("tenantry/production", "tenantry/production/")] {
        let held = Arc::<Mutex<Held>>::default();
        let pictures = in_bucket(&bucket(&held), prefix);
        let sent = inline("image/png", &samples::png()).parse().unwrap();
        let id = pictures.host(&sent).unwrap();
        let found = pictures.find(&id).unwrap().unwrap();
        assert_eq!(PictureId::of(&found, HostedFormat::Png), id);
        let missing = PictureId::of(b"missing", HostedFormat::Png);
        assert_eq!(pictures.find(&missing).unwrap(), None);
        let held = held.lock().unwrap();
        assert!(
            held.objects.contains_key(&format!("/pictures/{before}{id}")),
            "{:?}",
            held.asked
        );
        for request in &held.asked {
            let signed = |line: &String| {
                let line = line.to_lowercase();
                line.starts_with("authorization: aws4-hmac-sha256 credential=akidexample/")
                    && line.contains("/eu-central-1/s3/aws4_request")
            };
            assert!(request.headers.iter().any(signed), "{:?}", request.headers);
        }
    }
}

#[test]
fn o4_a_bucket_that_is_away_is_no_fault_of_the_picture() {
    let held = Arc::<Mutex<Held>>::default();
    let pictures = in_bucket(&bucket(&held), "");
    held.lock().unwrap().is_away = true;
    let sent = inline("image/png", &samples::png()).parse().unwrap();
    let failure = pictures.host(&sent).unwrap_err();
    assert!(failure.to_string().contains("cannot be kept"), "{failure}");
    let id = PictureId::of(b"any", HostedFormat::Png);
    assert!(pictures.find(&id).is_err());
    held.lock().unwrap().is_away = false;
    assert!(pictures.host(&sent).is_ok());
}
