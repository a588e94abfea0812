use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, StoreError, StoreResult};
use tenantry_domain::billing::{Address, BillingAccount};
use tenantry_domain::{BillingAccountId, WorkspaceId};

use super::Unit;
use super::dialect::Db;
use super::schema::{balances, billing_accounts, subscriptions};
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = billing_accounts, check_for_backend(Db), treat_none_as_default_value = false)]
struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    name: String,
    email: String,
    phone: Option<String>,
    description: Option<String>,
    currency: String,
    #[diesel(embed)]
    address: AddressRow,
    created_at: DbTime,
    updated_at: DbTime,
}

/// There is an address when there is a country.
#[derive(Queryable, Selectable, Insertable, AsChangeset, Default)]
#[diesel(table_name = billing_accounts, check_for_backend(Db))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct AddressRow {
    #[diesel(column_name = address_country)]
    country: Option<String>,
    #[diesel(column_name = address_line1)]
    line1: Option<String>,
    #[diesel(column_name = address_line2)]
    line2: Option<String>,
    #[diesel(column_name = address_city)]
    city: Option<String>,
    #[diesel(column_name = address_state)]
    state: Option<String>,
    #[diesel(column_name = address_postal_code)]
    postal_code: Option<String>,
}

impl From<&Address> for AddressRow {
    fn from(address: &Address) -> Self {
        Self {
            country: Some(address.country.to_string()),
            line1: address.line1.as_ref().map(ToString::to_string),
            line2: address.line2.as_ref().map(ToString::to_string),
            city: address.city.as_ref().map(ToString::to_string),
            state: address.state.as_ref().map(ToString::to_string),
            postal_code: address.postal_code.as_ref().map(ToString::to_string),
        }
    }
}

impl AddressRow {
    fn read(&self, at: &Place<'_>) -> StoreResult<Option<Address>> {
        let Some(country) = &self.country else {
            return Ok(None);
        };
        Ok(Some(Address {
            country: at.parse("address_country", country)?,
            line1: at.parse_optional("address_line1", self.line1.as_ref())?,
            line2: at.parse_optional("address_line2", self.line2.as_ref())?,
            city: at.parse_optional("address_city", self.city.as_ref())?,
            state: at.parse_optional("address_state", self.state.as_ref())?,
            postal_code: at.parse_optional("address_postal_code", self.postal_code.as_ref())?,
        }))
    }
}

impl From<&BillingAccount> for Row {
    fn from(account: &BillingAccount) -> Self {
        Self {
            workspace_id: account.workspace_id.into(),
            id: account.id.into(),
            name: account.name.to_string(),
            email: account.email.to_string(),
            phone: account.phone.as_ref().map(ToString::to_string),
            description: account.description.as_ref().map(|note| note.as_str().to_owned()),
            currency: account.currency.as_str().to_owned(),
            address: account.address.as_ref().map(AddressRow::from).unwrap_or_default(),
            created_at: account.created_at.into(),
            updated_at: account.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for BillingAccount {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "billing_accounts",
            key: &[&row.workspace_id, &row.id],
        };
        Ok(Self {
            id: row.id.into(),
            workspace_id: row.workspace_id.into(),
            name: at.parse("name", &row.name)?,
            email: at.parse("email", &row.email)?,
            phone: at.parse_optional("phone", row.phone.as_ref())?,
            description: at.parse_optional("description", row.description.as_ref())?,
            currency: at.parse("currency", &row.currency)?,
            address: row.address.read(&at)?,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

impl app::BillingAccounts for Unit {
    fn insert(&mut self, account: &BillingAccount) -> StoreResult<()> {
        self.write(|c| {
            diesel::insert_into(billing_accounts::table)
                .values(Row::from(account))
                .execute(c)
        })
    }

    fn update(&mut self, account: &BillingAccount) -> StoreResult<()> {
        let row = Row::from(account);
        let changes = (
            billing_accounts::name.eq(row.name),
            billing_accounts::email.eq(row.email),
            billing_accounts::phone.eq(row.phone),
            billing_accounts::description.eq(row.description),
            row.address,
            billing_accounts::updated_at.eq(row.updated_at),
        );
        let account = billing_accounts::table.find((row.workspace_id, row.id));
        self.write(|c| diesel::update(account).set(changes).execute(c))
    }

    fn delete(&mut self, workspace: WorkspaceId, id: BillingAccountId) -> StoreResult<()> {
        let (workspace, id) = (DbUuid::from(workspace), DbUuid::from(id));
        let past = subscriptions::table
            .filter(subscriptions::workspace_id.eq(workspace))
            .filter(subscriptions::billing_account_id.eq(id));
        let pool = balances::table
            .filter(balances::workspace_id.eq(workspace))
            .filter(balances::node_id.eq(id));
        self.run(|c| {
            diesel::delete(past).execute(c)?;
            diesel::delete(pool).execute(c)?;
            diesel::delete(billing_accounts::table.find((workspace, id))).execute(c)
        })
        .map(drop)
    }

    fn find(&mut self, workspace: WorkspaceId, id: BillingAccountId) -> StoreResult<Option<BillingAccount>> {
        let account = billing_accounts::table.find((DbUuid::from(workspace), DbUuid::from(id)));
        read::one(self.run(|c| account.select(Row::as_select()).first(c).optional())?)
    }

    fn list(
        &mut self,
        workspace: WorkspaceId,
        page: &PageRequest<BillingAccountId>,
    ) -> StoreResult<Page<BillingAccount, BillingAccountId>> {
        let list = || {
            billing_accounts::table
                .filter(billing_accounts::workspace_id.eq(DbUuid::from(workspace)))
                .select(Row::as_select())
                .into_boxed::<Db>()
        };
        let rows = self.run(|c| page!(c, page, list, |key| billing_accounts::id => DbUuid::from(*key)))?;
        read::page(page, rows, |account: &BillingAccount| account.id)
    }

    fn all(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<BillingAccount>> {
        let query = billing_accounts::table
            .filter(billing_accounts::workspace_id.eq(DbUuid::from(workspace)))
            .order(billing_accounts::id)
            .select(Row::as_select());
        read::all(self.run(|c| query.load(c))?)
    }

    fn count(&mut self, workspace: WorkspaceId) -> StoreResult<u32> {
        let query = billing_accounts::table
            .filter(billing_accounts::workspace_id.eq(DbUuid::from(workspace)))
            .count();
        read::count(self.run(|c| query.get_result(c))?)
    }
}
