use serde_json::json;
use tenantry_tests::Answer;
use ureq::http::Method;

use super::{start, world};

#[test]
fn i3_a_stranger_sees_the_same_for_what_is_there_and_what_is_not() {
    let service = start(&[]);
    let (ada, mallory) = (
        service.person("ada@example.com"),
        service.person("mallory@example.com"),
    );
    let (w, organizations) = world::chain(&ada, 10, &[None]);
    assert_eq!(world::charge(&ada, &organizations[0], "x", 1), 201);
    let nowhere = w.replace(&w[w.len() - 6..], "000000");
    let nobody = organizations[0].replace(&organizations[0][organizations[0].len() - 6..], "000000");
    let paths = |w: &str, o: &str| {
        vec![
            (Method::GET, w.to_owned(), None),
            (Method::DELETE, w.to_owned(), None),
            (Method::PATCH, w.to_owned(), Some(json!({ "name": "mine" }))),
            (Method::GET, format!("{w}/tree"), None),
            (Method::GET, format!("{w}/organizations/{o}"), None),
            (
                Method::DELETE,
                format!("{w}/organizations/{o}?cascade=true"),
                None,
            ),
            (
                Method::POST,
                format!("{w}/organizations/{o}/children"),
                Some(json!({ "name": "mine" })),
            ),
            (
                Method::GET,
                format!("/charges/locations/x?organization_id={o}"),
                None,
            ),
            (
                Method::PUT,
                "/charges/locations/x".to_owned(),
                Some(json!({ "organization_id": o })),
            ),
        ]
    };
    let there = paths(&w, &organizations[0]);
    let missing = paths(&nowhere, &nobody);
    for ((method, path, body), (_, other_path, other_body)) in there.into_iter().zip(missing) {
        let seen = mallory.send(method.clone(), &path, body.as_ref()).expect(404);
        let unseen = mallory
            .send(method.clone(), &other_path, other_body.as_ref())
            .expect(404);
        assert_eq!(essence(&seen), essence(&unseen), "{method} {path}");
    }
}

/// What an answer says, less what differs between any two.
fn essence(answer: &Answer) -> serde_json::Value {
    let mut body = answer.body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("request_id");
        fields.remove("instance");
    }
    body
}
