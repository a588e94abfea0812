//! What the use cases need of the world.
//!
//! Ports are synchronous: the stores are, and other teams can call the use cases from anything.

mod glances;
mod keys;
mod mail;
mod pictures;
mod repositories;
mod sources;
mod store;
mod teams;

pub use glances::{AskedOrganization, Glance, Glances, KeptBalances, Look, SeenOrganization, Viewer};
pub use keys::{Credentials, FoundKey, UserKeys};
pub use mail::{Departure, InvitationMail, MailFailure, MailQueue, MailState, Mailer, QueuedMail};
pub use pictures::{PictureFailure, PictureHost};
pub use repositories::{
    Answers, Balances, BillingAccounts, ChainHead, ChainLinks, ChainNode, ChainRecord, ChangedCharge,
    ChargeKey, Charges, Claim, ClaimKey, ClaimTimes, Events, LedgerChange, Members, MeterChain, NewNode,
    NodeUsage, OrganizationFilter, OrganizationScope, OrganizationSelection, Organizations, PublicKey,
    Reservations, Standing, Subscriptions, Users, WorkspaceKey, WorkspacePlace, Workspaces,
};
pub use sources::{Clock, IdSource, LicenseSource, PaymentProvider, SecretSource};
pub use store::{Cause, Store, StoreError, StoreResult, UniqueKey, UnitOfWork};
pub use teams::{FoundInvitation, Invitations, Involved, TeamMembers, TeamRoles, TeamStanding, Teams};
