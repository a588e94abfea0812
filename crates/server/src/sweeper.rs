//! Removes what is kept for a while only.

use std::error::Error;
use std::time::Duration;

use tenantry_application::Tenantry;

/// How often is looked. What is too old does not count any more, so nobody waits for it.
pub const PERIOD: Duration = Duration::from_mins(10);

/// Sweeps now and once a period, until the service ends.
pub async fn sweep(tenantry: Tenantry, period: Duration) {
    let mut ticks = actix_web::rt::time::interval(period);
    loop {
        ticks.tick().await;
        let tenantry = tenantry.clone();
        let swept = actix_web::rt::task::spawn_blocking(move || tenantry.forget_answers()).await;
        match swept {
            Ok(Ok(0)) => {}
            Ok(Ok(answers)) => tracing::debug!(answers, "forgot the answers of old requests with keys"),
            Ok(Err(error)) => {
                let cause: &dyn Error = &error;
                tracing::warn!(
                    cause,
                    "could not forget the answers of old requests; trying again later"
                );
            }
            // The service is ending.
            Err(_) => return,
        }
    }
}
