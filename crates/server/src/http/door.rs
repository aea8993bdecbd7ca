//! Who asks, and whether they may.
//!
//! A handler behind this door gets an [`Asker`] of one action, and nothing that
//! writes takes anything but the [`Permit`] that the asker's own action gives.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use safehall_core::access::{
    Act, ConfirmDevice, DeviceState, DocumentFacts, Facts, Permit, Subject, permit,
};

use super::problem::Problem;
use crate::ledger::What;
use crate::state::App;
use crate::store::devices::Device;
use crate::store::ledger::Entry;
use crate::store::{Book, StoreError, rights};

/// Reads a message, whole or not at all.
pub(super) fn read<M: prost::Message + Default>(body: &[u8]) -> Result<M, Problem> {
    M::decode(body).map_err(|_| Problem::UNREADABLE)
}

/// Sixteen bytes, the length of every id.
pub(super) fn id(bytes: &[u8]) -> Result<[u8; 16], Problem> {
    bytes.try_into().map_err(|_| Problem::UNREADABLE)
}

/// Somebody with a good token on a device in good standing, who asks for `A`.
pub(crate) struct Asker<A> {
    pub(crate) device: [u8; 16],
    pub(crate) staff: [u8; 16],
    pub(crate) now: u64,
    asks: PhantomData<fn() -> A>,
}

impl<A> Clone for Asker<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Asker<A> {}

impl<A: Act> Asker<A> {
    /// Whether they may, as things stand in this transaction.
    ///
    /// # Errors
    ///
    /// [`Problem::NOT_FOUND`], whatever the reason; but a lead who may do this
    /// hears when nobody would be left for the case.
    pub(crate) fn permit(
        &self,
        conn: &Book<'_>,
        document: Option<&[u8; 16]>,
        person: Option<&[u8; 16]>,
    ) -> Result<Permit<A>, Problem> {
        let subject = self.subject(conn)?;
        rights::ask(conn, &subject, self.now, document, person)?.map_err(Problem::of)
    }

    /// What they do, for the ledger.
    pub(crate) const fn entry(&self, what: What) -> Entry<'static> {
        Entry {
            staff: Some(self.staff),
            device: Some(self.device),
            ..Entry::of(what)
        }
    }

    /// Whether they may, about a document that is told here: it may not have been born.
    ///
    /// # Errors
    ///
    /// As [`permit`](Self::permit).
    pub(crate) fn permit_about(
        &self,
        conn: &Book<'_>,
        document: Option<&DocumentFacts>,
    ) -> Result<Permit<A>, Problem> {
        let subject = self.subject(conn)?;
        let facts = Facts {
            event: rights::event(conn, self.now)?,
            document,
            person: None,
            arrival: None,
            leads: &[],
        };
        permit(&subject, &facts).map_err(|_| Problem::NOT_FOUND)
    }

    /// The same person, asking for something else on the way.
    pub(crate) const fn also<B: Act>(&self) -> Asker<B> {
        Asker {
            device: self.device,
            staff: self.staff,
            now: self.now,
            asks: PhantomData,
        }
    }

    fn subject(&self, conn: &Book<'_>) -> Result<Subject, Problem> {
        rights::subject(conn, &self.device, self.now)?.ok_or(Problem::SIGN_IN)
    }
}

impl Asker<ConfirmDevice> {
    /// Whether they may let in this device, which waits for its four words.
    ///
    /// # Errors
    ///
    /// As [`permit`](Self::permit), and [`Problem::ANOTHER_LEAD`].
    pub(super) fn permit_letting_in(
        &self,
        conn: &Book<'_>,
        device: &Device,
    ) -> Result<Permit<ConfirmDevice>, Problem> {
        let subject = self.subject(conn)?;
        rights::ask_to_let_in(conn, &subject, self.now, &device.id, &device.staff)?
            .map_err(Problem::of)
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let said = headers.get(AUTHORIZATION)?.to_str().ok()?;
    said.strip_prefix("Bearer ")
}

/// Whether the head of a call has a token that we signed and that is not over.
/// Whether its device may do anything is another question.
pub(super) fn shows_a_token(app: &App, headers: &HeaderMap) -> bool {
    token(headers).is_some_and(|token| app.tokens.check(token, app.now()).is_some())
}

/// The asker that the head of a call names.
///
/// # Errors
///
/// [`Problem::SIGN_IN`] without a good token, [`Problem::REVOKED`] for a device
/// that was cut off.
pub(super) async fn asker<A: Act>(
    app: &Arc<App>,
    headers: &HeaderMap,
) -> Result<Asker<A>, Problem> {
    let token = token(headers).ok_or(Problem::SIGN_IN)?;
    let now = app.now();
    let bearer = app.tokens.check(token, now).ok_or(Problem::SIGN_IN)?;
    let subject = app
        .store
        .read::<_, StoreError>(move |conn| rights::subject(conn, &bearer.device, now))
        .await?
        .ok_or(Problem::SIGN_IN)?;
    match subject.device_state {
        DeviceState::Active => Ok(Asker {
            device: bearer.device,
            staff: bearer.staff,
            now,
            asks: PhantomData,
        }),
        DeviceState::Pending => Err(Problem::SIGN_IN),
        DeviceState::Revoked => Err(Problem::REVOKED),
    }
}
