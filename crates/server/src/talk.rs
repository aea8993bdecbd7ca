//! Does what a [`Session`] asks for: checks tokens, keeps changes, reads the log.
//!
//! The same for both lines; they differ only in where frames come from and go to.

use std::collections::BTreeSet;
use std::sync::Arc;

use safehall_core::Timestamp;
use safehall_core::access::{DeviceState, ReadEventLedger};
use safehall_sync::ids::{ChangeId, DocumentId};
use safehall_sync::session::{AccessToken, Input, Output, Page, Sealed, Session, Transport};
use safehall_sync::wire::Envelope;
use safehall_sync::wire::frame::Kind as Frame;
use tokio::time::Instant;

use crate::clock::stored;
use crate::keep;
use crate::ledger::Counted;
use crate::state::App;
use crate::store::devices::{self, Standing};
use crate::store::ledger::held::{self, Holder};
use crate::store::ledger::seals;
use crate::store::log::{self, Reader, Room};
use crate::store::{Book, StoreError, events, rights};

/// A device that showed a good token.
#[derive(Clone, Copy)]
pub(crate) struct Guest {
    pub(crate) device: [u8; 16],
    staff: [u8; 16],
    /// When its token ends, milliseconds since 1970.
    pub(crate) until: u64,
    last_seen: u64,
    unsent: u32,
}

impl Guest {
    const fn holder(self) -> Holder {
        Holder {
            staff: self.staff,
            device: self.device,
        }
    }
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
    /// Documents that the ledger is known to have noted as given to the device.
    given: BTreeSet<[u8; 16]>,
    transport: Transport,
    /// What it said of documents and is not noted yet. In a call all of it is noted
    /// at once: a phone has a frame for each, and a flush to disk for each would
    /// hold up everybody.
    looks: Vec<Look>,
}

