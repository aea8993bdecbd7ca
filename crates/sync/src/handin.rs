//! The last word of a device that lost its access, out of bytes that anybody
//! can send: it has no token, and its signature is looked at only afterwards.

use bytes::Bytes;
use prost::Message as _;

use crate::frame::{FrameError, MAX_ITEMS, next_field};
use crate::wire::HandIn;

/// The longest hand-in, in bytes: 4 MiB of envelopes and a little around them.
pub const MAX_HAND_IN: usize = 4 * 1024 * 1024 + 8 * 1024;
/// The longest challenge, in bytes.
const MAX_CHALLENGE: usize = 96;
/// Envelopes, and every other field once.
const MAX_FIELDS: usize = MAX_ITEMS + 4;

/// Reads a hand-in. Envelopes share the memory of its bytes. They are counted
/// before anything is allocated: two bytes can announce an envelope, which
/// takes thirty times as many in memory.
///
/// # Errors
/// The first thing that is wrong.
pub fn decode(bytes: Bytes) -> Result<HandIn, FrameError> {
    if bytes.len() > MAX_HAND_IN {
        return Err(FrameError::TooBig);
    }
    let (mut rest, mut fields) = (bytes.clone(), 0);
    while next_field(&mut rest)?.is_some() {
        fields += 1;
        if fields > MAX_FIELDS {
            return Err(FrameError::TooBig);
        }
    }
    let hand_in = HandIn::decode(bytes).map_err(|_| FrameError::Unreadable)?;
    let within_limits = hand_in.device.len() == 16
        && hand_in.challenge.len() <= MAX_CHALLENGE
        && hand_in.signature.len() == 64
        && hand_in.envelopes.len() <= MAX_ITEMS
        && (hand_in.envelopes.is_empty() || !hand_in.wiped);
    if within_limits {
        Ok(hand_in)
    } else {
        Err(FrameError::OverLimit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Envelope;

    fn hand_in(envelopes: usize) -> HandIn {
        HandIn {
            device: vec![1; 16],
            challenge: vec![2; 96],
            signature: vec![3; 64],
            envelopes: vec![Envelope::default(); envelopes],
            wiped: false,
        }
    }

    fn read(hand_in: &HandIn) -> Result<HandIn, FrameError> {
        decode(hand_in.encode_to_vec().into())
    }

    #[test]
    fn it_reads_as_what_was_said() {
        assert_eq!(read(&hand_in(MAX_ITEMS)), Ok(hand_in(MAX_ITEMS)));
    }

    #[test]
    fn every_limit_has_its_refusal() {
        let with = |change: &dyn Fn(&mut HandIn)| {
            let mut one = hand_in(1);
            change(&mut one);
            read(&one).err()
        };

        assert_eq!(with(&|_| ()), None);
        assert_eq!(
            with(&|one| one.device = vec![0; 15]),
            Some(FrameError::OverLimit)
        );
        assert_eq!(
            with(&|one| one.challenge = vec![0; 97]),
            Some(FrameError::OverLimit)
        );
        assert_eq!(
            with(&|one| one.signature.clear()),
            Some(FrameError::OverLimit)
        );
        assert_eq!(
            with(&|one| one.wiped = true),
            Some(FrameError::OverLimit),
            "who emptied itself has nothing to hand in"
        );
        assert_eq!(
            read(&hand_in(MAX_ITEMS + 1)).err(),
            Some(FrameError::OverLimit)
        );
        assert_eq!(
            read(&hand_in(MAX_ITEMS * 10)).err(),
            Some(FrameError::TooBig),
            "counted before they are read"
        );
        assert_eq!(
            decode(vec![0; MAX_HAND_IN + 1].into()).err(),
            Some(FrameError::TooBig)
        );
    }
}
