//! `POST /v1/sync`: one round, complete in itself.

use std::sync::Arc;

use axum::body::Bytes;
use safehall_sync::frame::{self, encode_sequence};
use safehall_sync::session::{Input, Transport};

use super::problem::Problem;
use crate::state::App;
use crate::talk::{Step, Talk};

pub(super) async fn sync(app: Arc<App>, body: Bytes) -> Result<Vec<u8>, Problem> {
    let mut talk = Talk::new(app, Transport::Call);
    let mut answers = Vec::new();
    let said = frame::sequence(body).map(|frame| match frame {
        Ok(frame) => Input::Frame(frame),
        Err(error) => Input::Unreadable(error),
    });
    for input in said.chain([Input::End]) {
        talk.handle(input);
        loop {
            match talk.step().await {
                Step::Send(frame) => answers.push(frame),
                Step::Wait => break,
                Step::Close => return Ok(encode_sequence(answers).to_vec()),
            }
        }
    }
    Ok(encode_sequence(answers).to_vec())
}
