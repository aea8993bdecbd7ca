//! Frames out of bytes, and bytes out of frames.
//!
//! A body of `POST /v1/sync` is a sequence of frames, each after its length as
//! a varint; a WebSocket message is one frame without a length. Sizes and
//! counts are checked before anything is allocated for them.

use bytes::{Buf as _, Bytes, BytesMut};
use prost::Message as _;
use prost::encoding::{WireType, decode_key, decode_varint};

use crate::wire::{Envelope, Frame, Leaving, frame::Kind};

/// The longest frame, in bytes.
pub const MAX_FRAME: usize = 307_200;
/// How many envelopes or change ids one frame carries.
pub const MAX_ITEMS: usize = 500;
/// The longest cursor, in bytes.
pub const MAX_CURSOR: usize = 128;
/// The longest access token, in bytes.
pub const MAX_TOKEN: usize = 2_048;
/// The longest name of an app's version, in bytes.
pub const MAX_APP_VERSION: usize = 32;

/// The longest name of a device, in characters.
pub const MAX_LABEL: usize = 12;

/// Why bytes are no frame. None of the frames behind it were read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FrameError {
    /// It ends in the middle.
    #[error("the bytes end in the middle of a frame")]
    Truncated,
    /// Longer than a frame may be, or too many items in it.
    #[error("the frame is too big")]
    TooBig,
    /// Not Protocol Buffers.
    #[error("the bytes are no frame")]
    Unreadable,
    /// A frame of a kind that this build does not know.
    #[error("the frame is of an unknown kind")]
    Unknown,
    /// A field that is longer or shorter than it may be.
    #[error("a field of the frame is not within its limit")]
    OverLimit,
    /// A web page, as captive portals answer with.
    #[error("a web page came in place of a frame")]
    WebPage,
}

impl FrameError {
    /// How the server takes its leave of a device that sent this.
    #[must_use]
    pub const fn leaving(self) -> Leaving {
        match self {
            Self::Unknown => Leaving::UnknownFrame,
            Self::TooBig => Leaving::TooBig,
            Self::Truncated | Self::Unreadable | Self::OverLimit | Self::WebPage => {
                Leaving::Unreadable
            }
        }
    }
}

/// Reads one frame that fills these bytes. Envelopes share their memory.
///
/// # Errors
/// The first thing that is wrong.
pub fn decode(bytes: Bytes) -> Result<Kind, FrameError> {
    if bytes.len() > MAX_FRAME {
        return Err(FrameError::TooBig);
    }
    count_items(bytes.clone())?;
    let frame = Frame::decode(bytes).map_err(|_| FrameError::Unreadable)?;
    let kind = frame.kind.ok_or(FrameError::Unknown)?;
    if within_limits(&kind) {
        Ok(kind)
    } else {
        Err(FrameError::OverLimit)
    }
}

/// The frame's bytes, without a length before them.
#[must_use]
pub fn encode(kind: Kind) -> Bytes {
    Frame::from(kind).encode_to_vec().into()
}

/// Reads a sequence of frames, each after its length.
#[must_use]
pub const fn sequence(bytes: Bytes) -> Sequence {
    Sequence {
        rest: bytes,
        at_the_start: true,
    }
}

/// The frames of a sequence, in order. After an error there is nothing more.
#[derive(Clone, Debug)]
pub struct Sequence {
    rest: Bytes,
    at_the_start: bool,
}

impl Iterator for Sequence {
    type Item = Result<Kind, FrameError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        if std::mem::take(&mut self.at_the_start) && is_a_web_page(&self.rest) {
            self.rest.clear();
            return Some(Err(FrameError::WebPage));
        }
        let read = self.split().and_then(decode);
        if read.is_err() {
            self.rest.clear();
        }
        Some(read)
    }
}

