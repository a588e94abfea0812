use std::str::FromStr;

use crate::problem::{Code, FieldError, Problem};
use crate::wire::{Raw, Wire};

/// The parameters of a query. Reading takes them; what is left at the end is not known.
pub(crate) struct Pairs(Vec<(String, String)>);

/// What an operation reads from its query.
pub(crate) trait QueryInput: Sized {
    /// Takes the parameters that it knows.
    fn read(pairs: &mut Pairs) -> Result<Self, Problem>;
}

/// No parameter.
impl QueryInput for () {
    fn read(_: &mut Pairs) -> Result<Self, Problem> {
        Ok(())
    }
}

impl Pairs {
    /// The parameters of a query string, each given once.
    pub fn of(query: &str) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            if pairs.iter().any(|(known, _)| *known == name) {
                let field = FieldError::new(pointer(&name), "duplicate_field", "is given twice");
                return Err(Problem::new(Code::DuplicateField)
                    .detail("a parameter is given twice")
                    .field(field));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// Reads what the operation knows, and refuses the rest.
    pub fn finish<Q: QueryInput>(mut self) -> Result<Q, Problem> {
        let query = Q::read(&mut self)?;
        match self.0.first() {
            None => Ok(query),
            Some((name, _)) => {
                let field = FieldError::new(pointer(name), "unknown_parameter", "is not a parameter here");
                let problem = Problem::new(Code::UnknownParameter);
                Err(problem
                    .detail("the query has a parameter that is not known")
                    .field(field))
            }
        }
    }

    /// Takes a parameter as it stands.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(index).1)
    }

    /// Takes a parameter that must be there.
    pub fn required<T: Wire<Raw = String>>(&mut self, name: &str) -> Result<T, Problem> {
        let value = self.optional(name)?;
        Ok(value.ok_or_else(|| vec![FieldError::new(pointer(name), "required", "is required")])?)
    }

    /// Takes a parameter that may be left out.
    pub fn optional<T: Wire<Raw = String>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        let value = self.take(name).map(Raw::<T>::new);
        Ok(value.map(|raw| raw.read(&pointer(name))).transpose()?)
    }

    /// Takes a number that may be left out.
    pub fn number<T: Wire<Raw = i64>>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        let value = self.parsed(name, "a whole number")?.map(Raw::<T>::new);
        Ok(value.map(|raw| raw.read(&pointer(name))).transpose()?)
    }

    /// Takes a parameter whose text has to be read as something else first, such as a number.
    pub fn parsed<T: FromStr>(&mut self, name: &str, wanted: &str) -> Result<Option<T>, Problem> {
        let parse = |text: String| {
            text.parse().map_err(|_| {
                vec![FieldError::new(
                    pointer(name),
                    "invalid_type",
                    format!("must be {wanted}"),
                )]
                .into()
            })
        };
        self.take(name).map(parse).transpose()
    }
}

/// How errors point at a parameter.
pub(crate) fn pointer(name: &str) -> String {
    format!("?{name}")
}
