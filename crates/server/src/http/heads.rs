//! What every answer says besides its body.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

/// For answers that no page is made of.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const TRANSPORT: &str = "max-age=63072000; includeSubDomains; preload";
const PERMISSIONS: &str = "camera=(self), microphone=(), geolocation=(), accelerometer=(), autoplay=(), \
    browsing-topics=(), display-capture=(), encrypted-media=(), gyroscope=(), hid=(), \
    magnetometer=(), midi=(), payment=(), picture-in-picture=(), serial=(), usb=(), xr-spatial-tracking=()";

/// The policy for the app's own pages. `sockets` are where its live line may go.
pub(super) fn app_policy(sockets: &[String]) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
         font-src 'self'; connect-src 'self' {}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; \
         trusted-types svelte-trusted-html safehall-worker",
        sockets.join(" ")
    )
}

/// On every answer of the interface: short, because phones come back often.
pub(super) fn on_api(head: &mut HeaderMap) {
    on_all(head);
    head.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(API_POLICY),
    );
    head.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// On the answer to a device that says it emptied itself: its browser throws
/// away what is left, the app with it.
pub(super) fn on_last_word(head: &mut HeaderMap) {
    head.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"storage\""),
    );
}

/// On every file of the app.
pub(super) fn on_app(head: &mut HeaderMap, policy: &HeaderValue) {
    on_all(head);
    head.insert(CONTENT_SECURITY_POLICY, policy.clone());
    head.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(PERMISSIONS),
    );
    head.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    head.insert(
        HeaderName::from_static("cross-origin-embedder-policy"),
        HeaderValue::from_static("require-corp"),
    );
}

fn on_all(head: &mut HeaderMap) {
    head.insert(
        STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static(TRANSPORT),
    );
    head.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    head.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    head.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    head.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
}
