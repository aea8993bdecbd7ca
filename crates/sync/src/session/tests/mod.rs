//! Conversations, played without a network.

mod calls;
mod chance;
mod news;
mod partings;
mod promises;

use super::*;
use crate::envelope;
use crate::frame;
use crate::wire::{Hello, Opened, Ping, Pong, Push};

const NOON: Timestamp = Timestamp(43_200_000);
const EPOCH: [u8; 16] = [5; 16];

fn hello() -> Kind {
    Kind::Hello(Hello {
        protocol: 1,
        token: "t".into(),
        epoch: EPOCH.to_vec(),
        cursor: vec![9; 40],
        app_version: "1".into(),
        unsent: 2,
        pack_hash: Vec::new(),
        sealed: 0,
    })
}

fn note(content: u8) -> Envelope {
    Envelope {
        body: vec![content; 10].into(),
        signature: vec![0; 64].into(),
    }
}

fn id(content: u8) -> ChangeId {
    envelope::id_of(&note(content))
}

fn push(push_id: u32, contents: &[u8]) -> Input {
    Input::Frame(Kind::Push(Push {
        push_id,
        envelopes: contents.iter().copied().map(note).collect(),
    }))
}

fn signed_in() -> Input {
    Input::SignedIn {
        epoch: EPOCH,
        pack_hash: vec![3; 32],
        sealed: None,
    }
}

fn page(contents: &[u8], more: bool) -> Input {
    let changes = contents
        .iter()
        .map(|content| (note(*content), NOON))
        .collect();
    Input::Page(Page {
        forget: Vec::new(),
        changes,
        cursor: vec![7; 40],
        more,
    })
}

fn drain(session: &mut Session) -> Vec<Output> {
    std::iter::from_fn(|| session.poll_output()).collect()
}

fn sent(session: &mut Session) -> Vec<Kind> {
    drain(session)
        .into_iter()
        .filter_map(|output| match output {
            Output::Send(frame) => Some(frame),
            _ => None,
        })
        .collect()
}

fn talking(transport: Transport) -> Session {
    let mut session = Session::new(NOON, transport);
    session.handle(NOON, Input::Frame(hello()));
    session.handle(NOON, signed_in());
    drain(&mut session);
    session
}

/// Live, and told that there is nothing new.
fn idle() -> Session {
    let mut session = talking(Transport::Live);
    session.handle(NOON, page(&[], false));
    drain(&mut session);
    session
}

fn farewell(session: &mut Session) -> Option<(Leaving, u32)> {
    let outputs = drain(session);
    assert_eq!(outputs.last(), Some(&Output::Close));
    outputs.iter().find_map(|output| match output {
        Output::Send(Kind::Farewell(farewell)) => {
            Some((farewell.reason(), farewell.retry_after_seconds))
        }
        _ => None,
    })
}

fn judged(push_id: u32, kept: Vec<ChangeId>) -> Input {
    Input::Judged {
        push_id,
        kept,
        refused: Vec::new(),
        received_at: NOON,
        earlier: Vec::new(),
    }
}
