//! How far a device has read, sealed for that device.
//!
//! Devices must not see the log's numbers: a gap would tell an excluded person
//! that something happened. A cursor is the same length always, differs each
//! time it is made, and opens for the device it was made for only.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use crate::clock::{self, NoChance};
use crate::store::log::Position;

const NONCE: usize = 24;

/// Seals and opens cursors. Holds a key, so it has no `Debug`.
pub(crate) struct Cursors {
    cipher: XChaCha20Poly1305,
}

impl Cursors {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&Key::from(*key)),
        }
    }

    /// A position in the log's life `epoch`, for `device`.
    ///
    /// # Errors
    ///
    /// Only if the machine gives no random bytes.
    pub(crate) fn seal(
        &self,
        at: Position,
        epoch: &[u8; 16],
        device: &[u8; 16],
    ) -> Result<Vec<u8>, NoChance> {
        let nonce: [u8; NONCE] = clock::random()?;
        let place = place(epoch, device);
        let mut said = [0; 16];
        said[..8].copy_from_slice(&at.seq.to_be_bytes());
        said[8..].copy_from_slice(&at.inside.to_be_bytes());
        let payload = Payload {
            msg: &said,
            aad: &place,
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| NoChance)?;
        let mut cursor = Vec::with_capacity(NONCE + sealed.len());
        cursor.extend_from_slice(&nonce);
        cursor.extend_from_slice(&sealed);
        Ok(cursor)
    }

    /// The position, or nothing if the cursor is not ours, belongs to another
    /// device, or to another life of the log: the device starts over then.
    pub(crate) fn open(
        &self,
        cursor: &[u8],
        epoch: &[u8; 16],
        device: &[u8; 16],
    ) -> Option<Position> {
        let (nonce, sealed) = cursor.split_first_chunk::<NONCE>()?;
        let place = place(epoch, device);
        let payload = Payload {
            msg: sealed,
            aad: &place,
        };
        let said = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        let (seq, inside) = said.split_first_chunk::<8>()?;
        Some(Position {
            seq: i64::from_be_bytes(*seq),
            inside: i64::from_be_bytes(inside.try_into().ok()?),
        })
    }
}

fn place(epoch: &[u8; 16], device: &[u8; 16]) -> [u8; 32] {
    let mut place = [0; 32];
    place[..16].copy_from_slice(epoch);
    place[16..].copy_from_slice(device);
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPOCH: [u8; 16] = [7; 16];
    const AT: Position = Position { seq: 42, inside: 7 };
    const NOOR: [u8; 16] = [1; 16];
    const JONAS: [u8; 16] = [2; 16];

    #[test]
    fn a_cursor_opens_for_its_own_device_and_life_of_the_log_only() {
        let cursors = Cursors::new(&[9; 32]);
        let cursor = cursors.seal(AT, &EPOCH, &NOOR).unwrap();

        assert_eq!(cursors.open(&cursor, &EPOCH, &NOOR), Some(AT));
        assert_eq!(cursors.open(&cursor, &EPOCH, &JONAS), None);
        assert_eq!(cursors.open(&cursor, &[8; 16], &NOOR), None);
        assert_eq!(cursors.open(&cursor[1..], &EPOCH, &NOOR), None);
        assert_eq!(cursors.open(b"", &EPOCH, &NOOR), None);
    }

    #[test]
    fn cursors_tell_nothing_by_their_length_or_by_being_equal() {
        let cursors = Cursors::new(&[9; 32]);

        let early = cursors.seal(Position::default(), &EPOCH, &NOOR).unwrap();
        let late = cursors.seal(AT, &EPOCH, &NOOR).unwrap();
        let again = cursors.seal(Position::default(), &EPOCH, &NOOR).unwrap();

        assert_eq!(early.len(), late.len());
        assert_ne!(early, again);
    }
}
