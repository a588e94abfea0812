use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use tenantry_application::{MailOutcome, Tenantry};

/// Asks what came of mails whenever somebody looks.
pub(super) struct Lookup(pub Tenantry);

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

impl Collector for Lookup {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let mut mails = encoder.encode_descriptor(
            "mails",
            "Attempts to send a mail, by what came of them.",
            None,
            MetricType::Counter,
        )?;
        for outcome in MailOutcome::ALL {
            let count = self.0.mails(outcome);
            ConstCounter::new(count).encode(mails.encode_family(&[("outcome", outcome.as_str())])?)?;
        }
        Ok(())
    }
}
