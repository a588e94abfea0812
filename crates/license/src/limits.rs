use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use tenantry_domain::license::LicenseLimits;

use crate::Refused;

/// Limits as they are written, whatever their names and values, so that what is wrong with them can be told.
#[derive(Default)]
pub(crate) struct WrittenLimits(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for WrittenLimits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = WrittenLimits;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    /// A map would keep the last of those with one name.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrittenLimits, A::Error> {
        let mut limits = Vec::new();
        while let Some(limit) = map.next_entry()? {
            limits.push(limit);
        }
        Ok(WrittenLimits(limits))
    }
}

impl TryFrom<WrittenLimits> for LicenseLimits {
    type Error = Refused;

    fn try_from(written: WrittenLimits) -> Result<Self, Refused> {
        let mut limits = Self::default();
        for (name, value) in written.0 {
            let limit = match name.as_str() {
                "teams_per_person" => &mut limits.teams_per_person,
                _ => return Err(Refused::Limits),
            };
            if limit.replace(number(&value)?).is_some() {
                return Err(Refused::Limit);
            }
        }
        Ok(limits)
    }
}

fn number(value: &Value) -> Result<u32, Refused> {
    let number = value.as_u64().and_then(|number| number.try_into().ok());
    number.ok_or(Refused::Limit)
}
