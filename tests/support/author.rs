//! Somebody who writes cases, as the app would.

use std::collections::BTreeMap;

use automerge::ActorId;
use safehall_sync::document::{Document, Field, NewFact, Stamp, actor};
use safehall_sync::envelope::{Birth, Draft};
use safehall_sync::ids::{DocumentId, FactId};
use safehall_sync::wire::{Envelope, Kind, Restricted};
use safehall_testkit::chance::Chance;
use safehall_testkit::typed;

use super::device::Device;

/// A case while its author writes it.
pub(crate) struct Case {
    pub(crate) id: DocumentId,
    document: Document,
    actor: ActorId,
    chance: Chance,
}

impl Case {
    /// Opens a case: its first change.
    pub(crate) fn open(device: &Device, chance: &Chance, name: &str) -> Option<(Self, Envelope)> {
        let mut chance = chance.branch(name);
        let mut case = Self {
            id: DocumentId::from_bytes(*chance.id().as_bytes()),
            document: Document::born(Kind::Case).ok()?,
            actor: actor(device.id, chance.bytes()),
            chance,
        };
        let birth = Birth {
            parent: None,
            restricted: Restricted::None,
            excluded: Vec::new(),
        };
        let facts = [
            case.fact("opened", &[("policy", "2027-01")]),
            case.fact(
                "entries",
                &[("kind", "note"), ("text", "Opened at the desk")],
            ),
        ];
        let mut facts = facts.to_vec();
        facts[0]
            .fields
            .insert("drill".to_owned(), Field::Bool(false));
        let envelope = case.seal(device, Some(birth), &facts)?;
        Some((case, envelope))
    }

    /// Writes one more note, of the length that notes have.
    pub(crate) fn note(&mut self, device: &Device) -> Option<Envelope> {
        let words = typed::words(&mut self.chance);
        self.says(device, words.as_str())
    }

    /// Writes these words.
    pub(crate) fn says(&mut self, device: &Device, words: &str) -> Option<Envelope> {
        let fact = self.fact("entries", &[("kind", "note"), ("text", words)]);
        self.seal(device, None, &[fact])
    }

    /// Writes as much in one change as a change may hold.
    pub(crate) fn says_much(&mut self, device: &Device) -> Option<Envelope> {
        let words = "much ".repeat(6_000);
        let facts: Vec<_> = (0..8)
            .map(|_| self.fact("entries", &[("kind", "note"), ("text", &words)]))
            .collect();
        self.seal(device, None, &facts)
    }

    fn seal(
        &mut self,
        device: &Device,
        birth: Option<Birth>,
        facts: &[NewFact],
    ) -> Option<Envelope> {
        let stamp = Stamp {
            by: device.staff,
            device: device.id,
            at: 1_802_500_000_000,
            clock_off: None,
        };
        let change = self
            .document
            .write(self.actor.clone(), &stamp, facts)
            .ok()?;
        let draft = Draft {
            event: device.event,
            document: self.id,
            kind: Kind::Case,
            device: device.id,
            change: &change,
            birth,
        };
        Some(draft.seal(|message| device.key.sign(message)))
    }

    fn fact(&mut self, into: &str, fields: &[(&str, &str)]) -> NewFact {
        let fields = fields
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Field::Text((*text).to_owned())));
        NewFact {
            into: into.to_owned(),
            id: FactId::from_bytes(*self.chance.id().as_bytes()),
            fields: fields.collect::<BTreeMap<_, _>>(),
            register: None,
        }
    }
}
