//! Whatever a member with a valid device sends, what somebody else wrote stays
//! as it was, can be seen, and can be written on.

use std::panic::catch_unwind;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::transaction::Transactable as _;
use automerge::{
    ActorId, Automerge, Change, ChangeHash, ExpandedChange, ObjId, ObjType, ROOT, ReadDoc as _,
    ScalarValue,
};
use safehall_sync::document::{Collections, Element, actor, birth, collections};
use safehall_sync::wire::Kind;
use safehall_testkit::chance::Chance;
use sha2::{Digest as _, Sha256};

use super::hub::{Author, Hub, Phone};
use super::play_all;

const ALL: u64 = 100_000;
const SHARE: u64 = 80;

#[test]
fn no_hostile_sequence_touches_what_somebody_else_wrote() {
    let usual = safehall_tests::full_or(ALL, SHARE);

    let (sequences, [sent, kept]) = play_all("hostile", usual, play);

    println!(
        "{sequences} hostile sequences, {sent} changes, {kept} of them kept, the others' facts intact in all"
    );
    assert!(
        sequences < SHARE || (kept > sequences / 10 && kept < sent),
        "nearly all or nearly none is kept: the malice proves nothing"
    );
}

/// Noor writes; Jonas, who has a phone and the right to write, means harm.
fn play(seed: u64) -> [u64; 2] {
    let mut chance = Chance::seeded(seed).branch("hostile");
    let kind = if chance.one_in(4) {
        Kind::Chair
    } else {
        Kind::Case
    };
    let mut hub = Hub::born(kind);
    let mut noor = phone(&hub, &mut chance);
    let mut jonas = phone(&hub, &mut chance);
    for _ in 0..chance.between(1..=4) {
        says(&mut hub, &mut noor, &mut chance);
        if chance.one_in(3) {
            jonas.read_all(&hub);
            says(&mut hub, &mut jonas, &mut chance);
            noor.read_all(&hub);
        }
    }
    jonas.read_all(&hub);

    let (mut sent, mut kept) = (0, 0);
    for _ in 0..chance.between(2..=6) {
        let Some(bad) = malice(&hub, &noor, &mut jonas, &mut chance) else {
            continue;
        };
        sent += 1;
        if hub.push(&jonas.author, &bad).is_ok() {
            kept += 1;
            jonas.read_all(&hub);
        }
        if chance.one_in(4) {
            noor.read_all(&hub);
            says(&mut hub, &mut noor, &mut chance);
        }
    }

    let before = of(&noor.author, &collections(noor.pen.automerge()));
    assert!(!before.is_empty(), "Noor wrote nothing");
    let after = of(&noor.author, &hub.reads_after_a_save());
    assert!(after == before, "what Noor wrote is not as it was");
    noor.read_all(&hub);
    assert_eq!(
        noor.pen.heads(),
        hub.document().heads(),
        "Noor's phone has another document"
    );
    says(&mut hub, &mut noor, &mut chance);
    hub.reads_after_a_save();
    [sent, kept]
}

fn phone(hub: &Hub, chance: &mut Chance) -> Phone {
    let author = Author::drawn(chance);
    Phone::new(hub, author, chance)
}

/// Writes an honest change, which is always kept.
fn says(hub: &mut Hub, phone: &mut Phone, chance: &mut Chance) {
    let change = phone.pen.write(hub.kind, phone.author, chance);
    let kept = hub.push(&phone.author, &change);
    assert!(kept.is_ok(), "an honest change was refused: {kept:?}");
}

/// Everything that reads as if this author had written it.
fn of(author: &Author, found: &Collections) -> Vec<(String, Element)> {
    let all = found.elements.iter();
    all.flat_map(|(name, elements)| elements.iter().map(move |element| (name, element)))
        .filter(|(_, element)| element.by == author.staff || element.device == author.device)
        .map(|(name, element)| (name.clone(), element.clone()))
        .collect()
}

/// One change that nobody honest would send, now and then with an honest one.
fn malice(hub: &Hub, noor: &Phone, jonas: &mut Phone, chance: &mut Chance) -> Option<Vec<u8>> {
    let kind = hub.kind;
    match chance.between(0..=11) {
        // Another's words again, as one's own.
        0 => chance.pick(&hub.log).map(|(_, change)| change.clone()),
        1..=4 => edited(&hub.document().automerge().clone(), noor, jonas, chance),
        // An honest change, taken apart and put together otherwise.
        5..=8 => {
            let honest = as_if(hub, jonas.author, chance);
            forged(&honest, hub, noor, chance)
        }
        // Bytes by chance, whole again around them.
        9 => Some(tampered(&as_if(hub, jonas.author, chance), chance)),
        // As if Noor had said it.
        10 => {
            let pretended = Author {
                staff: noor.author.staff,
                device: if chance.one_in(2) {
                    noor.author.device
                } else {
                    jonas.author.device
                },
            };
            let mut pen = fresh(hub, jonas.author, chance);
            Some(pen.pen.write(kind, pretended, chance))
        }
        _ => Some(as_if(hub, jonas.author, chance)),
    }
}

/// A phone with all of the log, and a new actor of this author's.
fn fresh(hub: &Hub, author: Author, chance: &mut Chance) -> Phone {
    let mut phone = Phone::new(hub, author, chance);
    phone.read_all(hub);
    phone
}

fn as_if(hub: &Hub, author: Author, chance: &mut Chance) -> Vec<u8> {
    fresh(hub, author, chance)
        .pen
        .write(hub.kind, author, chance)
}

