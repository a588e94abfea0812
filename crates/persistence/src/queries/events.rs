use diesel::prelude::*;
use tenantry_application::event::{Event, EventKind, EventPlace, EventPosition, RecordedEvent};
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, StoreError, StoreResult};

use super::Unit;
use super::dialect::Db;
use super::schema::events;
use crate::read::{self, Place};
use crate::types::{DbJson, DbTime, DbUuid};

/// An event that has no position yet.
pub struct NewEvent {
    pub workspace_id: DbUuid,
    pub team_id: Option<DbUuid>,
    pub id: DbUuid,
    pub at: DbTime,
    pub actor: String,
    pub kind: &'static str,
    pub subject: String,
    pub changes: DbJson,
}

impl From<&Event> for NewEvent {
    fn from(event: &Event) -> Self {
        Self {
            workspace_id: event.workspace_id.into(),
            team_id: event.team_id.map(Into::into),
            id: event.id.into(),
            at: event.at.into(),
            actor: event.actor.clone(),
            kind: event.kind.as_str(),
            subject: event.subject.clone(),
            changes: DbJson(event.changes.clone()),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(Db))]
struct Row {
    workspace_id: DbUuid,
    position: i64,
    id: DbUuid,
    at: DbTime,
    actor: String,
    kind: String,
    subject: String,
    changes: DbJson,
}

impl TryFrom<Row> for RecordedEvent {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let place = Place {
            table: "events",
            key: &[&row.workspace_id, &row.position],
        };
        Ok(Self {
            position: EventPosition(row.position),
            id: row.id.into(),
            at: place.convert("at", row.at)?,
            actor: row.actor,
            kind: row.kind,
            subject: row.subject,
            changes: row.changes.0,
        })
    }
}

impl app::Events for Unit {
    /// Kept until the end of the transaction: the feed gives positions to one transaction at a time, so whoever has got theirs must not wait
    /// for anything any more.
    fn append(&mut self, event: &Event) -> StoreResult<()> {
        self.events.push(event.into());
        Ok(())
    }

    fn list(
        &mut self,
        place: EventPlace,
        kind: Option<EventKind>,
        page: &PageRequest<EventPosition>,
    ) -> StoreResult<Page<RecordedEvent, EventPosition>> {
        let list = || {
            let all = events::table
                .filter(events::workspace_id.eq(DbUuid::from(place.workspace)))
                .select(Row::as_select())
                .into_boxed::<Db>();
            let all = match place.team {
                Some(team) => all.filter(events::team_id.eq(DbUuid::from(team))),
                None => all,
            };
            match kind {
                Some(kind) => all.filter(events::kind.eq(kind.as_str())),
                None => all,
            }
        };
        let rows = self.run(|c| page!(c, page, list, |key| events::position => key.0))?;
        read::page(page, rows, |event: &RecordedEvent| event.position)
    }
}
