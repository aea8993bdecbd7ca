//! What every answer says beside its body: one list for the interface, one for
//! the app's own files, and nothing more anywhere.

use std::collections::BTreeSet;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::{Answer, PROTOBUF, World, call, parse};

/// Every address of the table of calls, read from the table itself: a new call
/// is looked at from the day it exists.
pub(crate) fn addresses() -> BTreeSet<String> {
    let table = include_str!("../../crates/server/src/http/routes.rs");
    let found: BTreeSet<String> = table
        .split('"')
        .filter(|text| text.starts_with("/v1/") || (text.starts_with('/') && text.ends_with("dyz")))
        .chain(["/healthz"])
        .map(str::to_owned)
        .collect();
    for known in ["/v1/sync", "/v1/live", "/v1/pack", "/healthz", "/readyz"] {
        assert!(found.contains(known), "{known} is not in the table");
    }
    found
}

/// Everything beside the body that does not belong to this answer alone.
pub(crate) fn beside(answer: &Answer) -> String {
    let own = [
        "content-type",
        "content-length",
        "content-encoding",
        "date",
        "etag",
        "x-request-id",
        // These say what a refusal means, and belong to its status.
        "retry-after",
        "allow",
        "connection",
        "vary",
    ];
    let mut heads: Vec<String> = answer
        .heads
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    heads.sort();
    heads.join("\n")
}

pub(crate) const OF_THE_INTERFACE: &str = "cache-control: no-store
content-security-policy: default-src 'none'; frame-ancestors 'none'
cross-origin-resource-policy: same-origin
referrer-policy: no-referrer
strict-transport-security: max-age=63072000; includeSubDomains; preload
x-content-type-options: nosniff
x-robots-tag: noindex";

/// `SOCKETS` and `KEPT` are filled in: where the live line may go, and for how
/// long a file is good.
const OF_THE_APP: &str = "cache-control: KEPT
content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
img-src 'self' blob:; font-src 'self'; connect-src 'self' SOCKETS; worker-src 'self'; manifest-src 'self'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; \
require-trusted-types-for 'script'; trusted-types svelte-trusted-html safehall-worker
cross-origin-embedder-policy: require-corp
cross-origin-opener-policy: same-origin
cross-origin-resource-policy: same-origin
permissions-policy: camera=(self), microphone=(), geolocation=(), accelerometer=(), autoplay=(), \
browsing-topics=(), display-capture=(), encrypted-media=(), gyroscope=(), hid=(), magnetometer=(), midi=(), \
payment=(), picture-in-picture=(), serial=(), usb=(), xr-spatial-tracking=()
referrer-policy: no-referrer
strict-transport-security: max-age=63072000; includeSubDomains; preload
x-content-type-options: nosniff
x-robots-tag: noindex";

/// Every call there is, asked in the right way and in wrong ones.
#[tokio::test]
async fn no_route_says_more_or_less_than_the_others_whatever_it_answers() {
    let world = World::with(|config| config.requests = 4).await;
    let strange = ("origin", "https://elsewhere.example");
    let mut seen = BTreeSet::new();
    let nowhere = ["/v1", "/v1/nothing"].map(str::to_owned);
    for path in addresses().into_iter().chain(nowhere) {
        for (method, heads) in [
            ("GET", vec![]),
            ("HEAD", vec![]),
            ("POST", vec![PROTOBUF]),
            ("POST", vec![]),
            ("POST", vec![PROTOBUF, strange]),
            ("PUT", vec![]),
            ("DELETE", vec![]),
            (
                "OPTIONS",
                vec![strange, ("access-control-request-method", "POST")],
            ),
        ] {
            let answer = call(world.addr(), method, &path, &heads, b"").await;
            let status = answer.status;
            assert_eq!(
                beside(&answer),
                OF_THE_INTERFACE,
                "{method} {path} {status}"
            );
            assert_eq!(answer.head("x-request-id").map(str::len), Some(16));
            seen.insert(status);
        }
    }
    // Too big, and behind a question mark.
    for (path, body) in [("/v1/auth/token", vec![0; 5_000]), ("/v1/pack?a=1", vec![])] {
        let answer = call(world.addr(), "POST", path, &[PROTOBUF], &body).await;
        assert_eq!(beside(&answer), OF_THE_INTERFACE, "{path}");
        seen.insert(answer.status);
    }
    let kinds = [200, 400, 401, 403, 404, 405, 413, 415];
    assert!(kinds.iter().all(|kind| seen.contains(kind)), "{seen:?}");
}

