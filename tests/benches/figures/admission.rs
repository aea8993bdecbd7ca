//! What it costs to admit changes, beside what Automerge itself costs.

use std::time::Duration;

use automerge::{Automerge, Change};
use bytes::Bytes;
use safehall_server::worker::{Asked, Spec, Workers};
use safehall_sync::admission::{DocumentState, at_the_door};
use safehall_sync::document::Document;
use safehall_sync::envelope::Body;
use safehall_sync::ids::{DocumentId, EventId};
use safehall_sync::trial::Chain;
use safehall_sync::wire::{Envelope, Kind};
use safehall_testkit::chance::Chance;

use crate::floor::now;
use crate::support::author::Case;
use crate::support::device::Device;
use crate::support::rig::{Rig, binary};
use crate::table::{Limit, Table};

const BEFORE: usize = 100;
const CHANGES: usize = 20;
const ROUNDS: usize = 300;

/// 20 changes to a document of 100: Automerge's own apply, save and load, and
/// then our signatures, rules and trial of the same, the pipe included.
pub(crate) fn trial(table: &mut Table) -> Result<(), String> {
    let sample = Sample::write().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (mut own, mut ours, mut door) = (Vec::new(), Vec::new(), Vec::new());
    let workers = Workers::new(Spec {
        program: binary().map_err(|error| error.to_string())?,
        memory: 512 << 20,
        cpu_seconds: 2,
        wall: Duration::from_secs(5),
        at_once: 1,
    });
    for round in 0..ROUNDS {
        own.push(sample.automerge_alone()?);
        door.push(sample.signatures()?);
        ours.push(runtime.block_on(sample.admitted(&workers, round))?);
    }
    let [own, ours, door] = [own, ours, door].map(median);
    let millis = |took: Duration| took.as_secs_f64() * 1_000.0;
    table.measure(
        "20 changes to a document of 100: Automerge's apply, save, load",
        millis(own),
        "ms",
        Limit::None,
    );
    table.measure(
        "  admission: signatures, rules and trial, the pipe included",
        millis(ours + door),
        "ms",
        Limit::None,
    );
    table.measure(
        "    of this the signatures",
        millis(door),
        "ms",
        Limit::None,
    );
    table.measure(
        "  admission in Automerge's own",
        millis(ours + door) / millis(own),
        "x",
        Limit::AtMost(2.0),
    );
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

struct Sample {
    event: EventId,
    key: Vec<u8>,
    envelopes: Vec<Envelope>,
    log: Vec<Bytes>,
    next: Vec<Body>,
    state: DocumentState,
    base: Chain,
    before: Document,
}

impl Sample {
    fn write() -> std::io::Result<Self> {
        let chance = Chance::seeded(21);
        let rig = Rig::start()?;
        let device: Device = rig.device_of("Alma", &mut chance.branch("chair"))?;
        let none = || std::io::Error::other("could not write a case");
        let (mut case, birth) = Case::open(&device, &chance, "case").ok_or_else(none)?;
        let mut envelopes = vec![birth];
        while envelopes.len() < BEFORE + CHANGES {
            envelopes.push(case.note(&device).ok_or_else(none)?);
        }
        let mut bodies = envelopes
            .iter()
            .map(Body::parse)
            .collect::<Result<Vec<_>, _>>()
            .map_err(std::io::Error::other)?;
        let next = bodies.split_off(BEFORE);
        let log: Vec<Bytes> = bodies.iter().map(|body| body.change.clone()).collect();
        let kept = bodies
            .iter()
            .map(|body| (body.device, body.change.as_ref()));
        let state = DocumentState::rebuild(Kind::Case, kept);
        let (before, _) = Document::rebuild(Kind::Case, log.iter().map(AsRef::as_ref))
            .map_err(std::io::Error::other)?;
        let base = log.iter().try_fold(Chain::born(), |chain, change| {
            Some(chain.and(&Change::try_from(change.as_ref()).ok()?.hash().0))
        });
        Ok(Self {
            event: device.event,
            key: device.key.public(),
            envelopes: envelopes.split_off(BEFORE),
            log,
            next,
            state,
            base: base.ok_or_else(none)?,
            before,
        })
    }

    fn automerge_alone(&self) -> Result<Duration, String> {
        let mut document = self.before.automerge().clone();
        let begun = now();
        let changes: Result<Vec<_>, _> = self
            .next
            .iter()
            .map(|body| Change::try_from(body.change.as_ref()))
            .collect();
        let changes = changes.map_err(|error| error.to_string())?;
        document
            .apply_changes(changes)
            .map_err(|error| error.to_string())?;
        let loaded = Automerge::load(&document.save()).map_err(|error| error.to_string())?;
        let took = begun.elapsed();
        if loaded.get_heads() == document.get_heads() {
            Ok(took)
        } else {
            Err("another document was loaded".to_owned())
        }
    }

    fn signatures(&self) -> Result<Duration, String> {
        let begun = now();
        for envelope in &self.envelopes {
            at_the_door(envelope, self.event, |_| Some(&self.key))
                .map_err(|reason| format!("{reason:?}"))?;
        }
        Ok(begun.elapsed())
    }

    async fn admitted(&self, workers: &Workers, round: usize) -> Result<Duration, String> {
        // Each round has a document of its own, which the worker knows already.
        let document = DocumentId::from_bytes((round as u128).to_be_bytes());
        let asked = |log, changes, becomes| Asked {
            document,
            kind: Kind::Case,
            base: self.base,
            log,
            changes,
            becomes,
        };
        workers
            .ask(&asked(Some(&self.log), &[], self.base))
            .await
            .map_err(|failure| failure.to_string())?;
        let mut state = self.state.clone();

        let begun = now();
        let mut becomes = self.base;
        let mut changes = Vec::with_capacity(self.next.len());
        for body in &self.next {
            let admitted = state.admit(body).map_err(|reason| format!("{reason:?}"))?;
            becomes = becomes.and(&admitted.hash);
            changes.push(body.change.clone());
        }
        let broken = workers
            .ask(&asked(None, &changes, becomes))
            .await
            .map_err(|failure| failure.to_string())?;
        let took = begun.elapsed();
        match broken {
            None => Ok(took),
            Some(place) => Err(format!("change {place} does not hold")),
        }
    }
}
