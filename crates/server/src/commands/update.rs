//! `safehall event update`: another pack for the event that is there.

use std::path::PathBuf;

use clap::Args;
use prost::Message as _;
use rusqlite::TransactionBehavior;
use safehall_core::pack::Pack;
use safehall_sync::wire;
use sha2::{Digest as _, Sha256};

use super::packed::to_wire;
use super::{Data, event, invite};
use crate::clock::{Clock as _, SystemClock, counted};
use crate::ledger::What;
use crate::store::events::{self, Event};
use crate::store::ledger::{Entry, note};
use crate::store::{Book, StoreError};

#[derive(Args)]
#[command(after_help = "Example:\n  \
    safehall event update --from events/all-systems-go.toml --data ./data\n\n\
    It may run beside `safehall serve`: a phone gets the new pack when it next connects. Cases keep the\n\
    version of the policy under which they were opened. Dates, time zone and whether it is practice stay\n\
    as they are, and so does the team, which is changed in the app.")]
pub(super) struct Update {
    /// The changed event pack, a TOML file.
    #[arg(long, value_name = "PACK")]
    from: PathBuf,
    #[command(flatten)]
    data: Data,
}

impl Update {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let pack = event::read(&self.from)?;
        let (mut conn, vault) = invite::existing(&self.data)?;
        // A server may write at the same moment: wait for it before the first look, not after.
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let book = Book::new(&tx, &vault);
        let before = events::present(&book)?;
        let old = wire::Pack::decode(before.pack.as_slice())
            .map_err(|_| StoreError::Damaged("event pack"))?;
        refuse(&before, &old, &pack)?;
        let packed = to_wire(&pack, &before.id);
        let encoded = packed.encode_to_vec();
        let after = Event {
            name: pack.name.clone(),
            pack_hash: Sha256::digest(&encoded).into(),
            pack: encoded,
            ..before.clone()
        };
        if after.pack_hash == before.pack_hash {
            println!("The event has this pack already.");
            return Ok(());
        }
        events::repack(&book, &after)?;
        let entry = Entry {
            reason: Some(&pack.policy.version),
            ..Entry::of(What::PackChanged)
        };
        note(&book, &entry, SystemClock.now())?;
        tx.commit()?;
        println!("The event has the new pack. Each phone gets it when it next connects.");
        for line in changes(&old, &packed) {
            println!("{line}");
        }
        Ok(())
    }
}

/// What rights, terms and the ledger were worked out from stays.
fn refuse(before: &Event, old: &wire::Pack, pack: &Pack) -> anyhow::Result<()> {
    let same = counted(pack.starts_at.0) == before.starts_at
        && counted(pack.ends_at.0) == before.ends_at
        && pack.time_zone == before.time_zone;
    anyhow::ensure!(
        same,
        "dates and time zone of an event cannot be changed, and nothing was changed"
    );
    anyhow::ensure!(
        pack.drill == old.drill,
        "practice cannot become a real event, nor a real event practice, and nothing was changed"
    );
    Ok(())
}

/// What somebody should know who has just changed the pack.
fn changes(old: &wire::Pack, new: &wire::Pack) -> Vec<String> {
    let version = |pack: &wire::Pack| {
        let policy = pack.policy.as_ref();
        policy.map_or_else(String::new, |policy| policy.version.clone())
    };
    let mut lines = Vec::new();
    if version(old) != version(new) {
        lines.push(format!(
            "Policy: {} from now on. Cases that are there keep {}.",
            version(new),
            version(old)
        ));
    } else if old.policy != new.policy {
        lines.push(format!(
            "Policy: its text changed and its version did not. Give it a new version, so that cases can say \
             which text they were opened under; it is {} still.",
            version(new)
        ));
    }
    for room in &old.rooms {
        if !new.rooms.iter().any(|known| known.id == room.id) {
            lines.push(format!(
                "Room {}: gone. Cases that name it show its id.",
                room.id
            ));
        }
    }
    lines
}
