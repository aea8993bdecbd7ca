//! Honest changes are kept; whatever else a valid device can send is refused.

use automerge::transaction::Transactable as _;
use automerge::{AutoCommit, Change, ObjId, ObjType, ROOT, ReadDoc as _, ScalarValue};
use proptest::prelude::*;

use super::*;
use crate::document::{Document, Field, NewFact, Stamp, actor};
use crate::ids::{DocumentId, FactId, StaffId, sha256};
use crate::trial::{Answer, Chain, Question, Trial};

const NOOR: DeviceId = DeviceId::from_bytes([1; 16]);
const JONAS: DeviceId = DeviceId::from_bytes([2; 16]);

fn stamp(device: DeviceId) -> Stamp {
    Stamp {
        by: StaffId::from_bytes([7; 16]),
        device,
        at: 1_790_000_000_000,
        clock_off: None,
    }
}

fn element(into: &str, id: u8, fields: &[(&str, &str)]) -> NewFact {
    let fields = fields.iter();
    NewFact {
        into: into.into(),
        id: FactId::from_bytes([id; 16]),
        fields: fields
            .map(|(name, text)| ((*name).to_owned(), Field::from(*text)))
            .collect(),
        register: None,
    }
}

fn note(id: u8) -> NewFact {
    element(
        "entries",
        id,
        &[("kind", "note"), ("text", "by the stairs")],
    )
}

fn place(id: u8, value: &str) -> NewFact {
    let fields = [("kind", "set"), ("field", "place"), ("value", value)];
    NewFact {
        register: Some("place".into()),
        ..element("entries", id, &fields)
    }
}

fn case() -> Document {
    Document::born(Kind::Case).expect("born")
}

fn write(document: &mut Document, device: DeviceId, facts: &[NewFact]) -> Vec<u8> {
    document
        .write(actor(device, [9; 8]), &stamp(device), facts)
        .expect("written")
}

/// A change that Automerge makes when `edit` is done to a born case with one entry.
fn edited(edit: impl FnOnce(&mut AutoCommit, &ObjId, &ObjId)) -> (DocumentState, Vec<u8>) {
    let mut document = case();
    let mut state = DocumentState::born(Kind::Case);
    let first = write(&mut document, JONAS, &[note(1)]);
    state.take(JONAS, &first).expect("honest");
    let mut raw = AutoCommit::load(&document.save())
        .expect("loads")
        .with_actor(actor(NOOR, [9; 8]));
    let entries = raw.get(ROOT, "entries").expect("reads").expect("there").1;
    let entry = raw
        .get(&entries, FactId::from_bytes([1; 16]).to_string())
        .expect("reads")
        .expect("there")
        .1;
    edit(&mut raw, &entries, &entry);
    raw.commit();
    let change = raw
        .get_last_local_change()
        .expect("a change")
        .raw_bytes()
        .to_vec();
    (state, change)
}

fn refusal(edit: impl FnOnce(&mut AutoCommit, &ObjId, &ObjId)) -> Option<Reason> {
    let (mut state, change) = edited(edit);
    state.take(NOOR, &change).err()
}

/// Whether a born case with this change in it reads, saves and loads.
fn holds(change: &[u8]) -> bool {
    let question = Question {
        document: DocumentId::from_bytes([5; 16]),
        kind: Kind::Case,
        base: Chain::born(),
        log: Some(Vec::new()),
        changes: vec![change],
    };
    Trial::new(0).ask(&question) == Answer::Holds
}

/// The change with this done to its content, and whole again around it.
fn tampered(change: &[u8], tamper: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut rest = bytes::Reader(&change[9..]);
    let mut content = rest.prefixed().expect("content").to_vec();
    tamper(&mut content);
    let mut hashed = vec![1];
    prost::encoding::encode_varint(content.len() as u64, &mut hashed);
    hashed.extend(content);
    let hash = sha256(&[&hashed]);
    [&change[..4], &hash[..4], &hashed].concat()
}

