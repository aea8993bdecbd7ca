//! Does what a [`Session`] asks for: checks tokens, keeps changes, reads the log.
//!
//! The same for both lines; they differ only in where frames come from and go to.

use std::sync::Arc;

use safehall_core::Timestamp;
use safehall_core::access::DeviceState;
use safehall_sync::ids::{ChangeId, DocumentId};
use safehall_sync::session::{AccessToken, Input, Output, Page, Session, Transport};
use safehall_sync::wire::Envelope;
use safehall_sync::wire::frame::Kind as Frame;
use tokio::time::Instant;

use crate::clock::stored;
use crate::keep;
use crate::state::App;
use crate::store::devices::{self, Standing};
use crate::store::log::{self, Reader, Room};
use crate::store::{StoreError, erasure, rights};

/// A device that showed a good token.
#[derive(Clone, Copy)]
pub(crate) struct Guest {
    pub(crate) device: [u8; 16],
    /// When its token ends, milliseconds since 1970.
    pub(crate) until: u64,
    last_seen: u64,
    unsent: u32,
}

/// What is left to do for whoever holds the line.
pub(crate) enum Step {
    Send(Frame),
    Close,
    /// Nothing, until something happens.
    Wait,
}

/// A device's last visit is written down at most this often, in milliseconds.
const SEEN_EVERY: u64 = 60_000;

/// One conversation and everything it may reach.
pub(crate) struct Talk {
    app: Arc<App>,
    session: Session,
    pub(crate) guest: Option<Guest>,
    /// When it began, by the clock on the wall and by one that nobody can set.
    begun: (u64, Instant),
    /// What the device said it had to send, less what was judged since, and its version.
    waiting: Option<(u32, String)>,
}

impl Talk {
    pub(crate) fn new(app: Arc<App>, transport: Transport) -> Self {
        let now = app.now();
        Self {
            app,
            session: Session::new(moment(now), transport),
            guest: None,
            begun: (now, Instant::now()),
            waiting: None,
        }
    }

    /// The conversation's own time: patience must not end early, nor never,
    /// because the machine's clock was set.
    fn time(&self) -> Timestamp {
        let (wall, since) = self.begun;
        let passed = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        moment(wall.saturating_add(passed))
    }

    /// Something happened.
    pub(crate) fn handle(&mut self, input: Input) {
        self.session.handle(self.time(), input);
    }

    /// Milliseconds until the session wants to hear that time has passed.
    pub(crate) fn patience(&self) -> Option<u64> {
        let deadline = self.session.poll_timeout()?;
        Some(u64::try_from(deadline.since(self.time())).unwrap_or(0))
    }

    /// Acts until there is something to send, or nothing to do.
    pub(crate) async fn step(&mut self) -> Step {
        loop {
            let input = match self.session.poll_output() {
                None => return Step::Wait,
                Some(Output::Send(frame)) => return Step::Send(frame),
                Some(Output::Close) => return Step::Close,
                Some(Output::CheckToken { token, .. }) => self.check(&token).await,
                Some(Output::NoteDevice {
                    unsent,
                    app_version,
                }) => {
                    self.note(unsent, app_version.clone());
                    self.waiting = Some((unsent, app_version));
                    continue;
                }
                Some(Output::Judge { push_id, envelopes }) => self.judge(push_id, envelopes).await,
                Some(Output::ReadLog {
                    cursor,
                    changes,
                    bytes,
                }) => {
                    self.read(
                        &cursor,
                        Room {
                            envelopes: changes,
                            bytes,
                        },
                    )
                    .await
                }
                // The ledger of the cases that were looked at comes with the ledger.
                Some(Output::NoteOpened { .. }) => continue,
                Some(Output::NoteDropped(documents)) => {
                    self.let_go(documents);
                    continue;
                }
            };
            self.handle(input);
        }
    }

    async fn check(&mut self, token: &AccessToken) -> Input {
        let refused = Input::SignInFailed { revoked: false };
        let Some(bearer) = self.app.tokens.check(&token.0, self.app.now()) else {
            return refused;
        };
        let found = self
            .app
            .store
            .read::<_, StoreError>(move |conn| devices::find(conn, &bearer.device))
            .await;
        let device = match found {
            Ok(Some(device)) => device,
            Ok(None) => return refused,
            Err(_) => return Input::NotRead,
        };
        match device.standing {
            Standing::Pending => refused,
            Standing::Revoked => Input::SignInFailed { revoked: true },
            Standing::Active => {
                self.guest = Some(Guest {
                    device: device.id,
                    until: bearer.ends_at,
                    last_seen: device.last_seen,
                    unsent: device.unsent,
                });
                Input::SignedIn {
                    epoch: self.app.event.epoch,
                    pack_hash: self.app.event.pack_hash.to_vec(),
                    sealed: None,
                }
            }
        }
    }

