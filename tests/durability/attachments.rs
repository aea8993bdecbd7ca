//! A server that is killed while a photo comes in.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use safehall_sync::wire::{self, Push, frame};
use safehall_testkit::chance::Chance;

use crate::support::author::Case;
use crate::support::photo::Photo;
use crate::support::rig::Rig;

const CHUNKS: usize = 5;

/// What a phone was promised, and who waits for that.
#[derive(Default)]
struct Told {
    have: BTreeSet<u32>,
    complete: bool,
    tell: Option<mpsc::Sender<()>>,
}

impl Told {
    fn hear(&mut self, has: &wire::BlobHas) {
        self.have.extend(&has.have);
        self.complete |= has.complete;
        if let Some(tell) = &self.tell {
            // Nobody may be waiting any more.
            let _ = tell.send(());
        }
    }
}

/// `SAFEHALL_LONG` kills it 200 times instead of 10.
#[test]
fn a_part_of_a_photo_that_was_promised_when_the_server_was_killed_is_there_and_the_rest_is_asked_for_again()
 {
    let kills = if std::env::var_os("SAFEHALL_LONG").is_some() {
        200
    } else {
        10
    };
    let chance = Chance::seeded(0xf070);
    let mut moments = chance.branch("moments");
    let mut rig = Rig::prepared().unwrap();
    rig.settings.push((
        "SAFEHALL_DEVICE_ATTACHMENT_BYTES_PER_HOUR",
        "1000000000".to_owned(),
    ));
    rig.serve().unwrap();
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair")).unwrap();
    let mut noor = rig
        .new_responder(&mut chair, "Noor".to_owned(), &mut chance.branch("noor"))
        .unwrap();
    let (mut promised, mut whole) = (0, 0);
    for kill in 0..kills {
        let mut own = chance.branch(&format!("photo {kill}"));
        let (case, first) = Case::open(&noor, &chance, &format!("case {kill}")).unwrap();
        let push = Push {
            push_id: 1,
            envelopes: vec![first],
        };
        noor.sync(vec![frame::Kind::Push(push)]).unwrap();
        let photo = Photo::of(case.id, &mut own, CHUNKS);
        let (tell, heard) = mpsc::channel();
        let mut told = Told {
            tell: Some(tell),
            ..Told::default()
        };
        let answers = moments.between(0..=CHUNKS as u64 + 1);
        let moment = Duration::from_micros(moments.between(0..=30_000));
        thread::scope(|scope| {
            let sending = scope.spawn(|| photo.send(&mut noor, |has| told.hear(has)));
            // Somewhere between one answer and the next, or the one after.
            for _ in 0..answers {
                heard.recv().unwrap();
            }
            thread::sleep(moment);
            rig.kill().unwrap();
            // It was cut off, or was done before.
            let _ = sending.join().unwrap();
        });

        let at = rig.serve().unwrap();
        chair.reconnect_to(at);
        noor.reconnect_to(at);
        let has: wire::BlobHas = noor.call("/v1/blobs/begin", &photo.begin).unwrap();
        let have: BTreeSet<u32> = has.have.iter().copied().collect();
        assert!(told.have.is_subset(&have), "kill {kill}: a part is gone");
        assert!(has.complete || !told.complete, "kill {kill}: not whole");
        promised += told.have.len();
        whole += usize::from(told.complete);

        assert!(photo.send(&mut noor, |_| {}).unwrap().complete);
        let read = photo.read(&mut chair).unwrap();
        assert!(read == photo.bytes, "kill {kill}");
        assert_eq!(came(&rig), kill + 1, "noted once for each");
        // Tokens outlive a restart, but not ten minutes.
        if kill % 20 == 19 {
            chair.sign_in().unwrap();
            noor.sign_in().unwrap();
        }
    }
    assert!(promised >= kills, "it was killed before it did anything");
    println!("{kills} kills: {promised} parts promised, {whole} photos whole before, 0 lost");
}

fn came(rig: &Rig) -> usize {
    let database = rusqlite::Connection::open(rig.database()).unwrap();
    let noted: i64 = database
        .query_row(
            "select count(*) from ledger where what = 'attachment_came'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    usize::try_from(noted).unwrap()
}
