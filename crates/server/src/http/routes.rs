//! Every call there is: method, path, who may, who answers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use axum::routing::{MethodFilter, any, get, on};
use bytes::BytesMut;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use safehall_core::access::{
    Act, Action, Carry, ClearRestriction, ConfirmDevice, EraseCase, Exclude, ExportCase, Grant,
    InviteResponder, JudgeQuarantine, ListQuarantine, ListSuggestions, ListTeam, ReadAttachment,
    ReadEventLedger, ReadPack, RevokeDevice, SendAttachment, SetTerm,
};
use safehall_sync::attachment;
use safehall_sync::carried::MAX_CARRIED;
use safehall_sync::handin::MAX_HAND_IN;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tower_http::compression::CompressionLayer;

use super::door::{self, Asker};
use super::problem::Problem;
use super::{
    CallId, PROTOBUF, app, attachments, auth, carried, enrol, erase, exports, handin, heads,
    ledger, live, pace, quarantine, reach, suggestions, sync, team,
};
use crate::listen::Stage;
use crate::state::App;

pub(super) const LIVE: &str = "/v1/live";
pub(super) const HEALTH: &str = "/healthz";
pub(super) const READY: &str = "/readyz";

/// What a call is answered: a body in protobuf.
pub(super) struct Answer {
    body: Vec<u8>,
    /// The browser throws away whatever it still has of this place.
    clears: bool,
}

impl Answer {
    /// The last one that this browser gets.
    pub(super) const fn clearing(body: Vec<u8>) -> Self {
        Self { body, clears: true }
    }
}

impl From<Vec<u8>> for Answer {
    fn from(body: Vec<u8>) -> Self {
        Self {
            body,
            clears: false,
        }
    }
}

/// An answer in the making.
type Answering = Pin<Box<dyn Future<Output = Result<Answer, Problem>> + Send>>;

type Handler = Box<dyn Fn(Arc<App>, HeaderMap, Bytes) -> Answering + Send + Sync>;

/// One line of the table.
struct Route {
    method: MethodFilter,
    path: &'static str,
    /// The longest body, in bytes.
    body: usize,
    /// How often the usual time a body may take, from a device with a good token.
    patience: u32,
    /// What `core::access` is asked for. Nothing: nobody is known yet, and the
    /// answer itself checks an invite, a signature or the token in a frame.
    action: Option<Action>,
    handler: Handler,
}

