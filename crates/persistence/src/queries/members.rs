use diesel::prelude::*;
use tenantry_application::page::{Page, PageRequest};
use tenantry_application::ports::{self as app, StoreError, StoreResult};
use tenantry_domain::workspace::{Member, Role};
use tenantry_domain::{UserId, WorkspaceId};

use super::Unit;
use super::dialect::Db;
use super::schema::members;
use crate::read::{self, Place};
use crate::types::{DbTime, DbUuid};

const TABLE: &str = "members";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = members, check_for_backend(Db))]
struct Row {
    workspace_id: DbUuid,
    user_id: DbUuid,
    role: String,
    created_at: DbTime,
    updated_at: DbTime,
}

impl From<&Member> for Row {
    fn from(member: &Member) -> Self {
        Self {
            workspace_id: member.workspace_id.into(),
            user_id: member.user_id.into(),
            role: member.role.to_string(),
            created_at: member.created_at.into(),
            updated_at: member.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for Member {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let at = Place {
            table: TABLE,
            key: &[&row.workspace_id, &row.user_id],
        };
        Ok(Self {
            workspace_id: row.workspace_id.into(),
            user_id: row.user_id.into(),
            role: at.parse("role", &row.role)?,
            created_at: at.convert("created_at", row.created_at)?,
            updated_at: at.convert("updated_at", row.updated_at)?,
        })
    }
}

/// The role of a member, read alone.
pub fn read_role(workspace: DbUuid, user: DbUuid, role: &str) -> StoreResult<Role> {
    Place {
        table: TABLE,
        key: &[&workspace, &user],
    }
    .parse("role", role)
}

impl app::Members for Unit {
    fn insert(&mut self, member: &Member) -> StoreResult<()> {
        self.write(|c| {
            diesel::insert_into(members::table)
                .values(Row::from(member))
                .execute(c)
        })
    }

    fn update(&mut self, member: &Member) -> StoreResult<()> {
        let row = Row::from(member);
        let changes = (members::role.eq(row.role), members::updated_at.eq(row.updated_at));
        let member = members::table.find((row.workspace_id, row.user_id));
        self.write(|c| diesel::update(member).set(changes).execute(c))
    }

    fn delete(&mut self, workspace: WorkspaceId, user: UserId) -> StoreResult<()> {
        let member = members::table.find((DbUuid::from(workspace), DbUuid::from(user)));
        self.run(|c| diesel::delete(member).execute(c)).map(drop)
    }

    fn find(&mut self, workspace: WorkspaceId, user: UserId) -> StoreResult<Option<Member>> {
        let member = members::table.find((DbUuid::from(workspace), DbUuid::from(user)));
        read::one(self.run(|c| member.select(Row::as_select()).first(c).optional())?)
    }

    fn list(
        &mut self,
        workspace: WorkspaceId,
        role: Option<Role>,
        page: &PageRequest<UserId>,
    ) -> StoreResult<Page<Member, UserId>> {
        let list = || {
            let all = members::table
                .filter(members::workspace_id.eq(DbUuid::from(workspace)))
                .select(Row::as_select())
                .into_boxed::<Db>();
            match role {
                Some(role) => all.filter(members::role.eq(role.as_str())),
                None => all,
            }
        };
        let rows = self.run(|c| page!(c, page, list, |key| members::user_id => DbUuid::from(*key)))?;
        read::page(page, rows, |member: &Member| member.user_id)
    }

    fn count(&mut self, workspace: WorkspaceId) -> StoreResult<u32> {
        let query = members::table
            .filter(members::workspace_id.eq(DbUuid::from(workspace)))
            .count();
        read::count(self.run(|c| query.get_result(c))?)
    }

    fn count_role(&mut self, workspace: WorkspaceId, role: Role) -> StoreResult<u32> {
        let query = members::table
            .filter(members::workspace_id.eq(DbUuid::from(workspace)))
            .filter(members::role.eq(role.as_str()))
            .count();
        read::count(self.run(|c| query.get_result(c))?)
    }
}
