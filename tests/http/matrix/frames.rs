//! Every frame, said by a device or heard by one.

use futures_util::{SinkExt as _, StreamExt as _};
use safehall_core::DocumentId;
use safehall_sync::document::Document;
use safehall_sync::frame::{self, encode_sequence, sequence};
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Envelope, Kind};
use tokio_tungstenite::tungstenite::Message as Socket;

use super::stage::{Caller, Case, Stage};
use crate::world::PROTOBUF;

/// Every variant, by an exhaustive match: a new frame does not compile until it
/// has a name here, and then its cells are missing.
const fn name(frame: &Frame) -> &'static str {
    match frame {
        Frame::Hello(_) => "Hello",
        Frame::Welcome(_) => "Welcome",
        Frame::Push(_) => "Push",
        Frame::Kept(_) => "Kept",
        Frame::Refused(_) => "Refused",
        Frame::Batch(_) => "Batch",
        Frame::Forget(_) => "Forget",
        Frame::Opened(_) => "Opened",
        Frame::Dropped(_) => "Dropped",
        Frame::Ping(_) => "Ping",
        Frame::Pong(_) => "Pong",
        Frame::Goodbye(_) => "Goodbye",
        Frame::Farewell(_) => "Farewell",
    }
}

/// One of each, about this case where a frame can be.
pub(super) fn all(note: Envelope, id: DocumentId) -> Vec<(&'static str, Frame)> {
    let document = id.as_bytes().to_vec();
    let frames = [
        Frame::Hello(wire::Hello {
            protocol: 1,
            ..wire::Hello::default()
        }),
        Frame::Welcome(wire::Welcome {
            epoch: vec![1; 16],
            pack_hash: vec![1; 32],
            ping_seconds: 10,
            ..wire::Welcome::default()
        }),
        Frame::Push(wire::Push {
            push_id: 1,
            envelopes: vec![note],
        }),
        Frame::Kept(wire::Kept::default()),
        Frame::Refused(wire::Refused::default()),
        Frame::Batch(wire::Batch::default()),
        Frame::Forget(wire::Forget {
            document: document.clone(),
        }),
        Frame::Opened(wire::Opened {
            document: document.clone(),
            at: 1,
        }),
        Frame::Dropped(wire::Dropped {
            documents: vec![document],
        }),
        Frame::Ping(wire::Ping {}),
        Frame::Pong(wire::Pong {}),
        Frame::Goodbye(wire::Goodbye {}),
        Frame::Farewell(wire::Farewell::default()),
    ];
    frames.map(|frame| (name(&frame), frame)).into()
}

/// Those that name a document.
pub(super) fn is_about_a_case(name: &str) -> bool {
    matches!(name, "Push" | "Opened" | "Dropped")
}

/// A note for a case by somebody who knows its id and nothing more.
pub(super) fn note(stage: &mut Stage, caller: Caller, id: DocumentId) -> Envelope {
    let mut blind = Document::born(Kind::Case).unwrap();
    stage.scribe(caller).note(id, &mut blind, "a note", None)
}

/// What a device hears after one frame, in one word.
pub(super) fn word(heard: &[Frame]) -> String {
    for frame in heard {
        match frame {
            Frame::Farewell(farewell) => {
                return farewell.reason().as_str_name()[8..].to_lowercase();
            }
            Frame::Kept(_) => return "kept".to_owned(),
            Frame::Refused(refused) => {
                return refused.refusals[0].reason().as_str_name()[7..].to_lowercase();
            }
            Frame::Pong(_) => return "pong".to_owned(),
            Frame::Hello(_)
            | Frame::Welcome(_)
            | Frame::Push(_)
            | Frame::Batch(_)
            | Frame::Forget(_)
            | Frame::Opened(_)
            | Frame::Dropped(_)
            | Frame::Ping(_)
            | Frame::Goodbye(_) => {}
        }
    }
    "nothing".to_owned()
}

/// How much of a case stands in what was heard.
pub(super) fn share(heard: &[Frame], stage: &Stage, id: DocumentId) -> &'static str {
    let envelopes: Vec<&Envelope> = heard
        .iter()
        .filter_map(|frame| match frame {
            Frame::Batch(batch) => Some(&batch.envelopes),
            _ => None,
        })
        .flatten()
        .collect();
    let of_it = |envelope: &&&Envelope| {
        envelope
            .body
            .windows(16)
            .any(|window| window == id.as_bytes())
    };
    let by_kim = stage.by_kim.get(&id);
    if by_kim.is_some_and(|note| envelopes.contains(&note)) {
        "whole"
    } else if envelopes.iter().any(|envelope| of_it(&envelope)) {
        "own"
    } else {
        "nothing"
    }
}

/// One round of `POST /v1/sync`.
pub(super) async fn call(stage: &Stage, caller: Caller, say: Frame) -> Vec<Frame> {
    round(stage, [hello(stage, caller), say]).await
}

/// A device that comes for the first time reads everything.
pub(super) async fn first_visit(stage: &Stage, caller: Caller) -> Vec<Frame> {
    let mut hello = hello(stage, caller);
    if let Frame::Hello(hello) = &mut hello {
        hello.cursor.clear();
    }
    round(stage, [hello]).await
}

async fn round(stage: &Stage, frames: impl IntoIterator<Item = Frame>) -> Vec<Frame> {
    let frames = encode_sequence(frames);
    let answer = crate::world::call(stage.world.addr(), "POST", "/v1/sync", &[PROTOBUF], &frames);
    let answer = answer.await;
    assert_eq!(answer.status, 200);
    sequence(answer.body.into()).map(Result::unwrap).collect()
}

/// The same frame on a live line. A ping behind it says when the answer is over;
/// changes are judged beside the line, so their answer is waited for.
pub(super) async fn live(stage: &Stage, caller: Caller, say: Frame) -> Vec<Frame> {
    let url = format!("ws://{}/v1/live", stage.world.addr());
    let (mut line, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let is_push = matches!(say, Frame::Push(_));
    let pongs = 1 + usize::from(matches!(say, Frame::Ping(_)));
    let ping = (!is_push).then_some(Frame::Ping(wire::Ping {}));
    for frame in [hello(stage, caller), say].into_iter().chain(ping) {
        // It may have hung up after the first.
        let _ = line.send(Socket::Binary(frame::encode(frame))).await;
    }
    let mut heard = Vec::new();
    while let Some(Ok(message)) = line.next().await {
        let Socket::Binary(bytes) = message else {
            continue;
        };
        heard.push(frame::decode(bytes).unwrap());
        let ponged = heard.iter().filter(|frame| matches!(frame, Frame::Pong(_)));
        let answered = |frame: &Frame| matches!(frame, Frame::Kept(_) | Frame::Refused(_));
        if ponged.count() == pongs || heard.iter().any(answered) {
            break;
        }
    }
    if pongs == 1 {
        heard.retain(|frame| !matches!(frame, Frame::Pong(_)));
    }
    heard
}

/// How the caller begins, with what there is to show.
fn hello(stage: &Stage, caller: Caller) -> Frame {
    match (stage.device(caller).hello(), caller) {
        (Frame::Hello(hello), Caller::Nobody | Caller::Pending) => Frame::Hello(wire::Hello {
            token: String::new(),
            ..hello
        }),
        (hello, _) => hello,
    }
}

/// Callers and cases in the order of the table.
pub(super) fn columns(about_a_case: bool) -> &'static [Case] {
    if about_a_case {
        Case::ALL
    } else {
        &[Case::Other]
    }
}