/// What became of a document on the device.
enum Look {
    Opened(DocumentId, Timestamp),
    Dropped(Vec<DocumentId>),
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
            given: BTreeSet::new(),
            transport,
            looks: Vec::new(),
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
                Some(Output::CheckToken { token, sealed }) => self.check(&token, sealed).await,
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
                }) => match self.note_looks().await {
                    Ok(()) => {
                        let room = Room {
                            envelopes: changes,
                            bytes,
                        };
                        self.read(&cursor, room).await
                    }
                    Err(_) => Input::NotRead,
                },
                Some(Output::NoteOpened { document, at }) => {
                    match self.looked(Look::Opened(document, at)).await {
                        Ok(()) => continue,
                        // The device tells it again where it is not answered.
                        Err(_) => Input::NotRead,
                    }
                }
                Some(Output::NoteDropped(documents)) => {
                    match self.looked(Look::Dropped(documents)).await {
                        Ok(()) => continue,
                        Err(_) => Input::NotRead,
                    }
                }
            };
            self.handle(input);
        }
    }

    async fn check(&mut self, token: &AccessToken, sealed: u64) -> Input {
        let refused = Input::SignInFailed { revoked: false };
        let Some(bearer) = self.app.tokens.check(&token.0, self.app.now()) else {
            return refused;
        };
        let now = self.app.now();
        let found = self
            .app
            .store
            .read::<_, StoreError>(move |conn| {
                let device = devices::find(conn, &bearer.device)?;
                let seal = seal_for(conn, &bearer.device, sealed, now)?;
                Ok((device, seal, events::present(conn)?.pack))
            })
            .await;
        let (device, seal, pack) = match found {
            Ok((Some(device), seal, pack)) => (device, seal, pack),
            Ok((None, ..)) => return refused,
            Err(_) => return Input::NotRead,
        };
        match device.standing {
            Standing::Pending => refused,
            Standing::Revoked => Input::SignInFailed { revoked: true },
            Standing::Active => {
                self.guest = Some(Guest {
                    device: device.id,
                    staff: device.staff,
                    until: bearer.ends_at,
                    last_seen: device.last_seen,
                    unsent: device.unsent,
                });
                Input::SignedIn {
                    epoch: self.app.event.epoch,
                    pack_hash: self.app.carry.pack_hash(&pack).to_vec(),
                    sealed: seal.map(|seal| Sealed {
                        checkpoint: self.app.signet.checkpoint(seal.size, &seal.head),
                        covers: seal.covers.iter().map(|cover| cover.to_vec()).collect(),
                    }),
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

    async fn looked(&mut self, look: Look) -> Result<(), StoreError> {
        self.looks.push(look);
        match self.transport {
            // Before the log is read: nothing is answered until it is on disk.
            Transport::Call => Ok(()),
            Transport::Live => self.note_looks().await,
        }
    }

    /// Notes in one piece what the device said of documents.
    async fn note_looks(&mut self) -> Result<(), StoreError> {
        let mut looks = std::mem::take(&mut self.looks);
        let Some(on) = self.guest.map(Guest::holder) else {
            return Ok(());
        };
        let now = self.app.now();
        let counted = Counted::Opened(on.device);
        let mut opened = 0;
        looks.retain(|look| match look {
            Look::Opened(..) => {
                let noted = self.app.once.one_more(counted, now);
                opened += u32::from(noted);
                noted
            }
            Look::Dropped(documents) => {
                for document in documents {
                    self.given.remove(document.as_bytes());
                }
                true
            }
        });
        let noted = self.write_looks(on, looks, now).await;
        if noted.is_err() {
            for _ in 0..opened {
                self.app.once.take_back(counted);
            }
        }
        noted
    }

    async fn write_looks(
        &self,
        on: Holder,
        mut looks: Vec<Look>,
        now: u64,
    ) -> Result<(), StoreError> {
        if looks.iter().any(|look| matches!(look, Look::Dropped(_))) {
            // There is one writer for everybody: what the device never had does not get to it, nor the same twice.
            let mut had = self
                .app
                .store
                .read::<_, StoreError>(move |conn| held::on(conn, &on.device))
                .await?;
            looks.retain_mut(|look| match look {
                Look::Opened(..) => true,
                Look::Dropped(documents) => {
                    documents.retain(|document| had.remove(document.as_bytes()));
                    !documents.is_empty()
                }
            });
        }
        if looks.is_empty() {
            return Ok(());
        }
        self.app
            .store
            .write(move |work| {
                looks.iter().try_for_each(|look| match look {
                    Look::Opened(document, at) => {
                        let at = u64::try_from(at.0).unwrap_or_default();
                        held::open(work.tx, on, document.as_bytes(), at, now)
                    }
                    Look::Dropped(documents) => documents
                        .iter()
                        .try_for_each(|document| held::drop(work.tx, on, document.as_bytes(), now)),
                })
            })
            .await
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
                    earlier: outcome.earlier,
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

    /// Who was given what is on disk before the first byte leaves.
    async fn give(
        &mut self,
        to: Holder,
        page: log::Page,
        fresh: Vec<[u8; 16]>,
    ) -> Result<log::Page, StoreError> {
        if !fresh.is_empty() {
            let now = self.app.now();
            self.app
                .store
                .write(move |work| held::give(work.tx, to, &fresh, now))
                .await?;
        }
        self.given.extend(&page.documents);
        Ok(page)
    }

    async fn read(&mut self, cursor: &[u8], room: Room) -> Input {
        let Some(guest) = self.guest else {
            return Input::NotRead;
        };
        let (device, epoch, now) = (guest.device, self.app.event.epoch, self.app.now());
        let from = self.app.cursors.open(cursor, &epoch, &device);
        let given = self.given.clone();
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
                let page = log::page(conn, &reader, from, room)?;
                let new = page.documents.difference(&given).copied();
                let fresh = held::not_held(conn, &device, new)?;
                Ok(Some((page, fresh)))
            })
            .await;
        let page = match page {
            Ok(Some((page, fresh))) => self.give(guest.holder(), page, fresh).await,
            Ok(None) => return Input::Revoked,
            Err(error) => Err(error),
        };
        let page = match page {
            Ok(page) => page,
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

/// What a device keeps of the ledger, if it is a lead's.
fn seal_for(
    conn: &Book<'_>,
    device: &[u8; 16],
    kept: u64,
    now: u64,
) -> Result<Option<seals::Shown>, StoreError> {
    let Some(subject) = rights::subject(conn, device, now)? else {
        return Ok(None);
    };
    match rights::ask::<ReadEventLedger>(conn, &subject, now, None, None)? {
        Ok(_) => seals::after(conn, kept),
        Err(_) => Ok(None),
    }
}

fn moment(millis: u64) -> Timestamp {
    Timestamp(stored(millis))
}
