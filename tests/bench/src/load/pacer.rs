use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// How long before a request is due its thread is awake: at some 6,000 a second and more it never sleeps, and takes a core.
const AWAKE: Duration = Duration::from_micros(150);

/// Tells when each request is due, at that moment. A thread of its own, since timers of the runtime are a millisecond late.
pub fn start(rate: f64, duration: Duration) -> UnboundedReceiver<Instant> {
    let (due, receiver) = unbounded_channel();
    let begin = Instant::now();
    thread::spawn(move || {
        for at in due_times(rate, duration) {
            let moment = begin + at;
            wait_for(moment);
            if due.send(moment).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A thread is woken a little after it wants to be. That counts for nobody, so it is awake by then.
fn wait_for(moment: Instant) {
    let left = || moment.saturating_duration_since(Instant::now());
    thread::sleep(left().saturating_sub(AWAKE));
    while !left().is_zero() {
        std::hint::spin_loop();
    }
}

/// Evenly, from the beginning.
fn due_times(rate: f64, duration: Duration) -> impl Iterator<Item = Duration> {
    (0_u32..)
        .map(move |number| Duration::from_secs_f64(f64::from(number) / rate))
        .take_while(move |at| *at < duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_due_evenly_for_as_long_as_it_takes() {
        let times: Vec<_> = due_times(4.0, Duration::from_secs(1)).collect();
        assert_eq!(times, [0, 250, 500, 750].map(Duration::from_millis));
    }
}
