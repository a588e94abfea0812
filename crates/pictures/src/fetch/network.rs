use tenantry_domain::organization::PictureRefused;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::Reach;

/// Looks names up, and gives nothing away but addresses within reach. The connection goes to what is given here: a name that leads elsewhere a
/// moment later changes nothing.
#[derive(Debug)]
pub(super) struct Guarded {
    names: DefaultResolver,
    reach: Reach,
}

impl Guarded {
    pub fn new(reach: Reach) -> Self {
        Self {
            names: DefaultResolver::default(),
            reach,
        }
    }
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        // All of them: whoever mixes some that are not within reach with others wants no picture.
        if found.iter().all(|address| self.reach.permits(*address)) {
            Ok(found)
        } else {
            Err(Error::Other(PictureRefused::NotPublic.into()))
        }
    }
}
