//! What is counted (`docs/rules.md` L1).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of something that is counted and limited, such as `locations`: a letter `a`–`z`, then letters, digits and
/// `_`, at most 32 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meter(Arc<str>);

/// The meter of which the units charged to a team are its sites (C8).
pub const SITES: &str = "locations";

/// The meter of which the people in an organization's teams take a unit each (C9).
pub const SEATS: &str = "users";

impl Meter {
    /// The most characters.
    pub const MAX_LENGTH: usize = 32;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text cannot be the name of a meter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a meter's name is a letter a–z followed by at most 31 of a–z, 0–9 and _")]
pub struct InvalidMeterName;

impl FromStr for Meter {
    type Err = InvalidMeterName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let goes_on_well = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if starts_well && goes_on_well && text.len() <= Self::MAX_LENGTH {
            Ok(Self(text.into()))
        } else {
            Err(InvalidMeterName)
        }
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The meters that a deployment knows, in the order in which it lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meters(Vec<Meter>);

/// A name that is none of the deployment's meters (L1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a meter here; the meters are {known}")]
pub struct UnknownMeter {
    known: String,
}

/// Why a list of meters was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMeters {
    /// A deployment without meters could count nothing.
    #[error("at least one meter is needed")]
    Empty,
    /// The same name twice.
    #[error("the meter {0} is listed twice")]
    Duplicate(Meter),
    /// Not a name.
    #[error(transparent)]
    Name(#[from] InvalidMeterName),
}

impl Meters {
    /// The meters of these names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidMeters> {
        let mut meters: Vec<Meter> = Vec::new();
        for name in names {
            let meter = name.parse::<Meter>()?;
            if meters.contains(&meter) {
                return Err(InvalidMeters::Duplicate(meter));
            }
            meters.push(meter);
        }
        if meters.is_empty() {
            Err(InvalidMeters::Empty)
        } else {
            Ok(Self(meters))
        }
    }

    /// The meter of this name (L1).
    pub fn get(&self, name: &str) -> Result<Meter, UnknownMeter> {
        self.0
            .iter()
            .find(|meter| meter.as_str() == name)
            .cloned()
            .ok_or_else(|| UnknownMeter { known: self.names() })
    }

    /// All of them, in the deployment's order.
    pub fn iter(&self) -> impl Iterator<Item = &Meter> {
        self.0.iter()
    }

    fn names(&self) -> String {
        self.0.iter().map(Meter::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// `locations`, `users`, `sso` (L1).
impl Default for Meters {
    fn default() -> Self {
        Self(
            ["locations", "users", "sso"]
                .into_iter()
                .map(|name| Meter(name.into()))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l1_an_unknown_meter_is_refused_and_the_known_ones_named() {
        let meters = Meters::default();
        assert_eq!(meters.get("users").unwrap().as_str(), "users");
        assert_eq!(
            meters.get("Users").unwrap_err().to_string(),
            "is not a meter here; the meters are locations, users, sso"
        );
    }

    #[test]
    fn l1_a_deployment_lists_each_meter_once_and_at_least_one() {
        assert_eq!(Meters::new([]), Err(InvalidMeters::Empty));
        assert!(
            matches!(Meters::new(["a", "b", "a"]), Err(InvalidMeters::Duplicate(m)) if m.as_str() == "a")
        );
        for name in ["", "1a", "_a", "a-b", "A", "a b", &"a".repeat(33)] {
            assert!(
                matches!(Meters::new([name]), Err(InvalidMeters::Name(_))),
                "{name:?}"
            );
        }
    }
}
