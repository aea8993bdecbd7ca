//! Who learns of a case, and who never does.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use safehall_sync::document::Document;
use safehall_sync::envelope::Body;
use safehall_sync::frame;
use safehall_sync::wire::frame::Kind as Frame;
use safehall_sync::wire::{self, Kind, Leaving, Reason, Restricted};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Socket;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::phone::{Phone, birth, ids};
use crate::reach::{exclusion, grant};
use crate::world::World;

pub(crate) type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) async fn line(world: &World, phone: &Phone) -> Line {
    line_to(world.addr(), phone).await
}

pub(crate) async fn line_to(addr: SocketAddr, phone: &Phone) -> Line {
    let url = format!("ws://{addr}/v1/live");
    let (mut line, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    line.send(Socket::Binary(frame::encode(phone.hello())))
        .await
        .unwrap();
    line
}

/// The frames that come until one that `last` waits for.
pub(crate) async fn until(line: &mut Line, last: impl Fn(&Frame) -> bool) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some(Ok(message)) = line.next().await {
        if let Socket::Binary(bytes) = message {
            let frame = frame::decode(bytes).unwrap();
            let is_last = last(&frame);
            frames.push(frame);
            if is_last {
                return frames;
            }
        }
    }
    panic!("the line ended")
}

async fn kim(world: &World, alma: &Phone) -> Phone {
    let alternate = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![wire::Role::AlternateChair.into()],
        ..wire::NewInvite::default()
    };
    alma.lets_in(world, &alternate, 90).await
}

#[tokio::test]
async fn a_report_about_the_chair_goes_to_the_alternate_and_leaves_no_trace_with_the_chair() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut kim = kim(&world, &alma).await;
    alma.sync(&[]).await;
    let idle = alma.sync(&[]).await.received;
    let team = alma.get("/v1/team").await.body;
    let mut listening = line(&world, &alma).await;
    // The first batch comes to everybody, also an empty one.
    until(&mut listening, |frame| matches!(frame, Frame::Batch(_))).await;

    // She is not listed by name: that the report is about the chair is enough.
    let (hidden, mut case, first) =
        noor.case_born("It was the chair.", birth(Restricted::ChairNamed, &[]));
    let second = noor.note(hidden, &mut case, "And again.", None);
    assert_eq!(
        noor.sync(&[first.clone(), second.clone()]).await.refused,
        []
    );

    let hers = alma.sync(&[]).await;
    assert_eq!(hers.received, idle, "as many bytes as on a quiet day");
    assert!(hers.envelopes.is_empty() && hers.forget.is_empty());
    assert_eq!(kim.sync(&[]).await.envelopes, [first, second]);
    // What comes down her line next is the next thing that she may see.
    let (_, open) = noor.case("something else");
    noor.sync(std::slice::from_ref(&open)).await;
    let heard = until(
        &mut listening,
        |frame| matches!(frame, Frame::Batch(batch) if !batch.envelopes.is_empty()),
    )
    .await;
    let [Frame::Batch(batch)] = heard.as_slice() else {
        panic!("{} frames woke her", heard.len())
    };
    assert_eq!(batch.envelopes, [open]);
    // Nor can she find it by its id, change it, or see whom it was given to.
    let grant = |staff: &Phone, document: Vec<u8>| wire::Grant {
        document,
        staff: staff.staff.as_bytes().to_vec(),
        level: wire::Level::Write.into(),
        until: 0,
    };
    let hidden = hidden.as_bytes().to_vec();
    assert_eq!(
        kim.post("/v1/grants", &grant(&noor, hidden.clone()))
            .await
            .status,
        200
    );
    let known = alma.post("/v1/grants", &grant(&alma, hidden)).await;
    let unknown = alma.post("/v1/grants", &grant(&alma, vec![9; 16])).await;
    assert_eq!((known.status, unknown.status), (404, 404));
    assert_eq!(known.body.len(), unknown.body.len());
    assert_eq!(alma.get("/v1/team").await.body, team);
}

#[tokio::test]
async fn a_colleague_who_is_named_never_hears_of_it_and_the_chair_does() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut jonas = Phone::of(&world, "Jonas", 3).await;
    let (document, _, envelope) = noor.case_born(
        "It was Jonas.",
        birth(Restricted::StaffNamed, &[jonas.staff]),
    );
    noor.sync(std::slice::from_ref(&envelope)).await;

    assert_eq!(alma.sync(&[]).await.envelopes, [envelope]);
    let grant = grant(document, jonas.staff, wire::Level::Write);
    // Not even by a lead's slip of the finger.
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 404);
    let his = jonas.sync(&[]).await;
    assert!(his.envelopes.is_empty() && his.forget.is_empty());
}

