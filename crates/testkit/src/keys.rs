//! Signing keys of pretend phones.
//!
//! The key comes from the seed, so that device ids do; the signatures are as
//! random as in life, and nothing may depend on their bytes.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

use crate::chance::Chance;

/// A phone's P-256 signing key.
pub struct SigningKey(EcdsaKeyPair);

impl SigningKey {
    /// The key that this chance draws.
    #[must_use]
    pub fn drawn(chance: &mut Chance) -> Self {
        loop {
            // One scalar in 2^32 is not below the order of the curve.
            if let Ok(pair) = EcdsaKeyPair::from_private_key_der(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &private_key_der(&chance.bytes()),
            ) {
                return Self(pair);
            }
        }
    }

    /// The uncompressed point, 65 bytes.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    /// ES256 over a message: 64 bytes, r ‖ s.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "signing fails only when the system has no randomness left"
    )]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0
            .sign(&SystemRandom::new(), message)
            .expect("the system has randomness")
            .as_ref()
            .to_vec()
    }
}

/// RFC 5915 without the public key, which is computed from the scalar.
fn private_key_der(scalar: &[u8; 32]) -> Vec<u8> {
    let mut der = vec![0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
    der.extend_from_slice(scalar);
    der.extend_from_slice(&[
        0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ]);
    der
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_key_drawn_twice_from_one_seed_is_one_key_and_its_signatures_hold() {
        let key = SigningKey::drawn(&mut Chance::seeded(1));
        let again = SigningKey::drawn(&mut Chance::seeded(1));

        assert_eq!(key.public(), again.public());
        assert_eq!(key.public().len(), 65);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, again.public())
            .verify(b"words", &key.sign(b"words"))
            .expect("the signature holds");
    }
}
