use std::time::Duration;

/// The first pause between two attempts to send a mail.
const FIRST: Duration = Duration::from_secs(1);
/// The longest one.
const LONGEST: Duration = Duration::from_hours(1);

/// How long a mail that was not taken waits after so many attempts: 1 s after the first, twice as long after each other one, an hour at
/// most (T15).
pub fn pause_after(attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(12);
    LONGEST.min(FIRST * (1 << doublings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t15_the_pauses_double_from_a_second_to_an_hour() {
        let seconds = [0, 1, 2, 3, 12, 13, u32::MAX].map(|attempts| pause_after(attempts).as_secs());
        assert_eq!(seconds, [1, 1, 2, 4, 2048, 3600, 3600]);
    }
}
