use crate::request::kind::Read;
use crate::request::{file, plain};
use crate::scope::Scope;
use crate::types::{Health, PublicBranding, UserInfo};
use crate::{Client, OrganizationId, Request, Tagged};

impl Client {
    /// Who the caller is.
    pub fn userinfo(&self) -> Request<Read, Tagged<UserInfo>> {
        Scope::root(self).get(&["oauth", "userinfo"])
    }

    /// How an organization looks where its people sign in (O5). Anybody may know.
    pub fn branding(&self, organization: &OrganizationId) -> Request<Read, Tagged<PublicBranding>> {
        Scope::root(self).get(&["organizations", organization.as_str(), "branding"])
    }

    /// The same, by login hint.
    pub fn find_branding(&self, login_hint: &str) -> Request<Read, Tagged<PublicBranding>> {
        let request = Scope::root(self).get(&["branding"]);
        request.parameter("login_hint", login_hint)
    }

    /// The file of a hosted picture (O4), by the address at which an organization shows it. What is there never changes.
    pub fn picture(&self, address: &str) -> Request<Read, Vec<u8>> {
        let name = address.rsplit('/').next().unwrap_or(address);
        Request::get(self, Scope::root(self).at(&["pictures", name]), file)
    }

    /// Whether the service can do its work now; an error when it cannot.
    pub fn readiness(&self) -> Request<Read, Health> {
        Request::get(self, Scope::root(self).at(&["readyz"]), plain)
    }
}
