//! One server in which there is a case, and one in which there is none. Whoever
//! is kept away from the case gets the same from both, byte for byte.
//!
//! Both servers begin with the same folder, so the same devices with the same
//! keys and tokens speak to both. Everything that the excluded person does or
//! may see happens in both; what others do with the case happens in one.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use prost::Message as _;
use safehall_core::{DocumentId, StaffId};
use safehall_server::{Config, Running, start};
use safehall_sync::document::Document;
use safehall_sync::envelope::Birth;
use safehall_sync::frame;
use safehall_sync::wire::export_ask::Form;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Envelope, Kind, Level, Restricted, Role};
use safehall_testkit::chance::Chance;
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message as Socket;

use crate::carried;
use crate::known::Line;
use crate::patterns::paper;
use crate::phone::{Phone, birth};
use crate::photos::{BEGIN, CHUNK_CALL, Photo, READ};
use crate::reach::{erasure, exclusion, grant, lift, plain, restriction, term};
use crate::world::{Answer, NOON, PROTOBUF, StillClock, World, call};

/// Who is kept away, and how the case in one world is about them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Away {
    /// A responder who is named at birth.
    Responder,
    /// The chair, in a case that says so.
    Chair,
    /// A responder who knows both worlds' case, was kept away from it in both,
    /// and must not notice that it goes on in one.
    Later,
}

/// Two servers over copies of one folder.
struct Pair {
    servers: [Running; 2],
    _folders: [TempDir; 2],
    noor: Phone,
    tom: Phone,
    /// Somebody who has nothing to do with any of it.
    robin: StaffId,
    /// The excluded person.
    away: Phone,
    /// What is sealed to: both servers have the same secret.
    carry_key: Vec<u8>,
    /// Where the away phone has read to in each world.
    cursors: [Vec<u8>; 2],
    lines: Vec<Line>,
    /// In both worlds, known to the excluded person.
    plain: Vec<(DocumentId, Document)>,
    /// In the first world only.
    hidden: Vec<(DocumentId, Document)>,
    chance: Chance,
    kind: Away,
}

const WITH: usize = 0;
const WITHOUT: usize = 1;

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

impl Pair {
    async fn make(kind: Away, seed: u64) -> Self {
        let world = World::new().await;
        let alma = Phone::of(&world, "Alma", seed * 10 + 1).await;
        let tom = Phone::of(&world, "Tom", seed * 10 + 2).await;
        let mut noor = Phone::of(&world, "Noor", seed * 10 + 3).await;
        let jonas = Phone::of(&world, "Jonas", seed * 10 + 4).await;
        let new = wire::NewInvite {
            name: "Robin".to_owned(),
            roles: vec![Role::Responder.into()],
            ..wire::NewInvite::default()
        };
        let robin = tom.lets_in(&world, &new, seed * 10 + 5).await.staff;
        let mut away = match kind {
            Away::Chair => alma,
            Away::Responder | Away::Later => jonas,
        };
        let mut chance = Chance::seeded(seed);
        let mut plain = Vec::new();
        let mut hidden = Vec::new();
        let (id, document, first) = noor.case_born("plain", birth(Restricted::None, &[]));
        assert_eq!(noor.sync(&[first]).await.kept.len(), 1);
        plain.push((id, document));
        if kind == Away::Later {
            let (id, document, first) = noor.case_born("once", birth(Restricted::None, &[]));
            assert_eq!(noor.sync(&[first]).await.kept.len(), 1);
            let given = grant(id, away.staff, Level::Write);
            assert_eq!(tom.post("/v1/grants", &given).await.status, 200);
            hidden.push((id, document));
            assert_eq!(away.sync(&[]).await.envelopes.len(), 1);
            let said = exclusion(id, away.staff);
            let by = if chance.one_in(2) { &tom } else { &away };
            assert_eq!(by.post("/v1/exclusions", &said).await.status, 200);
            assert_eq!(away.sync(&[]).await.forget.len(), 1);
        }
        let carry_key = carried::key(&noor).await;
        let World {
            server,
            folder: original,
            ..
        } = world;
        assert!(server.stop().await);
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let mut servers = Vec::new();
        for folder in &folders {
            copy(original.path(), folder.path());
            let config = Config::for_tests(folder.path().to_owned());
            let clock = Arc::new(StillClock::at(NOON));
            servers.push(start(config, clock).await.unwrap());
        }
        let servers: [Running; 2] = servers.try_into().ok().unwrap();
        let mut pair = Self {
            servers,
            _folders: folders,
            noor,
            tom,
            cursors: [away.cursor.clone(), away.cursor.clone()],
            robin,
            away,
            carry_key,
            lines: Vec::new(),
            plain,
            hidden,
            chance,
            kind,
        };
        for world in [WITH, WITHOUT] {
            pair.away.moves_to(pair.at(world));
            let line = crate::known::line_to(pair.at(world), &pair.away).await;
            pair.lines.push(line);
        }
        pair.hears().await;
        pair
    }