#[test]
fn honest_changes_of_two_phones_are_kept_in_either_order() {
    let (mut noor, mut jonas) = (case(), case());
    let from_noor = [
        write(&mut noor, NOOR, &[note(1), place(2, "terrace")]),
        write(&mut noor, NOOR, &[note(3)]),
    ];
    let from_jonas = [write(&mut jonas, JONAS, &[place(4, "foyer")])];
    for change in &from_noor {
        jonas.apply(change).expect("fits");
    }
    let settled = write(&mut jonas, JONAS, &[place(5, "foyer")]);

    for jonas_first in [true, false] {
        let mut state = DocumentState::born(Kind::Case);
        let noor = from_noor.iter().map(|change| (NOOR, change));
        let jonas = from_jonas.iter().map(|change| (JONAS, change));
        let order: Vec<_> = if jonas_first {
            jonas.chain(noor).collect()
        } else {
            noor.chain(jonas).collect()
        };
        for (device, change) in order {
            state.take(device, change).expect("kept");
        }
        let admitted = state.take(JONAS, &settled).expect("kept");
        assert_eq!(admitted.seq, 2);
    }
}

#[test]
fn a_dispute_is_settled_by_either_side_whoever_comes_first_in_the_alphabet() {
    for settler in [NOOR, JONAS] {
        let (mut noor, mut jonas) = (case(), case());
        let theirs = [
            write(&mut noor, NOOR, &[place(1, "terrace")]),
            write(&mut jonas, JONAS, &[place(2, "foyer")]),
        ];
        let document = if settler == NOOR {
            &mut noor
        } else {
            &mut jonas
        };
        theirs
            .iter()
            .for_each(|change| document.apply(change).expect("fits"));
        let settled = write(document, settler, &[place(3, "foyer")]);

        let mut state = DocumentState::born(Kind::Case);
        state.take(NOOR, &theirs[0]).expect("kept");
        state.take(JONAS, &theirs[1]).expect("kept");
        assert_eq!(
            state.take(settler, &settled).map(|admitted| admitted.seq),
            Ok(2)
        );
    }
}

#[test]
fn our_reader_and_automerge_read_the_same_change() {
    let change = write(&mut case(), NOOR, &[note(1), place(2, "terrace")]);

    let ours = Chunk::read(&change).expect("read");
    let theirs = Change::try_from(&change[..]).expect("read");

    assert_eq!(ours.hash, theirs.hash().0);
    assert_eq!(ours.ops.len(), theirs.len());
    assert_eq!(ours.actors[0], theirs.actor_id().to_bytes());
    assert_eq!(
        (ours.seq, ours.start_op),
        (theirs.seq(), theirs.start_op().get())
    );
}

/// Both readers of a document, one of them without Automerge.
fn read_alike(document: &Document, changes: &[Vec<u8>]) {
    let theirs = crate::document::collections(document.automerge());
    let ours = told(Kind::Case, changes.iter().map(Vec::as_slice));
    assert!(ours == theirs, "{} changes", changes.len());
    let turned = told(Kind::Case, changes.iter().rev().map(Vec::as_slice));
    assert!(
        turned == theirs,
        "{} changes, the newest first",
        changes.len()
    );
}

#[test]
fn what_kept_changes_say_is_the_same_without_automerge() {
    let mut first = case();
    let mut second = case();
    let mut changes = vec![write(&mut first, NOOR, &[note(1)])];
    second.apply(&changes[0]).expect("a change");
    // Apart from each other both set one register, and one of them settles it later.
    changes.push(write(&mut first, NOOR, &[place(2, "terrace"), note(9)]));
    changes.push(write(&mut second, JONAS, &[place(3, "foyer")]));
    first.apply(&changes[2]).expect("a change");
    read_alike(&first, &changes);
    changes.push(write(&mut first, NOOR, &[place(4, "hall")]));
    read_alike(&first, &changes);

    let time = BTreeMap::from([("from".to_owned(), Field::Int(1_790_000_000_000))]);
    let odd = NewFact {
        into: "answers".to_owned(),
        id: FactId::from_bytes([7; 16]),
        fields: BTreeMap::from([
            ("report".to_owned(), Field::Text("00".repeat(16))),
            ("yes".to_owned(), Field::Bool(true)),
            ("no".to_owned(), Field::Bool(false)),
            ("below".to_owned(), Field::Int(-5)),
            ("large".to_owned(), Field::Int((1 << 53) - 1)),
            ("time".to_owned(), Field::Map(time)),
        ]),
        register: None,
    };
    changes.push(write(&mut first, NOOR, &[odd]));
    read_alike(&first, &changes);
}