#[tokio::test]
async fn every_file_of_the_app_and_every_page_that_is_none_carry_one_list() {
    let world = World::new().await;
    let page = call(world.addr(), "GET", "/", &[], b"").await;
    let is_built = page.status == 200;
    let html = String::from_utf8(page.body.clone()).unwrap();
    let files = html
        .split('"')
        .filter(|text| text.starts_with("/assets/"))
        .map(str::to_owned);
    let others = [
        "/",
        "/cases/7",
        "/sw.js",
        "/manifest.webmanifest",
        "/icon.svg",
    ];
    let port = world.addr().port();
    let sockets = format!("ws://localhost:{port} ws://127.0.0.1:{port}");

    let mut looked_at = 0;
    for path in others.map(str::to_owned).into_iter().chain(files) {
        for (method, heads) in [
            ("GET", vec![]),
            ("HEAD", vec![]),
            ("GET", vec![("accept-encoding", "br, gzip")]),
            (
                "GET",
                vec![
                    ("origin", "https://elsewhere.example"),
                    ("sec-fetch-site", "cross-site"),
                ],
            ),
        ] {
            let answer = call(world.addr(), method, &path, &heads, b"").await;
            let kept = match answer.status {
                200 if path.starts_with("/assets/") => "public, max-age=31536000, immutable",
                200 => "no-cache",
                // A page of an app that is not part of this build.
                503 => "no-store",
                status => panic!("{method} {path} {status}: {is_built}"),
            };
            let expected = OF_THE_APP
                .replace("SOCKETS", &sockets)
                .replace("KEPT", kept);
            assert_eq!(beside(&answer), expected, "{method} {path}");
            looked_at += 1;
        }
        if !is_built {
            break;
        }
    }
    // Known already, no such file, and a way of asking that no page needs.
    let tag = page.head("etag").unwrap_or_default().to_owned();
    let known = call(world.addr(), "GET", "/", &[("if-none-match", &tag)], b"").await;
    let missing = call(world.addr(), "GET", "/secret.key", &[], b"").await;
    let above = call(world.addr(), "GET", "/../secret.key", &[], b"").await;
    let posted = call(world.addr(), "POST", "/", &[], b"").await;
    if is_built {
        assert_eq!(known.status, 304);
        assert!(looked_at >= 24, "{looked_at}");
    }
    assert_eq!(
        (missing.status, above.status, posted.status),
        (404, 404, 404)
    );
    for answer in [known, missing, above, posted] {
        let expected = OF_THE_APP.replace("SOCKETS", &sockets);
        let kept: Vec<&str> = expected
            .lines()
            .filter(|line| !line.starts_with("cache"))
            .collect();
        let said = beside(&answer);
        let said: Vec<&str> = said
            .lines()
            .filter(|line| !line.starts_with("cache"))
            .collect();
        assert_eq!(said, kept, "{}", answer.status);
    }
}

/// What is no HTTP is answered before there is a call: nothing is told at all.
#[tokio::test]
async fn a_head_that_cannot_be_read_is_answered_with_a_number_and_nothing_else() {
    let world = World::new().await;
    let long = format!(
        "GET / HTTP/1.1\r\nhost: h\r\nx-long: {}\r\n\r\n",
        "a".repeat(64 * 1024)
    );
    let many = format!(
        "GET / HTTP/1.1\r\nhost: h\r\n{}\r\n",
        "a: b\r\n".repeat(200)
    );
    let mut answered = 0;
    for (request, statuses) in [
        ("\0\0\0\0\r\n\r\n".to_owned(), [400, 400]),
        ("GET /\r\n\r\n".to_owned(), [400, 400]),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), [400, 505]),
        (
            "POST /v1/sync HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".to_owned(),
            [400, 400],
        ),
        (
            "POST /v1/sync HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_owned(),
            [400, 400],
        ),
        (long, [431, 431]),
        (many, [431, 431]),
    ] {
        let mut stream = TcpStream::connect(world.addr()).await.unwrap();
        // It may answer before all of it was sent, and its answer may go under in that.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        if answer.is_empty() {
            continue;
        }
        answered += 1;
        let answer = parse(&answer, 0);
        assert!(statuses.contains(&answer.status), "{}", answer.status);
        let names: BTreeSet<&str> = answer.heads.iter().map(|(name, _)| name.as_str()).collect();
        assert!(
            names.is_subset(&["connection", "content-length", "date"].into()),
            "{names:?}"
        );
        assert!(answer.body.is_empty());
    }
    assert!(answered >= 4, "{answered}");
    assert_eq!(
        call(world.addr(), "GET", "/healthz", &[], b"").await.status,
        200
    );
}
