//! Trees of organizations that are made from one document (O8).

use std::sync::Barrier;
use std::thread;

use proptest::prelude::*;
use tenantry_application::error::Noun;
use tenantry_application::idempotency::Once;
use tenantry_application::page::{PageRequest, PageSize, Position};
use tenantry_application::{
    Actor, BranchRefused, CreationRefused, Error, NewBranch, NewOrganization, NewTree, OrganizationView,
    Settings, TreeView,
};
use tenantry_domain::billing::{BillingMode, LinkRefused};
use tenantry_domain::capacity::LimitChangeRefused;
use tenantry_domain::organization::{Branding, HierarchyCaps, HierarchyRefused};
use tenantry_domain::{BillingAccountId, BillingEnforcement, OrganizationId, WorkspaceId};

use super::world::{World, limits, locations, new_organization};
use crate::recorder::statements_of;
use crate::refused;

/// An organization of this name, with these below it.
fn branch(name: &str, children: Vec<NewBranch>) -> NewBranch {
    let organization = NewOrganization {
        name: name.parse().unwrap(),
        ..new_organization(None, &[])
    };
    NewBranch {
        organization,
        children,
    }
}

fn limited(mut branch: NewBranch, cap: u64) -> NewBranch {
    branch.organization.limits = limits(&[("locations", cap)]);
    branch
}

fn hinted(mut branch: NewBranch, hint: &str) -> NewBranch {
    branch.organization.branding = Branding {
        login_hint: hint.parse().ok(),
        ..Branding::default()
    };
    branch
}

fn paid(mut branch: NewBranch, account: BillingAccountId) -> NewBranch {
    branch.organization.billing_account_id = Some(account);
    branch
}

fn roots(branches: Vec<NewBranch>) -> NewTree {
    NewTree {
        parent: None,
        branches,
    }
}

fn below(parent: OrganizationId, branches: Vec<NewBranch>) -> NewTree {
    NewTree {
        parent: Some(parent),
        branches,
    }
}

/// A workspace of ada's, in which nothing needs an account.
struct Garden {
    world: World,
    ada: Actor,
    workspace: WorkspaceId,
}

impl Garden {
    fn new(hierarchy: HierarchyCaps) -> Self {
        let world = World::with(Settings {
            hierarchy,
            enforcement: BillingEnforcement::Off,
            ..Settings::default()
        });
        let ada = world.person("ada");
        let workspace = world.workspace(&ada, BillingMode::Pooled);
        Self {
            world,
            ada,
            workspace,
        }
    }

    fn create(&self, new: &NewTree) -> Result<Vec<OrganizationView>, Error> {
        self.world
            .app
            .create_tree(&self.ada, self.workspace, new, &Once::default())
    }

    fn preview(&self, new: &NewTree) -> TreeView {
        self.world
            .app
            .preview_tree(&self.ada, self.workspace, new)
            .unwrap()
    }

    /// What is in the way, which the dry run tells as well.
    fn refusals(&self, new: &NewTree) -> Vec<(Vec<usize>, CreationRefused)> {
        let told = self.preview(new).refused;
        let Err(Error::TreeRefused(refused)) = self.create(new) else {
            panic!("made, or refused otherwise")
        };
        assert_eq!(refused, told);
        let pair = |BranchRefused { place, why }| (place, why);
        refused.into_iter().map(pair).collect()
    }

    fn tree(&self) -> Vec<OrganizationView> {
        self.world.app.tree(&self.ada, self.workspace).unwrap()
    }

    fn created(&self) -> Vec<String> {
        let request = PageRequest {
            position: Position::Start,
            size: PageSize::default(),
        };
        let events = self
            .world
            .app
            .list_events(&self.ada, self.workspace, None, &request)
            .unwrap();
        let created = events
            .items
            .into_iter()
            .filter(|event| event.kind == "organization.created");
        created.map(|event| event.subject).collect()
    }
}

