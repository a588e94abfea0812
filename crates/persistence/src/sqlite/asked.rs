//! Loads organizations, each as somebody sees it, in a statement each: that is a call of a function.

use diesel::result::QueryResult;
use tenantry_application::ports::AskedOrganization;

use super::dialect::Conn;
use super::queries::glances::{self, OrganizationRow};

/// The rows of each that is asked for, with its number, which is counted from 1.
pub fn load(c: &mut Conn, asked: &[AskedOrganization]) -> QueryResult<Vec<(i64, OrganizationRow)>> {
    let mut rows = Vec::new();
    for (number, asked) in (1..).zip(asked) {
        rows.extend(
            glances::organization(c, asked)?
                .into_iter()
                .map(|row| (number, row)),
        );
    }
    Ok(rows)
}
