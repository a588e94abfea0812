use std::sync::atomic::{AtomicU64, Ordering};

use super::Bell;

/// What came of an attempt to send a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// It was handed over.
    Sent,
    /// It will be tried again.
    Postponed,
    /// It was refused for good.
    Refused,
    /// It may have been handed over, or not.
    Uncertain,
}

impl MailOutcome {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Sent, Self::Postponed, Self::Refused, Self::Uncertain];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Postponed => "postponed",
            Self::Refused => "refused",
            Self::Uncertain => "uncertain",
        }
    }
}

/// What this process knows of mails.
#[derive(Debug, Default)]
pub(crate) struct Mails {
    pub bell: Bell,
    sent: AtomicU64,
    postponed: AtomicU64,
    refused: AtomicU64,
    uncertain: AtomicU64,
}

impl Mails {
    pub fn count(&self, outcome: MailOutcome) {
        self.counter(outcome).fetch_add(1, Ordering::Relaxed);
    }

    pub fn counted(&self, outcome: MailOutcome) -> u64 {
        self.counter(outcome).load(Ordering::Relaxed)
    }

    const fn counter(&self, outcome: MailOutcome) -> &AtomicU64 {
        match outcome {
            MailOutcome::Sent => &self.sent,
            MailOutcome::Postponed => &self.postponed,
            MailOutcome::Refused => &self.refused,
            MailOutcome::Uncertain => &self.uncertain,
        }
    }
}
