use std::path::PathBuf;
use std::sync::Arc;

use diesel::result::Error as DieselError;
use tenantry_application::ports::{StoreError, UniqueKey};

/// Why a database could not be opened or migrated.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No database is known by this scheme. The URL itself is not repeated, since it may hold a password.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    UnknownScheme,
    /// The URL cannot be used. It is not repeated either.
    #[error("the database URL {0}")]
    InvalidUrl(&'static str),
    /// The file of the database, or its directory, could not be made.
    #[error("the file of the database or its directory could not be made")]
    File(#[source] std::io::Error),
    /// There is no such file, and none was to be made.
    #[error("there is no database at {}; check data_dir and database.url", .0.display())]
    NoDatabase(PathBuf),
    /// Migrations are missing, and were not to be applied.
    #[error("the database lacks the migrations {}; apply them first", .0.join(", "))]
    Behind(Vec<String>),
    /// Migrations are applied that this program does not know.
    #[error("the database is newer than this program, which does not know its migrations {}", .0.join(", "))]
    Ahead(Vec<String>),
    /// A migration went wrong. Nothing was changed.
    #[error("a migration failed")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database did not play along.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a failed statement. Unlike [`StoreError`] it can be told twice: by the statement, and by the commit that must not
/// follow it.
#[derive(Debug, Clone)]
pub struct Failure {
    pub kind: FailureKind,
    pub cause: Arc<DieselError>,
}

#[derive(Debug, Clone, Copy)]
pub enum FailureKind {
    Unavailable,
    Retry,
    Duplicate(UniqueKey),
    Other,
    /// Other, and what can be done about it.
    Explained(&'static str),
}

#[derive(Debug, thiserror::Error)]
#[error("{explanation}")]
struct Explained {
    explanation: &'static str,
    source: Arc<DieselError>,
}

impl Failure {
    /// Whether the connection may be the reason.
    pub fn may_be_of_connection(&self) -> bool {
        matches!(self.kind, FailureKind::Unavailable | FailureKind::Other)
    }

    /// The same, when trying again at once is no use.
    pub fn after_waiting(self) -> Self {
        match self.kind {
            FailureKind::Retry => Self {
                kind: FailureKind::Unavailable,
                ..self
            },
            _ => self,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(Failure { kind, cause }: Failure) -> Self {
        match kind {
            FailureKind::Unavailable => Self::Unavailable(Box::new(cause)),
            FailureKind::Retry => Self::Retry(Box::new(cause)),
            FailureKind::Duplicate(key) => Self::Duplicate(key),
            FailureKind::Other => Self::Other(Box::new(cause)),
            FailureKind::Explained(explanation) => Self::Other(Box::new(Explained {
                explanation,
                source: cause,
            })),
        }
    }
}

/// The key that a `<table>_<columns>_key` of the migrations guards.
pub fn unique_key(constraint: &str) -> UniqueKey {
    match constraint {
        "users_issuer_subject_key" => UniqueKey::UserIdentity,
        "users_email_key_key" => UniqueKey::UserAddress,
        "members_workspace_id_user_id_key" => UniqueKey::Member,
        "login_hints_login_hint_key" => UniqueKey::LoginHint,
        "team_members_workspace_id_team_id_user_id_key" => UniqueKey::TeamMember,
        "team_roles_workspace_id_team_id_name_folded_key" => UniqueKey::RoleName,
        "invitations_workspace_id_team_id_email_key_key" => UniqueKey::Invitation,
        _ => UniqueKey::Other,
    }
}
