//! What the document promises, held against what is answered.

use std::sync::LazyLock;

use actix_web::http::Method;
use serde_json::{Value, json};
use tenantry_http::{Code, openapi};

use super::client_types;
use super::fakes::PUBLIC_URL;
use super::reply::{Reply, is_v1};

/// The document.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&openapi(None).to_json().unwrap()).unwrap());

/// One operation of the document.
#[derive(Clone, Copy)]
pub struct Operation {
    pub path: &'static str,
    pub method: &'static str,
    pub detail: &'static Value,
}

impl Operation {
    pub fn id(&self) -> &'static str {
        self.detail["operationId"].as_str().unwrap()
    }

    pub fn method(&self) -> Method {
        Method::from_bytes(self.method.to_uppercase().as_bytes()).unwrap()
    }

    pub fn is_public(&self) -> bool {
        self.detail["security"] == json!([{}])
    }

    pub fn body_example(&self) -> Option<&'static Value> {
        self.detail["requestBody"]["content"]["application/json"].get("example")
    }
}

/// Every operation of the document.
pub fn operations() -> Vec<Operation> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let of_path = |(path, item): (&'static String, &'static Value)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, detail)| Operation { path, method, detail })
    };
    paths.iter().flat_map(of_path).collect()
}

fn find(method: &Method, path: &str) -> Option<Operation> {
    // Nothing names the page of the docs itself; everywhere else a part of a path is something.
    let fits = |pattern: &str, part: &str| {
        pattern == part || pattern == "{file}" || (pattern.starts_with('{') && !part.is_empty())
    };
    let matches = |pattern: &str| {
        let (patterns, parts): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        patterns.len() == parts.len()
            && patterns
                .iter()
                .zip(parts)
                .all(|(pattern, part)| fits(pattern, part))
    };
    // Whatever can be read can be asked for without its body.
    let method = if *method == Method::HEAD {
        Method::GET
    } else {
        method.clone()
    };
    // A literal path goes before one with parts to fill in, whatever is asked of it.
    let open_parts = |operation: &Operation| operation.path.matches('{').count();
    let mut there = operations();
    there.retain(|operation| matches(operation.path));
    let fewest = there.iter().map(open_parts).min()?;
    there
        .into_iter()
        .find(|operation| operation.method() == method && open_parts(operation) == fewest)
}

/// Holds one answer against the document.
pub fn check(method: &Method, target: &str, reply: &Reply) {
    let path = target.split('?').next().unwrap();
    let context = format!(
        "{method} {target}: {} {}",
        reply.status,
        String::from_utf8_lossy(&reply.bytes)
    );
    assert!(
        reply.header("x-request-id").is_some_and(|id| !id.is_empty()),
        "no request id: {context}"
    );
    check_security(path, reply, &context);
    let operation = find(method, path);
    if reply.status >= 400 {
        check_problem(reply, path, operation, &context);
    }
    let Some(operation) = operation else {
        let is_preflight = *method == Method::OPTIONS && reply.status == 204;
        assert!(
            reply.status == 404 || reply.status == 405 || is_preflight,
            "not in the document: {context}"
        );
        if !is_preflight {
            let schema = serde_json::json!({ "$ref": "#/components/schemas/Problem" });
            conforms(&schema, &reply.json, "").unwrap_or_else(|wrong| panic!("{wrong}: {context}"));
        }
        return;
    };
    let promised = followed(&operation.detail["responses"][reply.status.to_string()]);
    assert!(
        !promised.is_null(),
        "the status is not in the document: {context}"
    );
    if !reply.json.is_null() {
        let kind = reply.header("content-type").unwrap();
        let schema = &promised["content"][kind]["schema"];
        conforms(schema, &reply.json, "").unwrap_or_else(|wrong| panic!("{wrong}: {context}"));
    }
    if reply.status < 400 && !reply.json.is_null() && !is_v1(path) {
        client_types::check(operation.id(), &reply.json);
    }
    for name in promised["headers"].as_object().unwrap().keys() {
        let is_conditional = OF_SOME.contains(&name.as_str());
        assert!(
            is_conditional || reply.header(name).is_some(),
            "no {name}: {context}"
        );
    }
}

/// Headers of an answer that stands for several cases, of which only some have them.
const OF_SOME: [&str; 5] = [
    "WWW-Authenticate",
    "Idempotency-Replayed",
    "Retry-After",
    "RateLimit-Policy",
    "RateLimit",
];

/// What a reference leads to, or the value itself.
pub fn followed(value: &'static Value) -> &'static Value {
    let place = value["$ref"].as_str();
    place.map_or(value, |place| {
        DOCUMENT.pointer(place.strip_prefix('#').unwrap()).unwrap()
    })
}

/// What browsers are told about every answer.
fn check_security(path: &str, reply: &Reply, context: &str) {
    let is_picture = path.starts_with("/pictures/") && reply.status < 400;
    let kept = match reply.header("etag") {
        Some(_) if is_picture => "public, max-age=31536000, immutable",
        Some(_) => "private, no-cache",
        None => "no-store",
    };
    let embedded = if is_picture { "cross-origin" } else { "same-origin" };
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", embedded),
        ("cache-control", kept),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name}: {context}");
    }
    let policy = reply.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.starts_with("default-src 'none'") && policy.ends_with("frame-ancestors 'none'"),
        "{policy}: {context}"
    );
}

