//! What goes over the wire, by resource.

#![allow(
    clippy::option_option,
    reason = "absent, null and a value are three things, and the derives of validator and utoipa know options alone"
)]

pub(crate) mod batches;
pub(crate) mod billing_accounts;
pub(crate) mod branding;
pub(crate) mod chain;
pub(crate) mod charges;
pub(crate) mod cursor_key;
pub(crate) mod effective;
pub(crate) mod entries;
pub(crate) mod events;
pub(crate) mod keys;
pub(crate) mod limit;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod members;
pub(crate) mod meta;
pub(crate) mod moves;
pub(crate) mod organizations;
pub(crate) mod patch;
pub(crate) mod reservations;
pub(crate) mod selection;
pub(crate) mod shown;
pub(crate) mod subscription_changes;
pub(crate) mod subscription_previews;
pub(crate) mod subscriptions;
pub(crate) mod target;
pub(crate) mod teams;
pub(crate) mod tree;
pub(crate) mod trials;
pub(crate) mod v1_teams;
pub(crate) mod workspaces;

use tenantry_application::teams::{InvitationView, MemberView, PersonView, RoleView, TeamView};
use tenantry_application::{SubscriptionView, WorkspaceView};
use tenantry_domain::{billing, charge, key, user, workspace};

use crate::deployment::Deployment;
use crate::representation::Resource;

macro_rules! resources {
    ($($shown:ty: $of:ty;)*) => {$(
        impl Resource for $shown {
            type Of = $of;

            fn show(of: $of, _: &Deployment) -> Self {
                of.into()
            }
        }
    )*};
}

resources! {
    workspaces::Workspace: WorkspaceView;
    members::Member: workspace::Member;
    billing_accounts::BillingAccount: billing::BillingAccount;
    subscriptions::Subscription: SubscriptionView;
    charges::Charge: charge::Charge;
    teams::Team: TeamView;
    teams::Teams: Vec<TeamView>;
    teams::members::TeamMember: MemberView;
    teams::invites::Invite: InvitationView;
    teams::roles::TeamRole: RoleView;
    teams::people::User: PersonView;
    teams::people::UserInfo: (user::User, Vec<TeamView>);
    keys::ApiCredential: key::Credential;
    keys::ApiKey: key::UserKey;
    limits::LimitsView: tenantry_application::OrganizationLimits;
    trials::Eligibility: tenantry_application::TrialEligibility;
}
