use actix_web::HttpResponse;
use actix_web::body::to_bytes;
use actix_web::http::header::HeaderMap;
use serde_json::Value;

/// An answer that has been read.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body, when it is JSON.
    pub json: Value,
}

impl Reply {
    pub async fn read(response: HttpResponse) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body()).await.unwrap().to_vec();
        let mut reply = Self {
            status,
            headers,
            bytes,
            json: Value::Null,
        };
        if reply
            .header("content-type")
            .is_some_and(|kind| kind.contains("json"))
        {
            reply.json = serde_json::from_slice(&reply.bytes).unwrap();
        }
        reply
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Requires a status, and hands over the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json
    }

    /// Requires a problem, and hands over the body.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, &self.json["code"]),
            (status, &Value::from(code)),
            "{:#}",
            self.json
        );
        self.json
    }

    /// Requires a problem about these fields: pointer and code of each.
    #[track_caller]
    pub fn invalid(self, fields: &[(&str, &str)]) {
        let status = if self.json["instance"].as_str().is_some_and(is_v1) {
            400
        } else {
            422
        };
        let problem = self.refused(status, "validation_failed");
        let found: Vec<(&str, &str)> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                (
                    error["pointer"].as_str().unwrap(),
                    error["code"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(found, fields, "{problem:#}");
    }

    /// The text of a field of the body.
    #[track_caller]
    pub fn text(&self, field: &str) -> String {
        self.json[field]
            .as_str()
            .unwrap_or_else(|| panic!("no {field} in {:#}", self.json))
            .to_owned()
    }
}

/// The keys of an object, in alphabetical order.
#[track_caller]
pub fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Whether an address speaks the other API's dialect.
pub fn is_v1(path: &str) -> bool {
    path.starts_with("/v1/")
}
