use diesel::prelude::*;
use tenantry_application::ports::{self as app, StoreError, StoreResult};
use tenantry_domain::UserId;
use tenantry_domain::user::{Identity, Profile, User};

use super::Unit;
use super::dialect::Db;
use super::schema::users;
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, check_for_backend(Db), treat_none_as_default_value = false)]
struct Row {
    id: DbUuid,
    issuer: String,
    subject: String,
    email: Option<String>,
    email_verified: bool,
    name: Option<String>,
    created_at: DbTime,
    updated_at: DbTime,
}

impl From<&User> for Row {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.into(),
            issuer: user.identity.issuer.clone(),
            subject: user.identity.subject.clone(),
            email: user.profile.email.as_ref().map(ToString::to_string),
            email_verified: user.profile.email_verified,
            name: user.profile.name.as_ref().map(ToString::to_string),
            created_at: user.created_at.into(),
            updated_at: user.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "users",
            key: &[&row.id],
        };
        Ok(Self {
            id: row.id.into(),
            profile: Profile {
                email: at.parse_optional("email", row.email.as_ref())?,
                email_verified: row.email_verified,
                name: at.parse_optional("name", row.name.as_ref())?,
            },
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
            identity: Identity {
                issuer: row.issuer,
                subject: row.subject,
            },
        })
    }
}

impl app::Users for Unit {
    fn find(&mut self, id: UserId) -> StoreResult<Option<User>> {
        let query = users::table.find(DbUuid::from(id)).select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn find_by_identity(&mut self, identity: &Identity) -> StoreResult<Option<User>> {
        let query = users::table
            .filter(users::issuer.eq(&identity.issuer))
            .filter(users::subject.eq(&identity.subject))
            .select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn insert(&mut self, user: &User) -> StoreResult<()> {
        self.write(|c| {
            diesel::insert_into(users::table)
                .values(Row::from(user))
                .execute(c)
        })
    }

    fn update_profile(&mut self, user: &User) -> StoreResult<()> {
        let row = Row::from(user);
        let profile = (
            users::email.eq(row.email),
            users::email_verified.eq(row.email_verified),
            users::name.eq(row.name),
            users::updated_at.eq(row.updated_at),
        );
        self.write(|c| diesel::update(users::table.find(row.id)).set(profile).execute(c))
    }
}
