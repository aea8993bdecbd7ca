//! What sealing costs: the time that goes into it and into new keys, inside the
//! transactions of one run, against all the rest of the same transactions.

use std::io;
use std::thread;

use safehall_sync::wire::Envelope;
use safehall_testkit::chance::Chance;

use crate::reconnect::push_all;
use crate::support::author::Case;
use crate::support::device::Device;
use crate::support::rig::Rig;
use crate::table::{Limit, Table};

const DEVICES: usize = 20;
const ROUNDS: usize = 20;
const NOTES: usize = 10;

pub(crate) fn measure(table: &mut Table) -> Result<(), String> {
    let (born, noted) = write().map_err(|error| error.to_string())?;
    table.measure(
        "sealing: of the rest of a commit, notes in known cases",
        percent(noted),
        "%",
        Limit::AtMost(15.0),
    );
    table.measure(
        "  of the rest of a commit, when each change begins a case",
        percent(born),
        "%",
        Limit::None,
    );
    Ok(())
}

/// How many microseconds went into all, and into sealing.
type Spent = (u64, u64);

#[expect(clippy::cast_precision_loss, reason = "minutes, in microseconds")]
fn percent((whole, sealing): Spent) -> f64 {
    100.0 * sealing as f64 / whole.saturating_sub(sealing).max(1) as f64
}

fn write() -> io::Result<(Spent, Spent)> {
    let chance = Chance::seeded(15);
    let rig = Rig::start()?;
    let mut chair = rig.device_of("Alma", &mut chance.branch("chair"))?;
    let mut phones = Vec::new();
    for number in 0..DEVICES {
        let mut own = chance.branch(&format!("device {number}"));
        let device = rig.new_responder(&mut chair, format!("Responder {number}"), &mut own)?;
        let failed = || io::Error::other("a case was not written");
        let (case, birth) = Case::open(&device, &own, "case").ok_or_else(failed)?;
        phones.push((device, case, birth));
    }
    together(&mut phones, |device, _, birth| {
        push_all(device, std::slice::from_ref(birth))
    })?;
    rig.flushes_of(DEVICES as u64)?;
    let born = rig.sealing();
    for _ in 0..ROUNDS {
        together(&mut phones, |device, case, _| {
            let notes: Option<Vec<_>> = (0..NOTES).map(|_| case.note(device)).collect();
            let notes = notes.ok_or_else(|| io::Error::other("a note was not written"))?;
            push_all(device, &notes)
        })?;
    }
    rig.flushes_of((DEVICES * (1 + ROUNDS * NOTES)) as u64)?;
    let all = rig.sealing();
    Ok((born, (all.0 - born.0, all.1 - born.1)))
}

type Phone = (Device, Case, Envelope);

fn together(
    phones: &mut [Phone],
    does: impl Fn(&mut Device, &mut Case, &Envelope) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let does = &does;
    thread::scope(|scope| {
        let all: Vec<_> = phones
            .iter_mut()
            .map(|(device, case, birth)| scope.spawn(move || does(device, case, birth)))
            .collect();
        all.into_iter().try_for_each(|one| {
            one.join()
                .map_err(|_| io::Error::other("a device failed"))?
        })
    })
}
