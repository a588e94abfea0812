//! The pages that the `type` of a problem leads to.

use std::fmt::Write;

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::{HttpRequest, HttpResponse};

use super::{Answer, routes};
use crate::input::{Input, PathInput, segment};
use crate::problem::{Code, Problem};
use crate::state::Api;

routes!(list_problems, get_problem);

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b}\
                     code{background:#f2f2f2;padding:.1em .3em;border-radius:3px}td,th{text-align:left;padding:.3rem .8rem .3rem 0;\
                     vertical-align:top}";

/// Browse the problems.
#[utoipa::path(
    get,
    path = "/problems",
    tag = "operations",
    security(()),
    responses((status = 200, description = "Every kind of problem.", content_type = "text/html", body = String)),
)]
async fn list_problems(_: Input) -> HttpResponse {
    let mut rows = String::new();
    for code in Code::ALL {
        let entry = code.entry();
        let (name, status, title) = (entry.code, entry.status.as_u16(), entry.title);
        let _ = write!(
            rows,
            "<tr><td>{status}</td><td><a href=\"problems/{name}\"><code>{name}</code></a></td><td>{title}</td></tr>"
        );
    }
    page(
        "Problems",
        &format!("<table><tr><th>Status</th><th>Code</th><th>What</th></tr>{rows}</table>"),
    )
}

/// Read about one kind of problem.
#[utoipa::path(
    get,
    path = "/problems/{code}",
    tag = "operations",
    security(()),
    responses((status = 200, description = "What it means, and what to do.", content_type = "text/html", body = String)),
    extensions(("x-problems" = json!(["route_not_found"]))),
)]
async fn get_problem(input: Input<Named>) -> Answer {
    let entry = input.path.0.entry();
    let body = format!(
        "<p><code>{}</code>, status {}</p><h2>What happened</h2><p>{}</p><h2>What to do</h2><p>{}</p><p><a href=\"../problems\">All problems</a></p>",
        entry.code,
        entry.status.as_u16(),
        marked(entry.what),
        marked(entry.remedy),
    );
    Ok(page(entry.title, &body))
}

/// Words between backticks as code.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| {
            if index % 2 == 0 {
                part.to_owned()
            } else {
                format!("<code>{part}</code>")
            }
        })
        .collect()
}

fn page(title: &str, body: &str) -> HttpResponse {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head><body>\
         <h1>{title}</h1>{body}</body></html>\n"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(html)
}

struct Named(Code);

impl PathInput for Named {
    fn read(_: &Api, request: &HttpRequest) -> Result<Self, Problem> {
        let code = segment(request, "code").and_then(|name| Code::named(&name));
        code.map(Self).ok_or_else(|| Problem::new(Code::RouteNotFound))
    }
}