    fn at(&self, world: usize) -> SocketAddr {
        self.servers[world].addr()
    }

    /// The same message by the same person to both worlds.
    async fn both(&mut self, who: Who, path: &str, body: &[u8]) -> [Answer; 2] {
        let mut answers = Vec::new();
        for world in [WITH, WITHOUT] {
            answers.push(self.one(world, who, path, body).await);
        }
        answers.try_into().ok().unwrap()
    }

    async fn one(&self, world: usize, who: Who, path: &str, body: &[u8]) -> Answer {
        let phone = self.phone(who);
        let bearer = format!("Bearer {}", phone.token);
        let method = if body.is_empty() && path != "/v1/sync" {
            "GET"
        } else {
            "POST"
        };
        let mut heads = vec![("authorization", bearer.as_str())];
        if method == "POST" {
            heads.push(PROTOBUF);
        }
        call(self.at(world), method, path, &heads, body).await
    }

    fn phone(&self, who: Who) -> &Phone {
        match who {
            Who::Noor => &self.noor,
            Who::Tom => &self.tom,
            Who::Away => &self.away,
        }
    }

    async fn push(&mut self, world: usize, who: Who, envelope: &Envelope) -> Vec<Frame> {
        let hello = self.phone(who).hello();
        let push = Frame::Push(wire::Push {
            push_id: 1,
            envelopes: vec![envelope.clone()],
        });
        let body = frame::encode_sequence([hello, push]);
        let answer = self.one(world, who, "/v1/sync", &body).await;
        frame::sequence(answer.body.into())
            .map(Result::unwrap)
            .collect()
    }

    /// Something happens to the case that there is in one world only.
    async fn hidden_step(&mut self) {
        let away = self.away.staff;
        let step = self.chance.between(0..=9);
        if step < 3 && self.hidden.len() < 3 && self.kind != Away::Later {
            let (restricted, excluded) = match self.kind {
                Away::Chair => (Restricted::ChairNamed, vec![]),
                _ => (Restricted::StaffNamed, vec![away]),
            };
            let at_birth: Birth = birth(restricted, &excluded);
            let (id, document, first) = self.noor.case_born("hidden", at_birth);
            let heard = self.push(WITH, Who::Noor, &first).await;
            assert!(heard.iter().any(|frame| matches!(frame, Frame::Kept(_))));
            self.hidden.push((id, document));
            return;
        }
        let Some(at) = self.pick(self.hidden.len()) else {
            return;
        };
        let id = self.hidden[at].0;
        let body = match step {
            0..=3 => {
                let note = self.noor.note(id, &mut self.hidden[at].1, "goes on", None);
                self.push(WITH, Who::Noor, &note).await;
                return;
            }
            4 => (
                "/v1/grants",
                grant(id, self.robin, Level::Read).encode_to_vec(),
            ),
            5 => (
                "/v1/grants",
                grant(id, self.robin, Level::None).encode_to_vec(),
            ),
            6 => ("/v1/exclusions", exclusion(id, self.robin).encode_to_vec()),
            7 => ("/v1/exclusions", lift(id, self.robin).encode_to_vec()),
            8 => {
                let photo = Photo::of(1, 99);
                self.one(WITH, Who::Noor, BEGIN, &photo.begin(id).encode_to_vec())
                    .await;
                (CHUNK_CALL, photo.chunk(id, 0).encode_to_vec())
            }
            // Somebody who once had the case is told that it is gone; see `Forget`.
            _ if self.kind == Away::Later => return,
            _ => ("/v1/erasures", erasure(id).encode_to_vec()),
        };
        // It may be refused: what counts is that nobody else hears of it.
        self.one(WITH, Who::Tom, body.0, &body.1).await;
    }

