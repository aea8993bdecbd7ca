//! `safehall invite`: a way in for one person, made on the server's terminal.

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use rusqlite::{Connection, TransactionBehavior};
use safehall_core::access::Role;
use sha2::{Digest as _, Sha256};

use super::{Data, Origin, link};
use crate::clock::{self, Clock as _, SystemClock};
use crate::ledger::What;
use crate::store::ledger::{Entry, note};
use crate::store::{self, Book, events, invites, rights, staff};
use crate::vault::Vault;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    safehall invite --data ./data --staff \"Noor Haddad\"\n  \
    safehall invite --data ./data --name \"Alma Reyes\" --role chair --origin https://safehall.example.org\n\n\
    It may run beside `safehall serve`.")]
pub(super) struct Invite {
    #[command(flatten)]
    data: Data,
    /// Somebody on the team, by name, for a first or a further device.
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "name",
        required_unless_present = "name"
    )]
    staff: Option<String>,
    /// Somebody new.
    #[arg(long, requires = "role")]
    name: Option<String>,
    /// What somebody new is; may be given several times.
    #[arg(long, value_enum, conflicts_with = "staff")]
    role: Vec<RoleName>,
    #[command(flatten)]
    origin: Origin,
    /// Let the device wait until a lead has compared the four words on it.
    #[arg(long)]
    words: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Responder,
    Chair,
    AlternateChair,
    EventManager,
    Announcer,
    Admin,
}

impl RoleName {
    const fn number(self) -> i32 {
        match self {
            Self::Responder => 1,
            Self::Chair => 2,
            Self::AlternateChair => 3,
            Self::EventManager => 4,
            Self::Announcer => 5,
            Self::Admin => 6,
        }
    }
}

impl Invite {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (mut conn, vault) = existing(&self.data)?;
        let now = SystemClock.now();
        // A server may write at the same moment: wait for it before the first look, not after.
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let book = Book::new(&tx, &vault);
        let member = match (&self.staff, &self.name) {
            (Some(wanted), _) => {
                one_named(&book, wanted)?.context("nobody on the team has this name")?
            }
            (None, Some(name)) => {
                let roles = self.role.iter().map(|role| role.number()).collect();
                new_member(&book, name, roles, now)?
            }
            (None, None) => anyhow::bail!("expected --staff or --name"),
        };
        anyhow::ensure!(
            !leads(&member) || invites::leads_seen(&book)?.is_empty(),
            "a lead was let in already: let her invite this one from the console, or, if no two leads have their phones, \
             use `safehall recover`, which every device will show"
        );
        let secret = make(&book, &member.id, self.words, What::InviteMade, now)?;
        tx.commit()?;
        print(&member.name, &self.origin.origin, &secret)
    }
}

/// The one person on the team with this name, if there is one.
pub(super) fn one_named(conn: &Book<'_>, name: &str) -> anyhow::Result<Option<staff::Member>> {
    let mut found = staff::named(conn, name)?;
    let one = found.pop();
    anyhow::ensure!(
        found.is_empty(),
        "more than one person on the team has this name"
    );
    Ok(one)
}

/// Writes down somebody new on the team.
pub(super) fn new_member(
    conn: &Book<'_>,
    name: &str,
    mut roles: Vec<i32>,
    now: u64,
) -> anyhow::Result<staff::Member> {
    let name = name.trim().to_owned();
    anyhow::ensure!(
        (1..=60).contains(&name.chars().count()),
        "a name has 1 to 60 characters"
    );
    roles.sort_unstable();
    roles.dedup();
    let device_letter = staff::letter_of(&name);
    let member = staff::Member {
        id: clock::random()?,
        name,
        badge_label: String::new(),
        phone: String::new(),
        device_letter,
        roles,
    };
    staff::insert(conn, &member, now)?;
    Ok(member)
}

/// Whether somebody is a lead.
pub(super) fn leads(member: &staff::Member) -> bool {
    let lead = |number: &i32| {
        matches!(
            rights::role(*number),
            Some(Role::Chair | Role::AlternateChair)
        )
    };
    member.roles.iter().any(lead)
}

/// Shows the link to whoever stands at the terminal.
pub(super) fn print(name: &str, origin: &str, secret: &[u8; 16]) -> anyhow::Result<()> {
    let link = link(origin, secret);
    println!(
        "For {name}, once, within 24 hours:\n\n{}\n{link}\n",
        qr(&link)?
    );
    Ok(())
}

/// Writes an invite down and gives its secret, which is nowhere else. `what` it
/// is for the ledger.
pub(super) fn make(
    conn: &Book<'_>,
    staff: &[u8; 16],
    needs_words: bool,
    what: What,
    now: u64,
) -> anyhow::Result<[u8; 16]> {
    let secret = clock::random::<16>()?;
    let invite = invites::Invite {
        hash: Sha256::digest(secret).into(),
        staff: *staff,
        made_by: None,
        ends_at: now + invites::LIFE,
        needs_words,
    };
    invites::insert(conn, &invite, now)?;
    let made = Entry {
        person: Some(*staff),
        ..Entry::of(what)
    };
    note(conn, &made, now)?;
    Ok(secret)
}

/// Opens the database of an event that exists, and its keys for reading.
pub(super) fn existing(data: &Data) -> anyhow::Result<(Connection, Vault)> {
    let folder = &data.data;
    if !folder.join(store::FILE).is_file() {
        anyhow::bail!(
            "there is no event in {}: make one with `safehall event new`",
            folder.display()
        );
    }
    store::sealed(folder)?;
    let root = data
        .root
        .source()?
        .root(folder, &Vault::event_in(folder)?)?;
    let vault = Vault::open_beside(folder, root)?;
    let conn = store::open_database(folder)?;
    events::find(&Book::new(&conn, &vault))?.context("there is no event in this folder")?;
    Ok((conn, vault))
}

/// Light on dark, as most terminals are: cameras want the code itself dark.
fn qr(link: &str) -> anyhow::Result<String> {
    let code = QrCode::new(link)?;
    let mut picture = code.render::<Dense1x2>();
    picture
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark);
    Ok(picture.quiet_zone(true).build())
}
