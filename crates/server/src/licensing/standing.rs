use std::fmt;
use std::sync::Arc;

use tenantry_domain::Timestamp;
use tenantry_domain::license::{License, Validity};

use super::Unusable;

/// From so many days on before a licence expires, each day is news.
const SOON: u32 = 30;

/// How the licence stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is to be none.
    NotConfigured,
    /// There is none to be had.
    Unusable(Unusable),
    /// It could not be found out, by a mistake of ours.
    Failed,
    /// It will hold.
    NotYetValid(Arc<License>),
    /// It holds.
    Valid {
        /// The licence.
        license: Arc<License>,
        /// For so many more whole days.
        days_left: u32,
    },
    /// It held.
    Expired(Arc<License>),
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Whether somebody has to do something.
    pub is_warning: bool,
    /// What it says.
    pub text: String,
}

impl Standing {
    /// How this licence stands at this moment.
    #[must_use]
    pub fn of(license: Arc<License>, now: Timestamp) -> Self {
        match license.validity(now) {
            Validity::NotYetValid => Self::NotYetValid(license),
            Validity::Valid => Self::Valid {
                days_left: license.days_left(now),
                license,
            },
            Validity::Expired => Self::Expired(license),
        }
    }

    /// The licence, if there is one.
    #[must_use]
    pub const fn license(&self) -> Option<&Arc<License>> {
        match self {
            Self::NotConfigured | Self::Unusable(_) | Self::Failed => None,
            Self::NotYetValid(license) | Self::Valid { license, .. } | Self::Expired(license) => {
                Some(license)
            }
        }
    }

    /// Whether it is worth a line after that one: a day that passes is not, unless few are left.
    pub(super) fn is_news_after(&self, before: &Self) -> bool {
        match (self, before) {
            (
                Self::Valid { license, days_left },
                Self::Valid {
                    license: same,
                    days_left: days_before,
                },
            ) => license != same || (days_left != days_before && *days_left <= SOON),
            _ => self != before,
        }
    }

    /// What there is to tell.
    #[must_use]
    pub fn news(&self) -> News {
        match self {
            Self::NotConfigured => News {
                is_warning: false,
                text: "community edition: no licence is configured (license.file)".to_owned(),
            },
            Self::Unusable(why) => community(format_args!("{why}")),
            Self::Failed => community(format_args!(
                "looking at the licence panicked, which is a bug; report it with what was printed before"
            )),
            Self::NotYetValid(license) => community(format_args!(
                "the licence of {} is not yet valid; it begins at {}",
                license.holder, license.not_before
            )),
            Self::Expired(license) => community(format_args!(
                "the licence of {} expired at {}; install another one (license.file)",
                license.holder, license.expires_at
            )),
            Self::Valid { license, days_left } => News {
                is_warning: *days_left <= SOON,
                text: format!(
                    "licence of {}: {} until {}, {}",
                    license.holder,
                    license.edition,
                    date(license.expires_at),
                    remaining(*days_left)
                ),
            },
        }
    }
}

impl News {
    /// Writes it into the log.
    pub fn tell(&self) {
        if self.is_warning {
            tracing::warn!("{}", self.text);
        } else {
            tracing::info!("{}", self.text);
        }
    }
}

fn community(why: fmt::Arguments<'_>) -> News {
    News {
        is_warning: true,
        text: format!("community edition: {why}"),
    }
}

fn remaining(days: u32) -> String {
    match days {
        0 => "its last day".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    }
}

fn date(moment: Timestamp) -> String {
    let moment = moment.to_string();
    match moment.split_once('T') {
        Some((date, _)) => date.to_owned(),
        None => moment,
    }
}
