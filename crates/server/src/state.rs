//! What every call may reach.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use crate::attempts::Attempts;
use crate::carry::Carry;
use crate::challenges::Challenges;
use crate::clock::Clock;
use crate::config::Config;
use crate::cursor::Cursors;
use crate::keep::Desks;
use crate::ledger::Once;
use crate::listen::Stage;
use crate::live::Hub;
use crate::patterns::Patterns;
use crate::signet::Signet;
use crate::store::Store;
use crate::store::events::Fixed;
use crate::tokens::Tokens;
use crate::worker::Workers;

/// One running server. Shared by all calls; holds keys, so it has no `Debug`.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Store,
    /// The pack is read where it is asked for: a later one may have come meanwhile.
    pub(crate) event: Fixed,
    pub(crate) tokens: Tokens,
    pub(crate) signet: Signet,
    pub(crate) carry: Carry,
    pub(crate) cursors: Cursors,
    pub(crate) challenges: Challenges,
    pub(crate) hub: Arc<Hub>,
    pub(crate) desks: Desks,
    pub(crate) workers: Workers,
    /// A place for each call that is worked on.
    pub(crate) turns: Arc<Semaphore>,
    /// Room for the bodies of all calls together, in bytes.
    pub(crate) bodies: Arc<Semaphore>,
    pub(crate) attempts: Attempts,
    /// What the ledger is told only so often.
    pub(crate) once: Once,
    /// What cases are compared by, as far as it was read.
    pub(crate) patterns: Arc<Patterns>,
    /// Pages that may call this server, for example `https://safehall.example.org`.
    pub(crate) origins: Vec<String>,
    pub(crate) stage: watch::Receiver<Stage>,
}

impl App {
    /// Milliseconds since 1970, UTC.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Whether a page of `origin` may call.
    pub(crate) fn lets_in(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known == origin)
    }
}
