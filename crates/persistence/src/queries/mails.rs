use diesel::dsl;
use diesel::prelude::*;
use tenantry_application::ports::{self as app, MailState, QueuedMail, StoreError, StoreResult};
use tenantry_domain::Timestamp;

use super::Unit;
use super::dialect::Db;
use super::schema::mails;
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = mails, check_for_backend(Db))]
struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    invitation_id: DbUuid,
    state: String,
    attempts: i32,
    next_attempt_at: DbTime,
    created_at: DbTime,
}

impl From<&QueuedMail> for Row {
    fn from(mail: &QueuedMail) -> Self {
        Self {
            workspace_id: mail.workspace_id.into(),
            id: mail.id.into(),
            invitation_id: mail.invitation_id.into(),
            state: word(mail.state).to_owned(),
            attempts: attempts(mail),
            next_attempt_at: mail.due_at.into(),
            created_at: mail.created_at.into(),
        }
    }
}

impl TryFrom<Row> for QueuedMail {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "mails",
            key: &[&row.workspace_id, &row.id],
        };
        Ok(Self {
            id: row.id.into(),
            workspace_id: row.workspace_id.into(),
            invitation_id: row.invitation_id.into(),
            state: at.check("state", state(&row.state))?,
            attempts: at.convert("attempts", row.attempts)?,
            due_at: at.convert("next_attempt_at", row.next_attempt_at)?,
            created_at: at.convert("created_at", row.created_at)?,
        })
    }
}

fn key(mail: &QueuedMail) -> (DbUuid, DbUuid) {
    (mail.workspace_id.into(), mail.id.into())
}

fn attempts(mail: &QueuedMail) -> i32 {
    i32::try_from(mail.attempts).unwrap_or(i32::MAX)
}

const fn word(state: MailState) -> &'static str {
    match state {
        MailState::Queued => "queued",
        MailState::Sending => "sending",
    }
}

fn state(word: &str) -> Result<MailState, &'static str> {
    match word {
        "queued" => Ok(MailState::Queued),
        "sending" => Ok(MailState::Sending),
        _ => Err("neither queued nor sending"),
    }
}

/// A mail, unless somebody has been at it since: each attempt is another one.
#[dsl::auto_type]
fn still(key: (DbUuid, DbUuid), state: &'static str, attempts: i32) -> _ {
    let mail: dsl::Find<mails::table, (DbUuid, DbUuid)> = mails::table.find(key);
    mail.filter(mails::state.eq(state))
        .filter(mails::attempts.eq(attempts))
}

impl app::MailQueue for Unit {
    fn insert(&mut self, mail: &QueuedMail) -> StoreResult<()> {
        let row = Row::from(mail);
        self.write(|c| diesel::insert_into(mails::table).values(row).execute(c))
    }

    fn first_due(&mut self, state: MailState, now: Timestamp) -> StoreResult<Option<QueuedMail>> {
        let query = mails::table
            .filter(mails::state.eq(word(state)))
            .filter(mails::next_attempt_at.le(DbTime::from(now)))
            .order(mails::next_attempt_at)
            .select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn advance(&mut self, was: &QueuedMail, becomes: &QueuedMail) -> StoreResult<bool> {
        let row = Row::from(becomes);
        let changes = (
            mails::state.eq(row.state),
            mails::attempts.eq(row.attempts),
            mails::next_attempt_at.eq(row.next_attempt_at),
        );
        let mail = still(key(was), word(was.state), attempts(was));
        self.run(|c| diesel::update(mail).set(changes).execute(c))
            .map(|rows| rows > 0)
    }

    fn take(&mut self, was: &QueuedMail) -> StoreResult<bool> {
        let mail = still(key(was), word(was.state), attempts(was));
        self.run(|c| diesel::delete(mail).execute(c)).map(|rows| rows > 0)
    }
}
