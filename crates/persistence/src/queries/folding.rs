use diesel::prelude::*;
use tenantry_domain::text::Folded;

use super::dialect::Conn;
use super::schema::{organizations, workspaces};
use crate::types::DbUuid;

/// Folds the names that no program has folded yet (X2), since SQL does it otherwise, and each database in its own way. No name is empty, and
/// none is when it is folded.
pub fn fold_names(c: &mut Conn) -> QueryResult<()> {
    let names: Vec<(DbUuid, String)> = workspaces::table
        .filter(workspaces::name_folded.eq(""))
        .select((workspaces::id, workspaces::name))
        .load(c)?;
    for (id, name) in names {
        diesel::update(workspaces::table.find(id))
            .set(workspaces::name_folded.eq(Folded::of(&name).as_str()))
            .execute(c)?;
    }
    let names: Vec<(DbUuid, DbUuid, String)> = organizations::table
        .filter(organizations::name_folded.eq(""))
        .select((
            organizations::workspace_id,
            organizations::id,
            organizations::name,
        ))
        .load(c)?;
    for (workspace, id, name) in names {
        diesel::update(organizations::table.find((workspace, id)))
            .set(organizations::name_folded.eq(Folded::of(&name).as_str()))
            .execute(c)?;
    }
    Ok(())
}
