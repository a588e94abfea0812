//! Numbers as people read them.

use tenantry_domain::Units;

/// What is used of how much.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    pub used: Units,
    /// `None` when nothing limits it.
    pub total: Option<Units>,
    /// Whether it is more than that.
    pub is_over: bool,
}

impl Share {
    /// In digits, with a mark when it is too much.
    pub fn text(&self) -> String {
        let mark = if self.is_over { " !" } else { "" };
        match self.total {
            Some(total) => format!("{} / {}{mark}", grouped(self.used), grouped(total)),
            None => grouped(self.used),
        }
    }

    /// How much of a bar is filled, from 0 to 1; `None` when nothing limits it.
    pub fn filled(&self) -> Option<f32> {
        let (used, total) = (u128::from(self.used.get()), u128::from(self.total?.get()));
        let permille = (used * 1000).checked_div(total);
        // Of nothing, something is everything.
        let permille = permille.unwrap_or(if used > 0 { 1000 } else { 0 });
        u16::try_from(permille.min(1000))
            .ok()
            .map(|n| f32::from(n) / 1000.0)
    }
}

/// Digits in groups of three.
pub fn grouped(units: Units) -> String {
    let digits = units.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(n: u64) -> Units {
        Units::new(n).unwrap()
    }

    #[test]
    fn l8_digits_are_read_in_groups_of_three() {
        for (n, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(units(n)), shown);
        }
        assert_eq!(grouped(Units::MAX), "9,007,199,254,740,991");
    }

    #[test]
    fn l8_a_bar_is_filled_by_the_share_that_is_used() {
        let share = |used, total: Option<u64>| Share {
            used: units(used),
            total: total.map(units),
            is_over: total.is_some_and(|total| used > total),
        };
        assert_eq!(share(3, Some(4)).filled(), Some(0.75));
        assert_eq!(
            (share(5, Some(4)).filled(), share(5, Some(4)).text()),
            (Some(1.0), "5 / 4 !".into())
        );
        assert_eq!(
            (share(5, None).filled(), share(5, None).text()),
            (None, "5".into())
        );
        assert_eq!(share(0, Some(0)).filled(), Some(0.0));
        assert_eq!(share(1, Some(0)).filled(), Some(1.0));
        let most = Units::MAX.get();
        assert_eq!(share(most, Some(most)).filled(), Some(1.0));
    }
}
