//! Pages of other sites, and devices that do not keep to the conversation.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use prost::Message as _;
use safehall_sync::frame::{self, MAX_FRAME};
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Leaving};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message as Socket;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::heads::{OF_THE_INTERFACE, addresses, beside};
use crate::phone::{Phone, problem};
use crate::world::{PROTOBUF, World, call};

const UPGRADE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// Whoever holds a good token is still no page of ours.
#[tokio::test]
async fn a_foreign_page_is_refused_on_every_call_that_does_something_whatever_it_brings() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let bearer = format!("Bearer {}", alma.token);
    let own = world.server.origin().to_owned();
    let secure = own.replacen("http", "https", 1);
    let upper = own.to_ascii_uppercase();
    let longer = format!("{own}.elsewhere.example");
    let strangers: Vec<Vec<(&str, &str)>> = vec![
        vec![("origin", "https://elsewhere.example")],
        vec![("origin", "null")],
        vec![("origin", "")],
        vec![("origin", "http://localhost:1")],
        vec![("origin", "http://localhost")],
        vec![("origin", &secure)],
        vec![("origin", &upper)],
        vec![("origin", &longer)],
        vec![("sec-fetch-site", "cross-site")],
        vec![("origin", &own), ("sec-fetch-site", "cross-site")],
        vec![
            ("origin", "https://elsewhere.example"),
            ("sec-fetch-site", "same-origin"),
        ],
    ];

    let mut refused = 0;
    for path in addresses() {
        for stranger in &strangers {
            for method in ["POST", "PUT", "DELETE", "PATCH"] {
                let mut heads = vec![PROTOBUF, ("authorization", bearer.as_str())];
                heads.extend(stranger);
                let answer = call(world.addr(), method, &path, &heads, b"").await;
                let said = (answer.status, problem(&answer));
                assert_eq!(
                    said,
                    (403, "wrong_origin".to_owned()),
                    "{method} {path} {stranger:?}"
                );
                refused += 1;
            }
        }
    }
    for stranger in &strangers {
        let mut heads = UPGRADE.to_vec();
        heads.extend(stranger);
        let answer = call(world.addr(), "GET", "/v1/live", &heads, b"").await;
        assert_eq!(problem(&answer), "wrong_origin", "{stranger:?}");
        assert_eq!(beside(&answer), OF_THE_INTERFACE);
        refused += 1;
    }
    println!("{refused} foreign calls refused");
    // Our own page, and a program that is no browser.
    let ours = [
        PROTOBUF,
        ("origin", own.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(
        call(world.addr(), "POST", "/v1/sync", &ours, b"")
            .await
            .status,
        200
    );
    assert_eq!(
        call(world.addr(), "POST", "/v1/sync", &[PROTOBUF], b"")
            .await
            .status,
        200
    );
}

/// Addresses end up in the logs of proxies, in histories and on projectors.
#[tokio::test]
async fn a_token_in_an_address_is_not_looked_at() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    for path in addresses() {
        for name in ["token", "access_token", "authorization", "i"] {
            let path = format!("{path}?{name}={}", noor.token);
            let answer = call(world.addr(), "GET", &path, &[], b"").await;
            assert_eq!(
                (answer.status, problem(&answer).as_str()),
                (400, "no_query")
            );
            let mut heads = UPGRADE.to_vec();
            heads.push(PROTOBUF);
            let answer = call(world.addr(), "POST", &path, &heads, b"").await;
            assert_eq!(
                (answer.status, problem(&answer).as_str()),
                (400, "no_query")
            );
        }
    }
    let cookie = format!("token={0}; access_token={0}", noor.token);
    let answer = call(world.addr(), "GET", "/v1/pack", &[("cookie", &cookie)], b"").await;
    assert_eq!(answer.status, 401);
}

/// An upgrade that is none is refused like any other call.
#[tokio::test]
async fn an_upgrade_that_is_none_is_refused_with_the_usual_heads() {
    let world = World::new().await;
    for left_out in 0..UPGRADE.len() {
        let mut heads = UPGRADE.to_vec();
        heads.remove(left_out);
        let answer = call(world.addr(), "GET", "/v1/live", &heads, b"").await;
        assert_eq!(
            (answer.status, problem(&answer).as_str()),
            (400, "unreadable")
        );
        assert_eq!(beside(&answer), OF_THE_INTERFACE);
    }
}

type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn line(world: &World) -> Line {
    let url = format!("ws://{}/v1/live", world.addr());
    connect_async(url).await.unwrap().0
}

/// How the server takes its leave, and everything that it said before.
async fn leaving(line: &mut Line) -> (Option<wire::Farewell>, Vec<Frame>) {
    let mut said = Vec::new();
    let mut farewell = None;
    while let Some(Ok(message)) = line.next().await {
        if let Socket::Binary(bytes) = message {
            match frame::decode(bytes).unwrap() {
                Frame::Farewell(last) => farewell = Some(last),
                frame => said.push(frame),
            }
        }
    }
    (farewell, said)
}

fn binary(frame: Frame) -> Socket {
    Socket::Binary(frame::encode(frame))
}

fn ping() -> Socket {
    binary(Frame::Ping(wire::Ping {}))
}

