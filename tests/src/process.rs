use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::caller::Caller;

/// How long a service may take to say what is waited for.
const PATIENCE: Duration = Duration::from_mins(1);
const DATABASE_URL: &str = "TENANTRY__DATABASE__URL";
const LISTENING: &str = "listening on ";

/// Environment variables that set configuration, such as `("TENANTRY__HTTP__PORT", "0")`.
pub type Settings<'a> = &'a [(&'a str, &'a str)];

/// The service as a process, with a data directory of its own. Killed when dropped.
pub struct Service {
    child: Child,
    data: DataDirectory,
    start: Start,
    /// Where it listens, such as `http://127.0.0.1:41234`.
    pub base: String,
    printed: Printed,
}

/// How a service is started.
#[derive(Clone)]
struct Start {
    arguments: Vec<String>,
    settings: Vec<(String, String)>,
}

/// What a process prints, gathered by a thread that ends with the process.
struct Printed {
    text: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Printed {
    /// Reads for as long as the service prints, so that it never blocks on a full pipe.
    fn gather(stderr: ChildStderr) -> Self {
        let text = Arc::<Mutex<String>>::default();
        let copy = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut text = copy.lock().expect("no reader panics");
                text.push_str(&line);
                text.push('\n');
            }
        });
        Self {
            text,
            reader: Some(reader),
        }
    }

    fn text(&self) -> String {
        self.text.lock().expect("no reader panics").clone()
    }
}

enum DataDirectory {
    Own(TempDir),
    Shared(PathBuf),
}

impl DataDirectory {
    fn path(&self) -> &Path {
        match self {
            Self::Own(directory) => directory.path(),
            Self::Shared(path) => path,
        }
    }
}

/// What a finished command printed and how it ended.
#[derive(Debug)]
pub struct Output {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// The binary that this build made.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    let directory = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie two levels below the binary");
    directory.join("tenantry")
}

impl Service {
    /// Starts a service with fresh data and waits until it listens.
    pub fn start(settings: Settings) -> Self {
        Self::start_as(&["serve"], settings)
    }

    /// Starts a service with fresh data by these arguments, which have it serve.
    pub fn start_as(arguments: &[&str], settings: Settings) -> Self {
        let data = tempfile::tempdir().expect("a temporary directory");
        let start = Start {
            arguments: arguments.iter().map(ToString::to_string).collect(),
            settings: owned(settings),
        };
        Self::launch(DataDirectory::Own(data), start)
    }

    /// Starts a service with fresh data, whose database is the one at this URL.
    pub fn start_on(database: &str, settings: Settings) -> Self {
        Self::start(&[settings, &[(DATABASE_URL, database)]].concat())
    }

    /// The URL of its database.
    pub fn database_url(&self) -> String {
        let given = self.start.settings.iter().find(|(name, _)| name == DATABASE_URL);
        given.map_or_else(
            || format!("sqlite://{}", self.data_dir().join("tenantry.db").display()),
            |(_, url)| url.clone(),
        )
    }

