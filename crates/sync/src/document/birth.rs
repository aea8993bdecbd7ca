//! The first change of each kind of document.
//!
//! Two phones that each make the map of entries would have two, and show one.
//! So nobody makes it: every document starts from bytes that are part of the
//! program. They are never sent.

use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{ActorId, AutoCommit, AutomergeError, ObjType, ROOT};

use crate::wire::Kind;

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
    let mut document = AutoCommit::new().with_actor(ActorId::from(&[0_u8][..]));
    for map in maps(kind) {
        document.put_object(ROOT, *map, ObjType::Map)?;
    }
    document.put(ROOT, "v", 1_i64)?;
    document.commit_with(CommitOptions::default().with_time(0));
    Ok(document.save_nocompress())
}

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
            assert_eq!(document.get_changes(&[]).len(), 1);
        }
    }
}
