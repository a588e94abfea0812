//! Quotas in headers (draft-ietf-httpapi-ratelimit-headers).

use std::time::Duration;

use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};

use super::quota::{Exhausted, Standing};
use crate::problem::{Code, Problem};

/// The header of the quota as a whole.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The header of what is left.
const STANDING: HeaderName = HeaderName::from_static("ratelimit");
/// What the quota is called.
const NAME: &str = "credential";

impl Standing {
    /// The two headers; none if they cannot be written, which numbers always can.
    pub fn headers(self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let Self {
            quota,
            remaining,
            restored_in,
        } = self;
        let policy = format!("\"{NAME}\";q={quota};w=60");
        let standing = format!("\"{NAME}\";r={remaining};t={}", seconds(restored_in));
        [(POLICY, policy), (STANDING, standing)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)))
    }
}

/// The problem of somebody who has nothing left.
pub(super) fn refusal(Exhausted(wait): Exhausted) -> Problem {
    Problem::new(Code::RateLimited).header(RETRY_AFTER, seconds(wait).max(1).into())
}

/// Whole seconds, rounded up.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
