use std::collections::VecDeque;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use rustls::ServerConfig;

use crate::Authority;
use crate::channel::Channel;
use crate::conversation::Conversation;

/// How long something that is expected may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// A mail that the server was given whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Who it is from, by the envelope.
    pub from: String,
    /// Who it is to, by the envelope.
    pub to: String,
    /// Header and body, with lines that end in `\n`.
    pub message: String,
    /// Whether it came over TLS.
    pub is_tls: bool,
    /// User name and password of whoever brought it.
    pub credentials: Option<(String, String)>,
}

/// A point of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// When somebody connects.
    Greeting,
    /// `AUTH`.
    Auth,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// Once the mail is there.
    Message,
}

/// What the server does wrong, in one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It answers this there.
    Answers(Step, &'static str),
    /// It hangs up there, without an answer.
    HangsUp(Step),
}

/// Everything that a server was told.
#[derive(Default)]
pub(crate) struct Memory {
    pub deliveries: Vec<Delivery>,
    pub conversations: usize,
    faults: VecDeque<Fault>,
}

/// A server on a port of its own, for as long as the test runs.
pub struct MailServer {
    /// Its port, on `localhost`.
    pub port: u16,
    memory: Arc<Mutex<Memory>>,
}

impl MailServer {
    /// Speaks in the clear, and knows no other way.
    pub fn clear() -> Self {
        Self::start(None, Channel::Clear)
    }

    /// Speaks in the clear until it is asked for TLS.
    pub fn starttls(authority: &Authority) -> Self {
        Self::start(Some(authority.server_config()), Channel::Clear)
    }

    /// Speaks TLS from the beginning.
    pub fn tls(authority: &Authority) -> Self {
        let config = authority.server_config();
        Self::start(None, move |stream| Channel::encrypt(stream, &config))
    }

    fn start(
        upgrade: Option<Arc<ServerConfig>>,
        open: impl Fn(TcpStream) -> Channel + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("localhost", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let memory = Arc::<Mutex<Memory>>::default();
        let server = Self {
            port,
            memory: Arc::clone(&memory),
        };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let fault = remembered(&memory).begin();
                let mut conversation = Conversation {
                    channel: open(stream.expect("a client")),
                    upgrade: upgrade.clone(),
                    memory: Arc::clone(&memory),
                    fault,
                };
                thread::spawn(move || conversation.hold());
            }
        });
        server
    }

    /// Has the next conversations go wrong, one after the other; those after them go well.
    pub fn misbehave(&self, faults: impl IntoIterator<Item = Fault>) {
        remembered(&self.memory).faults.extend(faults);
    }

    /// Has all conversations go well from now on.
    pub fn behave(&self) {
        remembered(&self.memory).faults.clear();
    }

    /// How many conversations there were.
    pub fn conversations(&self) -> usize {
        remembered(&self.memory).conversations
    }

    /// Every mail that it was given whole, be it that it refused it then.
    pub fn deliveries(&self) -> Vec<Delivery> {
        remembered(&self.memory).deliveries.clone()
    }

    /// Waits until there are so many.
    pub fn wait_for_deliveries(&self, count: usize) -> Vec<Delivery> {
        wait_until(|| self.deliveries().len() >= count);
        self.deliveries()
    }

    /// Waits until there were so many.
    pub fn wait_for_conversations(&self, count: usize) {
        wait_until(|| self.conversations() >= count);
    }
}

fn wait_until(is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "what was waited for did not happen");
        thread::sleep(Duration::from_millis(10));
    }
}

impl Memory {
    fn begin(&mut self) -> Option<Fault> {
        self.conversations += 1;
        self.faults.pop_front()
    }
}

pub(crate) fn remembered(memory: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    memory.lock().expect("no conversation panics")
}
