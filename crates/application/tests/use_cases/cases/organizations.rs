use tenantry_application::idempotency::Once;
use tenantry_application::precondition::Precondition;
use tenantry_application::{BrandingChanges, Error, NewOrganization, OrganizationChanges, Patch, Settings};
use tenantry_domain::billing::{BillingMode, LinkRefused};
use tenantry_domain::capacity::{LimitChangeRefused, OverLimit};
use tenantry_domain::organization::{Branding, DeletionRefused, HierarchyCaps, HierarchyRefused};
use tenantry_domain::{Limit, Units};

use super::world::{World, limits, locations, new_organization};
use crate::refused;

#[test]
fn o1_the_caps_of_the_tree_are_the_deployments() {
    let hierarchy = HierarchyCaps {
        organizations: 5,
        levels: 3,
        children: 2,
    };
    let world = World::with(Settings {
        hierarchy,
        ..Settings::default()
    });
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let root = world.root(&ada, w, None, &[]);
    let child = world.child(&ada, w, root, &[]);
    let grandchild = world.child(&ada, w, child, &[]);
    let new = new_organization(None, &[]);
    refused!(
        world
            .app
            .create_child(&ada, w, grandchild, &new, &Once::default()),
        Error::Hierarchy(HierarchyRefused::TooDeep(3))
    );
    world.child(&ada, w, root, &[]);
    refused!(
        world.app.create_child(&ada, w, root, &new, &Once::default()),
        Error::Hierarchy(HierarchyRefused::TooManyChildren(2))
    );
    world.child(&ada, w, child, &[]);
    refused!(
        world.app.create_root(&ada, w, &new, &Once::default()),
        Error::Hierarchy(HierarchyRefused::TooManyOrganizations(5))
    );
}

#[test]
fn o2_path_and_depth_follow_the_parent() {
    let world = World::new();
    let ada = world.person("ada");
    let w = world.workspace(&ada, BillingMode::Pooled);
    let root = world.root(&ada, w, None, &[]);
    let child = world.child(&ada, w, root, &[]);
    let leaf = world
        .app
        .organization(&ada, w, world.child(&ada, w, child, &[]))
        .unwrap()
        .organization;
    assert_eq!((leaf.path.ancestors(), leaf.depth()), (&[root, child][..], 2));
    assert_eq!(
        world
            .app
            .parent(&ada, w, leaf.id)
            .unwrap()
            .unwrap()
            .organization
            .id,
        child
    );
    assert!(world.app.parent(&ada, w, root).unwrap().is_none());
}

#[test]
fn o3_the_billing_account_belongs_to_the_root() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let with_account = new_organization(Some(small.account), &[]);
    refused!(
        world
            .app
            .create_child(&ada, small.workspace, small.root, &with_account, &Once::default()),
        Error::Link(LinkRefused::Inherited)
    );
    refused!(
        world.app.create_root(
            &ada,
            small.workspace,
            &new_organization(None, &[]),
            &Once::default()
        ),
        Error::Link(LinkRefused::Required)
    );
    let unlink = OrganizationChanges {
        billing_account_id: Patch::Clear,
        ..OrganizationChanges::default()
    };
    refused!(
        world.app.update_organization(
            &ada,
            small.workspace,
            small.root,
            &unlink,
            &Precondition::default()
        ),
        Error::Link(LinkRefused::Required)
    );
}

#[test]
fn o5_a_login_hint_is_one_organizations_in_the_whole_deployment() {
    let world = World::new();
    let ada = world.person("ada");
    let (one, other) = (
        world.workspace(&ada, BillingMode::Pooled),
        world.workspace(&ada, BillingMode::Pooled),
    );
    let branding = Branding {
        login_hint: "acme".parse().ok(),
        ..Branding::default()
    };
    let branded = NewOrganization {
        branding,
        ..new_organization(None, &[])
    };
    let first = world
        .app
        .create_root(&ada, one, &branded, &Once::default())
        .unwrap()
        .organization
        .id;
    refused!(
        world.app.create_root(&ada, other, &branded, &Once::default()),
        Error::LoginHintTaken
    );
    let second = world.root(&ada, other, None, &[]);
    let take = OrganizationChanges {
        branding: Patch::Set(BrandingChanges {
            login_hint: Patch::Set("acme".parse().unwrap()),
            ..BrandingChanges::default()
        }),
        ..OrganizationChanges::default()
    };
    refused!(
        world
            .app
            .update_organization(&ada, other, second, &take, &Precondition::default()),
        Error::LoginHintTaken
    );
    let clear = OrganizationChanges {
        branding: Patch::Clear,
        ..OrganizationChanges::default()
    };
    world
        .app
        .update_organization(&ada, one, first, &clear, &Precondition::default())
        .unwrap();
    let taken = world
        .app
        .update_organization(&ada, other, second, &take, &Precondition::default())
        .unwrap()
        .organization;
    assert_eq!(taken.branding.login_hint.unwrap().as_str(), "acme");
    let hint = tenantry_application::ports::PublicKey::LoginHint("acme".parse().unwrap());
    assert_eq!(world.app.public_organization(&hint).unwrap().id, second);
}

