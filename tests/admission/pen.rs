//! How an honest phone writes: through our own writer, or as any Automerge
//! library would in the shape that the app writes.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc as _, ScalarValue};
use safehall_sync::document::{Document, Field, NewFact, Stamp, actor, birth};
use safehall_sync::ids::{DeviceId, FactId};
use safehall_sync::wire::Kind;
use safehall_testkit::chance::Chance;

use super::hub::Author;

/// A document in somebody's hand.
pub(crate) enum Pen {
    Ours(Box<Document>, automerge::ActorId),
    Raw(Box<Automerge>),
}

const WORDS: [&str; 6] = [
    "",
    "by the stairs",
    "Sie stand am Fenster – „nicht hier“",
    "彼女は帰りたいと言った",
    "🫥\u{0}\u{301}\u{202e}x",
    "called her a name, twice, and laughed; the two beside him heard it and went away",
];
const REGISTERS: [&str; 4] = ["place", "ongoing", "severity_first_look", "summary_line"];

impl Pen {
    pub(crate) fn drawn(kind: Kind, device: DeviceId, chance: &mut Chance) -> Self {
        let actor = actor(device, chance.bytes());
        if chance.one_in(2) {
            Self::Ours(Box::new(Document::born(kind).unwrap()), actor)
        } else {
            let mut raw = Automerge::load(birth::bytes(kind)).unwrap();
            raw.set_actor(actor);
            Self::Raw(Box::new(raw))
        }
    }

    /// The app starts again: it writes under another actor from now on.
    pub(crate) fn restart(&mut self, device: DeviceId, chance: &mut Chance) {
        let anew = actor(device, chance.bytes());
        match self {
            Self::Ours(_, actor) => *actor = anew,
            Self::Raw(raw) => drop(raw.set_actor(anew)),
        }
    }

    pub(crate) fn automerge(&self) -> &Automerge {
        match self {
            Self::Ours(document, _) => document.automerge(),
            Self::Raw(raw) => raw,
        }
    }

    pub(crate) fn heads(&self) -> Vec<[u8; 32]> {
        let mut heads: Vec<_> = self
            .automerge()
            .get_heads()
            .iter()
            .map(|head| head.0)
            .collect();
        heads.sort_unstable();
        heads
    }

    pub(crate) fn apply(&mut self, change: &[u8]) {
        match self {
            Self::Ours(document, _) => document.apply(change).expect("what is kept fits"),
            Self::Raw(raw) => {
                let change = automerge::Change::try_from(change).expect("what is kept is read");
                raw.apply_changes([change]).expect("what is kept fits");
            }
        }
    }

    /// One honest change with one to three facts.
    pub(crate) fn write(&mut self, kind: Kind, author: Author, chance: &mut Chance) -> Vec<u8> {
        let facts: Vec<NewFact> = (0..chance.between(1..=3))
            .map(|_| fact(kind, chance))
            .collect();
        // An app sets a register once in a change.
        let mut set = std::collections::BTreeSet::new();
        let facts: Vec<NewFact> = facts
            .into_iter()
            .map(|mut fact| {
                fact.register = fact
                    .register
                    .filter(|register| set.insert(register.clone()));
                fact
            })
            .collect();
        let stamp = Stamp {
            by: author.staff,
            device: author.device,
            at: clock(chance),
            clock_off: chance.one_in(3).then_some(-1_200),
        };
        match self {
            Self::Ours(document, actor) => document.write(actor.clone(), &stamp, &facts).unwrap(),
            Self::Raw(raw) => write_raw(raw, &stamp, &facts, chance),
        }
    }
}

/// A phone's clock: right, or wrong by anything.
fn clock(chance: &mut Chance) -> i64 {
    match chance.between(0..=9) {
        0 => [0, -1, 9_007_199_254_740_991, -62_135_596_800_000][chance.index(4)],
        _ => 1_802_500_000_000 + i64::from(u32::from_le_bytes(chance.bytes())),
    }
}

