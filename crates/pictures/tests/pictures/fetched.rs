//! What is got from sites.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use image::ImageFormat;
use tenantry_domain::organization::PictureRefused;
use tenantry_domain::organization::picture::MAX_BYTES;
use tenantry_pictures::Reach;
use tenantry_test_site::{Answer, Authority, Request, Site, samples};

use crate::support::{AUTHORITY, Host};

/// A site with everything that these tests ask for, and what it was asked.
fn site() -> (Site, Arc<Mutex<Vec<Request>>>) {
    let asked = Arc::<Mutex<Vec<Request>>>::default();
    let notes = Arc::clone(&asked);
    let site = Site::tls(&AUTHORITY, move |request| {
        notes.lock().unwrap().push(request.clone());
        answer(&request.target)
    });
    (site, asked)
}

fn answer(target: &str) -> Answer {
    match target {
        "/logo.png" => Answer::file(samples::png()),
        "/large.png" => Answer::file(samples::large(MAX_BYTES + 1)),
        "/largest.png" => Answer::file(samples::large(MAX_BYTES)),
        "/logo.svg" => Answer::file(samples::svg()),
        "/to-http" => Answer::redirect("http://localhost/logo.png"),
        "/to-loopback" => Answer::redirect("https://127.0.0.1/logo.png"),
        "/to-metadata" => Answer::redirect("https://169.254.169.254/latest/meta-data"),
        "/to-credentials" => Answer::redirect("https://user:secret@localhost/logo.png"),
        "/to-nowhere" => Answer::status(302),
        _ => match target
            .strip_prefix("/redirected-")
            .and_then(|times| times.parse().ok())
        {
            Some(0) => answer("/logo.png"),
            Some(times) => Answer::redirect(&format!("redirected-{}", times - 1_u32)),
            None => Answer::status(404),
        },
    }
}

fn within(site: &Site) -> Host {
    Host::within(Reach::beside(site.addresses().into()))
}

#[test]
fn o4_a_picture_is_fetched_from_where_it_is() {
    let (site, asked) = site();
    let host = within(&site);
    assert_eq!(host.shown(&site.url("/logo.png")).1, ImageFormat::Png);
    assert!(host.host(&site.url("/largest.png")).is_ok());
    let asked = asked.lock().unwrap();
    let said: Vec<_> = asked[0].headers.iter().map(|line| line.to_lowercase()).collect();
    assert!(
        said.contains(&format!("host: localhost:{}", site.port)),
        "{said:?}"
    );
    for header in ["authorization", "cookie", "referer", "x-request-id"] {
        assert!(!said.iter().any(|line| line.starts_with(header)), "{said:?}");
    }
}

#[test]
fn o4_three_redirects_are_followed_and_no_more() {
    let (site, _) = site();
    let host = within(&site);
    assert!(host.host(&site.url("/redirected-3")).is_ok());
    let refused = host.host(&site.url("/redirected-4"));
    assert_eq!(refused, Err(PictureRefused::TooManyRedirects));
}

#[test]
fn o4_what_a_site_gives_is_no_better_than_what_is_sent() {
    let (site, _) = site();
    let host = within(&site);
    for (path, refusal) in [
        ("/large.png", PictureRefused::TooLarge),
        ("/missing.png", PictureRefused::Status(404)),
        ("/to-nowhere", PictureRefused::Status(302)),
    ] {
        assert_eq!(host.host(&site.url(path)), Err(refusal), "{path}");
    }
    let refused = host.host(&site.url("/logo.svg"));
    assert!(matches!(refused, Err(PictureRefused::Format(_))), "{refused:?}");
}

#[test]
fn o4_no_redirect_leads_where_a_url_may_not() {
    let (site, asked) = site();
    let host = within(&site);
    for (path, refusal) in [
        ("/to-http", PictureRefused::Url),
        ("/to-credentials", PictureRefused::Url),
        ("/to-loopback", PictureRefused::NotPublic),
        ("/to-metadata", PictureRefused::NotPublic),
    ] {
        assert_eq!(host.host(&site.url(path)), Err(refusal), "{path}");
    }
    assert_eq!(asked.lock().unwrap().len(), 4);
}

#[test]
fn o4_a_name_that_leads_to_an_address_that_is_not_public_is_not_followed() {
    let (site, asked) = site();
    let host = Host::new();
    for url in [
        "https://localhost/logo.png",
        "https://127.0.0.1/logo.png",
        "https://2130706433/logo.png",
        "https://0x7f.1/logo.png",
        "https://[::1]/logo.png",
        "https://[::ffff:127.0.0.1]/logo.png",
        "https://[64:ff9b::7f00:1]/logo.png",
        "https://0.0.0.0/logo.png",
        "https://10.0.0.1/logo.png",
        "https://169.254.169.254/logo.png",
        "https://[fe80::1]/logo.png",
    ] {
        assert_eq!(host.host(url), Err(PictureRefused::NotPublic), "{url}");
    }
    // Another port, and what the operator has not allowed.
    assert_eq!(host.host(&site.url("/logo.png")), Err(PictureRefused::Url));
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[test]
fn o4_a_url_has_neither_another_scheme_nor_credentials() {
    let (site, asked) = site();
    let host = within(&site);
    for url in [
        format!("http://localhost:{}/logo.png", site.port),
        format!("https://user@localhost:{}/logo.png", site.port),
        format!("https://:secret@localhost:{}/logo.png", site.port),
        "https://".to_owned(),
        "https://[::1".to_owned(),
    ] {
        assert_eq!(host.host(&url), Err(PictureRefused::Url), "{url}");
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[test]
fn o4_a_site_proves_who_it_is() {
    let stranger = Site::tls(&Authority::new(), |_| Answer::file(samples::png()));
    let refused = within(&stranger).host(&stranger.url("/logo.png"));
    assert_eq!(refused, Err(PictureRefused::Unreachable));
    let (site, _) = site();
    let elsewhere = site.url("/logo.png").replace("localhost", "127.0.0.1");
    assert_eq!(within(&site).host(&elsewhere), Err(PictureRefused::Unreachable));
}

#[test]
fn o4_a_site_that_does_not_answer_is_not_waited_for() {
    let (release, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let site = Site::tls(&AUTHORITY, move |_| {
        let _ = wait.lock().unwrap().recv();
        Answer::file(samples::png())
    });
    let host = Host::patient(Reach::beside(site.addresses().into()), Duration::from_millis(200));
    assert_eq!(
        host.host(&site.url("/logo.png")),
        Err(PictureRefused::Unreachable)
    );
    drop(release);
    let nowhere = "https://nowhere.invalid/logo.png";
    assert_eq!(host.host(nowhere), Err(PictureRefused::Unreachable));
}
