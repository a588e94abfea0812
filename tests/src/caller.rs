use serde_json::Value;
use tenantry_client::Client;
use ureq::Agent;
use ureq::http::{HeaderMap, Method, Request};

/// Somebody with a token who speaks HTTP to one service.
#[derive(Clone)]
pub struct Caller {
    agent: Agent,
    base: String,
    token: Option<String>,
    idempotency_key: Option<String>,
    client: Client,
}

/// What the service answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null when there is none or it is not JSON.
    pub body: Value,
    /// The body as text; what is none, such as a picture, is only nearly that.
    pub text: String,
}

impl Caller {
    /// A caller of the service at this address, such as `http://127.0.0.1:8080`.
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
            client: client(base, token.as_deref()),
            token,
            idempotency_key: None,
        }
    }

    /// The same caller through the client, which sends nothing but sense.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The same service, called by somebody else.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            client: client(&self.base, Some(token)),
            ..self.clone()
        }
    }

    /// The same caller, whose requests have this key (R1).
    #[must_use]
    pub fn with_idempotency_key(&self, key: &str) -> Self {
        Self {
            idempotency_key: Some(key.to_owned()),
            ..self.clone()
        }
    }

    /// Sends a request; panics when there is no answer.
    pub fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.try_send(method, path, body).expect("the service answers")
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When there is no answer, as with a service that was killed.
    pub fn try_send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(key) = &self.idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        let mut response = match body {
            Some(body) => self.agent.run(
                request
                    .header("Content-Type", "application/json")
                    .body(body.to_string())?,
            )?,
            None => self.agent.run(request.body(())?)?,
        };
        let text = String::from_utf8_lossy(&response.body_mut().read_to_vec()?).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
            text,
        })
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None)
    }

    /// POST.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body))
    }

    /// PUT.
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body))
    }

    /// PATCH.
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body))
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None)
    }
}

fn client(base: &str, token: Option<&str>) -> Client {
    let builder = Client::builder(base);
    let builder = match token {
        Some(token) => builder.token(token),
        None => builder,
    };
    builder.build().expect("an address that can be called")
}

impl Answer {
    /// The answer, when it has this status; panics with the body otherwise.
    pub fn expect(self, status: u16) -> Self {
        assert!(
            self.status == status,
            "expected {status}, got {}: {}",
            self.status,
            self.text
        );
        self
    }

    /// The text at a JSON pointer; panics when there is none.
    pub fn text_at(&self, pointer: &str) -> String {
        self.at(pointer).as_str().expect("a text").to_owned()
    }

    /// The value at a JSON pointer; panics when there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.body
            .pointer(pointer)
            .unwrap_or_else(|| panic!("nothing at {pointer} in {}", self.text))
    }

    /// The `id` of what was answered.
    pub fn id(&self) -> String {
        self.text_at("/id")
    }
}
