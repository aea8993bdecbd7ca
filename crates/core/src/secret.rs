//! `Debug` for types that hold what somebody typed.

/// Writes a `Debug` that shows the named fields only. A test that fails still says which element it was about, and a
/// log line cannot repeat a person's words.
macro_rules! redacted_debug {
    ($type:ty: $($field:ident),* $(,)?) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use redacted_debug;
