//! The first change of each kind of document.
//!
//! Two phones that each make the map of entries would have two, and show one.
//! So nobody makes it: every document starts from bytes that are part of the
//! program. They are never sent.

use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{ActorId, AutoCommit, AutomergeError, ObjType, ROOT};

use crate::wire::Kind;

/// Who made the births.
pub const ACTOR: &[u8] = &[0];

/// Every kind, in the order of its number.
pub const KINDS: [Kind; 5] = [
    Kind::Case,
    Kind::Identity,
    Kind::Chair,
    Kind::Notice,
    Kind::Duty,
];

/// The saved document that a document of this kind starts as. Empty for
/// [`Kind::Unspecified`], which no document is of.
#[must_use]
pub const fn bytes(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::Case => include_bytes!("../../../../proto/document/case.v1.automerge"),
        Kind::Identity => include_bytes!("../../../../proto/document/identity.v1.automerge"),
        Kind::Chair => include_bytes!("../../../../proto/document/chair.v1.automerge"),
        Kind::Notice => include_bytes!("../../../../proto/document/notice.v1.automerge"),
        Kind::Duty => include_bytes!("../../../../proto/document/duty.v1.automerge"),
        Kind::Unspecified => &[],
    }
}

/// The maps at the root of this kind, in alphabetical order.
#[must_use]
pub const fn maps(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Case => &[
            "accounts",
            "answers",
            "attachments",
            "aware",
            "entries",
            "marks",
            "opened",
            "parties",
            "registers",
            "reports",
            "steps",
            "strikes",
            "support",
            "tasks",
        ],
        Kind::Identity => &["persons", "strikes"],
        Kind::Chair => &[
            "actions",
            "announcements",
            "appeals",
            "attempts",
            "entries",
            "findings",
            "follow_ups",
            "links",
            "marks",
            "meetings",
            "openings",
            "persons",
            "registers",
            "sanctions",
            "statements",
            "strikes",
            "triage",
        ],
        Kind::Notice => &["announcements", "cards", "marks", "pairs", "strikes"],
        Kind::Duty => &[
            "escorts",
            "handovers",
            "marks",
            "readiness",
            "shifts",
            "strikes",
        ],
        Kind::Unspecified => &[],
    }
}

/// What the file in `proto/document` is called.
#[must_use]
pub fn file_name(kind: Kind) -> String {
    let name = kind
        .as_str_name()
        .trim_start_matches("KIND_")
        .to_ascii_lowercase();
    format!("{name}.v1.automerge")
}

/// Makes the bytes that [`bytes`] embeds.
///
/// # Errors
/// Automerge refused to put a map into an empty document.
pub fn make(kind: Kind) -> Result<Vec<u8>, AutomergeError> {
    let mut document = AutoCommit::new().with_actor(ActorId::from(ACTOR));
    for map in maps(kind) {
        document.put_object(ROOT, *map, ObjType::Map)?;
    }
    document.put(ROOT, "v", 1_i64)?;
    document.commit_with(CommitOptions::default().with_time(0));
    Ok(document.save_nocompress())
}

/// Automerge's name of the birth's one change, which first changes build on.
/// `None` for [`Kind::Unspecified`].
#[must_use]
pub const fn hash(kind: Kind) -> Option<[u8; 32]> {
    Some(match kind {
        Kind::Case => CASE,
        Kind::Identity => IDENTITY,
        Kind::Chair => CHAIR,
        Kind::Notice => NOTICE,
        Kind::Duty => DUTY,
        Kind::Unspecified => return None,
    })
}

const CASE: [u8; 32] = *b"\x09\x00\xce\x06\x41\x4b\x26\x02\xf3\x2d\xfb\x10\x86\x53\xfc\x34\x2c\x69\x6e\xf8\xff\x76\x46\x3e\x01\xfe\x4f\x5d\x58\xc0\x17\x81";
const IDENTITY: [u8; 32] = *b"\xf3\x7e\x8b\xed\x90\x44\xe2\xa7\x9d\x31\x07\x92\xed\x94\xae\x36\xc4\xb0\x7a\x70\x51\xcf\xe6\x6e\xfe\x6a\xb3\x17\x61\x34\x4f\x7f";
const CHAIR: [u8; 32] = *b"\x2c\x72\x52\x9e\x62\xe4\xac\xd2\x43\x0e\x81\x22\xa9\x46\x59\xdb\xc9\x63\x4e\xba\x85\x84\xcc\x59\x6e\x12\x47\xcf\xcd\x43\x2c\x2a";
const NOTICE: [u8; 32] = *b"\x66\x2c\xd7\x78\xdf\xf9\x0c\xe5\xb1\xbd\xf9\x5a\xb6\x69\x2a\xe0\x40\xc3\x51\x61\x56\x5f\x50\x91\xf2\x7d\x10\xe7\xe5\x33\x98\x65";
const DUTY: [u8; 32] = *b"\x7f\x37\x90\x45\x0a\x56\x00\x3a\x53\xb8\xf6\x68\xd8\x60\x5e\x6c\xd1\xb3\xe1\x47\xd3\x4c\xeb\xae\xbb\xaf\x89\x57\x74\x91\x5d\x53";

#[cfg(test)]
mod tests {
    use automerge::ReadDoc as _;

    use super::*;

    #[test]
    fn a_birth_is_the_same_bytes_for_ever() {
        for kind in KINDS {
            assert_eq!(make(kind).expect("made"), bytes(kind), "{kind:?}");
        }
    }

    #[test]
    fn a_birth_is_one_change_with_every_map_in_order() {
        for kind in KINDS {
            let mut document = AutoCommit::load(bytes(kind)).expect("loads");

            let keys: Vec<_> = document.keys(ROOT).collect();
            assert!(keys.is_sorted());
            assert_eq!(keys.len(), maps(kind).len() + 1);
            let changes = document.get_changes(&[]);
            assert_eq!(changes.len(), 1);
            let hex: String = changes[0]
                .hash()
                .0
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(Some(changes[0].hash().0), hash(kind), "{kind:?} {hex}");
        }
    }
}
