use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenantry_domain::Timestamp;
use tenantry_domain::license::{License, LicenseLimits};

use crate::{ISSUER, Refused};

const MICROS_PER_SECOND: i64 = 1_000_000;

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

/// As they are read: limits may be any, so that those that nobody knows are refused as such.
pub(crate) type SignedClaims = Claims<Option<Value>>;

/// The limits that are known.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
            limits: limits(claims.limits)?,
            not_before: moment(claims.nbf)?,
            expires_at: moment(claims.exp)?,
        })
    }
}

fn limits(claim: Option<Value>) -> Result<LicenseLimits, Refused> {
    let limits = claim.map(Limits::deserialize).transpose();
    let Limits { teams_per_person } = limits.map_err(|_| Refused::Limits)?.unwrap_or_default();
    Ok(LicenseLimits { teams_per_person })
}

fn seconds(moment: Timestamp) -> i64 {
    moment.as_micros().div_euclid(MICROS_PER_SECOND)
}

fn moment(seconds: i64) -> Result<Timestamp, Refused> {
    seconds
        .checked_mul(MICROS_PER_SECOND)
        .and_then(Timestamp::from_micros)
        .ok_or(Refused::Claims)
}
