use prometheus_client::metrics::gauge::Gauge;

/// A gauge that is one higher for as long as this lives, however it ends.
#[derive(Debug)]
pub(crate) struct Raised(Gauge);

impl Raised {
    /// Raises it.
    pub fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        self.0.dec();
    }
}
