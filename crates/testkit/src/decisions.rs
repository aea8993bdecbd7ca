//! What leads decide, and what those do who mean harm.

use safehall_core::access::{Level, Role};
use safehall_sync::envelope;
use safehall_sync::frame;
use safehall_sync::ids::{ChangeId, DocumentId};
use safehall_sync::wire::{self, Envelope};

use crate::clock::Clock;
use crate::phone::mischief::Victim;
use crate::server::books::Line;
use crate::world::{Who, World};

impl World {
    /// Lets people into a document, by a lead's word at the server.
    pub fn grant(&mut self, document: DocumentId, to: Who, level: Level) {
        let (staff, now) = (self.phones[to.0].staff, self.now());
        self.server.grant(document, staff, level, now);
        self.fan_out();
    }

    /// Takes a grant back.
    pub fn withdraw(&mut self, document: DocumentId, from: Who) {
        let staff = self.phones[from.0].staff;
        self.decide(Line::Withdrawn(document, staff));
    }

    /// Keeps somebody away from a document; themselves, if it is they who ask.
    pub fn exclude(&mut self, document: DocumentId, who: Who) {
        let staff = self.phones[who.0].staff;
        self.decide(Line::Excluded(document, staff));
    }

    /// Lets somebody near a document again.
    pub fn lift(&mut self, document: DocumentId, who: Who) {
        let staff = self.phones[who.0].staff;
        self.decide(Line::Lifted(document, staff));
    }

    /// Sends somebody off the team, at once.
    pub fn end_term(&mut self, who: Who) {
        let (staff, now) = (self.phones[who.0].staff, self.now());
        self.decide(Line::Left(staff, now));
    }

    fn decide(&mut self, line: Line) {
        let about = match line {
            Line::Withdrawn(document, _)
            | Line::Excluded(document, _)
            | Line::Lifted(document, _) => Some(document),
            _ => None,
        };
        // Nobody can decide about a case that has not arrived.
        let arrived = |document| self.server.books.documents.contains_key(&document);
        if !about.is_none_or(arrived) {
            return;
        }
        self.witness.decided(&line);
        self.server.note(line);
        self.fan_out();
    }

    /// A phone is reported lost. What it holds alone is gone with it.
    pub fn revoke(&mut self, who: Who) {
        let device = self.phones[who.0].device;
        self.server.revoke(device);
        self.gone.insert(who.0);
    }

    /// A phone loses its access while it is in somebody's hand: it hands in
    /// what only it holds.
    pub fn revoke_in_hand(&mut self, who: Who) {
        let envelopes = self.phones[who.0].unsent_envelopes();
        self.revoke(who);
        let ids: Vec<ChangeId> = envelopes.iter().map(envelope::id_of).collect();
        let (now, device) = (self.now(), self.phones[who.0].device);
        if self.server.hand_in(now, device, envelopes) {
            self.witness.handed_in(ids);
        }
    }

    /// A responder with a phone of their own, who means harm.
    pub fn somebody_hostile(&mut self) -> Who {
        let who = self.arrives([Role::Responder], Clock::off_by(0));
        self.hostile.insert(who.0);
        who
    }

    /// Sends what no app would, past the phone's own line; also from a phone
    /// that lost its access, which can still hand something in.
    pub fn mischief(&mut self, who: Who, cases: &[DocumentId]) {
        let victim = self
            .phones
            .iter()
            .find(|phone| phone.staff != self.phones[who.0].staff);
        let Some(victim) = victim.map(|phone| Victim {
            staff: phone.staff,
            device: phone.device,
        }) else {
            return;
        };
        // Nobody guesses the id of a case that is on one phone only.
        let known = |case: &&DocumentId| self.server.books.documents.contains_key(case);
        let cases: Vec<_> = cases.iter().filter(known).copied().collect();
        let envelopes = self.phones[who.0].mischief(&cases, victim);
        if !self.server.is_running() || envelopes.is_empty() {
            return;
        }
        self.harm += envelopes.len();
        if self.gone.contains(&who.0) && self.chance.one_in(2) {
            let (now, device) = (self.now(), self.phones[who.0].device);
            self.server.hand_in(now, device, envelopes);
            return self.fan_out();
        }
        let mut hello = self.phones[who.0].hello();
        if self.chance.one_in(3) {
            hello.cursor.clear();
        }
        let push = wire::Push {
            push_id: 1,
            envelopes,
        };
        let said = frame::encode_sequence([
            wire::frame::Kind::Hello(hello),
            wire::frame::Kind::Push(push),
        ]);
        self.copies += 1;
        self.up((who.0, u64::MAX, self.copies), said, true);
    }

    /// Leads look at what was set aside, and let in what honest people wrote.
    /// Whether there was any.
    pub(crate) fn leads_admit_what_is_honest(&mut self) -> bool {
        let mut admitted = false;
        loop {
            let aside = self.server.books.aside.values();
            let honest: Vec<ChangeId> = aside
                .filter(|(change, _)| !self.is_hostile(&change.envelope))
                .map(|(change, _)| change.body.id)
                .collect();
            let before = self.server.books.aside.len();
            for id in honest {
                let now = self.now();
                self.server.admit(now, id);
            }
            if self.server.books.aside.len() == before {
                return admitted;
            }
            admitted = true;
            self.fan_out();
        }
    }

    fn is_hostile(&self, envelope: &Envelope) -> bool {
        let device = envelope::Body::parse(envelope).map(|body| body.device).ok();
        let mut hostile = self.hostile.iter();
        hostile.any(|index| Some(self.phones[*index].device) == device)
    }
}
