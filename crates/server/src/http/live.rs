//! `GET /v1/live`: the same frames, one per message, for as long as it lasts.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::Response;
use axum::response::IntoResponse as _;
use safehall_sync::frame::{self, FrameError, MAX_FRAME};
use safehall_sync::session::{Input, Transport};
use tokio::sync::OwnedSemaphorePermit;

use super::CallId;
use super::problem::Problem;
use crate::listen::closing;
use crate::live::Line;
use crate::state::App;
use crate::talk::{Step, Talk};

/// When to come back after the server stopped, in seconds.
const COME_BACK: u32 = 2;

/// How long a device may take to hear the last word.
const LINGER: Duration = Duration::from_secs(2);

pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    axum::Extension(id): axum::Extension<CallId>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response<Body> {
    let Ok(upgrade) = upgrade else {
        return Problem::UNREADABLE.answer(&id.0);
    };
    let Some(place) = app.hub.enter() else {
        return Problem::BUSY.answer(&id.0);
    };
    upgrade
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .write_buffer_size(0)
        .max_write_buffer_size(1024 * 1024)
        .on_upgrade(move |socket| line(app, socket, place))
        .into_response()
}

/// Talks until one end hangs up. A failed send is a hang-up.
async fn line(app: Arc<App>, mut socket: WebSocket, _place: OwnedSemaphorePermit) {
    let mut talk = Talk::new(Arc::clone(&app), Transport::Live);
    // Before the first look at the log: what comes after that look wakes us.
    let mut news = app.store.last_seq();
    news.mark_unchanged();
    let mut revoked = app.hub.changes();
    let mut stage = app.stage.clone();
    let slow = app.config.slow_reader;
    let mut own = None;
    loop {
        loop {
            let step = talk.step().await;
            if let (None, Some(guest)) = (&own, talk.guest) {
                own = Some(app.hub.is_of(guest.device));
            }
            match step {
                Step::Wait => break,
                Step::Send(frame) => {
                    let message = Message::Binary(frame::encode(frame));
                    match tokio::time::timeout(slow, socket.send(message)).await {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) => return,
                        Err(_) => {
                            tracing::debug!("hung up on a line that does not read");
                            return;
                        }
                    }
                }
                Step::Close => {
                    // Hanging up politely is all that is left to fail.
                    let _ = tokio::time::timeout(LINGER.min(slow), hang_up(socket)).await;
                    return;
                }
            }
        }
        let patience = talk.patience();
        let input = tokio::select! {
            said = socket.recv() => match said {
                Some(Err(error)) if is_too_big(&error) => Input::Unreadable(FrameError::TooBig),
                None | Some(Err(_) | Ok(Message::Close(_))) => return,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Binary(bytes))) => match frame::decode(bytes) {
                    Ok(frame) => Input::Frame(frame),
                    Err(error) => Input::Unreadable(error),
                },
                Some(Ok(Message::Text(text))) => match frame::decode(text.into()) {
                    Ok(frame) => Input::Frame(frame),
                    Err(error) => Input::Unreadable(error),
                },
            },
            changed = news.changed() => match changed {
                Ok(()) => Input::News,
                Err(_) => Input::GoingDown { retry_after_seconds: COME_BACK },
            },
            _ = revoked.changed() => match talk.guest {
                Some(guest) if app.hub.is_revoked(&guest.device) => Input::Revoked,
                _ if own.as_ref().is_some_and(Line::must_go) => {
                    Input::GoingDown { retry_after_seconds: COME_BACK }
                }
                _ => continue,
            },
            () = tokio::time::sleep(Duration::from_millis(patience.unwrap_or(0))), if patience.is_some() => {
                match talk.guest {
                    // Ten minutes are over: show again who you are.
                    Some(guest) if app.now() >= guest.until => Input::SignInFailed { revoked: false },
                    _ => Input::TimePassed,
                }
            }
            () = closing(&mut stage) => Input::GoingDown { retry_after_seconds: COME_BACK },
        };
        // A device that was cut off while its frame was under way is not listened to.
        let input = match talk.guest {
            Some(guest) if app.hub.is_revoked(&guest.device) => Input::Revoked,
            _ => input,
        };
        talk.handle(input);
    }
}

/// Says that it is over, and lets what is still under way come in unheard: a
/// connection that is cut with words left in it takes the farewell along.
async fn hang_up(mut socket: WebSocket) {
    if socket.send(Message::Close(None)).await.is_ok() {
        while let Some(Ok(_unheard)) = socket.recv().await {}
    }
}

/// Whether a message was longer than any frame. It was not read, and nothing
/// behind it can be: the device is told why, and hung up on.
fn is_too_big(error: &axum::Error) -> bool {
    use tokio_tungstenite::tungstenite::Error;
    std::iter::successors(Some(error as &dyn std::error::Error), |error| {
        error.source()
    })
    .any(|error| matches!(error.downcast_ref(), Some(Error::Capacity(_))))
}
