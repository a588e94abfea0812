use std::cell::RefCell;
use std::str::FromStr;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};

/// In a path, a word that is another one in each request.
const FRESH: &str = "{fresh}";

/// One thing to ask, read from `PUT /charges/locations/{fresh} {"organization_id": "org_…"}`: a method, a path, and a body if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    method: Method,
    path: String,
    body: Bytes,
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
                body: body.into(),
            }),
            _ => Err(InvalidTarget(line.to_owned())),
        }
    }
}

/// What is sent: targets drawn at random, with the same headers.
#[derive(Debug)]
pub struct Requests {
    authorization: HeaderValue,
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
        let header = |text: &str| HeaderValue::from_str(text).expect("what is printable fits into a header");
        Self {
            authorization: header(&format!("Bearer {token}")),
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

    /// The next request.
    pub fn next(&self) -> Request<Full<Bytes>> {
        let mut state = self.state.borrow_mut();
        state.count += 1;
        let target = state.random.choice(&self.targets).expect("there is a target");
        let path = if target.path.contains(FRESH) {
            let fresh = format!("{}-{}", state.run, state.count);
            target.path.replace(FRESH, &fresh)
        } else {
            target.path.clone()
        };
        let mut request = Request::new(Full::new(target.body.clone()));
        *request.method_mut() = target.method.clone();
        *request.uri_mut() = path.try_into().expect("it was one with another word");
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        if !target.body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_target_and_every_request_of_it_is_fresh() {
        let target: Target = "PUT /charges/locations/{fresh} {\"quantity\": 1}"
            .parse()
            .unwrap();
        let requests = Requests::new("token", vec![target], None, "run");
        let paths: Vec<String> = (0..2).map(|_| requests.next().uri().to_string()).collect();
        assert_eq!(paths, ["/charges/locations/run-1", "/charges/locations/run-2"]);
    }

    #[test]
    fn nonsense_is_no_target() {
        for bad in ["", "GET", "GET healthz", "G@T /healthz", "GET /a\u{7f}"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }
}
