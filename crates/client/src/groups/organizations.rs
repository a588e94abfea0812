use serde::Serialize;

use crate::request::kind::{Change, Create, Read, Remove};
use crate::request::{file, plain, tagged, tagged_if_any};
use crate::scope::Scope;
use crate::types::{
    Charge, Effective, Limits, Move, NewOrganization, NewPlace, NewTree, Organization, OrganizationChanges,
    Tree, TreePlan,
};
use crate::{Code, Cursor, ETag, List, Request, Tagged, filter};

/// The organizations of a workspace, at all levels.
#[derive(Clone)]
pub struct Organizations(pub(super) Scope);

/// One organization.
#[derive(Clone)]
pub struct OrganizationScope(pub(super) Scope);

impl Organizations {
    /// All of them.
    pub fn list(&self) -> List<Organization, filter::Organizations> {
        self.0.list(&["organizations"])
    }

    /// Makes a root (O1, O3).
    pub fn create(&self, new: &NewOrganization) -> Request<Create, Tagged<Organization>> {
        self.0.create(&["organizations"], new)
    }

    /// Makes organizations with everything below them, all or none (O8): new ones, or those that [another tree](crate::types::Tree) was answered
    /// to have.
    pub fn create_tree<B: Serialize>(&self, new: &NewTree<B>) -> Request<Create, Tagged<Tree>> {
        self.0.create(&["organizations", "batch"], &new.request(false))
    }

    /// What that would make, and all that is in the way. Nothing changes.
    pub fn preview_tree<B: Serialize>(&self, new: &NewTree<B>) -> Request<Read, TreePlan> {
        let path = self.0.at(&["organizations", "batch"]);
        Request::ask(&self.0.client, path, &new.request(true), plain)
    }

    /// What all of them use and may use, as CSV (L10).
    pub fn usage_csv(&self) -> Request<Read, Vec<u8>> {
        Request::get(&self.0.client, self.0.at(&["organizations", "usage.csv"]), file)
    }

    /// The same as PDF.
    pub fn usage_pdf(&self) -> Request<Read, Vec<u8>> {
        Request::get(&self.0.client, self.0.at(&["organizations", "usage.pdf"]), file)
    }
}

impl OrganizationScope {
    /// Shows it, with what it uses and may use.
    pub fn get(&self) -> Request<Read, Tagged<Organization>> {
        self.0.get(&[])
    }

    /// Changes it (L3–L5, B5).
    pub fn update(&self, changes: &OrganizationChanges) -> Request<Change, Tagged<Organization>> {
        self.0.update(changes)
    }

    /// What moving it would do, with everything below it, and all that is in the way (O7). Nothing changes.
    pub fn preview_move(&self, to: &NewPlace) -> Request<Read, Tagged<Move>> {
        let body = to.request(true);
        Request::ask(&self.0.client, self.0.at(&["move"]), &body, tagged)
    }

    /// Moves it with everything below it, when nothing is in the way (O7).
    pub fn relocate(&self, to: &NewPlace) -> Request<Create, Tagged<Move>> {
        self.0.create(&["move"], &to.request(false))
    }

    /// The same, only when everything still is as this preview has it; `precondition_failed` otherwise.
    pub fn relocate_as_seen(&self, to: &NewPlace, preview: &ETag) -> Request<Create, Tagged<Move>> {
        self.relocate(to).if_still(preview)
    }

    /// Deletes it, when it has no children and uses nothing (O6).
    pub fn delete(&self) -> Request<Remove, ()> {
        self.0.remove(Code::NotFound)
    }

    /// Deletes it with everything below it, when none of that uses anything (O6).
    pub fn delete_with_descendants(&self) -> Request<Remove, ()> {
        self.delete().parameter("cascade", "true")
    }

    /// Makes an organization below it (O1).
    pub fn create_child(&self, new: &NewOrganization) -> Request<Create, Tagged<Organization>> {
        self.0.create(&["children"], new)
    }

    /// The organizations directly below it.
    pub fn children(&self) -> List<Organization, filter::Below> {
        self.0.list(&["children"])
    }

    /// Everything below it.
    pub fn descendants(&self) -> List<Organization, filter::Below> {
        self.0.list(&["descendants"])
    }

    /// Everything above it.
    pub fn ancestors(&self) -> List<Organization> {
        self.0.list(&["ancestors"])
    }

    /// The organization directly above it; none for a root.
    pub fn parent(&self) -> Request<Read, Option<Tagged<Organization>>> {
        Request::get(&self.0.client, self.0.at(&["parent"]), tagged_if_any)
    }

    /// What it may use, and why (L7).
    pub fn limits(&self) -> Request<Read, Tagged<Limits>> {
        self.0.get(&["limits"])
    }

    /// Everything that applies to it, and where it comes from (O9), with the first of those who have access.
    pub fn effective(&self) -> Request<Read, Tagged<Effective>> {
        self.0.get(&["effective"])
    }

    /// The same, with those who have access behind this cursor.
    pub fn effective_after(&self, people: &Cursor) -> Request<Read, Tagged<Effective>> {
        self.effective().parameter("after", &people.to_string())
    }

    /// What is charged to it: the ledger.
    pub fn charges(&self) -> List<Charge> {
        self.0.list(&["charges"])
    }
}
