//! Not one bit of an envelope can be another one.

use prost::Message as _;
use safehall_sync::admission::at_the_door;
use safehall_sync::document::birth;
use safehall_sync::envelope::{self, Birth, Draft};
use safehall_sync::ids::{self, DocumentId, EventId, StaffId};
use safehall_sync::wire::{Envelope, Kind, Restricted};
use safehall_testkit::chance::Chance;
use safehall_testkit::keys::SigningKey;

use super::hub::{Author, Hub, Phone};
use super::play_all;

const ALL: u64 = 200;
const SHARE: u64 = 3;
const EVENT: EventId = EventId::from_bytes([1; 16]);

#[test]
fn an_envelope_with_one_bit_flipped_is_refused() {
    let usual = safehall_tests::full_or(ALL, SHARE);

    let (envelopes, [flips]) = play_all("flipped", usual, |seed| {
        let (envelope, key) = sealed(seed);
        let whole = envelope.encode_to_vec();
        assert!(enters(&whole, &key), "the envelope itself is refused");
        for bit in 0..whole.len() * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(
                !enters(&flipped, &key),
                "bit {bit} of {} says nothing",
                whole.len() * 8
            );
        }
        [whole.len() as u64 * 8]
    });

    println!("{envelopes} envelopes, {flips} flipped bits, 0 accepted");
}

/// Whoever has a signature can make a second one that holds too. It is no
/// second change.
#[test]
fn a_malleated_signature_gives_the_same_change() {
    for seed in 0..50 {
        let (envelope, key) = sealed(seed);
        let mut other = envelope.clone();
        let signature = envelope.signature.to_vec();
        other.signature = [&signature[..32], &below_order(&signature[32..])]
            .concat()
            .into();
        let key_of = |_| Some(key.as_slice());

        let (one, two) = (
            at_the_door(&envelope, EVENT, key_of).expect("honest"),
            at_the_door(&other, EVENT, key_of).expect("it holds as well"),
        );

        assert_ne!(envelope.signature, other.signature);
        assert!(one == two);
        assert_eq!(envelope::id_of(&envelope), envelope::id_of(&other));
    }
}

fn enters(bytes: &[u8], key: &[u8]) -> bool {
    let device = ids::device_of(key);
    Envelope::decode(bytes).is_ok_and(|envelope| {
        at_the_door(&envelope, EVENT, |id| (id == device).then_some(key)).is_ok()
    })
}

fn sealed(seed: u64) -> (Envelope, Vec<u8>) {
    let mut chance = Chance::seeded(seed).branch("flips");
    let key = SigningKey::drawn(&mut chance);
    let author = Author {
        device: ids::device_of(&key.public()),
        ..Author::drawn(&mut chance)
    };
    let kind = birth::KINDS[usize::try_from(seed).unwrap() % birth::KINDS.len()];
    let mut phone = Phone::new(&Hub::born(kind), author, &mut chance);
    phone.write(kind, &mut chance);
    let case = DocumentId::from_bytes(*chance.id().as_bytes());
    let document = match kind {
        Kind::Chair => ids::chair_of(case),
        Kind::Notice => ids::notice_of(EVENT),
        Kind::Duty => ids::duty_of(EVENT),
        Kind::Case | Kind::Identity | Kind::Unspecified => case,
    };
    let birth = Birth {
        parent: matches!(kind, Kind::Chair | Kind::Identity).then_some(case),
        restricted: if kind == Kind::Case {
            Restricted::StaffNamed
        } else {
            Restricted::None
        },
        excluded: vec![StaffId::from_bytes(chance.bytes())],
    };
    let draft = Draft {
        event: EVENT,
        document,
        kind,
        device: author.device,
        change: &phone.unsent[0],
        birth: chance
            .one_in(2)
            .then_some(birth)
            .or_else(|| needs_birth(kind, case)),
    };
    (draft.seal(|message| key.sign(message)), key.public())
}

fn needs_birth(kind: Kind, case: DocumentId) -> Option<Birth> {
    matches!(kind, Kind::Chair | Kind::Identity).then_some(Birth {
        parent: Some(case),
        restricted: Restricted::None,
        excluded: Vec::new(),
    })
}

/// n − s, where n is the order of P-256.
fn below_order(s: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = *b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";
    let (mut difference, mut borrow) = ([0; 32], false);
    for at in (0..32).rev() {
        let (one, first) = ORDER[at].overflowing_sub(s[at]);
        let (two, second) = one.overflowing_sub(u8::from(borrow));
        difference[at] = two;
        borrow = first || second;
    }
    difference.to_vec()
}