/// A call by somebody who is not known yet.
fn anyone<F, B>(path: &'static str, body: usize, answer: fn(Arc<App>, Bytes) -> F) -> Route
where
    F: Future<Output = Result<B, Problem>> + Send + 'static,
    B: Into<Answer> + 'static,
{
    let handler = Box::new(move |app, _, body| {
        let answering = answer(app, body);
        Box::pin(async move { answering.await.map(Into::into) }) as Answering
    });
    Route {
        method: MethodFilter::POST,
        path,
        body,
        patience: 1,
        action: None,
        handler,
    }
}

/// A call by a member of staff, who asks for `A`.
fn staff<A, F>(
    method: MethodFilter,
    path: &'static str,
    answer: fn(Arc<App>, Asker<A>, Bytes) -> F,
) -> Route
where
    A: Act + 'static,
    F: Future<Output = Result<Vec<u8>, Problem>> + Send + 'static,
{
    let handler = Box::new(move |app: Arc<App>, headers: HeaderMap, body| {
        Box::pin(async move {
            let asker = door::asker::<A>(&app, &headers).await?;
            answer(app, asker, body).await.map(Answer::from)
        }) as Answering
    });
    let body = if method == MethodFilter::GET {
        0
    } else {
        SMALL
    };
    Route {
        method,
        path,
        body,
        patience: 1,
        action: Some(A::ACTION),
        handler,
    }
}

impl Route {
    /// The same for a body that a phone with one bar of signal needs more than a
    /// minute for.
    fn with_a_body_of(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self.patience = patience(self.path);
        self
    }
}

const SMALL: usize = 4 * 1024;
const CHUNK: &str = "/v1/blobs/chunk";
const CARRIED: &str = "/v1/carried";

/// How often the usual time a body for this path may take at most.
pub(super) fn patience(path: &str) -> u32 {
    if matches!(path, CHUNK | CARRIED) {
        6
    } else {
        1
    }
}
/// One round of `POST /v1/sync`, all frames together.
const SYNC: usize = 8 * 1024 * 1024;

/// The table. What is not here does not exist.
fn table() -> Vec<Route> {
    const GET: MethodFilter = MethodFilter::GET;
    const POST: MethodFilter = MethodFilter::POST;
    vec![
        anyone("/v1/enrol/begin", SMALL, enrol::begin),
        anyone("/v1/enrol/finish", SMALL, enrol::finish),
        anyone("/v1/enrol/status", SMALL, enrol::status),
        anyone("/v1/auth/challenge", SMALL, auth::challenge),
        anyone("/v1/auth/token", SMALL, auth::token),
        // The token is in the first frame, and each change has a permit of its own.
        anyone("/v1/sync", SYNC, sync::sync),
        staff::<ReadPack, _>(GET, "/v1/pack", team::pack),
        staff::<ListTeam, _>(GET, "/v1/team", team::team),
        staff::<InviteResponder, _>(POST, "/v1/invites", team::invite),
        staff::<ConfirmDevice, _>(POST, "/v1/devices/confirm", team::confirm),
        staff::<RevokeDevice, _>(POST, "/v1/devices/revoke", team::revoke),
        staff::<Grant, _>(POST, "/v1/grants", reach::grant),
        staff::<Exclude, _>(POST, "/v1/exclusions", reach::exclude),
        staff::<ClearRestriction, _>(POST, "/v1/restrictions", reach::clear),
        staff::<SetTerm, _>(POST, "/v1/staff", reach::term),
        staff::<ListQuarantine, _>(GET, "/v1/quarantine", quarantine::list),
        staff::<JudgeQuarantine, _>(POST, "/v1/quarantine", quarantine::judge),
        // It has no token any more: what it signs is its proof.
        anyone("/v1/handin", MAX_HAND_IN, handin::handin),
        staff::<EraseCase, _>(POST, "/v1/erasures", erase::erase),
        staff::<ReadEventLedger, _>(POST, "/v1/ledger", ledger::ledger),
        staff::<ListSuggestions, _>(GET, "/v1/suggestions", suggestions::list),
        staff::<ExportCase, _>(POST, "/v1/exports", exports::export),
        staff::<SendAttachment, _>(POST, "/v1/blobs/begin", attachments::begin),
        staff::<SendAttachment, _>(POST, CHUNK, attachments::chunk)
            .with_a_body_of(attachment::CHUNK as usize + SMALL),
        staff::<ReadAttachment, _>(POST, "/v1/blobs/read", attachments::read),
        staff::<Carry, _>(POST, CARRIED, carried::carried).with_a_body_of(MAX_CARRIED),
    ]
}

/// One call that there is. For tests, which must miss none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Call {
    /// As in a request.
    pub method: &'static str,
    /// Likewise.
    pub path: &'static str,
    /// What `core::access` is asked for. Nothing: nobody is known yet, or there is nothing to know.
    pub action: Option<Action>,
}

/// Every call, out of the table that serves them.
#[must_use]
pub fn calls() -> Vec<Call> {
    let served = table().into_iter().map(|route| Call {
        method: if route.method == MethodFilter::GET {
            "GET"
        } else {
            "POST"
        },
        path: route.path,
        action: route.action,
    });
    let beside = [LIVE, HEALTH, READY].map(|path| Call {
        method: "GET",
        path,
        action: None,
    });
    served.chain(beside).collect()
}

