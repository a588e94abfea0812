//! Which adapter stands behind which port.

use std::sync::Arc;
use std::time::Duration;

use tenantry_application as application;
use tenantry_application::ports::{LicenseSource, PaymentProvider, PictureHost, Store};
use tenantry_application::{Parts, Tenantry};
use tenantry_domain::Meters;
use tenantry_domain::billing::{BillingAccount, LiveSubscriptionCap, TrialTerms};
use tenantry_domain::key::Overlap;
use tenantry_domain::meter::InvalidMeters;
use tenantry_domain::organization::HierarchyCaps;
use tenantry_domain::team::{InvitationTerms, TeamCaps};
use tenantry_domain::workspace::MemberCaps;
use tenantry_persistence::{MigratableStore, Options, SchemaPolicy, SetupError};

use crate::config::{DatabaseSettings, Provider, Settings};
use crate::sources::{FreshIds, SystemClock, SystemSecrets};

/// Opens the database that the settings name.
///
/// # Errors
/// When it cannot be opened, or its schema is not the one that this program knows.
pub fn open_store(
    settings: &DatabaseSettings,
    schema: SchemaPolicy,
) -> Result<Arc<dyn MigratableStore>, SetupError> {
    let options = Options {
        connections: settings.pool_size,
        acquire_timeout: Duration::from_millis(settings.acquire_timeout_ms),
        transaction_pooler: settings.transaction_pooler,
        schema,
    };
    tenantry_persistence::open(settings.url.expose(), &options)
}

/// The use cases over this store, with these pictures and licences.
///
/// # Errors
/// When the meters are none; loaded settings never are.
pub fn tenantry(
    settings: &Settings,
    store: Arc<dyn Store>,
    pictures: Arc<dyn PictureHost>,
    licenses: Arc<dyn LicenseSource>,
) -> Result<Tenantry, InvalidMeters> {
    Ok(Tenantry::new(Parts {
        store,
        clock: Arc::new(SystemClock::start()),
        ids: Arc::new(FreshIds::default()),
        secrets: Arc::new(SystemSecrets),
        payments: payments(settings),
        pictures,
        licenses,
        settings: use_case_settings(settings)?,
    }))
}

fn use_case_settings(settings: &Settings) -> Result<application::Settings, InvalidMeters> {
    let limits = &settings.limits;
    Ok(application::Settings {
        meters: Meters::new(limits.meters.iter().map(String::as_str))?,
        hierarchy: HierarchyCaps {
            organizations: limits.organizations_per_workspace,
            levels: limits.depth,
            children: limits.children,
        },
        members: MemberCaps {
            members: limits.members,
        },
        billing_accounts: limits.billing_accounts,
        live_subscriptions: LiveSubscriptionCap(limits.live_subscriptions),
        trial: TrialTerms {
            days: limits.trial_days,
        },
        teams: TeamCaps {
            teams: limits.teams_per_person,
            people: limits.team_people,
            roles: limits.team_roles,
            keys: limits.keys,
        },
        invitations: InvitationTerms {
            days: limits.invitation_days,
        },
        rotation_overlap: Overlap::hours(limits.rotation_overlap_hours),
        enforcement: settings.billing.enforcement,
        patience: Duration::from_millis(settings.database.acquire_timeout_ms),
    })
}

fn payments(settings: &Settings) -> Arc<dyn PaymentProvider> {
    match settings.billing.provider {
        Provider::Local => Arc::new(LocalProvider {
            requires_payment_method: settings.billing.require_payment_method,
        }),
    }
}

/// The provider `local`: it collects no money, and knows no payment methods (S6).
struct LocalProvider {
    requires_payment_method: bool,
}

impl PaymentProvider for LocalProvider {
    fn has_payment_method(&self, _account: &BillingAccount) -> bool {
        !self.requires_payment_method
    }
}
