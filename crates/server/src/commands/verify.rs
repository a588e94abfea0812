//! `tenantry verify`

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use tenantry_application::integrity::{Verification, WrongBalance, WrongChain};
use tenantry_application::ports::ChainLinks;
use tenantry_domain::Limit;
use tenantry_domain::capacity::{Balance, NodeId};
use tenantry_domain::meter::InvalidMeters;
use tenantry_persistence::{SchemaPolicy, SetupError};

use crate::config::Settings;
use crate::hosting::{HostingError, pictures};
use crate::licensing::Licenses;
use crate::wiring::{open_store, tenantry};

/// Why nothing was compared.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database does not open.
    #[error("cannot open the database")]
    Store(#[from] SetupError),
    /// The meters are none.
    #[error(transparent)]
    Meters(#[from] InvalidMeters),
    /// The pictures are out of reach.
    #[error(transparent)]
    Pictures(#[from] HostingError),
    /// The database does not play along.
    #[error("cannot compare")]
    Compare(#[from] tenantry_application::Error),
    /// Standard output is closed, say.
    #[error("cannot print what was found")]
    Output(#[from] io::Error),
}

/// Derives every chain and every balance again, writes what differs to `out`, and mends it when `repair`. Says whether everything is, or now is, as it should be.
///
/// # Errors
/// Every [`VerifyError`].
pub fn run(settings: &Settings, repair: bool, out: &mut dyn Write) -> Result<bool, VerifyError> {
    let store = open_store(&settings.database, SchemaPolicy::Require)?;
    // Balances are the same in every edition (E3).
    let tenantry = tenantry(
        settings,
        store,
        pictures(&settings.pictures)?,
        Arc::<Licenses>::default(),
    )?;
    let found = tenantry.verify(repair, show_progress)?;
    for chain in &found.wrong_chains {
        writeln!(out, "{}", describe_chain(chain))?;
    }
    for balance in &found.wrong_balances {
        writeln!(out, "{}", describe_balance(balance))?;
    }
    writeln!(out, "{}", summary(&found, repair))?;
    Ok(found.differences() == 0 || repair)
}

/// On a terminal, one line that counts.
fn show_progress(workspaces: u64) {
    let mut screen = io::stderr();
    if screen.is_terminal() && workspaces.is_multiple_of(100) {
        // Nothing can be done about a terminal that is gone.
        let _ = write!(screen, "\r{workspaces} workspaces compared");
    }
}

fn describe_chain(chain: &WrongChain) -> String {
    format!(
        "{} {} chain: kept {}, should be {}",
        chain.workspace,
        name(chain.key.into()),
        links(&chain.kept),
        links(&chain.expected)
    )
}

fn links(links: &ChainLinks) -> String {
    let shown = |(position, node): &(u16, NodeId)| format!("{position} {}", name(*node));
    let shown: Vec<String> = links.iter().map(shown).collect();
    format!("({})", shown.join(", "))
}

fn describe_balance(balance: &WrongBalance) -> String {
    let (node, meter) = &balance.key;
    format!(
        "{} {} {meter}: kept {}, should be {}",
        balance.workspace,
        name(*node),
        numbers(&balance.kept),
        numbers(&balance.expected)
    )
}

fn name(node: NodeId) -> String {
    match node {
        NodeId::Pool(_) => format!("pool of {node}"),
        NodeId::Organization(_) => node.to_string(),
        NodeId::Team(_) => format!("team {node}"),
    }
}

fn numbers(balance: &Balance) -> String {
    let limit = match balance.limit {
        Limit::Unlimited => "none".to_owned(),
        Limit::AtMost(cap) => cap.to_string(),
        Limit::Observed(cap) => format!("{cap} observed"),
    };
    format!(
        "(direct {}, subtree {}, limit {limit})",
        balance.direct, balance.subtree
    )
}

fn summary(found: &Verification, repair: bool) -> String {
    let compared = format!(
        "{} chains and {} balances in {} workspaces",
        found.chains, found.balances, found.workspaces
    );
    match (found.differences(), repair) {
        (0, _) => format!("{compared} are as they should be"),
        (count, true) => format!("{count} of {compared} differed and were mended"),
        (count, false) => format!("{count} of {compared} differ; run verify --repair to mend them"),
    }
}
