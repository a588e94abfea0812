use tenantry_domain::key::{Credential, UserKey};
use tenantry_domain::{CredentialId, TeamId, Timestamp, UserId, UserKeyId, WorkspaceId};

use super::store::StoreResult;

/// A key as somebody shows it, with what else must be so for it to be good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundKey<K> {
    /// The key.
    pub key: K,
    /// Whether the person behind it may sign in (T13).
    pub may_sign_in: bool,
}

/// API credentials of teams (K1).
pub trait Credentials {
    /// Adds a credential.
    fn insert(&mut self, workspace: WorkspaceId, credential: &Credential) -> StoreResult<()>;
    /// Saves name, secrets, expiry and `updated_at`.
    fn update(&mut self, workspace: WorkspaceId, credential: &Credential) -> StoreResult<()>;
    /// Removes a credential.
    fn delete(&mut self, workspace: WorkspaceId, id: CredentialId) -> StoreResult<()>;
    /// The credentials of a team, in the order of their creation: there are few (T14).
    fn list(&mut self, workspace: WorkspaceId, team: TeamId) -> StoreResult<Vec<Credential>>;
    /// One credential of a team.
    fn find(
        &mut self,
        workspace: WorkspaceId,
        team: TeamId,
        id: CredentialId,
    ) -> StoreResult<Option<Credential>>;
    /// One credential of any team.
    fn find_shown(&mut self, id: CredentialId) -> StoreResult<Option<FoundKey<Credential>>>;
    /// Notes when a credential was last used, if it is still there.
    fn note_use(&mut self, id: CredentialId, at: Timestamp) -> StoreResult<()>;
}

/// API keys of people (K1).
pub trait UserKeys {
    /// Adds a key.
    fn insert(&mut self, key: &UserKey) -> StoreResult<()>;
    /// Saves secrets and `updated_at`.
    fn update(&mut self, key: &UserKey) -> StoreResult<()>;
    /// Removes a key.
    fn delete(&mut self, id: UserKeyId) -> StoreResult<()>;
    /// The keys of a person, in the order of their creation: there are few (T14).
    fn list(&mut self, user: UserId) -> StoreResult<Vec<UserKey>>;
    /// One key of a person.
    fn find(&mut self, user: UserId, id: UserKeyId) -> StoreResult<Option<UserKey>>;
    /// One key of anybody.
    fn find_shown(&mut self, id: UserKeyId) -> StoreResult<Option<FoundKey<UserKey>>>;
    /// Notes when a key was last used, if it is still there.
    fn note_use(&mut self, id: UserKeyId, at: Timestamp) -> StoreResult<()>;
}
