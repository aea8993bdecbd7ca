//! A server that is killed while it erases.

use std::thread;
use std::time::Duration;

use safehall_sync::envelope;
use safehall_sync::wire::{self, Push, Reason, frame};
use safehall_testkit::chance::Chance;

use crate::support::author::Case;
use crate::support::device::Device;
use crate::support::rig::Rig;

/// `SAFEHALL_LONG` kills it 200 times instead of 10.
#[test]
fn a_case_that_is_being_erased_when_the_server_is_killed_is_there_whole_or_not_at_all() {
    let kills = if std::env::var_os("SAFEHALL_LONG").is_some() {
        200
    } else {
        10
    };
    let chance = Chance::seeded(0xe4a5e);
    let mut moments = chance.branch("moments");
    let mut rig = Rig::start().unwrap();
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair")).unwrap();
    let mut noor = rig
        .new_responder(&mut chair, "Noor".to_owned(), &mut chance.branch("noor"))
        .unwrap();
    let (mut stays, first) = Case::open(&noor, &chance, "stays").unwrap();
    push(&mut noor, vec![first]);
    let (mut answered, mut gone, mut whole) = (0, 0, 0);
    for kill in 0..kills {
        let (mut case, first) = Case::open(&noor, &chance, &format!("case {kill}")).unwrap();
        let mut written = vec![first];
        written.extend((0..3).map(|_| case.note(&noor).unwrap()));
        push(&mut noor, written);
        let ask = wire::Erasure {
            document: case.id.as_bytes().to_vec(),
            reason: "asked for".to_owned(),
        };
        let moment = Duration::from_micros(moments.between(0..=60_000));
        let promised = thread::scope(|scope| {
            let asking = scope.spawn(|| {
                chair
                    .call::<wire::ErasureReceipt>("/v1/erasures", &ask)
                    .is_ok()
            });
            thread::sleep(moment);
            rig.kill().unwrap();
            asking.join().unwrap()
        });
        let at = rig.serve().unwrap();
        chair.reconnect_to(at);
        noor.reconnect_to(at);

        let left = rows(&rig, case.id.as_bytes());
        assert!(left == 0 || left == 4, "{left} of 4 changes are left");
        assert!(!promised || left == 0, "it was promised, and is there");
        let late = case.note(&noor).unwrap();
        let answer = push(&mut noor, vec![late]);
        let expected = (left == 0).then_some(Reason::Forgotten);
        assert_eq!(answer, expected, "after kill {kill}");
        answered += u32::from(promised);
        gone += u32::from(left == 0);
        whole += u32::from(left > 0);
        let more = stays.note(&noor).unwrap();
        assert_eq!(push(&mut noor, vec![more]), None);
    }
    println!("{kills} kills: {answered} answered before, {gone} cases gone, {whole} there whole");
}

/// Why the last of these was refused, if it was.
fn push(device: &mut Device, envelopes: Vec<wire::Envelope>) -> Option<Reason> {
    let wanted: Vec<_> = envelopes
        .iter()
        .map(|one| envelope::id_of(one).as_bytes().to_vec())
        .collect();
    let push = Push {
        push_id: 1,
        envelopes,
    };
    let heard = device.sync(vec![frame::Kind::Push(push)]).unwrap();
    let (mut kept, mut refused) = (Vec::new(), None);
    for frame in heard {
        match frame {
            frame::Kind::Kept(answer) => kept.extend(answer.change_ids),
            frame::Kind::Refused(answer) => {
                refused = answer.refusals.last().map(wire::Refusal::reason);
            }
            _ => {}
        }
    }
    assert!(refused.is_some() || wanted.iter().all(|id| kept.contains(id)));
    refused
}

fn rows(rig: &Rig, case: &[u8]) -> i64 {
    let database = rusqlite::Connection::open(rig.database()).unwrap();
    database
        .query_row(
            "select count(*) from change where document_id = ?1",
            [case],
            |row| row.get(0),
        )
        .unwrap()
}
