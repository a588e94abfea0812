//! Where to go on with what was made: every operation under the address of a resource, from the answer that made it.

use std::collections::BTreeMap;

use actix_web::http::Method;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, Ref, RefOr, Required, Response};

use super::operation::names;
use super::operations;
use super::written::Written;

/// What an operation needs to be reached by a link.
struct Target {
    path: String,
    operation: String,
    needs: Vec<String>,
}

/// The links of a document.
pub(super) struct Links {
    targets: Vec<Target>,
    /// Where one resource of a schema is, by the name of the schema.
    homes: BTreeMap<String, String>,
}

impl Links {
    pub fn of(document: &mut OpenApi) -> Self {
        let (mut targets, mut homes) = (Vec::new(), BTreeMap::new());
        for (path, item) in &mut document.paths.paths {
            for (method, operation) in operations(item) {
                if method == Method::GET
                    && path.ends_with('}')
                    && let Some(schema) = schema_of(operation, "200")
                {
                    homes.insert(schema, path.clone());
                }
                targets.push(Target {
                    path: path.clone(),
                    operation: operation.operation_id.clone().unwrap_or_default(),
                    needs: needs(path, operation),
                });
            }
        }
        Self { targets, homes }
    }

    /// Adds those of an operation that makes something.
    pub fn add(&self, schemas: &Written, operation: &mut Operation) {
        let Some((schema, home)) =
            schema_of(operation, "201").and_then(|name| self.homes.get_key_value(&name))
        else {
            return;
        };
        let id = names(home).last().unwrap_or_default();
        let place = |name: &str| {
            if schemas.has_field(schema, name) {
                format!("$response.body#/{name}")
            } else if name == id {
                "$response.body#/id".to_owned()
            } else {
                format!("$request.path.{name}")
            }
        };
        let known = |name: &String| names(home).any(|known| known == name) || schemas.has_field(schema, name);
        let source = operation.operation_id.clone();
        let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("201") else {
            return;
        };
        for target in &self.targets {
            let is_there = target.path.starts_with(home.as_str()) && target.needs.iter().all(known);
            if is_there && source.as_ref() != Some(&target.operation) {
                let link = LinkBuilder::new().operation_id(&target.operation);
                let link = target
                    .needs
                    .iter()
                    .fold(link, |link, name| link.parameter(name, place(name)));
                answer
                    .links
                    .insert(target.operation.clone(), RefOr::T(link.build()));
            }
        }
    }
}

/// The names of what must be said to reach an operation.
fn needs(path: &str, operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().flatten();
    let in_query = parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => {
            let is_needed =
                parameter.parameter_in == ParameterIn::Query && parameter.required == Required::True;
            is_needed.then(|| parameter.name.clone())
        }
        RefOr::Ref(_) => None,
    });
    names(path).map(str::to_owned).chain(in_query).collect()
}

/// The name of the schema of an answer in JSON.
fn schema_of(operation: &Operation, status: &str) -> Option<String> {
    let RefOr::T(Response { content, .. }) = operation.responses.responses.get(status)? else {
        return None;
    };
    let RefOr::T(content) = content.get("application/json")? else {
        return None;
    };
    match content.schema.as_ref()? {
        RefOr::Ref(Ref { ref_location, .. }) => Some(ref_location.rsplit('/').next()?.to_owned()),
        RefOr::T(_) => None,
    }
}
