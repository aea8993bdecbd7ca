//! The pretend server's doing: it drives real sessions, and acts on what they
//! decide.

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::access::{Action, Denial, DeviceState, DocumentFacts, Subject};
use safehall_sync::admission::{DocumentState, at_the_door, in_ones_own_name};
use safehall_sync::envelope::{self, Body};
use safehall_sync::frame::FrameError;
use safehall_sync::ids::{ChangeId, DeviceId, DocumentId};
use safehall_sync::session::{Input, Output, Page, Session, Transport};
use safehall_sync::wire::quarantine_line::Cause;
use safehall_sync::wire::{Envelope, Reason, frame};

use super::books::{KeptChange, Line, News, moment};
use super::{LineId, Sabotage, Said, Server};
use crate::clock::{Millis, hours};

/// One connection.
pub(super) struct Conversation {
    pub(super) device: Option<DeviceId>,
    session: Session,
    live: bool,
    alarm: Option<Millis>,
}

/// Why a change is not taken into the log.
enum NotKept {
    Refused(Reason),
    Aside(Box<KeptChange>, Cause),
}

impl From<Reason> for NotKept {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

/// What was decided about the changes of one push.
#[derive(Default)]
struct Verdict {
    to_keep: Vec<KeptChange>,
    kept: Vec<ChangeId>,
    refused: Vec<(ChangeId, Reason)>,
    aside: Vec<(KeptChange, Cause)>,
    states: BTreeMap<DocumentId, DocumentState>,
}

impl Server {
    /// A phone has opened a connection.
    pub(crate) fn open(&mut self, now: Millis, line: LineId, live: bool) {
        if self.up {
            let transport = if live {
                Transport::Live
            } else {
                Transport::Call
            };
            let session = Session::new(moment(now), transport);
            self.conversations.insert(
                line,
                Conversation {
                    device: None,
                    session,
                    live,
                    alarm: None,
                },
            );
        }
    }

    /// The connection is gone.
    pub(crate) fn close(&mut self, line: LineId) {
        self.conversations.remove(&line);
    }

    /// A frame came. Nobody is told anything when the power goes first.
    pub(crate) fn hear(&mut self, now: Millis, line: LineId, heard: frame::Kind) -> Vec<Said> {
        self.drive(now, line, Input::Frame(heard))
    }

    /// Bytes came that are no frame.
    pub(crate) fn garbage(&mut self, now: Millis, line: LineId, error: FrameError) -> Vec<Said> {
        self.drive(now, line, Input::Unreadable(error))
    }

    /// The device said everything that it has to say in this call.
    pub(crate) fn end(&mut self, now: Millis, line: LineId) -> Vec<Said> {
        self.drive(now, line, Input::End)
    }

    /// Tells every live connection that there is something new, if there is.
    pub(crate) fn fan_out(&mut self, now: Millis) -> Vec<Said> {
        let length = self.books.length();
        if std::mem::replace(&mut self.told_of, length) == length {
            return Vec::new();
        }
        let live = self
            .conversations
            .iter()
            .filter(|(_, talk)| talk.live && talk.device.is_some());
        let live: Vec<LineId> = live.map(|(line, _)| *line).collect();
        live.into_iter()
            .flat_map(|line| self.drive(now, line, Input::News))
            .collect()
    }

    /// An alarm rang. Alarms that are over ring too.
    pub(crate) fn tick(&mut self, now: Millis, line: LineId) -> Vec<Said> {
        let Some(talk) = self.conversations.get_mut(&line) else {
            return Vec::new();
        };
        talk.alarm = None;
        if talk
            .session
            .poll_timeout()
            .is_some_and(|at| at <= moment(now))
        {
            self.drive(now, line, Input::TimePassed)
        } else {
            Vec::new()
        }
    }

    /// When to ring next for this connection, if no earlier alarm is set.
    pub(crate) fn next_alarm(&mut self, line: LineId) -> Option<Millis> {
        let talk = self.conversations.get_mut(&line)?;
        let at = u64::try_from(talk.session.poll_timeout()?.0).ok()?;
        if talk.alarm.is_some_and(|set| set <= at) {
            return None;
        }
        talk.alarm = Some(at);
        Some(at)
    }

