//! One conversation between the server and one device.
//!
//! A [`Session`] decides and never acts: frames, checked tokens, saved and
//! unsaved pushes and the passing of time come in through [`Session::handle`];
//! what should be done about them comes out of [`Session::poll_output`]. It
//! holds no socket, no clock and no database, so a test can play a week of bad
//! Wi-Fi in a millisecond. The same session stands behind `POST /v1/sync`
//! ([`Transport::Call`]) and `GET /v1/live` ([`Transport::Live`]).
//!
//! # Driving a session
//!
//! After every `handle`, drain `poll_output` until it is `None`, then wait for
//! the next input or for [`Session::poll_timeout`], whichever is first. After
//! [`Output::Close`] nothing comes any more. A call is told with
//! [`Input::End`] that the device said everything.
//!
//! # The promise
//!
//! A device may forget a change once it heard `Kept`, so a session says so
//! only for changes that [`Input::Judged`] named as kept, and `Judged` may be
//! given only after they are on disk. A failed save is an input like any other:
//! the device is told, and keeps its copy.
//!
//! Nothing is sent when there is nothing to see. That somebody else wrote
//! something must not show, not even as an empty frame.

mod reading;
#[cfg(test)]
mod tests;
mod turn;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use safehall_core::Timestamp;

use crate::frame::FrameError;
use crate::ids::{ChangeId, DocumentId};
use crate::wire::{self, Earlier, Envelope, Leaving, Reason, frame::Kind};
use reading::Reading;

/// How often both ends ping on a live connection.
pub const PING_MILLIS: i64 = 10_000;
/// How long a live connection may be silent before it counts as dead.
pub const SILENCE_MILLIS: i64 = 30_000;
/// How long a device may take to say hello.
pub const HELLO_MILLIS: i64 = 3_000;
/// How many pushes may wait for their answer on a live connection.
pub const PUSHES_AT_ONCE: usize = 8;
/// How many frames a device may send on a live connection within 10 seconds.
pub const FRAMES_IN_TEN_SECONDS: u32 = 200;
/// How many bytes of changes the answer to a call carries before it says `more`.
pub const CALL_BUDGET: usize = 1_048_576;
/// How long a device that was too fast is asked to wait.
const TOO_FAST_SECONDS: u32 = 30;
/// How long a device is asked to wait when the log cannot be read.
const NOT_READ_SECONDS: u32 = 5;

/// What the conversation runs over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transport {
    /// One request and one answer, each a sequence of frames.
    Call,
    /// A connection that stays.
    Live,
}

/// Something that happened outside.
#[derive(Clone, Debug)]
pub enum Input {
    /// The device said this.
    Frame(Kind),
    /// The device sent bytes that are no frame.
    Unreadable(FrameError),
    /// The device said everything, or hung up.
    End,
    /// The token is good, and whose device it is was noted.
    SignedIn {
        /// The name of the log's life.
        epoch: [u8; 16],
        /// SHA-256 of the event pack, or empty.
        pack_hash: Vec<u8>,
        /// What the ledger was sealed with, for a lead's device.
        sealed: Option<Sealed>,
    },
    /// The token is not good.
    SignInFailed {
        /// The device has no access any more; a new token would not help.
        revoked: bool,
    },
    /// Every change of the push was decided on, and the kept ones are on disk.
    Judged {
        /// As in [`Output::Judge`].
        push_id: u32,
        /// On disk now, or since an earlier push.
        kept: Vec<ChangeId>,
        /// Not taken, and why.
        refused: Vec<(ChangeId, Reason)>,
        /// When, by the server's clock.
        received_at: Timestamp,
        /// Of the kept ones, those that another device had carried here before.
        earlier: Vec<Earlier>,
    },
    /// The push could not be written down. Nothing of it is on disk.
    NotSaved {
        /// As in [`Output::Judge`].
        push_id: u32,
    },
    /// The answer to [`Output::ReadLog`].
    Page(Page),
    /// The log could not be read.
    NotRead,
    /// There may be something new in the log for this device.
    News,
    /// The device lost its access.
    Revoked,
    /// The server stops.
    GoingDown {
        /// When to come back.
        retry_after_seconds: u32,
    },
    /// [`Session::poll_timeout`] has come.
    TimePassed,
}

/// A stretch of the log as one device may see it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Documents that the device has to remove, before it takes the rest in.
    pub forget: Vec<DocumentId>,
    /// Changes in the order of the log, with the moment of their receipt.
    pub changes: Vec<(Envelope, Timestamp)>,
    /// Where the page ends, sealed for the device.
    pub cursor: Vec<u8>,
    /// There is another page behind it.
    pub more: bool,
}

/// A checkpoint, and what leads to it from the one that the device keeps.
#[derive(Clone, Debug, Default)]
pub struct Sealed {
    /// Signed by the server.
    pub checkpoint: wire::Checkpoint,
    /// Of each seal in between, 32 bytes.
    pub covers: Vec<Vec<u8>>,
}

