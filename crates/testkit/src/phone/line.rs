//! A phone's line to the server: when it tries, what it says, what it makes of
//! the answer.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use safehall_sync::ids::{ChangeId, DocumentId};
use safehall_sync::wire::{self, Reason, frame};

use super::store::{Held, Page};
use super::{Phone, Want};
use crate::clock::Millis;

/// How the phone stands with the server.
pub(super) enum Line {
    /// No connection; the next try.
    Idle { again_at: Millis },
    /// One round trip is under way.
    Calling { line: u64, until: Millis },
    /// A live connection, greeted or not.
    Live {
        line: u64,
        greeted: bool,
        heard_at: Millis,
        offered: BTreeSet<ChangeId>,
        pushes: u32,
    },
}

/// What reaches a phone over a line.
pub enum Heard {
    /// A frame.
    Frame(Box<frame::Kind>),
    /// Bytes that are no frame, a captive portal, or a line that broke.
    Broken,
    /// The answer to a call is complete.
    End,
}

const CALL_PATIENCE: Millis = 20_000;
const PING_EVERY: Millis = 10_000;
const SILENCE: Millis = 30_000;
const LOOK_EVERY: Millis = 30_000;
const PUSH_BYTES: usize = 250 * 1024;
const PUSH_CHANGES: usize = 100;

impl Phone {
    /// Time has passed, or something was written: does what is due.
    pub fn wake(&mut self, now: Millis) {
        let Some(app) = &mut self.app else { return };
        match &app.line {
            Line::Idle { again_at } if *again_at > now => {
                let at = *again_at;
                if app.desk.unsent.is_empty() || self.tried > 0 {
                    self.wants.push_back(Want::Wake(at));
                } else {
                    self.begin(now);
                }
            }
            Line::Idle { .. } => self.begin(now),
            Line::Calling { line, until } => {
                let (line, until) = (*line, *until);
                if until <= now {
                    self.give_up(now, line, 0);
                } else {
                    self.wants.push_back(Want::Wake(until));
                }
            }
            Line::Live { line, heard_at, .. } => {
                let (line, heard_at) = (*line, *heard_at);
                if heard_at + SILENCE <= now {
                    self.give_up(now, line, 0);
                } else {
                    self.offer(line);
                    if heard_at + PING_EVERY <= now {
                        self.say(line, frame::Kind::Ping(wire::Ping {}));
                    }
                    self.wants.push_back(Want::Wake(now + PING_EVERY));
                }
            }
        }
    }

    /// Something came over a line. What comes over a line that was given up is
    /// not listened to.
    pub fn hear(&mut self, now: Millis, line: u64, heard: Heard) {
        let Some(app) = &mut self.app else { return };
        match &mut app.line {
            Line::Calling { line: open, .. } if *open == line => {}
            Line::Live {
                line: open,
                heard_at,
                ..
            } if *open == line => *heard_at = now,
            _ => return,
        }
        match heard {
            Heard::Broken => self.give_up(now, line, 0),
            Heard::End => {
                if matches!(
                    self.app.as_ref().map(|app| &app.line),
                    Some(Line::Calling { .. })
                ) {
                    self.tried = 0;
                    let more = self
                        .app
                        .as_ref()
                        .is_some_and(|app| !app.desk.unsent.is_empty());
                    self.idle(now, if more { 1_000 } else { LOOK_EVERY });
                } else {
                    self.give_up(now, line, 0);
                }
            }
            Heard::Frame(frame) => self.take(now, line, *frame),
        }
    }