    /// Starts another service on the data of this one.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self::launch(
            DataDirectory::Shared(self.data_dir().to_owned()),
            self.start.clone(),
        )
    }

    fn launch(data: DataDirectory, start: Start) -> Self {
        let (child, base, printed) = spawn(data.path(), &start);
        Self {
            child,
            data,
            start,
            base,
            printed,
        }
    }

    /// What it printed so far.
    pub fn greeting(&self) -> String {
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end && !self.printed.text().contains("/docs") {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.printed.text()
    }

    /// Waits until it has printed this so many times.
    pub fn wait_for(&self, text: &str, times: usize) {
        let end = Instant::now() + PATIENCE;
        while self.printed.text().matches(text).count() < times {
            assert!(
                Instant::now() < end,
                "{text:?} is not there {times} times; it said:\n{}",
                self.printed.text()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks it to look at its files again.
    pub fn hang_up(&self) {
        self.signal("-HUP");
    }

    /// Stops it, and tells everything that it printed. Once, unless it is started again.
    pub fn stop_and_tell(&mut self) -> String {
        assert_eq!(self.stop(), Some(0));
        let reader = self.printed.reader.take().expect("it is stopped once");
        reader.join().expect("no reader panics");
        self.printed.text()
    }

    /// Kills it without warning.
    pub fn kill(&mut self) {
        self.child.kill().expect("a running process can be killed");
        self.child.wait().expect("a killed process ends");
    }

    /// Asks it to stop, and does not wait for that.
    pub fn ask_to_stop(&self) {
        self.signal("-TERM");
    }

    /// Asks it to stop, and says how it ended.
    pub fn stop(&mut self) -> Option<i32> {
        self.ask_to_stop();
        self.child.wait().expect("a stopped process ends").code()
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([signal, &pid])
            .status()
            .expect("kill is there");
        assert!(sent.success(), "the service is still there to be told");
    }

    /// Starts it again on the same data, once it has ended. It listens elsewhere then.
    pub fn restart(&mut self) {
        let (child, base, printed) = spawn(self.data.path(), &self.start);
        self.child = child;
        self.base = base;
        self.printed = printed;
    }

    /// Where its data lies.
    pub fn data_dir(&self) -> &Path {
        self.data.path()
    }

    /// Runs another command of the binary on the same data.
    pub fn run(&self, arguments: &[&str]) -> Output {
        run(self.data_dir(), &self.start.settings, arguments)
    }

    /// Nobody.
    pub fn anonymous(&self) -> Caller {
        Caller::new(&self.base, None)
    }

    /// A person, signed in by the local issuer.
    pub fn person(&self, email: &str) -> Caller {
        self.anonymous().with_token(&self.token(&["--email", email]))
    }

    /// A machine with these scopes.
    pub fn machine(&self, scopes: &[&str]) -> Caller {
        let mut arguments = vec!["--service", "metering"];
        arguments.extend(scopes.iter().flat_map(|scope| ["--scope", *scope]));
        self.anonymous().with_token(&self.token(&arguments))
    }

    /// What `tenantry token` prints.
    pub fn token(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["token"], arguments].concat());
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        output.stdout.trim_end().to_owned()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already; either way nothing is left running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command of the binary to its end.
pub fn run(data: &Path, settings: &[(String, String)], arguments: &[&str]) -> Output {
    let mut command = Command::new(binary());
    configure(&mut command, data, settings);
    let output = command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts");
    Output {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn configure(command: &mut Command, data: &Path, settings: &[(String, String)]) {
    let foreign = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TENANTRY__"));
    foreign.for_each(|(name, _)| {
        command.env_remove(name);
    });
    command
        .env("TENANTRY__DATA_DIR", data)
        .env("TENANTRY__HTTP__PORT", "0")
        .env("TENANTRY__LOG__FORMAT", "text");
    command.envs(settings.iter().map(|(name, value)| (name, value)));
}

fn owned(settings: Settings) -> Vec<(String, String)> {
    settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn spawn(data: &Path, start: &Start) -> (Child, String, Printed) {
    let mut command = Command::new(binary());
    configure(&mut command, data, &start.settings);
    command.args(&start.arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts; `make unit` builds it");
    let printed = Printed::gather(child.stderr.take().expect("standard error is piped"));
    let base = wait_until_listening(&printed, &mut child);
    (child, base, printed)
}

fn wait_until_listening(printed: &Printed, child: &mut Child) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = printed.text();
        let address = text
            .split_once(LISTENING)
            .and_then(|(_, rest)| rest.split_once(char::is_whitespace));
        if let Some((address, _)) = address {
            return address.to_owned();
        }
        let has_ended = child.try_wait().is_ok_and(|status| status.is_some());
        if has_ended || Instant::now() > end {
            let _ = child.kill();
            panic!("the service does not say that it listens; it said:\n{text}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
