use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use tenantry_application::Tenantry;

/// Asks how the licence stands whenever somebody looks (E1).
pub(super) struct Lookup(pub Tenantry);

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

impl Collector for Lookup {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let (entitlements, standing) = self.0.licensing();
        let word = standing
            .as_ref()
            .map_or("absent", |standing| standing.validity.as_str());
        let labels = [("edition", entitlements.edition.as_str()), ("standing", word)];
        let mut license = encoder.encode_descriptor(
            "license",
            "The edition that runs, and how the licence for it stands.",
            None,
            MetricType::Gauge,
        )?;
        ConstGauge::new(1_u32).encode(license.encode_family(&labels)?)?;
        let days = encoder.encode_descriptor(
            "license_days_left",
            "Whole days until the licence expires.",
            None,
            MetricType::Gauge,
        )?;
        match standing {
            Some(standing) => ConstGauge::new(standing.days_left).encode(days),
            None => Ok(()),
        }
    }
}
