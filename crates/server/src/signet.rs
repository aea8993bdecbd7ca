//! The server's own signature, which devices learn when they enrol: under orders
//! to empty themselves, under the ledger's checkpoints, and under the key that phones seal to.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use safehall_sync::ids::EventId;
use safehall_sync::{signing, wire};

/// The seed makes no key.
#[derive(Debug, thiserror::Error)]
#[error("the key that signs orders cannot be used")]
pub struct BadSignetKey;

/// See the [module documentation](self). Holds a key, so it has no `Debug`.
pub(crate) struct Signet {
    key: Ed25519KeyPair,
    event: [u8; 16],
}

impl Signet {
    pub(crate) fn new(seed: &[u8; 32], event: &[u8; 16]) -> Result<Self, BadSignetKey> {
        Ok(Self {
            key: Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadSignetKey)?,
            event: *event,
        })
    }

    /// What devices check signatures with: 32 bytes, Ed25519.
    pub(crate) fn public(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// The order to `device` to empty itself.
    pub(crate) fn wipe_order(&self, device: &[u8; 16]) -> Vec<u8> {
        self.sign(&[b"safehall/wipe/v1\0", &self.event, device])
    }

    /// Says how long the ledger is and what its last entry's hash is.
    pub(crate) fn checkpoint(&self, size: u64, head: &[u8; 32]) -> wire::Checkpoint {
        let said: [&[u8]; 4] = [
            b"safehall/checkpoint/v1\0",
            &self.event,
            &size.to_be_bytes(),
            head,
        ];
        wire::Checkpoint {
            size,
            head: head.to_vec(),
            signature: self.sign(&said),
        }
    }

    /// Says that what other phones carry is sealed to this key.
    pub(crate) fn carry(&self, event: EventId, carry_key: &[u8]) -> Vec<u8> {
        self.sign(&[&signing::carry(event, carry_key)])
    }

    fn sign(&self, parts: &[&[u8]]) -> Vec<u8> {
        self.key.sign(&parts.concat()).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    #[test]
    fn an_order_is_for_one_device_of_one_event() {
        let signet = Signet::new(&[7; 32], &[1; 16]).unwrap();
        let elsewhere = Signet::new(&[7; 32], &[2; 16]).unwrap();
        let key = UnparsedPublicKey::new(&ED25519, signet.public());
        let said = |event: u8, device: u8| {
            [
                b"safehall/wipe/v1\0".as_slice(),
                &[event; 16],
                &[device; 16],
            ]
            .concat()
        };

        let order = signet.wipe_order(&[3; 16]);

        assert!(key.verify(&said(1, 3), &order).is_ok());
        assert!(key.verify(&said(1, 4), &order).is_err());
        assert!(
            key.verify(&said(1, 3), &elsewhere.wipe_order(&[3; 16]))
                .is_err()
        );
    }

    #[test]
    fn a_checkpoint_holds_for_its_size_and_head_only() {
        let signet = Signet::new(&[7; 32], &[1; 16]).unwrap();
        let point = signet.checkpoint(5, &[9; 32]);
        let key = UnparsedPublicKey::new(&ED25519, signet.public());
        let said = |size: u64| {
            [
                b"safehall/checkpoint/v1\0".as_slice(),
                &[1; 16],
                &size.to_be_bytes(),
                &[9; 32],
            ]
            .concat()
        };

        assert!(key.verify(&said(5), &point.signature).is_ok());
        assert!(key.verify(&said(6), &point.signature).is_err());
    }
}
