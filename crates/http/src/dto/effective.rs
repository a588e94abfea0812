use std::collections::BTreeMap;

use serde::Serialize;
use tenantry_application::{EffectiveView, PersonAccess};
use tenantry_domain::capacity::{MeterLimits, Node, NodeKind};
use tenantry_domain::organization::{Inherited, InheritedBranding, Organization};
use tenantry_domain::team::{Team, TeamRole};
use tenantry_domain::workspace::Role;
use tenantry_domain::{Enforcement, Units, UserId};
use utoipa::ToSchema;
use utoipa::openapi::Ref;

use super::chain::{Kinds, kind_name};
use super::entries::by_meter;
use super::limit::Mode;
use super::list::{List, Listing};
use super::shown::{BillingAccountIdShown, OrganizationIdShown, TeamIdShown, UnitsShown, UserIdShown};
use super::teams::members::HeldRole;
use super::teams::people::{email, name};
use crate::wire::{Raw, described};

type RoleShown = Raw<Role>;

described! {
    /// Limits by meter.
    EffectiveLimits: by_meter(Ref::from_schema_name("EffectiveMeter"));
}

/// Everything that applies to an organization, and where it comes from.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "organization_id": "org_02wMe2eZtYRY4hvzqF2FgZ",
    "limits": { "locations": { "total": 5, "free": 2, "applied": [{
        "limit": 5, "mode": "enforce", "used": 3, "free": 2,
        "from": { "type": "organization", "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME" }
    }] } },
    "billing_account": {
        "id": "cus_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME Corporation",
        "from": { "type": "organization", "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME" }
    },
    "branding": {
        "display_name": { "value": "ACME Inc.", "from": { "type": "organization", "id": "org_02wMe2eZtYRY4hvzqF2FgZ", "name": "ACME" } },
        "colors": { "primary": null, "page_background": null }
    },
    "access": {
        "data": [{
            "user_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Ada Lovelace", "email": "ada@example.com",
            "through": [{ "type": "workspace_role", "role": "owner" }]
        }],
        "has_more": false, "next_cursor": null, "previous_cursor": null
    }
}))]
pub(crate) struct Effective {
    /// The organization.
    #[schema(inline, value_type = OrganizationIdShown)]
    organization_id: String,
    /// What limits it, by meter.
    #[schema(inline, value_type = EffectiveLimits)]
    limits: BTreeMap<String, EffectiveMeter>,
    /// The account that pays; null when none does alone, and for whoever does not see billing.
    #[schema(required)]
    billing_account: Option<EffectiveAccount>,
    /// How its sign-in page looks, with what it inherits.
    branding: EffectiveBranding,
    /// Who has access to it, in the order of their ids: whoever is in the workspace, or in one of its own teams. Null for machines.
    #[schema(required)]
    access: Option<List<PersonWithAccess>>,
}

/// What limits an organization, of one meter.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectiveMeter {
    /// The smallest limit that binds; null when none does.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    total: Option<u64>,
    /// What could really be charged now; null when nothing binds.
    #[schema(inline, required, value_type = Option<UnitsShown>)]
    free: Option<u64>,
    /// Every limit on the chain, from the pool down to its own.
    applied: Vec<AppliedLimit>,
}

/// A limit on the chain of an organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct AppliedLimit {
    /// The limit.
    #[schema(inline, value_type = UnitsShown)]
    limit: u64,
    /// Whether more is refused, or only observed.
    #[schema(inline, value_type = Mode)]
    mode: &'static str,
    /// What is used where it is set, and below.
    #[schema(inline, value_type = UnitsShown)]
    used: u64,
    /// How much more fits under it.
    #[schema(inline, value_type = UnitsShown)]
    free: u64,
    /// Where it is set.
    from: Source,
}

/// Where something comes from.
#[derive(Serialize, ToSchema)]
pub(crate) struct Source {
    /// `pool` for billing capacity, or `organization`.
    #[serde(rename = "type")]
    #[schema(inline, value_type = Kinds)]
    kind: &'static str,
    /// The organization; for a pool, the billing account or workspace.
    id: String,
    /// What people call it.
    name: String,
}

/// An account that pays.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectiveAccount {
    /// Its id.
    #[schema(inline, value_type = BillingAccountIdShown)]
    id: String,
    /// What people call it.
    name: String,
    /// The root that it is linked to.
    from: Source,
}

/// How a sign-in page looks: each field from the nearest organization that has it.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectiveBranding {
    /// The name to show; null when none has one.
    #[schema(required)]
    display_name: Option<InheritedText>,
    /// Colours of the page.
    colors: EffectiveColors,
}

