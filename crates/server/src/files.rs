//! How many files the process may have open; each connection is one.

/// What the database, the log and the workers need beside connections.
const OTHERS: u64 = 512;

/// Raises the limit, as far as the system lets a process do so by itself, for so many connections. Many systems start with 1024, and
/// a process that is out of files cannot open its database either.
pub fn allow_for(connections: usize) {
    let wanted = u64::try_from(connections)
        .unwrap_or(u64::MAX)
        .saturating_add(OTHERS);
    match rlimit::increase_nofile_limit(wanted) {
        Ok(allowed) if allowed < wanted => {
            tracing::warn!(
                allowed,
                wanted,
                "fewer files than http.max_connections needs; raise `ulimit -n`"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "cannot raise the limit of open files"),
    }
}

#[cfg(test)]
mod tests {
    use rlimit::Resource;

    use super::*;

    #[test]
    fn the_limit_is_raised_as_far_as_the_process_may() {
        let (_, most) = Resource::NOFILE.get().unwrap();
        Resource::NOFILE.set(most - 1, most).unwrap();
        allow_for(usize::MAX);
        assert_eq!(Resource::NOFILE.get().unwrap(), (most, most));
    }
}
