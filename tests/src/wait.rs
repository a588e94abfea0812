use std::sync::LazyLock;

use tokio::runtime::Runtime;

/// One for all threads, since connections that they share are driven by the runtime that made them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads can be started"));

/// What a test without async code makes of a future.
pub trait Wait: IntoFuture {
    /// Waits until it is there.
    fn wait(self) -> Self::Output;
}

impl<F: IntoFuture> Wait for F {
    fn wait(self) -> F::Output {
        RUNTIME.block_on(self.into_future())
    }
}