#[test]
fn o6_deleting_takes_consent_and_no_usage() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 5);
    let child = world.child(&ada, small.workspace, small.root, &[("locations", 2)]);
    world.charge(&ada, child, "x", 1).unwrap();
    let delete = |cascade| {
        world.app.delete_organization(
            &ada,
            small.workspace,
            small.root,
            cascade,
            &Precondition::default(),
        )
    };
    refused!(delete(true), Error::Deletion(DeletionRefused::HasUsage));
    world.release(&ada, child, "x");
    refused!(delete(false), Error::Deletion(DeletionRefused::HasChildren));
    delete(true).unwrap();
    refused!(
        world.app.organization(&ada, small.workspace, child),
        Error::NotFound(_)
    );
    assert!(world.app.tree(&ada, small.workspace).unwrap().is_empty());
}

#[test]
fn l3_a_child_asks_for_no_more_than_it_inherits() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let new = |n| new_organization(Some(small.account), &[("locations", n)]);
    refused!(
        world
            .app
            .create_root(&ada, small.workspace, &new(11), &Once::default()),
        Error::LimitChange {
            refused: LimitChangeRefused::ExceedsCapacity { .. },
            ..
        }
    );
    assert_eq!(
        world.app.tree(&ada, small.workspace).unwrap().len(),
        1,
        "a refused organization is not made"
    );
    let root = world
        .app
        .create_root(&ada, small.workspace, &new(6), &Once::default())
        .unwrap()
        .organization
        .id;
    let child = |n| {
        world.app.create_child(
            &ada,
            small.workspace,
            root,
            &new_organization(None, &[("locations", n)]),
            &Once::default(),
        )
    };
    refused!(child(7), Error::LimitChange { .. });
    let child = child(6).unwrap().organization.id;
    let lower = OrganizationChanges {
        limits: limits(&[("locations", 2)]),
        ..OrganizationChanges::default()
    };
    world
        .app
        .update_organization(&ada, small.workspace, root, &lower, &Precondition::default())
        .unwrap();
    assert_eq!(
        world.free(&ada, small.workspace, child),
        Some(2),
        "the most restrictive binds"
    );
}

#[test]
fn l4_l5_limits_merge_and_may_be_set_below_usage_on_purpose() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    world.charge(&ada, small.root, "x", 5).unwrap();
    let set = |limit, over_limit| {
        let limits = [(locations(), limit)].into();
        let changes = OrganizationChanges {
            limits,
            over_limit,
            ..OrganizationChanges::default()
        };
        world.app.update_organization(
            &ada,
            small.workspace,
            small.root,
            &changes,
            &Precondition::default(),
        )
    };
    let two = Limit::AtMost(Units::new(2).unwrap());
    refused!(
        set(two, OverLimit::Refuse),
        Error::LimitChange {
            refused: LimitChangeRefused::BelowUsage { .. },
            ..
        }
    );
    assert!(set(two, OverLimit::Allow).unwrap().is_over_limit());
    refused!(world.charge(&ada, small.root, "y", 1), Error::LimitReached { .. });
    world.charge(&ada, small.root, "x", 4).unwrap();
    let users = OrganizationChanges {
        limits: limits(&[("users", 0)]),
        ..OrganizationChanges::default()
    };
    let kept = world
        .app
        .update_organization(
            &ada,
            small.workspace,
            small.root,
            &users,
            &Precondition::default(),
        )
        .unwrap();
    assert_eq!(
        kept.balances[&locations()].limit.cap().map(Units::get),
        Some(2),
        "what is not mentioned stays"
    );
    assert!(!set(Limit::Unlimited, OverLimit::Refuse).unwrap().is_over_limit());
}

#[test]
fn a_change_that_changes_nothing_leaves_no_trace() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 10);
    let (w, root) = (small.workspace, small.root);
    let before = world.app.organization(&ada, w, root).unwrap();
    world.pass_days(1);
    let nothing = OrganizationChanges {
        name: "Organization".parse().ok(),
        ..OrganizationChanges::default()
    };
    assert_eq!(
        world
            .app
            .update_organization(&ada, w, root, &nothing, &Precondition::default())
            .unwrap(),
        before
    );
    let limit = OrganizationChanges {
        limits: limits(&[("locations", 3)]),
        ..OrganizationChanges::default()
    };
    let after = world
        .app
        .update_organization(&ada, w, root, &limit, &Precondition::default())
        .unwrap();
    assert!(
        after.organization.updated_at > before.organization.updated_at,
        "a new limit is a change"
    );
    world.pass_days(1);
    assert_eq!(
        world
            .app
            .update_organization(&ada, w, root, &limit, &Precondition::default())
            .unwrap(),
        after
    );
}
