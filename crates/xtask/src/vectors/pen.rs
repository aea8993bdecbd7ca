//! Writing documents by hand, with fixed people, phones and times.

use anyhow::Result;
use automerge::ActorId;
use safehall_core::{DeviceId, FactId, StaffId};
use safehall_sync::document::{Document, Field, NewFact, Stamp, actor};
use safehall_sync::wire::Kind;

/// 29 September 2026, midnight in Berlin.
const DAY: i64 = 1_790_632_800_000;

/// Somebody with a phone, and the phone's copy of one case.
pub(super) struct Phone {
    pub(super) document: Document,
    staff: u8,
    /// Every change it has, in an order in which they fit.
    log: Vec<Vec<u8>>,
}

pub(super) const ALMA: u8 = 0xa1;
pub(super) const NOOR: u8 = 0x11;
pub(super) const JONAS: u8 = 0x12;

impl Phone {
    pub(super) fn of(staff: u8) -> Result<Self> {
        Ok(Self {
            document: Document::born(Kind::Case)?,
            staff,
            log: Vec::new(),
        })
    }

    /// One change at `hour:minute` of the day.
    pub(super) fn write<const N: usize>(
        &mut self,
        hour: i64,
        minute: i64,
        facts: [NewFact; N],
    ) -> Result<()> {
        self.write_off(hour, minute, None, facts)
    }

    /// The same on a phone that knows how far its clock is off.
    pub(super) fn write_off<const N: usize>(
        &mut self,
        hour: i64,
        minute: i64,
        clock_off: Option<i64>,
        facts: [NewFact; N],
    ) -> Result<()> {
        let at = clock(hour, minute) - clock_off.unwrap_or_default();
        let stamp = Stamp {
            by: StaffId::from_bytes([self.staff; 16]),
            device: self.device(),
            at,
            clock_off,
        };
        self.log
            .push(self.document.write(self.actor(), &stamp, &facts)?);
        Ok(())
    }

    /// Takes in everything that the other phone has.
    pub(super) fn hear(&mut self, other: &Self) -> Result<()> {
        for change in &other.log {
            if !self.log.contains(change) {
                self.document.apply(change)?;
                self.log.push(change.clone());
            }
        }
        Ok(())
    }

    pub(super) fn device(&self) -> DeviceId {
        DeviceId::from_bytes([self.staff ^ 0xd0; 16])
    }

    pub(super) fn actor(&self) -> ActorId {
        actor(self.device(), [self.staff; 8])
    }
}

/// `hour:minute` of the day, in Berlin.
pub(super) const fn clock(hour: i64, minute: i64) -> i64 {
    DAY + (hour * 60 + minute) * 60_000
}

/// The id of an element.
pub(super) fn id(number: u8) -> String {
    FactId::from_bytes([number; 16]).to_string()
}

/// An element with texts in it.
pub(super) fn fact<const N: usize>(into: &str, number: u8, fields: [(&str, &str); N]) -> NewFact {
    let fields = fields.map(|(name, text)| (name.to_owned(), Field::from(text)));
    NewFact {
        into: into.into(),
        id: FactId::from_bytes([number; 16]),
        fields: fields.into(),
        register: None,
    }
}

/// What else can be said of an element.
pub(super) trait And {
    /// Another field.
    fn and(self, name: &str, field: impl Into<Field>) -> Self;
    /// When: milliseconds, and the teller's words.
    fn when(self, kind: &str, from: Option<i64>, to: Option<i64>, words: Option<&str>) -> Self;
    /// The register points at it.
    fn set(self) -> Self;
}

impl And for NewFact {
    fn and(mut self, name: &str, field: impl Into<Field>) -> Self {
        self.fields.insert(name.into(), field.into());
        self
    }

    fn when(self, kind: &str, from: Option<i64>, to: Option<i64>, words: Option<&str>) -> Self {
        let kind = Some(("kind".to_owned(), Field::from(kind)));
        let from = from.map(|at| ("from".to_owned(), Field::from(at)));
        let to = to.map(|at| ("to".to_owned(), Field::from(at)));
        let words = words.map(|words| ("words".to_owned(), Field::from(words)));
        self.and(
            "time",
            Field::Map([kind, from, to, words].into_iter().flatten().collect()),
        )
    }

    fn set(mut self) -> Self {
        self.register = match self.fields.get("field") {
            Some(Field::Text(field)) => Some(field.clone()),
            _ => None,
        };
        self
    }
}
