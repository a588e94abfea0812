//! Column types that both backends keep in their own way: `uuid`, `timestamptz` and `jsonb` on PostgreSQL; bytes, microseconds and text on
//! SQLite.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::pg::data_types::PgTimestamp;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Jsonb, Text, Timestamptz, Uuid as PgUuid};
use diesel::sqlite::Sqlite;
use tenantry_domain::id::Kind;
use tenantry_domain::{Id, Timestamp, Units};
use uuid::Uuid;

/// Any id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = PgUuid)]
#[diesel(sql_type = Binary)]
pub struct DbUuid(pub Uuid);

impl fmt::Display for DbUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Kind> From<Id<K>> for DbUuid {
    fn from(id: Id<K>) -> Self {
        Self(id.as_uuid())
    }
}

impl<K: Kind> From<DbUuid> for Id<K> {
    fn from(id: DbUuid) -> Self {
        Self::from_uuid(id.0)
    }
}

impl FromSql<Binary, Sqlite> for DbUuid {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<Binary, Sqlite> for DbUuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<PgUuid, Pg> for DbUuid {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Uuid::from_sql(value).map(Self)
    }
}

impl ToSql<PgUuid, Pg> for DbUuid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<PgUuid, Pg>::to_sql(&self.0, out)
    }
}

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamptz)]
#[diesel(sql_type = BigInt)]
pub struct DbTime(pub i64);

/// 2000-01-01T00:00:00Z, from which PostgreSQL counts.
const PG_EPOCH: i64 = 946_684_800_000_000;

/// Outside the years that a calendar can show.
#[derive(Debug, thiserror::Error)]
#[error("{0} µs after 1970 is no moment that a calendar can show")]
pub struct NoSuchMoment(i64);

impl From<Timestamp> for DbTime {
    fn from(time: Timestamp) -> Self {
        Self(time.as_micros())
    }
}

impl TryFrom<DbTime> for Timestamp {
    type Error = NoSuchMoment;

    fn try_from(time: DbTime) -> Result<Self, Self::Error> {
        Self::from_micros(time.0).ok_or(NoSuchMoment(time.0))
    }
}

impl FromSql<BigInt, Sqlite> for DbTime {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Sqlite>>::from_sql(value).map(Self)
    }
}

impl ToSql<BigInt, Sqlite> for DbTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        ToSql::<BigInt, Sqlite>::to_sql(&self.0, out)
    }
}

impl FromSql<Timestamptz, Pg> for DbTime {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let PgTimestamp(micros) = FromSql::<Timestamptz, Pg>::from_sql(value)?;
        micros
            .checked_add(PG_EPOCH)
            .map(Self)
            .ok_or_else(|| "an infinite time".into())
    }
}

impl ToSql<Timestamptz, Pg> for DbTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.0.checked_sub(PG_EPOCH).ok_or("a time before PostgreSQL's")?;
        ToSql::<Timestamptz, Pg>::to_sql(&PgTimestamp(micros), &mut out.reborrow())
    }
}

/// Any JSON.
#[derive(Debug, Clone, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Jsonb)]
#[diesel(sql_type = Text)]
pub struct DbJson(pub serde_json::Value);

impl FromSql<Text, Sqlite> for DbJson {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&text)?))
    }
}

impl ToSql<Text, Sqlite> for DbJson {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Jsonb, Pg> for DbJson {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <serde_json::Value as FromSql<Jsonb, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<Jsonb, Pg> for DbJson {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Jsonb, Pg>::to_sql(&self.0, out)
    }
}

/// A count as a `bigint`, which holds every one of them.
pub fn bigint(units: Units) -> i64 {
    units.get().cast_signed()
}