    fn take(&mut self, now: Millis, line: u64, frame: frame::Kind) {
        match frame {
            frame::Kind::Welcome(welcome) => self.welcomed(now, line, welcome),
            frame::Kind::Kept(kept) => {
                let ids = kept
                    .change_ids
                    .iter()
                    .filter_map(|id| ChangeId::try_from(id.as_slice()).ok())
                    .collect::<Vec<_>>();
                if self.save(Page::Kept(ids.clone(), kept.received_at)).is_ok() {
                    self.wants.push_back(Want::ToldSent(ids));
                }
            }
            frame::Kind::Refused(refused) => {
                for refusal in refused.refusals {
                    if let Ok(id) = ChangeId::try_from(refusal.change_id.as_slice()) {
                        self.refused(id, refusal.reason());
                    }
                }
            }
            frame::Kind::Batch(batch) => self.batch(now, line, batch),
            frame::Kind::Forget(forget) => {
                if let Ok(document) = DocumentId::try_from(forget.document.as_slice()) {
                    self.forget(document);
                }
            }
            frame::Kind::Ping(_) => self.say(line, frame::Kind::Pong(wire::Pong {})),
            frame::Kind::Pong(_) => {}
            frame::Kind::Farewell(farewell) => {
                self.give_up(now, line, farewell.retry_after_seconds)
            }
            frame::Kind::Hello(_)
            | frame::Kind::Push(_)
            | frame::Kind::Opened(_)
            | frame::Kind::Dropped(_)
            | frame::Kind::Goodbye(_) => {
                self.give_up(now, line, 0);
            }
        }
    }

    fn welcomed(&mut self, now: Millis, line: u64, welcome: wire::Welcome) {
        let known = self
            .app
            .as_ref()
            .is_some_and(|app| app.desk.epoch == welcome.epoch);
        if !known && self.save(Page::NewEpoch(welcome.epoch)).is_err() {
            return self.give_up(now, line, 0);
        }
        if let Some(app) = &mut self.app
            && let Line::Live {
                greeted, offered, ..
            } = &mut app.line
        {
            *greeted = true;
            offered.clear();
            self.tried = 0;
            self.offer(line);
        }
    }

    fn refused(&mut self, id: ChangeId, reason: Reason) {
        let Some(app) = &mut self.app else { return };
        let Some(held) = app.desk.unsent.iter().find(|held| held.id == id).cloned() else {
            return;
        };
        let own = app.desk.facts.contains_key(&id);
        match reason {
            Reason::Quota | Reason::NotSaved => {
                if let Line::Live { offered, .. } = &mut app.line {
                    offered.remove(&id);
                }
            }
            // Somebody else's, offered after a restore: what the log does not take
            // must not stay in the document, or nothing on top of it is taken.
            _ if !own => {
                if self.save(Page::Refused(id, reason)).is_ok() {
                    self.put_away(held.document);
                }
            }
            Reason::Dependencies | Reason::BadSequence => {
                if self.write_again(&held, reason).is_err() {
                    self.put_away(held.document);
                }
            }
            _ => {
                if self.save(Page::Refused(id, reason)).is_ok() {
                    self.put_away(held.document);
                    self.wants.push_back(Want::ToldRefused(reason));
                }
            }
        }
    }

    fn batch(&mut self, now: Millis, line: u64, batch: wire::Batch) {
        let came: Option<Vec<Held>> = batch.envelopes.into_iter().map(Held::read).collect();
        let Some(came) = came else {
            return self.give_up(now, line, 0);
        };
        let Some(app) = &self.app else { return };
        let mut news: BTreeMap<DocumentId, Vec<Held>> = BTreeMap::new();
        for held in came.iter().filter(|held| !app.desk.knows(held.id)) {
            news.entry(held.document).or_default().push(held.clone());
        }
        if self.save(Page::Got(came, batch.cursor)).is_err() {
            return self.give_up(now, line, 60);
        }
        let Some(app) = &mut self.app else { return };
        for (document, news) in news {
            app.lay_on(document, &news);
        }
    }

    fn forget(&mut self, document: DocumentId) {
        let unsent: Vec<ChangeId> = self.app.as_ref().map_or_else(Vec::new, |app| {
            let of_it = app
                .desk
                .unsent
                .iter()
                .filter(|held| held.document == document);
            of_it
                .filter(|held| app.desk.facts.contains_key(&held.id))
                .map(|held| held.id)
                .collect()
        });
        for id in unsent {
            if self.save(Page::Refused(id, Reason::NotAllowed)).is_ok() {
                self.wants.push_back(Want::ToldRefused(Reason::NotAllowed));
            }
        }
        if self.save(Page::Forgot(document)).is_ok() {
            self.put_away(document);
        }
    }