fn names(views: &[OrganizationView]) -> Vec<&str> {
    views.iter().map(|view| view.organization.name.as_str()).collect()
}

#[test]
fn o8_a_document_becomes_a_tree_in_its_order() {
    let garden = Garden::new(HierarchyCaps::default());
    let leaf = hinted(limited(branch("Leaf", vec![]), 2), "leaf");
    let root = limited(
        branch("Root", vec![branch("A", vec![leaf]), branch("B", vec![])]),
        5,
    );
    let document = roots(vec![root, branch("Other", vec![])]);
    let planned = garden.preview(&document);
    assert!(planned.refused.is_empty());
    assert!(garden.tree().is_empty() && garden.created().is_empty());
    let made = garden.create(&document).unwrap();
    assert_eq!(names(&made), ["Root", "A", "Leaf", "B", "Other"]);
    assert_eq!(names(&planned.organizations), names(&made));
    let mut kept = garden.tree();
    kept.sort_by_key(|view| view.organization.id);
    assert_eq!(kept, made);
    let ids: Vec<String> = made.iter().map(|view| view.organization.id.to_string()).collect();
    assert_eq!(garden.created(), ids);
    let leaf = &made[2].organization;
    assert_eq!(
        leaf.path.ancestors(),
        [made[0].organization.id, made[1].organization.id]
    );
    garden.world.charge(&garden.ada, leaf.id, "a", 2).unwrap();
    refused!(
        garden.world.charge(&garden.ada, leaf.id, "b", 1),
        Error::LimitReached { .. }
    );
    garden.world.is_exact();
    assert!(garden.create(&roots(vec![])).unwrap().is_empty());
}

#[test]
fn o8_below_an_organization_its_place_and_limits_count() {
    let garden = Garden::new(HierarchyCaps {
        levels: 4,
        children: 3,
        ..HierarchyCaps::default()
    });
    let (world, ada) = (&garden.world, &garden.ada);
    let root = world.root(ada, garden.workspace, None, &[("locations", 4)]);
    let parent = world.child(ada, garden.workspace, root, &[]);
    world.child(ada, garden.workspace, parent, &[]);
    let deep = branch("Deep", vec![branch("Deeper", vec![branch("Deepest", vec![])])]);
    let document = below(
        parent,
        vec![
            deep,
            limited(branch("Wide", vec![limited(branch("Wider", vec![]), 6)]), 5),
            branch("Fourth", vec![branch("Unseen", vec![])]),
            branch("Fifth", vec![]),
        ],
    );
    let refused = garden.refusals(&document);
    let places: Vec<&[usize]> = refused.iter().map(|(place, _)| place.as_slice()).collect();
    assert_eq!(places, [&[0, 0, 0][..], &[1], &[1, 0], &[2]]);
    let too_deep = CreationRefused::Hierarchy(HierarchyRefused::TooDeep(4));
    let too_many = CreationRefused::Hierarchy(HierarchyRefused::TooManyChildren(3));
    assert_eq!((&refused[0].1, &refused[3].1), (&too_deep, &too_many));
    for (_, why) in &refused[1..3] {
        let CreationRefused::Limit { meter, refused } = why else {
            panic!("{why:?}")
        };
        assert_eq!(*meter, locations());
        assert!(
            matches!(refused, LimitChangeRefused::ExceedsCapacity { capacity, .. } if capacity.get() == 4)
        );
    }
    assert_eq!(
        names(&garden.preview(&document).organizations),
        ["Deep", "Deeper", "Wide", "Wider"]
    );
    assert_eq!(garden.tree().len(), 3, "all or nothing");
    let made = garden.create(&below(parent, vec![limited(branch("Fits", vec![]), 4)]));
    assert_eq!(made.unwrap()[0].organization.path.ancestors(), [root, parent]);
    let nowhere = OrganizationId::from_uuid(uuid::Uuid::max());
    refused!(
        garden.create(&below(nowhere, vec![])),
        Error::UnknownReference { pointer, noun: Noun::Organization } if pointer == "/parent_org_id"
    );
    world.is_exact();
}

