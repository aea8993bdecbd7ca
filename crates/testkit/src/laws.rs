//! The laws that hold in every conference, whatever the weather.

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::access::Scope;
use safehall_sync::document::{Element, collections, read_case};
use safehall_sync::ids::{ChangeId, DocumentId, FactId};
use safehall_sync::wire::Reason;

use crate::server::Server;
use crate::server::books::Line;
use crate::typed::Overheard;
use crate::world::{Who, World};

/// A law that did not hold. Says where, and nothing that anybody typed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Broken {
    /// Words were still on their way long after the Wi-Fi was back.
    #[error("somebody's words never reached the server")]
    NeverAtRest,
    /// Two copies of one document are not the same.
    #[error("phone {phone} and the server do not agree about {document}: {what}")]
    CopiesDisagree {
        /// Whose copy.
        phone: usize,
        /// Of which document.
        document: DocumentId,
        /// In what.
        what: &'static str,
    },
    /// A phone was told "kept", and the server's disk did not have it.
    #[error("phone {phone} was promised {change}, which is not on the server's disk")]
    PromiseBroken {
        /// Who was told.
        phone: usize,
        /// Which change.
        change: ChangeId,
    },
    /// Something that a person typed was printed.
    #[error("{lines} printed lines hold something that a person typed")]
    TypedWordsPrinted {
        /// How many.
        lines: usize,
    },
    /// A phone has a document that it must not have.
    #[error("phone {phone} holds {document}, which it may not read")]
    HeldWithoutRight {
        /// Which phone.
        phone: usize,
        /// Which document.
        document: DocumentId,
    },
    /// What was saved on a phone is nowhere.
    #[error("what phone {phone} saved in {document}, {collection} {element}, is nowhere")]
    WordsLost {
        /// Whose.
        phone: usize,
        /// In which document.
        document: DocumentId,
        /// In which collection.
        collection: String,
        /// Its id.
        element: FactId,
    },
}

/// What was said and done, for the laws to be held against.
#[derive(Default)]
pub(crate) struct Witness {
    pub(crate) overheard: Overheard,
    written: Vec<Written>,
    told_sent: BTreeSet<(usize, ChangeId)>,
    broken: Option<Broken>,
    lost_decisions: Vec<Line>,
    restores: usize,
}

struct Written {
    phone: usize,
    document: DocumentId,
    collection: String,
    element: FactId,
}

impl Witness {
    /// A phone said that these elements are saved.
    pub(crate) fn saved(
        &mut self,
        who: Who,
        document: DocumentId,
        elements: Vec<(String, FactId)>,
    ) {
        let phone = who.0;
        let written = elements.into_iter().map(|(collection, element)| Written {
            phone,
            document,
            collection,
            element,
        });
        self.written.extend(written);
    }

    pub(crate) fn told_sent(&mut self, phone: usize, ids: Vec<ChangeId>, server: &Server) {
        for change in ids {
            if !server.ever_flushed.contains(&change) {
                self.broken
                    .get_or_insert(Broken::PromiseBroken { phone, change });
            }
            self.told_sent.insert((phone, change));
        }
    }

    pub(crate) fn told_refused(&mut self, reason: Reason) {
        self.overheard.debug(&reason);
    }

    /// These lines were on the server's disk and are not any more.
    pub(crate) fn restored(&mut self, since: Vec<Line>) {
        self.restores += 1;
        self.lost_decisions
            .extend(since.into_iter().filter(|line| match line {
                Line::Revoked(_) | Line::Granted(..) | Line::Withdrawn(..) | Line::Excluded(..) => {
                    true
                }
                Line::Epoch(_) | Line::Enrolled { .. } | Line::Change(_) => false,
            }));
    }

    pub(crate) fn lost_decisions(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lost_decisions)
    }
}

/// Looks at everything, and stops at the first law that does not hold.
pub(crate) fn hold(world: &mut World) -> Result<(), Broken> {
    if let Some(broken) = world.witness.broken.clone() {
        return Err(broken);
    }
    let lines = world.witness.overheard.leaks().len() + world.server.overheard.leaks().len();
    if lines > 0 {
        return Err(Broken::TypedWordsPrinted { lines });
    }
    every_promise_was_kept(world)?;
    nobody_holds_what_they_may_not_read(world)?;
    all_copies_agree(world)?;
    nothing_written_is_missing(world)
}

