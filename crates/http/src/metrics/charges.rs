use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use tenantry_application::Error;
use tenantry_application::charges::RowOutcome;
use tenantry_domain::capacity::Place;

use crate::dto::limits::place_name;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decision {
    outcome: &'static str,
    binding: &'static str,
}

impl Decision {
    const ADMITTED: Self = Self {
        outcome: "admitted",
        binding: "none",
    };

    const fn refused(by: Place) -> Self {
        Self {
            outcome: "refused",
            binding: place_name(by),
        }
    }
}

/// What was decided about charges (C2).
#[derive(Clone)]
pub(crate) struct Charges(Family<Decision, Counter>);

impl Charges {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let charges = Self(Family::default());
        registry.register(
            "charges",
            "Charges that the chain admitted or refused",
            charges.0.clone(),
        );
        // Counters that begin at zero show their first increase.
        let refused = [
            Place::Pool,
            Place::Ancestor,
            Place::Parent,
            Place::Itself,
            Place::Team,
        ]
        .map(Decision::refused);
        for decision in refused.iter().chain([&Decision::ADMITTED]) {
            drop(charges.0.get_or_create(decision));
        }
        charges
    }

    /// Counts what charges among the rows of a batch (C7).
    pub fn count_rows(&self, outcome: &Result<Vec<RowOutcome>, Error>) {
        match outcome {
            Ok(rows) => {
                for row in rows {
                    match row {
                        RowOutcome::Charged(_) | RowOutcome::Moved(_) => self.admitted(),
                        RowOutcome::Refused(error) => self.refused(error),
                        RowOutcome::Released => {}
                    }
                }
            }
            Err(Error::BatchRefused(rows)) => {
                for row in rows {
                    self.refused(&row.error);
                }
            }
            Err(_) => {}
        }
    }

    /// Counts a charge, if the chain had its say.
    pub fn count<T>(&self, outcome: &Result<T, Error>) {
        match outcome {
            Ok(_) => self.admitted(),
            Err(error) => self.refused(error),
        }
    }

    fn admitted(&self) {
        self.0.get_or_create(&Decision::ADMITTED).inc();
    }

    fn refused(&self, error: &Error) {
        if let Error::LimitReached { refusal, .. } = error {
            let decision = Decision::refused(refusal.chain().place_of(refusal.binding()));
            self.0.get_or_create(&decision).inc();
        }
    }
}
