//! The pretend server's doing: it drives real sessions, and acts on what they
//! decide.

use std::collections::BTreeMap;

use safehall_core::access::Action;
use safehall_sync::admission::{DocumentState, at_the_door, in_ones_own_name};
use safehall_sync::envelope;
use safehall_sync::frame::FrameError;
use safehall_sync::ids::{ChangeId, DeviceId, DocumentId};
use safehall_sync::session::{Input, Output, Page, Session, Transport};
use safehall_sync::wire::{Envelope, Reason, frame};

use super::books::{KeptChange, News, moment};
use super::{LineId, Sabotage, Said, Server};
use crate::clock::Millis;

/// One connection.
pub(super) struct Conversation {
    pub(super) device: Option<DeviceId>,
    session: Session,
    live: bool,
    alarm: Option<Millis>,
}

/// What was decided about the changes of one push.
#[derive(Default)]
struct Verdict {
    to_keep: Vec<KeptChange>,
    kept: Vec<ChangeId>,
    refused: Vec<(ChangeId, Reason)>,
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

    /// Tells every live connection that there may be something new.
    pub(crate) fn fan_out(&mut self, now: Millis) -> Vec<Said> {
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
        let (news, to) = self.books.news(reader, from, changes.min(PAGE), now);
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
        let mut verdict = Verdict::default();
        for envelope in envelopes {
            let id = envelope::id_of(&envelope);
            if self.has_on_disk(id) {
                verdict.kept.push(id);
            } else if let Err(reason) = self.look_at(now, speaker, envelope, &mut verdict) {
                verdict.refused.push((id, reason));
            }
        }
        let new: Vec<ChangeId> = verdict
            .to_keep
            .iter()
            .map(|change| change.body.id)
            .collect();
        if !self.commit(verdict.to_keep) {
            return Input::NotSaved { push_id };
        }
        self.states.extend(verdict.states);
        verdict.kept.extend(new);
        Input::Judged {
            push_id,
            kept: verdict.kept,
            refused: verdict.refused,
            received_at: moment(now),
        }
    }

    fn look_at(
        &mut self,
        now: Millis,
        speaker: DeviceId,
        envelope: Envelope,
        verdict: &mut Verdict,
    ) -> Result<(), Reason> {
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
        let (facts, action) = match (self.books.facts(document), born) {
            (Some(facts), _) => (facts, Action::AppendChange),
            (None, Some(born)) => (
                self.books.facts_at_birth(born, &verdict.to_keep),
                Action::AppendChange,
            ),
            (None, None) if change.body.birth.is_some() => (
                self.books.facts_at_birth(&change, &verdict.to_keep),
                Action::OpenDocument,
            ),
            (None, None) => return Err(Reason::Dependencies),
        };
        // After a restore, whoever may write the document vouches for what the
        // log once gave them, also of people who have left it since.
        let signer_may = self
            .books
            .may(change.body.device, action, &facts, now)
            .is_some();
        let vouched = speaker != change.body.device
            && self
                .books
                .may(speaker, Action::AppendChange, &facts, now)
                .is_some();
        if !signer_may && !vouched {
            return Err(Reason::NotAllowed);
        }
        in_ones_own_name(&change.body, staff)?;
        let (states, books, kind) = (&self.states, &self.books, change.body.kind);
        let fresh = || {
            states
                .get(&document)
                .cloned()
                .unwrap_or_else(|| books.state(document, kind))
        };
        let state = verdict.states.entry(document).or_insert_with(fresh);
        state.admit(&change.body)?;
        verdict.to_keep.push(change);
        Ok(())
    }
}

/// Pages are short, so that there is often another one.
const PAGE: usize = 25;
