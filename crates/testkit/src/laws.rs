//! The laws that hold in every conference, whatever the weather.

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::access::Scope;
use safehall_sync::document::{Element, Field, NewFact, collections, read_case};
use safehall_sync::envelope::Body;
use safehall_sync::ids::{ChangeId, DocumentId, FactId, StaffId};
use safehall_sync::wire::{Reason, frame};

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
    /// Something of a case was sent to somebody who must not know of it.
    #[error("phone {phone} was sent something of {document}, of which it must not know")]
    ToldTheExcluded {
        /// Whose phone.
        phone: usize,
        /// Which document.
        document: DocumentId,
    },
    /// What waits for a lead's word was sent to somebody.
    #[error("phone {phone} was sent {change}, which no lead has let in")]
    QuarantineOpen {
        /// Whose phone.
        phone: usize,
        /// Which change.
        change: ChangeId,
    },
    /// What a phone without access handed in is nowhere.
    #[error("{change} was handed in and is nowhere")]
    HandInLost {
        /// Which change.
        change: ChangeId,
    },
    /// What somebody wrote is not as it was, or they never wrote it.
    #[error("{element} in {document} is not what phone {phone} wrote")]
    WordsChanged {
        /// Whose.
        phone: usize,
        /// In which document.
        document: DocumentId,
        /// Which element.
        element: FactId,
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
    /// Who must not know of which case, by everybody's word so far.
    shut: BTreeSet<(DocumentId, StaffId)>,
    /// Who wrote in or was sent something of which document.
    given: BTreeSet<(DocumentId, StaffId)>,
    handed_in: Vec<ChangeId>,
}

struct Written {
    phone: usize,
    document: DocumentId,
    collection: String,
    element: FactId,
    fields: BTreeMap<String, Field>,
}

impl Witness {
    /// A phone said that these elements are saved.
    pub(crate) fn saved(
        &mut self,
        who: Who,
        document: DocumentId,
        staff: StaffId,
        facts: Vec<NewFact>,
    ) {
        let phone = who.0;
        let written = facts.into_iter().map(|fact| Written {
            phone,
            document,
            collection: fact.into,
            element: fact.id,
            fields: fact.fields,
        });
        self.written.extend(written);
        self.given.insert((document, staff));
    }

    /// A lead decided, or a birth says it.
    pub(crate) fn decided(&mut self, line: &Line) {
        match line {
            Line::Excluded(document, staff) => drop(self.shut.insert((*document, *staff))),
            Line::Lifted(document, staff) => drop(self.shut.remove(&(*document, *staff))),
            _ => {}
        }
    }

    pub(crate) fn handed_in(&mut self, changes: Vec<ChangeId>) {
        self.handed_in.extend(changes);
    }

    /// A frame leaves the server for a phone.
    pub(crate) fn watch(
        &mut self,
        phone: usize,
        staff: StaffId,
        frame: &frame::Kind,
        server: &Server,
    ) {
        let shut = |document| {
            let case = server.books.case_of(document);
            self.shut.contains(&(document, staff)) || self.shut.contains(&(case, staff))
        };
        let mut broken = None;
        match frame {
            frame::Kind::Batch(batch) => {
                for body in batch
                    .envelopes
                    .iter()
                    .filter_map(|one| Body::parse(one).ok())
                {
                    let (document, change) = (body.document, body.id);
                    if shut(document) {
                        broken = Some(Broken::ToldTheExcluded { phone, document });
                    }
                    if server.books.aside.contains_key(&change) {
                        broken = Some(Broken::QuarantineOpen { phone, change });
                    }
                    self.given.insert((document, staff));
                }
            }
            frame::Kind::Kept(kept) => {
                // From now on an author knows that the document is there.
                let ids = kept.change_ids.iter();
                let ids = ids.filter_map(|id| ChangeId::try_from(id.as_slice()).ok());
                let own = ids.filter_map(|id| server.books.whose(id));
                let own = own.filter(|(_, author)| *author == staff);
                self.given.extend(own);
            }
            frame::Kind::Forget(forget) => {
                if let Ok(document) = DocumentId::try_from(forget.document.as_slice())
                    && shut(document)
                    && !self.given.contains(&(document, staff))
                {
                    broken = Some(Broken::ToldTheExcluded { phone, document });
                }
            }
            _ => {}
        }
        if let Some(broken) = broken {
            self.broken.get_or_insert(broken);
        }
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
    pub(crate) fn restored(&mut self, since: Vec<Line>, server: &Server) {
        self.restores += 1;
        // What an older copy does not know, it cannot hold until it is said again.
        self.shut.retain(|(document, staff)| {
            let facts = server.books.facts(*document);
            facts.is_some_and(|facts| facts.excluded.contains(staff))
        });
        self.lost_decisions
            .extend(since.into_iter().filter(|line| match line {
                Line::Revoked(_)
                | Line::Granted(..)
                | Line::Withdrawn(..)
                | Line::Excluded(..)
                | Line::Lifted(..)
                | Line::Left(..) => true,
                Line::Epoch(_)
                | Line::Enrolled { .. }
                | Line::Change(_)
                | Line::Given(..)
                | Line::Shown { .. }
                | Line::Aside(..)
                | Line::Admitted(..) => false,
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
    nobody_wrote_for_somebody_else(world)?;
    every_promise_was_kept(world)?;
    nobody_holds_what_they_may_not_read(world)?;
    all_copies_agree(world)?;
    nothing_handed_in_is_missing(world)?;
    nothing_written_is_missing(world)
}

fn nothing_handed_in_is_missing(world: &World) -> Result<(), Broken> {
    let books = &world.server.books;
    let lost = world
        .witness
        .handed_in
        .iter()
        .find(|change| !books.kept.contains(change) && !books.aside.contains_key(change));
    match lost {
        // After a restore the phone that had it is empty.
        Some(change) if world.witness.restores == 0 => Err(Broken::HandInLost { change: *change }),
        _ => Ok(()),
    }
}

/// Every element that names an honest phone is, field by field, what that
/// phone saved.
fn nobody_wrote_for_somebody_else(world: &World) -> Result<(), Broken> {
    let mut written = BTreeMap::new();
    for one in &world.witness.written {
        written.insert((one.document, one.element, one.phone), one);
    }
    for document in world.server.documents().into_keys() {
        let Some(merged) = world.server.document(document) else {
            continue;
        };
        for (collection, elements) in collections(merged.automerge()).elements {
            for found in elements {
                let mut phones = world.phones.iter();
                let author = phones.position(|phone| phone.device == found.device);
                let Some(phone) = author.filter(|phone| !world.hostile.contains(phone)) else {
                    continue;
                };
                let as_written = written
                    .get(&(document, found.id, phone))
                    .is_some_and(|one| {
                        one.collection == collection
                            && one.fields == found.fields
                            && found.wrong.is_empty()
                            && found.by == world.phones[phone].staff
                    });
                if !as_written {
                    return Err(Broken::WordsChanged {
                        phone,
                        document,
                        element: found.id,
                    });
                }
            }
        }
    }
    Ok(())
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
            || world.server.books.aside.contains_key(change)
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
        let there = there.contains(&(written.collection.clone(), written.element))
            || waits_for_a_lead(world, written);
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

/// Whether an element stands in a change that was set aside.
fn waits_for_a_lead(world: &World, written: &Written) -> bool {
    let change = world.phones[written.phone].change_with(written.element);
    change.is_some_and(|change| world.server.books.aside.contains_key(&change))
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
