use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian and its like put the server programs of each version, which are on nobody's path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The directory of the server programs, of the newest version.
pub fn directory() -> PathBuf {
    let on_path = env::var_os("PATH").unwrap_or_default();
    installed()
        .into_iter()
        .chain(env::split_paths(&on_path))
        .find(|directory| directory.join("initdb").is_file())
        .unwrap_or_else(|| {
            panic!("PostgreSQL's initdb is neither under {DEBIAN} nor on the path; `make tools` installs it")
        })
}

/// The pooler, which Debian puts where only root looks.
pub fn pgbouncer() -> PathBuf {
    let on_path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&on_path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|directory| directory.join("pgbouncer"))
        .find(|program| program.is_file())
        .expect("pgbouncer is installed; `make tools` does so")
}

fn installed() -> Vec<PathBuf> {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    versions.sort_by_key(|(version, _)| Reverse(*version));
    versions.into_iter().map(|(_, path)| path.join("bin")).collect()
}

/// What `initdb` is told beside the obvious. Where it can, text has an order other than that of its bytes, so that a query that forgets to
/// ask for that order is found out.
pub fn collation(programs: &Path) -> &'static [&'static str] {
    let version = std::process::Command::new(programs.join("postgres"))
        .arg("--version")
        .output()
        .expect("the server tells its version");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let major = version
        .split_whitespace()
        .nth(2)
        .and_then(|v| v.split('.').next());
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(15..) => &["--locale-provider=icu", "--icu-locale=en"],
        _ => &[],
    }
}
