use std::collections::BTreeSet;

use diesel::dsl;
use diesel::prelude::*;
use diesel::upsert::excluded;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{
    self as app, NewNode, OrganizationFilter, OrganizationScope, OrganizationSelection, PublicKey,
    StoreResult,
};
use tenantry_domain::capacity::NodeId;
use tenantry_domain::organization::{Organization, TreeSize};
use tenantry_domain::text::{Folded, LoginHint};
use tenantry_domain::{BillingAccountId, OrganizationId, WorkspaceId};

use super::balances::insert_limits;
use super::dialect::{Conn, Db, MAX_LIST, position_in};
use super::node::ORGANIZATION;
use super::organization_row::{Row, RowWithHint};
use super::schema::{balances, chain_links, login_hints, organizations, workspaces};
use super::{Unit, chains};
use crate::read;
use crate::types::DbUuid;

/// The organizations with their login hints.
#[dsl::auto_type]
fn with_hints() -> _ {
    organizations::table.left_join(
        login_hints::table.on(login_hints::workspace_id
            .eq(organizations::workspace_id)
            .and(login_hints::organization_id.eq(organizations::id))),
    )
}

type Boxed<'a> = dsl::IntoBoxed<'a, dsl::Select<with_hints, dsl::AsSelect<RowWithHint, Db>>, Db>;

fn among<'a>(scope: OrganizationScope, workspace: DbUuid) -> Boxed<'a> {
    let all = with_hints()
        .select(RowWithHint::as_select())
        .into_boxed()
        .filter(organizations::workspace_id.eq(workspace));
    match scope {
        OrganizationScope::All => all,
        OrganizationScope::Roots => all.filter(organizations::parent_id.is_null()),
        OrganizationScope::ChildrenOf(id) => all.filter(organizations::parent_id.eq(DbUuid::from(id))),
        OrganizationScope::DescendantsOf(id) => all
            .filter(organizations::id.ne(DbUuid::from(id)))
            .filter(organizations::id.eq_any(chains::subtree(workspace, id.into()))),
        OrganizationScope::AncestorsOf(id) => all
            .filter(organizations::id.ne(DbUuid::from(id)))
            .filter(organizations::id.eq_any(chains::nodes(workspace, id.into()))),
    }
}

fn like<'a>(filter: &'a OrganizationFilter, mut all: Boxed<'a>) -> Boxed<'a> {
    if let Some(name) = &filter.name {
        all = all.filter(position_in(organizations::name_folded, name.as_str()).gt(0));
    }
    if let Some(depth) = filter.depth {
        all = all.filter(organizations::depth.eq(i32::from(depth.get())));
    }
    all
}

/// By what it is found (X2).
fn folded(organization: &Organization) -> dsl::Eq<organizations::name_folded, String> {
    organizations::name_folded.eq(Folded::of(organization.name.as_str()).to_string())
}

fn save_login_hint(c: &mut Conn, organization: &Organization) -> QueryResult<usize> {
    let (workspace, id) = (
        DbUuid::from(organization.workspace_id),
        DbUuid::from(organization.id),
    );
    let Some(hint) = &organization.branding.login_hint else {
        let old = login_hints::table
            .filter(login_hints::workspace_id.eq(workspace))
            .filter(login_hints::organization_id.eq(id));
        return diesel::delete(old).execute(c);
    };
    let row = (
        login_hints::login_hint.eq(hint.as_str()),
        login_hints::workspace_id.eq(workspace),
        login_hints::organization_id.eq(id),
    );
    diesel::insert_into(login_hints::table)
        .values(row)
        .on_conflict((login_hints::workspace_id, login_hints::organization_id))
        .do_update()
        .set(login_hints::login_hint.eq(hint.as_str()))
        .execute(c)
}

/// Values of a row, and of that of a login hint.
const COLUMNS: usize = 14;
const HINT_COLUMNS: usize = 3;

fn insert_rows(c: &mut Conn, new: &[NewNode]) -> QueryResult<usize> {
    let row = |new: &NewNode| (Row::from(&new.organization), folded(&new.organization));
    let rows: Vec<_> = new.iter().map(row).collect();
    diesel::insert_into(organizations::table).values(rows).execute(c)
}

