use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, ChargeKey, LedgerChange, Standing, StoreError, StoreResult};
use tenantry_domain::capacity::{ChargeTarget, TargetId};
use tenantry_domain::charge::Charge;
use tenantry_domain::{Meter, Units, WorkspaceId};

use super::chains::{self, CountedLink, Link};
use super::dialect::{Db, RowVersion};
use super::expression::sum_bigint;
use super::node::KeptRow;
use super::schema::charges;
use super::workspaces::Row as WorkspaceRow;
use super::{Unit, ledger_read};
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid, bigint};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = charges, check_for_backend(Db), treat_none_as_default_value = false)]
pub struct Row {
    pub workspace_id: DbUuid,
    pub meter: String,
    pub resource_id: String,
    pub organization_id: Option<DbUuid>,
    pub team_id: Option<DbUuid>,
    pub quantity: i64,
    pub reservation_id: Option<DbUuid>,
    pub created_at: DbTime,
    pub updated_at: DbTime,
}

impl Row {
    /// Which charge it is.
    pub fn key(&self) -> (DbUuid, &str, &str) {
        (self.workspace_id, &self.meter, &self.resource_id)
    }
}

impl From<&Charge> for Row {
    fn from(charge: &Charge) -> Self {
        Self {
            workspace_id: charge.workspace_id.into(),
            meter: charge.meter.to_string(),
            resource_id: charge.resource_id.to_string(),
            organization_id: charge.target.organization().map(Into::into),
            team_id: charge.target.team().map(Into::into),
            quantity: bigint(charge.quantity.units()),
            reservation_id: charge.held_by.map(Into::into),
            created_at: charge.created_at.into(),
            updated_at: charge.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for Charge {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "charges",
            key: &[&row.workspace_id, &row.meter, &row.resource_id],
        };
        Ok(Self {
            workspace_id: row.workspace_id.into(),
            meter: at.parse("meter", &row.meter)?,
            resource_id: at.parse("resource_id", &row.resource_id)?,
            target: read_target(&at, row.organization_id, row.team_id)?,
            quantity: at.convert("quantity", row.quantity)?,
            held_by: row.reservation_id.map(Into::into),
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

/// A link of the chain at which a charge counts; the first one with the workspace, and with what the resource is charged with.
#[derive(Queryable, Selectable)]
#[diesel(check_for_backend(Db))]
pub struct LookedUpRow {
    #[diesel(embed)]
    pub link: Link,
    #[diesel(embed)]
    pub kept: Option<KeptRow>,
    #[diesel(embed)]
    pub workspace: Option<WorkspaceRow>,
    #[diesel(embed)]
    pub charge: Option<Row>,
}

/// Which chain, and for which resource.
pub type AskedCharge = (TargetId, ChargeKey);

/// What was found of one of those, by its place among them, and the version of what is kept.
pub type Found = (usize, LookedUpRow, Option<RowVersion>);

/// A workspace, or one of its charges.
#[derive(Queryable, Selectable)]
#[diesel(check_for_backend(Db))]
pub struct StandingRow {
    #[diesel(embed)]
    pub workspace: Option<WorkspaceRow>,
    #[diesel(embed)]
    pub charge: Option<Row>,
}

/// Whose charges are looked up, of which meter and for which resource.
pub type AskedKey<'a> = (DbUuid, &'a str, &'a str);

/// Every workspace with its charges and chains. The rows of a chain follow one another.
fn read_looked_up(asked: &[AskedCharge], rows: Vec<Found>) -> StoreResult<Vec<Standing>> {
    let mut standings = BTreeMap::<DbUuid, Standing>::new();
    let mut links = Vec::with_capacity(rows.len());
    for (number, row, _) in rows {
        let workspace = row.link.workspace_id;
        if let Entry::Vacant(place) = standings.entry(workspace)
            && let Some(workspace) = read::one(row.workspace)?
        {
            place.insert(Standing {
                workspace,
                charges: Vec::new(),
                chains: Vec::new(),
            });
        }
        if let (Some(charge), Some(standing)) = (read::one(row.charge)?, standings.get_mut(&workspace)) {
            standing.charges.push(charge);
        }
        if let (Some((_, key)), Some(kept)) = (asked.get(number), row.kept) {
            links.push(CountedLink {
                number,
                meter: &key.meter,
                link: row.link,
                kept,
            });
        }
    }
    for (workspace, chain) in chains::read_counted(&links)? {
        if let Some(standing) = standings.get_mut(&workspace) {
            standing.chains.push(chain);
        }
    }
    Ok(standings.into_values().collect())
}

/// Every charge is somebody's.
pub fn read_target(
    at: &Place<'_>,
    organization: Option<DbUuid>,
    team: Option<DbUuid>,
) -> StoreResult<ChargeTarget> {
    let target = match (organization, team) {
        (organization, Some(team)) => Ok(ChargeTarget::Team {
            id: team.into(),
            organization: organization.map(Into::into),
        }),
        (Some(organization), None) => Ok(ChargeTarget::Organization(organization.into())),
        (None, None) => Err("neither an organization nor a team"),
    };
    at.check("organization_id", target)
}

/// Organization, team, meter, and what they have.
type TotalRow = (Option<DbUuid>, Option<DbUuid>, String, Option<i64>);

fn read_total((organization, team, meter, total): TotalRow) -> StoreResult<(ChargeTarget, Meter, Units)> {
    let at = Place {
        table: "charges",
        key: &[&meter],
    };
    let target = read_target(&at, organization, team)?;
    let units = at.convert("quantity", total.unwrap_or_default())?;
    Ok((target, at.parse("meter", &meter)?, units))
}

impl app::Charges for Unit {
    fn find(&mut self, workspace: WorkspaceId, key: &ChargeKey) -> StoreResult<Option<Charge>> {
        let charge = charges::table.find((
            DbUuid::from(workspace),
            key.meter.as_str(),
            key.resource_id.as_str(),
        ));
        read::one(self.run(|c| charge.select(Row::as_select()).first(c).optional())?)
    }

    fn look_up(&mut self, asked: &[AskedCharge]) -> StoreResult<Vec<Standing>> {
        let rows = self.run(|c| ledger_read::look_up(c, asked))?;
        for (number, row, version) in &rows {
            if let (Some((_, key)), Some(version)) = (asked.get(*number), version) {
                self.seen.note(&row.link, &key.meter, *version);
            }
        }
        read_looked_up(asked, rows)
    }

    fn standing(&mut self, workspace: WorkspaceId, keys: &[ChargeKey]) -> StoreResult<Option<Standing>> {
        let workspace = DbUuid::from(workspace);
        let keys: Vec<AskedKey<'_>> = keys
            .iter()
            .map(|key| (workspace, key.meter.as_str(), key.resource_id.as_str()))
            .collect();
        let (mut found, mut charges) = (None, Vec::new());
        for row in self.run(|c| ledger_read::standing(c, workspace, &keys))? {
            found = found.or(read::one(row.workspace)?);
            charges.extend(read::one::<_, Charge>(row.charge)?);
        }
        Ok(found.map(|workspace| Standing {
            workspace,
            charges,
            chains: Vec::new(),
        }))
    }

    fn save_free(&mut self, changes: &[LedgerChange]) -> StoreResult<BTreeSet<WorkspaceId>> {
        self.save_ledger(changes)
    }

    fn list(
        &mut self,
        workspace: WorkspaceId,
        target: TargetId,
        page: &PageRequest<ChargeKey>,
    ) -> StoreResult<Page<Charge, ChargeKey>> {
        let list = || {
            let all = charges::table
                .filter(charges::workspace_id.eq(DbUuid::from(workspace)))
                .select(Row::as_select())
                .into_boxed::<Db>();
            match target {
                TargetId::Organization(id) => all.filter(charges::organization_id.eq(DbUuid::from(id))),
                TargetId::Team(id) => all.filter(charges::team_id.eq(DbUuid::from(id))),
            }
        };
        let rows = self.run(|c| {
            page!(c, page, list, |key| charges::meter => key.meter.as_str(),
                charges::resource_id => key.resource_id.as_str())
        })?;
        read::page(page, rows, |charge: &Charge| ChargeKey {
            meter: charge.meter.clone(),
            resource_id: charge.resource_id.clone(),
        })
    }

    fn totals(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<(ChargeTarget, Meter, Units)>> {
        let query = charges::table
            .filter(charges::workspace_id.eq(DbUuid::from(workspace)))
            .group_by((charges::organization_id, charges::team_id, charges::meter))
            .select((
                charges::organization_id,
                charges::team_id,
                charges::meter,
                sum_bigint(charges::quantity),
            ));
        let rows: Vec<TotalRow> = self.run(|c| query.load(c))?;
        let mut totals = rows
            .into_iter()
            .map(read_total)
            .collect::<StoreResult<Vec<_>>>()?;
        totals.sort_unstable();
        Ok(totals)
    }
}
