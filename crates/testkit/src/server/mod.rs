//! A pretend server: the real admission, the real session and the real rules on
//! who may do what, on a pretend disk.
//!
//! It can be switched off in the middle of anything, be restored from an older
//! copy, and be sabotaged, to see whether the laws notice.

pub(crate) mod books;
mod door;

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::StaffId;
use safehall_core::access::{Level, Roles};
use safehall_sync::admission::DocumentState;
use safehall_sync::document::Document;
use safehall_sync::ids::{ChangeId, DeviceId, DocumentId, EventId};
use safehall_sync::wire::quarantine_line::Cause;
use safehall_sync::wire::{Kind, frame};

use crate::chance::Chance;
use crate::clock::Millis;
use crate::disk::Disk;
use crate::typed::Overheard;
use books::{Books, KeptChange, Line};
use door::Conversation;

/// What to do wrong on purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sabotage {
    /// Nothing.
    None,
    /// Says "kept" before the disk said so.
    PromiseBeforeSave,
    /// Drops one change in seven after it was promised.
    LoseSome,
    /// Tells everybody everything.
    TellEverybody,
    /// Prints what it received.
    Chatter,
    /// Hands a phone only the newest change of a batch.
    HandOutLess,
    /// Forgets whom a case must not reach.
    TellExcluded,
    /// Takes whoever names a document for somebody who has it.
    BelieveNames,
    /// Hands out what waits for a lead's word.
    HandOutAside,
    /// Says that it set a change aside, and throws it away.
    DropAside,
    /// Keeps what the rules of a document refuse.
    TakeAnything,
    /// Lets anybody write in anybody's name.
    TakeAnyName,
}

/// One connection as the server knows it.
pub(crate) type LineId = (usize, u64, u32);

/// What the server does on a connection.
pub(crate) enum Said {
    /// It says this.
    Frame(LineId, Box<frame::Kind>),
    /// It hangs up.
    Closed(LineId),
}

/// See the [module documentation](self).
pub struct Server {
    pub(crate) event: EventId,
    pub(crate) disk: Disk<Line>,
    pub(crate) books: Books,
    pub(crate) up: bool,
    /// The power goes after the next commit, before anybody hears of it.
    pub(crate) cut_after_commit: bool,
    /// Every change that ever was on a disk of this server.
    pub(crate) ever_flushed: BTreeSet<ChangeId>,
    pub(crate) overheard: Overheard,
    states: BTreeMap<DocumentId, DocumentState>,
    conversations: BTreeMap<LineId, Conversation>,
    /// How long the log was when all live connections last heard of it.
    told_of: usize,
    chance: Chance,
    sabotage: Sabotage,
    /// Since when, and how many changes each device sent.
    sent: BTreeMap<DeviceId, (Millis, usize)>,
}

impl Server {
    pub(crate) fn new(event: EventId, mut chance: Chance, sabotage: Sabotage) -> Self {
        let mut server = Self {
            event,
            disk: Disk::empty(),
            books: Books::default(),
            up: true,
            cut_after_commit: false,
            ever_flushed: BTreeSet::new(),
            overheard: Overheard::default(),
            states: BTreeMap::new(),
            conversations: BTreeMap::new(),
            told_of: 0,
            chance: chance.branch("server"),
            sabotage,
            sent: BTreeMap::new(),
        };
        server.note(Line::Epoch(chance.bytes()));
        server
    }

    /// Writes down what somebody decided at the server's own terminal. Their
    /// word counts once it is on disk, so a failing disk is waited out.
    pub(crate) fn note(&mut self, line: Line) {
        if self.sabotage == Sabotage::TellExcluded && matches!(line, Line::Excluded(..)) {
            return;
        }
        self.disk.fail(false);
        if self.disk.write([line.clone()]).is_ok() && self.disk.flush().is_ok() {
            self.books.write(&line);
        }
    }

    pub(crate) fn enrol(&mut self, staff: StaffId, roles: Roles, device: DeviceId, key: Vec<u8>) {
        self.note(Line::Enrolled {
            staff,
            roles,
            device,
            key,
        });
    }

    pub(crate) fn revoke(&mut self, device: DeviceId) {
        self.note(Line::Revoked(device));
        let of_it = |conversation: &Conversation| conversation.device == Some(device);
        let closed: Vec<_> = self
            .conversations
            .iter()
            .filter(|(_, talk)| of_it(talk))
            .map(|(id, _)| *id)
            .collect();
        for id in closed {
            self.conversations.remove(&id);
        }
    }

    pub(crate) fn grant(
        &mut self,
        document: DocumentId,
        staff: StaffId,
        level: Level,
        now: Millis,
    ) {
        self.note(Line::Granted(document, books::grant(staff, level, now)));
    }

    /// Pulls the plug: what was not flushed is gone, and so is every line.
    pub(crate) fn cut_power(&mut self) {
        self.up = false;
        self.disk.cut_power();
        self.conversations.clear();
        self.cut_after_commit = false;
    }

    /// Starts again from what is on the disk.
    pub(crate) fn start(&mut self) {
        self.up = true;
        self.disk.fail(false);
        self.books = Books::read(self.disk.flushed());
        self.states.clear();
    }

    /// Starts from an older copy of the disk: the log has a new life.
    pub(crate) fn restore(&mut self, copy: Vec<Line>) {
        self.cut_power();
        self.disk = Disk::holding(copy);
        let epoch = self.chance.bytes();
        self.start();
        self.note(Line::Epoch(epoch));
    }

    pub(crate) const fn is_running(&self) -> bool {
        self.up
    }

    /// Whether a change is on the disk.
    pub(crate) fn has_on_disk(&self, id: ChangeId) -> bool {
        self.books.kept.contains(&id)
    }

    /// One document, merged from the log.
    pub(crate) fn document(&self, id: DocumentId) -> Option<Document> {
        let kept = self.books.documents.get(&id)?;
        let changes = kept
            .changes
            .iter()
            .map(|change| change.body.change.as_ref());
        Document::rebuild(kept.wire_kind, changes)
            .ok()
            .map(|(document, _)| document)
    }

    /// The documents in the log, with their kind.
    pub(crate) fn documents(&self) -> BTreeMap<DocumentId, Kind> {
        self.books
            .documents
            .iter()
            .map(|(id, paper)| (*id, paper.wire_kind))
            .collect()
    }

    /// Puts changes on the disk and says whether they are there.
    fn commit(
        &mut self,
        changes: Vec<KeptChange>,
        aside: Vec<(KeptChange, Cause)>,
        given: Vec<Line>,
    ) -> bool {
        let promised: Vec<ChangeId> = changes.iter().map(|change| change.body.id).collect();
        let mut lines = given;
        let changes = changes.into_iter();
        lines.extend(changes.map(|change| Line::Change(Box::new(change))));
        if self.sabotage != Sabotage::DropAside {
            let aside = aside.into_iter();
            lines.extend(aside.map(|(change, cause)| Line::Aside(Box::new(change), cause)));
        }
        if self.sabotage == Sabotage::LoseSome && self.chance.one_in(7) {
            lines.pop();
        }
        if self.disk.write(lines.clone()).is_err() {
            return false;
        }
        let early = self.sabotage == Sabotage::PromiseBeforeSave && self.chance.one_in(3);
        if !early {
            if self.disk.flush().is_err() {
                return false;
            }
            self.ever_flushed.extend(promised);
        }
        for line in &lines {
            self.books.write(line);
        }
        true
    }
}