fn every_promise_was_kept(world: &World) -> Result<(), Broken> {
    let witness = &world.witness;
    for (phone, change) in &witness.told_sent {
        // Whose author is gone cannot be offered again after a restore. What
        // was refused then, its author knows of: the words are in the tray, or
        // were written again, and are looked for with everything written.
        let holder = &world.phones[*phone];
        let excused = world.gone.contains(phone)
            || holder.was_refused(*change)
            || (holder.had_to_forget(*change) && only_the_server_had(world, *change));
        if !excused && !world.server.has_on_disk(*change) {
            return Err(Broken::PromiseBroken {
                phone: *phone,
                change: *change,
            });
        }
    }
    Ok(())
}

fn nobody_holds_what_they_may_not_read(world: &World) -> Result<(), Broken> {
    let now = world.now();
    for (phone, holder) in staying(world) {
        for document in holder.documents().into_keys() {
            if world
                .server
                .books
                .receives(holder.device, document, now)
                .is_none()
            {
                return Err(Broken::HeldWithoutRight { phone, document });
            }
        }
    }
    Ok(())
}

fn all_copies_agree(world: &mut World) -> Result<(), Broken> {
    let now = world.now();
    for document in world.server.documents().into_keys() {
        let Some(merged) = world.server.document(document) else {
            continue;
        };
        let view = read_case(merged.automerge());
        for phone in 0..world.phones.len() {
            let device = world.phones[phone].device;
            let whole = world.server.books.receives(device, document, now) == Some(Scope::Whole);
            if world.gone.contains(&phone) || !whole {
                continue;
            }
            let what = match world.phones[phone].document(document) {
                None => Some("it is not there"),
                Some(theirs) if theirs.heads() != merged.heads() => Some("the newest changes"),
                Some(theirs) if read_case(theirs.automerge()) != view => Some("what it reads as"),
                Some(_) => None,
            };
            if let Some(what) = what {
                return Err(Broken::CopiesDisagree {
                    phone,
                    document,
                    what,
                });
            }
        }
    }
    Ok(())
}

fn nothing_written_is_missing(world: &World) -> Result<(), Broken> {
    let mut papers = BTreeMap::new();
    for written in &world.witness.written {
        let author = &world.phones[written.phone];
        let forgotten = author.had_to_forget_element(written.element);
        let nowhere_else = forgotten.is_some_and(|change| only_the_server_had(world, change));
        if world.gone.contains(&written.phone) || nowhere_else {
            continue;
        }
        let there = papers
            .entry(written.document)
            .or_insert_with(|| everything_in(world, written.document));
        let there = there.contains(&(written.collection.clone(), written.element));
        if !there
            && !world.phones[written.phone]
                .tray()
                .contains(&written.element)
        {
            return Err(Broken::WordsLost {
                phone: written.phone,
                document: written.document,
                collection: written.collection.clone(),
                element: written.element,
            });
        }
    }
    Ok(())
}

/// Whether a change was on no phone any more when the server was restored from
/// an older copy: its author had to forget it, and nobody else had got it yet.
fn only_the_server_had(world: &World, change: ChangeId) -> bool {
    world.witness.restores > 0 && staying(world).all(|(_, phone)| !phone.holds(change))
}

/// Collection and id of every element that the server has of a document.
fn everything_in(world: &World, document: DocumentId) -> BTreeSet<(String, FactId)> {
    let Some(merged) = world.server.document(document) else {
        return BTreeSet::new();
    };
    let found = collections(merged.automerge());
    let of = |name: String, elements: Vec<Element>| {
        elements.into_iter().map(move |one| (name.clone(), one.id))
    };
    found
        .elements
        .into_iter()
        .flat_map(|(name, elements)| of(name, elements))
        .collect()
}

fn staying(world: &World) -> impl Iterator<Item = (usize, &crate::phone::Phone)> {
    world
        .phones
        .iter()
        .enumerate()
        .filter(|(index, _)| !world.gone.contains(index))
}
