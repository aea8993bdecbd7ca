//! Names of things: random or derived bytes, written as lower-case hex.

use std::fmt;
use std::str::FromStr;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdMistake {
    /// The text or the bytes have another length than the id.
    #[error("an id of this kind has another length")]
    Length,
    /// Something other than `0`-`9` and `a`-`f` is in it. Upper case counts as wrong: one id has one spelling.
    #[error("an id is written with the digits 0-9 and a-f only")]
    Digit,
}

fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], IdMistake> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return Err(IdMistake::Length);
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Ok(bytes)
}

fn nibble(digit: u8) -> Result<u8, IdMistake> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(IdMistake::Digit),
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// How many bytes it has.
            pub const LENGTH: usize = $length;

            /// The id with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The id's bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = IdMistake;

            fn try_from(bytes: &[u8]) -> Result<Self, IdMistake> {
                bytes.try_into().map(Self).map_err(|_| IdMistake::Length)
            }
        }

        impl FromStr for $name {
            type Err = IdMistake;

            fn from_str(text: &str) -> Result<Self, IdMistake> {
                parse_hex(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

id!(
    /// A document: the unit of secrecy and of erasure.
    DocumentId,
    16
);
id!(
    /// A person on the team.
    StaffId,
    16
);
id!(
    /// One phone or console of one person.
    DeviceId,
    16
);
id!(
    /// A conference.
    EventId,
    16
);
id!(
    /// An element of a document. Two devices can give one id to two elements; they stay two.
    FactId,
    16
);
id!(
    /// A change: SHA-256 of the signed body that carries it.
    ChangeId,
    32
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_what_it_was_written_as() {
        let id = DocumentId::from_bytes(std::array::from_fn(|i| u8::try_from(i * 17).unwrap()));
        assert_eq!(id.to_string(), "00112233445566778899aabbccddeeff");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn one_id_has_one_spelling() {
        for (text, mistake) in [
            ("00112233445566778899AABBCCDDEEFF", IdMistake::Digit),
            ("00112233445566778899aabbccddeefg", IdMistake::Digit),
            ("00112233445566778899aabbccddeef", IdMistake::Length),
            ("00112233445566778899aabbccddeeff0", IdMistake::Length),
            ("", IdMistake::Length),
            ("0011223344556677-8899aabbccddeef", IdMistake::Digit),
            ("ééééééééééééééé0a", IdMistake::Digit),
        ] {
            assert_eq!(text.parse::<DocumentId>(), Err(mistake), "{text}");
        }
    }

    #[test]
    fn bytes_of_another_length_are_no_id() {
        assert_eq!(ChangeId::try_from(&[0; 16][..]), Err(IdMistake::Length));
        assert!(ChangeId::try_from(&[0; 32][..]).is_ok());
    }
}
