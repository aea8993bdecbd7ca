//! What a visit leaves behind: nothing about the network it came from.

use std::net::SocketAddr;

use prost::Message as _;
use safehall_sync::frame::encode_sequence;
use safehall_sync::wire;
use safehall_sync::wire::frame::Kind as Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use crate::phone::Phone;
use crate::watch::{hex, keep_private};
use crate::world::World;

/// Where the visitor comes from, what it calls itself, and what a proxy says of it.
const ADDRESSES: [&str; 4] = [
    "127.77.0.42",
    "203.0.113.77",
    "2001:db8::7:77",
    "198.51.100.77",
];
const BROWSER: &str = "UnmistakableBrowser/9.7 (Violet; rv:77)";

async fn visit(server: SocketAddr, method: &str, path: &str, token: &str, body: &[u8]) -> Vec<u8> {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind(format!("{}:0", ADDRESSES[0]).parse().unwrap())
        .unwrap();
    let mut stream = socket.connect(server).await.unwrap();
    let [_, real, forwarded, client] = ADDRESSES;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\nuser-agent: {BROWSER}\r\n\
         x-forwarded-for: {real}\r\nx-real-ip: {real}\r\nforwarded: for=\"[{forwarded}]\"\r\n\
         cf-connecting-ip: {client}\r\nreferer: https://elsewhere.example/violet\r\n\
         authorization: Bearer {token}\r\ncontent-type: application/x-protobuf\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn neither_the_address_of_a_visitor_nor_its_browser_is_written_down_anywhere() {
    for private in ADDRESSES
        .into_iter()
        .chain([BROWSER, "https://elsewhere.example/violet"])
    {
        keep_private(private);
    }
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let (document, envelope) = noor.case("note");
    let opened = Frame::Opened(wire::Opened {
        document: document.as_bytes().to_vec(),
        at: crate::world::NOON,
    });
    let push = Frame::Push(wire::Push {
        push_id: 1,
        envelopes: vec![envelope],
    });
    let round = encode_sequence(vec![noor.hello(), push, opened]).to_vec();
    let invite = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![1],
        ..wire::NewInvite::default()
    };
    let proof = noor.proof().await.encode_to_vec();
    let addr = world.addr();
    // Kept, asked, decided, refused, misread and not found.
    for (method, path, token, body) in [
        ("POST", "/v1/sync", noor.token.as_str(), round),
        ("POST", "/v1/auth/token", "", proof),
        (
            "POST",
            "/v1/invites",
            alma.token.as_str(),
            invite.encode_to_vec(),
        ),
        ("POST", "/v1/grants", noor.token.as_str(), vec![]),
        ("POST", "/v1/auth/token", "", vec![0xff; 9]),
        ("GET", "/v1/pack", noor.token.as_str(), vec![]),
        ("GET", "/nothing.here", "", vec![]),
        ("GET", "/", "", vec![]),
    ] {
        let answer = visit(addr, method, path, token, &body).await;
        assert!(answer.starts_with(b"HTTP/1.1 "), "{path}");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            !ADDRESSES.iter().any(|address| answer.contains(address)),
            "{path}"
        );
    }
    assert_eq!(world.server.stats().changes(), 1);

    // The end of the story looks through the log; this, through the folder.
    assert!(world.server.stop().await);
    let mut looked_through = 0;
    let mut folders = vec![world.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            looked_through += bytes.len();
            for private in ADDRESSES.into_iter().chain([BROWSER]) {
                for form in [
                    private.as_bytes().to_vec(),
                    hex(private.as_bytes()).into_bytes(),
                ] {
                    let found = bytes.windows(form.len()).any(|part| part == form);
                    assert!(!found, "{private} stands in {}", path.display());
                }
            }
        }
    }
    assert!(looked_through > 4_096, "{looked_through} bytes");
}
