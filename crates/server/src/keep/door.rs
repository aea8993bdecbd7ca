//! Reads envelopes and checks who signed them, in no particular order.

use std::collections::BTreeMap;

use safehall_sync::envelope::{self, Body};
use safehall_sync::wire::{Envelope, Reason};

use crate::store::{Book, StoreError, devices};

/// An envelope that is what it says, signed by a device of this event.
pub(super) struct Checked {
    pub(super) body: Body,
    pub(super) envelope: Envelope,
    pub(super) signer: [u8; 16],
}

/// One envelope of a push, or what is wrong with it by itself.
pub(super) type Letter = Result<Checked, ([u8; 32], Reason)>;

/// Reads and checks signatures, without the writer.
pub(super) fn check(
    conn: &Book<'_>,
    event: &[u8; 16],
    speaker: &[u8; 16],
    envelopes: Vec<Envelope>,
) -> Result<Vec<Letter>, StoreError> {
    let mut keys: BTreeMap<[u8; 16], Option<[u8; 65]>> = BTreeMap::new();
    let mut letters = Vec::with_capacity(envelopes.len());
    for envelope in envelopes {
        let id = *envelope::id_of(&envelope).as_bytes();
        let body = match Body::parse(&envelope) {
            Ok(body) if body.event.as_bytes() != event => Err(Reason::WrongEvent),
            Ok(body) => Ok(body),
            Err(error) => Err(error.reason()),
        };
        let body = match body {
            Ok(body) => body,
            Err(reason) => {
                letters.push(Err((id, reason)));
                continue;
            }
        };
        let signer = *body.device.as_bytes();
        let key = match keys.get(&signer) {
            Some(key) => *key,
            None => {
                let key = devices::find(conn, &signer)?.map(|device| device.signing_key);
                keys.insert(signer, key);
                key
            }
        };
        letters.push(match key {
            // Any phone may carry what another signed, if that one is known here.
            None if signer != *speaker => Err((id, Reason::WrongDevice)),
            None => Err((id, Reason::BadSignature)),
            Some(key) if envelope::verify(&envelope, &key).is_err() => {
                Err((id, Reason::BadSignature))
            }
            Some(_) => Ok(Checked {
                body,
                envelope,
                signer,
            }),
        });
    }
    Ok(letters)
}
