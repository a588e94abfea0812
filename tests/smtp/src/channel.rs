use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A connection, in the clear or over TLS.
pub enum Channel {
    /// In the clear.
    Clear(TcpStream),
    /// Over TLS.
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Channel {
    /// The connection over TLS.
    pub fn encrypt(stream: TcpStream, config: &Arc<ServerConfig>) -> Self {
        let tls = ServerConnection::new(Arc::clone(config)).expect("a configuration that works");
        Self::Tls(Box::new(StreamOwned::new(tls, stream)))
    }

    /// Whether nobody else can read along.
    pub const fn is_tls(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// The next line without its end; `None` when there is no more, or the other side does not want to talk any more.
    pub fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\r\n") {
            match self.read(&mut byte) {
                Ok(1) => line.extend(byte),
                _ => return None,
            }
        }
        line.truncate(line.len() - 2);
        Some(String::from_utf8(line).expect("UTF-8"))
    }

    /// Says a line. Whether somebody hears it is their business.
    pub fn say(&mut self, line: &str) {
        let _ = self.write_all(format!("{line}\r\n").as_bytes());
        let _ = self.flush();
    }
}

impl Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Clear(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