pub(super) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for route in table() {
        let route = Arc::new(route);
        let (path, method, packs) = (
            route.path,
            route.method,
            route.action == Some(Action::ReadPack),
        );
        let mut handler = on(
            method,
            move |State(app): State<Arc<App>>, request: Request| call(app, route, request),
        );
        if packs {
            handler = handler.layer(CompressionLayer::new());
        }
        router = router.route(path, handler);
    }
    router
        .route(LIVE, get(live::upgrade))
        .route(HEALTH, get(|| async { "alive\n" }))
        .route(READY, get(ready))
        .fallback(any(fallback))
        .with_state(app)
}

async fn call(app: Arc<App>, route: Arc<Route>, request: Request) -> Response<Body> {
    let id = request
        .extensions()
        .get::<CallId>()
        .cloned()
        .unwrap_or(CallId(String::new()));
    match answer(app, &route, request).await {
        Ok(answer) => {
            let mut response = Response::new(Body::from(answer.body));
            let head = response.headers_mut();
            head.insert(CONTENT_TYPE, HeaderValue::from_static(PROTOBUF));
            if answer.clears {
                heads::on_last_word(head);
            }
            response
        }
        Err(problem) => problem.answer(&id.0),
    }
}

async fn answer(app: Arc<App>, route: &Route, request: Request) -> Result<Answer, Problem> {
    let (head, body) = request.into_parts();
    if route.body > 0
        && head
            .headers
            .get(CONTENT_TYPE)
            .is_none_or(|media| media != PROTOBUF)
    {
        return Err(Problem::WRONG_MEDIA);
    }
    let arrives = arrive(&app, Limited::new(body, route.body));
    // A stranger gets no more time than for any other call.
    let patience = match route.patience {
        more @ 2.. if door::shows_a_token(&app, &head.headers) => more,
        _ => 1,
    };
    let (body, room) = tokio::time::timeout(app.config.request_timeout * patience, arrives)
        .await
        .map_err(|_elapsed| Problem::TOO_SLOW)??;
    // Only now: whoever lets a body drip takes nobody's turn.
    let turn = Arc::clone(&app.turns)
        .try_acquire_owned()
        .map_err(|_full| Problem::BUSY)?;
    let came = Instant::now();
    let answering = (route.handler)(Arc::clone(&app), head.headers, body);
    // As long as somebody is waited for at all: see `around`.
    let most = app.config.request_timeout * (route.patience + 1);
    let answered = see_through(answering, (turn, room), most).await;
    if matches!(answered, Err(Problem::NOT_FOUND)) {
        pace::keep(came, pace::REFUSAL).await;
    }
    answered
}

/// Waits for an answer, which is worked out also when nobody waits any more: behind
/// a row on the disk there may be a line to hang up on, or something to forget.
/// `held` is let go of then; nothing is worked on for longer than `most`.
async fn see_through(
    answering: Answering,
    held: impl Send + 'static,
    most: Duration,
) -> Result<Answer, Problem> {
    let working = tokio::spawn(async move {
        let answered = tokio::time::timeout(most, answering).await;
        drop(held);
        answered.unwrap_or(Err(Problem::BUSY))
    });
    working
        .await
        .unwrap_or_else(|ended| match ended.try_into_panic() {
            Ok(fault) => std::panic::resume_unwind(fault),
            Err(_stopping) => Err(Problem::BUSY),
        })
}

