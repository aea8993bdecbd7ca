//! What can be wrong with a pack.

use std::fmt;

/// What stood there. Never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Missing,
    /// A key that packs do not have.
    UnknownKey,
    /// Another type of value, for example `string`.
    Type(&'static str),
    /// The right type, but not a value that can be.
    Unfit,
    /// The same as further up.
    Twice,
    /// Not TOML.
    Syntax,
    /// More than fits.
    TooLong,
    /// More bytes than fit, and how many.
    Bytes(usize),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("nothing"),
            Self::UnknownKey => f.write_str("an unknown key"),
            Self::Type(name) => write!(f, "a value of type {name}"),
            Self::Unfit => f.write_str("a value that does not fit"),
            Self::Twice => f.write_str("the same once more"),
            Self::Syntax => f.write_str("something that is not TOML"),
            Self::TooLong => f.write_str("too much"),
            Self::Bytes(count) => write!(f, "{count} bytes"),
        }
    }
}

/// One mistake, or one warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file beside the pack that it is in; empty for the pack itself.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// For example `event.starts_at` or `steps.who`; empty for the whole file.
    pub key: String,
    /// What stood there.
    pub found: Found,
    /// What should.
    pub expected: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            key,
            found,
            expected,
        } = self;
        if !file.is_empty() {
            write!(f, "{file}, ")?;
        }
        if key.is_empty() {
            write!(f, "line {line}: found {found}; expected {expected}")
        } else {
            write!(f, "line {line}: {key}: found {found}; expected {expected}")
        }
    }
}