    fn drive(&mut self, now: Millis, line: LineId, input: Input) -> Vec<Said> {
        let mut said = Vec::new();
        let Some(talk) = self.conversations.get_mut(&line) else {
            return said;
        };
        self.overheard.debug(&input);
        talk.session.handle(moment(now), input);
        while let Some(output) = self
            .conversations
            .get_mut(&line)
            .and_then(|talk| talk.session.poll_output())
        {
            self.overheard.debug(&output);
            let answer = match output {
                Output::Send(frame) => {
                    said.push(Said::Frame(line, Box::new(frame)));
                    continue;
                }
                Output::Close => {
                    said.push(Said::Closed(line));
                    self.close(line);
                    break;
                }
                Output::NoteDevice { .. } | Output::NoteDropped(_) | Output::NoteOpened { .. } => {
                    continue;
                }
                Output::CheckToken { token, .. } => self.check_token(line, &token.0),
                Output::Judge { push_id, envelopes } => {
                    let judged = self.judge(now, line, push_id, envelopes);
                    if self.cut_after_commit {
                        self.cut_power();
                        return Vec::new();
                    }
                    judged
                }
                Output::ReadLog {
                    cursor, changes, ..
                } => self.read_log(now, line, &cursor, changes),
            };
            self.overheard.debug(&answer);
            if let Some(talk) = self.conversations.get_mut(&line) {
                talk.session.handle(moment(now), answer);
            }
        }
        said
    }

    fn check_token(&mut self, line: LineId, token: &str) -> Input {
        let device = token.parse::<DeviceId>().ok();
        let Some((device, enrolled)) = device.and_then(|id| self.books.devices.get_key_value(&id))
        else {
            return Input::SignInFailed { revoked: false };
        };
        if enrolled.revoked {
            return Input::SignInFailed { revoked: true };
        }
        if let Some(talk) = self.conversations.get_mut(&line) {
            talk.device = Some(*device);
        }
        Input::SignedIn {
            epoch: self.books.epoch,
            pack_hash: Vec::new(),
            sealed: None,
        }
    }

    fn read_log(&mut self, now: Millis, line: LineId, cursor: &[u8], changes: usize) -> Input {
        let Some(device) = self.conversations.get(&line).and_then(|talk| talk.device) else {
            return Input::NotRead;
        };
        let reader = match self.sabotage {
            Sabotage::TellEverybody => self.books.devices.keys().next().copied().unwrap_or(device),
            _ => device,
        };
        let from = self.read_cursor(cursor);
        let (mut news, to) = self.books.news(reader, from, changes.min(PAGE), now);
        if self.sabotage == Sabotage::HandOutAside {
            let aside = self.books.aside.values();
            news.extend(aside.map(|(change, _)| News::Change(change.envelope.clone(), now)));
        }
        // Noted before the bytes leave, or they stay.
        let given = news.iter().filter_map(|item| match item {
            News::Change(envelope, _) => Body::parse(envelope).ok().map(|body| body.document),
            News::Forget(_) => None,
        });
        let given = self.not_given_yet(device, given).into_iter();
        let given: Vec<Line> = given
            .map(|document| Line::Given(device, document))
            .collect();
        if !given.is_empty() && !self.commit(Vec::new(), Vec::new(), given) {
            return Input::NotRead;
        }
        let mut page = Page {
            more: to < self.books.length(),
            cursor: self.cursor(to),
            ..Page::default()
        };
        for item in news {
            match item {
                News::Change(envelope, received_at) => {
                    page.changes.push((envelope, moment(received_at)))
                }
                News::Forget(document) => page.forget.push(document),
            }
        }
        if self.sabotage == Sabotage::HandOutLess && page.changes.len() > 1 {
            page.changes.remove(0);
        }
        Input::Page(page)
    }

    /// Of which of these documents a device has nothing yet, as far as is noted.
    fn not_given_yet(
        &self,
        device: DeviceId,
        documents: impl Iterator<Item = DocumentId>,
    ) -> BTreeSet<DocumentId> {
        let documents: BTreeSet<DocumentId> = documents.collect();
        documents
            .into_iter()
            .filter(|document| !self.books.given.contains(&(device, *document)))
            .collect()
    }

    fn cursor(&self, read_to: usize) -> Vec<u8> {
        [
            self.books.epoch.as_slice(),
            &u64::try_from(read_to).unwrap_or(u64::MAX).to_be_bytes(),
        ]
        .concat()
    }

    /// A cursor of another life of the log starts over.
    fn read_cursor(&self, cursor: &[u8]) -> usize {
        let of_this_life = cursor.strip_prefix(self.books.epoch.as_slice());
        let at = of_this_life
            .and_then(|at| at.try_into().ok())
            .map(u64::from_be_bytes);
        at.and_then(|at| usize::try_from(at).ok()).unwrap_or(0)
    }

