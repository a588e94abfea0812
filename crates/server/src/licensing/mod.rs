//! The licence of the deployment: what is installed, what there is to tell about it, and who notices that it changed.

mod installed;
mod lookout;
mod standing;
mod watch;

pub use installed::{Unusable, read_keys, read_license, read_token, read_token_from};
pub use lookout::{Licenses, Lookout, Sight};
pub use standing::{News, Standing};
pub use watch::{PERIOD, hangups, watch};
