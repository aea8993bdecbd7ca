use futures_util::{SinkExt as _, StreamExt as _};
use safehall_server::{Config, start};
use safehall_sync::frame;
use safehall_sync::wire::Leaving;
use safehall_sync::wire::frame::Kind as Frame;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Socket;

use crate::phone::{Phone, ids};
use crate::world::World;

#[tokio::test]
async fn a_stopping_server_says_so_and_lets_nobody_in() {
    let world = World::new().await;
    let addr = world.addr();
    let alma = Phone::of(&world, "Alma", 1).await;
    let (mut line, _) = tokio_tungstenite::connect_async(format!("ws://{addr}/v1/live"))
        .await
        .unwrap();
    line.send(Socket::Binary(frame::encode(alma.hello())))
        .await
        .unwrap();
    let Some(Ok(Socket::Binary(welcome))) = line.next().await else {
        panic!("expected a welcome")
    };
    assert!(matches!(frame::decode(welcome).unwrap(), Frame::Welcome(_)));

    assert!(world.server.stop().await, "could not stop in time");

    let mut reason = None;
    while let Some(Ok(message)) = line.next().await {
        if let Socket::Binary(bytes) = message
            && let Frame::Farewell(farewell) = frame::decode(bytes).unwrap()
        {
            reason = Some(farewell.reason());
        }
    }
    assert_eq!(reason, Some(Leaving::GoingDown));
    assert!(TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut alma = Phone::of(&world, "Alma", 2).await;
    let (_, envelope) = noor.case("note");
    assert_eq!(
        noor.sync(std::slice::from_ref(&envelope)).await.kept,
        ids(std::slice::from_ref(&envelope))
    );

    world.server.stop().await;
    let config = Config::for_tests(world.folder.path().to_owned());
    let again = start(config, world.clock).await.unwrap();
    alma.moves_to(again.addr());

    assert_eq!(alma.sync(&[]).await.envelopes, [envelope]);
    again.stop().await;
}
