//! `safehall admission-worker`: what `serve` starts to check changes in. It
//! speaks over its two pipes and does nothing that a person could use.

use clap::Args;

use crate::worker::{self, Confines};

#[derive(Args)]
pub(super) struct AdmissionWorker {
    /// Bytes of memory that it may map.
    #[arg(long)]
    memory: u64,
    /// Seconds of a processor for each question.
    #[arg(long)]
    cpu_seconds: u64,
    /// Stand back behind everybody else on this machine.
    #[arg(long)]
    last_in_line: bool,
}

impl AdmissionWorker {
    pub(super) fn run(self) -> anyhow::Result<()> {
        Ok(worker::run(Confines {
            memory: self.memory,
            cpu_seconds: self.cpu_seconds,
            last_in_line: self.last_in_line,
        })?)
    }
}
