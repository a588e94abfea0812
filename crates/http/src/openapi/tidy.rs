//! Mends what the derived schemas get wrong: a field that is described in place comes out as `allOf` of the schema and of an *object* that
//! carries the description, which nothing satisfies.

use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{OpenApi, RefOr};

/// Mends every schema of the document.
pub(super) fn tidy(document: &mut OpenApi) {
    let components = document.components.iter_mut();
    components
        .flat_map(|components| components.schemas.values_mut())
        .for_each(mend);
}

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
    if *note == bare {
        let mut described = schema.clone();
        described.description = bare.description.or(described.description);
        *property = described.into();
    }
}
