//! What events say of things: their fields, under the names that they have in the API.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tenantry_domain::billing::{Address, BillingAccount, Subscription};
use tenantry_domain::charge::Charge;
use tenantry_domain::key::Credential;
use tenantry_domain::organization::{Branding, Organization};
use tenantry_domain::reservation::Reservation;
use tenantry_domain::team::{CustomRole, Invitation, Team, TeamMember, TeamScope};
use tenantry_domain::text::Note;
use tenantry_domain::workspace::{Member, Workspace, WorkspaceDescription};
use tenantry_domain::{Enforcement, Limit, Meter, Quantity};

/// The fields of a thing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Facts(Map<String, Value>);

impl Facts {
    /// Those that are not the same as before.
    pub(crate) fn changed_since(self, before: &Self) -> Self {
        let changed = self
            .0
            .into_iter()
            .filter(|(name, value)| before.0.get(name) != Some(value));
        Self(changed.collect())
    }

    /// With another field.
    pub(crate) fn and(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }
}

impl From<Facts> for Value {
    fn from(facts: Facts) -> Self {
        Self::Object(facts.0)
    }
}

/// The fields of a thing.
pub(crate) fn facts_of<'a, T>(thing: &'a T) -> Facts
where
    Facts: From<&'a T>,
{
    thing.into()
}

/// Limits, as they were set.
pub(crate) fn limit_facts(limits: &BTreeMap<Meter, Limit>) -> Value {
    let shown = |limit: Limit| match limit {
        Limit::Unlimited => Value::Null,
        Limit::AtMost(cap) => json!(cap.get()),
        Limit::Observed(cap) => json!({ "limit": cap.get(), "mode": Enforcement::Observe.as_str() }),
    };
    let pair = |(meter, limit): (&Meter, &Limit)| (meter.to_string(), shown(*limit));
    limits.iter().map(pair).collect()
}

impl From<&Workspace> for Facts {
    fn from(workspace: &Workspace) -> Self {
        Self::default()
            .and("name", workspace.name.as_str())
            .and(
                "description",
                workspace.description.as_ref().map(WorkspaceDescription::as_str),
            )
            .and("billing_mode", workspace.billing_mode.as_str())
            .and("archived_at", shown(workspace.archived_at))
    }
}

impl From<&Member> for Facts {
    fn from(member: &Member) -> Self {
        Self::default()
            .and("user_id", member.user_id.to_string())
            .and("role", member.role.as_str())
    }
}

impl From<&Team> for Facts {
    fn from(team: &Team) -> Self {
        Self::default()
            .and("name", team.name.as_str())
            .and("organization_id", shown(team.organization_id))
            .and("owner_id", team.owner_id.to_string())
    }
}

impl From<&TeamMember> for Facts {
    fn from(member: &TeamMember) -> Self {
        let roles = member.roles.iter().map(ToString::to_string);
        Self::default()
            .and("user_id", member.user_id.to_string())
            .and("roles", roles.collect::<Vec<_>>())
    }
}

impl From<&CustomRole> for Facts {
    fn from(role: &CustomRole) -> Self {
        let scopes = role.scopes.iter().map(TeamScope::as_str);
        Self::default()
            .and("name", role.name.as_str())
            .and("scopes", scopes.collect::<Vec<_>>())
    }
}

impl From<&Invitation> for Facts {
    fn from(invitation: &Invitation) -> Self {
        Self::default()
            .and("email", invitation.email.as_str())
            .and("role_id", invitation.role_id.to_string())
            .and("expires_at", invitation.expires_at.to_string())
    }
}

impl From<&Credential> for Facts {
    fn from(credential: &Credential) -> Self {
        let scopes = credential.scopes.iter().map(TeamScope::as_str);
        Self::default()
            .and("name", credential.key.name.as_str())
            .and("creator_id", credential.creator_id.to_string())
            .and("abilities", scopes.collect::<Vec<_>>())
            .and("expires_at", shown(credential.key.expires_at))
    }
}

