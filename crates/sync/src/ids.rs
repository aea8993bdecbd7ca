//! Names of things, as bytes: 16 for what people and devices make, 32 for what
//! is named by its content. They print as lower-case hex.

use std::fmt;

use sha2::{Digest, Sha256};

/// Bytes that are not as long as an id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an id has {expected} bytes")]
pub struct NotAnId {
    /// How many it should be.
    pub expected: usize,
}

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident: $length:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name([u8; $length]);

        impl $name {
            /// The id with these bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = NotAnId;

            fn try_from(bytes: &[u8]) -> Result<Self, NotAnId> {
                bytes.try_into().map(Self).map_err(|_| NotAnId { expected: $length })
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            /// Reads lower-case hex, and nothing else.
            fn from_str(hex: &str) -> Result<Self, NotAnId> {
                let mut bytes = [0; $length];
                read_hex(hex, &mut bytes).ok_or(NotAnId { expected: $length })?;
                Ok(Self(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

id! {
    /// An event.
    EventId: 16;
    /// A document.
    DocumentId: 16;
    /// A device.
    DeviceId: 16;
    /// A staff member.
    StaffId: 16;
    /// A change: SHA-256 of the body of its envelope.
    ChangeId: 32;
}

impl DeviceId {
    /// The device with this signing key (65 bytes, uncompressed point).
    #[must_use]
    pub fn of_signing_key(key: &[u8]) -> Self {
        Self(first_half(&[b"safehall/device/v1\0", key]))
    }
}

impl DocumentId {
    /// The chair document of a case.
    #[must_use]
    pub fn chair_of(case: Self) -> Self {
        Self(first_half(&[b"safehall/chair/v1\0", &case.0]))
    }

    /// The notice document of an event.
    #[must_use]
    pub fn notice_of(event: EventId) -> Self {
        Self(first_half(&[b"safehall/notice/v1\0", &event.0]))
    }

    /// The duty document of an event.
    #[must_use]
    pub fn duty_of(event: EventId) -> Self {
        Self(first_half(&[b"safehall/duty/v1\0", &event.0]))
    }
}

fn first_half(parts: &[&[u8]]) -> [u8; 16] {
    let digest: [u8; 32] = sha256(parts);
    std::array::from_fn(|at| digest[at])
}

/// SHA-256 of the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn read_hex(hex: &str, into: &mut [u8]) -> Option<()> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if hex.len() != into.len() * 2 {
        return None;
    }
    for (pair, byte) in hex.as_bytes().chunks_exact(2).zip(into) {
        *byte = digit(pair[0])? * 16 + digit(pair[1])?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_printed_and_only_so() {
        let id = DocumentId::new([0xa7; 16]);

        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("A7".repeat(16).parse::<DocumentId>().is_err());
        assert!("a7".repeat(15).parse::<DocumentId>().is_err());
        assert!("é".repeat(16).parse::<DocumentId>().is_err());
    }

    #[test]
    fn derived_documents_differ_by_what_they_are_derived_from() {
        let case = DocumentId::new([1; 16]);
        let event = EventId::new([1; 16]);

        let derived = [
            DocumentId::chair_of(case),
            DocumentId::notice_of(event),
            DocumentId::duty_of(event),
        ];
        assert!(derived.iter().all(|id| *id != case));
        assert!(derived[0] != derived[1] && derived[1] != derived[2]);
    }
}
