//! Does what time brings and nobody asks for.

use std::error::Error;
use std::time::Duration;

use tenantry_application::{Error as UseCaseError, Tenantry};

/// How often is looked for what is kept for a while only. What is too old does not count any more, so nobody waits for it.
const FORGETTING: Duration = Duration::from_mins(10);
/// How often is looked for workspaces in which something is due. Whoever comes to one settles it first, so nobody waits for it either.
const SETTLING: Duration = Duration::from_secs(10);

/// A chore: what it is called when it fails, and what it does; it tells how much it found to do.
struct Chore {
    name: &'static str,
    period: Duration,
    work: fn(&Tenantry) -> Result<usize, UseCaseError>,
}

const CHORES: [Chore; 3] = [
    Chore {
        name: "forget the answers of old requests with keys",
        period: FORGETTING,
        work: |tenantry| tenantry.forget_answers().map(count),
    },
    Chore {
        name: "forget reservations that ended long ago",
        period: FORGETTING,
        work: |tenantry| tenantry.forget_reservations().map(count),
    },
    Chore {
        name: "settle workspaces in which something is due",
        period: SETTLING,
        work: Tenantry::settle_due,
    },
];

fn count(rows: u32) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}

/// Does each chore now and once in its period, or in this one when it is shorter, until the service ends.
pub fn start(tenantry: &Tenantry, at_most: Duration) {
    for chore in CHORES {
        actix_web::rt::spawn(repeat(tenantry.clone(), chore, at_most));
    }
}

async fn repeat(tenantry: Tenantry, Chore { name, period, work }: Chore, at_most: Duration) {
    let mut ticks = actix_web::rt::time::interval(period.min(at_most));
    loop {
        ticks.tick().await;
        let tenantry = tenantry.clone();
        match actix_web::rt::task::spawn_blocking(move || work(&tenantry)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(done)) => tracing::debug!(done, "did: {name}"),
            Ok(Err(error)) => {
                let cause: &dyn Error = &error;
                tracing::warn!(cause, "could not {name}; trying again later");
            }
            // The service is ending.
            Err(_) => return,
        }
    }
}
