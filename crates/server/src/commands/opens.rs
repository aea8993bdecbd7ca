//! `safehall event open`: whether the event takes reports.

use clap::Args;
use rusqlite::TransactionBehavior;

use super::{Data, invite};
use crate::clock::{Clock as _, SystemClock};
use crate::store::{Book, opening};

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    safehall event open --data ./data\n  \
    safehall event open --data ./data --with-one-lead\n\n\
    An event opens by itself, and for good, once two leads have phones that are let in at the same\n\
    time: a report may be about one of them. It may run beside `safehall serve`.")]
pub(super) struct Open {
    #[command(flatten)]
    data: Data,
    /// Take reports although there is no second lead. A report about the only one stays on the phone it was taken on.
    #[arg(long)]
    with_one_lead: bool,
}

impl Open {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let now = SystemClock.now();
        let (mut conn, vault) = invite::existing(&self.data)?;
        // A server may write at the same moment: wait for it before the first look, not after.
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let book = Book::new(&tx, &vault);
        let here = opening::leads_here(&book, now)?;
        if opening::is_open(&book)? {
            println!("The event takes reports already.");
        } else if opening::open_if_ready(&book, now)? {
            println!("The event takes reports from now on.");
        } else if self.with_one_lead {
            // Numbers and codes only: every face says it in its own words.
            let how = format!("leads {here}");
            opening::open(&book, Some(&how), now)?;
            println!(
                "The event takes reports from now on, with {here} lead(s) here instead of two. \
                 A report about the only lead reaches nobody: it stays on the phone, which shows the outside contact."
            );
        } else {
            anyhow::bail!(
                "the event does not take reports yet: {here} lead(s) have a phone that is let in, and it needs two"
            );
        }
        tx.commit()?;
        Ok(())
    }
}
