//! Ids that follow from something else, and the hash that they are made with.

use sha2::{Digest, Sha256};

pub use safehall_core::{ChangeId, DeviceId, DocumentId, EventId, FactId, StaffId};

/// The device with this signing key (65 bytes, uncompressed point).
#[must_use]
pub fn device_of(signing_key: &[u8]) -> DeviceId {
    first_half(&[b"safehall/device/v1\0", signing_key]).into()
}

/// The chair document of a case.
#[must_use]
pub fn chair_of(case: DocumentId) -> DocumentId {
    first_half(&[b"safehall/chair/v1\0", case.as_bytes()]).into()
}

/// The notice document of an event.
#[must_use]
pub fn notice_of(event: EventId) -> DocumentId {
    first_half(&[b"safehall/notice/v1\0", event.as_bytes()]).into()
}

/// The duty document of an event.
#[must_use]
pub fn duty_of(event: EventId) -> DocumentId {
    first_half(&[b"safehall/duty/v1\0", event.as_bytes()]).into()
}

fn first_half(parts: &[&[u8]]) -> [u8; 16] {
    let digest = sha256(parts);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_documents_differ_by_what_they_are_derived_from() {
        let case = DocumentId::from_bytes([1; 16]);
        let event = EventId::from_bytes([1; 16]);

        let derived = [chair_of(case), notice_of(event), duty_of(event)];
        assert!(derived.iter().all(|id| *id != case));
        assert!(derived[0] != derived[1] && derived[1] != derived[2]);
    }

    #[test]
    fn a_device_is_named_by_its_key() {
        // printf 'safehall/device/v1\0AAAA…' (65 times A) | sha256sum
        let id = device_of(&[b'A'; 65]).to_string();
        assert_eq!(id, "af56b426bccdb11c0ba4f9782a77b89a");
    }
}
