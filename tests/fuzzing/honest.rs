//! What honest phones and leads send, one sample of each kind of message.

use prost::Message;
use safehall_sync::carried;
use safehall_sync::document::{self, Document, NewFact, Stamp, actor};
use safehall_sync::envelope::{Birth, Draft};
use safehall_sync::frame::{encode, encode_sequence};
use safehall_sync::ids::{self, DocumentId, EventId, FactId, StaffId};
use safehall_sync::wire::{self, Envelope, frame};
use safehall_testkit::chance::Chance;
use safehall_testkit::keys::SigningKey;

use super::tree::{self, Field};

/// What a receiver takes the bytes for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// A message of the live line.
    Frame,
    /// A body of `POST /v1/sync`.
    Sequence,
    Envelope,
    HandIn,
    Carried,
    /// What is inside, once it was opened.
    Bundle,
    BeginEnrol,
    FinishEnrol,
    EnrolStatusAsk,
    ChallengeAsk,
    TokenAsk,
    NewInvite,
    DeviceRef,
    Grant,
    Exclusion,
    Restriction,
    StaffTerm,
    LedgerAsk,
    QuarantineVerdict,
    Erasure,
}

pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) bytes: Vec<u8>,
    pub(crate) tree: Vec<Field>,
}

const EVENT: EventId = EventId::from_bytes([1; 16]);

pub(crate) fn corpus() -> Vec<Sample> {
    let envelopes = envelopes();
    let mut corpus = Vec::new();
    let mut add = |kind, bytes: Vec<u8>| {
        let tree = tree::read(kind == Kind::Sequence, &bytes);
        corpus.push(Sample { kind, bytes, tree });
    };

    for frame in frames(&envelopes) {
        add(Kind::Frame, encode(frame).to_vec());
    }
    for said in conversations(&envelopes) {
        add(Kind::Sequence, encode_sequence(said).to_vec());
    }
    for envelope in &envelopes {
        add(Kind::Envelope, envelope.encode_to_vec());
    }
    for (kind, bytes) in calls(&envelopes) {
        add(kind, bytes);
    }
    corpus
}

/// One envelope of each kind of document, and a few with little in them.
fn envelopes() -> Vec<Envelope> {
    let key = SigningKey::drawn(&mut Chance::seeded(1));
    let device = ids::device_of(&key.public());
    let staff = StaffId::from_bytes([7; 16]);
    let case = DocumentId::from_bytes([2; 16]);
    let stamp = Stamp {
        by: staff,
        device,
        at: 1_790_000_000_000,
        clock_off: Some(-40),
    };
    let none = |parent| Birth {
        parent,
        restricted: wire::Restricted::None,
        excluded: Vec::new(),
    };
    let named = Birth {
        parent: None,
        restricted: wire::Restricted::StaffNamed,
        excluded: [3, 4, 5].map(|byte| StaffId::from_bytes([byte; 16])).into(),
    };
    let drafts = [
        (wire::Kind::Case, case, "entries", Some(none(None))),
        (wire::Kind::Case, case, "accounts", Some(named)),
        (wire::Kind::Case, case, "answers", None),
        (
            wire::Kind::Identity,
            DocumentId::from_bytes([4; 16]),
            "persons",
            Some(none(Some(case))),
        ),
        (
            wire::Kind::Chair,
            ids::chair_of(case),
            "links",
            Some(none(Some(case))),
        ),
        (
            wire::Kind::Notice,
            ids::notice_of(EVENT),
            "cards",
            Some(none(None)),
        ),
        (
            wire::Kind::Duty,
            ids::duty_of(EVENT),
            "shifts",
            Some(none(None)),
        ),
    ];
    drafts
        .into_iter()
        .enumerate()
        .map(|(number, (kind, document, into, birth))| {
            let number = u8::try_from(number).expect("few");
            let fact = NewFact {
                into: into.to_owned(),
                id: FactId::from_bytes([number; 16]),
                fields: [("text".to_owned(), document::Field::from("By the stairs"))].into(),
                register: None,
            };
            let change = Document::born(kind)
                .expect("born")
                .write(actor(device, [number; 8]), &stamp, &[fact])
                .expect("written");
            let draft = Draft {
                event: EVENT,
                document,
                kind,
                device,
                change: &change,
                birth,
            };
            draft.seal(|message| key.sign(message))
        })
        .collect()
}

fn hello() -> frame::Kind {
    frame::Kind::Hello(wire::Hello {
        protocol: wire::PROTOCOL,
        token: "eyJ0eXAiOiJKV1QifQ.".repeat(12),
        epoch: vec![5; 16],
        cursor: vec![6; 64],
        app_version: "0.1.0+abcdef".to_owned(),
        unsent: 3,
        pack_hash: vec![7; 32],
        sealed: 41,
    })
}

fn push(push_id: u32, envelopes: &[Envelope]) -> frame::Kind {
    frame::Kind::Push(wire::Push {
        push_id,
        envelopes: envelopes.to_vec(),
    })
}

