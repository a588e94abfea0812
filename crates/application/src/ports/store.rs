use super::glances::Glances;
use super::keys::{Credentials, UserKeys};
use super::mail::MailQueue;
use super::repositories::{
    Answers, Balances, BillingAccounts, Charges, Events, Members, Organizations, Reservations, Subscriptions,
    Users, Workspaces,
};
use super::teams::{Invitations, TeamMembers, TeamRoles, Teams};

/// What a store answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// A database: what takes one statement is asked of itself, all else of a transaction.
pub trait Store: Glances + Send + Sync {
    /// Opens a transaction that sees one consistent state and changes nothing.
    fn begin_read(&self) -> StoreResult<Box<dyn UnitOfWork>>;

    /// Opens a transaction that may change things.
    fn begin_write(&self) -> StoreResult<Box<dyn UnitOfWork>>;

    /// Opens a unit that [looks up](Charges::look_up) a part of the ledger, [saves](Charges::save_free) what was decided on it, and writes nothing else.
    /// It may lock nothing before it saves, and leaves out what has changed by then.
    fn begin_decision(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.begin_write()
    }
}

/// An open transaction: every repository at once. [`commit`](Self::commit) saves what they did, and dropping it undoes it.
///
/// After a failed statement, a duplicate included, the unit cannot be committed any more: "insert, or else read" takes a second one.
/// `update` of what is not there fails, `delete` of it does nothing. What locks (`…_for_update`, `lock`) needs a unit that may write.
///
/// To add an aggregate: a repository trait beside the others, a bound and an accessor here, and an implementation in the adapter that
/// passes the conformance suite.
pub trait UnitOfWork:
    Users
    + Workspaces
    + Members
    + Organizations
    + Balances
    + Charges
    + Reservations
    + BillingAccounts
    + Subscriptions
    + Events
    + Answers
    + Teams
    + TeamMembers
    + TeamRoles
    + Invitations
    + MailQueue
    + Credentials
    + UserKeys
{
    /// Saves everything, durably.
    fn commit(self: Box<Self>) -> StoreResult<()>;
}

macro_rules! accessors {
    ($($(#[$doc:meta])* $name:ident: $repository:ident;)*) => {
        impl dyn UnitOfWork + '_ {$(
            $(#[$doc])*
            pub fn $name(&mut self) -> &mut dyn $repository {
                self
            }
        )*}
    };
}

accessors! {
    /// People.
    users: Users;
    /// Workspaces.
    workspaces: Workspaces;
    /// Who is in a workspace.
    members: Members;
    /// The tree.
    organizations: Organizations;
    /// Limits and usage of the nodes of the tree and of the pools.
    balances: Balances;
    /// The ledger.
    charges: Charges;
    /// Units that are held.
    reservations: Reservations;
    /// Who pays.
    billing_accounts: BillingAccounts;
    /// What gives capacity.
    subscriptions: Subscriptions;
    /// What happened.
    events: Events;
    /// What was answered to requests with keys.
    answers: Answers;
    /// Teams.
    teams: Teams;
    /// Who is in teams.
    team_members: TeamMembers;
    /// Roles that teams have made for themselves.
    team_roles: TeamRoles;
    /// Pending invitations.
    invitations: Invitations;
    /// Mails to be sent.
    mails: MailQueue;
    /// API credentials of teams.
    credentials: Credentials;
    /// API keys of people.
    user_keys: UserKeys;
}

/// What went wrong in a store. Holds no driver type: the causes are boxed, for the log only.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, or every connection is in use. Trying later may work.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// Another transaction was in the way. Running the whole transaction again may work.
    #[error("another transaction was in the way")]
    Retry(#[source] Cause),
    /// Something that must be unique is there already.
    #[error("{0:?} is taken")]
    Duplicate(UniqueKey),
    /// A row does not make sense.
    #[error("corrupt row in {table}, column {column}, row {row}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The key of the row.
        row: String,
        /// Why it does not make sense.
        #[source]
        cause: Cause,
    },
    /// Anything else.
    #[error("the database refused an operation")]
    Other(#[source] Cause),
}

/// What lies behind an error.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What must be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueKey {
    /// Issuer and subject of a person.
    UserIdentity,
    /// The address of a person who never signed in and may (T13).
    UserAddress,
    /// A person in a workspace.
    Member,
    /// A login hint in the deployment (O5).
    LoginHint,
    /// A person in a team.
    TeamMember,
    /// The name of a role in a team (T10).
    RoleName,
    /// An address that is invited into a team (T12).
    Invitation,
    /// Any other key.
    Other,
}
