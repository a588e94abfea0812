use super::OURS;
use crate::asking::{Ask, Range};
use crate::load::Pace;
use crate::measure::Side;
use crate::report::{Bound, Report};
use crate::tree::Shape;
use crate::workshop::{Seeded, Workshop};

const MOST: Option<Bound> = Some(Bound::AtMost(1.2));
const DEEPEST: u8 = 10;
const ASKS: [(&str, Ask); 3] = [
    ("charge", Ask::Charge),
    ("organization", Ask::Organization),
    ("limits", Ask::Limits),
];

/// Where the same is asked: which deployment, and which level of its trees.
struct Place<'a> {
    seeded: &'a Seeded,
    level: u8,
}

/// What a request costs in a deployment of one workspace and of so many, and at the top and at the bottom of their trees of ten levels. One
/// connection, so that nothing waits for a lock.
pub fn flat(workshop: &Workshop, workspaces: u32, report: &mut Report) {
    let [small, large] = [1, workspaces].map(|workspaces| {
        workshop.on_postgres(Shape {
            workspaces,
            levels: DEEPEST,
        })
    });
    let place = |seeded, level| Place { seeded, level };
    let places = [place(&small, DEEPEST), place(&large, DEEPEST), place(&large, 1)];
    for (name, ask) in ASKS {
        eprintln!("  {name}");
        let sides = sides(workshop, &places, ask);
        for (side, place) in sides.iter().zip(&places) {
            let scenario = format!("{name} {}", place.name());
            report.lines.push(side.line(&scenario, OURS));
            report.complain(&scenario, &side.unexpected);
        }
        let [small, large, top] = sides.map(|side| side.cost().total());
        let size = format!("{name}: CPU, {workspaces} ÷ 1 workspaces");
        report.mark(size, (large / small, "×"), MOST);
        let depth = format!("{name}: CPU, level {DEEPEST} ÷ level 1");
        report.mark(depth, (large / top, "×"), MOST);
    }
}

impl Place<'_> {
    fn name(&self) -> String {
        let shape = self.seeded.shape;
        let (workspaces, organizations) = (shape.workspaces, shape.organizations());
        format!("of {workspaces} × {organizations}, level {}", self.level)
    }

    fn range(&self) -> Range {
        let shape = self.seeded.shape;
        Range {
            workspaces: (1, shape.workspaces),
            shape,
            level: self.level,
        }
    }
}

/// One side a place, measured in turn.
fn sides(workshop: &Workshop, places: &[Place<'_>; 3], ask: Ask) -> [Side; 3] {
    let mut sides = [Side::default(), Side::default(), Side::default()];
    for round in 1..=workshop.times.rounds {
        for (side, place) in sides.iter_mut().zip(places) {
            workshop.settle();
            let Seeded { subject, tokens, .. } = place.seeded;
            let run = format!("level-{}-{round}", place.level);
            let requests = ask.requests(place.range(), tokens, &run);
            let load = subject.load(1, Pace::Closed, workshop.times);
            let (measured, cpu) = subject.turn(requests, load);
            side.add(&measured, cpu);
        }
    }
    sides
}
