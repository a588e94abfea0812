//! What the rows of all keys have.

use diesel::prelude::*;
use tenantry_application::ports::{FoundKey, StoreError, StoreResult};
use tenantry_domain::key::{Key, KeyHash, PreviousSecret, Secrets};

use super::dialect::Db;
use super::schema::{api_credentials, user_keys};
use crate::read::Place;
use crate::types::DbTime;

macro_rules! columns {
    ($(#[$doc:meta])* $name:ident of $table:ident) => {
        $(#[$doc])*
        #[derive(Queryable, Selectable, Insertable, AsChangeset)]
        #[diesel(table_name = $table, check_for_backend(Db), treat_none_as_null = true, treat_none_as_default_value = false)]
        pub struct $name {
            name: String,
            secret_hash: Vec<u8>,
            previous_hash: Option<Vec<u8>>,
            previous_until: Option<DbTime>,
            expires_at: Option<DbTime>,
            #[diesel(skip_update)]
            last_used_at: Option<DbTime>,
            #[diesel(skip_update)]
            created_at: DbTime,
            updated_at: DbTime,
        }

        impl From<&Key> for $name {
            fn from(key: &Key) -> Self {
                let previous = key.secrets.previous.as_ref();
                Self {
                    name: key.name.to_string(),
                    secret_hash: key.secrets.current.as_bytes().to_vec(),
                    previous_hash: previous.map(|previous| previous.hash.as_bytes().to_vec()),
                    previous_until: previous.map(|previous| previous.until.into()),
                    expires_at: key.expires_at.map(Into::into),
                    last_used_at: key.last_used_at.map(Into::into),
                    created_at: key.created_at.into(),
                    updated_at: key.updated_at.into(),
                }
            }
        }

        impl $name {
            /// What they mean.
            pub fn read(self, at: &Place<'_>) -> StoreResult<Key> {
                let previous = self.previous_hash.zip(self.previous_until);
                Ok(Key {
                    name: at.parse("name", &self.name)?,
                    secrets: Secrets {
                        current: read_hash(at, "secret_hash", self.secret_hash)?,
                        previous: previous.map(|previous| read_previous(at, previous)).transpose()?,
                    },
                    expires_at: at.convert_optional("expires_at", self.expires_at)?,
                    last_used_at: at.convert_optional("last_used_at", self.last_used_at)?,
                    created_at: at.convert("created_at", self.created_at)?,
                    updated_at: at.convert("updated_at", self.updated_at)?,
                })
            }
        }
    };
}

columns! {
    /// Columns of a credential.
    CredentialColumns of api_credentials
}
columns! {
    /// Columns of a person's key.
    UserKeyColumns of user_keys
}

fn read_hash(at: &Place<'_>, column: &'static str, bytes: Vec<u8>) -> StoreResult<KeyHash> {
    let bytes = bytes.try_into().map_err(|_| "not 32 bytes");
    Ok(KeyHash::from_bytes(at.check(column, bytes)?))
}

fn read_previous(at: &Place<'_>, (hash, until): (Vec<u8>, DbTime)) -> StoreResult<PreviousSecret> {
    Ok(PreviousSecret {
        hash: read_hash(at, "previous_hash", hash)?,
        until: at.convert("previous_until", until)?,
    })
}

/// What a row means that was found with whether somebody may sign in.
pub fn read_found<R, K: TryFrom<R, Error = StoreError>>(
    found: Option<(R, bool)>,
) -> StoreResult<Option<FoundKey<K>>> {
    let read = |(row, may_sign_in): (R, bool)| {
        let key = row.try_into()?;
        Ok(FoundKey { key, may_sign_in })
    };
    found.map(read).transpose()
}
