//! Every call, in every way that makes a difference, and what came of it.

use std::collections::BTreeMap;

use safehall_core::DocumentId;
use safehall_sync::wire::{self, Level, Role};
use safehall_testkit::chance::Chance;
use safehall_testkit::keys::SigningKey;

use super::stage::{Caller, Case, Stage};
use crate::phone::problem;
use crate::photos::{BEGIN, CHUNK_CALL, Photo};
use crate::reach::{erasure, exclusion, grant, lift, plain, restriction, term};
use crate::world::Answer;

/// One call: `GET /v1/team`, or with what it is about behind it: `POST /v1/exclusions, for oneself`.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Whether it names a case. What does not has one cell for each caller.
    pub(super) about_a_case: bool,
}

const fn of(name: &'static str) -> Row {
    Row {
        name,
        about_a_case: false,
    }
}

const fn about(name: &'static str) -> Row {
    Row {
        name,
        about_a_case: true,
    }
}

pub(super) const ROWS: &[Row] = &[
    of("POST /v1/enrol/begin"),
    of("POST /v1/enrol/finish"),
    of("POST /v1/enrol/status"),
    of("POST /v1/auth/challenge"),
    of("POST /v1/auth/token"),
    of("POST /v1/sync"),
    of("GET /v1/live"),
    of("GET /healthz"),
    of("GET /readyz"),
    of("GET /v1/pack"),
    about("GET /v1/team"),
    of("POST /v1/invites, for a responder"),
    of("POST /v1/invites, for a lead"),
    of("POST /v1/devices/confirm"),
    of("POST /v1/devices/revoke, a responder's"),
    of("POST /v1/devices/revoke, a lead's"),
    of("POST /v1/devices/revoke, one's own"),
    about("POST /v1/grants, give"),
    about("POST /v1/grants, withdraw"),
    about("POST /v1/exclusions, somebody"),
    about("POST /v1/exclusions, oneself"),
    about("POST /v1/exclusions, let somebody near"),
    about("POST /v1/exclusions, let oneself near"),
    about("POST /v1/restrictions"),
    of("POST /v1/staff"),
    about("GET /v1/quarantine"),
    about("POST /v1/quarantine, discard"),
    about("POST /v1/quarantine, admit"),
    of("POST /v1/handin"),
    about("POST /v1/ledger, of a case"),
    of("POST /v1/ledger, of a device"),
    of("POST /v1/ledger, of the event"),
    of("GET /v1/suggestions"),
    about("POST /v1/exports"),
    about("POST /v1/blobs/begin"),
    about("POST /v1/blobs/chunk"),
    about("POST /v1/blobs/read, a lead's"),
    about("POST /v1/blobs/read, one's own"),
    about("POST /v1/carried"),
    about("POST /v1/erasures"),
];

impl Row {
    /// Method and path.
    pub(super) fn call(&self) -> (&'static str, &'static str) {
        let call = self.name.split(',').next().unwrap();
        call.split_once(' ').unwrap()
    }

