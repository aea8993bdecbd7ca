//! `safehall serve`: from the first call to the last.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::clock::SystemClock;
use crate::config::{Config, environment};
use crate::logging;
use crate::running::start;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    safehall serve --data ./data\n  \
    safehall serve --config /etc/safehall.toml\n  \
    SAFEHALL_LISTEN=0.0.0.0:8443 safehall serve --data ./data --origin https://hall.example.org \\\n    \
    --tls-cert chain.pem --tls-key key.pem\n\n\
    Each setting of the file is also a variable: SAFEHALL_LISTEN, SAFEHALL_REQUESTS, ...\n\
    SAFEHALL_LOG says what the server's own log tells: info, or warn,safehall_server=debug.\n\
    A flag beats a variable, a variable beats the file.\n\n\
    One signal (Ctrl-C) stops in order; a second one, or ten seconds, stops at once.")]
pub(super) struct Serve {
    /// A TOML file with settings.
    #[arg(long, value_name = "FILE", env = "SAFEHALL_CONFIG")]
    config: Option<PathBuf>,
    /// The folder with the event's data.
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// Where the root secret is: file:PATH, credential:NAME or passphrase
    /// [default: secret.key in the data folder].
    #[arg(long, value_name = "WHERE")]
    root_secret: Option<String>,
    /// Where to listen [default: 127.0.0.1:8080].
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
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let flags = [
            ("data", self.data),
            ("root_secret", self.root_secret),
            ("listen", self.listen),
            ("origin", self.origin),
            ("tls_cert", self.tls_cert),
            ("tls_key", self.tls_key),
        ];
        let flags = flags
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name, value)));
        let config = Config::read(self.config.as_deref(), environment(), flags)?;
        serve(config, || Ok(()))
    }
}

/// Serves until told to stop. `ready` runs once calls are taken.
pub(super) fn serve(
    config: Config,
    ready: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    crate::confine::confine().context("the system does not let us switch core dumps off")?;
    let filter = logging::filter(&config.log).context(logging::FILTER)?;
    // A second subscriber in one process is refused; the first goes on.
    let _ = logging::to(std::io::stderr, filter).try_init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let mut running = start(config, Arc::new(SystemClock)).await?;
        tracing::info!(address = %running.addr(), "takes calls");
        println!("Safehall is at {}", running.origin());
        ready()?;
        tokio::select! {
            () = signals.next() => {}
            broken = running.broken() => {
                tracing::error!(error = &broken as &dyn std::error::Error, "a part of the server ended by itself");
                running.stop().await;
                return Err(broken.into());
            }
        }
        tracing::info!("stops: finishes what was begun");
        tokio::select! {
            in_time = running.stop() => anyhow::ensure!(in_time, "could not stop in order in time; what was promised is on disk"),
            () = signals.next() => anyhow::bail!("stopped at once, as told; what was promised is on disk"),
        }
        Ok(())
    });
    // Whatever still runs may not hold the exit up.
    runtime.shutdown_background();
    outcome
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let heard = |kind| signal(kind).context("could not listen for signals");
        Ok(Self {
            terminate: heard(SignalKind::terminate())?,
            interrupt: heard(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
