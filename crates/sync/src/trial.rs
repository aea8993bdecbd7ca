//! The last look before a change is kept: Automerge itself, on a copy.
//!
//! The rules of [`admission`](crate::admission) read a change without
//! Automerge, because Automerge is not safe on hostile bytes. What passes them
//! is tried here: put into a copy of its document, read, saved and loaded
//! again. Whoever asks does so where it may die: a change that our rules let
//! through and that still kills must take nothing with it.
//!
//! A [`Trial`] remembers the documents that it was asked about last, so that
//! the log of a document need not come with each question. It is a cache:
//! [`Answer::Unknown`] asks for the log, and nothing else is ever lost.

use automerge::Change;

use crate::document::Document;
use crate::ids::{DocumentId, sha256};
use crate::wire::Kind;

/// Names what stands in a document's log, in its order: equal for equal logs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Chain(pub [u8; 32]);

impl Chain {
    /// Of a document in which nothing was written yet.
    #[must_use]
    pub const fn born() -> Self {
        Self([0; 32])
    }

    /// With one more change behind the others, by Automerge's name of it.
    #[must_use]
    pub fn and(self, hash: &[u8; 32]) -> Self {
        Self(sha256(&[&self.0, hash]))
    }
}

/// Whether these changes may follow what is in the log.
pub struct Question<'a> {
    /// The document.
    pub document: DocumentId,
    /// Its kind.
    pub kind: Kind,
    /// What its log holds.
    pub base: Chain,
    /// The log itself, for somebody who may not know it.
    pub log: Option<Vec<&'a [u8]>>,
    /// One after the other.
    pub changes: Vec<&'a [u8]>,
}

/// What became of the changes on the copy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The document is not remembered in that state: ask with its log.
    Unknown,
    /// With all of them it reads, saves and loads.
    Holds,
    /// With this one, by its place, it does not; the ones before it are fine.
    Breaks(usize),
}

/// See the [module documentation](self).
pub struct Trial {
    remembered: Vec<Remembered>,
    room: usize,
}

struct Remembered {
    id: DocumentId,
    chain: Chain,
    document: Document,
    weight: usize,
}

/// What a change costs in memory beside its bytes.
const EACH: usize = 512;

impl Trial {
    /// Remembers documents of at most `room` bytes together, counted as they
    /// stand in the log, and always the last.
    #[must_use]
    pub const fn new(room: usize) -> Self {
        Self {
            remembered: Vec::new(),
            room,
        }
    }

    /// Tries the changes on a copy.
    pub fn ask(&mut self, question: &Question<'_>) -> Answer {
        let Some(base) = self.base(question) else {
            return Answer::Unknown;
        };
        let (answer, remembered) = try_on(base, &question.changes);
        self.remembered.push(remembered);
        self.make_room();
        answer
    }

    /// Takes the document out of what is remembered, or makes it from its log.
    fn base(&mut self, question: &Question<'_>) -> Option<Remembered> {
        let place = self
            .remembered
            .iter()
            .position(|known| known.id == question.document);
        let known = place.map(|place| self.remembered.remove(place));
        let fits = known
            .filter(|known| known.chain == question.base && known.document.kind() == question.kind);
        if fits.is_some() {
            return fits;
        }
        let log = question.log.as_ref()?;
        let (document, _damaged) = Document::rebuild(question.kind, log.iter().copied()).ok()?;
        Some(Remembered {
            id: question.document,
            chain: question.base,
            document,
            weight: log.iter().map(|change| change.len() + EACH).sum(),
        })
    }

    fn make_room(&mut self) {
        let mut weight: usize = self.remembered.iter().map(|known| known.weight).sum();
        while weight > self.room && self.remembered.len() > 1 {
            weight -= self.remembered.remove(0).weight;
        }
    }
}

/// The answer, and what is remembered from now on: the base, or what it became.
fn try_on(base: Remembered, changes: &[&[u8]]) -> (Answer, Remembered) {
    let mut read = Vec::with_capacity(changes.len());
    for bytes in changes {
        match Change::try_from(*bytes) {
            Ok(change) => read.push(change),
            Err(_) => return (Answer::Breaks(read.len()), base),
        }
    }
    let count = read.len();
    let chain = read
        .iter()
        .fold(base.chain, |chain, change| chain.and(&change.hash().0));
    if let Some(document) = holds(&base.document, read) {
        let weight = changes
            .iter()
            .map(|change| change.len() + EACH)
            .sum::<usize>();
        let remembered = Remembered {
            chain,
            document,
            weight: base.weight + weight,
            ..base
        };
        return (Answer::Holds, remembered);
    }
    let mut so_far = base.document.clone();
    for (place, bytes) in changes.iter().enumerate() {
        let with = Change::try_from(*bytes).ok();
        match with.and_then(|change| holds(&so_far, vec![change])) {
            Some(document) => so_far = document,
            None => return (Answer::Breaks(place), base),
        }
    }
    // Each by itself does and all at once do not: as good as the last one breaking it.
    (Answer::Breaks(count.saturating_sub(1)), base)
}

/// The document with these changes, if it reads, saves and loads as it is.
///
/// Automerge forgets a change's bytes when it saves the document, and spells
/// them anew when it loads it: of another spelling the hash would differ, and
/// with it the hash of whatever builds on it, up to a head. So no change whose
/// spelling is not Automerge's own passes here.
fn holds(base: &Document, changes: Vec<Change>) -> Option<Document> {
    let document = base.with(changes).ok()?;
    let again = document.saved_and_loaded().ok()?;
    if again.heads() != document.heads() {
        return None;
    }
    again.walk();
    Some(document)
}
