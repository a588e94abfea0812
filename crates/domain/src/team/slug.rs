use std::collections::{BTreeMap, BTreeSet};

use crate::id::TeamId;

/// A team's name for addresses: lower-case ASCII words joined by `-` (T9).
pub fn slug(name: &str) -> String {
    let slug = slug::slugify(name);
    if slug.is_empty() { "team".to_owned() } else { slug }
}

/// The slugs of teams that are listed together: those that would collide get the id of their team, so that each is one team's (T9).
pub fn slugs<'a>(teams: impl Iterator<Item = (TeamId, &'a str)>) -> BTreeMap<TeamId, String> {
    let mut slugs: BTreeMap<TeamId, String> = teams.map(|(id, name)| (id, slug(name))).collect();
    let mut marked = BTreeSet::new();
    // A name may look like another one with its id, so what is unique at first need not stay so. Two with their ids never collide.
    loop {
        let colliding = colliding(&slugs, &marked);
        if colliding.is_empty() {
            return slugs;
        }
        for (id, slug) in slugs.iter_mut().filter(|(id, _)| colliding.contains(id)) {
            *slug = format!("{slug}-{id}");
        }
        marked.extend(colliding);
    }
}

/// The teams whose slug is another team's as well, but for those that have their id in it already.
fn colliding(slugs: &BTreeMap<TeamId, String>, marked: &BTreeSet<TeamId>) -> BTreeSet<TeamId> {
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for slug in slugs.values() {
        *uses.entry(slug).or_default() += 1;
    }
    let is_shared = |slug: &str| uses.get(slug).is_some_and(|uses| *uses > 1);
    let shared = slugs.iter().filter(|(_, slug)| is_shared(slug));
    shared
        .map(|(id, _)| *id)
        .filter(|id| !marked.contains(id))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn t9_a_slug_is_lower_case_ascii() {
        for (name, expected) in [
            ("Personal", "personal"),
            ("  Ärzte & Söhne  ", "arzte-sohne"),
            ("北京", "bei-jing"),
            ("___", "team"),
            ("🦀", "crab"),
            ("a--b", "a-b"),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn t9_slugs_of_a_list_are_unique_whatever_the_names(names in proptest::collection::vec("\\PC{0,8}|a|A|personal", 1..12)) {
            let teams: Vec<(TeamId, String)> = (1..)
                .map(|n| TeamId::from_uuid(Uuid::from_u128(n)))
                .zip(names)
                .collect();
            // A name may even look like what another one's collision makes.
            let hostile = teams.first().map(|(id, name)| (TeamId::from_uuid(Uuid::from_u128(99)), format!("{name}-{id}")));
            let all: Vec<_> = teams.into_iter().chain(hostile).collect();
            let slugs = slugs(all.iter().map(|(id, name)| (*id, name.as_str())));
            prop_assert_eq!(slugs.len(), all.len());
            let distinct: BTreeSet<_> = slugs.values().collect();
            prop_assert_eq!(distinct.len(), slugs.len());
            for slug in slugs.values() {
                prop_assert!(!slug.is_empty() && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            }
        }
    }
}
