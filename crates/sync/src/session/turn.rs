//! What a device may say when, and what it is answered.

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::Timestamp;

use super::reading::Reading;
use super::{
    AccessToken, FRAMES_IN_TEN_SECONDS, Output, PING_MILLIS, PUSHES_AT_ONCE, Phase, SILENCE_MILLIS,
    Sealed, Session, TOO_FAST_SECONDS, Talk, Transport,
};
use crate::envelope;
use crate::ids::{ChangeId, DocumentId};
use crate::wire::{self, Earlier, Leaving, Reason, frame::Kind};

/// How long frames are counted for [`FRAMES_IN_TEN_SECONDS`].
const WINDOW_MILLIS: i64 = 10_000;

impl Session {
    pub(super) fn hear(&mut self, now: Timestamp, frame: Kind) {
        match &mut self.phase {
            Phase::Closed => {}
            Phase::Greeting { .. } => match frame {
                Kind::Hello(hello) => self.hello(hello),
                _ => self.leave(Leaving::OutOfTurn, 0),
            },
            Phase::Checking { ended: true, .. } | Phase::Talking(Talk { ended: true, .. }) => {
                self.leave(Leaving::OutOfTurn, 0);
            }
            Phase::Checking { said, .. } => {
                if said.len() < PUSHES_AT_ONCE || self.transport == Transport::Call {
                    said.push(frame);
                } else {
                    self.leave(Leaving::TooFast, TOO_FAST_SECONDS);
                }
            }
            Phase::Talking(talk) => {
                talk.heard_at = talk.heard_at.max(now);
                if self.transport == Transport::Live && talk.too_fast(now) {
                    self.leave(Leaving::TooFast, TOO_FAST_SECONDS);
                } else {
                    self.take_turn(frame);
                }
            }
        }
    }

    fn hello(&mut self, mut hello: wire::Hello) {
        if hello.protocol < wire::PROTOCOL {
            self.leave(Leaving::TooOld, 0);
        } else if hello.protocol > wire::PROTOCOL {
            self.leave(Leaving::UnknownFrame, 0);
        } else {
            let token = AccessToken(std::mem::take(&mut hello.token));
            let sealed = hello.sealed;
            self.phase = Phase::Checking {
                hello,
                said: Vec::new(),
                ended: false,
            };
            self.outbox.push_back(Output::CheckToken { token, sealed });
        }
    }

    pub(super) fn welcome(
        &mut self,
        now: Timestamp,
        epoch: [u8; 16],
        pack_hash: Vec<u8>,
        sealed: Option<Sealed>,
    ) {
        let Phase::Checking { hello, said, ended } = &mut self.phase else {
            return;
        };
        let (hello, said, ended) = (std::mem::take(hello), std::mem::take(said), *ended);
        // A cursor from another life of the log points nowhere.
        let cursor = if hello.epoch == epoch {
            hello.cursor
        } else {
            Vec::new()
        };
        self.phase = Phase::Talking(Talk {
            judging: BTreeMap::new(),
            reading: Reading::new(cursor),
            ended: false,
            heard_at: now,
            ping_at: now.plus(PING_MILLIS),
            window_since: now,
            frames_in_window: 0,
        });
        self.outbox.push_back(Output::NoteDevice {
            unsent: hello.unsent,
            app_version: hello.app_version,
        });
        let (checkpoint, covers) = sealed.map_or((None, Vec::new()), |sealed| {
            (Some(sealed.checkpoint), sealed.covers)
        });
        self.send(Kind::Welcome(wire::Welcome {
            epoch: epoch.to_vec(),
            server_time: millis(now),
            pack_hash,
            ping_seconds: u32::try_from(PING_MILLIS / 1000).unwrap_or_default(),
            checkpoint,
            covers,
        }));
        self.read_on();
        for frame in said {
            self.hear(now, frame);
        }
        if ended {
            self.end();
        }
    }

    fn take_turn(&mut self, frame: Kind) {
        match frame {
            Kind::Push(push) => self.judge(push),
            Kind::Opened(opened) => match DocumentId::try_from(opened.document.as_slice()) {
                Ok(document) => {
                    let at = Timestamp(i64::try_from(opened.at).unwrap_or(i64::MAX));
                    self.outbox.push_back(Output::NoteOpened { document, at });
                }
                Err(_) => self.leave(Leaving::Unreadable, 0),
            },
            Kind::Dropped(dropped) => {
                let documents = dropped.documents.iter();
                let documents: Result<_, _> = documents
                    .map(|id| DocumentId::try_from(id.as_slice()))
                    .collect();
                match documents {
                    Ok(documents) => self.outbox.push_back(Output::NoteDropped(documents)),
                    Err(_) => self.leave(Leaving::Unreadable, 0),
                }
            }
            Kind::Ping(_) => self.send(Kind::Pong(wire::Pong {})),
            Kind::Pong(_) => {}
            Kind::Goodbye(_) => self.end(),
            Kind::Hello(_)
            | Kind::Welcome(_)
            | Kind::Kept(_)
            | Kind::Refused(_)
            | Kind::Batch(_)
            | Kind::Forget(_)
            | Kind::Farewell(_) => self.leave(Leaving::OutOfTurn, 0),
        }
    }

