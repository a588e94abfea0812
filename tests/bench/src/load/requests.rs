use std::cell::RefCell;
use std::io::Write;
use std::str::FromStr;

use hyper::{Method, StatusCode, Uri};

/// In a path, a word that is another one in each request.
const FRESH: &str = "{fresh}";

/// One thing to ask, read from `PUT /charges/locations/{fresh} {"organization_id": "org_…"}`: a method, a path, and a body if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    method: Method,
    path: String,
    body: String,
}

/// The line is no target.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a method, a path and, where there is one, a body: GET /healthz")]
pub struct InvalidTarget(String);

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(line: &str) -> Result<Self, InvalidTarget> {
        let mut words = line.trim().splitn(3, ' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let body = words.next().unwrap_or_default().to_owned();
        let is_path = path.starts_with('/') && path.replace(FRESH, "0").parse::<Uri>().is_ok();
        match method.parse() {
            Ok(method) if is_path => Ok(Self {
                method,
                path: path.to_owned(),
                body,
            }),
            _ => Err(InvalidTarget(line.to_owned())),
        }
    }
}

/// What is sent: targets drawn at random, with the same headers.
#[derive(Debug)]
pub struct Requests {
    token: String,
    targets: Vec<Target>,
    expected: Option<StatusCode>,
    state: RefCell<State>,
}

#[derive(Debug)]
struct State {
    random: fastrand::Rng,
    run: String,
    count: u64,
}

impl Requests {
    /// For targets that a token opens, at least one, and that are answered with this status, or else any from 200 to 299. Fresh words begin
    /// with the name of the run.
    pub fn new(token: &str, targets: Vec<Target>, expected: Option<StatusCode>, run: &str) -> Self {
        Self {
            token: token.to_owned(),
            targets,
            expected,
            state: RefCell::new(State {
                random: fastrand::Rng::with_seed(1),
                run: run.to_owned(),
                count: 0,
            }),
        }
    }

    /// Whether this is the status of an answer that is expected.
    pub fn expects(&self, status: StatusCode) -> bool {
        self.expected
            .map_or(status.is_success(), |expected| status == expected)
    }

    /// Writes the next request behind what is there. Says what it asks for.
    pub fn write_next(&self, host: &str, to: &mut Vec<u8>) -> &Method {
        let mut state = self.state.borrow_mut();
        state.count += 1;
        let target = state.random.choice(&self.targets).expect("there is a target");
        let path = target
            .path
            .replace(FRESH, &format!("{}-{}", state.run, state.count));
        let Target { method, body, .. } = target;
        let about_body = if body.is_empty() {
            String::new()
        } else {
            format!(
                "content-type: application/json\r\ncontent-length: {}\r\n",
                body.len()
            )
        };
        let written = write!(
            to,
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n{about_body}\r\n{body}",
            self.token
        );
        written.expect("memory can be written");
        method
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_target_and_every_request_of_it_is_fresh() {
        let target: Target = "PUT /charges/locations/{fresh}?again={fresh} {\"quantity\": 1}"
            .parse()
            .unwrap();
        let requests = Requests::new("token", vec![target], None, "run");
        let mut written = Vec::new();
        for _ in 0..2 {
            requests.write_next("localhost", &mut written);
        }
        let expected = [1, 2].map(|number| {
            format!(
                "PUT /charges/locations/run-{number}?again=run-{number} HTTP/1.1\r\nhost: localhost\r\n\
                 authorization: Bearer token\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n\
                 {{\"quantity\": 1}}"
            )
        });
        assert_eq!(String::from_utf8(written).unwrap(), expected.concat());
    }

    #[test]
    fn a_request_without_a_body_says_nothing_of_one() {
        let requests = Requests::new("token", vec!["GET /healthz".parse().unwrap()], None, "run");
        let mut written = Vec::new();
        requests.write_next("localhost", &mut written);
        let expected = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer token\r\n\r\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn nonsense_is_no_target() {
        for bad in ["", "GET", "GET healthz", "G@T /healthz", "GET /a\u{7f}"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }
}