/// With which statuses the other API tells what this one tells with others.
fn v1_status(code: &str, usual: u16) -> u16 {
    match code {
        "unauthenticated" => 403,
        "validation_failed" | "team_limit_reached" => 400,
        _ => usual,
    }
}

fn check_problem(reply: &Reply, path: &str, operation: Option<Operation>, context: &str) {
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json"),
        "{context}"
    );
    let problem = &reply.json;
    let code = problem["code"].as_str().unwrap();
    let entry = Code::named(code)
        .unwrap_or_else(|| panic!("not in the catalogue: {context}"))
        .entry();
    assert_eq!(problem["status"], reply.status, "{context}");
    if is_v1(path) {
        assert_eq!(problem["error"], problem["detail"], "{context}");
        assert_eq!(reply.status, v1_status(code, entry.status.as_u16()), "{context}");
    } else {
        client_types::check_problem(problem);
        assert_eq!(reply.status, entry.status.as_u16(), "{context}");
    }
    assert_eq!(problem["title"], entry.title, "{context}");
    assert_eq!(
        problem["type"],
        format!("{PUBLIC_URL}/problems/{code}"),
        "{context}"
    );
    assert_eq!(problem["instance"], path, "{context}");
    assert_eq!(
        problem["request_id"].as_str(),
        reply.header("x-request-id"),
        "{context}"
    );
    assert!(!problem["detail"].as_str().unwrap().is_empty(), "{context}");
    assert_eq!(
        code == "unauthenticated",
        reply.header("www-authenticate").is_some(),
        "{context}"
    );
    assert_eq!(reply.status == 405, reply.header("allow").is_some(), "{context}");
    assert_eq!(
        [429, 503].contains(&reply.status),
        reply.header("retry-after").is_some(),
        "{context}"
    );
    if let Some(operation) = operation {
        let named = operation.detail["x-problems"].as_array().unwrap();
        assert!(
            named.iter().any(|name| name == code),
            "{} does not name {code}: {context}",
            operation.id()
        );
    }
}

/// Whether a value is what a schema says, with no key that the schema does not know.
fn conforms(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(place) = schema["$ref"].as_str() {
        return conforms(
            DOCUMENT.pointer(place.strip_prefix('#').unwrap()).unwrap(),
            value,
            at,
        );
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().any(|choice| conforms(choice, value, at).is_ok());
        return if fits {
            Ok(())
        } else {
            Err(format!("{at}: fits none of the choices"))
        };
    }
    if schema["allOf"].is_array() {
        return object(schema, value, at);
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Err(format!("{at}: {value} is not one of {words:?}"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec![kind(value)],
    };
    if !kinds.contains(&kind(value)) {
        return Err(format!("{at}: {value} is not {kinds:?}"));
    }
    match value {
        Value::Object(_) => object(schema, value, at),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, item)| conforms(&schema["items"], item, &format!("{at}/{i}"))),
        _ => Ok(()),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn object(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let parts = parts(schema);
    let known = |key: &str| -> Vec<&Value> {
        let of_part = parts.iter().map(|part| part["properties"].get(key));
        of_part.flatten().collect()
    };
    let others = parts.iter().find_map(|part| {
        part.get("additionalProperties")
            .filter(|others| others.is_object())
    });
    let is_open = parts.iter().all(|part| part.get("properties").is_none()) && others.is_none();
    for (key, inner) in value.as_object().ok_or_else(|| format!("{at}: not an object"))? {
        let here = format!("{at}/{key}");
        let mut schemas = known(key);
        if schemas.is_empty() {
            schemas.extend(others);
        }
        if schemas.is_empty() && !is_open {
            return Err(format!("{here} is not in the schema"));
        }
        for schema in schemas {
            conforms(schema, inner, &here)?;
        }
    }
    let required = parts
        .iter()
        .filter_map(|part| part["required"].as_array())
        .flatten();
    for key in required.filter_map(Value::as_str) {
        if value.get(key).is_none() {
            return Err(format!("{at}/{key} is missing"));
        }
    }
    Ok(())
}

/// The schemas whose properties an object has together.
fn parts(schema: &'_ Value) -> Vec<&'_ Value> {
    if let Some(place) = schema["$ref"].as_str() {
        return parts(DOCUMENT.pointer(place.strip_prefix('#').unwrap()).unwrap());
    }
    match schema["allOf"].as_array() {
        Some(all) => all.iter().flat_map(parts).collect(),
        None => vec![schema],
    }
}
