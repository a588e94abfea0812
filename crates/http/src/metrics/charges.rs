use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use tenantry_application::Error;
use tenantry_application::charges::Charged;
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

    /// Counts a charge, if the chain had its say.
    pub fn count(&self, outcome: &Result<Charged, Error>) {
        let decision = match outcome {
            Ok(_) => Decision::ADMITTED,
            Err(Error::LimitReached { refusal, .. }) => {
                Decision::refused(refusal.chain().place_of(refusal.binding()))
            }
            Err(_) => return,
        };
        self.0.get_or_create(&decision).inc();
    }
}
