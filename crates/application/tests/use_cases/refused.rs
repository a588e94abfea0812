/// The value of an error that must be of this kind.
#[macro_export]
macro_rules! refused {
    ($outcome:expr, $pattern:pat $(if $guard:expr)?) => {{
        let outcome = $outcome;
        assert!(matches!(&outcome, Err($pattern) $(if $guard)?), "{:?}", outcome.map(|_| "no error"));
    }};
}
