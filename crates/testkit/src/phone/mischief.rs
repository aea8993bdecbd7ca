//! What somebody sends who has a phone, its key, the right to write, and means
//! harm. Their app stays honest: it shows them what the server hands out.

use automerge::transaction::Transactable as _;
use automerge::{
    ActorId, Automerge, Change, ChangeHash, ExpandedChange, ObjId, ROOT, ReadDoc as _,
};
use safehall_sync::document::{Document, Field, NewFact, Stamp, actor};
use safehall_sync::envelope::Birth;
use safehall_sync::ids::{self, DeviceId, DocumentId, StaffId};
use safehall_sync::wire::{Envelope, Kind, Restricted};

use super::Phone;

/// Whom it is meant to hurt.
#[derive(Clone, Copy)]
pub(crate) struct Victim {
    pub(crate) staff: StaffId,
    pub(crate) device: DeviceId,
}

impl Phone {
    /// What only this phone has, oldest first, as it would hand it in.
    pub(crate) fn unsent_envelopes(&self) -> Vec<Envelope> {
        let app = self.app.as_ref();
        let unsent = app.map_or(&[][..], |app| app.desk.unsent.as_slice());
        unsent.iter().map(|held| held.envelope.clone()).collect()
    }

    /// Envelopes that no app would send. `cases` are known by hearsay, whether
    /// or not this phone has them.
    pub(crate) fn mischief(&mut self, cases: &[DocumentId], victim: Victim) -> Vec<Envelope> {
        let mut chance = self.chance.branch(&format!("mischief {}", self.lines));
        self.lines += 1;
        let mut held = self.documents();
        held.retain(|_, kind| *kind == Kind::Case);
        let held: Vec<DocumentId> = held.into_keys().collect();
        let from = if held.is_empty() || chance.one_in(4) {
            cases
        } else {
            &held
        };
        let Some(case) = chance.pick(from).copied() else {
            return vec![self.garbage()];
        };
        let document = match self.document(case) {
            Some(held) => held.clone(),
            None => match Document::born(Kind::Case) {
                Ok(born) => born,
                Err(_) => return Vec::new(),
            },
        };
        let own = actor(self.device, chance.bytes());
        let by = |staff, device| Stamp {
            by: staff,
            device,
            at: 1_802_500_000_000,
            clock_off: None,
        };
        let own_name = by(self.staff, self.device);
        let mut write = |actor, stamp: &Stamp| {
            let fact = self.lie();
            document.clone().write(actor, stamp, &[fact]).ok()
        };
        let changes: Vec<Option<Vec<u8>>> = match chance.between(0..=13) {
            // Two changes under one number.
            0 => vec![write(own.clone(), &own_name), write(own, &own_name)],
            1 => vec![forged(write(own, &own_name), |change| change.seq += 4)],
            2 => vec![write(actor(victim.device, chance.bytes()), &own_name)],
            3 => vec![edited(document.automerge(), &own, |change, element| {
                change.put(element, "text", "nothing happened").is_ok()
            })],
            4 => vec![edited(document.automerge(), &own, |change, element| {
                change.delete(element, "text").is_ok()
            })],
            5 => {
                let unknown = ChangeHash(chance.bytes());
                vec![forged(write(own, &own_name), |change| {
                    change.deps = vec![unknown];
                })]
            }
            6 => return self.replay(case),
            7 => return (0..chance.between(1..=3)).map(|_| self.garbage()).collect(),
            8 => return (0..320).map(|_| self.garbage()).collect(),
            9 => return self.false_births(case, victim),
            10 => vec![write(own, &by(victim.staff, victim.device))],
            // Torn off in the middle, under a signature that fits.
            11 => vec![write(own, &own_name).map(|mut change| {
                change.truncate(change.len() / 2);
                change
            })],
            12 => {
                let flood = self.flood(case, document, own, &own_name);
                return flood.into_iter().collect();
            }
            // A lie in one's own name is a fact like any other.
            _ => vec![write(own, &own_name)],
        };
        let changes = changes.into_iter().flatten();
        changes
            .map(|change| self.seal(case, Kind::Case, None, &change))
            .collect()
    }

