//! Which changes may be kept.
//!
//! Three looks, all cheap and all without Automerge: [`at_the_door`] needs only
//! the envelope and the signer's key, [`in_ones_own_name`] whose device it is,
//! [`DocumentState::admit`] what was kept before in the same document. A change is
//! kept only when what it builds on is, so the kept set is closed; and a change
//! that is refused holds up none but those that build on it.
//!
//! What comes from outside is read by our own reader within limits. Only what
//! it understood is shown to Automerge, and that is the last look: the
//! [trial](crate::trial), in a process that may die.

mod bytes;
mod chunk;
mod facts;
#[cfg(test)]
mod tests;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{birth, is_actor_of};
use crate::envelope::{self, Body};
use crate::ids::{DeviceId, EventId, FactId, StaffId};
use crate::wire::{Envelope, Kind, Reason};
use chunk::Chunk;
pub use told::told;

/// The most operations in one change.
pub const MAX_OPS: usize = 20_000;
/// The most changes in one document, its birth not counted.
pub const MAX_CHANGES: usize = 5_000;
/// The most actors in one document, its birth's included.
pub const MAX_ACTORS: usize = 256;
/// The most bytes of changes in one document.
pub const MAX_DOCUMENT: usize = 4_194_304;

/// Looks at an envelope alone. `key_of` knows the signing keys of the event's
/// devices, also of those that lost their access: what they once signed may
/// arrive late, by another's hand.
///
/// # Errors
/// Why it cannot be kept.
pub fn at_the_door<'k>(
    envelope: &Envelope,
    event: EventId,
    key_of: impl FnOnce(DeviceId) -> Option<&'k [u8]>,
) -> Result<Body, Reason> {
    let body = Body::parse(envelope).map_err(envelope::EnvelopeError::reason)?;
    if body.event != event {
        return Err(Reason::WrongEvent);
    }
    let key = key_of(body.device).ok_or(Reason::WrongDevice)?;
    envelope::verify(envelope, key).map_err(|_| Reason::BadSignature)?;
    Ok(body)
}

/// Whether each element that the change writes names the one who signed, as
/// person and as device. Otherwise anybody who may write could have another
/// say something.
///
/// # Errors
/// [`Reason::NotAFact`], or that it cannot be read.
pub fn in_ones_own_name(body: &Body, signer: StaffId) -> Result<(), Reason> {
    let chunk = Chunk::read(&body.change).ok_or(Reason::Malformed)?;
    facts::check_authors(&chunk, &signer.to_string(), &body.device.to_string())
}

/// What the log says of a change that may be kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Admitted {
    /// Automerge's name of the change.
    pub hash: [u8; 32],
    /// Its actor, 16 bytes.
    pub actor: [u8; 16],
    /// Its place among the actor's changes, from 1.
    pub seq: u64,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The counter of its last operation.
    pub max_op: u64,
}

/// Counter and actor of an operation that set a register.
type PutName = (u64, Vec<u8>);

/// What has to be known of a document to judge the next change: a cache of the
/// log, made anew with [`DocumentState::rebuild`].
#[derive(Clone, Debug)]
pub struct DocumentState {
    kind: Kind,
    changes: BTreeMap<[u8; 32], Known>,
    /// The changes of each actor by their sequence, from 1.
    actors: BTreeMap<Vec<u8>, Vec<[u8; 32]>>,
    registers: BTreeMap<String, BTreeSet<PutName>>,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Known {
    max_op: u64,
    dependencies: Vec<[u8; 32]>,
}

impl DocumentState {
    /// A document of this kind in which nothing was written yet.
    #[must_use]
    pub fn born(kind: Kind) -> Self {
        let mut changes = BTreeMap::new();
        if let Some(hash) = birth::hash(kind) {
            let max_op = birth::maps(kind).len() as u64 + 1;
            changes.insert(
                hash,
                Known {
                    max_op,
                    dependencies: Vec::new(),
                },
            );
        }
        Self {
            kind,
            changes,
            actors: BTreeMap::new(),
            registers: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// The state behind these kept changes, oldest first. One that would not be
    /// kept today is left out, and so is what builds on it.
    #[must_use]
    pub fn rebuild<'a>(kind: Kind, kept: impl IntoIterator<Item = (DeviceId, &'a [u8])>) -> Self {
        let mut state = Self::born(kind);
        for (device, change) in kept {
            let _left_out = state.take(device, change);
        }
        state
    }

    /// Whether the change may be kept, and then counts it as kept. A caller
    /// that fails to write it down must throw the state away.
    ///
    /// # Errors
    /// Why not; the state is as it was.
    pub fn admit(&mut self, body: &Body) -> Result<Admitted, Reason> {
        if body.kind != self.kind {
            return Err(Reason::Malformed);
        }
        self.take(body.device, &body.change)
    }

    /// Whether this device signed another change under the same number of the
    /// same actor, and that one is kept. An honest app never does: its storage
    /// was copied, or somebody else has its key.
    #[must_use]
    pub fn equivocates(&self, body: &Body) -> bool {
        let Some(chunk) = Chunk::read(&body.change) else {
            return false;
        };
        let place = usize::try_from(chunk.seq - 1).ok();
        let kept = place.and_then(|place| self.actors.get(chunk.actors[0])?.get(place));
        is_actor_of(body.device, chunk.actors[0]) && kept.is_some_and(|kept| *kept != chunk.hash)
    }

