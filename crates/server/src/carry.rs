//! The key that phones seal to what another one carries: HPKE (RFC 9180) as in
//! `proto/wire/v1/carried.proto`.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use bytes::Bytes;
use prost::Message as _;
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_P256_HKDF_SHA256_AES_256;
use rustls::crypto::hpke::{EncapsulatedSecret, Hpke as _, HpkePrivateKey};
use safehall_sync::carried::Parcel;
use safehall_sync::ids::EventId;
use safehall_sync::{signing, wire};
use sha2::{Digest as _, Sha256};

use crate::signet::Signet;

/// The secret is no key.
#[derive(Debug, thiserror::Error)]
#[error("the key that opens what phones carry for others cannot be used")]
pub struct BadCarryKey;

/// See the [module documentation](self). Holds a key, so it has no `Debug`.
pub(crate) struct Carry {
    key: HpkePrivateKey,
    event: EventId,
    /// The fields of the pack that tell phones of the key, encoded.
    in_pack: Vec<u8>,
}

impl Carry {
    pub(crate) fn new(
        secret: &[u8; 32],
        event: &[u8; 16],
        signet: &Signet,
    ) -> Result<Self, BadCarryKey> {
        let event = EventId::from_bytes(*event);
        let private = PrivateKey::from_private_key(&ECDH_P256, secret).map_err(|_| BadCarryKey)?;
        let public = private.compute_public_key().map_err(|_| BadCarryKey)?;
        let in_pack = wire::Pack {
            carry_key: public.as_ref().to_vec(),
            carry_signature: signet.carry(event, public.as_ref()),
            ..wire::Pack::default()
        };
        Ok(Self {
            key: HpkePrivateKey::from(secret.to_vec()),
            event,
            in_pack: in_pack.encode_to_vec(),
        })
    }

    /// The pack as devices get it: what is stored, and behind it this key. So an
    /// event that was made before there was such a key has one too.
    pub(crate) fn in_pack(&self, mut stored: Vec<u8>) -> Vec<u8> {
        stored.extend_from_slice(&self.in_pack);
        stored
    }

    /// The name of that pack.
    pub(crate) fn pack_hash(&self, stored: &[u8]) -> [u8; 32] {
        let hash = Sha256::new().chain_update(stored);
        hash.chain_update(&self.in_pack).finalize().into()
    }

    /// What is inside, if it was sealed to this key for this event under its own header.
    pub(crate) fn open(&self, parcel: &Parcel) -> Option<Bytes> {
        if parcel.event != self.event {
            return None;
        }
        let opened = DH_KEM_P256_HKDF_SHA256_AES_256.open(
            &EncapsulatedSecret(parcel.enc.clone()),
            &signing::carried(self.event),
            &parcel.header,
            &parcel.sealed,
            &self.key,
        );
        opened.ok().map(Bytes::from)
    }
}

#[cfg(test)]
mod tests;
