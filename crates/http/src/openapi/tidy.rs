//! Mends what the derived schemas get wrong.

use std::collections::BTreeMap;

use utoipa::openapi::schema::{ArrayItems, Object, Schema};
use utoipa::openapi::{Components, OpenApi, Ref, RefOr};

use crate::problem::Code;

/// How the schemas of lists are named: this, and the name of the items.
const LIST: &str = "List_";

/// Mends every schema of the document.
pub(super) fn tidy(document: &mut OpenApi) {
    for (name, schema) in document
        .components
        .iter_mut()
        .flat_map(|components| &mut components.schemas)
    {
        mend(schema);
        if let Some(item) = name.strip_prefix(LIST) {
            refer(schema, item);
        }
    }
}

/// A field that is described in place comes out as `allOf` of the schema and of an *object* that carries the description, which nothing
/// satisfies.
fn mend(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => object.properties.values_mut().for_each(mend_property),
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(mend),
        RefOr::T(Schema::OneOf(one)) => one.items.iter_mut().for_each(mend),
        _ => {}
    }
}

/// Answers and examples that no operation has, and headers that no answer has; but what the framework answers by itself stays.
pub(super) fn drop_unused(document: &mut OpenApi) {
    drop_kind(document, "responses", |components| &mut components.responses);
    drop_kind(document, "examples", |components| &mut components.examples);
    drop_kind(document, "headers", |components| &mut components.headers);
}

fn drop_kind<T>(
    document: &mut OpenApi,
    kind: &str,
    of: impl FnOnce(&mut Components) -> &mut BTreeMap<String, T>,
) {
    let written = document.to_json().unwrap_or_default();
    let framework = Code::MethodNotAllowed.entry().code;
    let is_used =
        |name: &String| name == framework || written.contains(&format!("\"#/components/{kind}/{name}\""));
    if let Some(components) = &mut document.components {
        of(components).retain(|name, _| is_used(name));
    }
}

fn mend_property(property: &mut RefOr<Schema>) {
    let RefOr::T(Schema::AllOf(all)) = property else {
        return;
    };
    let [RefOr::T(described), RefOr::T(Schema::Object(note))] = all.items.as_slice() else {
        return;
    };
    let mut bare = Object::new();
    bare.description.clone_from(&note.description);
    bare.default.clone_from(&note.default);
    if *note == bare
        && let Some(described) = with_note(described.clone(), bare)
    {
        *property = described.into();
    }
}

/// The schema with what the note says of it.
fn with_note(mut schema: Schema, note: Object) -> Option<Schema> {
    let (description, default) = match &mut schema {
        Schema::Object(object) => (&mut object.description, &mut object.default),
        Schema::Array(array) => (&mut array.description, &mut array.default),
        _ => return None,
    };
    *description = note.description.or(description.take());
    *default = note.default.or(default.take());
    Some(schema)
}

/// The items of a list come out in full, though they have a schema of their own.
fn refer(list: &mut RefOr<Schema>, item: &str) {
    if let RefOr::T(Schema::Object(list)) = list
        && let Some(RefOr::T(Schema::Array(data))) = list.properties.get_mut("data")
    {
        data.items = ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(item))));
    }
}
