use tenantry_application::event::EventKind;
use tenantry_client::types;
use tenantry_http::Code;

use crate::support::{Operation, has_row, operations};

#[test]
fn the_client_has_a_type_for_every_operation() {
    // What is there for programs of another API is theirs to ask.
    let ours = |operation: &Operation| !operation.path.starts_with("/v1/");
    for operation in operations().into_iter().filter(ours) {
        assert!(has_row(operation.id()), "{}", operation.id());
    }
}

#[test]
fn the_client_knows_every_problem_and_every_event() {
    for code in Code::ALL {
        let name = code.entry().code;
        let known = tenantry_client::Code::from(name.to_owned());
        assert!(!matches!(known, tenantry_client::Code::Other(_)), "{name}");
    }
    for kind in EventKind::ALL {
        let known = types::EventKind::from(kind.as_str().to_owned());
        assert!(!matches!(known, types::EventKind::Other(_)), "{kind:?}");
    }
}
