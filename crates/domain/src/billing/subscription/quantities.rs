use std::collections::BTreeMap;

use crate::meter::Meter;
use crate::units::{Quantity, Units};

/// How much of each meter: at least one meter, each at least 1 (S1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantities(BTreeMap<Meter, Quantity>);

/// A subscription provides at least one meter (S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at least one product is needed")]
pub struct NoQuantities;

impl Quantities {
    /// These quantities, unless there are none.
    pub fn new(quantities: BTreeMap<Meter, Quantity>) -> Result<Self, NoQuantities> {
        if quantities.is_empty() {
            Err(NoQuantities)
        } else {
            Ok(Self(quantities))
        }
    }

    /// Units of one meter; zero when it is not among them.
    pub fn units(&self, meter: &Meter) -> Units {
        self.0
            .get(meter)
            .copied()
            .map(Quantity::units)
            .unwrap_or_default()
    }

    /// Whether a meter is among them.
    pub fn contains(&self, meter: &Meter) -> bool {
        self.0.contains_key(meter)
    }

    /// Every meter with its quantity, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Meter, Quantity)> {
        self.0.iter().map(|(meter, quantity)| (meter, *quantity))
    }

    /// With some quantities set, or removed where `None`.
    pub(super) fn with(
        &self,
        changes: impl IntoIterator<Item = (Meter, Option<Quantity>)>,
    ) -> Result<Self, NoQuantities> {
        let mut quantities = self.0.clone();
        for (meter, quantity) in changes {
            match quantity {
                Some(quantity) => quantities.insert(meter, quantity),
                None => quantities.remove(&meter),
            };
        }
        Self::new(quantities)
    }
}
