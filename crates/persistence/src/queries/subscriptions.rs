use std::error::Error;

use diesel::prelude::*;
use serde_json::{Map, Value};
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, StoreError, StoreResult};
use tenantry_domain::billing::{Metadata, Period, Quantities, Subscription, SubscriptionStatus};
use tenantry_domain::{BillingAccountId, Quantity, SubscriptionId, WorkspaceId};

use super::Unit;
use super::dialect::Db;
use super::schema::subscriptions;
use crate::read::{self, Place};
use crate::types::{DbJson, DbTime, DbUuid};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = subscriptions, check_for_backend(Db), treat_none_as_default_value = false)]
struct Row {
    workspace_id: DbUuid,
    id: DbUuid,
    billing_account_id: DbUuid,
    status: String,
    quantities: DbJson,
    pending: DbJson,
    cancel_at_period_end: bool,
    metadata: DbJson,
    period_anchor: DbTime,
    period_start: DbTime,
    period_end: DbTime,
    trial_end: Option<DbTime>,
    created_at: DbTime,
    updated_at: DbTime,
}

impl From<&Subscription> for Row {
    fn from(subscription: &Subscription) -> Self {
        let quantities = subscription
            .quantities
            .iter()
            .map(|(meter, quantity)| (meter, quantity.get()));
        let pending = subscription
            .pending
            .iter()
            .map(|(meter, quantity)| (meter, quantity.map(Quantity::get)));
        Self {
            workspace_id: subscription.workspace_id.into(),
            id: subscription.id.into(),
            billing_account_id: subscription.billing_account_id.into(),
            status: subscription.status.to_string(),
            quantities: object(quantities),
            pending: object(pending),
            cancel_at_period_end: subscription.cancel_at_period_end,
            metadata: object(subscription.metadata.iter()),
            period_anchor: subscription.period.anchor.into(),
            period_start: subscription.period.start.into(),
            period_end: subscription.period.end.into(),
            trial_end: subscription.trial_end.map(Into::into),
            created_at: subscription.created_at.into(),
            updated_at: subscription.updated_at.into(),
        }
    }
}

fn object<K: ToString, V: Into<Value>>(pairs: impl Iterator<Item = (K, V)>) -> DbJson {
    let pairs: Map<String, Value> = pairs
        .map(|(key, value)| (key.to_string(), value.into()))
        .collect();
    DbJson(pairs.into())
}

impl TryFrom<Row> for Subscription {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: "subscriptions",
            key: &[&row.workspace_id, &row.id],
        };
        let quantities = at.object("quantities", &row.quantities.0, quantity)?;
        let metadata = at.object::<String, _>("metadata", &row.metadata.0, text)?;
        Ok(Self {
            id: row.id.into(),
            workspace_id: row.workspace_id.into(),
            billing_account_id: row.billing_account_id.into(),
            status: at.parse("status", &row.status)?,
            quantities: at.check("quantities", Quantities::new(quantities))?,
            pending: at.object("pending", &row.pending.0, quantity_or_null)?,
            cancel_at_period_end: row.cancel_at_period_end,
            metadata: at.check("metadata", Metadata::new(metadata))?,
            period: Period {
                anchor: at.convert("period_anchor", row.period_anchor)?,
                start: at.convert("period_start", row.period_start)?,
                end: at.convert("period_end", row.period_end)?,
            },
            trial_end: at.convert_optional("trial_end", row.trial_end)?,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

type Cause = Box<dyn Error + Send + Sync>;

fn quantity(value: &Value) -> Result<Quantity, Cause> {
    Ok(value.as_i64().ok_or("not a whole number")?.try_into()?)
}

fn quantity_or_null(value: &Value) -> Result<Option<Quantity>, Cause> {
    if value.is_null() {
        Ok(None)
    } else {
        quantity(value).map(Some)
    }
}

fn text(value: &Value) -> Result<String, Cause> {
    Ok(value.as_str().ok_or("not a text")?.to_owned())
}

impl app::Subscriptions for Unit {
    fn insert(&mut self, subscription: &Subscription) -> StoreResult<()> {
        self.write(|c| {
            diesel::insert_into(subscriptions::table)
                .values(Row::from(subscription))
                .execute(c)
        })
    }

    fn update(&mut self, subscription: &Subscription) -> StoreResult<()> {
        let row = Row::from(subscription);
        let changes = (
            subscriptions::status.eq(row.status),
            subscriptions::quantities.eq(row.quantities),
            subscriptions::pending.eq(row.pending),
            subscriptions::cancel_at_period_end.eq(row.cancel_at_period_end),
            subscriptions::metadata.eq(row.metadata),
            subscriptions::period_anchor.eq(row.period_anchor),
            subscriptions::period_start.eq(row.period_start),
            subscriptions::period_end.eq(row.period_end),
            subscriptions::trial_end.eq(row.trial_end),
            subscriptions::updated_at.eq(row.updated_at),
        );
        let subscription = subscriptions::table.find((row.workspace_id, row.id));
        self.write(|c| diesel::update(subscription).set(changes).execute(c))
    }

    fn find(
        &mut self,
        workspace: WorkspaceId,
        account: BillingAccountId,
        id: SubscriptionId,
    ) -> StoreResult<Option<Subscription>> {
        let query = subscriptions::table
            .find((DbUuid::from(workspace), DbUuid::from(id)))
            .filter(subscriptions::billing_account_id.eq(DbUuid::from(account)))
            .select(Row::as_select());
        read::one(self.run(|c| query.first(c).optional())?)
    }

    fn list(
        &mut self,
        workspace: WorkspaceId,
        account: BillingAccountId,
        page: &PageRequest<SubscriptionId>,
    ) -> StoreResult<Page<Subscription, SubscriptionId>> {
        let list = || {
            subscriptions::table
                .filter(subscriptions::workspace_id.eq(DbUuid::from(workspace)))
                .filter(subscriptions::billing_account_id.eq(DbUuid::from(account)))
                .select(Row::as_select())
                .into_boxed::<Db>()
        };
        let rows = self.run(|c| page!(c, page, list, |key| subscriptions::id => DbUuid::from(*key)))?;
        read::page(page, rows, |subscription: &Subscription| subscription.id)
    }

    fn live(&mut self, workspace: WorkspaceId) -> StoreResult<Vec<Subscription>> {
        let live = SubscriptionStatus::ALL
            .into_iter()
            .filter(|status| status.is_live());
        let query = subscriptions::table
            .filter(subscriptions::workspace_id.eq(DbUuid::from(workspace)))
            .filter(subscriptions::status.eq_any(live.map(SubscriptionStatus::as_str)))
            .order(subscriptions::id)
            .select(Row::as_select());
        read::all(self.run(|c| query.load(c))?)
    }
}
