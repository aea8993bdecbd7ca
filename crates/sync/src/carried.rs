//! What one phone brings of another: read within its limits before it is opened,
//! and again after. `proto/wire/v1/carried.proto` says what it is.

use bytes::Bytes;
use prost::Message as _;

use crate::frame::{FrameError, MAX_ITEMS, next_field};
use crate::ids::{DeviceId, EventId, StaffId};
use crate::wire::{Carried, CarriedBundle, CarriedHeader, Envelope};

/// The longest [`Carried`], in bytes.
pub const MAX_CARRIED: usize = 1024 * 1024;
/// The longest encoded header, in bytes.
const MAX_HEADER: usize = 128;
/// What is sealed is a multiple of this, so that its size tells little.
pub const BLOCK: usize = 1024;
/// What sealing adds, in bytes.
pub const TAG: usize = 16;

/// As it came, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The event that it says it is of.
    pub event: EventId,
    /// Who wrote it.
    pub staff: StaffId,
    /// Which device signed all of it.
    pub device: DeviceId,
    /// All this, byte for byte as it is bound to the rest.
    pub header: Vec<u8>,
    /// The sender's half of the key, an uncompressed point.
    pub enc: Vec<u8>,
    /// The bundle, sealed.
    pub sealed: Vec<u8>,
}

/// Reads what a phone carries.
///
/// # Errors
/// The first thing that is wrong.
pub fn decode(bytes: &[u8]) -> Result<Parcel, FrameError> {
    if bytes.len() > MAX_CARRIED {
        return Err(FrameError::TooBig);
    }
    let Carried {
        header,
        enc,
        sealed,
    } = Carried::decode(bytes).map_err(|_| FrameError::Unreadable)?;
    let blocks = !sealed.is_empty() && sealed.len().is_multiple_of(BLOCK);
    if header.len() > MAX_HEADER || enc.len() != 65 || enc.first() != Some(&4) || !blocks {
        return Err(FrameError::OverLimit);
    }
    let said = CarriedHeader::decode(header.as_slice()).map_err(|_| FrameError::Unreadable)?;
    let (Ok(event), Ok(staff), Ok(device)) = (
        EventId::try_from(said.event.as_slice()),
        StaffId::try_from(said.staff.as_slice()),
        DeviceId::try_from(said.device.as_slice()),
    ) else {
        return Err(FrameError::OverLimit);
    };
    let records = usize::try_from(said.records).unwrap_or(usize::MAX);
    if !(1..=MAX_ITEMS).contains(&records) {
        return Err(FrameError::OverLimit);
    }
    Ok(Parcel {
        event,
        staff,
        device,
        header,
        enc,
        sealed,
    })
}

/// Reads what was sealed. Envelopes share the memory of its bytes, and are
/// counted before anything is allocated for them.
///
/// # Errors
/// The first thing that is wrong.
pub fn unpack(opened: Bytes) -> Result<Vec<Envelope>, FrameError> {
    let (mut rest, mut fields) = (opened.clone(), 0);
    while next_field(&mut rest)?.is_some() {
        fields += 1;
        // Envelopes, and the padding.
        if fields > MAX_ITEMS + 1 {
            return Err(FrameError::TooBig);
        }
    }
    let bundle = CarriedBundle::decode(opened).map_err(|_| FrameError::Unreadable)?;
    if (1..=MAX_ITEMS).contains(&bundle.envelopes.len()) {
        Ok(bundle.envelopes)
    } else {
        Err(FrameError::OverLimit)
    }
}

/// What a phone seals: these envelopes, as long as some number of blocks.
#[must_use]
pub fn pack(envelopes: Vec<Envelope>) -> Vec<u8> {
    let mut bundle = CarriedBundle {
        envelopes,
        padding: Vec::new(),
    };
    // The length of the padding stands before it, in one byte or more: the first that fits.
    while !(bundle.encoded_len() + TAG).is_multiple_of(BLOCK) {
        bundle.padding.push(0);
    }
    bundle.encode_to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header() -> CarriedHeader {
        CarriedHeader {
            event: vec![1; 16],
            staff: vec![2; 16],
            device: vec![3; 16],
            records: 2,
            made_at: u64::MAX,
        }
    }

    fn carried() -> Carried {
        Carried {
            header: header().encode_to_vec(),
            enc: vec![4; 65],
            sealed: vec![5; BLOCK],
        }
    }

    fn read(carried: &Carried) -> Result<Parcel, FrameError> {
        decode(&carried.encode_to_vec())
    }

    fn envelope(bytes: usize) -> Envelope {
        Envelope {
            body: vec![7; bytes].into(),
            signature: vec![8; 64].into(),
        }
    }

    #[test]
    fn the_header_is_kept_as_it_came() {
        let mut one = carried();
        // A field that this build does not know.
        one.header.extend([0x78, 1]);

        let parcel = read(&one).ok().unwrap();

        assert_eq!(parcel.header, one.header);
        assert_eq!(parcel.device, DeviceId::from_bytes([3; 16]));
    }

    #[test]
    fn every_limit_has_its_refusal() {
        let with = |change: &dyn Fn(&mut Carried)| {
            let mut one = carried();
            change(&mut one);
            read(&one).err()
        };
        let headed = |change: &dyn Fn(&mut CarriedHeader)| {
            let mut one = header();
            change(&mut one);
            with(&|carried| carried.header = one.encode_to_vec())
        };

        assert_eq!(with(&|_| ()), None);
        assert_eq!(headed(&|_| ()), None);
        for refused in [
            with(&|one| one.enc.truncate(64)),
            with(&|one| one.enc[0] = 3),
            with(&|one| one.sealed.clear()),
            with(&|one| one.sealed.push(0)),
            with(&|one| one.header.extend([0x7a, 60].iter().chain(&[0; 60]))),
            headed(&|one| one.event.clear()),
            headed(&|one| one.staff.push(0)),
            headed(&|one| one.device.truncate(15)),
            headed(&|one| one.records = 0),
            headed(&|one| one.records = 501),
        ] {
            assert_eq!(refused, Some(FrameError::OverLimit));
        }
        assert_eq!(
            with(&|one| one.header.push(0xff)),
            Some(FrameError::Unreadable)
        );
        assert_eq!(
            decode(&vec![0; MAX_CARRIED + 1]).err(),
            Some(FrameError::TooBig)
        );
    }

    #[test]
    fn envelopes_are_counted_before_they_are_read() {
        let bundle = |envelopes: usize| {
            let envelopes = vec![Envelope::default(); envelopes];
            let padding = vec![0];
            CarriedBundle { envelopes, padding }.encode_to_vec().into()
        };

        assert_eq!(unpack(bundle(0)).err(), Some(FrameError::OverLimit));
        assert_eq!(unpack(bundle(500)).map(|all| all.len()), Ok(500));
        assert_eq!(unpack(bundle(501)).err(), Some(FrameError::TooBig));
    }

    proptest! {
        #[test]
        fn what_is_packed_fills_whole_blocks_and_comes_out_again(sizes in proptest::collection::vec(0_usize..900, 1..6)) {
            let envelopes: Vec<_> = sizes.into_iter().map(envelope).collect();
            let packed = pack(envelopes.clone());
            prop_assert_eq!((packed.len() + TAG) % BLOCK, 0);
            prop_assert_eq!(unpack(packed.into()), Ok(envelopes));
        }

        #[test]
        fn no_bytes_can_hurt(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
            let _ = unpack(bytes.into());
        }
    }
}