    /// Something that the excluded person may see happens in both worlds.
    async fn open_step(&mut self) {
        let both_cases = self.plain.len();
        if self.chance.one_in(4) && both_cases < 6 {
            let (id, document, first) = self.noor.case_born("open", birth(Restricted::None, &[]));
            for world in [WITH, WITHOUT] {
                self.push(world, Who::Noor, &first).await;
            }
            self.plain.push((id, document));
            return;
        }
        let Some(at) = self.pick(both_cases) else {
            return;
        };
        let id = self.plain[at].0;
        if self.chance.one_in(2) {
            let note = self.noor.note(id, &mut self.plain[at].1, "more", None);
            for world in [WITH, WITHOUT] {
                self.push(world, Who::Noor, &note).await;
            }
        } else {
            let level = if self.chance.one_in(3) {
                Level::None
            } else {
                Level::Write
            };
            let body = grant(id, self.away.staff, level).encode_to_vec();
            self.both(Who::Tom, "/v1/grants", &body).await;
        }
    }

    fn pick(&mut self, from: usize) -> Option<usize> {
        (from > 0).then(|| self.chance.index(from))
    }

    /// An id that the excluded person could have in hand: one of a case that
    /// there is in both worlds, one that is kept from them, or one of nothing.
    fn some_id(&mut self) -> DocumentId {
        let from = match self.chance.between(0..=2) {
            0 => self.pick(self.plain.len()).map(|at| self.plain[at].0),
            1 => self.pick(self.hidden.len()).map(|at| self.hidden[at].0),
            _ => None,
        };
        from.unwrap_or_else(|| DocumentId::from_bytes(self.chance.bytes()))
    }

    /// The excluded person does something, and gets the same from both.
    async fn away_step(&mut self, trace: u64) {
        let id = self.some_id();
        let me = self.away.staff;
        let other = self.robin;
        let (path, body) = match self.chance.between(0..=20) {
            0 | 1 => ("/v1/team", Vec::new()),
            2 => ("/v1/pack", Vec::new()),
            3 => ("/v1/grants", grant(id, other, Level::Read).encode_to_vec()),
            4 => ("/v1/grants", grant(id, me, Level::Write).encode_to_vec()),
            5 => (
                "/v1/exclusions",
                exclusion(DocumentId::from_bytes(self.chance.bytes()), me).encode_to_vec(),
            ),
            6 => ("/v1/exclusions", lift(id, me).encode_to_vec()),
            7 => ("/v1/exclusions", lift(id, other).encode_to_vec()),
            8 => ("/v1/restrictions", restriction(id).encode_to_vec()),
            9 => ("/v1/staff", term(me, 0, 0).encode_to_vec()),
            10 => ("/v1/quarantine", Vec::new()),
            11 => ("/v1/suggestions", Vec::new()),
            12 => ("/v1/exports", paper(id, Form::Paper, &[]).encode_to_vec()),
            13 => {
                let mut blind = Document::born(Kind::Case).unwrap();
                let note = self.away.note(id, &mut blind, "blind", None);
                let push = Frame::Push(wire::Push {
                    push_id: 1,
                    envelopes: vec![note],
                });
                self.rounds(&[push], trace).await;
                return;
            }
            14 => (BEGIN, Photo::of(1, 99).begin(id).encode_to_vec()),
            15 => (CHUNK_CALL, Photo::of(1, 99).chunk(id, 0).encode_to_vec()),
            16 => (READ, Photo::of(1, 99).read(id, 0).encode_to_vec()),
            17 | 18 => ("/v1/carried", self.brought().encode_to_vec()),
            _ => {
                self.rounds(&[], trace).await;
                return;
            }
        };
        let [mut with, mut without] = self.both(Who::Away, path, &body).await;
        for answer in [&mut with, &mut without] {
            if path == "/v1/exports" && answer.status == 200 {
                answer.body = unsealed(&answer.body);
            }
        }
        assert_eq!(plain(&with), plain(&without), "trace {trace}: {path}");
        assert_eq!(with.received, without.received, "trace {trace}: {path}");
    }

