use tenantry_reports::csv;

use crate::support::{report, row, thousand, units, usage};

fn written(report: &tenantry_application::UsageReport) -> String {
    String::from_utf8(csv(report).unwrap()).unwrap()
}

#[test]
fn l8_a_row_has_its_place_and_its_numbers() {
    let mut root = row(1, "ACME, \"Inc.\"", &[], &[usage(3, Some(10)), usage(0, None)]);
    root.usage[0].direct = units(1);
    let child = row(2, "Berlin", &[&root], &[usage(2, Some(4)), usage(0, Some(0))]);
    let (first, second) = (&root.organization.id, &child.organization.id);
    let expected = [
        "id,external_id,parent_org_id,name,depth,path,locations_used,locations_direct,locations_limit,locations_total,locations_free,\
         users_used,users_direct,users_limit,users_total,users_free"
            .to_owned(),
        format!(
            "{first},00000000-0000-0000-0000-000000000001,,\"ACME, \"\"Inc.\"\"\",0,\"ACME, \"\"Inc.\"\"\",3,1,10,10,7,0,0,,,"
        ),
        format!(
            "{second},00000000-0000-0000-0000-000000000002,{first},Berlin,1,\"ACME, \"\"Inc.\"\" / Berlin\",2,2,4,4,2,0,0,0,0,0"
        ),
    ];
    let report = report(&["locations", "users"], vec![root, child]);
    // Each line ends with CR and LF, the last one too (RFC 4180).
    assert_eq!(written(&report), expected.join("\r\n") + "\r\n");
}

#[test]
fn l8_no_name_is_a_formula() {
    for (name, field) in [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("1-1", "1-1"),
        ("株式会社 😀", "株式会社 😀"),
    ] {
        let written = written(&report(&["users"], vec![row(1, name, &[], &[usage(0, None)])]));
        assert!(
            written.contains(&format!(",,{field},0,{field},0,0,,,\r\n")),
            "{written}"
        );
    }
}

#[test]
fn l8_a_workspace_without_organizations_has_the_names_of_the_columns_alone() {
    assert_eq!(written(&report(&["users"], vec![])).lines().count(), 1);
    assert_eq!(written(&thousand()).lines().count(), 1001);
}
