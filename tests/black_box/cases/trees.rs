//! Trees that leave by one request and come back by another (O8).

use tenantry_client::types::{
    Branch, BrandingChanges, Limit, NewBranch, NewOrganization, NewTree, OrganizationChanges, Tree,
};
use tenantry_client::{Code, Patch, WorkspaceScope};
use tenantry_test_histories::Dice;
use tenantry_tests::{Caller, Wait};

use super::{start, world};

/// A random organization with what is below it, so many levels at most. No limit is larger than one above it.
fn random(dice: &mut Dice, levels: u64) -> NewBranch {
    let hint = (dice.roll(3) == 0).then(|| Patch::Set(format!("hint-{}", dice.roll(1 << 30))));
    let children = if levels > 1 { dice.roll(4) } else { 0 };
    NewBranch {
        organization: NewOrganization {
            limits: [("users".to_owned(), Some(Limit::AtMost(8 + levels + dice.roll(2))))].into(),
            branding: Some(BrandingChanges {
                login_hint: hint.unwrap_or(Patch::Keep),
                ..BrandingChanges::default()
            }),
            ..NewOrganization::new(format!("Größe {} 🦀", dice.roll(1_000)))
        },
        children: (0..children).map(|_| random(dice, levels - 1)).collect(),
    }
}

/// Everything about organizations but ids and times.
fn essence(branches: &[Branch]) -> Vec<String> {
    let of = |branch: &Branch| {
        let (shown, below) = (&branch.organization, essence(&branch.children));
        format!(
            "{} {:?} {:?} {} {below:?}",
            shown.name, shown.limits, shown.branding, shown.depth
        )
    };
    branches.iter().map(of).collect()
}

fn exported(workspace: &WorkspaceScope) -> Tree {
    workspace.tree().wait().expect("a tree").value
}

fn empty_workspace(who: &Caller) -> WorkspaceScope {
    world::scope(who, &world::workspace(who, "pooled"))
}

fn delete_all(workspace: &WorkspaceScope) {
    for root in exported(workspace).organizations {
        let root = workspace.organization(&root.organization.id);
        root.delete_with_descendants().wait().expect("nothing is used");
    }
}

#[test]
fn o8_random_trees_are_the_same_after_every_export_and_import() {
    let service = start(&[("TENANTRY__BILLING__ENFORCEMENT", "off")]);
    let ada = service.person("ada@example.com");
    for seed in 0..2 {
        let mut dice = Dice::new(seed);
        let organizations = (0..3).map(|_| random(&mut dice, 5)).collect();
        let new = NewTree {
            parent_org_id: None,
            organizations,
        };
        let mut workspace = empty_workspace(&ada);
        let first = workspace
            .organizations()
            .create_tree(&new)
            .wait()
            .expect("a tree");
        assert_eq!(exported(&workspace), first.value);
        for _ in 0..2 {
            let tree = exported(&workspace);
            let again = NewTree::from(tree.clone());
            delete_all(&workspace);
            workspace = empty_workspace(&ada);
            let plan = workspace
                .organizations()
                .preview_tree(&again)
                .wait()
                .expect("a plan");
            assert_eq!(plan.errors, []);
            workspace
                .organizations()
                .create_tree(&again)
                .wait()
                .expect("a tree");
            let imported = exported(&workspace);
            assert_eq!(essence(&imported.organizations), essence(&tree.organizations));
        }
    }
}

#[test]
fn o8_a_limit_that_was_lowered_above_is_in_the_way_of_the_same_tree() {
    let service = start(&[("TENANTRY__BILLING__ENFORCEMENT", "off")]);
    let ada = service.person("ada@example.com");
    let workspace = empty_workspace(&ada);
    let leaf = NewBranch {
        organization: NewOrganization::new("Leaf").limit("users", 5),
        children: Vec::new(),
    };
    let new = NewTree {
        parent_org_id: None,
        organizations: vec![NewBranch {
            organization: NewOrganization::new("Root"),
            children: vec![leaf],
        }],
    };
    let made = workspace
        .organizations()
        .create_tree(&new)
        .wait()
        .expect("a tree");
    let root = workspace.organization(&made.organizations[0].organization.id);
    let lower = OrganizationChanges {
        limits: [("users".to_owned(), Some(Limit::AtMost(4)))].into(),
        ..OrganizationChanges::default()
    };
    root.update(&lower).wait().expect("less above");
    let again = NewTree::from(exported(&workspace));
    let refused = workspace
        .organizations()
        .create_tree(&again)
        .wait()
        .expect_err("too much");
    let problem = refused.problem().expect("a problem");
    assert_eq!(problem.code, Code::TreeRefused);
    assert_eq!(
        problem.errors[0].pointer,
        "/organizations/0/children/0/limits/users"
    );
}