/// Colours of a sign-in page.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectiveColors {
    /// Buttons and links.
    #[schema(required)]
    primary: Option<InheritedText>,
    /// Behind everything.
    #[schema(required)]
    page_background: Option<InheritedText>,
}

/// A field of a branding.
#[derive(Serialize, ToSchema)]
pub(crate) struct InheritedText {
    /// What it is.
    value: String,
    /// Where it comes from.
    from: Source,
}

/// Somebody who has access to an organization.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": "018f0c2e-7a3b-7c4d-8e5f-0123456789ab", "name": "Ada Lovelace", "email": "ada@example.com",
    "through": [{ "type": "workspace_role", "role": "owner" }]
}))]
pub(crate) struct PersonWithAccess {
    /// Who they are.
    #[schema(inline, value_type = UserIdShown)]
    user_id: String,
    /// Their name; their address, while the issuer says no name.
    name: String,
    /// Their address; empty while the issuer says none.
    email: String,
    /// What gives it to them: a role in the workspace, and then the teams that they are in, in the order of their creation.
    through: Vec<Through>,
}

/// What gives somebody access to an organization.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Through {
    /// A role in the workspace.
    WorkspaceRole {
        /// The role.
        #[schema(inline, value_type = RoleShown)]
        role: &'static str,
    },
    /// Roles in a team of the organization.
    TeamRoles {
        /// The team.
        #[schema(inline, value_type = TeamIdShown)]
        team_id: String,
        /// What people call it.
        team_name: String,
        /// The roles, the owner's first.
        roles: Vec<HeldRole>,
    },
}

impl Effective {
    /// With the people as a part of that list.
    pub fn new(view: EffectiveView, people: &Listing<UserId>) -> Self {
        let root = view.lineage.first();
        Self {
            organization_id: view.limits.organization_id.to_string(),
            limits: view.limits.meters.iter().map(limits).collect(),
            billing_account: view
                .billing_account
                .zip(root)
                .map(|(account, root)| EffectiveAccount {
                    id: account.id.to_string(),
                    name: account.name.to_string(),
                    from: root.into(),
                }),
            branding: InheritedBranding::of(&view.lineage).into(),
            access: view.access.map(|page| people.show(page, PersonWithAccess::from)),
        }
    }
}

fn limits(limits: &MeterLimits) -> (String, EffectiveMeter) {
    let of_meter = EffectiveMeter {
        total: limits.total().map(Units::get),
        free: limits.free().map(Units::get),
        applied: limits.chain.nodes().filter_map(AppliedLimit::of).collect(),
    };
    (limits.meter.to_string(), of_meter)
}

impl AppliedLimit {
    /// What a node limits, if it does.
    fn of(node: &Node) -> Option<Self> {
        Some(Self {
            limit: node.limit.cap()?.get(),
            mode: node.limit.enforcement().map(Enforcement::as_str)?,
            used: node.used.get(),
            free: node.limit.headroom(node.used)?.get(),
            from: Source {
                kind: kind_name(node.id.kind()),
                id: node.id.to_string(),
                name: node.name.clone(),
            },
        })
    }
}

impl From<&Organization> for Source {
    fn from(organization: &Organization) -> Self {
        Self {
            kind: kind_name(NodeKind::Organization),
            id: organization.id.to_string(),
            name: organization.name.to_string(),
        }
    }
}

impl From<InheritedBranding<'_>> for EffectiveBranding {
    fn from(branding: InheritedBranding<'_>) -> Self {
        Self {
            display_name: branding.display_name.map(Into::into),
            colors: EffectiveColors {
                primary: branding.primary.map(Into::into),
                page_background: branding.page_background.map(Into::into),
            },
        }
    }
}

impl<T: ToString> From<Inherited<'_, T>> for InheritedText {
    fn from(inherited: Inherited<'_, T>) -> Self {
        Self {
            value: inherited.value.to_string(),
            from: inherited.from.into(),
        }
    }
}

impl From<PersonAccess> for PersonWithAccess {
    fn from(person: PersonAccess) -> Self {
        let role = |role: Role| Through::WorkspaceRole { role: role.as_str() };
        let in_workspace = person.workspace_role.map(role);
        let in_teams = person.teams.iter().map(Through::of_team);
        Self {
            user_id: person.user.id.to_string(),
            name: name(&person.user.profile),
            email: email(&person.user.profile),
            through: in_workspace.into_iter().chain(in_teams).collect(),
        }
    }
}

impl Through {
    fn of_team((team, roles): &(Team, Vec<TeamRole>)) -> Self {
        Self::TeamRoles {
            team_id: team.id.to_string(),
            team_name: team.name.to_string(),
            roles: roles.iter().map(HeldRole::from).collect(),
        }
    }
}