#[test]
fn nobody_overwrites_deletes_or_adds_to_what_somebody_wrote() {
    let one = FactId::from_bytes([1; 16]).to_string();

    assert_eq!(
        refusal(|doc, _, entry| doc.put(entry, "text", "nothing happened").unwrap()),
        Some(Reason::NotAFact)
    );
    assert_eq!(
        refusal(|doc, _, entry| doc.put(entry, "extra", "more").unwrap()),
        Some(Reason::NotAFact)
    );
    assert_eq!(
        refusal(|doc, _, entry| doc.delete(entry, "text").unwrap()),
        Some(Reason::NotAFact)
    );
    assert_eq!(
        refusal(|doc, entries, _| doc.delete(entries, one.as_str()).unwrap()),
        Some(Reason::NotAFact)
    );
    assert_eq!(
        refusal(|doc, entries, _| {
            doc.put_object(entries, one.as_str(), ObjType::Map).unwrap();
        }),
        Some(Reason::NotAFact)
    );
    assert_eq!(
        refusal(|doc, _, _| doc.delete(ROOT, "entries").unwrap()),
        Some(Reason::NotAFact)
    );
    assert_eq!(
        refusal(|doc, _, _| doc.put(ROOT, "v", 2).unwrap()),
        Some(Reason::NotAFact)
    );
}

#[test]
fn there_are_no_lists_texts_counters_or_deep_maps() {
    let two = FactId::from_bytes([2; 16]).to_string();
    let in_a_new_element = |edit: &dyn Fn(&mut AutoCommit, &ObjId)| {
        refusal(|doc, entries, _| {
            let element = doc.put_object(entries, two.as_str(), ObjType::Map).unwrap();
            edit(doc, &element);
        })
    };

    assert_eq!(
        in_a_new_element(&|doc, element| doc.put(element, "kind", "note").unwrap()),
        None
    );
    for kind in [ObjType::List, ObjType::Text] {
        let refused = in_a_new_element(&|doc, element| {
            doc.put_object(element, "text", kind).unwrap();
        });
        assert_eq!(refused, Some(Reason::NotAFact));
    }
    let counter =
        in_a_new_element(&|doc, element| doc.put(element, "n", ScalarValue::counter(1)).unwrap());
    assert_eq!(counter, Some(Reason::NotAFact));
    let deep = in_a_new_element(&|doc, element| {
        let time = doc.put_object(element, "time", ObjType::Map).unwrap();
        doc.put_object(&time, "deeper", ObjType::Map).unwrap();
    });
    assert_eq!(deep, Some(Reason::NotAFact));
    let long = in_a_new_element(&|doc, element| {
        doc.put(element, "text", "x".repeat(facts::MAX_TEXT + 1))
            .unwrap()
    });
    assert_eq!(long, Some(Reason::TooBig));
    assert_eq!(
        refusal(|doc, entries, _| doc.put(entries, two.as_str(), 1).unwrap()),
        Some(Reason::NotAFact)
    );
    assert_eq!(
        refusal(|doc, entries, _| doc
            .put_object(entries, "x", ObjType::Map)
            .map(|_| ())
            .unwrap()),
        Some(Reason::NotAFact)
    );
}

fn body(change: Vec<u8>, device: DeviceId) -> Body {
    Body {
        id: crate::ids::ChangeId::from_bytes([0; 32]),
        event: EventId::from_bytes([1; 16]),
        document: crate::ids::DocumentId::from_bytes([2; 16]),
        kind: Kind::Case,
        device,
        change: change.into(),
        birth: None,
    }
}

#[test]
fn nobody_lets_somebody_else_say_something() {
    let staff = stamp(NOOR).by;
    let mut note = note(1);
    let time = [("by".to_owned(), Field::from("the teller"))];
    note.fields.insert("time".into(), Field::Map(time.into()));
    let honest = body(write(&mut case(), NOOR, &[note, place(2, "terrace")]), NOOR);
    let of_another_device = body(
        case()
            .write(actor(NOOR, [9; 8]), &stamp(JONAS), &[place(3, "foyer")])
            .expect("written"),
        NOOR,
    );

    assert_eq!(in_ones_own_name(&honest, staff), Ok(()));
    assert_eq!(
        in_ones_own_name(&honest, StaffId::from_bytes([8; 16])),
        Err(Reason::NotAFact)
    );
    assert_eq!(
        in_ones_own_name(&of_another_device, staff),
        Err(Reason::NotAFact)
    );
}

