use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a server says to one request.
#[derive(Clone)]
pub enum Answer {
    Text(String, String),
    HangUp,
}

impl Answer {
    pub fn new(status: u16, body: &str) -> Self {
        let length = body.len();
        Self::Text(
            format!("HTTP/1.1 {status} Said\r\nConnection: close\r\nContent-Length: {length}\r\n"),
            body.to_owned(),
        )
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        match self {
            Self::Text(head, body) => Self::Text(format!("{head}{name}: {value}\r\n"), body),
            Self::HangUp => self,
        }
    }
}

/// What a server was sent.
pub struct Sent(String);

impl Sent {
    pub fn line(&self) -> &str {
        self.0.lines().next().unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        let named = |line: &'_ str| line.split_once(": ").is_some_and(|(known, _)| known == name);
        let line = self.0.lines().find(|line| named(line)).unwrap();
        line.split_once(": ").unwrap().1
    }

    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").unwrap().1
    }
}

/// Says what it is told to, in that order, and then listens no more.
pub struct Server {
    pub base: String,
    task: JoinHandle<Vec<Sent>>,
}

impl Server {
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answers: Vec<Answer> = answers.into_iter().collect();
        let task = tokio::spawn(async move {
            let mut requests = Vec::new();
            for answer in answers {
                let (stream, _) = listener.accept().await.unwrap();
                requests.push(serve(stream, answer).await);
            }
            requests
        });
        Self { base, task }
    }

    /// Everything that it was sent, once it has said everything.
    pub async fn requests(self) -> Vec<Sent> {
        self.task.await.unwrap()
    }
}

async fn serve(mut stream: TcpStream, answer: Answer) -> Sent {
    let mut bytes = Vec::new();
    while !is_whole(&bytes) {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "a whole request");
    }
    if let Answer::Text(head, body) = answer {
        stream
            .write_all(format!("{head}\r\n{body}").as_bytes())
            .await
            .unwrap();
    }
    Sent(String::from_utf8(bytes).unwrap())
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}
