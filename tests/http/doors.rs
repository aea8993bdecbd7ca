use std::time::Duration;

use safehall_sync::frame::sequence;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Leaving};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::phone::{Phone, problem};
use crate::world::{PROTOBUF, World, call};

#[tokio::test]
async fn a_captive_portals_page_in_place_of_a_frame_is_named_and_dropped() {
    let world = World::new().await;

    let answer = call(
        world.addr(),
        "POST",
        "/v1/sync",
        &[PROTOBUF],
        b"<!doctype html><p>Welcome to the Wi-Fi",
    )
    .await;

    let frames: Vec<_> = sequence(answer.body.into()).map(Result::unwrap).collect();
    let [Frame::Farewell(farewell)] = frames.as_slice() else {
        panic!("expected a farewell")
    };
    assert_eq!(farewell.reason(), Leaving::Unreadable);
}

#[tokio::test]
async fn a_body_that_is_too_big_is_refused_by_its_size() {
    let world = World::new().await;

    let answer = call(
        world.addr(),
        "POST",
        "/v1/enrol/begin",
        &[PROTOBUF],
        &vec![0; 5_000],
    )
    .await;

    assert_eq!((answer.status, problem(&answer).as_str()), (413, "too_big"));
}

#[tokio::test]
async fn a_page_of_another_site_may_neither_write_nor_listen() {
    let world = World::new().await;
    let origin = ("origin", "https://elsewhere.example");
    let upgrade = [
        origin,
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];

    let write = call(world.addr(), "POST", "/v1/sync", &[PROTOBUF, origin], b"").await;
    let listen = call(world.addr(), "GET", "/v1/live", &upgrade, b"").await;
    let own = world.server.origin().to_owned();
    let ours = call(
        world.addr(),
        "POST",
        "/v1/sync",
        &[PROTOBUF, ("origin", &own)],
        b"",
    )
    .await;

    assert_eq!(problem(&write), "wrong_origin");
    assert_eq!(problem(&listen), "wrong_origin");
    assert_eq!(ours.status, 200);
}

#[tokio::test]
async fn without_a_token_nothing_is_told() {
    let world = World::new().await;
    let routes = [("GET", "/v1/pack"), ("GET", "/v1/team")];
    let calls = [
        "/v1/invites",
        "/v1/devices/confirm",
        "/v1/devices/revoke",
        "/v1/grants",
        "/v1/exclusions",
    ];

    for (method, path) in routes.into_iter().chain(calls.map(|path| ("POST", path))) {
        let answer = call(world.addr(), method, path, &[PROTOBUF], b"").await;
        assert_eq!(
            (answer.status, problem(&answer).as_str()),
            (401, "sign_in"),
            "{path}"
        );
    }
    assert_eq!(
        call(world.addr(), "GET", "/v1/cases", &[], b"")
            .await
            .status,
        404
    );
    assert_eq!(
        problem(&call(world.addr(), "GET", "/v1/sync", &[], b"").await),
        "wrong_method"
    );
}

#[tokio::test]
async fn every_answer_of_the_interface_carries_the_same_heads() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    let answers = [
        noor.get("/v1/pack").await,
        noor.get("/v1/team").await,
        noor.post("/v1/grants", &wire::Empty {}).await,
        call(world.addr(), "POST", "/v1/sync", &[PROTOBUF], b"").await,
        call(world.addr(), "POST", "/v1/enrol/begin", &[], b"").await,
        call(world.addr(), "GET", "/healthz", &[], b"").await,
        call(world.addr(), "GET", "/readyz", &[], b"").await,
        call(world.addr(), "GET", "/v1/nothing", &[], b"").await,
    ];

    for answer in answers {
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            (
                "strict-transport-security",
                "max-age=63072000; includeSubDomains; preload",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-robots-tag", "noindex"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.head(name), Some(value));
        }
        assert_eq!(answer.head("x-request-id").map(str::len), Some(16));
        for forbidden in ["set-cookie", "access-control-allow-origin", "server"] {
            assert_eq!(answer.head(forbidden), None);
        }
    }
}

#[tokio::test]
async fn the_app_may_load_nothing_from_anywhere_else() {
    let world = World::new().await;

    let page = call(world.addr(), "GET", "/", &[], b"").await;

    let policy = page.head("content-security-policy").unwrap();
    assert!(policy.starts_with(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    ));
    assert!(!policy.contains("unsafe-inline") && !policy.contains('*'));
    assert_eq!(
        page.head("cross-origin-embedder-policy"),
        Some("require-corp")
    );
}

#[tokio::test]
async fn a_connection_that_says_nothing_or_lets_it_drip_is_dropped() {
    let world = World::with(|config| config.head_timeout = Duration::from_millis(300)).await;
    let mut silent = TcpStream::connect(world.addr()).await.unwrap();
    let mut dripping = TcpStream::connect(world.addr()).await.unwrap();
    dripping
        .write_all(b"GET / HTTP/1.1\r\nx-slow: ")
        .await
        .unwrap();

    let mut nothing = Vec::new();
    let patience = Duration::from_secs(10);
    let hung_up = tokio::time::timeout(patience, silent.read_to_end(&mut nothing)).await;
    assert!(
        matches!(hung_up, Ok(Ok(0) | Err(_))),
        "the silent one is still there"
    );

    let drops = async {
        let mut answer = Vec::new();
        dripping.read_to_end(&mut answer).await
    };
    assert!(
        tokio::time::timeout(patience, drops).await.is_ok(),
        "the dripping one is still there"
    );
}