#[tokio::test]
async fn whoever_may_write_may_say_later_who_must_not_know_and_nobody_else_may() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut jonas = Phone::of(&world, "Jonas", 3).await;
    let (document, mut case, first) = noor.case_born("Somebody.", birth(Restricted::None, &[]));
    noor.sync(std::slice::from_ref(&first)).await;
    let grant = grant(document, jonas.staff, wire::Level::Write);
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);
    assert_eq!(jonas.sync(&[]).await.envelopes, [first]);

    // A stranger to the case says that its author must not know: not allowed, and not so.
    let stranger = {
        let new = wire::NewInvite {
            name: "Robin".to_owned(),
            roles: vec![wire::Role::Responder.into()],
            ..wire::NewInvite::default()
        };
        alma.lets_in(&world, &new, 91).await
    };
    let mut robin = stranger;
    let mut blind = safehall_sync::document::Document::born(Kind::Case).unwrap();
    let against = birth(Restricted::None, &[noor.staff]);
    let attack = robin.note(document, &mut blind, "x", Some(against));
    let refused = robin.sync(&[attack]).await.refused;
    assert_eq!(
        refused.first().map(|(_, why)| *why),
        Some(Reason::NotAllowed)
    );

    let named = birth(Restricted::StaffNamed, &[jonas.staff]);
    let second = noor.note(document, &mut case, "It was Jonas.", Some(named));
    let round = noor.sync(std::slice::from_ref(&second)).await;
    assert_eq!(round.kept, ids(std::slice::from_ref(&second)));

    let his = jonas.sync(&[]).await;
    assert!(his.envelopes.is_empty(), "the words about him reached him");
    assert_eq!(his.forget, [document.as_bytes().to_vec()]);
    assert!(alma.sync(&[]).await.envelopes.contains(&second));

    // It only ever adds: a later birth that names nobody lets nobody back in.
    let again = noor.note(
        document,
        &mut case,
        "Third.",
        Some(birth(Restricted::None, &[])),
    );
    noor.sync(&[again]).await;
    assert!(jonas.sync(&[]).await.envelopes.is_empty());
}

#[tokio::test]
async fn whoever_was_let_in_and_kept_away_before_anything_arrived_hears_nothing() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut jonas = Phone::of(&world, "Jonas", 3).await;
    let (document, envelope) = noor.case("It was Jonas, it turns out.");
    noor.sync(std::slice::from_ref(&envelope)).await;
    jonas.sync(&[]).await;
    let idle = jonas.sync(&[]).await.received;
    let grant = grant(document, jonas.staff, wire::Level::Write);
    // His phone is in his pocket all the while.
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);
    let away = exclusion(document, jonas.staff);
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);

    let his = jonas.sync(&[]).await;

    assert!(his.forget.is_empty(), "that says that there is a case");
    assert_eq!(his.received, idle, "as many bytes as on a quiet day");
}

#[tokio::test]
async fn whoever_shows_what_they_had_before_a_restore_is_told_to_forget_it_once() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut jonas = Phone::of(&world, "Jonas", 3).await;
    // In the log's last life Jonas was let in. The backup does not know it.
    let (document, envelope) = noor.case("Somebody followed her.");
    let (other, plain) = noor.case("A cup was thrown.");
    let all = [envelope, plain];
    noor.sync(&all).await;
    alma.sync(&[]).await;

    let his = jonas.sync(&all[..1]).await;
    let after = jonas.sync(&[]).await;

    assert_eq!(his.kept, ids(&all[..1]));
    let told = [his.forget, after.forget].concat();
    assert_eq!(told, [document.as_bytes().to_vec()]);
    assert!(his.envelopes.is_empty() && after.envelopes.is_empty());
    jonas.dropped(told).await;
    assert!(jonas.sync(&[]).await.forget.is_empty(), "told twice");
    // Whoever may have it keeps it.
    assert!(alma.sync(&all).await.forget.is_empty());
    assert!(alma.sync(&[]).await.forget.is_empty());
    // To have heard of a case is not to have it.
    let mut blind = Document::born(Kind::Case).unwrap();
    let guess = jonas.note(other, &mut blind, "Is there one?", None);
    let refused = jonas.sync(&[guess]).await.refused;
    assert_eq!(
        refused.first().map(|(_, why)| *why),
        Some(Reason::NotAllowed)
    );
    assert!(jonas.sync(&[]).await.forget.is_empty());
}

#[tokio::test]
async fn an_author_who_was_kept_away_after_a_restore_is_told_at_their_first_look() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let (document, envelope) = noor.case("Something about Noor.");
    noor.sync(&[envelope]).await;
    let away = exclusion(document, noor.staff);
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);

    // A cursor of the log's last life counts for nothing.
    noor.cursor.clear();
    let hers = noor.sync(&[]).await;

    assert_eq!(hers.forget, [document.as_bytes().to_vec()]);
    assert!(hers.envelopes.is_empty());
}

