//! Where everything is set up: a database server of its own, and directories that go with the run.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tenantry_test_postgres::{Server, Setup};

use crate::asking::Tokens;
use crate::measure::{Subject, Times};
use crate::seed;
use crate::service::{Installation, Service};
use crate::tree::Shape;

/// What a server has that serves one database on a machine of its own; everything else, durability above all, is as it comes.
/// Statements are counted when they are asked for, and not before.
pub const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "2GB"),
    ("max_wal_size", "4GB"),
    ("max_connections", "100"),
    ("shared_preload_libraries", "pg_stat_statements"),
    ("pg_stat_statements.track", "none"),
];
/// The database that is not measured.
const OTHER: &str = "postgres";

/// The place of one run.
pub struct Workshop {
    /// The service's binary.
    pub binary: PathBuf,
    /// How long things take.
    pub times: Times,
    directory: TempDir,
    server: OnceCell<Server>,
}

/// A seeded service on PostgreSQL.
pub struct Seeded {
    /// What is measured.
    pub subject: Subject,
    /// Who asks.
    pub tokens: Tokens,
    /// What is in it.
    pub shape: Shape,
    /// How it is run.
    pub installation: Installation,
    /// The URL of its database, or its file.
    pub database: String,
}

impl Workshop {
    /// In a directory of its own below this one.
    pub fn open(binary: &Path, times: Times, below: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            times,
            directory: TempDir::new_in(below).expect("the directory can be written"),
            server: OnceCell::new(),
        }
    }

    /// The server, which starts when it is first needed.
    pub fn server(&self) -> &Server {
        self.server.get_or_init(|| {
            let server = Server::start(&Setup {
                is_durable: true,
                settings: &SETTINGS,
                ..Setup::default()
            });
            server.run_sql(OTHER, "CREATE EXTENSION pg_stat_statements");
            server
        })
    }

    /// Such as `15.14`.
    pub fn postgres_version(&self) -> String {
        let version = self.server().run_sql(OTHER, "SHOW server_version");
        version.split_whitespace().next().unwrap_or_default().to_owned()
    }

    /// A new service on a seeded database of the server.
    pub fn on_postgres(&self, shape: Shape) -> Seeded {
        let database = self.server().create_database();
        let pid = self.server().pid();
        let installation = self.install(Some(database.clone()));
        installation.run(&["migrate"]);
        seed::postgres(&database, shape);
        self.settle();
        Seeded::start(installation, (Some(pid), database), shape)
    }

    /// A new service on a seeded file, of which a copy may be taken before it starts.
    pub fn on_sqlite(&self, shape: Shape, copy: impl FnOnce(&Path)) -> Seeded {
        let installation = self.install(None);
        installation.run(&["migrate"]);
        let file = installation.sqlite_file().display().to_string();
        seed::sqlite(&file, shape);
        copy(&installation.sqlite_file());
        Seeded::start(installation, (None, file), shape)
    }

    /// A data directory of its own.
    pub fn install(&self, database: Option<String>) -> Installation {
        let data = TempDir::new_in(self.directory.path()).expect("the directory can be written");
        Installation::new(&self.binary, data.keep(), database)
    }

    /// Where files go that nobody needs afterwards.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Has the server write what it still has to, so that the turn before is not paid by the next one.
    pub fn settle(&self) {
        self.server().run_sql(OTHER, "CHECKPOINT");
        self.times.rest();
    }

    /// SQL statements that this does in a database, and what comes of it.
    pub fn statements<T>(&self, database: &str, work: impl FnOnce() -> T) -> (u32, T) {
        let name = database.rsplit('/').next().unwrap_or_default().to_owned();
        self.count_statements("top");
        self.server().run_sql(OTHER, "SELECT pg_stat_statements_reset()");
        let done = work();
        let calls = format!(
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements \
             WHERE dbid = (SELECT oid FROM pg_database WHERE datname = '{name}')"
        );
        let answer = self.server().run_sql(OTHER, &calls);
        self.count_statements("none");
        (answer.trim().parse().expect("a number"), done)
    }

    fn count_statements(&self, which: &str) {
        let set = format!("ALTER SYSTEM SET pg_stat_statements.track = '{which}'");
        self.server().run_sql(OTHER, &set);
        self.server().run_sql(OTHER, "SELECT pg_reload_conf()");
        // Each process of the server reads them by itself, when it has a moment.
        self.times.rest();
    }
}

impl Seeded {
    fn start(installation: Installation, (pid, database): (Option<u32>, String), shape: Shape) -> Self {
        let tokens = Tokens {
            machine: installation.machine(),
            member: installation.member(),
        };
        let subject = Subject {
            service: Service::start(&installation),
            database: pid,
        };
        // The first request of a person makes their team.
        subject
            .service
            .caller(Some(tokens.member.clone()))
            .get("/workspaces")
            .expect(200);
        Self {
            subject,
            tokens,
            shape,
            installation,
            database,
        }
    }

    /// What `tenantry verify` says, when nothing is wrong.
    pub fn verify(&self) -> String {
        self.installation.run(&["verify"])
    }
}
