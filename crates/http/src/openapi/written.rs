//! The schemas of the document as they are written, to look things up in.

use serde_json::{Map, Value, json};
use utoipa::openapi::{Components, RefOr, Schema};

/// The schemas by name.
pub(super) struct Written(Value);

impl Written {
    pub fn of(components: Option<&Components>) -> Self {
        let schemas = components.map(|components| &components.schemas);
        Self(serde_json::to_value(schemas).unwrap_or_default())
    }

    /// The fields of a schema of this name.
    pub fn has_field(&self, name: &str, field: &str) -> bool {
        let fields = self.0.get(name).and_then(|schema| schema.get("properties"));
        fields.is_some_and(|fields| fields.get(field).is_some())
    }

    /// An example, composed of those of the fields; `None` when something has none.
    pub fn example(&self, schema: &RefOr<Schema>) -> Option<Value> {
        self.compose(&serde_json::to_value(schema).ok()?)
    }

    fn compose(&self, schema: &Value) -> Option<Value> {
        if let Some(place) = schema.get("$ref").and_then(Value::as_str) {
            return self.compose(self.0.get(place.rsplit('/').next()?)?);
        }
        let first = |of: &str| schema.get(of)?.get(0);
        let stated = schema.get("example").or_else(|| first("examples"));
        if let Some(example) = stated.or_else(|| schema.get("default")).or_else(|| first("enum")) {
            return Some(example.clone());
        }
        if let Some(choice) = first("oneOf") {
            return self.compose(choice);
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.together(parts);
        }
        let Some(kind) = schema.get("type")?.as_str() else {
            // One of several, of which the other is null.
            return Some(Value::Null);
        };
        match kind {
            "object" => self.object(schema),
            "array" => Some(json!([self.compose(schema.get("items")?)?])),
            "boolean" => Some(json!(false)),
            "integer" => schema.get("minimum").cloned(),
            _ => match schema.get("format")?.as_str()? {
                "uuid" => Some(json!(super::EXAMPLE_ID.to_string())),
                _ => None,
            },
        }
    }

    fn object(&self, schema: &Value) -> Option<Value> {
        let fields = schema.get("properties").and_then(Value::as_object);
        let fields = fields.into_iter().flatten();
        let composed: Option<Map<_, _>> = fields
            .map(|(name, schema)| Some((name.clone(), self.compose(schema)?)))
            .collect();
        composed.map(Value::Object)
    }

    fn together(&self, parts: &[Value]) -> Option<Value> {
        let mut whole = Map::new();
        for part in parts {
            let Value::Object(fields) = self.compose(part)? else {
                return None;
            };
            whole.extend(fields);
        }
        Some(Value::Object(whole))
    }
}