    /// A colleague's words about the excluded person, sealed for them to bring: the
    /// case goes on by them in one world, and in the other there is none.
    fn brought(&mut self) -> wire::Carried {
        let note = match self.pick(self.hidden.len()) {
            Some(at) => {
                let (id, document) = &mut self.hidden[at];
                self.noor.note(*id, document, "brought", None)
            }
            None => self.noor.case("brought").1,
        };
        carried::From::phone(&self.noor).seals(&self.carry_key, &[note])
    }

    /// One round with both servers, from where the phone is in each.
    async fn rounds(&mut self, say: &[Frame], trace: u64) {
        let mut heard = Vec::new();
        for world in [WITH, WITHOUT] {
            let mut hello = self.away.hello();
            if let Frame::Hello(hello) = &mut hello {
                hello.cursor.clone_from(&self.cursors[world]);
            }
            let frames = [hello].into_iter().chain(say.iter().cloned());
            let answer = self
                .one(
                    world,
                    Who::Away,
                    "/v1/sync",
                    &frame::encode_sequence(frames),
                )
                .await;
            let frames: Vec<Frame> = frame::sequence(answer.body.clone().into())
                .map(Result::unwrap)
                .collect();
            for frame in &frames {
                if let Frame::Batch(batch) = frame {
                    self.cursors[world] = batch.cursor.to_vec();
                }
            }
            heard.push((answer.status, answer.received, masked(frames)));
        }
        assert_eq!(heard[WITH], heard[WITHOUT], "trace {trace}: a round");
    }

    /// Everything that came down both lines since, up to the answer to a ping.
    async fn hears(&mut self) -> [Vec<Frame>; 2] {
        let mut heard = Vec::new();
        for line in &mut self.lines {
            let ping = frame::encode(Frame::Ping(wire::Ping {}));
            line.send(Socket::Binary(ping)).await.unwrap();
            let mut frames = Vec::new();
            loop {
                let Some(Ok(message)) = line.next().await else {
                    panic!("the line ended")
                };
                if let Socket::Binary(bytes) = message {
                    let frame = frame::decode(bytes).unwrap();
                    if matches!(frame, Frame::Pong(_)) {
                        break;
                    }
                    frames.push(frame);
                }
            }
            heard.push(masked(frames));
        }
        heard.try_into().ok().unwrap()
    }
}

#[derive(Clone, Copy)]
enum Who {
    Noor,
    Tom,
    Away,
}

/// An export without what each server draws for its ledger's seal.
fn unsealed(body: &[u8]) -> Vec<u8> {
    let mut paper = wire::ExportPaper::decode(body).unwrap();
    if let Some(seal) = &mut paper.checkpoint {
        seal.head.fill(0);
        seal.signature.fill(0);
    }
    paper.encode_to_vec()
}

