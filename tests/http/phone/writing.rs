//! What a phone writes: documents, facts in them, and the envelopes around each change.

use std::collections::BTreeMap;

use safehall_core::{DocumentId, FactId, StaffId};
use safehall_sync::document::{Document, Field, NewFact, Stamp, actor};
use safehall_sync::envelope::{Birth, Draft};
use safehall_sync::ids::{duty_of, notice_of};
use safehall_sync::wire::{Envelope, Kind, Restricted};

use super::Phone;
use crate::watch::keep_private;
use crate::world::NOON;

/// The birth of a case.
pub(crate) fn birth(restricted: Restricted, excluded: &[StaffId]) -> Birth {
    Birth {
        parent: None,
        restricted,
        excluded: excluded.to_vec(),
    }
}

fn fields<const N: usize>(said: [(&str, &str); N]) -> BTreeMap<String, Field> {
    said.into_iter()
        .map(|(field, value)| (field.to_owned(), Field::Text(value.to_owned())))
        .collect()
}

impl Phone {
    pub(crate) fn new_id(&mut self) -> [u8; 16] {
        self.chance.bytes()
    }

    /// A new case with one note, as one change in an envelope.
    pub(crate) fn case(&mut self, text: &str) -> (DocumentId, Envelope) {
        let (document, _, envelope) = self.case_born(text, birth(Restricted::None, &[]));
        (document, envelope)
    }

    /// A new case that not everybody may be told of.
    pub(crate) fn case_born(
        &mut self,
        text: &str,
        birth: Birth,
    ) -> (DocumentId, Document, Envelope) {
        let document = DocumentId::from_bytes(self.new_id());
        let mut case = Document::born(Kind::Case).unwrap();
        let envelope = self.note(document, &mut case, text, Some(birth));
        (document, case, envelope)
    }

    /// A further note.
    pub(crate) fn note(
        &mut self,
        document: DocumentId,
        case: &mut Document,
        text: &str,
        birth: Option<Birth>,
    ) -> Envelope {
        keep_private(text);
        let fact = self.fact("entries", fields([("kind", "note"), ("text", text)]), None);
        let change = self.writes(case, &[fact]);
        self.envelope(document, &change, birth)
    }

    /// Two different notes under one number of one actor, as from a phone and its copy.
    pub(crate) fn two_under_one_number(
        &mut self,
        document: DocumentId,
        case: &Document,
    ) -> [Envelope; 2] {
        let stamp = self.stamp();
        let actor = actor(self.device, self.chance.bytes());
        ["on the phone", "on its copy"].map(|text| {
            keep_private(text);
            let fact = self.fact("entries", fields([("kind", "note"), ("text", text)]), None);
            let mut case = case.clone();
            let change = case.write(actor.clone(), &stamp, &[fact]).unwrap();
            self.envelope(document, &change, None)
        })
    }

    /// A register, set together with the entry that says so.
    pub(crate) fn sets(
        &mut self,
        document: DocumentId,
        case: &mut Document,
        field: &str,
        value: &str,
    ) -> Envelope {
        let said = fields([("kind", "set"), ("field", field), ("value", value)]);
        let fact = self.fact("entries", said, Some(field.to_owned()));
        let change = self.writes(case, &[fact]);
        self.envelope(document, &change, None)
    }

    /// The name of a reporter, apart from the case.
    pub(crate) fn identity(&mut self, case: DocumentId, name: &str) -> (DocumentId, Envelope) {
        keep_private(name);
        let fact = self.fact("persons", fields([("name", name)]), None);
        let document = DocumentId::from_bytes(self.new_id());
        (document, self.identity_called(document, case, fact))
    }

    /// A reporter's name under an id that somebody chose.
    pub(crate) fn name_called(&mut self, document: DocumentId, case: DocumentId) -> Envelope {
        let fact = self.fact("persons", fields([("name", "nobody")]), None);
        self.identity_called(document, case, fact)
    }

    fn identity_called(
        &mut self,
        document: DocumentId,
        case: DocumentId,
        fact: NewFact,
    ) -> Envelope {
        let mut identity = Document::born(Kind::Identity).unwrap();
        let change = self.writes(&mut identity, &[fact]);
        let birth = Birth {
            parent: Some(case),
            ..birth(Restricted::None, &[])
        };
        self.sealed((Kind::Identity, document), &change, Some(birth))
    }

    /// A mark of readiness in the event's one duty document.
    pub(crate) fn duty(&mut self, excluded: &[StaffId]) -> Envelope {
        let of = (Kind::Duty, duty_of(self.event));
        self.of_the_event(of, "readiness", ("ready", "yes"), excluded)
    }

    /// A card in the event's one notice document: what everybody may say.
    pub(crate) fn notice(&mut self, text: &str) -> Envelope {
        let of = (Kind::Notice, notice_of(self.event));
        self.of_the_event(of, "cards", ("text", text), &[])
    }

    fn of_the_event(
        &mut self,
        of: (Kind, DocumentId),
        into: &str,
        said: (&str, &str),
        excluded: &[StaffId],
    ) -> Envelope {
        let fact = self.fact(into, fields([said]), None);
        let mut born = Document::born(of.0).unwrap();
        let change = self.writes(&mut born, &[fact]);
        self.sealed(of, &change, Some(birth(Restricted::None, excluded)))
    }

    pub(crate) fn envelope(
        &self,
        document: DocumentId,
        change: &[u8],
        birth: Option<Birth>,
    ) -> Envelope {
        self.sealed((Kind::Case, document), change, birth)
    }

    /// Facts in one change, each for its collection.
    pub(crate) fn facts(
        &mut self,
        of: (Kind, DocumentId),
        written: &mut Document,
        facts: &[(&str, &[(&str, Field)])],
        birth: Option<Birth>,
    ) -> Envelope {
        let facts: Vec<NewFact> = facts
            .iter()
            .map(|(into, fields)| {
                let fields = fields
                    .iter()
                    .map(|(field, value)| ((*field).to_owned(), value.clone()))
                    .collect();
                self.fact(into, fields, None)
            })
            .collect();
        let change = self.writes(written, &facts);
        self.sealed(of, &change, birth)
    }

    fn fact(
        &mut self,
        into: &str,
        fields: BTreeMap<String, Field>,
        register: Option<String>,
    ) -> NewFact {
        NewFact {
            into: into.to_owned(),
            id: FactId::from_bytes(self.new_id()),
            fields,
            register,
        }
    }

    fn stamp(&self) -> Stamp {
        Stamp {
            by: self.staff,
            device: self.device,
            at: NOON.cast_signed(),
            clock_off: None,
        }
    }

    fn writes(&mut self, document: &mut Document, facts: &[NewFact]) -> Vec<u8> {
        let actor = actor(self.device, self.chance.bytes());
        document.write(actor, &self.stamp(), facts).unwrap()
    }

    fn sealed(
        &self,
        (kind, document): (Kind, DocumentId),
        change: &[u8],
        birth: Option<Birth>,
    ) -> Envelope {
        let draft = Draft {
            event: self.event,
            document,
            kind,
            device: self.device,
            change,
            birth,
        };
        draft.seal(|said| self.key.sign(said))
    }
}