impl Sequence {
    fn split(&mut self) -> Result<Bytes, FrameError> {
        // The longest length takes three bytes; a varint that goes on is not one of ours.
        let mut head = self.rest.slice(..self.rest.len().min(3));
        let whole = head.len();
        let length = decode_varint(&mut head).map_err(|_| {
            if whole == 3 {
                FrameError::TooBig
            } else {
                FrameError::Truncated
            }
        })?;
        let length = usize::try_from(length).map_err(|_| FrameError::TooBig)?;
        if length > MAX_FRAME {
            return Err(FrameError::TooBig);
        }
        self.rest.advance(whole - head.len());
        if length > self.rest.len() {
            return Err(FrameError::Truncated);
        }
        Ok(self.rest.split_to(length))
    }
}

/// A sequence with these frames.
#[must_use]
pub fn encode_sequence(frames: impl IntoIterator<Item = Kind>) -> Bytes {
    let mut bytes = BytesMut::new();
    for kind in frames {
        bytes.extend_from_slice(&Frame::from(kind).encode_length_delimited_to_vec());
    }
    bytes.freeze()
}

/// How many bytes this envelope takes in a `Push` or a `Batch`, its time of
/// receipt included.
#[must_use]
pub fn size_in_frame(envelope: &Envelope) -> usize {
    const TAGS_LENGTH_AND_TIME: usize = 16;
    envelope.encoded_len() + TAGS_LENGTH_AND_TIME
}

/// Twice the items, for `Batch` has two lists, and a few other fields.
const MAX_FIELDS: usize = 2 * MAX_ITEMS + 16;

/// The numbers of the kinds that [`Frame`] has; what came later is unknown.
const KINDS: std::ops::RangeInclusive<u32> = 1..=13;
/// Its times are numbers in a row, without a tag before each.
const BATCH: u32 = 6;
const RECEIVED_AT: u32 = 2;

/// Counts the fields one level down, and the times of a batch, so that a frame
/// of empty envelopes or of times that take one byte each cannot take many
/// times its size in memory.
fn count_items(mut frame: Bytes) -> Result<(), FrameError> {
    let mut fields = 0;
    while let Some((kind, mut inner)) = next_field(&mut frame)? {
        if !KINDS.contains(&kind) {
            continue;
        }
        // A group ends this with an error; `Frame` would step over it and read on.
        while let Some((number, content)) = next_field(&mut inner)? {
            fields += match (kind, number) {
                (BATCH, RECEIVED_AT) => numbers_in(&content).max(1),
                _ => 1,
            };
            if fields > MAX_FIELDS {
                return Err(FrameError::TooBig);
            }
        }
    }
    Ok(())
}

/// How many varints stand in these bytes: each ends with a byte below 128.
fn numbers_in(packed: &[u8]) -> usize {
    packed.iter().filter(|byte| **byte < 0x80).count()
}

/// Takes one field off the front: its number, and its content if it has any.
pub(crate) fn next_field(bytes: &mut Bytes) -> Result<Option<(u32, Bytes)>, FrameError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let (number, wire_type) = decode_key(bytes).map_err(|_| FrameError::Unreadable)?;
    let length = match wire_type {
        WireType::Varint => {
            decode_varint(bytes).map_err(|_| FrameError::Unreadable)?;
            return Ok(Some((number, Bytes::new())));
        }
        WireType::SixtyFourBit => 8,
        WireType::ThirtyTwoBit => 4,
        WireType::LengthDelimited => decode_varint(bytes).map_err(|_| FrameError::Unreadable)?,
        WireType::StartGroup | WireType::EndGroup => return Err(FrameError::Unreadable),
    };
    match usize::try_from(length) {
        Ok(length) if length <= bytes.len() => Ok(Some((number, bytes.split_to(length)))),
        _ => Err(FrameError::Unreadable),
    }
}