/// Without what is drawn anew each time, and without times. Lengths stay.
fn masked(frames: Vec<Frame>) -> Vec<Frame> {
    let mask = |frame| match frame {
        Frame::Batch(mut batch) => {
            batch.cursor = vec![0; batch.cursor.len()];
            batch.received_at.fill(0);
            Frame::Batch(batch)
        }
        Frame::Welcome(mut welcome) => {
            welcome.server_time = 0;
            // The ledger's seals are blinded with what each server draws. How many there are stays.
            for drawn in &mut welcome.covers {
                drawn.fill(0);
            }
            if let Some(seal) = &mut welcome.checkpoint {
                seal.head.fill(0);
                seal.signature.fill(0);
            }
            Frame::Welcome(welcome)
        }
        Frame::Kept(kept) => Frame::Kept(wire::Kept {
            received_at: 0,
            ..kept
        }),
        frame => frame,
    };
    // When a server pings depends on the wall's clock and on nothing else.
    let tells = |frame: &Frame| !matches!(frame, Frame::Ping(_));
    frames.into_iter().map(mask).filter(tells).collect()
}

/// How many traces for each kind of person.
fn traces() -> u64 {
    match std::env::var_os("SAFEHALL_LONG") {
        Some(_) => 1_000,
        None => 12,
    }
}

async fn compare(kind: Away) {
    const FOR_ONE_PAIR: u64 = 4;
    let traces = traces();
    let mut steps = 0_u64;
    let mut pair = Pair::make(kind, 1).await;
    for trace in 0..traces {
        if trace > 0 && trace % FOR_ONE_PAIR == 0 {
            pair = Pair::make(kind, 1 + trace).await;
        }
        for _ in 0..12 {
            match pair.chance.between(0..=4) {
                0 | 1 => pair.hidden_step().await,
                2 => pair.open_step().await,
                _ => pair.away_step(trace).await,
            }
            steps += 1;
        }
        pair.rounds(&[], trace).await;
        settle(&mut pair, trace).await;
    }
    println!("{traces} traces, {steps} steps, {kind:?}: 0 differences");
}

/// What came down the open lines is the same. Both are asked until both have
/// told everything that there was.
async fn settle(pair: &mut Pair, trace: u64) {
    let [mut with, mut without] = pair.hears().await;
    for _ in 0..50 {
        if contents(&with) == contents(&without) {
            break;
        }
        let [more, even_more] = pair.hears().await;
        with.extend(more);
        without.extend(even_more);
    }
    assert_eq!(
        contents(&with),
        contents(&without),
        "trace {trace}: on a line"
    );
}

/// Where one batch ends and the next begins depends on when the line was read.
fn contents(frames: &[Frame]) -> Vec<Vec<u8>> {
    let mut contents = Vec::new();
    for frame in frames {
        match frame {
            Frame::Batch(batch) => contents.extend(
                batch
                    .envelopes
                    .iter()
                    .map(|envelope| envelope.body.to_vec()),
            ),
            Frame::Forget(forget) => contents.push(forget.document.to_vec()),
            other => contents.push(frame::encode(other.clone()).to_vec()),
        }
    }
    contents
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_responder_who_is_named_cannot_tell_the_two_worlds_apart() {
    compare(Away::Responder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chair_who_is_named_cannot_tell_the_two_worlds_apart() {
    compare(Away::Chair).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_kept_away_later_cannot_tell_whether_the_case_goes_on() {
    compare(Away::Later).await;
}

/// The comparison is worth something: it finds a case that is not hidden.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "a round")]
async fn a_case_that_is_not_kept_from_the_chair_is_a_difference() {
    let mut pair = Pair::make(Away::Chair, 7).await;
    let (_, _, first) = pair
        .noor
        .case_born("not hidden", birth(Restricted::None, &[]));
    pair.push(WITH, Who::Noor, &first).await;
    pair.rounds(&[], 0).await;
}
