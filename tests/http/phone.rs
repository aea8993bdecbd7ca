//! A phone that knows the protocol and nothing else.

use std::net::SocketAddr;

use prost::Message;
use safehall_core::{ChangeId, EventId, StaffId};
use safehall_server::commands::Invited;
use safehall_sync::envelope::id_of;
use safehall_sync::frame::{encode_sequence, sequence};
use safehall_sync::ids::device_of;
use safehall_sync::signing;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Envelope, Hello, Push};
use safehall_testkit::chance::Chance;
use safehall_testkit::keys::SigningKey;
use sha2::{Digest as _, Sha256};

use crate::watch::{hex, keep_private};
use crate::world::{Answer, PROTOBUF, World, call};

mod writing;

pub(crate) use writing::birth;

pub(crate) struct Phone {
    addr: SocketAddr,
    key: SigningKey,
    pub(crate) event: EventId,
    pub(crate) device: safehall_core::DeviceId,
    pub(crate) staff: StaffId,
    /// Checks what the server signed.
    pub(crate) server_key: Vec<u8>,
    pub(crate) token: String,
    pub(crate) cursor: Vec<u8>,
    epoch: Vec<u8>,
    chance: Chance,
}

/// What one round brought.
#[derive(Default)]
pub(crate) struct Round {
    pub(crate) kept: Vec<ChangeId>,
    pub(crate) refused: Vec<(ChangeId, wire::Reason)>,
    pub(crate) earlier: Vec<wire::Earlier>,
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) forget: Vec<Vec<u8>>,
    pub(crate) farewell: Option<wire::Leaving>,
    pub(crate) sent: usize,
    pub(crate) received: usize,
}

impl Phone {
    /// Comes in by an invite; not let in yet if it needs words.
    pub(crate) async fn enrol(world: &World, secret: &[u8; 16], seed: u64) -> (Self, bool) {
        let addr = world.addr();
        keep_private(&hex(secret));
        keep_private(&hex(&Sha256::digest(secret)));
        let mut chance = Chance::seeded(seed);
        let key = SigningKey::drawn(&mut chance);
        let agreement = SigningKey::drawn(&mut chance);
        let begin = wire::BeginEnrol {
            invite_hash: Sha256::digest(secret).to_vec(),
        };
        let begun: wire::EnrolChallenge = ok(post(addr, "/v1/enrol/begin", &begin).await);
        let event = EventId::try_from(begun.event.as_slice()).unwrap();
        let said = signing::enrol(
            event,
            &begun.challenge,
            secret,
            &key.public(),
            &agreement.public(),
        );
        let finish = wire::FinishEnrol {
            invite_secret: secret.to_vec(),
            challenge: begun.challenge,
            signing_key: key.public(),
            agreement_key: agreement.public(),
            signature: key.sign(&said),
            app_version: "test".to_owned(),
        };
        let enrolled: wire::Enrolled = ok(post(addr, "/v1/enrol/finish", &finish).await);
        let device = device_of(&key.public());
        assert_eq!(enrolled.device, device.as_bytes());
        let staff = StaffId::try_from(enrolled.staff.as_slice()).unwrap();
        let phone = Self {
            addr,
            key,
            event,
            device,
            staff,
            server_key: enrolled.server_key,
            token: String::new(),
            cursor: Vec::new(),
            epoch: Vec::new(),
            chance,
        };
        (phone, enrolled.active)
    }

    /// Somebody of the sample event, let in and signed in.
    pub(crate) async fn of(world: &World, name: &str, seed: u64) -> Self {
        let Invited { secret, .. } = world.invited(name);
        let (mut phone, active) = Self::enrol(world, &secret, seed).await;
        assert!(active);
        phone.sign_in().await;
        phone
    }

