//! `safehall recover`: a way in for a lead when no two leads have their phones.
//!
//! Whoever stands at the terminal can do it, so it can be done to spy. It is in
//! the ledger and told to every device at its next contact; nothing takes it back.

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use rusqlite::TransactionBehavior;
use safehall_core::StaffId;
use safehall_core::access::OnTeam;

use super::{Data, Origin, invite};
use crate::clock::{Clock as _, SystemClock};
use crate::ledger::What;
use crate::store::staff::{self, Member};
use crate::store::{Book, invites, terms};

#[derive(Args)]
#[command(after_help = "Example:\n  \
    safehall recover --data ./data --name \"Alma Reyes\" --role chair --origin https://safehall.example.org\n\n\
    It may run beside `safehall serve`. Every device of the team shows that it was done, and when.")]
pub(super) struct Recover {
    #[command(flatten)]
    data: Data,
    /// The lead, by name.
    #[arg(long)]
    name: String,
    /// Somebody who is not on the team yet.
    #[arg(long)]
    new: bool,
    /// What somebody new is. Who is on the team keeps their role.
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
        let member = if self.new {
            invite::new_member(&book, &self.name, vec![role], now)?
        } else {
            lead_named(&book, &self.name, now)?
        };
        let secret = invite::make(&book, &member.id, false, What::LeadRecovered, now)?;
        tx.commit()?;
        println!("This is in the ledger, and every device of the team will show it.");
        invite::print(&member.name, &self.origin.origin, &secret)
    }
}

/// The lead with this name, if she can use a device. Whoever invites can put others
/// of her name on the list: then it is the one who was here.
fn lead_named(book: &Book<'_>, name: &str, now: u64) -> anyhow::Result<Member> {
    let mut leads = staff::named(book, name)?;
    leads.retain(invite::leads);
    if leads.len() > 1 {
        let seen = invites::leads_seen(book)?;
        leads.retain(|lead| seen.contains(&StaffId::from_bytes(lead.id)));
    }
    let lead = leads
        .pop()
        .with_context(|| format!("no lead on the team is called {name}; --new makes a new one"))?;
    anyhow::ensure!(
        leads.is_empty(),
        "more than one lead on the team is called {name}"
    );
    anyhow::ensure!(
        terms::on_team(book, &lead.id, now)? == OnTeam::Yes,
        "the time of {name} on the team has ended, or has not begun: a lead can change it in the console, or name \
         somebody new with --new"
    );
    Ok(lead)
}