fn insert_login_hints(c: &mut Conn, new: &[NewNode]) -> QueryResult<()> {
    let row = |NewNode { organization, .. }: &NewNode| {
        let hint = organization.branding.login_hint.as_ref()?;
        Some((
            login_hints::login_hint.eq(hint.to_string()),
            login_hints::workspace_id.eq(DbUuid::from(organization.workspace_id)),
            login_hints::organization_id.eq(DbUuid::from(organization.id)),
        ))
    };
    let rows: Vec<_> = new.iter().filter_map(row).collect();
    for rows in rows.chunks(MAX_LIST / HINT_COLUMNS) {
        diesel::insert_into(login_hints::table).values(rows).execute(c)?;
    }
    Ok(())
}

/// Saves what changes when organizations are moved. They are there, so that nothing is inserted.
fn save_places(c: &mut Conn, moved: &[Organization]) -> QueryResult<usize> {
    let rows: Vec<_> = moved
        .iter()
        .map(|organization| (Row::from(organization), folded(organization)))
        .collect();
    diesel::insert_into(organizations::table)
        .values(rows)
        .on_conflict((organizations::workspace_id, organizations::id))
        .do_update()
        .set((
            organizations::parent_id.eq(excluded(organizations::parent_id)),
            organizations::path.eq(excluded(organizations::path)),
            organizations::depth.eq(excluded(organizations::depth)),
            organizations::billing_account_id.eq(excluded(organizations::billing_account_id)),
            organizations::updated_at.eq(excluded(organizations::updated_at)),
        ))
        .execute(c)
}

impl Unit {
    /// Whoever waits for a chain of the workspace is to know that it may be another one, or none.
    pub(super) fn note_new_chains(&mut self, workspace: DbUuid) -> StoreResult<()> {
        let next = workspaces::tree_version.eq(workspaces::tree_version + 1);
        let target = workspaces::table.find(workspace);
        self.write(|c| diesel::update(target).set(next).execute(c))
    }
}

impl app::Organizations for Unit {
    fn insert(&mut self, new: &[NewNode]) -> StoreResult<()> {
        self.run(|c| {
            for new in new.chunks(MAX_LIST / COLUMNS) {
                insert_rows(c, new)?;
            }
            chains::insert(c, new)?;
            insert_login_hints(c, new)?;
            insert_limits(c, new)
        })
    }

    fn update(&mut self, organization: &Organization) -> StoreResult<()> {
        let row = Row::from(organization);
        let changes = (
            organizations::name.eq(row.name),
            folded(organization),
            organizations::billing_account_id.eq(row.billing_account_id),
            organizations::picture.eq(row.picture),
            organizations::display_name.eq(row.display_name),
            organizations::primary_color.eq(row.primary_color),
            organizations::page_background.eq(row.page_background),
            organizations::updated_at.eq(row.updated_at),
        );
        let target = organizations::table.find((row.workspace_id, row.id));
        self.write(|c| diesel::update(target).set(changes).execute(c))?;
        self.run(|c| save_login_hint(c, organization)).map(drop)
    }

    fn relocate(&mut self, moved: &[Organization], replaced: usize, above: &[NodeId]) -> StoreResult<()> {
        let Some(top) = moved.first() else {
            return Ok(());
        };
        let (workspace, id) = (DbUuid::from(top.workspace_id), DbUuid::from(top.id));
        let replaced = i32::try_from(replaced).unwrap_or(i32::MAX);
        self.run(|c| {
            for moved in moved.chunks(MAX_LIST / COLUMNS) {
                save_places(c, moved)?;
            }
            chains::relocate(c, (workspace, id), replaced, above)
        })?;
        self.note_new_chains(workspace)
    }

    /// Login hints go with their organizations.
    fn delete_subtree(
        &mut self,
        workspace: WorkspaceId,
        id: OrganizationId,
    ) -> StoreResult<Vec<OrganizationId>> {
        let (workspace, id) = (DbUuid::from(workspace), DbUuid::from(id));
        let kept = balances::table
            .filter(balances::workspace_id.eq(workspace))
            .filter(balances::node_id.eq_any(chains::subtree(workspace, id)));
        let subtree = organizations::table
            .filter(organizations::workspace_id.eq(workspace))
            .filter(organizations::id.eq_any(chains::subtree(workspace, id)));
        let links = chain_links::table
            .filter(chain_links::workspace_id.eq(workspace))
            .filter(chain_links::target_id.eq_any(chains::other_subtree(workspace, id)));
        let mut deleted: Vec<DbUuid> = self.run(|c| {
            diesel::delete(kept).execute(c)?;
            let deleted = diesel::delete(subtree)
                .returning(organizations::id)
                .get_results(c)?;
            diesel::delete(links).execute(c)?;
            Ok(deleted)
        })?;
        self.note_new_chains(workspace)?;
        deleted.sort_unstable();
        Ok(deleted.into_iter().map(Into::into).collect())
    }

