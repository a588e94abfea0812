//! Members and their roles (W5).

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tenantry_domain::workspace::{
    MemberCaps, MembershipChange, MembershipRefused, Permission, Role, check_membership_change,
};

use crate::config;

#[derive(Debug, Clone, Copy)]
enum Step {
    Add(Role),
    ChangeRole(Index, Role),
    Remove(Index),
    Leave,
}

/// Who is in the workspace: nothing but a role for each seat, so that owners are counted anew every time.
#[derive(Debug, Clone, PartialEq)]
struct Members(Vec<Option<Role>>);

impl Members {
    fn seats(&self) -> Vec<usize> {
        (0..self.0.len()).filter(|seat| self.0[*seat].is_some()).collect()
    }

    fn owners(&self) -> Vec<usize> {
        self.seats()
            .into_iter()
            .filter(|seat| self.0[*seat] == Some(Role::Owner))
            .collect()
    }

    fn pick(&self, index: Index) -> usize {
        let seats = self.seats();
        seats[index.index(seats.len())]
    }

    fn role(&self, seat: usize) -> Role {
        self.0[seat].unwrap()
    }

    fn after(&self, actor: usize, step: Step) -> Self {
        let mut after = self.clone();
        match step {
            Step::Add(role) => after.0.push(Some(role)),
            Step::ChangeRole(target, role) => after.0[self.pick(target)] = Some(role),
            Step::Remove(target) => after.0[self.pick(target)] = None,
            Step::Leave => after.0[actor] = None,
        }
        after
    }

    fn change(&self, actor: usize, step: Step) -> MembershipChange {
        let owners = count(&self.owners());
        match step {
            Step::Add(role) => MembershipChange::Add {
                role,
                members: count(&self.seats()),
            },
            Step::ChangeRole(target, to) => MembershipChange::ChangeRole {
                from: self.role(self.pick(target)),
                to,
                owners,
            },
            Step::Remove(target) => MembershipChange::Remove {
                role: self.role(self.pick(target)),
                owners,
            },
            Step::Leave => MembershipChange::Leave {
                role: self.role(actor),
                owners,
            },
        }
    }
}

fn count(seats: &[usize]) -> u32 {
    u32::try_from(seats.len()).unwrap()
}

/// Everything that speaks against going from one state to the other.
fn objections(
    before: &Members,
    after: &Members,
    actor: usize,
    step: Step,
    cap: u32,
) -> Vec<MembershipRefused> {
    let mut objections = Vec::new();
    let by_owner_or_self = before.role(actor) == Role::Owner || matches!(step, Step::Leave);
    if before.owners() != after.owners() && !by_owner_or_self {
        objections.push(MembershipRefused::OwnersOnly);
    }
    if after.owners().is_empty() {
        objections.push(MembershipRefused::LastOwner);
    }
    if count(&after.seats()) > cap {
        objections.push(MembershipRefused::TooManyMembers(cap));
    }
    objections
}

fn may_ask(role: Role, step: Step) -> bool {
    match step {
        Step::Leave => role.allows(Permission::Leave),
        _ => role.allows(Permission::ManageMembers),
    }
}

fn role() -> impl Strategy<Value = Role> {
    select(Role::ALL.to_vec())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => role().prop_map(Step::Add),
        4 => (any::<Index>(), role()).prop_map(|(target, to)| Step::ChangeRole(target, to)),
        2 => any::<Index>().prop_map(Step::Remove),
        2 => Just(Step::Leave),
    ]
}

fn scenario() -> impl Strategy<Value = (u32, Vec<(Index, Step)>)> {
    (1_u32..=6, prop::collection::vec((any::<Index>(), step()), 1..120))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn w5_a_change_is_allowed_exactly_when_nothing_speaks_against_it((cap, steps) in scenario()) {
        let mut members = Members(vec![Some(Role::Owner)]);
        for (actor, step) in steps {
            let actor = members.pick(actor);
            let role = members.role(actor);
            if !may_ask(role, step) {
                continue;
            }
            let after = members.after(actor, step);
            let expected = objections(&members, &after, actor, step, cap);
            let change = members.change(actor, step);
            match check_membership_change(role, change, MemberCaps { members: cap }) {
                Ok(()) => {
                    prop_assert_eq!(expected, [], "{:?} by {} in {:?}", step, role, members);
                    members = after;
                }
                Err(refused) => {
                    prop_assert!(expected.contains(&refused), "{:?} by {} in {:?}", step, role, members);
                }
            }
        }
    }

    #[test]
    fn w5_there_is_always_an_owner_and_never_a_member_too_many((cap, steps) in scenario()) {
        let mut members = Members(vec![Some(Role::Owner)]);
        for (actor, step) in steps {
            let actor = members.pick(actor);
            let (change, role) = (members.change(actor, step), members.role(actor));
            let caps = MemberCaps { members: cap };
            if may_ask(role, step) && check_membership_change(role, change, caps).is_ok() {
                members = members.after(actor, step);
            }
            prop_assert!(!members.owners().is_empty(), "no owner after {:?}", step);
            prop_assert!(count(&members.seats()) <= cap, "too many after {:?}", step);
        }
    }
}
