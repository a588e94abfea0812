use crate::request::kind::{Create, Read, Remove, Replace};
use crate::request::plain;
use crate::scope::Scope;
use crate::types::{ApiCredential, ApiKey, Issued, KeyTerms, NewApiCredential, Rotation};
use crate::{ApiCredentialId, ApiKeyId, Client, Code, Request, Tagged, TeamId};

/// The API credentials of a team (K1).
#[derive(Clone)]
pub struct ApiCredentials(Scope);

/// One API credential of a team.
#[derive(Clone)]
pub struct ApiCredentialScope(Scope);

/// The caller's API keys (K1).
#[derive(Clone)]
pub struct ApiKeys(Scope);

/// One of the caller's API keys.
#[derive(Clone)]
pub struct ApiKeyScope(Scope);

impl Client {
    /// The API credentials of a team.
    pub fn api_credentials(&self, team: &TeamId) -> ApiCredentials {
        ApiCredentials(Scope::root(self).below(&["teams", team.as_str(), "api-credentials"]))
    }

    /// The caller's API keys.
    pub fn api_keys(&self) -> ApiKeys {
        ApiKeys(Scope::root(self).below(&["api-keys"]))
    }
}

impl ApiCredentials {
    /// All of them.
    pub fn list(&self) -> Request<Read, Vec<ApiCredential>> {
        Request::get(&self.0.client, self.0.at(&[]), plain)
    }

    /// Makes one, which can do nothing that its maker cannot (K3).
    pub fn create(&self, new: &NewApiCredential) -> Request<Create, Tagged<Issued<ApiCredential>>> {
        self.0.create(&[], new)
    }

    /// One of them.
    pub fn one(&self, id: &ApiCredentialId) -> ApiCredentialScope {
        ApiCredentialScope(self.0.below(&[id.as_str()]))
    }
}

impl ApiCredentialScope {
    /// Shows it.
    pub fn get(&self) -> Request<Read, Tagged<ApiCredential>> {
        self.0.get(&[])
    }

    /// Gives it this name and expiry.
    pub fn update(&self, terms: &KeyTerms) -> Request<Replace, Tagged<ApiCredential>> {
        self.0.replace(terms)
    }

    /// Gives it another secret; the one before is good for so many seconds, or as long as the deployment allows (K1).
    pub fn rotate(&self, overlap_seconds: Option<u32>) -> Request<Create, Tagged<Issued<ApiCredential>>> {
        self.0.create(&["rotate"], &Rotation { overlap_seconds })
    }

    /// Revokes it, at once (K3).
    pub fn revoke(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }
}

impl ApiKeys {
    /// All of them.
    pub fn list(&self) -> Request<Read, Vec<ApiKey>> {
        Request::get(&self.0.client, self.0.at(&[]), plain)
    }

    /// Makes one.
    pub fn create(&self, terms: &KeyTerms) -> Request<Create, Tagged<Issued<ApiKey>>> {
        self.0.create(&[], terms)
    }

    /// One of them.
    pub fn one(&self, id: &ApiKeyId) -> ApiKeyScope {
        ApiKeyScope(self.0.below(&[id.as_str()]))
    }
}

impl ApiKeyScope {
    /// Shows it.
    pub fn get(&self) -> Request<Read, Tagged<ApiKey>> {
        self.0.get(&[])
    }

    /// Gives it another secret; the one before is good for so many seconds, or as long as the deployment allows (K1).
    pub fn rotate(&self, overlap_seconds: Option<u32>) -> Request<Create, Tagged<Issued<ApiKey>>> {
        self.0.create(&["rotate"], &Rotation { overlap_seconds })
    }

    /// Revokes it, at once (K3).
    pub fn revoke(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }
}
