/// Declares a type whose values are words: on the wire, in a store, in a configuration. It gets `ALL`, `as_str`, `Display`, and `FromStr` with
/// an error of its own that says what it must be.
///
/// ```
/// tenantry_domain::words! {
///     /// A direction.
///     pub enum Direction (UnknownDirection: "must be one of up, down") {
///         /// To the pool.
///         Up = "up",
///         /// To the leaves.
///         Down = "down",
///     }
/// }
/// assert_eq!("up".parse(), Ok(Direction::Up));
/// assert_eq!("sideways".parse::<Direction>(), Err(UnknownDirection));
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident ($unknown:ident: $message:literal) {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[doc = concat!("The text is no word for a [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[error($message)]
        pub struct $unknown;

        impl std::str::FromStr for $name {
            type Err = $unknown;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .into_iter()
                    .find(|value| value.as_str() == text)
                    .ok_or($unknown)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::billing::{BillingEnforcement, BillingMode, Currency, SubscriptionStatus};
    use crate::workspace::Role;

    #[test]
    fn a_value_survives_its_word() {
        macro_rules! survives {
            ($($name:ident)*) => {$(
                for value in $name::ALL {
                    assert_eq!(value.to_string().parse(), Ok(value));
                }
                assert!("".parse::<$name>().is_err());
            )*};
        }
        survives!(Role BillingMode BillingEnforcement Currency SubscriptionStatus);
    }
}
