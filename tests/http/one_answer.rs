//! Not granted, kept away, erased, never there: one answer, and no clock tells them apart.

use tokio::time::Instant;

use prost::Message as _;
use safehall_core::DocumentId;
use safehall_sync::wire::Restricted;
use safehall_testkit::chance::Chance;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::phone::{Phone, birth, problem};
use crate::photos::{BEGIN, Photo, READ};
use crate::reach::{erasure, exclusion, plain};
use crate::world::World;

/// How often each is asked. A short share says that it runs; only the full
/// number, on a machine that does nothing else, says something about time.
fn times() -> usize {
    match std::env::var_os("SAFEHALL_LONG") {
        Some(_) => 10_000,
        None => 50,
    }
}

#[tokio::test]
async fn what_one_may_not_see_and_what_is_not_there_answer_alike_and_as_fast() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let alma = Phone::of(&world, "Alma", 2).await;
    let jonas = Phone::of(&world, "Jonas", 3).await;
    let (not_granted, first) = noor.case("not granted");
    let (kept_away, _, second) =
        noor.case_born("kept away", birth(Restricted::StaffNamed, &[jonas.staff]));
    let (erased, third) = noor.case("erased");
    assert_eq!(noor.sync(&[first, second, third]).await.kept.len(), 3);
    let erases = safehall_server::calls()
        .iter()
        .any(|call| call.path == "/v1/erasures");
    if erases {
        let done = alma.post("/v1/erasures", &erasure(erased)).await;
        assert_eq!(done.status, 200);
    }
    let never = DocumentId::from_bytes(noor.new_id());
    let mut asked = vec![never, not_granted, kept_away];
    asked.extend(erases.then_some(erased));

    let mut answers = Vec::new();
    for id in &asked {
        let answer = jonas
            .post("/v1/exclusions", &exclusion(*id, jonas.staff))
            .await;
        assert_eq!(problem(&answer), "not_found");
        answers.push((plain(&answer), answer.received));
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]));

    let exclude = |id| exclusion(id, jonas.staff).encode_to_vec();
    tell_apart(&world, &jonas, ("/v1/exclusions", exclude), &asked).await;

    // And the same of photos: sent to all of them, and asked for from all of them.
    let photo = Photo::of(1, 99);
    for id in [not_granted, kept_away] {
        assert!(photo.send(&noor, id).await.complete);
    }
    let begin = |id| photo.begin(id).encode_to_vec();
    tell_apart(&world, &jonas, (BEGIN, begin), &asked).await;
    let read = |id| photo.read(id, 0).encode_to_vec();
    tell_apart(&world, &jonas, (READ, read), &asked).await;
}

/// Fails if a clock tells the first of these, which was never there, from the others.
async fn tell_apart(
    world: &World,
    phone: &Phone,
    (path, body): (&str, impl Fn(DocumentId) -> Vec<u8>),
    ids: &[DocumentId],
) {
    let bodies: Vec<_> = ids.iter().map(|id| body(*id)).collect();
    let took = measure(world, phone, path, &bodies).await;
    for (id, other) in took.iter().enumerate().skip(1) {
        let t = welch(&took[0], other);
        println!(
            "{path}, never there against {id}: t = {t:.2}, {} calls each",
            other.len()
        );
        if times() >= 10_000 {
            assert!(t.abs() < 4.5, "a clock tells them apart: t = {t:.2}");
        }
    }
}

/// Microseconds of each call, the bodies in an order by chance, on one connection.
async fn measure(world: &World, phone: &Phone, path: &str, bodies: &[Vec<u8>]) -> Vec<Vec<f64>> {
    let mut line = BufReader::new(TcpStream::connect(world.addr()).await.unwrap());
    line.get_ref().set_nodelay(true).unwrap();
    let mut chance = Chance::seeded(1);
    let mut took = vec![Vec::new(); bodies.len()];
    let mut order: Vec<usize> = Vec::new();
    for _ in 0..times() {
        order.clear();
        order.extend(0..bodies.len());
        while !order.is_empty() {
            let which = order.swap_remove(chance.index(order.len()));
            let body = &bodies[which];
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {}\r\n\
                 content-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
                phone.token,
                body.len()
            );
            let call = [head.as_bytes(), body].concat();
            let begun = Instant::now();
            line.write_all(&call).await.unwrap();
            skip_answer(&mut line).await;
            took[which].push(begun.elapsed().as_secs_f64() * 1e6);
        }
    }
    took
}

async fn skip_answer(line: &mut BufReader<TcpStream>) {
    let mut length = 0;
    loop {
        let mut head = String::new();
        line.read_line(&mut head).await.unwrap();
        if let Some(value) = head.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if head == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    line.read_exact(&mut body).await.unwrap();
}

/// Welch's t of the nine fastest tenths: what the machine does beside is in the last.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let of = |sample: &[f64]| {
        let mut sample = sample.to_vec();
        sample.sort_by(f64::total_cmp);
        sample.truncate(sample.len() * 9 / 10);
        let count = f64::from(u32::try_from(sample.len()).unwrap());
        let mean = sample.iter().sum::<f64>() / count;
        let spread = sample
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / (count - 1.0);
        (mean, spread / count)
    };
    let ((one, its), (other, others)) = (of(one), of(other));
    (one - other) / (its + others).sqrt()
}
