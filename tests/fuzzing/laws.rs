//! What holds for any bytes at all: nothing panics, memory stays within the
//! size of what came, what is accepted is within the limits that the `.proto`
//! files name, and comes out of its own encoding as it was.

use bytes::Bytes;
use prost::Message;
use safehall_core::Timestamp;
use safehall_sync::envelope::{self, Body, Draft};
use safehall_sync::session::{Input, Output, Page, Session, Transport};
use safehall_sync::wire::{self, Envelope, frame::Kind as Frame};
use safehall_sync::{carried, frame, handin};

use super::honest::Kind;

/// What may be allocated whatever came: a thousand fields, and a list of them
/// while it grows.
pub(crate) const ROOM: u64 = 160 * 1024;
/// And so many times the bytes that came.
const TIMES: u64 = 2;
/// The longest body of a plain call, which is refused before it is read.
const PLAIN_CALL: usize = 4 * 1024;

/// Holds every law against these bytes. Whether they were accepted.
pub(crate) fn hold(kind: Kind, bytes: &[u8]) -> bool {
    let shared = Bytes::copy_from_slice(bytes);
    match kind {
        Kind::Frame => one_frame(&shared),
        Kind::Sequence => sequence(&shared),
        Kind::Envelope => envelope(&shared),
        Kind::HandIn => hand_in(&shared),
        Kind::Carried => parcel(&shared),
        Kind::Bundle => bundle(&shared),
        Kind::BeginEnrol => plain::<wire::BeginEnrol>(&shared),
        Kind::FinishEnrol => plain::<wire::FinishEnrol>(&shared),
        Kind::EnrolStatusAsk => plain::<wire::EnrolStatusAsk>(&shared),
        Kind::ChallengeAsk => plain::<wire::ChallengeAsk>(&shared),
        Kind::TokenAsk => plain::<wire::TokenAsk>(&shared),
        Kind::NewInvite => plain::<wire::NewInvite>(&shared),
        Kind::DeviceRef => plain::<wire::DeviceRef>(&shared),
        Kind::Grant => plain::<wire::Grant>(&shared),
        Kind::Exclusion => plain::<wire::Exclusion>(&shared),
        Kind::Restriction => plain::<wire::Restriction>(&shared),
        Kind::StaffTerm => plain::<wire::StaffTerm>(&shared),
        Kind::LedgerAsk => plain::<wire::LedgerAsk>(&shared),
        Kind::QuarantineVerdict => plain::<wire::QuarantineVerdict>(&shared),
        Kind::Erasure => plain::<wire::Erasure>(&shared),
    }
}

/// Does it, and fails if it took more memory at once than it may for an input
/// of this length.
pub(crate) fn within_memory<T>(input: usize, work: impl FnOnce() -> T) -> T {
    let mut done = None;
    let used = allocation_counter::measure(|| done = Some(work()));
    let most = ROOM + TIMES * input as u64;
    assert!(
        used.bytes_max <= most,
        "{} bytes of memory for an input of {input}",
        used.bytes_max
    );
    done.expect("it was done")
}

fn one_frame(bytes: &Bytes) -> bool {
    let read = within_memory(bytes.len(), || frame::decode(bytes.clone()));
    let Ok(kind) = read else { return false };
    assert!(bytes.len() <= 307_200);
    check(&kind);
    true
}

fn check(kind: &Frame) {
    assert!(within_limits(kind), "over its limit, and accepted");
    let again = frame::decode(frame::encode(kind.clone()));
    assert!(again.as_ref() == Ok(kind), "it comes out as another one");
    if let Frame::Push(push) = kind {
        push.envelopes.iter().for_each(|envelope| {
            look_at(envelope);
        });
    }
}

fn sequence(bytes: &Bytes) -> bool {
    // All of it is in memory at once only here; a server hears one after the other.
    let mut frames = Vec::new();
    let mut rest = frame::sequence(bytes.clone());
    let mut whole = true;
    while let Some(read) = within_memory(bytes.len(), || rest.next()) {
        assert!(whole, "something came behind a fault");
        match read {
            Ok(kind) => {
                check(&kind);
                frames.push(kind);
            }
            Err(_) => whole = false,
        }
    }
    let again: Result<Vec<_>, _> =
        frame::sequence(frame::encode_sequence(frames.clone())).collect();
    assert!(again.as_ref() == Ok(&frames), "it comes out as another one");
    converse(Transport::Call, &frames, whole);
    converse(Transport::Live, &frames, whole);
    whole
}

/// A session that hears all of it: it answers each thing a few times at most,
/// and is silent once it has hung up.
fn converse(transport: Transport, frames: &[Frame], whole: bool) {
    let now = Timestamp(1_802_500_000_000);
    let mut session = Session::new(now, transport);
    let inputs = frames.iter().cloned().map(Input::Frame);
    let last = if whole {
        Input::End
    } else {
        Input::Unreadable(frame::FrameError::Unreadable)
    };
    let (mut done, mut closed) = (0, false);
    for input in inputs.chain([last]) {
        session.handle(now, input);
        while let Some(output) = session.poll_output() {
            assert!(!closed, "it went on after it hung up");
            done += 1;
            match output {
                Output::CheckToken { .. } => session.handle(
                    now,
                    Input::SignedIn {
                        epoch: [5; 16],
                        pack_hash: Vec::new(),
                        sealed: None,
                    },
                ),
                Output::Judge { push_id, envelopes } => session.handle(
                    now,
                    Input::Judged {
                        push_id,
                        kept: envelopes.iter().map(envelope::id_of).collect(),
                        refused: Vec::new(),
                        received_at: now,
                        earlier: Vec::new(),
                    },
                ),
                Output::ReadLog { .. } => session.handle(now, Input::Page(Page::default())),
                Output::Close => closed = true,
                Output::Send(_)
                | Output::NoteDevice { .. }
                | Output::NoteOpened { .. }
                | Output::NoteDropped(_) => {}
            }
        }
    }
    assert!(done <= 8 + 6 * frames.len(), "{done} answers");
    assert!(closed, "it waits for somebody who has gone");
}

