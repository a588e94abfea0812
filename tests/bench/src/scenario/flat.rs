use super::OURS;
use crate::asking::{Ask, Range};
use crate::load::Pace;
use crate::measure::Side;
use crate::report::{Bound, Report};
use crate::tree::Shape;
use crate::workshop::{Seeded, Workshop};

const MOST: Bound = Bound::AtMost(1.2);
const DEEPEST: u8 = 10;
const ASKS: [(&str, Ask); 3] = [
    ("charge", Ask::Charge),
    ("organization", Ask::Organization),
    ("limits", Ask::Limits),
];

/// Where the same is asked: which deployment, and which level of its trees.
struct Place<'a> {
    name: String,
    seeded: &'a Seeded,
    level: u8,
}

/// What a request costs in a deployment of one workspace and of so many, and at the top and at the bottom of their trees of ten levels. One
/// connection, so that nothing waits for a lock.
pub fn flat(workshop: &Workshop, workspaces: u32, report: &mut Report) {
    let deployment = |workspaces| Shape {
        workspaces,
        levels: DEEPEST,
    };
    let small = workshop.on_postgres(deployment(1));
    let large = workshop.on_postgres(deployment(workspaces));
    let place = |seeded, level| Place::new(seeded, level);
    let places = [place(&small, DEEPEST), place(&large, DEEPEST), place(&large, 1)];
    for (name, ask) in ASKS {
        let sides = sides(workshop, &places, (name, ask));
        for (side, place) in sides.iter().zip(&places) {
            let scenario = format!("{name} {}", place.name);
            report.lines.push(side.line(&scenario, OURS));
            report.complain(&scenario, &side.unexpected);
        }
        let [small, large, top] = sides.map(|side| side.cost().total());
        report.mark(
            format!("{name}: CPU, {workspaces} ÷ 1 workspaces"),
            (large / small, "×"),
            Some(MOST),
        );
        report.mark(
            format!("{name}: CPU, level 10 ÷ level 1"),
            (large / top, "×"),
            Some(MOST),
        );
    }
}

impl<'a> Place<'a> {
    fn new(seeded: &'a Seeded, level: u8) -> Self {
        let Shape { workspaces, .. } = seeded.shape;
        Self {
            name: format!(
                "of {workspaces} × {}, level {level}",
                seeded.shape.organizations()
            ),
            seeded,
            level,
        }
    }
}

/// One side a place, measured in turn.
fn sides(workshop: &Workshop, places: &[Place<'_>; 3], (name, ask): (&str, Ask)) -> [Side; 3] {
    let mut sides = [Side::default(), Side::default(), Side::default()];
    for round in 1..=workshop.times.rounds {
        eprintln!("  round {round}: {name}");
        for (side, place) in sides.iter_mut().zip(places) {
            workshop.settle();
            let shape = place.seeded.shape;
            let range = Range {
                workspaces: (1, shape.workspaces),
                shape,
                level: place.level,
            };
            let run = format!("level-{}-{round}", place.level);
            let requests = ask.requests(range, &place.seeded.tokens, &run);
            let (measured, cpu) = place
                .seeded
                .subject
                .turn(requests, (1, Pace::Closed), workshop.times);
            side.add(&measured, cpu);
        }
    }
    sides
}
