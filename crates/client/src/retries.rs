use std::time::Duration;

use uuid::Uuid;

/// How often, and after which pauses, a request is sent again that does no harm twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How many times at most, after the first.
    pub limit: u32,
    /// How long the first pause is at most. Each later one may be twice as long.
    pub first_pause: Duration,
    /// How long any pause is at most, unless the service asks for more with `Retry-After`.
    pub longest_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            limit: 6,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
        }
    }
}

impl Retries {
    /// Every request is sent once.
    pub const NONE: Self = Self {
        limit: 0,
        first_pause: Duration::ZERO,
        longest_pause: Duration::ZERO,
    };

    /// The pause after so many retries: anything up to the bound with equal chance, so that clients that fail together do not come back
    /// together, and that after what the service asked for.
    pub(crate) fn pause(&self, retries: u32, asked: Option<Duration>, chance: Uuid) -> Duration {
        let doubled = 2_u32.saturating_pow(retries);
        let bound = self.first_pause.saturating_mul(doubled).min(self.longest_pause);
        let jitter = bound.mul_f64(f64::from(chance.as_fields().0) / 2_f64.powi(32));
        jitter.saturating_add(asked.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRIES: Retries = Retries {
        limit: 9,
        first_pause: Duration::from_millis(100),
        longest_pause: Duration::from_secs(1),
    };

    #[test]
    fn pauses_double_up_to_the_longest_with_full_jitter() {
        let (least, most) = (Uuid::nil(), Uuid::max());
        for (retries, bound) in [(0, 100), (1, 200), (2, 400), (3, 800), (4, 1000), (40, 1000)] {
            assert_eq!(RETRIES.pause(retries, None, least), Duration::ZERO);
            let longest = RETRIES.pause(retries, None, most);
            assert_eq!(longest.as_millis(), bound);
        }
    }

    #[test]
    fn what_the_service_asks_for_comes_before_the_jitter() {
        let asked = Some(Duration::from_secs(30));
        assert_eq!(RETRIES.pause(0, asked, Uuid::nil()), Duration::from_secs(30));
        assert!(RETRIES.pause(0, asked, Uuid::max()) > Duration::from_secs(30));
    }
}
