use actix_web::http::StatusCode;

use super::Code;

/// Where the addresses begin that speak as another API does.
const V1: &str = "/v1/";

/// How problems are told under an address (`docs/adr/0026-problems-in-two-dialects.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// As the catalogue says.
    Own,
    /// Under `/v1`: with that API's statuses, and its member `error`.
    V1,
}

impl Dialect {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Own, Self::V1];

    /// That of an address, decoded as routes see it.
    pub fn of(path: &str) -> Self {
        if path.starts_with(V1) { Self::V1 } else { Self::Own }
    }

    /// The status of a problem.
    pub fn status(self, code: Code) -> StatusCode {
        match (self, code) {
            (Self::V1, Code::Unauthenticated) => StatusCode::FORBIDDEN,
            (Self::V1, Code::ValidationFailed | Code::TeamLimitReached) => StatusCode::BAD_REQUEST,
            _ => code.entry().status,
        }
    }

    /// The name of a problem's answer and example in the document.
    pub fn component(self, code: Code) -> String {
        match self {
            Self::Own => code.entry().code.to_owned(),
            Self::V1 => format!("v1.{}", code.entry().code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_dialect() {
        for path in ["/v1/teams", "/v1/", "/v1/nowhere"] {
            assert_eq!(Dialect::of(path), Dialect::V1, "{path}");
        }
        for path in ["/", "/teams", "/v1", "/v10/teams", "/teams/v1/"] {
            assert_eq!(Dialect::of(path), Dialect::Own, "{path}");
        }
    }
}