fn fact(kind: Kind, chance: &mut Chance) -> NewFact {
    let into = birth::maps(kind);
    let id = FactId::from_bytes(*chance.id().as_bytes());
    let mut into = into[chance.index(into.len())].to_owned();
    let mut register = None;
    if into == "registers" {
        into = "entries".to_owned();
        register = Some(REGISTERS[chance.index(REGISTERS.len())].to_owned());
    }
    let mut fields = std::collections::BTreeMap::new();
    for name in ["text", "kind", "value", "report", "name"] {
        if chance.one_in(2) {
            fields.insert(
                name.to_owned(),
                Field::from(WORDS[chance.index(WORDS.len())]),
            );
        }
    }
    if chance.one_in(6) {
        let long = WORDS[5].repeat(usize::try_from(chance.between(1..=60)).unwrap());
        fields.insert("text".to_owned(), Field::from(long.as_str()));
    }
    if chance.one_in(4) {
        let from = Field::Int(clock(chance));
        let time = [
            ("kind".to_owned(), Field::from("around")),
            ("from".to_owned(), from),
        ];
        fields.insert("time".to_owned(), Field::Map(time.into()));
    }
    if chance.one_in(5) {
        fields.insert("drill".to_owned(), Field::Bool(chance.one_in(2)));
    }
    NewFact {
        into,
        id,
        fields,
        register,
    }
}

/// As the app does it: fields in the order in which somebody typed them,
/// numbers of any type, now and then a field that only a later app knows.
fn write_raw(
    raw: &mut Automerge,
    stamp: &Stamp,
    facts: &[NewFact],
    chance: &mut Chance,
) -> Vec<u8> {
    let options = || CommitOptions::default().with_time(stamp.at.div_euclid(1000));
    let wrote = raw.transact_with::<_, _, automerge::AutomergeError, _>(
        |()| options(),
        |change| {
            for fact in facts {
                let collection = change.get(ROOT, fact.into.as_str())?.expect("there").1;
                let element = change.put_object(&collection, fact.id.to_string(), ObjType::Map)?;
                let mut fields: Vec<_> = fact.fields.iter().collect();
                let turn = chance.index(fields.len() + 1).min(fields.len());
                fields.rotate_left(turn);
                put(change, &element, &fields)?;
                change.put(&element, "by", stamp.by.to_string())?;
                change.put(&element, "device", stamp.device.to_string())?;
                if chance.one_in(2) {
                    change.put(&element, "at", stamp.at)?;
                } else {
                    change.put(&element, "at", ScalarValue::F64(1e12))?;
                }
                match chance.between(0..=9) {
                    0 => change.put(&element, "later", ScalarValue::Null)?,
                    1 => change.put(&element, "later", ScalarValue::Uint(7))?,
                    _ => {}
                }
                if let Some(register) = &fact.register {
                    let registers = change.get(ROOT, "registers")?.expect("there").1;
                    change.put(&registers, register.as_str(), fact.id.to_string())?;
                }
            }
            Ok(())
        },
    );
    wrote.unwrap_or_else(|failure| panic!("{}", failure.error));
    raw.get_last_local_change().unwrap().raw_bytes().to_vec()
}

fn put(
    change: &mut impl Transactable,
    into: &ObjId,
    fields: &[(&String, &Field)],
) -> Result<(), automerge::AutomergeError> {
    for (name, field) in fields {
        match field {
            Field::Text(text) => change.put(into, name.as_str(), text.as_str())?,
            Field::Int(int) => change.put(into, name.as_str(), *int)?,
            Field::Bool(bool) => change.put(into, name.as_str(), *bool)?,
            Field::Map(inner) => {
                let map = change.put_object(into, name.as_str(), ObjType::Map)?;
                put(change, &map, &inner.iter().collect::<Vec<_>>())?;
            }
        }
    }
    Ok(())
}
