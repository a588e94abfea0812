//! Rows as they are between two databases.

/// What columns hold, under the names that `with_tables!` has for their types.
mod values {
    use crate::types::{DbJson, DbTime, DbUuid};

    pub type BigInt = i64;
    pub type Binary = Vec<u8>;
    pub type Bool = bool;
    pub type Integer = i32;
    pub type Json = DbJson;
    pub type Nullable<T> = Option<T>;
    pub type Text = String;
    pub type Time = DbTime;
    pub type Uuid = DbUuid;
}

macro_rules! rows {
    ($(
        $table:ident ($($key:ident),+) $(by $order:ident)? {
            $($column:ident -> $type:ident $(<$inner:ident>)?,)+
        }
    )+) => {
        /// A table of the schema, by its name in the databases.
        #[allow(non_camel_case_types, reason = "the names of tables are not written in two ways")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Table {
            $(#[doc = stringify!($table)] $table,)+
        }

        impl Table {
            /// Each behind those that it refers to.
            pub const ALL: &[Self] = &[$(Self::$table,)+];

            /// What it is called.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$table => stringify!($table),)+
                }
            }

            /// What its columns are called.
            pub fn columns(self) -> &'static [&'static str] {
                match self {
                    $(Self::$table => &[$(stringify!($column),)+],)+
                }
            }
        }

        $(pub mod $table {
            #[allow(clippy::wildcard_imports, reason = "the types of columns")]
            use super::values::*;

            pub type Row = ($($type $(<$inner>)?,)+);
        })+

        /// Some rows of a table.
        #[allow(non_camel_case_types, reason = "the names of tables are not written in two ways")]
        pub enum Page {
            $($table(Vec<$table::Row>),)+
        }
    };
}

with_tables!(rows);