#[test]
fn o8_what_is_behind_the_last_that_may_be_is_not_looked_at() {
    let garden = Garden::new(HierarchyCaps {
        organizations: 5,
        ..HierarchyCaps::default()
    });
    let many = || (0..4).map(|_| branch("Many", vec![])).collect();
    let document = roots(vec![branch("First", many()), branch("Second", many())]);
    let full = CreationRefused::Hierarchy(HierarchyRefused::TooManyOrganizations(5));
    assert_eq!(garden.refusals(&document), [(vec![1], full)]);
    assert_eq!(garden.preview(&document).organizations.len(), 5);
}

#[test]
fn o8_a_login_hint_is_free_in_the_document_and_in_the_deployment() {
    let garden = Garden::new(HierarchyCaps::default());
    let other = Garden {
        workspace: garden.world.workspace(&garden.ada, BillingMode::Pooled),
        world: garden.world.restarted_with(garden.world.app.settings().clone()),
        ada: garden.ada.clone(),
    };
    other
        .create(&roots(vec![hinted(branch("Theirs", vec![]), "acme")]))
        .unwrap();
    let twice = hinted(
        branch("Twice", vec![hinted(branch("Below", vec![]), "new")]),
        "new",
    );
    let document = roots(vec![hinted(branch("Taken", vec![]), "acme"), twice]);
    assert_eq!(
        garden.refusals(&document),
        [
            (vec![0], CreationRefused::LoginHintTaken),
            (vec![1, 0], CreationRefused::LoginHintTaken)
        ]
    );
}

#[test]
fn o8_who_takes_a_login_hint_at_the_same_moment_is_told_by_name() {
    let garden = Garden::new(HierarchyCaps::default());
    let document = |name| roots(vec![branch(name, vec![hinted(branch("Leaf", vec![]), "acme")])]);
    let elsewhere = garden.world.workspace(&garden.ada, BillingMode::Pooled);
    let (first, second) = garden.world.interleave(
        || garden.create(&document("First")),
        || {
            let app = &garden.world.app;
            app.create_tree(&garden.ada, elsewhere, &document("Second"), &Once::default())
        },
    );
    first.unwrap();
    let taken = BranchRefused {
        place: vec![0, 0],
        why: CreationRefused::LoginHintTaken,
    };
    refused!(second, Error::TreeRefused(refused) if *refused == [taken]);
}

#[test]
fn o8_accounts_are_asked_for_as_the_billing_mode_has_it() {
    let world = World::new();
    let ada = world.person("ada");
    let workspace = world.workspace(&ada, BillingMode::Assigned);
    let accounts = [3, 7].map(|capacity| {
        let account = world.account(&ada, workspace);
        world.subscribe(&ada, workspace, account, &[("locations", capacity)]);
        account
    });
    let nobodys = BillingAccountId::from_uuid(uuid::Uuid::max());
    let document = roots(vec![
        branch("Unpaid", vec![limited(branch("Any", vec![]), 9)]),
        paid(branch("Unknown", vec![]), nobodys),
        paid(limited(branch("Third", vec![]), 4), accounts[0]),
        paid(
            branch(
                "Child",
                vec![paid(limited(branch("Paid", vec![]), 7), accounts[1])],
            ),
            accounts[1],
        ),
    ]);
    let refused = world
        .app
        .preview_tree(&ada, workspace, &document)
        .unwrap()
        .refused;
    let [unpaid, unknown, third, child] = refused.as_slice() else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (unpaid.place.as_slice(), &unpaid.why),
        (&[0][..], &CreationRefused::Link(LinkRefused::Required))
    );
    assert_eq!(
        (unknown.place.as_slice(), &unknown.why),
        (&[1][..], &CreationRefused::UnknownAccount)
    );
    assert!(third.place == [2] && matches!(third.why, CreationRefused::Limit { .. }));
    assert_eq!(
        (child.place.as_slice(), &child.why),
        (&[3, 0][..], &CreationRefused::Link(LinkRefused::Inherited))
    );
    let fits =
        accounts.map(|account| paid(limited(branch("Fits", vec![branch("Leaf", vec![])]), 3), account));
    let once = Once::default();
    let made = world
        .app
        .create_tree(&ada, workspace, &roots(fits.to_vec()), &once)
        .unwrap();
    for (leaf, capacity) in [(&made[1], 3), (&made[3], 7)] {
        let chains = world
            .app
            .organization_limits(&ada, workspace, leaf.organization.id)
            .unwrap();
        let pool = chains.meters[0].chain.above()[0].limit.cap().unwrap();
        assert_eq!(pool.get(), capacity);
    }
    world.is_exact();
}