/// Takes in a body. All that are being taken in or worked on share one room in
/// memory, and take of it what has really come: to announce much costs nobody
/// anything. What is small takes none of it, for there are only so many
/// connections: strangers who fill the room and stall keep out no note.
async fn arrive(
    app: &App,
    mut body: Limited<Body>,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Problem> {
    let mut bytes = BytesMut::new();
    let mut room: Option<OwnedSemaphorePermit> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Problem::TOO_BIG
            } else {
                Problem::UNREADABLE
            }
        })?;
        let Some(part) = frame.data_ref() else {
            continue;
        };
        let beside = SMALL.saturating_sub(bytes.len());
        let size = part.len().saturating_sub(beside);
        let size = u32::try_from(size).map_err(|_| Problem::TOO_BIG)?;
        let more = Arc::clone(&app.bodies)
            .try_acquire_many_owned(size)
            .map_err(|_full| Problem::BUSY)?;
        match &mut room {
            Some(room) => room.merge(more),
            None => room = Some(more),
        }
        bytes.extend_from_slice(part);
    }
    Ok((bytes.freeze(), room))
}

/// Whether calls are taken, and what they bring is kept: not while the server
/// stops, and not from a write that failed until one succeeds again.
async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if *app.stage.borrow() != Stage::Open {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else if app.store.is_stuck() {
        (StatusCode::SERVICE_UNAVAILABLE, "cannot write\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}

async fn fallback(request: Request) -> Response<Body> {
    let id = request
        .extensions()
        .get::<CallId>()
        .cloned()
        .unwrap_or(CallId(String::new()));
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !super::is_api(path);
    let page = if is_page {
        app::serve(path, request.headers())
    } else {
        None
    };
    page.unwrap_or_else(|| Problem::NOT_FOUND.answer(&id.0))
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use futures_util::FutureExt as _;
    use tokio::sync::{Semaphore, oneshot};

    use super::*;

    #[test]
    fn only_these_calls_ask_nobody_for_a_permit() {
        let open: Vec<&str> = calls()
            .into_iter()
            .filter(|call| call.action.is_none())
            .map(|call| call.path)
            .collect();
        assert_eq!(
            open,
            [
                "/v1/enrol/begin",
                "/v1/enrol/finish",
                "/v1/enrol/status",
                "/v1/auth/challenge",
                "/v1/auth/token",
                "/v1/sync",
                "/v1/handin",
                LIVE,
                HEALTH,
                READY,
            ]
        );
    }

    #[tokio::test]
    async fn what_was_begun_is_finished_also_when_whoever_asked_hangs_up() {
        let (written, on_disk) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let turns = Arc::new(Semaphore::new(1));
        let turn = Arc::clone(&turns).try_acquire_owned().unwrap();
        let answering: Answering = Box::pin(async move {
            on_disk.await.unwrap();
            tell.send("the line is hung up on").unwrap();
            Ok(Vec::new().into())
        });

        let mut waiting = Box::pin(see_through(answering, turn, Duration::MAX));
        assert!(
            std::future::poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await
        );
        drop(waiting);
        assert_eq!(turns.available_permits(), 0, "it is still at work");
        written.send(()).unwrap();

        assert_eq!(told.await.unwrap(), "the line is hung up on");
        drop(turns.acquire().await.unwrap());
    }

    #[tokio::test]
    async fn work_that_never_ends_gives_back_what_it_holds() {
        let turns = Arc::new(Semaphore::new(1));
        let turn = Arc::clone(&turns).try_acquire_owned().unwrap();
        let answering: Answering = Box::pin(std::future::pending());

        let answered = see_through(answering, turn, Duration::from_millis(10)).await;

        assert_eq!(answered.err(), Some(Problem::BUSY));
        assert_eq!(turns.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_fault_in_the_work_is_a_fault_in_the_call() {
        let answering: Answering = Box::pin(async { panic!("a fault on purpose") });
        let call = std::panic::AssertUnwindSafe(see_through(answering, (), Duration::MAX));

        assert!(call.catch_unwind().await.is_err());
    }

    #[test]
    fn no_two_calls_are_one() {
        let mut calls: Vec<_> = calls()
            .into_iter()
            .map(|call| (call.method, call.path))
            .collect();
        let all = calls.len();
        calls.sort_unstable();
        calls.dedup();
        assert_eq!(calls.len(), all);
    }
}
