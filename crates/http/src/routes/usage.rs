use tenantry_application::UsageReport;
use tenantry_domain::WorkspaceId;
use tenantry_reports::ReportError;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::{Answer, routes};
use crate::input::Call;
use crate::problem::{Code, Problem};
use crate::representation::{File, Representation};
use crate::resource::answered;
use crate::state::Api;
use crate::wire::described;

routes!(get_usage_csv, get_usage_pdf);

/// A file that is made of a report.
struct Kind {
    media_type: &'static str,
    extension: &'static str,
    write: fn(&UsageReport) -> Result<Vec<u8>, ReportError>,
}

const CSV: Kind = Kind {
    media_type: "text/csv; charset=utf-8; header=present",
    extension: "csv",
    write: tenantry_reports::csv,
};
const PDF: Kind = Kind {
    media_type: "application/pdf",
    extension: "pdf",
    write: tenantry_reports::pdf,
};

described! {
    /// The bytes of a file.
    Bytes: ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        .build();
}

/// Get what a whole workspace uses as CSV.
///
/// Machines need `usage:read`. A row for each organization, under its parent, with what it uses of each meter, its limit, the smallest limit that binds it and
/// what is free.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/usage.csv",
    tag = "organizations",
    responses((
        status = 200, description = "The file.", content_type = "text/csv", body = String,
        headers(("Content-Disposition" = String, description = "That it is a file, and what to call it."))
    )),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn get_usage_csv(api: Api, call: Call<WorkspaceId>) -> Answer {
    report(api, call, CSV).await
}

/// Get what a whole workspace uses as PDF.
///
/// Machines need `usage:read`. The tree with a bar for each meter, and totals, on pages of A4. It says when that was to the minute, so its entity tag
/// lasts as long.
#[utoipa::path(
    get,
    path = "/workspaces/{workspace_id}/organizations/usage.pdf",
    tag = "organizations",
    responses((
        status = 200, description = "The file.", content_type = "application/pdf", body = Bytes,
        headers(("Content-Disposition" = String, description = "That it is a file, and what to call it."))
    )),
    extensions(("x-problems" = json!(["scope_required"]))),
)]
async fn get_usage_pdf(api: Api, call: Call<WorkspaceId>) -> Answer {
    report(api, call, PDF).await
}

async fn report(api: Api, call: Call<WorkspaceId>, kind: Kind) -> Answer {
    let workspace = call.path;
    let written = api
        .read(move |tenantry| Ok((kind.write)(&tenantry.usage_report(&call.actor, workspace)?)))
        .await?;
    let content = written.map_err(|error| Problem::new(Code::InternalError).caused_by(&error))?;
    let file = File {
        media_type: kind.media_type,
        name: format!("usage-{workspace}.{}", kind.extension),
    };
    Ok(answered(&call.conditions, Representation::file(file, content)))
}
