//! Moments in time. The domain has no clock: every rule that depends on time is told the moment.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Datelike, Days, Months, SecondsFormat, TimeDelta, Utc};

/// A moment in UTC with microsecond precision, the precision that every store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(DateTime::UNIX_EPOCH);

    /// From microseconds since 1970-01-01T00:00:00Z; `None` outside the years that a calendar can show.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn as_micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// So much later, to the microsecond; the last representable moment when that overflows.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let delta = TimeDelta::from_std(duration).ok();
        Self(
            delta
                .and_then(|delta| self.0.checked_add_signed(delta))
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }

    /// The same time of day, so many days later; the last representable moment when that overflows.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(
            self.0
                .checked_add_days(Days::new(days.into()))
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }

    /// So many hours earlier; the first representable moment when that overflows.
    #[must_use]
    pub fn minus_hours(self, hours: u32) -> Self {
        Self(
            self.0
                .checked_sub_signed(TimeDelta::hours(hours.into()))
                .unwrap_or(DateTime::<Utc>::MIN_UTC),
        )
    }

    /// The same day of a later month, or that month's last day when it is shorter.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        Self(
            self.0
                .checked_add_months(Months::new(months))
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }
}

/// RFC 3339 in UTC with microseconds: `2026-01-31T12:00:00.000000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

/// The text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a moment as RFC 3339 writes it, such as 2026-01-31T12:00:00Z")]
pub struct InvalidMoment;

/// RFC 3339 in any offset; what is finer than a microsecond is cut off.
impl FromStr for Timestamp {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidMoment)?;
        let moment = Self::from_micros(moment.timestamp_micros()).ok_or(InvalidMoment)?;
        // An offset can lead out of the years that RFC 3339 can write.
        let is_writable = (0..=9999).contains(&moment.0.year());
        if is_writable {
            Ok(moment)
        } else {
            Err(InvalidMoment)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_after_the_31st_of_january_is_the_end_of_february() {
        let january = Timestamp(
            DateTime::parse_from_rfc3339("2026-01-31T12:00:00Z")
                .unwrap()
                .into(),
        );
        assert_eq!(january.plus_months(1).to_string(), "2026-02-28T12:00:00.000000Z");
        assert_eq!(january.plus_days(14).to_string(), "2026-02-14T12:00:00.000000Z");
    }

    #[test]
    fn a_moment_is_moved_and_stays_in_the_calendar() {
        let later = Timestamp::EPOCH.plus(Duration::from_micros(90_000_001));
        assert_eq!(later.as_micros(), 90_000_001);
        let last = Timestamp::EPOCH.plus(Duration::MAX);
        assert_eq!(last, last.plus(Duration::from_hours(1)));
    }

    #[test]
    fn a_moment_survives_its_microseconds() {
        let moment = Timestamp::from_micros(1_700_000_000_123_456).unwrap();
        assert_eq!(Timestamp::from_micros(moment.as_micros()), Some(moment));
        assert_eq!(Timestamp::from_micros(i64::MAX), None);
    }
    #[test]
    fn a_moment_is_read_as_rfc_3339_writes_it() {
        for (text, shown) in [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
            ("2026-01-31t12:00:00.1234567+05:30", "2026-01-31T06:30:00.123456Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), shown);
        }
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "2026-02-30T12:00:00Z",
            "+12026-01-31T12:00:00Z",
            "9999-12-31T23:59:59-00:01",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidMoment), "{text}");
        }
    }
}
