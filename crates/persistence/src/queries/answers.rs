use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::upsert::excluded;
use tenantry_application::idempotency::WrittenAnswer;
use tenantry_application::ports::{self as app, Claim, ClaimKey, ClaimTimes, StoreError, StoreResult};
use tenantry_domain::Timestamp;

use super::Unit;
use super::schema::idempotency_keys;
use crate::read::{self, Place};
use crate::types::DbTime;

#[derive(Debug, thiserror::Error)]
#[error("the answer was forgotten at the same moment")]
struct Forgotten;

fn read_claim(key: &ClaimKey, (fingerprint, answer): (Vec<u8>, Option<Vec<u8>>)) -> StoreResult<Claim> {
    let at = Place {
        table: "idempotency_keys",
        key: &[&key.caller, &key.key],
    };
    let answer = answer.ok_or("a key was claimed and not answered");
    Ok(Claim::Answered {
        fingerprint: at.check("fingerprint", fingerprint.try_into().map_err(|_| "not 32 bytes"))?,
        answer: WrittenAnswer(at.check("answer", answer)?),
    })
}

impl app::Answers for Unit {
    fn claim(&mut self, key: &ClaimKey, fingerprint: &[u8; 32], times: ClaimTimes) -> StoreResult<Claim> {
        let id = (key.caller.as_str(), key.key.as_str());
        let row = (
            idempotency_keys::caller.eq(id.0),
            idempotency_keys::key.eq(id.1),
            idempotency_keys::fingerprint.eq(fingerprint.as_slice()),
            idempotency_keys::created_at.eq(DbTime::from(times.now)),
        );
        let claim = diesel::insert_into(idempotency_keys::table)
            .values(row)
            .on_conflict((idempotency_keys::caller, idempotency_keys::key))
            .do_update()
            .set((
                idempotency_keys::fingerprint.eq(excluded(idempotency_keys::fingerprint)),
                idempotency_keys::created_at.eq(excluded(idempotency_keys::created_at)),
                idempotency_keys::answer.eq(None::<Vec<u8>>),
            ));
        let is_old = idempotency_keys::created_at.lt(DbTime::from(times.valid_since));
        if self.run(|c| FilterDsl::filter(claim, is_old).execute(c))? > 0 {
            return Ok(Claim::Free);
        }
        let kept = QueryDsl::find(idempotency_keys::table, id);
        let kept = QueryDsl::select(kept, (idempotency_keys::fingerprint, idempotency_keys::answer));
        let found = self.run(|c| kept.first(c).optional())?;
        read_claim(key, found.ok_or(StoreError::Retry(Forgotten.into()))?)
    }

    fn find(&mut self, key: &ClaimKey, valid_since: Timestamp) -> StoreResult<Claim> {
        let kept = QueryDsl::find(idempotency_keys::table, (key.caller.as_str(), key.key.as_str()));
        let is_valid = idempotency_keys::created_at.ge(DbTime::from(valid_since));
        let kept = QueryDsl::select(
            QueryDsl::filter(kept, is_valid),
            (idempotency_keys::fingerprint, idempotency_keys::answer),
        );
        let found = self.run(|c| kept.first(c).optional())?;
        found.map_or(Ok(Claim::Free), |found| read_claim(key, found))
    }

    fn keep(&mut self, key: &ClaimKey, answer: &WrittenAnswer) -> StoreResult<()> {
        let kept = QueryDsl::find(idempotency_keys::table, (key.caller.as_str(), key.key.as_str()));
        let answer = idempotency_keys::answer.eq(Some(answer.0.as_slice()));
        self.write(|c| diesel::update(kept).set(answer).execute(c))
    }

    fn forget(&mut self, before: Timestamp) -> StoreResult<u32> {
        let old = QueryDsl::filter(
            idempotency_keys::table,
            idempotency_keys::created_at.lt(DbTime::from(before)),
        );
        let forgotten = self.run(|c| diesel::delete(old).execute(c))?;
        read::count(i64::try_from(forgotten).unwrap_or(i64::MAX))
    }
}
