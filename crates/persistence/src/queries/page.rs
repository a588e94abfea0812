/// The rows of one page of a boxed query: of a list in the order of these columns, from the request's position, forwards or
/// backwards. `key` is the position; each column is given with its value there.
macro_rules! page {
    ($query:expr, $request:expr, |$key:ident| $($column:expr => $value:expr),+) => {{
        use diesel::prelude::*;
        use tenantry_application::page::Position;

        let query = $query.limit($request.size.rows_to_read());
        match &$request.position {
            Position::Start => query.order(($($column.asc(),)+)),
            Position::After($key) => query
                .filter(super::expression::row_gt(
                    ($($column,)+),
                    ($(super::expression::value_for(&$column, $value),)+),
                ))
                .order(($($column.asc(),)+)),
            Position::Before($key) => query
                .filter(super::expression::row_lt(
                    ($($column,)+),
                    ($(super::expression::value_for(&$column, $value),)+),
                ))
                .order(($($column.desc(),)+)),
        }
    }};
}
