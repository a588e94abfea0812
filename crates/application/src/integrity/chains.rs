use std::collections::BTreeMap;

use tenantry_domain::WorkspaceId;
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Workspace;

use super::{ComparedChains, find, pool_of};
use crate::error::{Error, Result};
use crate::ports::{ChainLinks, UnitOfWork};
use crate::service::Tenantry;

impl Tenantry {
    /// In a transaction of its own. A charge that was on its way along an old chain still counts there.
    pub(super) fn mend_chains(&self, id: WorkspaceId) -> Result<ComparedChains> {
        self.write(|unit| {
            unit.workspaces().lock(id)?;
            let workspace = find(unit, id)?;
            let (compared, wrong) = compare(unit, &workspace)?;
            for chain in &wrong {
                unit.organizations()
                    .replace_chain(id, chain.key, &chain.expected)?;
            }
            Ok((compared, wrong))
        })
    }
}

pub(super) fn compare(unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<ComparedChains> {
    let kept = unit.organizations().chain_links(workspace.id)?;
    let organizations = unit.organizations().all(workspace.id)?;
    let by_id: BTreeMap<_, _> = organizations.iter().map(|o| (o.id, o)).collect();
    let expected = organizations.iter().map(|organization| {
        let root = organization.path.root_id().unwrap_or(organization.id);
        let root = by_id.get(&root).ok_or_else(|| rootless(organization))?;
        Ok((organization.id, links(workspace, root, organization)))
    });
    let expected = expected.collect::<Result<_>>()?;
    Ok(super::compare(workspace.id, [&kept, &expected], |_, links| {
        links.cloned().unwrap_or_default()
    }))
}

/// The chain that follows from the path (O2) and from the account of the root (B2, O3).
fn links(workspace: &Workspace, root: &Organization, organization: &Organization) -> ChainLinks {
    let nodes = organization.chain_nodes(pool_of(workspace, root));
    (0..).zip(nodes).collect()
}

fn rootless(organization: &Organization) -> Error {
    Error::Inconsistent(format!("the path of {} leads nowhere", organization.id))
}
