//! From rows to the domain: whatever does not make sense is reported with the place where it stands.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;

use serde_json::Value;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{StoreError, StoreResult};

type Cause = Box<dyn Error + Send + Sync>;

/// A row being read.
pub struct Place<'a> {
    /// Its table.
    pub table: &'static str,
    /// Its key.
    pub key: &'a [&'a dyn Display],
}

impl Place<'_> {
    /// What was made of a column.
    pub fn check<T, E: Into<Cause>>(&self, column: &'static str, value: Result<T, E>) -> StoreResult<T> {
        value.map_err(|cause| {
            let key: Vec<String> = self.key.iter().map(ToString::to_string).collect();
            StoreError::Corrupt {
                table: self.table,
                column,
                row: key.join("/"),
                cause: cause.into(),
            }
        })
    }

    /// A text that means something.
    pub fn parse<T: FromStr<Err: Into<Cause>>>(&self, column: &'static str, text: &str) -> StoreResult<T> {
        self.check(column, text.parse())
    }

    /// A text that means something, when there is one.
    pub fn parse_optional<T: FromStr<Err: Into<Cause>>>(
        &self,
        column: &'static str,
        text: Option<&String>,
    ) -> StoreResult<Option<T>> {
        text.map(|text| self.parse(column, text)).transpose()
    }

    /// A number or time that is in range.
    pub fn convert<V, T: TryFrom<V, Error: Into<Cause>>>(
        &self,
        column: &'static str,
        value: V,
    ) -> StoreResult<T> {
        self.check(column, value.try_into())
    }

    /// A number or time that is in range, when there is one.
    pub fn convert_optional<V, T: TryFrom<V, Error: Into<Cause>>>(
        &self,
        column: &'static str,
        value: Option<V>,
    ) -> StoreResult<Option<T>> {
        value.map(|value| self.convert(column, value)).transpose()
    }

    /// A JSON object as a map.
    pub fn object<K: FromStr<Err: Into<Cause>> + Ord, V>(
        &self,
        column: &'static str,
        json: &Value,
        read: impl Fn(&Value) -> Result<V, Cause>,
    ) -> StoreResult<BTreeMap<K, V>> {
        let object = self.check(column, json.as_object().ok_or("not a JSON object"))?;
        let pair = |(key, value): (&String, &Value)| {
            Ok((self.parse(column, key)?, self.check(column, read(value))?))
        };
        object.iter().map(pair).collect()
    }
}

/// What a row means, when there is one.
pub fn one<R, T: TryFrom<R, Error = StoreError>>(row: Option<R>) -> StoreResult<Option<T>> {
    row.map(T::try_from).transpose()
}

/// What rows mean.
pub fn all<R, T: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> StoreResult<Vec<T>> {
    rows.into_iter().map(T::try_from).collect()
}

/// The page that rows are.
pub fn page<R, T: TryFrom<R, Error = StoreError>, K: Clone + Ord>(
    request: &PageRequest<K>,
    rows: Vec<R>,
    key: impl Fn(&T) -> K,
) -> StoreResult<Page<T, K>> {
    Ok(Page::from_rows(request, all(rows)?, key))
}

/// A number of rows.
pub fn count(rows: i64) -> StoreResult<u32> {
    u32::try_from(rows).map_err(|cause| StoreError::Other(cause.into()))
}
