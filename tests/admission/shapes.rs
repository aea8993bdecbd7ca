//! Ten shapes of bytes that a valid device can send and an honest app never
//! does. None is kept, and after each the next honest change is.

use automerge::sync::SyncDoc as _;
use automerge::transaction::Transactable as _;
use automerge::{AutoCommit, ObjType, ROOT, ReadDoc as _};
use safehall_sync::document::{Document, Field, NewFact, Stamp, actor};
use safehall_sync::ids::FactId;
use safehall_sync::wire::Kind;
use safehall_testkit::chance::Chance;

use super::hub::{Author, Hub};
use super::parts::{ACTION, Parts, leb, whole};

struct Scene {
    hub: Hub,
    author: Author,
    document: Document,
    chance: Chance,
}

impl Scene {
    fn new() -> Self {
        let mut chance = Chance::seeded(10);
        let author = Author::drawn(&mut chance);
        let mut scene = Self {
            hub: Hub::born(Kind::Case),
            document: Document::born(Kind::Case).unwrap(),
            author,
            chance,
        };
        let first = scene.note(8);
        scene.hub.push(&author, &first).expect("honest");
        scene
    }

    /// One more honest note, under the actor with this number.
    fn note(&mut self, number: u8) -> Vec<u8> {
        let stamp = Stamp {
            by: self.author.staff,
            device: self.author.device,
            at: 1_802_500_000_000,
            clock_off: None,
        };
        let fact = NewFact {
            into: "entries".to_owned(),
            id: FactId::from_bytes(*self.chance.id().as_bytes()),
            fields: [("text".to_owned(), Field::from("by the stairs"))].into(),
            register: None,
        };
        let actor = actor(self.author.device, [number; 8]);
        self.document.write(actor, &stamp, &[fact]).unwrap()
    }

    /// What Automerge makes of an edit that our app never does.
    fn edited(&self, edit: impl FnOnce(&mut AutoCommit)) -> Vec<u8> {
        let mut raw = AutoCommit::load(&self.document.save())
            .unwrap()
            .with_actor(actor(self.author.device, [77; 8]));
        edit(&mut raw);
        raw.commit();
        raw.get_last_local_change().unwrap().raw_bytes().to_vec()
    }

    /// An honest next change with something done to it, which nobody keeps.
    fn altered(&mut self, alter: impl FnOnce(&mut Parts)) -> Vec<u8> {
        let before = self.document.clone();
        let mut parts = Parts::of(&self.note(9));
        self.document = before;
        alter(&mut parts);
        parts.change()
    }
}

#[test]
fn ten_shapes_that_no_app_sends_are_refused_and_hold_up_nobody() {
    let mut scene = Scene::new();
    let mut sync = automerge::sync::State::new();
    let mut loaded = AutoCommit::load(&scene.document.save()).unwrap();
    let message = loaded
        .sync()
        .generate_sync_message(&mut sync)
        .unwrap()
        .encode();
    let plain = Parts::of(&scene.altered(|_| ()));
    let entries = |doc: &AutoCommit| doc.get(ROOT, "entries").unwrap().unwrap().1;
    let shapes: Vec<(&str, Vec<Vec<u8>>)> = vec![
        ("a message of another protocol", vec![message.clone()]),
        (
            "such a message in a chunk",
            vec![whole(1, &message), whole(0, &[0; 14])],
        ),
        (
            "a chunk that is packed",
            vec![whole(2, &vec![0; 100_000]), whole(3, &[1; 64])],
        ),
        (
            "more operations than there are",
            vec![scene.altered(|parts| {
                let mut run = leb(1_000_000);
                run.push(1);
                parts.columns.retain(|(name, _)| *name != ACTION);
                parts.columns.push((ACTION, run));
                parts.columns.sort();
            })],
        ),
        (
            "an operation at the end of the numbers",
            vec![
                scene.altered(|parts| parts.start_op = u64::from(u32::MAX)),
                scene.altered(|parts| parts.start_op += 1),
            ],
        ),
        (
            "somebody who is not known",
            vec![scene.altered(|parts| parts.actors.push(vec![0xee; 16]))],
        ),
        (
            "a change that says nothing",
            vec![
                scene.altered(|parts| parts.columns.clear()),
                scene.altered(|parts| parts.extra = vec![0; 8]),
                scene.altered(|parts| parts.message = b"x".to_vec()),
            ],
        ),
        (
            "maps in maps",
            vec![scene.edited(|doc| {
                let mut map = entries(doc);
                for depth in 0..3_000_u128 {
                    let id = FactId::from_bytes(depth.to_be_bytes()).to_string();
                    map = doc.put_object(&map, id, ObjType::Map).unwrap();
                }
            })],
        ),
        (
            "what builds on what never comes",
            (0..5_000_u64)
                .map(|number| {
                    let mut parts = plain.clone();
                    parts.dependencies = vec![vec![0xaa; 32]];
                    parts.dependencies[0][..8].copy_from_slice(&number.to_be_bytes());
                    parts.change()
                })
                .collect(),
        ),
        (
            "two under one number",
            vec![scene.altered(|parts| {
                parts.actors[0] = actor(scene_device(), [8; 8]).to_bytes().to_vec();
                parts.seq = 1;
            })],
        ),
    ];
    assert_eq!(shapes.len(), 10);

    for (name, changes) in shapes {
        let author = scene.author;
        for change in changes {
            let refused = scene.hub.push(&author, &change);
            assert!(refused.is_err(), "{name}: {refused:?}");
        }
        assert_eq!(
            scene.hub.contained, 0,
            "{name} reached Automerge and hurt it"
        );
        let honest = scene.note(8);
        scene.hub.push(&author, &honest).expect("the next one fits");
    }
    scene.hub.reads_after_a_save();
}

/// The device of the scene: drawn first from the same seed.
fn scene_device() -> safehall_sync::ids::DeviceId {
    Author::drawn(&mut Chance::seeded(10)).device
}
