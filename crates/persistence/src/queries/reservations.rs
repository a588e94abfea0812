use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::ports::{self as app, StoreError, StoreResult};
use tenantry_domain::reservation::{Reservation, ReservationStatus};
use tenantry_domain::{ReservationId, Timestamp, WorkspaceId};

use super::Unit;
use super::charges::read_target;
use super::dialect::{Db, MAX_LIST};
use super::schema::reservations;
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid, bigint};

/// How many values a row has.
const COLUMNS: usize = 11;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = reservations, check_for_backend(Db), treat_none_as_default_value = false)]
struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    meter: String,
    resource_id: String,
    organization_id: Option<DbUuid>,
    team_id: Option<DbUuid>,
    quantity: i64,
    status: String,
    expires_at: DbTime,
    created_at: DbTime,
    updated_at: DbTime,
}

impl From<&Reservation> for Row {
    fn from(reservation: &Reservation) -> Self {
        Self {
            workspace_id: reservation.workspace_id.into(),
            id: reservation.id.into(),
            meter: reservation.meter.to_string(),
            resource_id: reservation.resource_id.to_string(),
            organization_id: reservation.target.organization().map(Into::into),
            team_id: reservation.target.team().map(Into::into),
            quantity: bigint(reservation.quantity.units()),
            status: reservation.status.as_str().to_owned(),
            expires_at: reservation.expires_at.into(),
            created_at: reservation.created_at.into(),
            updated_at: reservation.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for Reservation {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "reservations",
            key: &[&row.workspace_id, &row.id],
        };
        Ok(Self {
            id: row.id.into(),
            workspace_id: row.workspace_id.into(),
            meter: at.parse("meter", &row.meter)?,
            resource_id: at.parse("resource_id", &row.resource_id)?,
            target: read_target(&at, row.organization_id, row.team_id)?,
            quantity: at.convert("quantity", row.quantity)?,
            status: at.parse("status", &row.status)?,
            expires_at: at.convert("expires_at", row.expires_at)?,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

/// The reservations of a workspace whose units are held.
#[dsl::auto_type]
fn held(workspace: DbUuid) -> _ {
    let held: &'static str = ReservationStatus::Held.as_str();
    reservations::table
        .filter(reservations::workspace_id.eq(workspace))
        .filter(reservations::status.eq(held))
}

impl Unit {
    /// Saves what became, at once, of reservations of one workspace.
    fn end_reservations(&mut self, ended: &[&Reservation]) -> StoreResult<()> {
        let Some(first) = ended.first() else {
            return Ok(());
        };
        let changes = (
            reservations::status.eq(first.status.as_str()),
            reservations::updated_at.eq(DbTime::from(first.updated_at)),
        );
        for ended in ended.chunks(MAX_LIST) {
            let ids = ended.iter().map(|reservation| DbUuid::from(reservation.id));
            let ended = reservations::table
                .filter(reservations::workspace_id.eq(DbUuid::from(first.workspace_id)))
                .filter(reservations::id.eq_any(ids));
            self.write(|c| diesel::update(ended).set(changes).execute(c))?;
        }
        Ok(())
    }
}

impl app::Reservations for Unit {
    fn save(&mut self, new: &[Reservation], ended: &[Reservation]) -> StoreResult<()> {
        for new in new.chunks(MAX_LIST / COLUMNS) {
            let rows: Vec<Row> = new.iter().map(Into::into).collect();
            self.write(|c| diesel::insert_into(reservations::table).values(rows).execute(c))?;
        }
        let mut ended: Vec<&Reservation> = ended.iter().collect();
        ended.sort_by_key(|reservation| (reservation.status, reservation.updated_at, reservation.id));
        let is_alike =
            |a: &&Reservation, b: &&Reservation| (a.status, a.updated_at) == (b.status, b.updated_at);
        for alike in ended.chunk_by(is_alike) {
            self.end_reservations(alike)?;
        }
        Ok(())
    }

    fn find(&mut self, id: ReservationId) -> StoreResult<Option<Reservation>> {
        let query = reservations::table
            .filter(reservations::id.eq(DbUuid::from(id)))
            .select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn expired(&mut self, workspace: WorkspaceId, now: Timestamp) -> StoreResult<Vec<Reservation>> {
        let query = held(workspace.into())
            .filter(reservations::expires_at.le(DbTime::from(now)))
            .order(reservations::expires_at)
            .select(Row::as_select());
        read::all(self.run(|c| query.load(c))?)
    }

    fn next_expiry(&mut self, workspace: WorkspaceId) -> StoreResult<Option<Timestamp>> {
        let query = held(workspace.into())
            .order(reservations::expires_at)
            .select(reservations::expires_at);
        let next: Option<DbTime> = self.run(|c| query.first(c).optional())?;
        let at = Place {
            table: "reservations",
            key: &[&workspace],
        };
        at.convert_optional("expires_at", next)
    }

    fn forget(&mut self, before: Timestamp) -> StoreResult<u32> {
        let old = reservations::table
            .filter(reservations::updated_at.lt(DbTime::from(before)))
            .filter(reservations::status.ne(ReservationStatus::Held.as_str()));
        let forgotten = self.run(|c| diesel::delete(old).execute(c))?;
        Ok(u32::try_from(forgotten).unwrap_or(u32::MAX))
    }
}