fn envelope(bytes: &Bytes) -> bool {
    let read = within_memory(bytes.len(), || Envelope::decode(bytes.clone()));
    read.is_ok_and(|envelope| look_at(&envelope))
}

/// Whether the body can be read.
fn look_at(envelope: &Envelope) -> bool {
    let length = envelope.body.len();
    // The door asks for the signer's key only once the rest is in order.
    let Ok(body) = within_memory(length, || Body::parse(envelope)) else {
        return false;
    };
    assert!(length <= 270_336 && envelope.signature.len() == 64);
    assert!((1..=262_144).contains(&body.change.len()));
    assert!(body.kind != wire::Kind::Unspecified);
    if let Some(birth) = &body.birth {
        let belongs = matches!(body.kind, wire::Kind::Identity | wire::Kind::Chair);
        assert!(birth.parent.is_some() == belongs && birth.excluded.len() <= 64);
        assert!(birth.restricted == wire::Restricted::None || body.kind == wire::Kind::Case);
    }

    let draft = Draft {
        event: body.event,
        document: body.document,
        kind: body.kind,
        device: body.device,
        change: &body.change,
        birth: body.birth.clone(),
    };
    let spelt_anew = draft.seal(|_| envelope.signature.to_vec());
    let mut again = Body::parse(&spelt_anew).expect("what was accepted once");
    again.id = body.id;
    assert!(again == body, "it comes out as another one");
    if spelt_anew.body != envelope.body {
        assert!(
            envelope::id_of(&spelt_anew) != body.id,
            "two bodies, one name"
        );
    }
    true
}

fn hand_in(bytes: &Bytes) -> bool {
    let read = within_memory(bytes.len(), || handin::decode(bytes.clone()));
    let Ok(hand_in) = read else { return false };
    assert!(hand_in.device.len() == 16 && hand_in.signature.len() == 64);
    assert!(hand_in.challenge.len() <= 96 && hand_in.envelopes.len() <= 500);
    assert!(handin::decode(hand_in.encode_to_vec().into()) == Ok(hand_in));
    true
}

fn parcel(bytes: &Bytes) -> bool {
    let read = within_memory(bytes.len(), || carried::decode(bytes));
    let Ok(parcel) = read else { return false };
    assert!(parcel.header.len() <= 128 && parcel.enc.len() == 65);
    assert!(!parcel.sealed.is_empty() && parcel.sealed.len() % 1_024 == 0);
    let again = wire::Carried {
        header: parcel.header.clone(),
        enc: parcel.enc.clone(),
        sealed: parcel.sealed.clone(),
    };
    assert!(carried::decode(&again.encode_to_vec()).is_ok_and(|again| again == parcel));
    true
}

fn bundle(bytes: &Bytes) -> bool {
    let read = within_memory(bytes.len(), || carried::unpack(bytes.clone()));
    let Ok(envelopes) = read else { return false };
    assert!((1..=500).contains(&envelopes.len()));
    let again = carried::pack(envelopes.clone());
    assert!(carried::unpack(again.into()) == Ok(envelopes));
    true
}

fn plain<M: Message + Default + PartialEq>(bytes: &Bytes) -> bool {
    if bytes.len() > PLAIN_CALL {
        return false;
    }
    let read = within_memory(bytes.len(), || M::decode(bytes.clone()));
    let Ok(message) = read else { return false };
    assert!(
        M::decode(message.encode_to_vec().as_slice()) == Ok(message),
        "it comes out as another one"
    );
    true
}

/// The limits as the comments in `frame.proto` have them, told once more.
fn within_limits(kind: &Frame) -> bool {
    match kind {
        Frame::Hello(hello) => {
            hello.token.len() <= 2_048
                && [0, 16].contains(&hello.epoch.len())
                && hello.cursor.len() <= 128
                && hello.app_version.len() <= 32
                && [0, 32].contains(&hello.pack_hash.len())
        }
        Frame::Welcome(welcome) => {
            welcome.epoch.len() == 16 && [0, 32].contains(&welcome.pack_hash.len())
        }
        Frame::Push(push) => (1..=500).contains(&push.envelopes.len()),
        Frame::Kept(kept) => {
            kept.change_ids.len() <= 500 && kept.change_ids.iter().all(|id| id.len() == 32)
        }
        Frame::Refused(refused) => {
            refused.refusals.len() <= 500
                && refused.refusals.iter().all(|one| one.change_id.len() == 32)
        }
        Frame::Batch(batch) => {
            batch.envelopes.len() <= 500
                && batch.received_at.len() == batch.envelopes.len()
                && batch.cursor.len() <= 128
        }
        Frame::Forget(forget) => forget.document.len() == 16,
        Frame::Opened(opened) => opened.document.len() == 16,
        Frame::Dropped(dropped) => {
            (1..=500).contains(&dropped.documents.len())
                && dropped.documents.iter().all(|id| id.len() == 16)
        }
        Frame::Ping(_) | Frame::Pong(_) | Frame::Goodbye(_) | Frame::Farewell(_) => true,
    }
}
