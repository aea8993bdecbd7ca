//! The interface over HTTP.
//!
//! One table ([`routes::ROUTES`]) names every call, who may make it and who
//! answers it. What all calls have in common stands here: an id, a time limit,
//! a size limit, the Origin check, the same heads, and that a fault in one call
//! stays in that call.

mod app;
mod attachments;
pub(crate) mod auth;
mod carried;
pub(crate) mod door;
pub(crate) mod enrol;
pub(crate) mod erase;
mod exports;
pub(crate) mod handin;
mod heads;
mod ledger;
pub(crate) mod live;
mod pace;
pub(crate) mod problem;
mod quarantine;
mod reach;
mod routes;
mod suggestions;
pub(crate) mod sync;
mod team;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use axum::middleware::Next;
use futures_util::FutureExt as _;

use crate::clock;
use crate::hex;
use crate::state::App;
use problem::Problem;
pub use routes::{Call, calls};

/// The media type of every body under `/v1`.
pub(crate) const PROTOBUF: &str = "application/x-protobuf";

/// The id of one call, in its answer and in the log.
#[derive(Clone)]
pub(crate) struct CallId(pub(crate) String);

/// All routes, with everything around them.
pub(crate) fn router(app: Arc<App>) -> Router {
    let policy = heads::app_policy(&sockets(&app.origins));
    let policy =
        HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let frame = Arc::new(Frame {
        app: Arc::clone(&app),
        policy,
    });
    routes::router(app).layer(axum::middleware::from_fn_with_state(frame, around))
}

/// Where the live line of the app may go, for its own policy.
fn sockets(origins: &[String]) -> Vec<String> {
    origins
        .iter()
        .map(|origin| origin.replacen("http", "ws", 1))
        .collect()
}

struct Frame {
    app: Arc<App>,
    policy: HeaderValue,
}

/// What happens around every call.
async fn around(
    State(frame): State<Arc<Frame>>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let id = CallId(hex::encode(&clock::random::<8>().unwrap_or_default()));
    let method = request.method().clone();
    let is_api = is_api(request.uri().path());
    let is_live = request.uri().path() == routes::LIVE;
    let patience = routes::patience(request.uri().path());
    request.extensions_mut().insert(id.clone());

    let mut response = if is_api && request.uri().query().is_some() {
        Problem::QUERY.answer(&id.0)
    } else if may_call(&frame.app, &method, is_live, request.headers()) {
        let work = AssertUnwindSafe(next.run(request)).catch_unwind();
        // As long for the body, which the route itself counts, and then for the answer.
        let most = frame.app.config.request_timeout * (patience + 1);
        match tokio::time::timeout(most, work).await {
            Ok(Ok(response)) => response,
            Ok(Err(_panic)) => {
                tracing::error!(request.id = %id.0, "a call ran into a fault in the program");
                Problem::BROKEN.answer(&id.0)
            }
            Err(_elapsed) => {
                // Not the caller's fault. What it sent may still be kept, and is then known again.
                tracing::error!(request.id = %id.0, "a call was not answered in time");
                Problem::BUSY.answer(&id.0)
            }
        }
    } else {
        Problem::WRONG_ORIGIN.answer(&id.0)
    };

    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = Problem::WRONG_METHOD.answer(&id.0);
    }
    let head = response.headers_mut();
    if is_api {
        heads::on_api(head)
    } else {
        heads::on_app(head, &frame.policy)
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        head.insert(HeaderName::from_static("x-request-id"), value);
    }
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(request.id = %id.0, status = response.status().as_u16(), "a call was not answered as asked");
    } else {
        tracing::debug!(request.id = %id.0, status = response.status().as_u16(), "answered a call");
    }
    response
}

/// The interface, as opposed to files of the app.
fn is_api(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/") || matches!(path, routes::HEALTH | routes::READY)
}

/// A page of another site may read nothing anyway; it may not write or listen
/// either. Programs that are no browser send no `Origin`.
fn may_call(app: &App, method: &Method, is_live: bool, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD) && !is_live {
        return true;
    }
    if headers
        .get("sec-fetch-site")
        .is_some_and(|value| value == "cross-site")
    {
        return false;
    }
    match headers.get(ORIGIN) {
        None => true,
        Some(origin) => origin.to_str().is_ok_and(|origin| app.lets_in(origin)),
    }
}