    fn judge(&mut self, push: wire::Push) {
        let Phase::Talking(talk) = &mut self.phase else {
            return;
        };
        if talk.judging.contains_key(&push.push_id) {
            return self.leave(Leaving::OutOfTurn, 0);
        }
        if self.transport == Transport::Live && talk.judging.len() >= PUSHES_AT_ONCE {
            return self.leave(Leaving::TooFast, TOO_FAST_SECONDS);
        }
        let mut ids = BTreeSet::new();
        let mut envelopes = push.envelopes;
        envelopes.retain(|envelope| ids.insert(envelope::id_of(envelope)));
        talk.judging.insert(push.push_id, ids);
        self.outbox.push_back(Output::Judge {
            push_id: push.push_id,
            envelopes,
        });
    }

    /// Says what became of a push. What nobody decided on was not saved.
    pub(super) fn answer(
        &mut self,
        push_id: u32,
        kept: &[ChangeId],
        refused: &[(ChangeId, Reason)],
        received_at: Timestamp,
        mut earlier: Vec<Earlier>,
    ) {
        let Phase::Talking(talk) = &mut self.phase else {
            return;
        };
        let Some(pushed) = talk.judging.remove(&push_id) else {
            return;
        };
        let refused: BTreeMap<ChangeId, Reason> = refused.iter().copied().collect();
        let kept: BTreeSet<ChangeId> = kept
            .iter()
            .copied()
            .filter(|id| pushed.contains(id) && !refused.contains_key(id))
            .collect();
        let refusals: Vec<_> = pushed
            .iter()
            .filter(|id| !kept.contains(id))
            .map(|id| wire::Refusal {
                change_id: id.as_bytes().to_vec(),
                reason: refused.get(id).copied().unwrap_or(Reason::NotSaved).into(),
            })
            .collect();
        if !kept.is_empty() {
            earlier.retain(|one| {
                ChangeId::try_from(one.change_id.as_slice()).is_ok_and(|id| kept.contains(&id))
            });
            let change_ids = kept.iter().map(|id| id.as_bytes().to_vec()).collect();
            self.send(Kind::Kept(wire::Kept {
                push_id,
                change_ids,
                received_at: millis(received_at),
                earlier,
            }));
        }
        if !refusals.is_empty() {
            self.send(Kind::Refused(wire::Refused { push_id, refusals }));
        }
        self.after_an_answer();
    }

    pub(super) fn end(&mut self) {
        match &mut self.phase {
            // Nobody is there to say farewell to, or it said nothing in a call.
            Phase::Greeting { .. } => self.leave(Leaving::SaidNothing, 0),
            Phase::Checking { ended, .. } => *ended = true,
            Phase::Talking(talk) => {
                talk.ended = true;
                self.after_an_answer();
            }
            Phase::Closed => {}
        }
    }

    /// A call is read from the log only when its pushes are answered; a live
    /// device that said goodbye is only waited for as long as it has pushes.
    fn after_an_answer(&mut self) {
        let Phase::Talking(talk) = &self.phase else {
            return;
        };
        if talk.ended && talk.judging.is_empty() {
            match self.transport {
                Transport::Call => self.read_on(),
                Transport::Live => self.close(),
            }
        }
    }

    pub(super) fn time_passed(&mut self, now: Timestamp) {
        match &mut self.phase {
            Phase::Greeting { deadline } if now >= *deadline => self.leave(Leaving::SaidNothing, 0),
            Phase::Talking(talk) if self.transport == Transport::Live => {
                if now >= talk.heard_at.plus(SILENCE_MILLIS) {
                    self.leave(Leaving::SaidNothing, 0);
                } else if now >= talk.ping_at {
                    talk.ping_at = now.plus(PING_MILLIS);
                    self.send(Kind::Ping(wire::Ping {}));
                }
            }
            Phase::Greeting { .. } | Phase::Checking { .. } | Phase::Talking(_) | Phase::Closed => {
            }
        }
    }
}

impl Talk {
    fn too_fast(&mut self, now: Timestamp) -> bool {
        if now.since(self.window_since) >= WINDOW_MILLIS {
            self.window_since = now;
            self.frames_in_window = 0;
        }
        self.frames_in_window = self.frames_in_window.saturating_add(1);
        self.frames_in_window > FRAMES_IN_TEN_SECONDS
    }
}

/// On the wire a moment is not negative.
pub(super) fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.0).unwrap_or_default()
}