/// Who said nothing yet, and who says it in the wrong way: each is told why,
/// and heard no more.
#[tokio::test]
async fn whoever_does_not_keep_to_the_conversation_is_told_why_and_hung_up_on() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    let Frame::Hello(good) = noor.hello() else {
        panic!("a hello")
    };
    let hello = |change: &dyn Fn(&mut wire::Hello)| {
        let mut hello = good.clone();
        change(&mut hello);
        binary(Frame::Hello(hello))
    };
    let unknown = Socket::Binary(vec![0xfa, 0x3f, 0].into());
    let page = Socket::Text("<!doctype html><title>Welcome to the Wi-Fi</title>".into());
    let table: Vec<(&str, Vec<Socket>, Leaving)> = vec![
        ("a ping before hello", vec![ping()], Leaving::OutOfTurn),
        (
            "hello twice",
            vec![noor_hello(&noor), noor_hello(&noor)],
            Leaving::OutOfTurn,
        ),
        (
            "no token",
            vec![hello(&|hello| hello.token.clear())],
            Leaving::SignIn,
        ),
        (
            "a false token",
            vec![hello(&|hello| hello.token = hello.token.to_uppercase())],
            Leaving::SignIn,
        ),
        (
            "an old app",
            vec![hello(&|hello| hello.protocol = 0)],
            Leaving::TooOld,
        ),
        (
            "an app from the future",
            vec![hello(&|hello| hello.protocol = 9)],
            Leaving::UnknownFrame,
        ),
        ("a frame of no kind", vec![unknown], Leaving::UnknownFrame),
        ("a page of the Wi-Fi", vec![page], Leaving::Unreadable),
        (
            "noise",
            vec![Socket::Binary(vec![0xff; 64].into())],
            Leaving::Unreadable,
        ),
        (
            "one byte too many",
            vec![Socket::Binary(vec![0; MAX_FRAME + 1].into())],
            Leaving::TooBig,
        ),
        (
            "two megabytes",
            vec![noor_hello(&noor), Socket::Binary(vec![0; 2 << 20].into())],
            Leaving::TooBig,
        ),
        (
            "a long token",
            vec![hello(&|hello| hello.token = "a".repeat(2_049))],
            Leaving::Unreadable,
        ),
    ];
    for (what, messages, reason) in table {
        let mut line = line(&world).await;
        for message in messages {
            // It may have hung up already.
            let _ = line.send(message).await;
        }
        let (farewell, _) = leaving(&mut line).await;
        let farewell = farewell.unwrap_or_else(|| panic!("{what}: no farewell"));
        assert_eq!(farewell.reason(), reason, "{what}");
    }
}

fn noor_hello(noor: &Phone) -> Socket {
    binary(noor.hello())
}

#[tokio::test]
async fn a_line_that_says_nothing_is_hung_up_on_after_three_seconds_and_was_told_nothing() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    // One brings its token where it is not looked at: as the name of a protocol.
    let url = format!("ws://{}/v1/live", world.addr());
    let mut request = url.into_client_request().unwrap();
    let token = noor.token.parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", token);
    // A client that offered protocols hangs up when none is chosen: that is an answer, too.
    assert!(connect_async(request).await.is_err());

    let begun = Instant::now();
    let mut silent = line(&world).await;
    // Signs of life of the transport itself are not a word.
    silent.send(Socket::Ping(vec![1].into())).await.unwrap();
    let (farewell, said) = leaving(&mut silent).await;

    assert_eq!(
        farewell.map(|last| last.reason()),
        Some(Leaving::SaidNothing)
    );
    assert!(said.is_empty());
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(2_900), "{took:?}");
    assert!(took < Duration::from_secs(8), "{took:?}");
}

#[tokio::test]
async fn a_flood_of_frames_is_ended_and_says_when_to_come_back() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    let mut flooding = line(&world).await;
    flooding.send(noor_hello(&noor)).await.unwrap();
    for _ in 0..1_000 {
        if flooding.send(ping()).await.is_err() {
            break;
        }
    }

    let (farewell, said) = leaving(&mut flooding).await;

    let farewell = farewell.expect("a farewell");
    assert_eq!(farewell.reason(), Leaving::TooFast);
    assert_eq!(farewell.retry_after_seconds, 30);
    let answered = said
        .iter()
        .filter(|frame| matches!(frame, Frame::Pong(_)))
        .count();
    assert!(answered <= 200, "{answered} of 1,000 were answered");
    // Nobody else is held up, and the phone itself may come back by the other way.
    assert_eq!(noor.get("/v1/pack").await.status, 200);
}

/// What it costs to ask is the same for a stranger: the size of a body is looked
/// at before anybody knows who sent it.
#[tokio::test]
async fn limits_hold_before_anybody_is_known() {
    let world = World::with(|config| config.request_timeout = Duration::from_millis(300)).await;
    for path in addresses().iter().filter(|path| path.starts_with("/v1/")) {
        // These take whole pushes, a part of a photo, or what is carried: what is too big for them is looked at elsewhere.
        if matches!(
            path.as_str(),
            "/v1/live" | "/v1/sync" | "/v1/handin" | "/v1/blobs/chunk" | "/v1/carried"
        ) {
            continue;
        }
        let big = call(world.addr(), "POST", path, &[PROTOBUF], &vec![0; 70_000]).await;
        assert!(matches!(big.status, 405 | 413), "{path} {}", big.status);
        let nested = wire::Problem {
            say: "x".repeat(3_000),
            ..wire::Problem::default()
        };
        let odd = call(
            world.addr(),
            "POST",
            path,
            &[PROTOBUF],
            &nested.encode_to_vec(),
        )
        .await;
        assert!(
            matches!(odd.status, 400 | 401 | 404 | 405),
            "{path} {}",
            odd.status
        );
    }
    for (path, size) in [("/v1/sync", 9 << 20), ("/v1/carried", 2 << 20)] {
        let big = call(world.addr(), "POST", path, &[PROTOBUF], &vec![0; size]).await;
        assert_eq!(problem(&big), "too_big", "{path}");
    }
}
