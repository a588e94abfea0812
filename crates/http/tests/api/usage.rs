//! What a whole workspace uses, as files (L10).

use actix_web::http::Method;
use serde_json::json;

use crate::support::{Reply, World};

/// A workspace with a root that may use 4 locations, and a child that uses 3 of them.
async fn grown() -> (World, String) {
    let world = World::without_billing().await;
    let workspace = world.staffed_workspace("pooled").await;
    let root = json!({ "name": "=ACME", "limits": { "locations": 4 } });
    let root = world
        .organization(&format!("{workspace}/organizations"), root)
        .await;
    let child = world.child(&workspace, &root, "Berlin").await;
    world.charge("locations/x", &child, 3).await;
    (world, format!("{workspace}/organizations"))
}

async fn fetch(world: &World, file: &str, seen: Option<&str>) -> Reply {
    let headers: Vec<_> = seen.map(|tag| ("If-None-Match", tag)).into_iter().collect();
    world.call_with(&headers, "reader", Method::GET, file, None).await
}

#[actix_web::test]
async fn l10_the_csv_has_a_row_for_each_organization() {
    let (world, organizations) = grown().await;
    let reply = fetch(&world, &format!("{organizations}/usage.csv"), None).await;
    let workspace = organizations.split('/').nth(2).unwrap();
    let named = format!("attachment; filename=\"usage-{workspace}.csv\"");
    assert_eq!(reply.header("content-disposition"), Some(named.as_str()));
    assert_eq!(
        reply.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    let text = String::from_utf8(reply.bytes).unwrap();
    let rows: Vec<Vec<&str>> = text
        .split_terminator("\r\n")
        .map(|row| row.split(',').collect())
        .collect();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| [row[3], row[5], row[6], row[7], row[8], row[9], row[10]])
        .collect();
    assert_eq!(
        shown,
        [
            [
                "name",
                "path",
                "locations_used",
                "locations_direct",
                "locations_limit",
                "locations_total",
                "locations_free"
            ],
            ["'=ACME", "'=ACME", "3", "0", "4", "4", "1"],
            ["Berlin", "'=ACME / Berlin", "3", "3", "", "4", "1"],
        ]
    );
}

#[actix_web::test]
async fn l10_the_pdf_is_one() {
    let (world, organizations) = grown().await;
    let reply = fetch(&world, &format!("{organizations}/usage.pdf"), None).await;
    assert_eq!(reply.header("content-type"), Some("application/pdf"));
    assert!(reply.header("content-disposition").unwrap().ends_with(".pdf\""));
    assert!(reply.bytes.starts_with(b"%PDF-"));
}

#[actix_web::test]
async fn l10_a_file_that_somebody_has_is_not_sent_again() {
    let (world, organizations) = grown().await;
    for file in ["usage.csv", "usage.pdf"] {
        let address = format!("{organizations}/{file}");
        let first = fetch(&world, &address, None).await;
        let tag = first.header("etag").unwrap();
        assert_eq!(fetch(&world, &address, Some(tag)).await.status, 304);
        let root = json!({ "name": file });
        world.post("alice", &organizations, root).await.expect(201);
        assert_eq!(fetch(&world, &address, Some(tag)).await.status, 200);
    }
}

#[actix_web::test]
async fn i3_other_names_are_no_files() {
    let (world, organizations) = grown().await;
    world
        .get("alice", &format!("{organizations}/usage.doc"))
        .await
        .refused(404, "not_found");
}