    /// Nobody waits for it: it is a note for the leads and no promise.
    fn note(&mut self, unsent: u32, version: String) {
        let now = self.app.now();
        let Some(guest) = self.guest.as_mut() else {
            return;
        };
        if guest.unsent == unsent && now.saturating_sub(guest.last_seen) < SEEN_EVERY {
            return;
        }
        guest.unsent = unsent;
        guest.last_seen = now;
        let guest = *guest;
        let app = Arc::clone(&self.app);
        tokio::spawn(async move {
            let noted = app
                .store
                .write::<_, StoreError>(move |work| {
                    devices::seen(work.tx, &guest.device, unsent, &version, now)
                })
                .await;
            if noted.is_err() {
                tracing::warn!("could not note that a device was here");
            }
        });
    }

    /// The device has no copy of these any more. Nobody waits for it: what is
    /// not noted is told to be forgotten once more.
    fn let_go(&self, documents: Vec<DocumentId>) {
        let Some(Guest { device, .. }) = self.guest else {
            return;
        };
        let app = Arc::clone(&self.app);
        tokio::spawn(async move {
            let noted = app
                .store
                .write::<_, StoreError>(move |work| {
                    documents
                        .iter()
                        .try_for_each(|id| erasure::dropped(work.tx, &device, id.as_bytes()))
                })
                .await;
            if noted.is_err() {
                tracing::warn!("could not note that a device dropped documents");
            }
        });
    }

    /// A device says only at its hello how much it has to send; the leads
    /// should not read that number any longer once all of it is here.
    fn settled(&mut self, judged: usize) {
        let Some((left, version)) = self.waiting.as_mut().filter(|(left, _)| *left > 0) else {
            return;
        };
        *left = left.saturating_sub(u32::try_from(judged).unwrap_or(u32::MAX));
        if *left == 0 {
            let version = version.clone();
            self.note(0, version);
        }
    }

    async fn judge(&mut self, push_id: u32, envelopes: Vec<Envelope>) -> Input {
        let Some(guest) = self.guest else {
            return Input::NotSaved { push_id };
        };
        match keep::push(&self.app, guest.device, envelopes).await {
            Ok(outcome) => {
                self.settled(outcome.kept.len() + outcome.refused.len());
                Input::Judged {
                    push_id,
                    kept: outcome.kept.into_iter().map(ChangeId::from_bytes).collect(),
                    refused: outcome
                        .refused
                        .into_iter()
                        .map(|(id, reason)| (ChangeId::from_bytes(id), reason))
                        .collect(),
                    received_at: moment(outcome.received_at),
                }
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not keep a push"
                );
                Input::NotSaved { push_id }
            }
        }
    }

    async fn read(&self, cursor: &[u8], room: Room) -> Input {
        let Some(guest) = self.guest else {
            return Input::NotRead;
        };
        let (device, epoch, now) = (guest.device, self.app.event.epoch, self.app.now());
        let from = self
            .app
            .cursors
            .open(cursor, &epoch, &device)
            .unwrap_or_default();
        let page = self
            .app
            .store
            .read::<_, StoreError>(move |conn| {
                let subject = rights::subject(conn, &device, now)?;
                let Some(subject) =
                    subject.filter(|subject| subject.device_state == DeviceState::Active)
                else {
                    return Ok(None);
                };
                let reader = Reader {
                    subject: &subject,
                    device,
                    event: rights::event(conn, now)?,
                };
                Ok(Some(log::page(conn, &reader, from, room)?))
            })
            .await;
        let page = match page {
            Ok(Some(page)) => page,
            Ok(None) => return Input::Revoked,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not read the log"
                );
                return Input::NotRead;
            }
        };
        let Ok(cursor) = self.app.cursors.seal(page.position, &epoch, &device) else {
            return Input::NotRead;
        };
        Input::Page(Page {
            forget: page
                .forget
                .into_iter()
                .map(DocumentId::from_bytes)
                .collect(),
            changes: page
                .changes
                .into_iter()
                .map(|(envelope, at)| (envelope, moment(at)))
                .collect(),
            cursor,
            more: page.more,
        })
    }
}

fn moment(millis: u64) -> Timestamp {
    Timestamp(stored(millis))
}