    /// More words than a change may have.
    fn flood(
        &mut self,
        case: DocumentId,
        mut document: Document,
        own: ActorId,
        stamp: &Stamp,
    ) -> Option<Envelope> {
        let mut fact = self.lie();
        let text = "on and on ".repeat(27_000);
        fact.fields.insert("text".to_owned(), Field::Text(text));
        let change = document.write(own, stamp, &[fact]).ok()?;
        Some(self.seal(case, Kind::Case, None, &change))
    }

    fn lie(&mut self) -> NewFact {
        NewFact {
            into: "entries".to_owned(),
            id: self.new_id(),
            fields: [("kind", "note"), ("text", "It was nothing")]
                .map(|(name, text)| (name.to_owned(), Field::from(text)))
                .into(),
            register: None,
        }
    }

    /// What others signed, once more, and once more under this phone's name.
    fn replay(&mut self, case: DocumentId) -> Vec<Envelope> {
        let held = self
            .app
            .as_ref()
            .and_then(|app| app.desk.changes.get(&case));
        let theirs: Vec<_> = held.into_iter().flatten().take(4).cloned().collect();
        let mut again: Vec<Envelope> = theirs.iter().map(|held| held.envelope.clone()).collect();
        for held in theirs {
            again.push(self.seal(case, held.kind, None, &held.change));
        }
        again
    }

    /// Documents that claim to belong to a case, and a case that begins again
    /// with somebody shut out of it.
    fn false_births(&mut self, case: DocumentId, victim: Victim) -> Vec<Envelope> {
        let of_the_case = Birth {
            parent: Some(case),
            restricted: Restricted::None,
            excluded: Vec::new(),
        };
        let shut = Birth {
            parent: None,
            restricted: Restricted::None,
            excluded: vec![victim.staff],
        };
        let stranger = DocumentId::from_bytes(*self.new_id().as_bytes());
        let born = [
            (
                ids::chair_of(case),
                Kind::Chair,
                "entries",
                of_the_case.clone(),
            ),
            (stranger, Kind::Identity, "persons", of_the_case),
            (case, Kind::Case, "entries", shut),
        ];
        let mut envelopes = Vec::new();
        for (document, kind, into, birth) in born {
            let stamp = Stamp {
                by: self.staff,
                device: self.device,
                at: 1_802_500_000_000,
                clock_off: None,
            };
            let fact = NewFact {
                into: into.to_owned(),
                ..self.lie()
            };
            let own = actor(self.device, self.chance.bytes());
            let change = Document::born(kind)
                .ok()
                .and_then(|mut empty| empty.write(own, &stamp, &[fact]).ok());
            if let Some(change) = change {
                envelopes.push(self.seal(document, kind, Some(birth), &change));
            }
        }
        envelopes
    }

    fn garbage(&mut self) -> Envelope {
        Envelope {
            body: self.chance.bytes::<40>().to_vec().into(),
            signature: self.chance.bytes::<64>().to_vec().into(),
        }
    }
}

/// An honest change with something in it exchanged.
fn forged(honest: Option<Vec<u8>>, forge: impl FnOnce(&mut ExpandedChange)) -> Option<Vec<u8>> {
    let mut change = Change::try_from(honest?.as_slice()).ok()?.decode();
    forge(&mut change);
    Some(Change::from(change).raw_bytes().to_vec())
}

/// What Automerge makes of an edit of the first element with a text.
fn edited(
    document: &Automerge,
    own: &ActorId,
    edit: impl FnOnce(&mut automerge::transaction::Transaction<'_>, &ObjId) -> bool,
) -> Option<Vec<u8>> {
    let mut raw = document.clone();
    raw.set_actor(own.clone());
    let element = ["entries", "accounts"].iter().find_map(|collection| {
        let (_, map) = raw.get(ROOT, *collection).ok()??;
        let mut keys = raw.keys(&map);
        keys.find_map(|key| {
            let (_, element) = raw.get(&map, key).ok()??;
            raw.get(&element, "text").ok()?.map(|_| element)
        })
    })?;
    let mut change = raw.transaction();
    if !edit(&mut change, &element) {
        return None;
    }
    change.commit();
    raw.get_last_local_change()
        .map(|change| change.raw_bytes().to_vec())
}