#[test]
fn a_replayed_or_skipped_or_borrowed_place_in_the_sequence_is_refused() {
    let mut document = case();
    let changes = [1, 2, 3].map(|id| write(&mut document, NOOR, &[note(id)]));
    let mut state = DocumentState::born(Kind::Case);
    state.take(NOOR, &changes[0]).expect("kept");

    assert_eq!(
        state.take(NOOR, &changes[0]),
        Err(Reason::BadSequence),
        "replayed"
    );
    assert_eq!(
        state.take(NOOR, &changes[2]),
        Err(Reason::Dependencies),
        "reordered"
    );
    assert_eq!(
        state.take(JONAS, &changes[1]),
        Err(Reason::BadSequence),
        "another device's actor"
    );
    let twice = write(&mut case(), NOOR, &[note(9)]);
    assert_eq!(
        state.take(NOOR, &twice),
        Err(Reason::BadSequence),
        "a number used twice"
    );
    assert!(
        state.take(NOOR, &changes[1]).is_ok(),
        "refusals left no trace"
    );
}

#[test]
fn a_refused_change_holds_up_only_what_builds_on_it() {
    let mut noor = case();
    let mut jonas = case();
    let refused = write(&mut noor, NOOR, &[note(1)]);
    let after = write(&mut noor, NOOR, &[note(2)]);
    let apart = write(&mut jonas, JONAS, &[note(3)]);
    let mut state = DocumentState::born(Kind::Case);

    assert!(state.take(JONAS, &refused).is_err());
    assert_eq!(state.take(NOOR, &after), Err(Reason::Dependencies));
    assert!(state.take(JONAS, &apart).is_ok());
}

#[test]
fn a_message_or_bytes_behind_the_end_are_refused() {
    let change = write(&mut case(), NOOR, &[note(1)]);
    let refused = |change: &[u8]| DocumentState::born(Kind::Case).take(NOOR, change).err();

    assert_eq!(refused(&change), None);
    assert_eq!(
        refused(&tampered(&change, |content| content.push(0))),
        Some(Reason::Malformed)
    );
    assert_eq!(
        refused(&[change.as_slice(), &[0]].concat()),
        Some(Reason::Malformed)
    );
    assert_eq!(
        refused(&change[..change.len() - 1]),
        Some(Reason::Malformed)
    );
    let mut compressed = change.clone();
    compressed[8] = 2;
    assert_eq!(refused(&compressed), Some(Reason::Malformed));
    assert_eq!(
        refused(&case().save()),
        Some(Reason::Malformed),
        "a whole document"
    );
}

#[test]
fn a_clock_off_by_years_does_not_matter() {
    for at in [i64::MIN, -1, 0, 7_258_118_400_000, i64::MAX] {
        let mut document = case();
        let change = document
            .write(
                actor(NOOR, [9; 8]),
                &Stamp { at, ..stamp(NOOR) },
                &[note(1)],
            )
            .expect("written");
        assert!(DocumentState::born(Kind::Case).take(NOOR, &change).is_ok());
    }
}

#[test]
fn a_state_made_anew_from_the_log_judges_alike() {
    let mut document = case();
    let kept =
        [place(1, "foyer"), place(2, "terrace")].map(|fact| write(&mut document, NOOR, &[fact]));
    let next = write(&mut document, NOOR, &[place(3, "foyer")]);

    let mut anew = DocumentState::rebuild(
        Kind::Case,
        kept.iter().map(|change| (NOOR, change.as_slice())),
    );

    assert_eq!(anew.take(NOOR, &next).map(|admitted| admitted.seq), Ok(3));
}

#[test]
fn a_register_cannot_overwrite_what_never_stood_there() {
    let mut document = case();
    let first = write(&mut document, NOOR, &[place(1, "foyer")]);
    let second = write(&mut document, NOOR, &[place(2, "terrace")]);
    let mut honest = DocumentState::born(Kind::Case);
    honest.take(NOOR, &first).expect("kept");
    let mut never = honest.clone();
    never.registers.clear();

    assert!(honest.take(NOOR, &second).is_ok());
    assert_eq!(never.take(NOOR, &second), Err(Reason::NotAFact));
}

