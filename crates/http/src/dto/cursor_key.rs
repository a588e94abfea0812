use std::fmt::Display;
use std::str::FromStr;

use tenantry_application::event::EventPosition;
use tenantry_application::ports::{ChargeKey, WorkspaceKey};
use tenantry_domain::id::{Id, Kind};

/// What an item of a list is found by, in a cursor.
pub(crate) trait CursorKey: Sized {
    /// As text.
    fn write(&self) -> String;
    /// From that text.
    fn read(text: &str) -> Option<Self>;
}

impl<K: Kind> CursorKey for Id<K> {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl CursorKey for EventPosition {
    fn write(&self) -> String {
        self.0.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl CursorKey for WorkspaceKey {
    fn write(&self) -> String {
        pair(u8::from(self.archived), self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let (archived, id) = split(text)?;
        let archived = match archived {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self { archived, id })
    }
}

impl CursorKey for ChargeKey {
    fn write(&self) -> String {
        pair(&self.meter, &self.resource_id)
    }

    fn read(text: &str) -> Option<Self> {
        let (meter, resource_id) = split(text)?;
        Some(Self {
            meter: meter.parse().ok()?,
            resource_id,
        })
    }
}

fn pair(first: impl Display, second: impl Display) -> String {
    format!("{first}:{second}")
}

/// No first part has a colon; the second may.
fn split<T: FromStr>(text: &str) -> Option<(&str, T)> {
    let (first, second) = text.split_once(':')?;
    Some((first, second.parse().ok()?))
}