#[test]
fn o8_imports_and_single_creations_at_once_pass_no_cap() {
    let caps = HierarchyCaps {
        organizations: 40,
        levels: 3,
        children: 9,
    };
    let garden = Garden::new(caps);
    let (world, ada, workspace) = (&garden.world, &garden.ada, garden.workspace);
    let root = world.root(ada, workspace, None, &[]);
    let start = Barrier::new(4);
    let three = || vec![branch("A", vec![branch("B", vec![])]), branch("C", vec![])];
    thread::scope(|scope| {
        for thread in 0..4 {
            let (start, garden) = (&start, &garden);
            scope.spawn(move || {
                start.wait();
                for _ in 0..6 {
                    let new = new_organization(None, &[]);
                    let outcome = match thread % 4 {
                        0 => garden.create(&below(root, three())).map(drop),
                        1 => garden.create(&roots(three())).map(drop),
                        2 => world
                            .app
                            .create_child(ada, workspace, root, &new, &Once::default())
                            .map(drop),
                        _ => world
                            .app
                            .create_root(ada, workspace, &new, &Once::default())
                            .map(drop),
                    };
                    match outcome {
                        Ok(()) | Err(Error::TreeRefused(_) | Error::Hierarchy(_)) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
    });
    let tree = garden.tree();
    let children = tree
        .iter()
        .filter(|view| view.organization.parent_id() == Some(root));
    let children = children.count();
    // Who adds two may be refused when one is left.
    assert!((8..=9).contains(&children), "{children}");
    assert!(tree.len() <= 40);
    assert_eq!(garden.created().len(), tree.len());
    world.is_exact();
}

#[test]
fn o8_an_import_and_a_single_creation_that_waited_for_it_share_the_last_places() {
    let garden = Garden::new(HierarchyCaps {
        organizations: 3,
        ..HierarchyCaps::default()
    });
    let (made, alone) = garden.world.interleave(
        || {
            garden.create(&roots(vec![branch(
                "A",
                vec![branch("B", vec![branch("C", vec![])])],
            )]))
        },
        || {
            let new = new_organization(None, &[]);
            let once = Once::default();
            garden
                .world
                .app
                .create_root(&garden.ada, garden.workspace, &new, &once)
        },
    );
    assert_eq!(made.unwrap().len(), 3);
    refused!(alone, Error::Hierarchy(HierarchyRefused::TooManyOrganizations(3)));
}

#[test]
fn o8_a_thousand_organizations_take_a_handful_of_statements() {
    let world = World::new();
    let ada = world.person("ada");
    let small = world.small(&ada, 1_000);
    let leaf = |n: usize| limited(hinted(branch("Leaf", vec![]), &format!("leaf-{n}")), 5);
    let branches: Vec<NewBranch> = (0..27)
        .map(|n| branch("Branch", (0..36).map(|m| leaf(36 * n + m)).collect()))
        .collect();
    let document = below(small.root, branches);
    let create = || {
        world
            .app
            .create_tree(&ada, small.workspace, &document, &Once::default())
    };
    let (made, statements) = statements_of(create);
    let made = made.unwrap();
    assert_eq!(made.len(), 27 * 37);
    // On SQLite an event is a statement, which costs no journey.
    let is_event = |sql: &&String| !sql.contains("INTO `events`");
    let statements: Vec<_> = statements.iter().filter(is_event).collect();
    assert!(statements.len() <= 13, "{}: {statements:#?}", statements.len());
    world.is_exact();
}

/// Trees of up to thirty or so organizations, with limits that fit below one another.
fn forests() -> impl Strategy<Value = Vec<NewBranch>> {
    let name = "[A-Za-zÄß🦀][ -~]{0,20}[a-z]";
    let organization = (name, prop::option::of(1_u64..9), any::<bool>());
    let leaf = organization.clone().prop_map(|one| planted(one, vec![]));
    let tree = leaf.prop_recursive(4, 24, 4, move |inner| {
        let children = prop::collection::vec(inner, 0..4);
        (organization.clone(), children).prop_map(|(one, children)| planted(one, children))
    });
    prop::collection::vec(tree, 0..3)
}

/// Limits go down by what is above: the largest below is what one has.
fn planted((name, cap, is_colored): (String, Option<u64>, bool), children: Vec<NewBranch>) -> NewBranch {
    let mut new = branch(&name, children);
    let most = most_below(&new.children);
    if let Some(cap) = cap {
        new = limited(new, cap.max(most));
    }
    if is_colored {
        new.organization.branding.colors.primary = "#0a0B0c".parse().ok();
        new.organization.branding.display_name = name.parse().ok();
    }
    new
}

fn most_below(branches: &[NewBranch]) -> u64 {
    let own = |branch: &NewBranch| {
        let limits = branch.organization.limits.values();
        let own = limits
            .filter_map(|limit| limit.cap())
            .map(tenantry_domain::Units::get)
            .max();
        own.unwrap_or_default().max(most_below(&branch.children))
    };
    branches.iter().map(own).max().unwrap_or_default()
}

/// What was made, as the document that makes it again.
fn exported(views: &[OrganizationView], parent: Option<OrganizationId>) -> Vec<NewBranch> {
    let is_here = |view: &&OrganizationView| view.organization.parent_id() == parent;
    let mut here: Vec<_> = views.iter().filter(is_here).collect();
    here.sort_by_key(|view| view.organization.id);
    let branch = |view: &OrganizationView| NewBranch {
        organization: NewOrganization {
            name: view.organization.name.clone(),
            billing_account_id: view.organization.billing_account_id,
            limits: view
                .balances
                .iter()
                .map(|(meter, balance)| (meter.clone(), balance.limit))
                .collect(),
            picture: None,
            branding: view.organization.branding.clone(),
        },
        children: exported(views, Some(view.organization.id)),
    };
    here.into_iter().map(branch).collect()
}

#[test]
fn o8_what_is_made_can_be_made_again_from_what_is_shown() {
    let garden = Garden::new(HierarchyCaps::default());
    let config = ProptestConfig {
        cases: 24,
        ..ProptestConfig::default()
    };
    proptest!(config, |(forest in forests())| {
        let mut documents = vec![format!("{forest:?}")];
        let mut forest = forest;
        for _ in 0..2 {
            let workspace = garden.world.workspace(&garden.ada, BillingMode::Pooled);
            let document = roots(forest);
            garden.world.app.create_tree(&garden.ada, workspace, &document, &Once::default()).unwrap();
            let views = garden.world.app.tree(&garden.ada, workspace).unwrap();
            forest = exported(&views, None);
            documents.push(format!("{forest:?}"));
        }
        prop_assert_eq!(&documents[0], &documents[1]);
        prop_assert_eq!(&documents[1], &documents[2]);
    });
}
