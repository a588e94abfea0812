use diesel::prelude::*;
use tenantry_application::event::Event;
use tenantry_application::ports::{self as app, StoreResult};

use super::Unit;
use super::schema::events;
use crate::types::{DbJson, DbTime, DbUuid};

impl app::Events for Unit {
    fn append(&mut self, event: &Event) -> StoreResult<()> {
        let row = (
            events::workspace_id.eq(DbUuid::from(event.workspace_id)),
            events::id.eq(DbUuid::from(event.id)),
            events::at.eq(DbTime::from(event.at)),
            events::actor.eq(&event.actor),
            events::kind.eq(event.kind),
            events::subject.eq(&event.subject),
            events::changes.eq(DbJson(event.changes.clone())),
        );
        self.write(|c| diesel::insert_into(events::table).values(row).execute(c))
    }
}
