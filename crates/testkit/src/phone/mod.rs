//! A pretend phone: what the app does, without the app.
//!
//! A [`Phone`] decides and never acts. What happens to it comes in through
//! [`Phone::open_app`], [`Phone::write`], [`Phone::hear`] and their like; what
//! it wants done comes out of [`Phone::poll`]. It keeps the app's promises: a
//! fact is *saved* once the phone's disk says so, and *sent* once the server
//! does.

mod app;
mod line;
pub(crate) mod mischief;
mod store;

use std::collections::{BTreeMap, VecDeque};

use safehall_sync::document::{NewFact, Stamp};
use safehall_sync::envelope::Birth;
use safehall_sync::ids::{self, ChangeId, DeviceId, DocumentId, EventId, FactId, StaffId};
use safehall_sync::wire::{Kind, Reason, frame};

use crate::chance::Chance;
use crate::clock::{Clock, Millis};
use crate::disk::{Disk, DiskError};
use crate::keys::SigningKey;
use app::App;
use store::Page;

pub use line::Heard;

/// See the [module documentation](self).
pub struct Phone {
    /// Whose it is.
    pub staff: StaffId,
    /// Which device it is.
    pub device: DeviceId,
    pub(crate) clock: Clock,
    event: EventId,
    key: SigningKey,
    disk: Disk<Page>,
    chance: Chance,
    app: Option<App>,
    wants: VecDeque<Want>,
    lines: u64,
    tried: u32,
}

/// Something that a phone wants done.
pub enum Want {
    /// A connection for one round trip of frames, with all of them.
    Call {
        /// The phone's name for it.
        line: u64,
        /// What to send.
        frames: Vec<frame::Kind>,
    },
    /// A live connection; frames follow.
    Connect {
        /// The phone's name for it.
        line: u64,
    },
    /// A frame on the live connection.
    Say {
        /// Which.
        line: u64,
        /// What.
        frame: Box<frame::Kind>,
    },
    /// The connection is of no more use.
    HangUp {
        /// Which.
        line: u64,
    },
    /// Ask again at this time.
    Wake(Millis),
    /// The person is told that these are on the server's disk.
    ToldSent(Vec<ChangeId>),
    /// The person is told that this was not accepted.
    ToldRefused(Reason),
}

/// Why a phone could not save what was typed. It is still on the screen.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotSaved {
    /// The app is not open.
    #[error("the app is not open")]
    AppClosed,
    /// The phone has no copy of the document.
    #[error("the document is not on this phone")]
    NoSuchDocument,
    /// The phone's disk did not take it.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The facts do not fit the kind of document.
    #[error("these facts do not belong there")]
    DoesNotFit,
}

impl Phone {
    /// A phone that was just enrolled, with the app closed.
    #[must_use]
    pub fn enrolled(staff: StaffId, event: EventId, clock: Clock, mut chance: Chance) -> Self {
        let key = SigningKey::drawn(&mut chance);
        Self {
            staff,
            device: ids::device_of(&key.public()),
            clock,
            event,
            key,
            disk: Disk::empty(),
            chance,
            app: None,
            wants: VecDeque::new(),
            lines: 0,
            tried: 0,
        }
    }

    /// The public half of its signing key.
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        self.key.public()
    }

    /// Starts the app from what is on the disk.
    pub fn open_app(&mut self, now: Millis) {
        if self.app.is_none() {
            self.app = Some(App::start(self.disk.flushed()));
            self.tried = 0;
            self.wants.push_back(Want::Wake(now));
        }
    }

    /// The system kills the app, in the middle of whatever it did.
    pub fn kill_app(&mut self) {
        self.app = None;
        self.wants.clear();
        self.disk.cut_power();
    }

    /// Whether the app is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.app.is_some()
    }

    /// From now on the disk has room for so much more.
    pub fn leave_room_for(&mut self, pages: Option<usize>) {
        self.disk.leave_room_for(pages);
    }

    /// A random id, as the app draws them.
    pub fn new_id(&mut self) -> FactId {
        FactId::from_bytes(*self.chance.id().as_bytes())
    }

    /// Saves facts in one change. After `Ok` they survive a power cut.
    ///
    /// # Errors
    /// See [`NotSaved`]; then nothing of it is in the document.
    pub fn write(
        &mut self,
        now: Millis,
        document: DocumentId,
        kind: Kind,
        birth: Option<Birth>,
        facts: Vec<NewFact>,
    ) -> Result<(), NotSaved> {
        let at = i64::try_from(self.clock.shows(now)).unwrap_or(i64::MAX);
        let stamp = Stamp {
            by: self.staff,
            device: self.device,
            at,
            clock_off: None,
        };
        let saved = self
            .compose(document, kind, birth, stamp, facts)
            .and_then(|page| self.save(page));
        if let Err(why) = saved {
            self.put_away(document);
            return Err(why);
        }
        self.wants.push_back(Want::Wake(now));
        Ok(())
    }

    /// The next thing that the phone wants, oldest first.
    pub fn poll(&mut self) -> Option<Want> {
        self.wants.pop_front()
    }

    /// The documents that the phone holds, with their kind.
    #[must_use]
    pub fn documents(&self) -> BTreeMap<DocumentId, Kind> {
        self.app.as_ref().map(App::documents).unwrap_or_default()
    }

    /// How many changes only this phone has, as far as it knows.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.app.as_ref().map_or(0, |app| app.desk.unsent.len())
    }

    /// Whether a change of this phone's was refused: it is in the tray, or its
    /// facts were written again in another one.
    #[must_use]
    pub fn was_refused(&self, change: ChangeId) -> bool {
        self.app
            .as_ref()
            .is_some_and(|app| app.desk.tray.contains_key(&change))
    }

    /// Whether a change that was written here had to be forgotten: a reporter's
    /// name once the server has it, or a case that its author may not see now.
    #[must_use]
    pub fn had_to_forget(&self, change: ChangeId) -> bool {
        let written = |page: &Page| matches!(page, Page::Wrote(held, ..) if held.id == change);
        !self.holds(change) && self.disk.flushed().iter().any(written)
    }

    /// The same for a change that wrote this element.
    #[must_use]
    pub fn had_to_forget_element(&self, element: FactId) -> Option<ChangeId> {
        let wrote = self.disk.flushed().iter().find_map(|page| match page {
            Page::Wrote(held, _, facts) if facts.iter().any(|fact| fact.id == element) => {
                Some(held.id)
            }
            _ => None,
        });
        wrote.filter(|change| !self.holds(*change))
    }

    /// The change in which this phone wrote an element.
    pub(crate) fn change_with(&self, element: FactId) -> Option<ChangeId> {
        self.disk
            .flushed()
            .iter()
            .rev()
            .find_map(|page| match page {
                Page::Wrote(held, _, facts) if facts.iter().any(|fact| fact.id == element) => {
                    Some(held.id)
                }
                _ => None,
            })
    }

    /// Whether a change is on this phone.
    #[must_use]
    pub fn holds(&self, change: ChangeId) -> bool {
        self.app.as_ref().is_some_and(|app| app.desk.knows(change))
    }

    /// Ids of the elements that lie in the tray.
    #[must_use]
    pub fn tray(&self) -> Vec<FactId> {
        self.app.as_ref().map(App::tray).unwrap_or_default()
    }

    fn save(&mut self, page: Page) -> Result<(), NotSaved> {
        self.disk.write([page.clone()])?;
        self.disk.flush()?;
        if let Some(app) = &mut self.app {
            app.desk.turn(&page);
        }
        Ok(())
    }
}