/// What Automerge itself makes of an edit that our writer would never do.
fn edited(
    document: &Automerge,
    noor: &Phone,
    jonas: &Phone,
    chance: &mut Chance,
) -> Option<Vec<u8>> {
    let mut raw = document.clone();
    let whose = if chance.one_in(6) {
        noor.author
    } else {
        jonas.author
    };
    raw.set_actor(actor(whose.device, chance.bytes()));
    let (path, key) = somewhere(&raw, chance);
    let mut change = raw.transaction();
    for _ in 0..chance.between(1..=3) {
        let key = if chance.one_in(4) {
            "text"
        } else {
            key.as_str()
        };
        // What Automerge does not let anybody do is not done.
        let _ = match chance.between(0..=7) {
            0..=1 => change.delete(&path, key),
            2 => change.put(&path, key, "nothing happened"),
            3 => change.put(&path, key, ScalarValue::counter(1)),
            4 => change.put_object(&path, key, ObjType::Map).map(|_| ()),
            5 => change.put_object(&path, key, ObjType::Text).map(|_| ()),
            6 => change.increment(&path, key, 1),
            _ => change.put(&path, key, ScalarValue::Null),
        };
    }
    change.commit();
    raw.get_last_local_change()
        .map(|change| change.raw_bytes().to_vec())
}

/// Some map of the document, and a key that it has.
fn somewhere(raw: &Automerge, chance: &mut Chance) -> (ObjId, String) {
    let (mut object, mut key) = (ROOT, "v".to_owned());
    for _ in 0..chance.between(1..=4) {
        let keys: Vec<String> = raw.keys(&object).collect();
        let Some(some) = chance.pick(&keys) else {
            break;
        };
        key.clone_from(some);
        match raw.get(&object, some.as_str()) {
            Ok(Some((value, inner))) if value.is_object() && !chance.one_in(4) => object = inner,
            _ => break,
        }
    }
    (object, key)
}

/// An honest change with its parts exchanged for others.
fn forged(honest: &[u8], hub: &Hub, noor: &Phone, chance: &mut Chance) -> Option<Vec<u8>> {
    let theirs: Vec<ExpandedChange> = hub
        .log
        .iter()
        .map(|(_, change)| Change::try_from(change.as_slice()).expect("kept").decode())
        .collect();
    let mut forged = Change::try_from(honest).expect("honest").decode();
    for _ in 0..chance.between(1..=3) {
        forge(&mut forged, &theirs, noor, chance);
    }
    // Automerge does not write everything that can be said.
    catch_unwind(|| Change::from(forged).raw_bytes().to_vec()).ok()
}

fn forge(
    change: &mut ExpandedChange,
    theirs: &[ExpandedChange],
    noor: &Phone,
    chance: &mut Chance,
) {
    let other = &theirs[chance.index(theirs.len())];
    match chance.between(0..=13) {
        0 => change.actor_id = other.actor_id.clone(),
        1 => change.actor_id = actor(noor.author.device, chance.bytes()),
        2 => change.actor_id = ActorId::from(birth::ACTOR),
        3 => change.seq = [0, 1, 2, other.seq, other.seq + 1, u64::from(u32::MAX)][chance.index(6)],
        4 => {
            change.start_op = [
                1.try_into().unwrap(),
                other.start_op,
                change.start_op.saturating_add(1),
            ][chance.index(3)]
        }
        5 => change.deps = vec![ChangeHash(chance.bytes())],
        6 => change.deps.truncate(1),
        7 => change.deps.clear(),
        8 => change.deps.extend(other.deps.iter().copied()),
        9 => change.message = Some("read me".to_owned()),
        10 => change.extra_bytes = vec![0],
        _ => {
            let names = names(theirs);
            for _ in 0..chance.between(1..=3) {
                let at = chance.index(change.operations.len());
                let theirs = &other.operations[chance.index(other.operations.len())];
                forge_op(&mut change.operations[at], theirs, &names, chance);
            }
        }
    }
}

/// The names of all operations of these changes.
fn names(changes: &[ExpandedChange]) -> Vec<OpId> {
    let of = |change: &ExpandedChange| {
        let (first, actor) = (change.start_op.get(), change.actor_id.clone());
        (first..first + change.operations.len() as u64)
            .map(move |counter| OpId::new(counter, &actor))
    };
    let born = (1..=18).map(|counter| OpId::new(counter, &ActorId::from(birth::ACTOR)));
    changes.iter().flat_map(of).chain(born).collect()
}

fn forge_op(op: &mut Op, theirs: &Op, names: &[OpId], chance: &mut Chance) {
    let name = names[chance.index(names.len())].clone();
    match chance.between(0..=8) {
        0 => op.obj = theirs.obj.clone(),
        1 => op.obj = ObjectId::Id(name),
        2 => op.obj = ObjectId::Root,
        3 => op.key = theirs.key.clone(),
        4 => op.pred = vec![name].into(),
        5 => op.pred = theirs.pred.clone(),
        6 => op.action = OpType::Delete,
        7 => {
            // The very place where another's field stands, and over it.
            op.obj = theirs.obj.clone();
            op.key = theirs.key.clone();
            op.action = OpType::Put("nothing happened".into());
            op.pred = vec![name].into();
        }
        _ => op.key = Key::Map(["text", "by", "v", "entries", "place"][chance.index(5)].into()),
    }
}

/// A change with some bytes of its content exchanged, and the right checksum.
fn tampered(change: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut hashed = change[8..].to_vec();
    for _ in 0..chance.between(1..=4) {
        let at = chance.index(hashed.len());
        hashed[at] = match chance.between(0..=2) {
            0 => hashed[at] ^ (1 << chance.between(0..=7)),
            1 => [0, 1, 0x7f, 0x80, 0xff][chance.index(5)],
            _ => chance.bytes::<1>()[0],
        };
    }
    let checksum = Sha256::digest(&hashed);
    [&change[..4], &checksum[..4], &hashed].concat()
}