impl From<&Organization> for Facts {
    fn from(organization: &Organization) -> Self {
        Self::default()
            .and("name", organization.name.as_str())
            .and("parent_org_id", shown(organization.parent_id()))
            .and("billing_account_id", shown(organization.billing_account_id))
            .and("picture", shown(organization.picture.as_ref()))
            .and("branding", branding(&organization.branding))
    }
}

fn branding(branding: &Branding) -> Value {
    json!({
        "display_name": shown(branding.display_name.as_ref()),
        "login_hint": shown(branding.login_hint.as_ref()),
        "colors": {
            "primary": shown(branding.colors.primary.as_ref()),
            "page_background": shown(branding.colors.page_background.as_ref()),
        },
    })
}

impl From<&Charge> for Facts {
    fn from(charge: &Charge) -> Self {
        Self::default()
            .and("meter", charge.meter.as_str())
            .and("organization_id", shown(charge.target.organization()))
            .and("team_id", shown(charge.target.team()))
            .and("quantity", charge.quantity.get())
    }
}

impl From<&Reservation> for Facts {
    fn from(reservation: &Reservation) -> Self {
        Self::default()
            .and("meter", reservation.meter.as_str())
            .and("resource_id", reservation.resource_id.as_str())
            .and("organization_id", shown(reservation.target.organization()))
            .and("team_id", shown(reservation.target.team()))
            .and("quantity", reservation.quantity.get())
            .and("status", reservation.status.as_str())
            .and("expires_at", reservation.expires_at.to_string())
    }
}

impl From<&BillingAccount> for Facts {
    fn from(account: &BillingAccount) -> Self {
        Self::default()
            .and("name", account.name.as_str())
            .and("email", account.email.as_str())
            .and("phone", shown(account.phone.as_ref()))
            .and("description", account.description.as_ref().map(Note::as_str))
            .and("currency", account.currency.as_str())
            .and("address", account.address.as_ref().map(address))
    }
}

fn address(address: &Address) -> Value {
    json!({
        "country": address.country.to_string(),
        "line1": shown(address.line1.as_ref()),
        "line2": shown(address.line2.as_ref()),
        "city": shown(address.city.as_ref()),
        "state": shown(address.state.as_ref()),
        "postal_code": shown(address.postal_code.as_ref()),
    })
}

impl From<&Subscription> for Facts {
    fn from(subscription: &Subscription) -> Self {
        let quantities: Value = subscription
            .quantities
            .iter()
            .map(|(meter, n)| (meter.to_string(), json!(n.get())))
            .collect();
        let pending: Value = subscription
            .pending
            .iter()
            .map(|(meter, n)| (meter.to_string(), json!(n.map_or(0, Quantity::get))))
            .collect();
        let metadata: Value = subscription
            .metadata
            .iter()
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect();
        Self::default()
            .and("billing_account_id", subscription.billing_account_id.to_string())
            .and("status", subscription.status.as_str())
            .and("product_quantities", quantities)
            .and("pending_quantities", pending)
            .and("cancel_at_period_end", subscription.cancel_at_period_end)
            .and("metadata", metadata)
            .and("current_period_start", subscription.period.start.to_string())
            .and("current_period_end", subscription.period.end.to_string())
            .and("trial_end", shown(subscription.trial_end))
    }
}

fn shown(value: Option<impl ToString>) -> Value {
    value.map(|value| value.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v1_only_what_changed_is_told() {
        let facts = |name: &str, n: i32| Facts::default().and("name", name).and("n", n);
        let changed = facts("a", 2).changed_since(&facts("a", 1));
        assert_eq!(Value::from(changed), json!({ "n": 2 }));
        let same = facts("a", 1).changed_since(&facts("a", 1));
        assert_eq!(Value::from(same), json!({}));
    }
}
