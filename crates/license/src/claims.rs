use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use tenantry_domain::Timestamp;
use tenantry_domain::license::License;

use crate::limits::WrittenLimits;
use crate::{ISSUER, Refused};

const MICROS_PER_SECOND: i64 = 1_000_000;

/// The seconds of the years 0 to 9999, which are all that RFC 3339 can write.
const WRITABLE: RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// What a licence says. Moments are seconds since 1970-01-01T00:00:00Z.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims<L> {
    iss: String,
    jti: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    edition: String,
    #[serde(default)]
    limits: L,
}

/// As they are read.
pub(crate) type SignedClaims = Claims<Option<WrittenLimits>>;

/// The limits as they are issued.
#[derive(Serialize)]
pub(crate) struct Limits {
    #[serde(skip_serializing_if = "Option::is_none")]
    teams_per_person: Option<u32>,
}

impl Claims<Limits> {
    /// What this licence says when it is issued at this moment.
    pub fn of(license: &License, issued_at: Timestamp) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            jti: license.id.to_string(),
            sub: license.holder.to_string(),
            iat: seconds(issued_at),
            nbf: seconds(license.not_before),
            exp: seconds(license.expires_at),
            edition: license.edition.to_string(),
            limits: Limits {
                teams_per_person: license.limits.teams_per_person,
            },
        }
    }
}

impl TryFrom<SignedClaims> for License {
    type Error = Refused;

    fn try_from(claims: SignedClaims) -> Result<Self, Refused> {
        Ok(Self {
            id: claims.jti.parse().map_err(|_| Refused::Claims)?,
            holder: claims.sub.parse().map_err(|_| Refused::Claims)?,
            edition: claims.edition.parse().map_err(|_| Refused::Edition)?,
            limits: claims.limits.unwrap_or_default().try_into()?,
            not_before: moment(claims.nbf).ok_or(Refused::Claims)?,
            expires_at: moment(claims.exp).ok_or(Refused::Claims)?,
        })
    }
}

/// The second that this moment is in, for a licence says no more of it; `None` outside of the years 0 to 9999, which RFC 3339 cannot write.
pub fn whole_second(of: Timestamp) -> Option<Timestamp> {
    moment(seconds(of))
}

fn seconds(moment: Timestamp) -> i64 {
    moment.as_micros().div_euclid(MICROS_PER_SECOND)
}

fn moment(seconds: i64) -> Option<Timestamp> {
    let is_writable = WRITABLE.contains(&seconds);
    let micros = is_writable.then(|| seconds.saturating_mul(MICROS_PER_SECOND))?;
    Timestamp::from_micros(micros)
}
