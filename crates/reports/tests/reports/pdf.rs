use tenantry_application::UsageReport;
use tenantry_reports::pdf;

use crate::reader::texts;
use crate::support::{report, row, thousand, units, usage};

fn pages(report: &UsageReport) -> Vec<Vec<String>> {
    texts(&pdf(report).unwrap())
}

#[test]
fn l8_a_page_says_what_is_used_of_how_much_and_when() {
    let root = row(1, "Berlin", &[], &[usage(1200, Some(5000)), usage(3, None)]);
    let child = row(2, "Mitte", &[&root], &[usage(12, Some(10)), usage(0, Some(0))]);
    let mut report = report(&["locations", "users"], vec![root, child]);
    report.totals[0].total = Some(units(5000));
    report.totals[1].total = None;
    let expected = [
        "ACME",
        "Usage, 2026-11-22 07:30 UTC",
        "Organization",
        "locations",
        "users",
        "Berlin",
        "1,200 / 5,000",
        "3",
        "Mitte",
        "12 / 10 !",
        "0 / 0",
        "Total, 2 organizations",
        "1,200 / 5,000",
        "3",
        "1 / 1",
    ];
    assert_eq!(pages(&report), [expected]);
}

#[test]
fn l8_the_same_report_is_the_same_file() {
    let small = || report(&["users"], vec![row(1, "Berlin", &[], &[usage(1, None)])]);
    let written = pdf(&small()).unwrap();
    assert!(written.starts_with(b"%PDF-"));
    assert_eq!(written, pdf(&small()).unwrap());
    let mut later = small();
    later.at = later.at.plus_days(1);
    assert_ne!(written, pdf(&later).unwrap());
}

#[test]
fn l8_every_page_has_its_number_and_the_last_one_the_total() {
    let pages = pages(&thousand());
    // A thousand rows and the total, 36 on a page.
    assert_eq!(pages.len(), 28);
    for (index, page) in pages.iter().enumerate() {
        assert_eq!(page.last().unwrap(), &format!("{} / 28", index + 1));
        assert_eq!(page[..3], ["ACME", "Usage, 2026-11-22 07:30 UTC", "Organization"]);
    }
    assert!(pages[27].contains(&"Total, 1000 organizations".to_owned()));
    let names: Vec<&String> = pages
        .iter()
        .flatten()
        .filter(|text| text.starts_with("Organization "))
        .collect();
    assert_eq!(names.len(), 1000);
    assert_eq!(names[999], "Organization 9.99 Łódź");
}

#[test]
fn l8_meters_that_do_not_fit_beside_one_another_follow() {
    let meters = ["a", "b", "c", "d", "e"];
    let uses = [1, 2, 3, 4, 5].map(|n| usage(n, Some(9)));
    let pages = pages(&report(&meters, vec![row(1, "Berlin", &[], &uses)]));
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[0][3..9], ["a", "b", "c", "d", "Berlin", "1 / 9"]);
    assert_eq!(pages[1][3..6], ["e", "Berlin", "5 / 9"]);
    assert_eq!(pages[1].last().unwrap(), "2 / 2");
}

#[test]
fn l8_no_name_breaks_a_page() {
    let hostile = [
        "\u{202e}evil\u{202c}",
        "a\u{200b}b",
        "שלום 7",
        "東京 HQ",
        "👩‍👩‍👧",
        &"W".repeat(50),
        &"ﷺ".repeat(50),
        &"e\u{301}\u{302}\u{303}".repeat(12),
        "(\\)",
    ];
    let mut rows = Vec::new();
    for (number, name) in (1..).zip(hostile) {
        let above: Vec<_> = rows.iter().collect();
        let next = row(number, name, &above, &[usage(1, Some(2)); 4]);
        rows.push(next);
    }
    let pages = pages(&report(&["a", "b", "c", "d"], rows));
    let [page] = pages.as_slice() else {
        panic!("one page")
    };
    let names: Vec<&str> = page[7..52].iter().step_by(5).map(String::as_str).collect();
    assert_eq!(names[..4], ["evil", "ab", "7 םולש", "□□ HQ"]);
    assert!(
        names[5].ends_with('…') && names[5].starts_with("WWW"),
        "{}",
        names[5]
    );
    assert_eq!(names[8], "(\\)");
    assert!(
        page.iter().any(|text| text.starts_with("□ stands for")),
        "{page:?}"
    );
}

#[test]
fn l8_what_can_be_shown_needs_no_explanation() {
    let written = pages(&report(&["users"], vec![row(1, "Київ", &[], &[usage(0, None)])]));
    assert_eq!(written[0][4], "Київ");
    assert!(!written[0].iter().any(|text| text.contains('□')));
    let empty = pages(&report(&["users"], vec![]));
    assert_eq!(empty[0][4..], ["Total, 0 organizations", "0 / 100", "1 / 1"]);
}
