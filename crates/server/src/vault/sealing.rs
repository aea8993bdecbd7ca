//! One key and what it does: bytes in, bytes that only this key opens out.

use aws_lc_rs::hmac;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::clock::{self, NoChance};

/// What a sealed row begins with: the form that is written today.
const FORM: u8 = 1;
pub(super) const NONCE: usize = 24;
pub(super) const TAG: usize = 16;
/// The length of what is sealed, before it is padded.
const LENGTH: usize = 4;
/// Sizes are told apart in steps of this, and above [`LARGE`] in steps of that.
const STEP: usize = 256;
const LARGE: usize = 4_096;

/// 32 random bytes. Has neither `Debug` nor `Display`, and is wiped when dropped.
#[derive(Clone)]
pub(super) struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    pub(super) fn random() -> Result<Self, NoChance> {
        Ok(Self(Zeroizing::new(clock::random()?)))
    }

    pub(super) const fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }

    /// A key of its own to name rows by: what seals them does nothing else.
    pub(super) fn naming(&self) -> hmac::Key {
        let own = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let derived = hmac::sign(&own, b"safehall/names/v1\0");
        hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
    }

    /// Nonce and sealed bytes, without padding: for what has one length always.
    pub(super) fn seal_exactly(&self, words: &[u8], place: &[u8]) -> Result<Vec<u8>, NoChance> {
        let nonce: [u8; NONCE] = clock::random()?;
        let payload = Payload {
            msg: words,
            aad: place,
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| NoChance)?;
        let mut out = Vec::with_capacity(NONCE + sealed.len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    pub(super) fn open_exactly(&self, sealed: &[u8], place: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: sealed,
            aad: place,
        };
        let words = self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
        Some(Zeroizing::new(words))
    }

    /// A row: its form, nonce, and the padded words.
    pub(super) fn seal(&self, words: &[u8], place: &[u8]) -> Result<Vec<u8>, NoChance> {
        let mut padded = Zeroizing::new(Vec::with_capacity(padded(words.len())));
        // What is sealed is far below 4 GiB; a longer one could not be told from its padding.
        let length = u32::try_from(words.len()).map_err(|_| NoChance)?;
        padded.extend_from_slice(&length.to_be_bytes());
        padded.extend_from_slice(words);
        padded.resize(self::padded(words.len()), 0);
        let mut out = vec![FORM];
        out.append(&mut self.seal_exactly(&padded, place)?);
        Ok(out)
    }

    pub(super) fn open(&self, sealed: &[u8], place: &[u8]) -> Option<Vec<u8>> {
        let (FORM, sealed) = sealed.split_first().map(|(form, rest)| (*form, rest))? else {
            return None;
        };
        let padded = self.open_exactly(sealed, place)?;
        let (length, rest) = padded.split_first_chunk::<LENGTH>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        rest.get(..length).map(<[u8]>::to_vec)
    }
}

/// How long `length` bytes are once padded.
const fn padded(length: usize) -> usize {
    let whole = length + LENGTH;
    let step = if whole <= LARGE { STEP } else { LARGE };
    whole.div_ceil(step) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_opened_is_what_was_sealed_at_every_step_of_its_size() {
        let key = SealKey::random().unwrap();
        for length in [0, 1, 251, 252, 253, 4_091, 4_092, 4_093, 300_000] {
            let words = vec![7; length];
            let sealed = key.seal(&words, b"place").unwrap();

            assert!(key.open(&sealed, b"place").as_deref() == Some(words.as_slice()));
            assert!(key.open(&sealed, b"elsewhere").is_none());
        }
    }

    #[test]
    fn sizes_that_are_alike_cannot_be_told_apart() {
        let key = SealKey::random().unwrap();
        let size = |length: usize| key.seal(&vec![7; length], b"").unwrap().len();

        assert_eq!(size(0), size(252));
        assert_eq!(size(4_093), size(8_188));
        assert_ne!(size(252), size(253));
    }
}
