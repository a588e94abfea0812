use std::collections::BTreeMap;

use diesel::dsl;
use diesel::prelude::*;
use serde_json::{Value, json};
use tenantry_application::ports::{self as app, StoreError, StoreResult};
use tenantry_domain::UserId;
use tenantry_domain::text::EmailKey;
use tenantry_domain::user::{Identity, Preferences, Profile, User};

use super::Unit;
use super::dialect::{Db, MAX_LIST};
use super::lock::locked;
use super::schema::{team_members, users};
use crate::read::{self, Place};
use crate::types::{DbJson, DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, check_for_backend(Db), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Row {
    #[diesel(skip_update)]
    id: DbUuid,
    issuer: Option<String>,
    subject: Option<String>,
    email: Option<String>,
    email_key: Option<String>,
    email_verified: bool,
    name: Option<String>,
    picture: Option<String>,
    locale: Option<String>,
    said_at: Option<DbTime>,
    allow_login: bool,
    preferences: DbJson,
    personal_team_id: Option<DbUuid>,
    current_team_id: Option<DbUuid>,
    #[diesel(skip_update)]
    created_at: DbTime,
    updated_at: DbTime,
}

impl From<&User> for Row {
    fn from(user: &User) -> Self {
        let (profile, preferences) = (&user.profile, &user.preferences);
        Self {
            id: user.id.into(),
            issuer: user.identity.as_ref().map(|identity| identity.issuer.clone()),
            subject: user.identity.as_ref().map(|identity| identity.subject.clone()),
            email: profile.email.as_ref().map(ToString::to_string),
            email_key: profile.address().as_ref().map(ToString::to_string),
            email_verified: profile.email_verified,
            name: profile.name.as_ref().map(ToString::to_string),
            picture: profile.picture.as_ref().map(ToString::to_string),
            locale: profile.locale.as_ref().map(ToString::to_string),
            said_at: user.said_at.map(Into::into),
            allow_login: user.allow_login,
            preferences: DbJson(json!({
                "timezone": preferences.timezone.to_string(),
                "date_format": preferences.date_format.as_str(),
                "time_format": preferences.time_format.as_str(),
            })),
            personal_team_id: user.personal_team_id.map(Into::into),
            current_team_id: user.current_team_id.map(Into::into),
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
                picture: at.parse_optional("picture", row.picture.as_ref())?,
                locale: at.parse_optional("locale", row.locale.as_ref())?,
            },
            said_at: at.convert_optional("said_at", row.said_at)?,
            preferences: read_preferences(&at, &row.preferences.0)?,
            allow_login: row.allow_login,
            personal_team_id: row.personal_team_id.map(Into::into),
            current_team_id: row.current_team_id.map(Into::into),
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
            identity: row
                .issuer
                .zip(row.subject)
                .map(|(issuer, subject)| Identity { issuer, subject }),
        })
    }
}

/// What was never set is as it is for everybody at first.
fn read_preferences(at: &Place<'_>, json: &Value) -> StoreResult<Preferences> {
    let text = |value: &Value| {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| "not a text".into())
    };
    let mut set: BTreeMap<String, String> = at.object("preferences", json, text)?;
    let mut take = |name| set.remove(name);
    let unset = Preferences::default();
    Ok(Preferences {
        timezone: at
            .parse_optional("preferences", take("timezone").as_ref())?
            .unwrap_or(unset.timezone),
        date_format: at
            .parse_optional("preferences", take("date_format").as_ref())?
            .unwrap_or(unset.date_format),
        time_format: at
            .parse_optional("preferences", take("time_format").as_ref())?
            .unwrap_or(unset.time_format),
    })
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

    fn update(&mut self, user: &User) -> StoreResult<()> {
        let row = Row::from(user);
        self.write(|c| diesel::update(users::table.find(row.id)).set(&row).execute(c))
    }

    fn find_for_update(&mut self, id: UserId) -> StoreResult<Option<User>> {
        let query = users::table.find(DbUuid::from(id)).select(Row::as_select());
        let rows: Vec<Row> = self.run(|c| locked(query, "users").load(c))?;
        read::one(rows.into_iter().next())
    }

    fn of_addresses(&mut self, addresses: &[EmailKey]) -> StoreResult<Vec<User>> {
        let mut found = Vec::new();
        for addresses in addresses.chunks(MAX_LIST) {
            let query = users::table
                .filter(users::email_key.eq_any(addresses.iter().map(EmailKey::as_str)))
                .select(Row::as_select());
            found.extend(read::all::<_, User>(self.run(|c| query.load(c))?)?);
        }
        found.sort_by_key(|user| user.id);
        Ok(found)
    }

    fn forget(&mut self, ids: &[UserId]) -> StoreResult<()> {
        for ids in ids.chunks(MAX_LIST) {
            let teams = team_members::table.filter(team_members::user_id.eq(users::id));
            let forgotten = users::table
                .filter(users::id.eq_any(ids.iter().copied().map(DbUuid::from)))
                .filter(users::issuer.is_null())
                .filter(dsl::not(dsl::exists(teams)));
            self.run(|c| diesel::delete(forgotten).execute(c))?;
        }
        Ok(())
    }
}
