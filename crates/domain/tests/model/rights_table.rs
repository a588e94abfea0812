//! Who may do what in a team: the table in `docs/rules.md` is what the rules say.

use tenantry_domain::team::{Rights, SystemRole, TeamRole, TeamScope};
use tenantry_domain::workspace::Role;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
const BEGIN: &str = "<!-- rights: `make rights` writes this table -->\n";
const END: &str = "<!-- end of rights -->\n";

/// The columns of the table.
struct Column {
    title: String,
    rights: Rights,
}

#[test]
fn t11_the_table_of_rights_is_current() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let current = [before, BEGIN, &table(&columns()), END, after].concat();
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(PAGE, current).unwrap();
    } else {
        assert!(
            page == current,
            "docs/rules.md does not say who may do what in teams; write it anew with `make rights`"
        );
    }
}

/// The roles that every team has, then what roles in the workspace count for in its teams.
fn columns() -> Vec<Column> {
    let in_team = SystemRole::ALL.map(|role| Column {
        title: role.to_string(),
        rights: Rights::of_member(role == SystemRole::Owner, &[TeamRole::System(role)]),
    });
    let in_workspace = Role::ALL.map(|role| Column {
        title: format!("workspace {role}"),
        rights: Rights::of_workspace_role(role),
    });
    in_team
        .into_iter()
        .chain(in_workspace.into_iter().rev())
        .collect()
}

fn table(columns: &[Column]) -> String {
    let titles = columns.iter().map(|column| column.title.as_str());
    let head = row(("scope", "allows to"), titles);
    let rule = row(("---", "---"), columns.iter().map(|_| ":-:"));
    let scopes = TeamScope::ALL.into_iter().map(|scope| {
        let name = format!("`{scope}`");
        let marks = columns
            .iter()
            .map(|column| mark(column.rights.scopes.contains(scope)));
        row((&name, scope.description()), marks)
    });
    let transfer = row(
        ("none", "give the team to another owner"),
        columns.iter().map(|column| mark(column.rights.may_transfer)),
    );
    [head, rule].into_iter().chain(scopes).chain([transfer]).collect()
}

const fn mark(may: bool) -> &'static str {
    if may { "✓" } else { "" }
}

fn row<'a>((first, second): (&str, &str), others: impl Iterator<Item = &'a str>) -> String {
    let others: Vec<_> = others.collect();
    format!("| {first} | {second} | {} |\n", others.join(" | "))
}
