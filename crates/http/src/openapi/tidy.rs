//! Mends what the derived schemas get wrong.

use utoipa::openapi::schema::{ArrayItems, Object, Schema};
use utoipa::openapi::{OpenApi, Ref, RefOr};

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
        _ => {}
    }
}

fn mend_property(property: &mut RefOr<Schema>) {
    let RefOr::T(Schema::AllOf(all)) = property else {
        return;
    };
    let [RefOr::T(Schema::Object(schema)), RefOr::T(Schema::Object(note))] = all.items.as_slice() else {
        return;
    };
    let mut bare = Object::new();
    bare.description.clone_from(&note.description);
    bare.default.clone_from(&note.default);
    if *note == bare {
        let mut described = schema.clone();
        described.description = bare.description.or(described.description);
        described.default = bare.default.or(described.default);
        *property = described.into();
    }
}

/// The items of a list come out in full, though they have a schema of their own.
fn refer(list: &mut RefOr<Schema>, item: &str) {
    if let RefOr::T(Schema::Object(list)) = list
        && let Some(RefOr::T(Schema::Array(data))) = list.properties.get_mut("data")
    {
        data.items = ArrayItems::RefOrSchema(Box::new(RefOr::Ref(Ref::from_schema_name(item))));
    }
}
