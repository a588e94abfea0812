use diesel::prelude::*;
use tenantry_application::ports::{StoreError, StoreResult};
use tenantry_domain::organization::{Branding, Colors, Organization};

use super::dialect::Db;
use super::schema::{login_hints, organizations};
use crate::read::Place;
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, check_for_backend(Db), treat_none_as_default_value = false)]
pub struct Row {
    pub workspace_id: DbUuid,
    pub id: DbUuid,
    pub name: String,
    parent_id: Option<DbUuid>,
    path: String,
    depth: i32,
    pub billing_account_id: Option<DbUuid>,
    pub picture: Option<String>,
    pub display_name: Option<String>,
    pub primary_color: Option<String>,
    pub page_background: Option<String>,
    created_at: DbTime,
    pub updated_at: DbTime,
}

/// An organization with its login hint.
#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(Db))]
pub struct RowWithHint {
    #[diesel(embed)]
    row: Row,
    #[diesel(select_expression = login_hints::login_hint.nullable())]
    login_hint: Option<String>,
}

impl From<&Organization> for Row {
    fn from(organization: &Organization) -> Self {
        let colors = &organization.branding.colors;
        Self {
            workspace_id: organization.workspace_id.into(),
            id: organization.id.into(),
            name: organization.name.to_string(),
            parent_id: organization.parent_id().map(Into::into),
            path: organization.path.to_string(),
            depth: i32::try_from(organization.depth()).unwrap_or(i32::MAX),
            billing_account_id: organization.billing_account_id.map(Into::into),
            picture: organization.picture.as_ref().map(ToString::to_string),
            display_name: organization
                .branding
                .display_name
                .as_ref()
                .map(ToString::to_string),
            primary_color: colors.primary.as_ref().map(ToString::to_string),
            page_background: colors.page_background.as_ref().map(ToString::to_string),
            created_at: organization.created_at.into(),
            updated_at: organization.updated_at.into(),
        }
    }
}

impl TryFrom<RowWithHint> for Organization {
    type Error = StoreError;

    fn try_from(RowWithHint { row, login_hint }: RowWithHint) -> StoreResult<Self> {
        let at = Place {
            table: "organizations",
            key: &[&row.workspace_id, &row.id],
        };
        let colors = Colors {
            primary: at.parse_optional("primary_color", row.primary_color.as_ref())?,
            page_background: at.parse_optional("page_background", row.page_background.as_ref())?,
        };
        let branding = Branding {
            display_name: at.parse_optional("display_name", row.display_name.as_ref())?,
            login_hint: at.parse_optional("login_hint", login_hint.as_ref())?,
            colors,
        };
        Ok(Self {
            id: row.id.into(),
            workspace_id: row.workspace_id.into(),
            name: at.parse("name", &row.name)?,
            path: at.parse("path", &row.path)?,
            billing_account_id: row.billing_account_id.map(Into::into),
            picture: at.parse_optional("picture", row.picture.as_ref())?,
            branding,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}