#[tokio::test]
async fn a_grant_that_runs_out_is_over_at_once_and_then_forgotten() {
    let world = World::with(|config| config.rounds = Duration::from_millis(50)).await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let alma = Phone::of(&world, "Alma", 3).await;
    let (document, mut case, first) = noor.case_born("first", birth(Restricted::None, &[]));
    noor.sync(std::slice::from_ref(&first)).await;
    let grant = wire::Grant {
        document: document.as_bytes().to_vec(),
        staff: jonas.staff.as_bytes().to_vec(),
        level: wire::Level::Read.into(),
        until: crate::world::NOON + 60_000,
    };
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);
    assert_eq!(jonas.sync(&[]).await.envelopes, [first]);
    let mut his = line(&world, &jonas).await;
    until(&mut his, |frame| matches!(frame, Frame::Welcome(_))).await;

    world.clock.pass(60_000);
    let second = noor.note(document, &mut case, "second", None);
    noor.sync(&[second]).await;

    // A line that is open hears it without asking, and never the second note.
    let told = tokio::time::timeout(
        Duration::from_secs(10),
        until(&mut his, |frame| matches!(frame, Frame::Forget(_))),
    );
    let told = told.await.expect("nobody told him");
    for frame in &told {
        if let Frame::Batch(batch) = frame {
            assert!(batch.envelopes.is_empty());
        }
    }
    let Some(Frame::Forget(forget)) = told.last() else {
        panic!("expected a forget")
    };
    assert_eq!(forget.document, document.as_bytes());
}

#[tokio::test]
async fn a_phone_that_is_cut_off_is_hung_up_on_while_it_listens() {
    let world = World::new().await;
    let alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let mut lost = line(&world, &noor).await;
    let mut other = line(&world, &jonas).await;
    until(&mut lost, |frame| matches!(frame, Frame::Welcome(_))).await;
    until(&mut other, |frame| matches!(frame, Frame::Welcome(_))).await;

    let device = wire::DeviceRef {
        device: noor.device.as_bytes().to_vec(),
    };
    assert_eq!(alma.post("/v1/devices/revoke", &device).await.status, 200);

    let told = until(&mut lost, |frame| matches!(frame, Frame::Farewell(_))).await;
    let Some(Frame::Farewell(farewell)) = told.last() else {
        panic!("expected a farewell")
    };
    assert_eq!(farewell.reason(), Leaving::Revoked);
    assert!(!matches!(lost.next().await, Some(Ok(Socket::Binary(_)))));
    let (_, late) = noor.case("late");
    assert_eq!(noor.sync(&[late]).await.farewell, Some(Leaving::Revoked));
    // Nobody else's line is touched.
    other
        .send(Socket::Binary(frame::encode(Frame::Ping(wire::Ping {}))))
        .await
        .unwrap();
    until(&mut other, |frame| matches!(frame, Frame::Pong(_))).await;
}

#[tokio::test]
async fn nobody_can_shut_colleagues_out_of_what_is_everybodys() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let shuts_out = jonas.duty(&[noor.staff]);
    let plain = jonas.duty(&[]);

    let round = jonas.sync(&[shuts_out, plain.clone()]).await;

    assert_eq!(
        round.refused.first().map(|(_, why)| *why),
        Some(Reason::Malformed)
    );
    assert_eq!(round.kept, ids(&[plain]));
}

#[tokio::test]
async fn what_a_lead_tells_everybody_reaches_a_responder_and_nobody_else_may_tell_it() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut jonas = Phone::of(&world, "Jonas", 3).await;
    let card = alma.notice("It was against our code of conduct.");
    let forged = jonas.notice("Nothing happened.");

    assert_eq!(
        alma.sync(std::slice::from_ref(&card)).await.kept,
        ids(std::slice::from_ref(&card))
    );
    let refused = jonas.sync(&[forged]).await.refused;
    assert_eq!(
        refused.first().map(|(_, why)| *why),
        Some(Reason::NotAllowed)
    );
    let heard = noor.sync(&[]).await.envelopes;
    assert_eq!(ids(&heard), ids(&[card]));
}

#[tokio::test]
async fn the_duty_that_two_phones_began_apart_is_one_and_everybody_has_all_of_it() {
    let world = World::new().await;
    let mut alma = Phone::of(&world, "Alma", 1).await;
    let mut noor = Phone::of(&world, "Noor", 2).await;
    let mut jonas = Phone::of(&world, "Jonas", 3).await;
    let both = [noor.duty(&[]), jonas.duty(&[])];

    assert_eq!(noor.sync(&both[..1]).await.kept, ids(&both[..1]));
    assert_eq!(jonas.sync(&both[1..]).await.kept, ids(&both[1..]));

    let heard = alma.sync(&[]).await.envelopes;
    assert_eq!(ids(&heard), ids(&both));
    let changes: Vec<_> = heard
        .iter()
        .map(|envelope| Body::parse(envelope).unwrap().change)
        .collect();
    let (duty, damaged) = Document::rebuild(Kind::Duty, changes.iter().map(AsRef::as_ref)).unwrap();
    assert_eq!((damaged.len(), duty.heads().len()), (0, 2));
}