    /// Makes the call, and puts back what it moved.
    pub(super) async fn ask(&self, stage: &mut Stage, caller: Caller, case: Case) -> Answer {
        let id = stage.about(caller, case);
        let bystander = stage.bystander.staff;
        let (method, path) = self.call();
        match self.name {
            "POST /v1/enrol/begin" => {
                let invite_hash = stage.bystander.new_id().repeat(2);
                stage
                    .post(caller, path, &wire::BeginEnrol { invite_hash })
                    .await
            }
            "POST /v1/enrol/finish" => {
                let mut chance = Chance::seeded(77);
                let (key, other) = (
                    SigningKey::drawn(&mut chance),
                    SigningKey::drawn(&mut chance),
                );
                let finish = wire::FinishEnrol {
                    invite_secret: stage.bystander.new_id().to_vec(),
                    challenge: vec![2; 32],
                    signing_key: key.public(),
                    agreement_key: other.public(),
                    signature: key.sign(b"something else"),
                    app_version: String::new(),
                };
                stage.post(caller, path, &finish).await
            }
            "POST /v1/enrol/status" => {
                let ask = stage.device(caller).asks_for_status();
                stage.post(caller, path, &ask).await
            }
            "POST /v1/auth/challenge" => {
                let device = stage.device(caller).device.as_bytes().to_vec();
                stage
                    .post(caller, path, &wire::ChallengeAsk { device })
                    .await
            }
            "POST /v1/auth/token" => stage.device(caller).ask_for_token().await,
            "POST /v1/sync" => stage.raw(caller, method, path, b"").await,
            "GET /v1/live"
            | "GET /healthz"
            | "GET /readyz"
            | "GET /v1/pack"
            | "GET /v1/team"
            | "GET /v1/quarantine"
            | "GET /v1/suggestions" => stage.raw(caller, method, path, b"").await,
            "POST /v1/quarantine, discard" | "POST /v1/quarantine, admit" => {
                let verdict = wire::QuarantineVerdict {
                    change_id: stage.comes_late(id).await.to_vec(),
                    admit: self.name.ends_with("admit"),
                };
                stage.post(caller, path, &verdict).await
            }
            "POST /v1/handin" => {
                let empty = stage.device(caller).hand_in(&[], false).await;
                stage.post(caller, path, &empty).await
            }
            "POST /v1/ledger, of a case" => {
                let ask = wire::LedgerAsk {
                    document: id.as_bytes().to_vec(),
                    ..wire::LedgerAsk::default()
                };
                stage.post(caller, path, &ask).await
            }
            "POST /v1/ledger, of a device" => {
                let ask = wire::LedgerAsk {
                    device: stage.reader.device.as_bytes().to_vec(),
                    ..wire::LedgerAsk::default()
                };
                stage.post(caller, path, &ask).await
            }
            "POST /v1/ledger, of the event" => {
                stage.post(caller, path, &wire::LedgerAsk::default()).await
            }
            "POST /v1/exports" => {
                let ask = wire::ExportAsk {
                    document: id.as_bytes().to_vec(),
                    form: wire::export_ask::Form::Paper.into(),
                    left_out: Vec::new(),
                };
                stage.post(caller, path, &ask).await
            }
            "POST /v1/blobs/begin" => {
                let photo = Photo::of(caller as u64, 99);
                stage.post(caller, path, &photo.begin(id)).await
            }
            "POST /v1/blobs/chunk" => {
                let photo = Photo::of(caller as u64, 99);
                stage.post(caller, BEGIN, &photo.begin(id)).await;
                stage.post(caller, path, &photo.chunk(id, 0)).await
            }
            "POST /v1/blobs/read, a lead's" => {
                let photo = Photo::of(77, 99);
                stage.post(Caller::Lead, BEGIN, &photo.begin(id)).await;
                stage
                    .post(Caller::Lead, CHUNK_CALL, &photo.chunk(id, 0))
                    .await;
                stage.post(caller, path, &photo.read(id, 0)).await
            }
            "POST /v1/blobs/read, one's own" => {
                let photo = Photo::of(caller as u64, 99);
                stage.post(caller, path, &photo.read(id, 0)).await
            }
            "POST /v1/carried" => {
                let parcel = stage.is_sealed_elsewhere(id).await;
                stage.post(caller, path, &parcel).await
            }
            "POST /v1/erasures" => {
                // Somebody who may gets a case for this once.
                let id = match (caller, case) {
                    (Caller::Lead, Case::Own) => stage.opens_own(caller).await,
                    (Caller::Lead, Case::Erased | Case::Never) => id,
                    (Caller::Lead, case) => stage.opens(case).await,
                    _ => id,
                };
                stage.post(caller, path, &erasure(id)).await
            }
            "POST /v1/invites, for a responder" | "POST /v1/invites, for a lead" => {
                let role = if self.name.ends_with("lead") {
                    Role::AlternateChair
                } else {
                    Role::Responder
                };
                let new = wire::NewInvite {
                    name: "Guest".to_owned(),
                    roles: vec![role.into()],
                    ..wire::NewInvite::default()
                };
                stage.post(caller, path, &new).await
            }
            "POST /v1/devices/confirm" => {
                let waits = stage.waits_for_words(1_000 + caller as u64).await;
                stage.post(caller, path, &waits.named()).await
            }
            "POST /v1/devices/revoke, a responder's" => {
                let other = stage
                    .further(stage.bystander.staff, 2_000 + caller as u64)
                    .await;
                stage.post(caller, path, &other.named()).await
            }
            "POST /v1/devices/revoke, a lead's" => {
                let other = stage.further(stage.kim.staff, 3_000 + caller as u64).await;
                stage.post(caller, path, &other.named()).await
            }
            "POST /v1/devices/revoke, one's own" => {
                let staff = match caller {
                    // Neither has anything here.
                    Caller::Nobody | Caller::Elsewhere => bystander,
                    _ => stage.device(caller).staff,
                };
                let other = stage.further(staff, 4_000 + caller as u64).await;
                stage.post(caller, path, &other.named()).await
            }
            "POST /v1/grants, give" => {
                let reader = stage.reader.staff;
                stage
                    .post(caller, path, &grant(id, reader, Level::Read))
                    .await
            }
            "POST /v1/grants, withdraw" => {
                let reader = stage.reader.staff;
                stage
                    .post(caller, path, &grant(id, reader, Level::None))
                    .await
            }
            "POST /v1/exclusions, somebody" => {
                stage.post(caller, path, &exclusion(id, bystander)).await
            }
            "POST /v1/exclusions, oneself" => {
                let staff = stage.device(caller).staff;
                let answer = stage.post(caller, path, &exclusion(id, staff)).await;
                if answer.status == 200 {
                    stage.lets_near(id, caller).await;
                }
                answer
            }
            "POST /v1/exclusions, let somebody near" => {
                let answer = stage.post(caller, path, &lift(id, bystander)).await;
                if answer.status == 200 {
                    stage.excludes(id, bystander).await;
                }
                answer
            }
            "POST /v1/exclusions, let oneself near" => {
                let staff = stage.device(caller).staff;
                stage.post(caller, path, &lift(id, staff)).await
            }
            "POST /v1/restrictions" => {
                let answer = stage.post(caller, path, &restriction(id)).await;
                if answer.status == 200 {
                    stage.narrows(id, case).await;
                }
                answer
            }
            "POST /v1/staff" => stage.post(caller, path, &term(bystander, 0, 0)).await,
            other => panic!("nobody says how to make the call {other}"),
        }
    }

    /// What came of it, in one word; with a star if the answer names the case.
    pub(super) fn word(answer: &Answer, id: DocumentId) -> String {
        let named = answer
            .body
            .windows(16)
            .any(|window| window == id.as_bytes());
        let star = if named { "*" } else { "" };
        match answer.status {
            200 => format!("ok{star}"),
            _ => format!("{}{star}", problem(answer)),
        }
    }
}

/// The refusals of one call with one code are the same, byte for byte: who asked, and about what, makes no difference.
pub(super) fn same_refusals(
    seen: &mut BTreeMap<(&str, String), Plain>,
    row: &Row,
    answer: &Answer,
) {
    if answer.status != 200 {
        let (code, plain) = (problem(answer), plain(answer));
        let first = seen.entry((row.call().1, code)).or_insert(plain.clone());
        assert_eq!(*first, plain, "{} has two faces", row.name);
    }
}

pub(super) type Plain = (u16, Vec<(String, String)>, Vec<u8>);
