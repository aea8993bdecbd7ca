//! `safehall recover`: a way in for a lead when no two leads have their phones.
//!
//! Whoever stands at the terminal can do it, so it can be done to spy. It is in
//! the ledger and told to every device at its next contact; nothing takes it back.

use clap::{Args, ValueEnum};
use rusqlite::TransactionBehavior;

use super::{Data, Origin, invite};
use crate::clock::{Clock as _, SystemClock};
use crate::ledger::What;
use crate::store::Book;

#[derive(Args)]
#[command(after_help = "Example:\n  \
    safehall recover --data ./data --name \"Alma Reyes\" --role chair --origin https://safehall.example.org\n\n\
    It may run beside `safehall serve`. Every device of the team shows that it was done, and when.")]
pub(super) struct Recover {
    #[command(flatten)]
    data: Data,
    /// The lead, by name: somebody on the team, or somebody new.
    #[arg(long)]
    name: String,
    /// What somebody new is. A person on the team keeps their role.
    #[arg(long, value_enum)]
    role: Lead,
    #[command(flatten)]
    origin: Origin,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lead {
    Chair,
    AlternateChair,
}

impl Recover {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (mut conn, vault) = invite::existing(&self.data)?;
        let now = SystemClock.now();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let book = Book::new(&tx, &vault);
        let role = match self.role {
            Lead::Chair => 2,
            Lead::AlternateChair => 3,
        };
        let member = match invite::one_named(&book, &self.name)? {
            Some(member) => {
                anyhow::ensure!(
                    invite::leads(&member),
                    "{} is on the team and no lead; name a lead, or somebody new",
                    member.name
                );
                member
            }
            None => invite::new_member(&book, &self.name, vec![role], now)?,
        };
        let secret = invite::make(&book, &member.id, false, What::LeadRecovered, now)?;
        tx.commit()?;
        println!("This is in the ledger, and every device of the team will show it.");
        invite::print(&member.name, &self.origin.origin, &secret)
    }
}
