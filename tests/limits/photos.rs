//! Photos that come in without an end while somebody writes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use safehall_testkit::chance::Chance;
use safehall_tests::is_long;

use crate::honest::{alma_and_noor, p99, push};
use crate::of;
use crate::support::author::Case;
use crate::support::photo::Photo;
use crate::support::rig::Rig;

#[test]
fn words_come_through_at_once_while_the_whole_team_sends_its_photos() {
    const PHONES: usize = 4;
    let rounds = of(1_000, 120);
    let mut rig = Rig::prepared().expect("an event");
    rig.settings.push((
        "SAFEHALL_DEVICE_ATTACHMENT_BYTES_PER_HOUR",
        "100000000000".to_owned(),
    ));
    rig.settings
        .push(("SAFEHALL_ATTACHMENT_BYTES", "100000000000".to_owned()));
    let at = rig.serve().expect("the server starts");
    let chance = Chance::seeded(0xf1);
    let (mut alma, mut noor) = alma_and_noor(&rig, &chance);
    let team: Vec<_> = (0..PHONES)
        .map(|number| {
            let mut own = chance.branch(&format!("phone {number}"));
            rig.new_responder(&mut alma, format!("Responder {number}"), &mut own)
                .unwrap()
        })
        .collect();
    let (done, whole) = (AtomicBool::new(false), AtomicUsize::new(0));

    let mut took = std::thread::scope(|scope| {
        for (number, mut phone) in team.into_iter().enumerate() {
            let (done, whole, chance) = (&done, &whole, &chance);
            scope.spawn(move || {
                let mut own = chance.branch(&format!("photos {number}"));
                let mut photos = 0;
                while !done.load(Ordering::Relaxed) {
                    let name = format!("case {number} {photos}");
                    let (case, first) = Case::open(&phone, chance, &name).unwrap();
                    assert_eq!(push(&mut phone, &[first]).unwrap().kept, 1);
                    let photo = Photo::of(case.id, &mut own, 12);
                    assert!(photo.send(&mut phone, |_| {}).unwrap().complete);
                    whole.fetch_add(1, Ordering::Relaxed);
                    photos += 1;
                }
            });
        }
        // She comes in anew for every round, as after every short loss of the Wi-Fi.
        let (mut case, first) = Case::open(&noor, &chance, "honest").unwrap();
        assert_eq!(push(&mut noor, &[first]).unwrap().kept, 1);
        let took: Vec<Duration> = (0..rounds)
            .map(|_| {
                let note = case.note(&noor).unwrap();
                noor.reconnect_to(at);
                let begun = Instant::now();
                let judged = push(&mut noor, &[note]).unwrap();
                assert_eq!(judged.kept, 1, "{judged:?}");
                begun.elapsed()
            })
            .collect();
        done.store(true, Ordering::Relaxed);
        took
    });

    let whole = whole.load(Ordering::Relaxed);
    let (p99, longest) = p99(&mut took);
    println!(
        "{whole} photos of 3 MiB from {PHONES} phones; meanwhile {} honest rounds: p99 {p99:?}, longest {longest:?}",
        took.len()
    );
    assert!(whole >= PHONES, "hardly anything came in");
    let most = Duration::from_millis(if is_long() { 500 } else { 3_000 });
    assert!(p99 < most, "{p99:?}");
    println!("SHOWN: honest p99 below {most:?}");
}
