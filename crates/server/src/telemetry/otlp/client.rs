use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;
use ureq::http::HeaderMap;
use url::Url;

use crate::client::agent;
use crate::config::OtlpHeader;

/// What a collector answers is short.
const LARGEST: u64 = 64 * 1024;

/// Calls a collector. It blocks, on the exporter's own thread.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    headers: HeaderMap,
}

impl Client {
    pub fn new(endpoint: &Url, headers: &[OtlpHeader]) -> Self {
        let headers = headers
            .iter()
            .map(|header| (header.name.clone(), header.value.clone()));
        Self {
            agent: agent(endpoint),
            headers: headers.collect(),
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (mut head, body) = request.into_parts();
        head.headers.extend(self.headers.clone());
        let answer = self.agent.run(Request::from_parts(head, &body[..]))?;
        let (head, mut body) = answer.into_parts();
        let body = body.with_config().limit(LARGEST).read_to_vec()?;
        Ok(Response::from_parts(head, body.into()))
    }
}