/// Something to do outside.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Check the token; answer with `SignedIn` or `SignInFailed`.
    CheckToken {
        /// As the device says.
        token: AccessToken,
        /// The size of the checkpoint that the device keeps; 0: none.
        sealed: u64,
    },
    /// Note what the device said of itself. Comes after `SignedIn`.
    NoteDevice {
        /// How many changes it holds alone.
        unsent: u32,
        /// Its app's version.
        app_version: String,
    },
    /// Decide on these and write the good ones down; answer with `Judged` or
    /// `NotSaved`. No change comes twice in it.
    Judge {
        /// Names the push in the answer.
        push_id: u32,
        /// As the device wrote them, oldest first.
        envelopes: Vec<Envelope>,
    },
    /// Read the log behind this cursor; answer with `Page` or `NotRead`.
    ReadLog {
        /// As in the last `Page`, or as the device said it; empty: from the start.
        cursor: Vec<u8>,
        /// At most so many changes.
        changes: usize,
        /// At most so many bytes, as [`size_in_frame`](crate::frame::size_in_frame)
        /// counts them; one change always fits.
        bytes: usize,
    },
    /// A person looked at this document on the device.
    NoteOpened {
        /// Which.
        document: DocumentId,
        /// When, by the device's clock.
        at: Timestamp,
    },
    /// These documents are not on the device any more.
    NoteDropped(Vec<DocumentId>),
    /// Send this to the device.
    Send(Kind),
    /// Hang up. Nothing comes after it.
    Close,
}

/// An access token, which must not be printed.
#[derive(Clone, Eq, PartialEq)]
pub struct AccessToken(pub String);

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// See the [module documentation](self).
#[derive(Debug)]
pub struct Session {
    transport: Transport,
    phase: Phase,
    outbox: VecDeque<Output>,
}

#[derive(Debug)]
enum Phase {
    /// Connected, silent, not trusted.
    Greeting { deadline: Timestamp },
    /// Said hello; somebody checks the token. What it says meanwhile waits.
    Checking {
        hello: wire::Hello,
        said: Vec<Kind>,
        ended: bool,
    },
    /// Welcome.
    Talking(Talk),
    /// Hung up; further inputs are ignored.
    Closed,
}

#[derive(Debug)]
struct Talk {
    /// Pushes that wait for their answer, with the changes in them.
    judging: BTreeMap<u32, BTreeSet<ChangeId>>,
    reading: Reading,
    /// The device said everything that it has to say.
    ended: bool,
    heard_at: Timestamp,
    ping_at: Timestamp,
    window_since: Timestamp,
    frames_in_window: u32,
}

impl Session {
    /// A session with a device that has just connected and said nothing yet.
    #[must_use]
    pub const fn new(now: Timestamp, transport: Transport) -> Self {
        Self {
            transport,
            phase: Phase::Greeting {
                deadline: now.plus(HELLO_MILLIS),
            },
            outbox: VecDeque::new(),
        }
    }

    /// Takes in one thing that happened. Never fails: what the device did wrong
    /// comes out as a farewell and [`Output::Close`].
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        match input {
            Input::Frame(frame) => self.hear(now, frame),
            Input::Unreadable(error) => self.leave(error.leaving(), 0),
            Input::End => self.end(),
            Input::SignedIn {
                epoch,
                pack_hash,
                sealed,
            } => self.welcome(now, epoch, pack_hash, sealed),
            Input::SignInFailed { revoked } => {
                self.leave(
                    if revoked {
                        Leaving::Revoked
                    } else {
                        Leaving::SignIn
                    },
                    0,
                );
            }
            Input::Judged {
                push_id,
                kept,
                refused,
                received_at,
                earlier,
            } => {
                self.answer(push_id, &kept, &refused, received_at, earlier);
            }
            Input::NotSaved { push_id } => self.answer(push_id, &[], &[], now, Vec::new()),
            Input::Page(page) => self.take_page(page),
            Input::NotRead => self.leave(Leaving::GoingDown, NOT_READ_SECONDS),
            Input::News => self.news(),
            Input::Revoked => self.leave(Leaving::Revoked, 0),
            Input::GoingDown {
                retry_after_seconds,
            } => self.leave(Leaving::GoingDown, retry_after_seconds),
            Input::TimePassed => self.time_passed(now),
        }
    }

    /// The next thing to do, oldest first.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outbox.pop_front()
    }

    /// When to call [`Session::handle`] with [`Input::TimePassed`], if ever.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        match (&self.phase, self.transport) {
            (Phase::Greeting { deadline }, _) => Some(*deadline),
            (Phase::Talking(talk), Transport::Live) => {
                Some(talk.ping_at.min(talk.heard_at.plus(SILENCE_MILLIS)))
            }
            (Phase::Talking(_), Transport::Call) | (Phase::Checking { .. } | Phase::Closed, _) => {
                None
            }
        }
    }

    fn send(&mut self, frame: Kind) {
        self.outbox.push_back(Output::Send(frame));
    }

    fn leave(&mut self, reason: Leaving, retry_after_seconds: u32) {
        if !matches!(self.phase, Phase::Closed) {
            self.send(Kind::Farewell(wire::Farewell {
                reason: reason.into(),
                retry_after_seconds,
            }));
            self.close();
        }
    }

    fn close(&mut self) {
        self.phase = Phase::Closed;
        self.outbox.push_back(Output::Close);
    }
}
