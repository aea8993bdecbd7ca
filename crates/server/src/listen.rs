//! The door to the network.
//!
//! Accepts connections, at most a set number at once, and drops those that say
//! nothing or let their first line drip. `axum::serve` does neither.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// Patience and room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Until the whole head of a request must be here; also the longest a
    /// connection may stay silent between two requests.
    pub(crate) head: Duration,
    /// Until the first byte, and until TLS is agreed on.
    pub(crate) first_byte: Duration,
    /// Connections at once. More wait in the system's own queue.
    pub(crate) connections: usize,
    /// Of these, from one address. Further ones are hung up on.
    pub(crate) connections_per_address: usize,
}

/// The longest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;

/// How far the stop has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stage {
    /// Everybody may come in.
    Open,
    /// Nobody new; those who are here finish what they began.
    Closing,
}

/// Accepts and serves until `stage` says closing, then waits for those who are
/// still here.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    app: Router,
    patience: Patience,
    mut stage: watch::Receiver<Stage>,
) {
    let room = Arc::new(Semaphore::new(patience.connections));
    let addresses = Arc::new(Addresses::default());
    let mut guests = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = closing(&mut stage) => break,
            Some(_) = guests.join_next() => continue,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        let Some(seat) = addresses.enter(peer.ip(), patience.connections_per_address) else {
            continue;
        };
        let guest = Guest {
            tls: tls.clone(),
            app: app.clone(),
            patience,
            stage: stage.clone(),
        };
        guests.spawn(async move {
            let _held = (place, seat);
            guest.welcome(stream).await;
        });
    }
    drop(listener);
    while guests.join_next().await.is_some() {}
}

/// Resolves once the server stops.
pub(crate) async fn closing(stage: &mut watch::Receiver<Stage>) {
    // An error means that nobody is left who could say so: closing.
    let _ = stage.wait_for(|stage| *stage == Stage::Closing).await;
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            // Out of file handles, mostly: wait for some to come back.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not accept a connection"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// How many connections there are from each address. In memory only: an
/// address tells who was where.
#[derive(Default)]
struct Addresses(Mutex<BTreeMap<IpAddr, usize>>);

impl Addresses {
    fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = taken.entry(address).or_default();
        if *here >= most {
            return None;
        }
        *here += 1;
        Some(Seat {
            addresses: Arc::clone(self),
            address,
        })
    }
}

/// One connection's place among those of its address.
struct Seat {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self
            .addresses
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = taken.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

struct Guest {
    tls: Option<TlsAcceptor>,
    app: Router,
    patience: Patience,
    stage: watch::Receiver<Stage>,
}

impl Guest {
    async fn welcome(self, stream: TcpStream) {
        // Without it a small frame waits for the answer to the one before.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let mut first = [0; 1];
        let spoke = tokio::time::timeout(self.patience.first_byte, stream.peek(&mut first)).await;
        if !matches!(spoke, Ok(Ok(1))) {
            return;
        }
        match self.tls.clone() {
            None => self.converse(stream).await,
            Some(tls) => {
                let agreed =
                    tokio::time::timeout(self.patience.first_byte, tls.accept(stream)).await;
                if let Ok(Ok(stream)) = agreed {
                    self.converse(stream).await;
                }
            }
        }
    }

    async fn converse(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.patience.head)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(self.app))
            .with_upgrades();
        tokio::pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            () = closing(&mut self.stage) => connection.as_mut().graceful_shutdown(),
        }
        // How a guest leaves is no news.
        let _ = connection.await;
    }
}
