//! How a call is refused.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use prost::Message as _;
use safehall_core::access::Denial;
use safehall_sync::wire;

use crate::store::StoreError;

/// A refusal: a status, a code for programs that never changes, and a sentence
/// for people. Never repeats anything that was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) say: &'static str,
}

impl Problem {
    const fn new(status: StatusCode, code: &'static str, say: &'static str) -> Self {
        Self { status, code, say }
    }

    /// No such thing, or not for you: one answer, byte for byte.
    pub(crate) const NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.");
    pub(crate) const SIGN_IN: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "sign_in",
        "This device needs to show again who it is.",
    );
    pub(crate) const REVOKED: Self = Self::new(
        StatusCode::GONE,
        "revoked",
        "This device no longer has access.",
    );
    pub(crate) const UNREADABLE: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "unreadable",
        "The server could not read this message.",
    );
    pub(crate) const WRONG_ORIGIN: Self = Self::new(
        StatusCode::FORBIDDEN,
        "wrong_origin",
        "This page may not speak to the server.",
    );
    /// Addresses are written down by proxies, browsers and people: nothing that
    /// matters belongs in one, so none of ours has more than a path.
    pub(crate) const QUERY: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "no_query",
        "Nothing may stand behind a question mark in this address.",
    );
    pub(crate) const TOO_BIG: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_big",
        "This message is too big.",
    );
    pub(crate) const TOO_SLOW: Self = Self::new(
        StatusCode::REQUEST_TIMEOUT,
        "too_slow",
        "The message took too long to arrive.",
    );
    pub(crate) const WRONG_MEDIA: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "wrong_media",
        "The server speaks application/x-protobuf.",
    );
    pub(crate) const WRONG_METHOD: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "This address takes another method.",
    );
    pub(crate) const NO_INVITE: Self = Self::new(
        StatusCode::NOT_FOUND,
        "no_such_invite",
        "This invitation is unknown, used or out of date. Ask for a new one.",
    );
    pub(crate) const BAD_PROOF: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "bad_proof",
        "The server could not check who this is. Try again.",
    );
    pub(crate) const INVALID: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid",
        "Something in this form is missing or too long.",
    );
    /// A change that was set aside cannot follow what is in the log.
    pub(crate) const DOES_NOT_FIT: Self = Self::new(
        StatusCode::CONFLICT,
        "does_not_fit",
        "This cannot be taken into the case: it builds on something that is not there, or cannot be read.",
    );
    /// A part of something that was not begun, or lay here half-sent for too long.
    pub(crate) const NOT_BEGUN: Self = Self::new(
        StatusCode::CONFLICT,
        "not_begun",
        "The server does not know what this is a part of. Begin it again.",
    );
    pub(crate) const WRONG_CHUNK: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "wrong_chunk",
        "This part is not what was announced. It was not kept.",
    );
    pub(crate) const WRONG_WHOLE: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "wrong_whole",
        "All parts came, and together they are not what was announced. Nothing of it was kept.",
    );
    pub(crate) const NOT_HERE_YET: Self = Self::new(
        StatusCode::CONFLICT,
        "not_here_yet",
        "Not all of it is here yet.",
    );
    pub(crate) const CASE_FULL: Self = Self::new(
        StatusCode::CONFLICT,
        "case_full",
        "No more photos or papers fit into this case.",
    );
    pub(crate) const SENDS_TOO_MUCH: Self = Self::new(
        StatusCode::TOO_MANY_REQUESTS,
        "sends_too_much",
        "This device has sent as much as it may in an hour. It goes on later.",
    );
    pub(crate) const NO_ROOM: Self = Self::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "no_room",
        "The server has no room for more photos and papers. The phone keeps them.",
    );
    /// Sealed to another key, cut, changed on its way, or not what it says it is.
    pub(crate) const CANNOT_OPEN: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "cannot_open",
        "This cannot be opened here. The words are still on the phone that wrote them.",
    );
    pub(crate) const TOO_OFTEN: Self = Self::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_often",
        "Too many attempts. Wait a minute and try again.",
    );
    pub(crate) const BUSY: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "The server is busy. Try again in a moment.",
    );
    pub(crate) const NOT_SAVED: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "not_saved",
        "The server could not write this down. Nothing has changed. Try again.",
    );
    pub(crate) const BROKEN: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "broken",
        "Something went wrong on the server. Nothing was promised.",
    );

    pub(crate) const LAST_LEAD: Self = Self::new(
        StatusCode::CONFLICT,
        "last_lead",
        "Nobody would be left to lead. Let another lead in first.",
    );

    /// With somebody else's device one could read what oneself may not know: it takes two.
    pub(crate) const ANOTHER_LEAD: Self = Self::new(
        StatusCode::CONFLICT,
        "another_lead",
        "Two leads let this device in. You made its invite, so another lead compares the four words.",
    );

    /// The case names another one, and says so to whoever reads it.
    pub(crate) const WOULD_TELL: Self = Self::new(
        StatusCode::CONFLICT,
        "would_tell",
        "This case names another one, which not everybody may know of. It was not given.",
    );

    /// What somebody is told who may not.
    pub(crate) fn of(denial: Denial) -> Self {
        match denial {
            Denial::LastLead => Self::LAST_LEAD,
            Denial::AnotherLead => Self::ANOTHER_LEAD,
            Denial::DevicePending
            | Denial::DeviceRevoked
            | Denial::NotOnTeam
            | Denial::Excluded
            | Denial::EventNotOpen
            | Denial::EventOver
            | Denial::Unknown
            | Denial::NotThis
            | Denial::NoRight
            | Denial::Held => Self::NOT_FOUND,
        }
    }

    /// The answer, with the id under which the log tells more.
    pub(crate) fn answer(self, request_id: &str) -> Response<Body> {
        let body = wire::Problem {
            code: self.code.to_owned(),
            say: self.say.to_owned(),
            request_id: request_id.to_owned(),
        };
        let mut response = Response::new(Body::from(body.encode_to_vec()));
        *response.status_mut() = self.status;
        let head = response.headers_mut();
        head.insert(CONTENT_TYPE, HeaderValue::from_static(super::PROTOBUF));
        let wait = match self.status {
            StatusCode::SERVICE_UNAVAILABLE => Some("2"),
            StatusCode::TOO_MANY_REQUESTS => Some("60"),
            _ => None,
        };
        if let Some(seconds) = wait {
            head.insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Busy | StoreError::Stopping) {
            return Self::BUSY;
        }
        // While somebody was being answered; a moment later they would have heard the same.
        if matches!(error, StoreError::Erased) {
            return Self::NOT_FOUND;
        }
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "could not answer a call"
        );
        Self::NOT_SAVED
    }
}