    /// Each of these, as most stories begin.
    pub(crate) async fn each<const N: usize>(world: &World, names: [&str; N]) -> [Self; N] {
        let mut phones = Vec::with_capacity(N);
        for (name, seed) in names.into_iter().zip(1..) {
            phones.push(Self::of(world, name, seed).await);
        }
        let phones: Result<[Self; N], _> = phones.try_into();
        phones.unwrap_or_else(|_| panic!("as many as there are names"))
    }

    /// A further phone of `staff`, or of somebody new on the team: invited by
    /// this lead, who then compares the words.
    pub(crate) async fn lets_in(&self, world: &World, new: &wire::NewInvite, seed: u64) -> Self {
        let mut phone = self.invites(world, new, seed).await;
        let confirmed = self.post("/v1/devices/confirm", &phone.named()).await;
        assert_eq!(confirmed.status, 200);
        phone.sign_in().await;
        phone
    }

    /// The same before anybody compared its words.
    pub(crate) async fn invites(&self, world: &World, new: &wire::NewInvite, seed: u64) -> Self {
        let invite: wire::Invite = ok(self.post("/v1/invites", new).await);
        let secret = invite.secret.try_into().unwrap();
        Self::enrol(world, &secret, seed).await.0
    }

    /// How others name it.
    pub(crate) fn named(&self) -> wire::DeviceRef {
        wire::DeviceRef {
            device: self.device.as_bytes().to_vec(),
        }
    }

    /// The server came back somewhere else.
    pub(crate) fn moves_to(&mut self, addr: SocketAddr) {
        self.addr = addr;
    }

    pub(crate) async fn sign_in(&mut self) {
        let answer = self.ask_for_token().await;
        let token: wire::Token = ok(answer);
        keep_private(&token.token);
        self.token = token.token;
    }

    pub(crate) async fn ask_for_token(&self) -> Answer {
        let proof = self.proof().await;
        post(self.addr, "/v1/auth/token", &proof).await
    }

    /// A challenge, and the proof that answers it.
    pub(crate) async fn proof(&self) -> wire::TokenAsk {
        let device = self.device.as_bytes().to_vec();
        let ask = wire::ChallengeAsk {
            device: device.clone(),
        };
        let challenge: wire::Challenge = ok(post(self.addr, "/v1/auth/challenge", &ask).await);
        let said = signing::token(self.event, self.device, &challenge.challenge);
        wire::TokenAsk {
            device,
            challenge: challenge.challenge,
            signature: self.key.sign(&said),
        }
    }

    pub(crate) fn asks_for_status(&self) -> wire::EnrolStatusAsk {
        wire::EnrolStatusAsk {
            device: self.device.as_bytes().to_vec(),
            signature: self.key.sign(&signing::status(self.event, self.device)),
        }
    }

    pub(crate) async fn status(&self) -> wire::enrol_status::State {
        let ask = self.asks_for_status();
        ok::<wire::EnrolStatus>(post(self.addr, "/v1/enrol/status", &ask).await).state()
    }

