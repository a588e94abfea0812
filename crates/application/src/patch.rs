/// What a partial update does to a field that can be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Leaves it.
    #[default]
    Keep,
    /// Empties it.
    Clear,
    /// Fills it.
    Set(T),
}

impl<T> Patch<T> {
    /// Applies it to a field; says whether it was mentioned.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// The value of a field that was empty.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }
}
