use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;

use crate::channel::Channel;
use crate::server::{Delivery, Fault, Memory, Step, remembered};

/// One client's.
pub struct Conversation {
    pub channel: Channel,
    pub upgrade: Option<Arc<ServerConfig>>,
    pub memory: Arc<Mutex<Memory>>,
    pub fault: Option<Fault>,
}

/// The other side is gone, or this one hangs up.
pub struct Over;

/// What was said so far.
#[derive(Default)]
struct Heard {
    from: String,
    to: String,
    credentials: Option<(String, String)>,
}

impl Conversation {
    /// Talks until one side has enough.
    pub fn hold(&mut self) -> Result<(), Over> {
        self.reach(Step::Greeting, "220 localhost ESMTP")?;
        let mut heard = Heard::default();
        loop {
            let line = self.channel.line().ok_or(Over)?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            self.obey(verb, rest, &mut heard)?;
        }
    }

    fn obey(&mut self, verb: &str, rest: &str, heard: &mut Heard) -> Result<(), Over> {
        match verb {
            "EHLO" => self.introduce(),
            "STARTTLS" => self.encrypt(),
            "AUTH" => {
                heard.credentials = Some(credentials(rest));
                self.reach(Step::Auth, "235 2.7.0 welcome")?;
            }
            "MAIL" => {
                heard.from = address(rest);
                self.reach(Step::Sender, "250 2.1.0 so be it")?;
            }
            "RCPT" => {
                heard.to = address(rest);
                self.reach(Step::Recipient, "250 2.1.5 so be it")?;
            }
            "DATA" => self.take(heard)?,
            "QUIT" => {
                self.channel.say("221 2.0.0 bye");
                return Err(Over);
            }
            _ => self.channel.say("502 5.5.2 what?"),
        }
        Ok(())
    }

    /// Answers well, or goes wrong.
    fn reach(&mut self, step: Step, answer: &str) -> Result<(), Over> {
        match self.fault {
            Some(Fault::Answers(at, answer)) if at == step => self.channel.say(answer),
            Some(Fault::HangsUp(at)) if at == step => return Err(Over),
            _ => self.channel.say(answer),
        }
        Ok(())
    }

    fn introduce(&mut self) {
        let extension = match &self.channel {
            Channel::Clear(_) if self.upgrade.is_some() => "STARTTLS",
            _ => "AUTH PLAIN",
        };
        self.channel.say("250-localhost");
        self.channel.say(&format!("250 {extension}"));
    }

    fn encrypt(&mut self) {
        let (Channel::Clear(stream), Some(config)) = (&self.channel, &self.upgrade) else {
            return self.channel.say("503 5.5.1 no");
        };
        let encrypted = Channel::encrypt(stream.try_clone().expect("a connection"), config);
        self.channel.say("220 2.0.0 go on");
        self.channel = encrypted;
    }

    fn take(&mut self, heard: &Heard) -> Result<(), Over> {
        self.channel.say("354 go on");
        let mut message = String::new();
        loop {
            let line = self.channel.line().ok_or(Over)?;
            if line == "." {
                break;
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
            message.push('\n');
        }
        let delivery = Delivery {
            from: heard.from.clone(),
            to: heard.to.clone(),
            message,
            is_tls: self.channel.is_tls(),
            credentials: heard.credentials.clone(),
        };
        remembered(&self.memory).deliveries.push(delivery);
        self.reach(Step::Message, "250 2.0.0 taken")
    }
}

/// What stands between angle brackets.
fn address(text: &str) -> String {
    let (_, rest) = text.split_once('<').expect("an address");
    let (address, _) = rest.split_once('>').expect("an address");
    address.to_owned()
}

/// From `PLAIN` and base64 of NUL, user name, NUL, password (RFC 4616).
fn credentials(text: &str) -> (String, String) {
    let encoded = text.strip_prefix("PLAIN ").expect("nothing else is offered");
    let decoded = STANDARD.decode(encoded).expect("base64");
    let text = String::from_utf8(decoded).expect("UTF-8");
    let mut parts = text.split('\0').skip(1).map(str::to_owned);
    let mut next = || parts.next().expect("user name and password");
    (next(), next())
}
