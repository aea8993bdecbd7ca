//! What devices sign, byte for byte, and how a signature is checked.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::ids::{ChangeId, DeviceId, EventId, sha256};

/// The signature does not belong to these bytes and this key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct BadSignature;

/// Checks ES256 (64 bytes, r ‖ s) over `message` by the owner of `key` (65
/// bytes, uncompressed P-256 point).
///
/// # Errors
/// [`BadSignature`] also for a key that is no point of the curve.
pub fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
        .verify(message, signature)
        .map_err(|_| BadSignature)
}

/// What is signed for a change: of its body, only the hash.
#[must_use]
pub fn change(id: ChangeId) -> Vec<u8> {
    [b"safehall/change/v1\0".as_slice(), id.as_bytes()].concat()
}

/// What is signed to enrol. The keys are uncompressed points.
#[must_use]
pub fn enrol(
    event: EventId,
    challenge: &[u8],
    invite_secret: &[u8],
    signing_key: &[u8],
    agreement_key: &[u8],
) -> Vec<u8> {
    [
        b"safehall/enrol/v1\0".as_slice(),
        event.as_bytes(),
        challenge,
        &sha256(&[invite_secret]),
        &sha256(&[signing_key]),
        &sha256(&[agreement_key]),
    ]
    .concat()
}

/// Where the four words stand in `proto/words/first.txt`, counted from 0,
/// each below 1,024. `enrolment` is what [`enrol`] gave.
#[must_use]
pub fn four_words(enrolment: &[u8]) -> [u16; 4] {
    let digest = sha256(&[b"safehall/words/v1\0", enrolment]);
    let bits = digest[..5]
        .iter()
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    [30, 20, 10, 0].map(|shift| u16::try_from(bits >> shift & 0x3ff).unwrap_or_default())
}

/// What is signed to ask whether one is let in yet.
#[must_use]
pub fn status(event: EventId, device: DeviceId) -> Vec<u8> {
    [
        b"safehall/status/v1\0".as_slice(),
        event.as_bytes(),
        device.as_bytes(),
    ]
    .concat()
}

/// What is signed for an access token.
#[must_use]
pub fn token(event: EventId, device: DeviceId, challenge: &[u8]) -> Vec<u8> {
    [
        b"safehall/token/v1\0".as_slice(),
        event.as_bytes(),
        device.as_bytes(),
        challenge,
    ]
    .concat()
}

/// What a device that lost its access signs below what only it still holds.
/// `bodies` are its envelopes', in their order.
#[must_use]
pub fn handin<'a>(
    event: EventId,
    device: DeviceId,
    challenge: &[u8],
    wiped: bool,
    bodies: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<u8> {
    let bodies: Vec<&[u8]> = bodies.into_iter().collect();
    [
        b"safehall/handin/v1\0".as_slice(),
        event.as_bytes(),
        device.as_bytes(),
        challenge,
        &[u8::from(wiped)],
        &sha256(&bodies),
    ]
    .concat()
}

/// What the server signs with its Ed25519 key, so that phones seal to no other
/// key than its own.
#[must_use]
pub fn carry(event: EventId, carry_key: &[u8]) -> Vec<u8> {
    [
        b"safehall/carry/v1\0".as_slice(),
        event.as_bytes(),
        carry_key,
    ]
    .concat()
}

/// What is bound to everything that is sealed for another phone to carry, beside its header.
#[must_use]
pub fn carried(event: EventId) -> Vec<u8> {
    [b"safehall/carried/v1\0".as_slice(), event.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_says_what_it_is_for() {
        let event = EventId::from_bytes([1; 16]);
        let device = DeviceId::from_bytes([2; 16]);

        assert_eq!(
            token(event, device, &[])
                .strip_prefix(b"safehall/token/v1\0".as_slice())
                .map(<[u8]>::len),
            Some(32)
        );
        assert_eq!(
            status(event, device)
                .strip_prefix(b"safehall/status/v1\0".as_slice())
                .map(<[u8]>::len),
            Some(32)
        );
        let said =
            |wiped, bodies: &[&[u8]]| handin(event, device, b"now", wiped, bodies.iter().copied());
        assert_eq!(said(false, &[]).len(), 19 + 32 + 3 + 1 + 32);
        assert_eq!(said(false, &[b"on", b"e"]), said(false, &[b"one"]));
        assert_ne!(said(false, &[]), said(true, &[]));
        assert_eq!(change(ChangeId::from_bytes([0; 32])).len(), 19 + 32);
        assert_eq!(
            enrol(event, &[3; 32], &[4; 16], &[5; 65], &[6; 65]).len(),
            18 + 16 + 32 + 3 * 32
        );
    }

    #[test]
    fn the_four_words_are_the_first_forty_bits() {
        let digest = sha256(&[b"safehall/words/v1\0", b"x"]);
        let words = four_words(b"x");

        assert_eq!(
            words[0],
            u16::from(digest[0]) << 2 | u16::from(digest[1]) >> 6
        );
        assert_eq!(
            words[3],
            u16::from(digest[3] & 3) << 8 | u16::from(digest[4])
        );
        assert!(words.iter().all(|word| *word < 1024));
    }
}
