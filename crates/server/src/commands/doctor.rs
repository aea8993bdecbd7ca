//! `safehall doctor`: what is missing before real cases.

use std::path::PathBuf;

use clap::Args;

use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, environment};
use crate::doctor::{Findings, Level, Machine, examine};

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    safehall doctor --data ./data --origin https://safehall.example.org\n  \
    safehall doctor --config /etc/safehall.toml --json\n\n\
    Give it what you give `safehall serve`, as the same user. It changes nothing, may run beside the\n\
    server, and ends with 0 when nothing is missing, else with 1.")]
pub(super) struct Doctor {
    /// A TOML file with settings, as for `serve`.
    #[arg(long, value_name = "FILE", env = "SAFEHALL_CONFIG")]
    config: Option<PathBuf>,
    /// The folder with the event's data.
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Where the server listens [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// What people type into the browser.
    #[arg(long, value_name = "https://NAME")]
    origin: Option<String>,
    /// Certificate chain, PEM.
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Private key of the certificate, PEM.
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// Where the root secret is, as for `serve`.
    #[arg(long, value_name = "WHERE")]
    root_secret: Option<String>,
    /// The newest backup of the data.
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// For programs: everything that was looked at, as JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let data = self.data.clone().map(PathBuf::from);
        let flags = [
            ("data", self.data),
            ("listen", self.listen),
            ("origin", self.origin),
            ("tls_cert", self.tls_cert),
            ("tls_key", self.tls_key),
            ("root_secret", self.root_secret),
        ];
        let flags = flags
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name, value)));
        let config = Config::read(self.config.as_deref(), environment(), flags);
        let findings = examine(
            config,
            data.as_deref(),
            self.backup.as_deref(),
            &Machine::this(),
            SystemClock.now(),
        );
        if self.json {
            println!("{}", serde_json::to_string_pretty(&findings.0)?);
        } else {
            print!("{}", plain(&findings));
        }
        let missing = count(&findings, Level::Missing);
        anyhow::ensure!(
            missing == 0,
            "{missing} thing(s) are missing before real cases"
        );
        Ok(())
    }
}

fn count(findings: &Findings, level: Level) -> usize {
    findings
        .0
        .iter()
        .filter(|found| found.level == level)
        .count()
}

fn plain(findings: &Findings) -> String {
    let mut text = String::new();
    for found in &findings.0 {
        let mark = match found.level {
            Level::Missing => "MISSING",
            Level::Advice => "advice ",
            Level::Good => "good   ",
        };
        text.push_str(&format!("{mark}  {}  {}\n", found.name, found.say));
        if !found.todo.is_empty() {
            text.push_str(&format!("         -> {}\n", found.todo));
        }
    }
    text
}