fn within_limits(kind: &Kind) -> bool {
    let empty_or = |bytes: &[u8], length| bytes.is_empty() || bytes.len() == length;
    match kind {
        Kind::Hello(hello) => {
            hello.token.len() <= MAX_TOKEN
                && empty_or(&hello.epoch, 16)
                && hello.cursor.len() <= MAX_CURSOR
                && hello.app_version.len() <= MAX_APP_VERSION
                && empty_or(&hello.pack_hash, 32)
        }
        Kind::Welcome(welcome) => {
            welcome.epoch.len() == 16
                && empty_or(&welcome.pack_hash, 32)
                && welcome
                    .checkpoint
                    .as_ref()
                    .is_none_or(|point| point.head.len() == 32 && point.signature.len() == 64)
                && welcome.covers.len() <= MAX_ITEMS
                && welcome.covers.iter().all(|cover| cover.len() == 32)
        }
        Kind::Push(push) => (1..=MAX_ITEMS).contains(&push.envelopes.len()),
        Kind::Kept(kept) => {
            kept.change_ids.len() <= MAX_ITEMS
                && kept.change_ids.iter().all(|id| id.len() == 32)
                && kept.earlier.len() <= MAX_ITEMS
                && kept
                    .earlier
                    .iter()
                    .all(|one| one.change_id.len() == 32 && one.via.chars().count() <= MAX_LABEL)
        }
        Kind::Refused(refused) => {
            refused.refusals.len() <= MAX_ITEMS
                && refused.refusals.iter().all(|one| one.change_id.len() == 32)
        }
        Kind::Batch(batch) => {
            batch.envelopes.len() <= MAX_ITEMS
                && batch.received_at.len() == batch.envelopes.len()
                && batch.cursor.len() <= MAX_CURSOR
        }
        Kind::Forget(forget) => forget.document.len() == 16,
        Kind::Opened(opened) => opened.document.len() == 16,
        Kind::Dropped(dropped) => {
            (1..=MAX_ITEMS).contains(&dropped.documents.len())
                && dropped.documents.iter().all(|id| id.len() == 16)
        }
        Kind::Ping(_) | Kind::Pong(_) | Kind::Goodbye(_) | Kind::Farewell(_) => true,
    }
}

