//! A server from its start to its end.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio_rustls::TlsAcceptor;

use crate::attempts::Attempts;
use crate::carry::{BadCarryKey, Carry};
use crate::challenges::Challenges;
use crate::clock::Clock;
use crate::config::Config;
use crate::cursor::Cursors;
use crate::erasing;
use crate::http;
use crate::keep::Desks;
use crate::ledger::{Once, What};
use crate::listen::{self, Patience, Stage};
use crate::live::Hub;
use crate::secrets::{SecretError, Secrets};
use crate::signet::{BadSignetKey, Signet};
use crate::state::App;
use crate::store::ledger::{self, Entry, seals};
use crate::store::{self, Limits, Stats, Store, StoreError, events, rounds};
use crate::tokens::{BadTokenKey, Tokens};
use crate::vault::{Vault, VaultError};
use crate::worker::{self, Workers};

/// Why the server did not start. Nothing was changed, except that the database
/// may have been brought to today's shape.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no event here, or its data cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The root secret cannot be had.
    #[error(transparent)]
    Secrets(#[from] SecretError),
    /// The keyring cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// See [`BadTokenKey`].
    #[error(transparent)]
    TokenKey(#[from] BadTokenKey),
    /// See [`BadCarryKey`].
    #[error(transparent)]
    CarryKey(#[from] BadCarryKey),
    /// See [`BadSignetKey`].
    #[error(transparent)]
    SignetKey(#[from] BadSignetKey),
    /// No process could be started that checks what devices send.
    #[error(transparent)]
    Worker(#[from] worker::Failure),
    /// The address is taken, or not ours.
    #[error("could not listen at {at}{}", hint(.source))]
    Listen {
        /// Where.
        at: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("the certificate or its key cannot be used")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What to do when an address cannot be had.
fn hint(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::AddrInUse => {
            ": another program does already. Stop it, or choose another port"
        }
        io::ErrorKind::PermissionDenied => {
            ": a port below 1024 needs a right of its own. Choose another port"
        }
        io::ErrorKind::AddrNotAvailable => ": this machine does not have that address",
        _ => "",
    }
}

/// A server that takes calls.
pub struct Running {
    addr: SocketAddr,
    origin: String,
    stage: watch::Sender<Stage>,
    listener: JoinHandle<()>,
    rounds: JoinHandle<()>,
    app: Arc<App>,
    stop_within: Duration,
}

/// Starts a server over the event in `config.data`.
///
/// # Errors
///
/// See [`StartError`].
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Running, StartError> {
    if !config.data.join(store::FILE).is_file() {
        return Err(StoreError::NoEvent.into());
    }
    let tls = config
        .tls
        .as_ref()
        .map(|(cert, key)| acceptor(cert, key))
        .transpose()?;
    store::sealed(&config.data)?;
    let event = Vault::event_in(&config.data)?;
    let root = config.root_secret.root(&config.data, &event)?;
    let secrets = Secrets::derive(&root)?;
    let limits = Limits {
        waiting: config.waiting_writes,
        max_pages: config.max_pages,
    };
    let store = Store::open(&config.data, root, limits, clock.now())?;
    let event = store.read(events::present).await?.fixed();
    let workers = Workers::new(config.worker());
    // A program that cannot check changes is found out now, and not by the first phone.
    workers.warm_up().await?;
    let unheard = |source| StartError::Listen {
        at: config.listen,
        source,
    };
    let listener = listener(config.listen).map_err(unheard)?;
    let addr = listener.local_addr().map_err(unheard)?;

    let origins = origins(&config, addr);
    let origin = origins.first().cloned().unwrap_or_default();
    let (stage, watching) = watch::channel(Stage::Open);
    let patience = Patience {
        head: config.head_timeout,
        first_byte: config.head_timeout,
        connections: config.connections,
        connections_per_address: config.connections_per_address,
    };
    let stop_within = config.stop_within;
    let signet = Signet::new(&secrets.signet_seed, &event.id)?;
    let app = Arc::new(App {
        carry: Carry::new(&secrets.carry, &event.id, &signet)?,
        tokens: Tokens::new(&secrets.token_seed, &event.id)?,
        signet,
        cursors: Cursors::new(&secrets.cursor),
        challenges: Challenges::new(&secrets.challenge),
        hub: Arc::new(Hub::new()),
        desks: Desks::default(),
        workers,
        turns: Arc::new(Semaphore::new(config.requests)),
        bodies: Arc::new(Semaphore::new(config.body_bytes)),
        attempts: Attempts::default(),
        once: Once::default(),
        patterns: Arc::default(),
        store,
        stage: watching.clone(),
        config,
        clock,
        event,
        origins,
    });
    if let Err(error) = tell(&app, What::ServerStarted).await {
        // On a full disk phones keep what they have, and must hear so.
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "could not note in the ledger that the server started"
        );
    }
    let rounds = tokio::spawn(make_rounds(Arc::clone(&app)));
    let listener = tokio::spawn(listen::serve(
        listener,
        tls,
        http::router(Arc::clone(&app)),
        patience,
        watching,
    ));
    Ok(Running {
        addr,
        origin,
        stage,
        listener,
        rounds,
        app,
        stop_within,
    })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What people type into the browser.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Counters of this run.
    #[must_use]
    pub fn stats(&self) -> Arc<Stats> {
        self.app.store.stats()
    }

    /// Resolves only if a part of the server ended that never should.
    pub async fn broken(&mut self) -> Broken {
        tokio::select! {
            ended = &mut self.listener => Broken { part: "the listener", cause: ended.err() },
            ended = &mut self.rounds => Broken { part: "the rounds", cause: ended.err() },
            () = self.app.store.writer_ended() => Broken { part: "the writer", cause: None },
        }
    }

    /// Stops: nobody new comes in, everybody is told, open writes are finished.
    /// Takes at most `stop_within`; what was promised is on disk either way.
    ///
    /// Returns whether all of it was done in time.
    pub async fn stop(mut self) -> bool {
        self.stage.send_replace(Stage::Closing);
        self.rounds.abort();
        let orderly = async {
            // How the listener ended does not matter any more.
            let _ = (&mut self.listener).await;
            // Nobody new can come: calls are over, and so are upgrades.
            self.app.hub.emptied().await;
            // Calls that somebody hung up on are worked out all the same.
            let all = u32::try_from(self.app.config.requests).unwrap_or(u32::MAX);
            let _ = self.app.turns.acquire_many(all).await;
            if let Err(error) = tell(&self.app, What::ServerStopped).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not note in the ledger that the server stopped"
                );
            }
            self.app.store.close().await;
        };
        let in_time = tokio::time::timeout(self.stop_within, orderly)
            .await
            .is_ok();
        self.listener.abort();
        in_time
    }
}

/// The server itself begins or ends: noted, and the ledger is sealed.
async fn tell(app: &App, what: What) -> Result<(), StoreError> {
    let (now, nonce) = (app.now(), seals::nonce()?);
    app.store
        .write(move |work| {
            ledger::note(work.tx, &Entry::of(what), now)?;
            seals::make(work.tx, nonce, now)
        })
        .await
}

/// Seals the ledger when it is time.
async fn seal(app: &App) -> Result<(), StoreError> {
    let (now, nonce) = (app.now(), seals::nonce()?);
    if !app.store.read(move |conn| seals::due(conn, now)).await? {
        return Ok(());
    }
    app.store
        .write(move |work| seals::make(work.tx, nonce, now))
        .await
}

/// A part of the server ended by itself.
#[derive(Debug, thiserror::Error)]
#[error("{part} ended by itself")]
pub struct Broken {
    part: &'static str,
    #[source]
    cause: Option<JoinError>,
}

/// What the system may hold for one reader who does not read, in bytes; on its
/// own it would take some megabytes for each of them. It doubles the figure for
/// its own book-keeping.
const SEND_BUFFER: u32 = 256 << 10;

/// Connections that the system keeps until there is room for them.
const BACKLOG: u32 = 1_024;

fn listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Pages that may call. Without a configured name, this machine's own names.
fn origins(config: &Config, addr: SocketAddr) -> Vec<String> {
    if let Some(origin) = &config.origin {
        return vec![origin.clone()];
    }
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let port = addr.port();
    vec![
        format!("{scheme}://localhost:{port}"),
        format!("{scheme}://127.0.0.1:{port}"),
    ]
}

fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, StartError> {
    let tls = |error: Box<dyn std::error::Error + Send + Sync>| StartError::Tls(error);
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| tls(Box::new(error)))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| tls(Box::new(error)))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut server = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(Box::new(error)))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| tls(Box::new(error)))?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(server)))
}

/// Notices what has ended or begun by the clock alone, so that devices are told.
async fn make_rounds(app: Arc<App>) {
    let mut round = tokio::time::interval(app.config.rounds);
    loop {
        round.tick().await;
        let now = app.now();
        let due = app
            .store
            .read::<_, StoreError>(move |conn| rounds::due(conn, now))
            .await;
        if let Err(error) = erasing::finish(&app, now).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not finish erasing a case"
            );
        }
        let done = match due {
            Ok(false) => Ok(()),
            Ok(true) => {
                app.store
                    .write::<_, StoreError>(move |work| rounds::make(work.tx, now))
                    .await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not note what has ended or begun"
            );
        }
        if let Err(error) = seal(&app).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not seal the ledger"
            );
        }
    }
}
