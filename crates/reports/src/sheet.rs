//! The report for programs (RFC 4180).

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use tenantry_application::{MeterUsage, UsageReport, UsageRow};
use tenantry_domain::organization::OrganizationName;
use tenantry_domain::{Meter, Units};

use crate::ReportError;

/// Between the names of a path.
const BELOW: &str = " / ";
/// With what the programs that open such files take a text for a formula, in either width.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A row for each organization, under a row with the names of the columns. UTF-8 without a byte order mark, lines that end with CR and LF.
/// Where nothing limits, the field is empty. A name that could be taken for a formula has an apostrophe before it.
pub fn csv(report: &UsageReport) -> Result<Vec<u8>, ReportError> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(columns(&report.meters))?;
    for row in &report.rows {
        writer.write_record(fields(row))?;
    }
    let written = writer.into_inner();
    Ok(written.map_err(|error| csv::Error::from(error.into_error()))?)
}

fn columns(meters: &[Meter]) -> Vec<String> {
    let about = ["id", "external_id", "parent_org_id", "name", "depth", "path"];
    let of_meter =
        |meter: &Meter| ["used", "direct", "limit", "total", "free"].map(|what| format!("{meter}_{what}"));
    let of_meters = meters.iter().flat_map(of_meter);
    about.into_iter().map(str::to_owned).chain(of_meters).collect()
}

fn fields(row: &UsageRow) -> Vec<String> {
    let organization = &row.organization;
    let names = row.above.iter().chain([&organization.name]);
    let path: Vec<&str> = names.map(OrganizationName::as_str).collect();
    let about = [
        organization.id.to_string(),
        organization.id.as_uuid().to_string(),
        organization
            .parent_id()
            .map(|id| id.to_string())
            .unwrap_or_default(),
        harmless(organization.name.as_str()).into_owned(),
        organization.depth().to_string(),
        harmless(&path.join(BELOW)).into_owned(),
    ];
    about
        .into_iter()
        .chain(row.usage.iter().flat_map(numbers))
        .collect()
}

fn numbers(usage: &MeterUsage) -> [String; 5] {
    let shown = |units: Option<Units>| units.map(|units| units.to_string()).unwrap_or_default();
    [
        usage.used.to_string(),
        usage.direct.to_string(),
        shown(usage.limit.enforced_cap()),
        shown(usage.total),
        shown(usage.free),
    ]
}

/// The same text, which no program takes for a formula.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}