/// No sequence of frames begins like this: the byte after the length would be
/// the key of a field that `Frame` does not have.
fn is_a_web_page(bytes: &[u8]) -> bool {
    let text = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    [b"<!".as_slice(), b"<h", b"<H", b"<?"]
        .iter()
        .any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{Batch, Hello, Ping, Push};

    fn hello() -> Kind {
        Kind::Hello(Hello {
            protocol: 1,
            token: "t".repeat(300),
            epoch: vec![1; 16],
            ..Default::default()
        })
    }

    fn push(envelopes: usize, bytes: usize) -> Kind {
        let envelope = Envelope {
            body: vec![7; bytes].into(),
            signature: vec![8; 64].into(),
        };
        Kind::Push(Push {
            push_id: 1,
            envelopes: vec![envelope; envelopes],
        })
    }

    fn first_error(bytes: Bytes) -> Option<FrameError> {
        sequence(bytes).find_map(Result::err)
    }

    #[test]
    fn frames_come_out_as_they_went_in() {
        let frames = vec![hello(), push(3, 200), Kind::Ping(Ping {})];

        let read: Result<Vec<_>, _> = sequence(encode_sequence(frames.clone())).collect();

        assert_eq!(read, Ok(frames));
    }

    #[test]
    fn a_cut_sequence_gives_the_whole_frames_and_says_that_it_was_cut() {
        let whole = encode_sequence([hello(), push(3, 200)]);
        let first = encode_sequence([hello()]).len();

        for end in 1..whole.len() {
            let mut read = sequence(whole.slice(..end));
            if end >= first {
                assert_eq!(read.next(), Some(Ok(hello())));
            }
            assert_eq!(
                read.next(),
                (end != first).then_some(Err(FrameError::Truncated)),
                "cut at {end}"
            );
            assert_eq!(read.next(), None);
        }
    }

    #[test]
    fn a_length_that_is_too_big_is_refused_before_its_bytes_arrive() {
        assert_eq!(
            first_error(Bytes::from_static(&[0x81, 0xe0, 0x12])),
            Some(FrameError::TooBig)
        );
        assert_eq!(
            first_error(Bytes::from_static(&[0xff; 10])),
            Some(FrameError::TooBig)
        );
        assert_eq!(
            decode(vec![0; MAX_FRAME + 1].into()),
            Err(FrameError::TooBig)
        );
    }

    #[test]
    fn a_frame_of_nothing_but_empty_envelopes_is_refused_before_they_are_made() {
        let empty_envelopes = [0x12, 0x00].repeat(MAX_FIELDS + 1);
        let mut frame = vec![0x1a];
        prost::encoding::encode_varint(empty_envelopes.len() as u64, &mut frame);
        frame.extend(empty_envelopes);

        assert_eq!(decode(frame.into()), Err(FrameError::TooBig));
    }

    /// One frame of this kind with this content.
    fn frame_of(number: u32, content: &[u8]) -> Bytes {
        let mut frame = Vec::new();
        prost::encoding::encode_key(number, WireType::LengthDelimited, &mut frame);
        prost::encoding::encode_varint(content.len() as u64, &mut frame);
        frame.extend(content);
        frame.into()
    }

    #[test]
    fn envelopes_behind_a_group_are_counted_too() {
        const GROUP: [u8; 2] = [0x7b, 0x7c];
        let behind_a_group = [&GROUP[..], &[0x12, 0x00].repeat(100_000)].concat();

        assert_eq!(
            decode(frame_of(3, &behind_a_group)),
            Err(FrameError::Unreadable)
        );
    }

    #[test]
    fn times_of_one_byte_are_counted_before_they_are_made() {
        let mut times = vec![0x12];
        prost::encoding::encode_varint(70_000, &mut times);
        times.extend([1; 70_000]);

        assert_eq!(decode(frame_of(BATCH, &times)), Err(FrameError::TooBig));
    }

    #[test]
    fn the_first_unknown_kind_is_the_one_after_the_last() {
        let unknown = |number| decode(frame_of(number, &[])) == Err(FrameError::Unknown);

        assert!(!KINDS.into_iter().any(unknown));
        assert!(unknown(KINDS.end() + 1));
    }

    #[test]
    fn a_frame_from_the_future_is_named_as_unknown() {
        let frame_99 = [0x9a, 0x06, 0x01, 0x00];

        assert_eq!(
            decode(Bytes::copy_from_slice(&frame_99)),
            Err(FrameError::Unknown)
        );
        assert_eq!(decode(Bytes::new()), Err(FrameError::Unknown));
    }

    #[test]
    fn a_captive_portals_page_is_named_as_a_web_page() {
        for page in [
            "<!DOCTYPE html><html>",
            "\n\n<html><head>",
            "\u{feff}<HTML>",
            "<?xml version='1.0'?>",
        ] {
            assert_eq!(
                first_error(page.into()),
                Some(FrameError::WebPage),
                "{page}"
            );
        }
    }

    #[test]
    fn every_field_is_held_to_its_limit() {
        let over = [
            Kind::Hello(Hello {
                token: "t".repeat(MAX_TOKEN + 1),
                ..Default::default()
            }),
            Kind::Hello(Hello {
                epoch: vec![0; 15],
                ..Default::default()
            }),
            Kind::Hello(Hello {
                cursor: vec![0; MAX_CURSOR + 1],
                ..Default::default()
            }),
            Kind::Push(Push::default()),
            push(MAX_ITEMS + 1, 0),
            Kind::Batch(Batch {
                received_at: vec![1],
                ..Default::default()
            }),
            Kind::Forget(crate::wire::Forget {
                document: vec![0; 17],
            }),
        ];
        for kind in over {
            assert_eq!(decode(encode(kind)), Err(FrameError::OverLimit));
        }
        assert!(decode(encode(push(MAX_ITEMS, 10))).is_ok());
    }

    proptest! {
        #[test]
        fn no_bytes_can_hurt(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let bytes = Bytes::from(bytes);
            prop_assert!(sequence(bytes.clone()).count() <= bytes.len());
            let _ = decode(bytes);
        }

        #[test]
        fn damage_in_a_sequence_never_hurts(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut bytes = encode_sequence([hello(), push(4, 90), Kind::Batch(Batch { cursor: vec![1; 40], ..Default::default() })]).to_vec();
            let at = at.index(bytes.len());
            bytes[at] = to;
            prop_assert!(sequence(bytes.into()).count() <= 600);
        }
    }
}