    /// A call with the token.
    pub(crate) async fn post(&self, path: &str, message: &impl Message) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        call(
            self.addr,
            "POST",
            path,
            &[PROTOBUF, ("authorization", &bearer)],
            &message.encode_to_vec(),
        )
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        call(self.addr, "GET", path, &[("authorization", &bearer)], b"").await
    }

    pub(crate) fn hello(&self) -> Frame {
        Frame::Hello(Hello {
            protocol: 1,
            token: self.token.clone(),
            cursor: self.cursor.clone(),
            epoch: self.epoch.clone(),
            app_version: "test".to_owned(),
            ..Hello::default()
        })
    }

    /// What it is shown of the ledger, if it keeps the seal of this size.
    pub(crate) async fn checkpoint(&self, kept: u64) -> (Option<wire::Checkpoint>, Vec<Vec<u8>>) {
        let Frame::Hello(hello) = self.hello() else {
            panic!("a hello")
        };
        let hello = Frame::Hello(Hello {
            sealed: kept,
            ..hello
        });
        let said = encode_sequence([hello]);
        let answer = call(self.addr, "POST", "/v1/sync", &[PROTOBUF], &said).await;
        let first = sequence(answer.body.into()).next().unwrap().unwrap();
        match first {
            Frame::Welcome(welcome) => (welcome.checkpoint, welcome.covers),
            other => panic!("{other:?}"),
        }
    }

    /// One round of `POST /v1/sync`; moves the cursor on.
    pub(crate) async fn sync(&mut self, envelopes: &[Envelope]) -> Round {
        let mut frames = vec![self.hello()];
        if !envelopes.is_empty() {
            frames.push(Frame::Push(Push {
                push_id: 1,
                envelopes: envelopes.to_vec(),
            }));
        }
        let answer = call(
            self.addr,
            "POST",
            "/v1/sync",
            &[PROTOBUF],
            &encode_sequence(frames),
        )
        .await;
        assert_eq!(answer.status, 200, "{}", problem(&answer));
        let mut round = Round {
            sent: answer.sent,
            received: answer.received,
            ..Round::default()
        };
        for frame in sequence(answer.body.into()) {
            match frame.unwrap() {
                Frame::Kept(kept) => {
                    round.earlier.extend(kept.earlier);
                    round.kept.extend(
                        kept.change_ids
                            .iter()
                            .map(|id| ChangeId::try_from(id.as_slice()).unwrap()),
                    );
                }
                Frame::Refused(refused) => {
                    round.refused.extend(refused.refusals.iter().map(|refusal| {
                        (
                            ChangeId::try_from(refusal.change_id.as_slice()).unwrap(),
                            refusal.reason(),
                        )
                    }))
                }
                Frame::Batch(batch) => {
                    round.envelopes.extend(batch.envelopes);
                    self.cursor = batch.cursor;
                }
                Frame::Forget(forget) => round.forget.push(forget.document),
                Frame::Welcome(welcome) => self.epoch = welcome.epoch,
                Frame::Farewell(farewell) => round.farewell = Some(farewell.reason()),
                _ => {}
            }
        }
        round
    }

    /// What a device that lost its access hands in.
    pub(crate) async fn hand_in(&self, envelopes: &[Envelope], wiped: bool) -> wire::HandIn {
        let proof = self.proof().await;
        let bodies = envelopes.iter().map(|envelope| envelope.body.as_ref());
        let said = signing::handin(self.event, self.device, &proof.challenge, wiped, bodies);
        wire::HandIn {
            device: proof.device,
            challenge: proof.challenge,
            signature: self.key.sign(&said),
            envelopes: envelopes.to_vec(),
            wiped,
        }
    }

    /// Says that these documents are gone from it.
    pub(crate) async fn dropped(&self, documents: Vec<Vec<u8>>) {
        let frames = vec![self.hello(), Frame::Dropped(wire::Dropped { documents })];
        let answer = call(
            self.addr,
            "POST",
            "/v1/sync",
            &[PROTOBUF],
            &encode_sequence(frames),
        )
        .await;
        assert_eq!(answer.status, 200, "{}", problem(&answer));
    }
}

pub(crate) fn ids(envelopes: &[Envelope]) -> Vec<ChangeId> {
    envelopes.iter().map(id_of).collect()
}

pub(crate) async fn post(addr: SocketAddr, path: &str, message: &impl Message) -> Answer {
    call(addr, "POST", path, &[PROTOBUF], &message.encode_to_vec()).await
}

pub(crate) fn ok<M: Message + Default>(answer: Answer) -> M {
    assert_eq!(answer.status, 200, "{}", problem(&answer));
    M::decode(answer.body.as_slice()).unwrap()
}

/// The code of a refusal.
pub(crate) fn problem(answer: &Answer) -> String {
    wire::Problem::decode(answer.body.as_slice())
        .map(|problem| problem.code)
        .unwrap_or_default()
}