#[test]
fn a_run_of_more_operations_than_there_may_be_is_refused_at_once() {
    let mut huge = Vec::new();
    // Null run, 2^62 times.
    huge.push(0);
    prost::encoding::encode_varint(1 << 62, &mut huge);
    assert!(bytes::runs(&huge, MAX_OPS, bytes::Reader::uleb).is_none());
    assert!(
        bytes::runs(
            &[0x80, 0x80, 0x80, 0x80, 0x08, 1],
            MAX_OPS,
            bytes::Reader::uleb
        )
        .is_none()
    );
    assert!(!bytes::all_no(&[0xff, 0xff, 0xff, 0x7f], MAX_OPS));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_change_is_refused_or_fits(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let change = write(&mut case(), NOOR, &[note(1), place(2, "terrace")]);
        let damaged = tampered(&change, |content| {
            for (at, to) in &damage {
                let at = at.index(content.len());
                content[at] = *to;
            }
        });
        let kept = DocumentState::born(Kind::Case).take(NOOR, &damaged).is_ok();
        if kept && holds(&damaged) {
            let mut document = case();
            document.apply(&damaged).expect("what is kept fits");
            let again = automerge::Automerge::load(&document.save()).expect("and loads again");
            prop_assert_eq!(again.get_heads().len(), document.heads().len());
            let _view = crate::document::read_case(document.automerge());
        }
    }

    #[test]
    fn no_bytes_can_hurt(content in proptest::collection::vec(any::<u8>(), 0..200)) {
        let change = write(&mut case(), NOOR, &[note(1)]);
        let garbage = tampered(&change, |old| *old = content);
        let _ = DocumentState::born(Kind::Case).take(NOOR, &garbage);
    }
}

#[test]
fn every_change_that_the_app_writes_is_kept() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../proto/vectors/changes/written_by_the_app.json"
    );
    let vectors: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).expect("there")).expect("JSON");
    let changes = vectors["changes"].as_array().expect("a list");
    let mut state = DocumentState::born(Kind::Case);
    let mut document = case();
    let mut written = Vec::new();

    for vector in changes {
        let device: DeviceId = vector["device"]
            .as_str()
            .expect("hex")
            .parse()
            .expect("an id");
        let hex = vector["change"].as_str().expect("hex").as_bytes();
        let digit =
            |byte: u8| u8::try_from(char::from(byte).to_digit(16).expect("hex")).expect("small");
        let change: Vec<u8> = hex
            .chunks(2)
            .map(|pair| digit(pair[0]) * 16 + digit(pair[1]))
            .collect();
        let body = body(change.clone(), device);
        let own = in_ones_own_name(&body, StaffId::from_bytes([0xaa; 16]));
        assert_eq!(own, Ok(()), "{}", vector["name"]);
        let kept = state.admit(&body);
        assert!(kept.is_ok(), "{}: {kept:?}", vector["name"]);
        document.apply(&change).expect("fits");
        written.push(change);
    }

    read_alike(&document, &written);
    let view = crate::document::read_case(document.automerge());
    assert_eq!((changes.len(), view.entries.len(), view.unread), (6, 5, 0));
    assert_eq!(view.registers["place"].len(), 2, "settled twice");
}

#[test]
fn who_decides_about_a_change_reads_what_was_written_and_not_what_was_ticked() {
    let answer = |id, field, value| element("answers", id, &[("field", field), ("value", value)]);
    let facts = [
        answer(1, "account_form", "transcribed"),
        answer(2, "category/stalking", "yes"),
        answer(3, "circumstances", "lunch"),
        answer(4, "minor", "Words where a code belongs."),
        note(5),
        element("entries", 6, &[("kind", "danger"), ("value", "no")]),
    ];
    let change = write(&mut case(), NOOR, &facts);

    let read = texts(&change, 4_000).expect("ours");

    let mut lines: Vec<_> = read.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        ["Words where a code belongs.", "by the stairs", "lunch"]
    );
    assert_eq!(texts(&change, 3).expect("ours").chars().count(), 3);
}
