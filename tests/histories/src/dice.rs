/// A small generator, for tests that do the same every time but for their timing.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// Those that roll one sequence.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub const fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// A place in a list of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let sides = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.roll(sides)).unwrap_or(usize::MAX)
    }

    /// One of these.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }
}
