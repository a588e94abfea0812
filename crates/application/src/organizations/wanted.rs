//! Organizations that are wanted, and why some cannot be made.

use std::collections::BTreeMap;

use tenantry_domain::billing::LinkRefused;
use tenantry_domain::capacity::LimitChangeRefused;
use tenantry_domain::organization::{Branding, HierarchyRefused, OrganizationName, PictureId};
use tenantry_domain::{BillingAccountId, Limit, Meter, OrganizationId};

use crate::error::{Error, Noun};

/// What a new organization is to be.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// Its name.
    pub name: OrganizationName,
    /// The account that pays, where a root needs one (O3).
    pub billing_account_id: Option<BillingAccountId>,
    /// Its limits.
    pub limits: BTreeMap<Meter, Limit>,
    /// The picture of it, hosted already.
    pub picture: Option<PictureId>,
    /// How its sign-in page looks.
    pub branding: Branding,
}

/// A new organization with everything that is to be below it.
#[derive(Debug, Clone)]
pub struct NewBranch {
    /// The organization.
    pub organization: NewOrganization,
    /// What is to be directly below it, in the order of creation.
    pub children: Vec<Self>,
}

/// A document of new organizations (O8).
#[derive(Debug, Clone)]
pub struct NewTree {
    /// Below which organization they are to be; `None` for roots.
    pub parent: Option<OrganizationId>,
    /// Those at the top of the document, in the order of creation.
    pub branches: Vec<NewBranch>,
}

/// Where an organization stands in a document: its number at the top, then among the children of each that is above it. Counted from 0.
pub type Place = Vec<usize>;

/// One thing that keeps an organization of a document from being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchRefused {
    /// Which organization.
    pub place: Place,
    /// Why.
    pub why: CreationRefused,
}

/// Why an organization cannot be made (O1, O3, O5, L3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreationRefused {
    /// See [`HierarchyRefused`].
    Hierarchy(HierarchyRefused),
    /// See [`LinkRefused`].
    Link(LinkRefused),
    /// The workspace has no such billing account.
    UnknownAccount,
    /// Another organization has its login hint, or has it earlier in the document.
    LoginHintTaken,
    /// A limit is more than what is above allows.
    Limit {
        /// Whose limit.
        meter: Meter,
        /// Why.
        refused: LimitChangeRefused,
    },
}

/// As it is told of an organization that is made alone.
impl From<CreationRefused> for Error {
    fn from(why: CreationRefused) -> Self {
        match why {
            CreationRefused::Hierarchy(refused) => refused.into(),
            CreationRefused::Link(refused) => refused.into(),
            CreationRefused::UnknownAccount => Self::UnknownReference {
                pointer: "/billing_account_id".into(),
                noun: Noun::BillingAccount,
            },
            CreationRefused::LoginHintTaken => Self::LoginHintTaken,
            CreationRefused::Limit { meter, refused } => Self::LimitChange { meter, refused },
        }
    }
}