    fn begin(&mut self, now: Millis) {
        self.lines += 1;
        let line = self.lines;
        let live = self.chance.one_in(2);
        let hello = frame::Kind::Hello(self.hello());
        let Some(app) = &mut self.app else { return };
        if live {
            app.line = Line::Live {
                line,
                greeted: false,
                heard_at: now,
                offered: BTreeSet::new(),
                pushes: 0,
            };
            self.wants.push_back(Want::Connect { line });
            self.say(line, hello);
        } else {
            let mut frames = vec![hello];
            let (envelopes, _) = next_push(&app.desk.unsent, &BTreeSet::new());
            if !envelopes.is_empty() {
                frames.push(frame::Kind::Push(wire::Push {
                    push_id: 1,
                    envelopes,
                }));
            }
            app.line = Line::Calling {
                line,
                until: now + CALL_PATIENCE,
            };
            self.wants.push_back(Want::Call { line, frames });
        }
        self.wants.push_back(Want::Wake(
            now + if live { PING_EVERY } else { CALL_PATIENCE },
        ));
    }

    pub(crate) fn hello(&self) -> wire::Hello {
        let app = self.app.as_ref();
        wire::Hello {
            protocol: wire::PROTOCOL,
            token: self.device.to_string(),
            epoch: app.map(|app| app.desk.epoch.clone()).unwrap_or_default(),
            cursor: app.map(|app| app.desk.cursor.clone()).unwrap_or_default(),
            app_version: "pretend".to_owned(),
            unsent: u32::try_from(self.unsent()).unwrap_or(u32::MAX),
            pack_hash: Vec::new(),
            sealed: 0,
        }
    }

    /// Offers what was not offered yet on this live line.
    fn offer(&mut self, line: u64) {
        let Some(app) = &mut self.app else { return };
        let Line::Live {
            greeted: true,
            offered,
            pushes,
            ..
        } = &mut app.line
        else {
            return;
        };
        let mut frames = Vec::new();
        loop {
            let (envelopes, ids) = next_push(&app.desk.unsent, offered);
            if envelopes.is_empty() {
                break;
            }
            offered.extend(ids);
            *pushes += 1;
            frames.push(frame::Kind::Push(wire::Push {
                push_id: *pushes,
                envelopes,
            }));
        }
        for frame in frames {
            self.say(line, frame);
        }
    }

    fn say(&mut self, line: u64, frame: frame::Kind) {
        self.wants.push_back(Want::Say {
            line,
            frame: Box::new(frame),
        });
    }

    /// Hangs up and tries again, with full jitter, or when it was told to.
    fn give_up(&mut self, now: Millis, line: u64, after_seconds: u32) {
        self.wants.push_back(Want::HangUp { line });
        self.tried = (self.tried + 1).min(6);
        let backoff = self.chance.between(0..=1_000 << self.tried);
        self.idle(now, backoff.max(u64::from(after_seconds) * 1_000));
    }

    fn idle(&mut self, now: Millis, wait: Millis) {
        if let Some(app) = &mut self.app {
            app.line = Line::Idle {
                again_at: now + wait,
            };
            self.wants.push_back(Want::Wake(now + wait));
        }
    }
}

/// The oldest changes that fit into one frame and were not offered yet.
fn next_push(
    unsent: &[Held],
    offered: &BTreeSet<ChangeId>,
) -> (Vec<wire::Envelope>, Vec<ChangeId>) {
    let (mut envelopes, mut ids, mut bytes) = (Vec::new(), Vec::new(), 0);
    for held in unsent.iter().filter(|held| !offered.contains(&held.id)) {
        bytes += held.envelope.encoded_len() + 8;
        if !envelopes.is_empty() && (bytes > PUSH_BYTES || envelopes.len() >= PUSH_CHANGES) {
            break;
        }
        envelopes.push(held.envelope.clone());
        ids.push(held.id);
    }
    (envelopes, ids)
}
