use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;

/// A request as OpenTelemetry's conventions for HTTP servers describe it: kind, name, status, and the names of its attributes. What they have
/// no name for is `tenantry.*`.
pub(super) fn conventional(mut span: SpanData) -> SpanData {
    span.span_kind = SpanKind::Server;
    span.name = name(&span.attributes).into();
    if status(&span.attributes).is_some_and(|status| status >= 500) {
        span.status = Status::error("");
    }
    span.attributes = span.attributes.into_iter().filter_map(renamed).collect();
    span
}

/// The method and the route; the method alone where there is no route.
fn name(attributes: &[KeyValue]) -> String {
    let text = |key| find(attributes, key).map(Value::as_str).unwrap_or_default();
    let (method, route) = (text("method"), text("route"));
    match (&*method, &*route) {
        ("other", _) => format!("HTTP {route}"),
        (method, "unknown") => method.to_owned(),
        (method, route) => format!("{method} {route}"),
    }
}

fn status(attributes: &[KeyValue]) -> Option<i64> {
    match find(attributes, "status")? {
        Value::I64(status) => Some(*status),
        _ => None,
    }
}

fn find<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let attribute = attributes.iter().find(|attribute| attribute.key.as_str() == key);
    attribute.map(|attribute| &attribute.value)
}

fn renamed(attribute: KeyValue) -> Option<KeyValue> {
    let KeyValue { key, value, .. } = attribute;
    let (key, value): (Key, Value) = match (key.as_str(), value) {
        ("method", Value::String(method)) if method.as_str() == "other" => {
            ("http.request.method".into(), "_OTHER".into())
        }
        ("method", value) => ("http.request.method".into(), value),
        ("route", Value::String(route)) if route.as_str() == "unknown" => return None,
        ("route", value) => ("http.route".into(), value),
        ("status", value) => ("http.response.status_code".into(), value),
        // A span knows how long it took.
        ("latency_ms", _) => return None,
        (ours, value) => (format!("tenantry.{ours}").into(), value),
    };
    Some(KeyValue::new(key, value))
}
