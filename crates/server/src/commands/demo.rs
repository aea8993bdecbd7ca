//! `safehall demo`: a pretend event with three people, ready to be tried.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use safehall_core::pack::Pack;

use super::{Data, Root, event, invite, link};
use crate::clock::{Clock as _, SystemClock, stored};
use crate::config::{self, Config};
use crate::ledger::What;
use crate::store::{self, Book, opening, staff};
use crate::vault::RootSource;

#[derive(Args)]
#[command(after_help = "Example:\n  safehall demo --port 8080\n\n\
    The folder is made anew each time. Nothing in it is real; put nothing real in.")]
pub(super) struct Demo {
    /// The port on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder for the pretend event's data, made anew.
    #[arg(long, value_name = "DIR", default_value = "target/demo-data")]
    data: PathBuf,
}

const SAMPLE: &str = include_str!("../../../../events/sample.toml");
const POLICY: &str = include_str!("../../../../events/all-systems-go-policy.md");
const GERMAN: &str = include_str!("../../../../events/seed-1.de.toml");
const DAY: i64 = 24 * 60 * 60 * 1_000;
/// Who gets a link, by the beginning of their name in the sample event.
const PEOPLE: [(&str, &str); 3] = [
    ("Noor", "responder"),
    ("Jonas", "responder"),
    ("Alma", "chair"),
];

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let log = config::log()?;
        if self.data.exists() {
            // Only a folder that this command made may go.
            anyhow::ensure!(
                self.data.join(MARK).is_file(),
                "{} is not a demo folder, and was left alone",
                self.data.display()
            );
            // Nor the one that another demo shows at this moment.
            drop(store::lock(&self.data)?);
            fs::remove_dir_all(&self.data)?;
        }
        let invited = sample_event(&self.data, SystemClock.now())?;
        fs::write(self.data.join(MARK), "Made anew by each `safehall demo`.\n")?;
        let mut secrets = Vec::new();
        for (name, role) in PEOPLE {
            let person = invited.iter().find(|person| person.name.starts_with(name));
            let person = person.with_context(|| format!("the sample event has no {name}"))?;
            secrets.push((name, role, person.secret));
        }

        let mut config = Config::for_tests(self.data);
        config.listen.set_port(self.port);
        config.log = log.unwrap_or(config.log);
        let origin = format!("http://localhost:{}", self.port);
        super::serve::serve(config, move || {
            println!("\nThree people, one link each. Open each in a browser profile of its own:\n");
            for (name, role, secret) in &secrets {
                println!("  {name:<6} {role:<10} {}", link(&origin, secret));
            }
            println!(
                "\nThe demo takes reports with one lead; a real event waits for two. A report about Alma\n\
                 stays on the phone, because nobody else could receive it."
            );
            println!("\nCtrl-C stops it.");
            Ok(())
        })
    }
}

/// Somebody on the team of the sample event, with a way in.
#[derive(Clone)]
pub struct Invited {
    /// As on the badge.
    pub name: String,
    /// Staff id.
    pub staff: [u8; 16],
    /// The invite's secret. Good once, for 24 hours, without words.
    pub secret: [u8; 16],
}

/// Makes the sample event in `data`, going on at `now` (milliseconds since
/// 1970), and invites everybody on its team. It takes reports at once, also
/// without a lead. For the demo, tests and benches.
///
/// # Errors
///
/// If `data` holds an event already, or cannot be written.
pub fn sample_event(data: &Path, now: u64) -> anyhow::Result<Vec<Invited>> {
    let beside = |name: &str| match name {
        "seed-1.de.toml" => Some(GERMAN.to_owned()),
        _ => Some(POLICY.to_owned()),
    };
    let mut pack = event::checked(SAMPLE, "sample.toml", beside)?;
    move_to(&mut pack, stored(now));
    let team = event::make(data, &RootSource::Folder, &pack, now)?;
    let (conn, vault) = invite::existing(&Data {
        data: data.to_owned(),
        root: Root::default(),
    })?;
    opening::open(&Book::new(&conn, &vault), Some("sample"), now)?;
    let invite = |member: staff::Member| {
        let secret = invite::make(
            &Book::new(&conn, &vault),
            &member.id,
            false,
            What::InviteMade,
            now,
        )?;
        Ok(Invited {
            name: member.name,
            staff: member.id,
            secret,
        })
    };
    team.into_iter().map(invite).collect()
}

const MARK: &str = "demo";

/// Moves the event so that it began yesterday and goes on for two days, its talks with it.
fn move_to(pack: &mut Pack, now: i64) {
    let later = now - DAY - pack.starts_at.0;
    for talk in &mut pack.talks {
        talk.from.0 += later;
        talk.to.0 += later;
    }
    pack.starts_at.0 = now - DAY;
    pack.ends_at.0 = now + 2 * DAY;
}