fn frames(envelopes: &[Envelope]) -> Vec<frame::Kind> {
    let at = 1_802_500_000_000;
    vec![
        hello(),
        frame::Kind::Welcome(wire::Welcome {
            epoch: vec![5; 16],
            server_time: at,
            pack_hash: vec![7; 32],
            ping_seconds: 10,
            checkpoint: Some(wire::Checkpoint {
                size: 400,
                head: vec![8; 32],
                signature: vec![9; 64],
            }),
            covers: vec![vec![9; 32]; 3],
        }),
        push(1, envelopes),
        push(2, &envelopes[..1]),
        frame::Kind::Kept(wire::Kept {
            push_id: 1,
            change_ids: vec![vec![1; 32]; 3],
            received_at: at,
            earlier: vec![
                wire::Earlier {
                    change_id: vec![1; 32],
                    received_at: at,
                    via: "N1".to_owned(),
                };
                2
            ],
        }),
        frame::Kind::Refused(wire::Refused {
            push_id: 1,
            refusals: vec![
                wire::Refusal {
                    change_id: vec![2; 32],
                    reason: wire::Reason::Held.into(),
                };
                2
            ],
        }),
        frame::Kind::Batch(wire::Batch {
            envelopes: envelopes.to_vec(),
            received_at: vec![at; envelopes.len()],
            cursor: vec![6; 64],
            more: true,
        }),
        frame::Kind::Forget(wire::Forget {
            document: vec![2; 16],
        }),
        opened(),
        dropped(),
        frame::Kind::Ping(wire::Ping {}),
        frame::Kind::Pong(wire::Pong {}),
        frame::Kind::Goodbye(wire::Goodbye {}),
        frame::Kind::Farewell(wire::Farewell {
            reason: wire::Leaving::TooFast.into(),
            retry_after_seconds: 30,
        }),
    ]
}

fn opened() -> frame::Kind {
    frame::Kind::Opened(wire::Opened {
        document: vec![2; 16],
        at: 1_802_500_000_000,
    })
}

fn dropped() -> frame::Kind {
    frame::Kind::Dropped(wire::Dropped {
        documents: vec![vec![2; 16], vec![3; 16]],
    })
}

fn conversations(envelopes: &[Envelope]) -> Vec<Vec<frame::Kind>> {
    vec![
        vec![hello()],
        vec![hello(), push(1, envelopes), opened(), dropped()],
        vec![
            hello(),
            push(1, &envelopes[..2]),
            push(2, &envelopes[2..]),
            frame::Kind::Ping(wire::Ping {}),
            frame::Kind::Goodbye(wire::Goodbye {}),
        ],
    ]
}

fn calls(envelopes: &[Envelope]) -> Vec<(Kind, Vec<u8>)> {
    fn call(kind: Kind, message: &impl Message) -> (Kind, Vec<u8>) {
        (kind, message.encode_to_vec())
    }
    let (id, hash, key, signature) = (vec![2; 16], vec![8; 32], vec![4; 65], vec![9; 64]);
    vec![
        call(
            Kind::HandIn,
            &wire::HandIn {
                device: id.clone(),
                challenge: vec![1; 96],
                signature: signature.clone(),
                envelopes: envelopes.to_vec(),
                wiped: false,
            },
        ),
        call(
            Kind::Carried,
            &wire::Carried {
                header: wire::CarriedHeader {
                    event: id.clone(),
                    staff: id.clone(),
                    device: id.clone(),
                    records: 3,
                    made_at: 1_790_000_000_000,
                }
                .encode_to_vec(),
                enc: key.clone(),
                sealed: vec![6; 2_048],
            },
        ),
        (Kind::Bundle, carried::pack(envelopes.to_vec())),
        call(
            Kind::BeginEnrol,
            &wire::BeginEnrol {
                invite_hash: hash.clone(),
            },
        ),
        call(
            Kind::FinishEnrol,
            &wire::FinishEnrol {
                invite_secret: id.clone(),
                challenge: hash.clone(),
                signing_key: key.clone(),
                agreement_key: key,
                signature: signature.clone(),
                app_version: "0.1.0".to_owned(),
            },
        ),
        call(
            Kind::EnrolStatusAsk,
            &wire::EnrolStatusAsk {
                device: id.clone(),
                signature: signature.clone(),
            },
        ),
        call(
            Kind::ChallengeAsk,
            &wire::ChallengeAsk { device: id.clone() },
        ),
        call(
            Kind::TokenAsk,
            &wire::TokenAsk {
                device: id.clone(),
                challenge: vec![1; 96],
                signature,
            },
        ),
        call(
            Kind::NewInvite,
            &wire::NewInvite {
                staff: Vec::new(),
                name: "Noor".to_owned(),
                roles: vec![wire::Role::Responder.into(), wire::Role::Announcer.into()],
                badge_label: "RESPONDER".to_owned(),
                phone: "+49 30 1234".to_owned(),
            },
        ),
        call(Kind::DeviceRef, &wire::DeviceRef { device: id.clone() }),
        call(
            Kind::Grant,
            &wire::Grant {
                document: id.clone(),
                staff: id.clone(),
                level: wire::Level::Write.into(),
                until: 1_802_600_000_000,
            },
        ),
        call(
            Kind::Exclusion,
            &wire::Exclusion {
                document: id.clone(),
                staff: id.clone(),
                lift: true,
                reason: "Not the person who was meant".to_owned(),
            },
        ),
        call(
            Kind::Restriction,
            &wire::Restriction {
                document: id.clone(),
                reason: "The badge was a speaker's".to_owned(),
            },
        ),
        call(
            Kind::StaffTerm,
            &wire::StaffTerm {
                staff: id.clone(),
                from: 1_802_500_000_000,
                until: 1_802_600_000_000,
            },
        ),
        call(
            Kind::LedgerAsk,
            &wire::LedgerAsk {
                document: id.clone(),
                device: Vec::new(),
                before: 400,
            },
        ),
        call(
            Kind::QuarantineVerdict,
            &wire::QuarantineVerdict {
                change_id: hash,
                admit: true,
            },
        ),
        call(
            Kind::Erasure,
            &wire::Erasure {
                document: id,
                reason: "Asked for".to_owned(),
            },
        ),
    ]
}
