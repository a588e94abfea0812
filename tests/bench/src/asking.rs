//! What is asked of a seeded service.

use hyper::StatusCode;

use crate::load::{Requests, Target};
use crate::seed::METER;
use crate::tree::{self, Shape};

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// `PUT /charges/{meter}/{resource_id}` by a machine, with a fresh resource.
    Charge,
    /// `POST /charges/check` by a machine.
    Check,
    /// `GET /workspaces/{workspace_id}/organizations/{organization_id}` by a member.
    Organization,
    /// `GET …/limits` by a member.
    Limits,
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// A machine's.
    pub machine: String,
    /// That of a member of every workspace.
    pub member: String,
}

/// About which organizations.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// The first and the last workspace.
    pub workspaces: (u32, u32),
    /// The tree of each.
    pub shape: Shape,
    /// The level, from 1.
    pub level: u8,
}

impl Ask {
    /// Requests about all of them, in a run of this name.
    pub fn requests(self, range: Range, tokens: &Tokens, run: &str) -> Requests {
        let (token, expected) = match self {
            Self::Charge => (&tokens.machine, StatusCode::CREATED),
            Self::Check => (&tokens.machine, StatusCode::OK),
            Self::Organization | Self::Limits => (&tokens.member, StatusCode::OK),
        };
        let (first, last) = range.workspaces;
        let numbers = range.shape.at_level(range.level);
        let targets = (first..=last).flat_map(|workspace| {
            let of_one = move |number| self.target(workspace, number);
            numbers.clone().map(of_one)
        });
        Requests::new(token, targets.collect(), Some(expected), run)
    }

    fn target(self, workspace: u32, number: u32) -> Target {
        let organization = tree::organization_id(workspace, number);
        let workspace = tree::workspace_id(workspace);
        let path = format!("/workspaces/{workspace}/organizations/{organization}");
        let line = match self {
            Self::Charge => {
                format!("PUT /charges/{METER}/{{fresh}} {{\"organization_id\":\"{organization}\"}}")
            }
            Self::Check => format!(
                "POST /charges/check {{\"questions\":[{{\"meter\":\"{METER}\",\"organization_id\":\"{organization}\",\"quantity\":1}}]}}"
            ),
            Self::Organization => format!("GET {path}"),
            Self::Limits => format!("GET {path}/limits"),
        };
        line.parse().expect("ids and meters are words")
    }
}
