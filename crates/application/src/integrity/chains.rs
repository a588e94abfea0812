use std::collections::BTreeMap;

use tenantry_domain::WorkspaceId;
use tenantry_domain::capacity::{NodeId, TargetId};
use tenantry_domain::organization::Organization;
use tenantry_domain::workspace::Workspace;

use super::{ComparedChains, find, pool_of};
use crate::error::{Error, Result};
use crate::ports::UnitOfWork;
use crate::service::Tenantry;

impl Tenantry {
    /// In a transaction of its own. A charge that was on its way along an old chain still counts there.
    pub(super) fn mend_chains(&self, id: WorkspaceId) -> Result<ComparedChains> {
        self.write(|unit| {
            unit.workspaces().lock(id)?;
            let workspace = find(unit, id)?;
            let (compared, wrong) = compare(unit, &workspace)?;
            for chain in &wrong {
                unit.balances().replace_chain(id, chain.key, &chain.expected)?;
            }
            Ok((compared, wrong))
        })
    }
}

pub(super) fn compare(unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<ComparedChains> {
    let kept = unit.balances().chain_links(workspace.id)?;
    let expected = expected(unit, workspace)?;
    let expected = expected
        .into_iter()
        .map(|(target, nodes)| (target, (0..).zip(nodes).collect()))
        .collect();
    Ok(super::compare(workspace.id, [&kept, &expected], |_, links| {
        links.cloned().unwrap_or_default()
    }))
}

/// The chains that follow from the paths (O2), from the accounts of the roots (B2, O3), and from the organizations of the teams (T3).
fn expected(unit: &mut dyn UnitOfWork, workspace: &Workspace) -> Result<BTreeMap<TargetId, Vec<NodeId>>> {
    let organizations = unit.organizations().all(workspace.id)?;
    let by_id: BTreeMap<_, _> = organizations.iter().map(|o| (o.id, o)).collect();
    let mut chains = BTreeMap::new();
    for organization in &organizations {
        let root = organization.path.root_id().unwrap_or(organization.id);
        let root = by_id.get(&root).ok_or_else(|| rootless(organization))?;
        let nodes = organization.chain_nodes(pool_of(workspace, root));
        chains.insert(TargetId::Organization(organization.id), nodes);
    }
    for team in unit.teams().all(workspace.id)? {
        let above = team.organization_id.map(TargetId::Organization);
        let above = above.and_then(|id| chains.get(&id)).map(Vec::as_slice);
        let nodes = team.chain_nodes(above.unwrap_or_default());
        chains.insert(TargetId::Team(team.id), nodes);
    }
    Ok(chains)
}

fn rootless(organization: &Organization) -> Error {
    Error::Inconsistent(format!("the path of {} leads nowhere", organization.id))
}
