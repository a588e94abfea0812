//! Reports to be written.

use tenantry_application::{MeterUsage, UsageReport, UsageRow, UsageTotal};
use tenantry_domain::billing::BillingMode;
use tenantry_domain::organization::{Branding, Organization, Path};
use tenantry_domain::workspace::Workspace;
use tenantry_domain::{Limit, OrganizationId, Timestamp, Units, WorkspaceId};
use uuid::Uuid;

pub fn units(n: u64) -> Units {
    Units::new(n).unwrap()
}

/// What is used of how much, all of it by the organization itself.
pub fn usage(used: u64, total: Option<u64>) -> MeterUsage {
    let total = total.map(units);
    MeterUsage {
        used: units(used),
        direct: units(used),
        limit: Limit::from_option(total),
        total,
        free: total.map(|total| total.saturating_sub(units(used))),
    }
}

/// A row below others, the root first.
pub fn row(number: u128, name: &str, above: &[&UsageRow], usage: &[MeterUsage]) -> UsageRow {
    let ids: Vec<OrganizationId> = above.iter().map(|row| row.organization.id).collect();
    let names = above.iter().map(|row| row.organization.name.clone());
    UsageRow {
        organization: Organization {
            id: OrganizationId::from_uuid(Uuid::from_u128(number)),
            workspace_id: WorkspaceId::from_uuid(Uuid::from_u128(1)),
            name: name.parse().unwrap(),
            path: Path::default().followed_by(&ids),
            billing_account_id: None,
            picture: None,
            branding: Branding::default(),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        },
        above: names.collect(),
        usage: usage.to_vec(),
    }
}

/// At 2026-11-22 07:30:12.
pub fn report(meters: &[&str], rows: Vec<UsageRow>) -> UsageReport {
    let total = |index: usize| UsageTotal {
        used: rows
            .iter()
            .filter(|row| row.above.is_empty())
            .map(|row| row.usage[index].used)
            .sum(),
        total: Some(units(100)),
    };
    UsageReport {
        workspace: Workspace {
            name: "ACME".parse().unwrap(),
            billing_mode: BillingMode::Pooled,
            ..Workspace::of_team(WorkspaceId::from_uuid(Uuid::from_u128(1)), Timestamp::EPOCH)
        },
        at: "2026-11-22T07:30:12.000000Z".parse().unwrap(),
        totals: (0..meters.len()).map(total).collect(),
        meters: meters.iter().map(|meter| meter.parse().unwrap()).collect(),
        rows,
    }
}

/// A thousand organizations: ten roots, each with ninety-nine below it on nine levels.
pub fn thousand() -> UsageReport {
    let mut rows: Vec<UsageRow> = Vec::new();
    for root in 0..10 {
        let mut above: Vec<UsageRow> = Vec::new();
        for n in 0..100 {
            let uses = [usage(n * 7, Some(900)), usage(n, None), usage(n % 3, Some(1))];
            let name = format!("Organization {root}.{n} Łódź");
            let below: Vec<&UsageRow> = above.iter().collect();
            let next = row(u128::from(root * 100 + n + 1), &name, &below, &uses);
            if above.len() < 9 {
                above.push(next.clone());
            } else if n % 10 == 0 {
                above.truncate(2);
            }
            rows.push(next);
        }
    }
    report(&["locations", "users", "sso"], rows)
}
