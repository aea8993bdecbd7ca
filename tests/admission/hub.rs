//! The log of one document, and the phones around it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use safehall_sync::admission::{Admitted, DocumentState, in_ones_own_name};
use safehall_sync::document::{Collections, Document, collections};
use safehall_sync::envelope::Body;
use safehall_sync::ids::{ChangeId, DeviceId, DocumentId, EventId, StaffId};
use safehall_sync::trial::{Answer, Chain, Question, Trial};
use safehall_sync::wire::{Kind, Reason};
use safehall_testkit::chance::Chance;

use super::pen::Pen;

pub(crate) struct Hub {
    pub(crate) kind: Kind,
    pub(crate) log: Vec<(DeviceId, Vec<u8>)>,
    state: DocumentState,
    trial: Trial,
    chain: Chain,
    /// How many changes killed the trial.
    pub(crate) contained: u64,
}

impl Hub {
    pub(crate) fn born(kind: Kind) -> Self {
        Self {
            kind,
            log: Vec::new(),
            state: DocumentState::born(kind),
            trial: Trial::new(0),
            chain: Chain::born(),
            contained: 0,
        }
    }

    /// What the server does with a change that passed the door.
    pub(crate) fn push(&mut self, from: &Author, change: &[u8]) -> Result<Admitted, Reason> {
        let body = Body {
            id: ChangeId::from_bytes([0; 32]),
            event: EventId::from_bytes([1; 16]),
            document: DocumentId::from_bytes([2; 16]),
            kind: self.kind,
            device: from.device,
            change: change.to_vec().into(),
            birth: None,
        };
        in_ones_own_name(&body, from.staff)?;
        let mut state = self.state.clone();
        let admitted = state.admit(&body)?;
        if !self.holds(change) {
            return Err(Reason::Malformed);
        }
        self.state = state;
        self.chain = self.chain.and(&admitted.hash);
        self.log.push((from.device, change.to_vec()));
        Ok(admitted)
    }

    /// Whether the trial takes it. A panic kills the worker, and no more.
    fn holds(&mut self, change: &[u8]) -> bool {
        let tried = catch_unwind(AssertUnwindSafe(|| {
            self.trial.ask(&Question {
                document: DocumentId::from_bytes([2; 16]),
                kind: self.kind,
                base: self.chain,
                log: Some(
                    self.log
                        .iter()
                        .map(|(_, change)| change.as_slice())
                        .collect(),
                ),
                changes: vec![change],
            })
        }));
        match tried {
            Ok(answer) => answer == Answer::Holds,
            Err(_killed) => {
                self.contained += 1;
                self.trial = Trial::new(0);
                false
            }
        }
    }

    /// Forgets the last change that was kept.
    pub(crate) fn take_back(&mut self) {
        self.log.pop();
        let kept = self
            .log
            .iter()
            .map(|(device, change)| (*device, change.as_slice()));
        self.state = DocumentState::rebuild(self.kind, kept);
        self.chain = self.log.iter().fold(Chain::born(), |chain, (_, change)| {
            let change = automerge::Change::try_from(change.as_slice()).expect("kept");
            chain.and(&change.hash().0)
        });
    }

    /// The document that the log makes, whole.
    pub(crate) fn document(&self) -> Document {
        let changes = self.log.iter().map(|(_, change)| change.as_slice());
        let (document, damaged) = Document::rebuild(self.kind, changes).expect("of a kind");
        assert!(damaged.is_empty(), "something kept cannot be applied");
        document
    }

    /// Saves and loads it: nobody could open it otherwise, some day.
    pub(crate) fn reads_after_a_save(&self) -> Collections {
        let document = self.document();
        let loaded = automerge::Automerge::load(&document.save()).expect("it loads again");
        let mut heads: Vec<_> = loaded.get_heads().iter().map(|head| head.0).collect();
        heads.sort_unstable();
        assert_eq!(heads, document.heads(), "another document was loaded");
        let found = collections(&loaded);
        assert!(
            found == collections(document.automerge()),
            "it reads otherwise"
        );
        found
    }
}

/// Who writes, and with which device.
#[derive(Clone, Copy)]
pub(crate) struct Author {
    pub(crate) staff: StaffId,
    pub(crate) device: DeviceId,
}

impl Author {
    pub(crate) fn drawn(chance: &mut Chance) -> Self {
        Self {
            staff: StaffId::from_bytes(*chance.id().as_bytes()),
            device: DeviceId::from_bytes(*chance.id().as_bytes()),
        }
    }
}

/// A phone with one document on it.
pub(crate) struct Phone {
    pub(crate) author: Author,
    pub(crate) pen: Pen,
    pub(crate) unsent: Vec<Vec<u8>>,
    read: usize,
}

impl Phone {
    pub(crate) fn new(hub: &Hub, author: Author, chance: &mut Chance) -> Self {
        Self {
            author,
            pen: Pen::drawn(hub.kind, author.device, chance),
            unsent: Vec::new(),
            read: 0,
        }
    }

    /// Takes in what the log has, up to some place.
    pub(crate) fn read_to(&mut self, hub: &Hub, place: usize) {
        let news = hub.log.get(self.read..place).unwrap_or_default();
        for (_, change) in news {
            self.pen.apply(change);
        }
        self.read = self.read.max(place);
    }

    pub(crate) fn read_all(&mut self, hub: &Hub) {
        self.read_to(hub, hub.log.len());
    }

    pub(crate) fn write(&mut self, kind: Kind, chance: &mut Chance) {
        let change = self.pen.write(kind, self.author, chance);
        self.unsent.push(change);
    }
}