    fn find(&mut self, workspace: WorkspaceId, id: OrganizationId) -> StoreResult<Option<Organization>> {
        let query = with_hints()
            .filter(organizations::workspace_id.eq(DbUuid::from(workspace)))
            .filter(organizations::id.eq(DbUuid::from(id)))
            .select(RowWithHint::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn taken_login_hints(&mut self, hints: &[LoginHint]) -> StoreResult<BTreeSet<LoginHint>> {
        let mut taken = BTreeSet::new();
        for hints in hints.chunks(MAX_LIST) {
            let texts: Vec<&str> = hints.iter().map(LoginHint::as_str).collect();
            let query = login_hints::table
                .filter(login_hints::login_hint.eq_any(&texts))
                .select(login_hints::login_hint);
            let found: Vec<String> = self.run(|c| query.load(c))?;
            let found: BTreeSet<String> = found.into_iter().collect();
            taken.extend(hints.iter().filter(|hint| found.contains(hint.as_str())).cloned());
        }
        Ok(taken)
    }

    fn find_public(&mut self, key: &PublicKey) -> StoreResult<Option<Organization>> {
        let query = with_hints().select(RowWithHint::as_select()).into_boxed::<Db>();
        let query = match key {
            PublicKey::Id(id) => query.filter(organizations::id.eq(DbUuid::from(*id))),
            PublicKey::LoginHint(hint) => query.filter(login_hints::login_hint.eq(hint.as_str())),
        };
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn list(
        &mut self,
        workspace: WorkspaceId,
        OrganizationSelection { scope, filter }: &OrganizationSelection,
        page: &PageRequest<OrganizationId>,
    ) -> StoreResult<Page<Organization, OrganizationId>> {
        let workspace = DbUuid::from(workspace);
        let list = || like(filter, among(*scope, workspace));
        let rows = self.run(|c| page!(c, page, list, |key| organizations::id => DbUuid::from(*key)))?;
        read::page(page, rows, |organization: &Organization| organization.id)
    }

    fn all(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Organization>> {
        let query = with_hints()
            .filter(organizations::workspace_id.eq(DbUuid::from(workspace)))
            .order(organizations::id)
            .select(RowWithHint::as_select());
        read::all(self.run(|c| query.load(c))?)
    }

    fn subtree(&mut self, workspace: WorkspaceId, id: OrganizationId) -> StoreResult<Vec<Organization>> {
        let (workspace, id) = (DbUuid::from(workspace), DbUuid::from(id));
        let query = with_hints()
            .filter(organizations::workspace_id.eq(workspace))
            .filter(organizations::id.eq_any(chains::subtree(workspace, id)))
            .select(RowWithHint::as_select());
        let mut subtree: Vec<Organization> = read::all(self.run(|c| query.load(c))?)?;
        subtree.sort_by_key(|organization| (organization.depth(), organization.id));
        Ok(subtree)
    }

    fn tree_size(&mut self, workspace: WorkspaceId, parent: Option<OrganizationId>) -> StoreResult<TreeSize> {
        let is_sibling = organizations::parent_id
            .eq(parent.map(DbUuid::from))
            .assume_not_null();
        let query = organizations::table
            .filter(organizations::workspace_id.eq(DbUuid::from(workspace)))
            .select((
                dsl::count_star(),
                dsl::count(organizations::id).aggregate_filter(is_sibling),
            ));
        let (organizations, siblings) = self.run(|c| query.get_result(c))?;
        Ok(TreeSize {
            organizations: read::count(organizations)?,
            siblings: read::count(siblings)?,
        })
    }

    fn with_usage(&mut self, workspace: WorkspaceId, count: i64) -> StoreResult<Vec<OrganizationId>> {
        let query = balances::table
            .filter(balances::workspace_id.eq(DbUuid::from(workspace)))
            .filter(balances::node_type.eq(ORGANIZATION))
            .filter(balances::direct.gt(0))
            .select(balances::node_id)
            .distinct()
            .order(balances::node_id)
            .limit(count);
        let ids: Vec<DbUuid> = self.run(|c| query.load(c))?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    fn count_linked(&mut self, workspace: WorkspaceId, account: BillingAccountId) -> StoreResult<u32> {
        let query = organizations::table
            .filter(organizations::workspace_id.eq(DbUuid::from(workspace)))
            .filter(organizations::billing_account_id.eq(DbUuid::from(account)))
            .count();
        read::count(self.run(|c| query.get_result(c))?)
    }
}
