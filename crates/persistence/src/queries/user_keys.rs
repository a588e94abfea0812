use diesel::prelude::*;
use tenantry_application::ports::{self as app, FoundKey, StoreError, StoreResult};
use tenantry_domain::key::UserKey;
use tenantry_domain::{Timestamp, UserId, UserKeyId};

use super::Unit;
use super::dialect::Db;
use super::key::{UserKeyColumns, read_found};
use super::schema::{user_keys, users};
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = user_keys, check_for_backend(Db))]
struct Row {
    id: DbUuid,
    user_id: DbUuid,
    #[diesel(embed)]
    key: UserKeyColumns,
}

impl From<&UserKey> for Row {
    fn from(key: &UserKey) -> Self {
        Self {
            id: key.id.into(),
            user_id: key.user_id.into(),
            key: (&key.key).into(),
        }
    }
}

impl TryFrom<Row> for UserKey {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "user_keys",
            key: &[&row.id],
        };
        Ok(Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            key: row.key.read(&at)?,
        })
    }
}

impl app::UserKeys for Unit {
    fn insert(&mut self, key: &UserKey) -> StoreResult<()> {
        let row = Row::from(key);
        self.write(|c| diesel::insert_into(user_keys::table).values(row).execute(c))
    }

    fn update(&mut self, key: &UserKey) -> StoreResult<()> {
        let row = Row::from(key);
        let key = user_keys::table.find(row.id);
        self.write(|c| diesel::update(key).set(&row.key).execute(c))
    }

    fn delete(&mut self, id: UserKeyId) -> StoreResult<()> {
        let key = user_keys::table.find(DbUuid::from(id));
        self.run(|c| diesel::delete(key).execute(c)).map(drop)
    }

    fn list(&mut self, user: UserId) -> StoreResult<Vec<UserKey>> {
        let query = user_keys::table
            .filter(user_keys::user_id.eq(DbUuid::from(user)))
            .order(user_keys::id)
            .select(Row::as_select());
        read::all(self.run(|c| query.load(c))?)
    }

    fn find(&mut self, user: UserId, id: UserKeyId) -> StoreResult<Option<UserKey>> {
        let query = user_keys::table
            .find(DbUuid::from(id))
            .filter(user_keys::user_id.eq(DbUuid::from(user)))
            .select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn find_shown(&mut self, id: UserKeyId) -> StoreResult<Option<FoundKey<UserKey>>> {
        let query = user_keys::table
            .find(DbUuid::from(id))
            .inner_join(users::table.on(users::id.eq(user_keys::user_id)))
            .select((Row::as_select(), users::allow_login));
        read_found(self.run(|c| query.first(c).optional())?)
    }

    fn note_use(&mut self, id: UserKeyId, at: Timestamp) -> StoreResult<()> {
        let key = user_keys::table.find(DbUuid::from(id));
        let use_ = user_keys::last_used_at.eq(Some(DbTime::from(at)));
        self.run(|c| diesel::update(key).set(use_).execute(c)).map(drop)
    }
}
