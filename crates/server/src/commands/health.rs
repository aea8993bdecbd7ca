//! `safehall health`: asks a server whether it can work, for machines that watch it.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;

/// A server that takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Args)]
#[command(
    after_help = "Example:\n  safehall health --url http://127.0.0.1:8080/readyz\n\n\
    Ends with 0 when the server can take reports, else with a sentence and 1."
)]
pub(super) struct Health {
    /// Where to ask, over plain HTTP: on the machine itself, or inside its container.
    #[arg(
        long,
        default_value = "http://127.0.0.1:8080/readyz",
        value_name = "URL"
    )]
    url: String,
}

impl Health {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let rest = self
            .url
            .strip_prefix("http://")
            .context("expected http://ADDRESS:PORT/PATH")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        // `localhost` is two addresses, and a server mostly listens at one.
        let mut line = host
            .to_socket_addrs()
            .context("this address is nowhere")?
            .find_map(|address| TcpStream::connect_timeout(&address, PATIENCE).ok())
            .context("nobody answers")?;
        line.set_read_timeout(Some(PATIENCE))?;
        line.set_write_timeout(Some(PATIENCE))?;
        write!(
            line,
            "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        line.take(4_096)
            .read_to_end(&mut answer)
            .context("no answer in time")?;
        let status = answer
            .split(|byte| *byte == b' ')
            .nth(1)
            .context("this is not HTTP")?;
        ensure!(
            status.first() == Some(&b'2'),
            "the server says {}{}",
            String::from_utf8_lossy(status),
            reason(&answer)
        );
        Ok(())
    }
}

/// Why, where the answer says it in plain words: `: cannot write`.
fn reason(answer: &[u8]) -> String {
    let answer = String::from_utf8_lossy(answer);
    let line = answer
        .split_once("\r\n\r\n")
        .and_then(|(_, body)| body.lines().next())
        .unwrap_or_default();
    if (1..=60).contains(&line.len())
        && line
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_lowercase())
    {
        format!(": {line}")
    } else {
        String::new()
    }
}
