use std::io;
use std::time::Duration;

use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use actix_web::rt::task::spawn_blocking;
use actix_web::rt::time::timeout;

use super::Lookout;

/// How often is looked whether the files have changed, or time has.
pub const PERIOD: Duration = Duration::from_secs(2);

/// From now on SIGHUP asks to look, and does not end the process any more. Call it within a runtime.
///
/// # Errors
/// When the operating system does not let us.
pub fn hangups() -> io::Result<Signal> {
    signal(SignalKind::hangup())
}

/// Looks once a period, and at once when asked to by a signal, until the service ends. Who asks is told in any case.
pub async fn watch(mut lookout: Lookout, mut asking: Signal, period: Duration) {
    loop {
        let is_asked = match timeout(period, asking.recv()).await {
            Ok(Some(())) => true,
            // The service is ending.
            Ok(None) => return,
            Err(_) => false,
        };
        let looked = spawn_blocking(move || {
            let sight = lookout.look();
            (lookout, sight)
        });
        let Ok((back, sight)) = looked.await else {
            // So it is here, for no look panics.
            return;
        };
        lookout = back;
        if is_asked || sight.is_new {
            sight.news.tell();
        }
    }
}