    /// Decides about each envelope, puts what is to be kept on the disk, and
    /// only then says so.
    fn judge(
        &mut self,
        now: Millis,
        line: LineId,
        push_id: u32,
        envelopes: Vec<Envelope>,
    ) -> Input {
        let Some(speaker) = self.conversations.get(&line).and_then(|talk| talk.device) else {
            return Input::NotSaved { push_id };
        };
        let offered: Vec<Body> = envelopes
            .iter()
            .filter_map(|one| Body::parse(one).ok())
            .collect();
        let verdict = self.verdict(now, speaker, envelopes);
        let new: Vec<ChangeId> = verdict
            .to_keep
            .iter()
            .map(|change| change.body.id)
            .collect();
        // Whoever offers what is kept has it, from before a restore. Whoever only
        // names a document may have heard of it, and is told nothing about it.
        let kept: BTreeSet<ChangeId> = verdict.kept.iter().chain(&new).copied().collect();
        let shown = offered.into_iter().filter(|body| match self.sabotage {
            Sabotage::BelieveNames => self.books.documents.contains_key(&body.document),
            _ => body.device != speaker && kept.contains(&body.id),
        });
        let shown = self.not_given_yet(speaker, shown.map(|body| body.document));
        let shown = shown.into_iter().map(|document| Line::Shown {
            device: speaker,
            document,
            may_have_it: self.books.receives(speaker, document, now).is_some(),
        });
        let shown = shown.collect();
        if !self.commit(verdict.to_keep, verdict.aside, shown) {
            return Input::NotSaved { push_id };
        }
        self.states.extend(verdict.states);
        Input::Judged {
            push_id,
            kept: verdict.kept.into_iter().chain(new).collect(),
            refused: verdict.refused,
            received_at: moment(now),
            earlier: Vec::new(),
        }
    }

    fn verdict(&mut self, now: Millis, speaker: DeviceId, envelopes: Vec<Envelope>) -> Verdict {
        let mut verdict = Verdict::default();
        for envelope in envelopes {
            let id = envelope::id_of(&envelope);
            if self.has_on_disk(id) {
                verdict.kept.push(id);
                continue;
            }
            if self.books.aside.contains_key(&id) {
                verdict.refused.push((id, Reason::Quarantined));
                continue;
            }
            if !self.may_send_more(now, speaker) {
                verdict.refused.push((id, Reason::Quota));
                continue;
            }
            match self.look_at(now, speaker, envelope, &mut verdict) {
                Ok(()) => {}
                Err(NotKept::Refused(reason)) => verdict.refused.push((id, reason)),
                Err(NotKept::Aside(change, cause)) => {
                    verdict.refused.push((id, Reason::Quarantined));
                    verdict.aside.push((*change, cause));
                }
            }
        }
        verdict
    }

    /// What a device without access hands in. Which of it the server has.
    pub(crate) fn hand_in(
        &mut self,
        now: Millis,
        device: DeviceId,
        envelopes: Vec<Envelope>,
    ) -> bool {
        let verdict = self.verdict(now, device, envelopes);
        let saved = self.commit(verdict.to_keep, verdict.aside, Vec::new());
        self.states.extend(verdict.states);
        saved
    }

    /// A lead lets in what was set aside, as far as its document takes it.
    pub(crate) fn admit(&mut self, now: Millis, id: ChangeId) {
        let Some((change, _)) = self.books.aside.get(&id) else {
            return;
        };
        let change = change.clone();
        let document = change.body.document;
        if !self.books.documents.contains_key(&document) && change.body.birth.is_none() {
            return;
        }
        let mut state = self.books.state(document, change.body.kind);
        if state.admit(&change.body).is_ok() {
            self.ever_flushed.insert(id);
            self.states.remove(&document);
            self.note(Line::Admitted(id, now));
        }
    }

    fn may_send_more(&mut self, now: Millis, speaker: DeviceId) -> bool {
        let sent = self.sent.entry(speaker).or_default();
        if sent.0 + hours(1) <= now {
            *sent = (now, 0);
        }
        sent.1 += 1;
        sent.1 <= IN_AN_HOUR
    }

