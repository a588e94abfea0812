use hyper::Method;
use serde_json::Value;

/// One operation of the OpenAPI document.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its `operationId`.
    pub id: String,
    pub method: Method,
    /// Its path, such as `/teams/{team_id}`.
    pub template: String,
    /// The parameters that must be there after the `?`.
    pub query: Vec<String>,
    /// What its body is like, where it takes one.
    pub body: Option<Value>,
}

impl Route {
    /// Every one that a document has, so that none is forgotten.
    pub fn all(document: &Value) -> Vec<Self> {
        let paths = document["paths"].as_object().into_iter().flatten();
        let of_path = |(template, operations): (&String, &Value)| {
            let operations = operations.as_object().into_iter().flatten();
            let routes = operations.filter_map(|(method, operation)| Self::read(template, method, operation));
            routes.collect::<Vec<_>>()
        };
        paths.flat_map(of_path).collect()
    }

    fn read(template: &str, method: &str, operation: &Value) -> Option<Self> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let is_needed = |parameter: &&Value| parameter["in"] == "query" && parameter["required"] == true;
        Some(Self {
            id: operation["operationId"].as_str()?.to_owned(),
            method: method.to_uppercase().parse().ok()?,
            template: template.to_owned(),
            query: parameters
                .filter(is_needed)
                .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
                .collect(),
            body: operation
                .pointer("/requestBody/content/application~1json/example")
                .cloned(),
        })
    }

    /// How often it is sent, where others are sent once: most of what a service does is charging and looking.
    pub fn weight(&self) -> usize {
        match self.id.as_str() {
            "put_charge" => 30,
            "check_charges" | "get_organization" | "get_limits" => 10,
            "release_charge" => 8,
            _ => 1,
        }
    }
}