    fn take(&mut self, device: DeviceId, bytes: &[u8]) -> Result<Admitted, Reason> {
        let chunk = Chunk::read(bytes).ok_or(Reason::Malformed)?;
        if chunk.has_message || chunk.has_extra {
            return Err(Reason::Malformed);
        }
        let actor: [u8; 16] = chunk.actors[0]
            .try_into()
            .map_err(|_| Reason::BadSequence)?;
        if !is_actor_of(device, &actor) {
            return Err(Reason::BadSequence);
        }
        self.check_place(&chunk, &actor)?;
        self.check_room(&actor, bytes.len())?;
        let registers = facts::check(&chunk, self)?;
        let max_op = chunk.start_op + chunk.ops.len() as u64 - 1;

        for (register, puts) in registers {
            self.registers.entry(register).or_default().extend(puts);
        }
        self.actors
            .entry(actor.to_vec())
            .or_default()
            .push(chunk.hash);
        self.changes.insert(
            chunk.hash,
            Known {
                max_op,
                dependencies: chunk.dependencies,
            },
        );
        self.bytes += bytes.len();
        Ok(Admitted {
            hash: chunk.hash,
            actor,
            seq: chunk.seq,
            start_op: chunk.start_op,
            max_op,
        })
    }

    /// Whether the change stands where it says it stands.
    fn check_place(&self, chunk: &Chunk<'_>, actor: &[u8; 16]) -> Result<(), Reason> {
        let mut below = 0;
        for dependency in &chunk.dependencies {
            below = below.max(
                self.changes
                    .get(dependency)
                    .ok_or(Reason::Dependencies)?
                    .max_op,
            );
        }
        let known = |other: &[u8]| other == birth::ACTOR || self.actors.contains_key(other);
        if !chunk.actors[1..].iter().all(|other| known(other)) {
            return Err(Reason::Dependencies);
        }
        let its_own = self.actors.get(actor.as_slice());
        let last_seq = its_own.map_or(0, |own| own.len() as u64);
        let last = its_own.and_then(|own| own.last());
        let has_seen_its_last = last.is_none_or(|last| self.builds_on(&chunk.dependencies, last));
        if chunk.dependencies.is_empty()
            || !has_seen_its_last
            || chunk.seq != last_seq + 1
            || chunk.start_op != below + 1
        {
            return Err(Reason::BadSequence);
        }
        Ok(())
    }

    /// Whether `wanted` is among these changes or somewhere below them.
    fn builds_on(&self, from: &[[u8; 32]], wanted: &[u8; 32]) -> bool {
        let Some(floor) = self.changes.get(wanted).map(|known| known.max_op) else {
            return false;
        };
        let mut seen = BTreeSet::new();
        let mut next: Vec<&[u8; 32]> = from.iter().collect();
        while let Some(hash) = next.pop() {
            if hash == wanted {
                return true;
            }
            // Nothing below a change has a higher counter than it.
            let above = self.changes.get(hash).filter(|known| known.max_op > floor);
            if let Some(known) = above
                && seen.insert(*hash)
            {
                next.extend(&known.dependencies);
            }
        }
        false
    }

    fn check_room(&self, actor: &[u8; 16], bytes: usize) -> Result<(), Reason> {
        let actors = self.actors.len() + usize::from(!self.actors.contains_key(actor.as_slice()));
        let fits = bytes <= envelope::MAX_CHANGE
            && self.changes.len() <= MAX_CHANGES
            && actors < MAX_ACTORS
            && self.bytes + bytes <= MAX_DOCUMENT;
        if fits { Ok(()) } else { Err(Reason::TooBig) }
    }
}

/// The texts of a change, at most `most` characters of them together: for
/// somebody who has to decide about it before Automerge may see it.
///
/// `None`: our reader does not understand it.
#[must_use]
pub fn texts(change: &[u8], most: usize) -> Option<String> {
    let chunk = Chunk::read(change)?;
    let chosen: BTreeSet<_> = chunk.ops.iter().filter_map(chosen_answer).collect();
    let mut all = String::new();
    let mut left = most;
    for op in &chunk.ops {
        let chunk::Value::Text(text) = op.value else {
            continue;
        };
        let tells_nothing = op.key.is_none_or(|key| {
            let answers = || op.object.is_some_and(|of| chosen.contains(&of));
            CODES.contains(&key) || (key == "value" && is_code(text) && answers())
        });
        if tells_nothing || text.parse::<FactId>().is_ok() || left == 0 {
            continue;
        }
        if !all.is_empty() {
            all.push('\n');
            left -= 1;
        }
        let before = all.len();
        all.extend(text.chars().take(left));
        left -= all[before..].chars().count();
    }
    Some(all)
}

/// Fields that hold ids and codes, which tell a reader nothing.
const CODES: [&str; 6] = ["by", "device", "kind", "field", "part", "policy"];

/// Of the answers of a report, those that a person chose and did not write
/// (`docs/DOCUMENTS.md`). `category/…` is one as well.
const CHOSEN: [&str; 9] = [
    "relation",
    "channel",
    "account_form",
    "asked_to_stop",
    "complied",
    "reporter",
    "may_share_name_with",
    "may_contact",
    "minor",
];

/// Of the entries, those whose `value` was chosen.
const TICKED: [&str; 4] = ["chair_told", "danger", "police_wish", "withdrawal"];

/// The element whose `value` was chosen among a few, if this op says so.
fn chosen_answer(op: &chunk::Op<'_>) -> Option<chunk::OpName> {
    let chunk::Value::Text(says) = op.value else {
        return None;
    };
    let chosen = match op.key {
        Some("field") => CHOSEN.contains(&says) || says.starts_with("category/"),
        Some("kind") => TICKED.contains(&says),
        _ => false,
    };
    op.object.filter(|_| chosen)
}

/// Words cannot hide where a code belongs.
fn is_code(text: &str) -> bool {
    text.len() <= 24
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