    fn look_at(
        &mut self,
        now: Millis,
        speaker: DeviceId,
        envelope: Envelope,
        verdict: &mut Verdict,
    ) -> Result<(), NotKept> {
        let devices = &self.books.devices;
        let body = at_the_door(&envelope, self.event, |id| {
            devices.get(&id).map(|device| device.key.as_slice())
        })?;
        if self.sabotage == Sabotage::Chatter {
            self.overheard.line(&String::from_utf8_lossy(&body.change));
        }
        let staff = devices.get(&body.device).ok_or(Reason::WrongDevice)?.staff;
        let document = body.document;
        let change = KeptChange {
            staff,
            envelope,
            received_at: now,
            body,
        };
        let born = verdict
            .to_keep
            .iter()
            .find(|other| other.body.document == document);
        // A name whose case was set aside goes where its case is.
        let aside = verdict.aside.iter().chain(self.books.aside.values());
        let aside = aside.map(|(other, _)| other);
        let aside = aside.filter(|other| other.body.device == change.body.device);
        let before: Vec<&KeptChange> = verdict.to_keep.iter().chain(aside).collect();
        let (facts, action) = match (self.books.facts(document), born) {
            (Some(facts), _) => (facts, Action::AppendChange),
            (None, Some(born)) => (
                self.books.facts_at_birth(born, &before),
                Action::AppendChange,
            ),
            (None, None) if change.body.birth.is_some() => (
                self.books.facts_at_birth(&change, &before),
                Action::OpenDocument,
            ),
            // What follows on something set aside waits with it.
            (None, None) => {
                let aside = verdict.aside.iter().chain(self.books.aside.values());
                let mut same = aside.filter(|(other, _)| {
                    (other.body.document, other.body.device) == (document, change.body.device)
                });
                return Err(match same.next() {
                    Some((_, cause)) => NotKept::Aside(Box::new(change), *cause),
                    None => Reason::Dependencies.into(),
                });
            }
        };
        self.may_be_kept(now, speaker, &change, &facts, action)?;
        let (states, books, kind) = (&self.states, &self.books, change.body.kind);
        let fresh = || {
            states
                .get(&document)
                .cloned()
                .unwrap_or_else(|| books.state(document, kind))
        };
        let state = verdict.states.entry(document).or_insert_with(fresh);
        match state.admit(&change.body) {
            Ok(_) => {}
            Err(Reason::NotAFact) if self.sabotage == Sabotage::TakeAnything => {}
            Err(Reason::BadSequence) if state.equivocates(&change.body) => {
                return Err(NotKept::Aside(Box::new(change), Cause::Equivocation));
            }
            Err(reason) => return Err(reason.into()),
        }
        verdict.to_keep.push(change);
        Ok(())
    }

    /// Whether its signer may have it in the log, and in their own name.
    fn may_be_kept(
        &self,
        now: Millis,
        speaker: DeviceId,
        change: &KeptChange,
        facts: &DocumentFacts,
        action: Action,
    ) -> Result<(), NotKept> {
        let aside = |cause| NotKept::Aside(Box::new(change.clone()), cause);
        let device = change.body.device;
        let subject = self.books.subject(device, now).ok_or(Reason::WrongDevice)?;
        let revoked = subject.device_state == DeviceState::Revoked;
        // What a device signed before it was lost is judged as its owner's, and then set aside.
        let as_owner = Subject {
            device_state: DeviceState::Active,
            ..subject
        };
        if let Err(denial) = self.books.decide(&as_owner, action, facts, now) {
            if denial == Denial::Held {
                return Err(Reason::Held.into());
            }
            if let Some(cause) = self.books.lost(denial, change) {
                return Err(aside(cause));
            }
            // After a restore, whoever may write the document vouches for what
            // the log once gave them, also of people who have left it since, but
            // of nobody who is kept away.
            let vouched = speaker != device
                && matches!(denial, Denial::NotOnTeam | Denial::NoRight)
                && self
                    .books
                    .may(speaker, Action::AppendChange, facts, now)
                    .is_some();
            if !vouched {
                return Err(Reason::NotAllowed.into());
            }
        }
        if self.sabotage != Sabotage::TakeAnyName {
            in_ones_own_name(&change.body, change.staff)?;
        }
        if revoked {
            return Err(aside(Cause::Revoked));
        }
        if self.books.frozen.contains(&device) {
            return Err(aside(Cause::Equivocation));
        }
        Ok(())
    }
}

/// So many changes one device may send in an hour.
const IN_AN_HOUR: usize = 300;

/// Pages are short, so that there is often another one.
const PAGE: usize = 25;
