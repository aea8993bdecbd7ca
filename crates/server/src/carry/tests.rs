use std::path::PathBuf;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use rustls::crypto::hpke::HpkePublicKey;
use safehall_sync::carried;
use safehall_sync::ids::{DeviceId, EventId, StaffId};
use safehall_sync::wire::{Carried, CarriedHeader, Envelope, Pack};
use serde_json::{Value, json};

use super::*;
use crate::hex;

const EVENT: [u8; 16] = [0xaa; 16];
const SECRET: [u8; 32] = [0x5c; 32];
const SEED: [u8; 32] = [0x5e; 32];

fn carry(secret: u8, event: [u8; 16]) -> Carry {
    let signet = Signet::new(&SEED, &event).unwrap();
    Carry::new(&[secret; 32], &event, &signet).unwrap()
}

fn in_pack(carry: &Carry) -> Pack {
    Pack::decode(carry.in_pack(Vec::new()).as_slice()).unwrap()
}

fn envelope(content: u8) -> Envelope {
    Envelope {
        body: vec![content; 900].into(),
        signature: vec![content; 64].into(),
    }
}

/// As a phone does it.
fn seal(to: &Carry, envelopes: Vec<Envelope>) -> Carried {
    let header = CarriedHeader {
        event: EVENT.to_vec(),
        staff: vec![0xbb; 16],
        device: vec![0xcc; 16],
        records: 1,
        made_at: 1_790_676_000_000,
    };
    let header = header.encode_to_vec();
    let sealed = DH_KEM_P256_HKDF_SHA256_AES_256.seal(
        &signing::carried(EventId::from_bytes(EVENT)),
        &header,
        &carried::pack(envelopes),
        &HpkePublicKey(in_pack(to).carry_key),
    );
    let (enc, sealed) = sealed.unwrap();
    Carried {
        header,
        enc: enc.0,
        sealed,
    }
}

fn read(carried: &Carried) -> Option<Parcel> {
    carried::decode(&carried.encode_to_vec()).ok()
}

#[test]
fn what_a_phone_sealed_opens_under_its_own_header_only() {
    let carry = carry(0x5c, EVENT);
    let whole = seal(&carry, vec![envelope(1), envelope(2)]);
    let parcel = read(&whole).unwrap();
    assert_eq!(parcel.staff, StaffId::from_bytes([0xbb; 16]));
    assert_eq!(parcel.device, DeviceId::from_bytes([0xcc; 16]));

    let opened = carry.open(&parcel).unwrap();

    let envelopes = carried::unpack(opened).unwrap();
    assert_eq!(envelopes, [envelope(1), envelope(2)]);
    let renamed = |change: &dyn Fn(&mut Parcel)| {
        let mut parcel = parcel.clone();
        change(&mut parcel);
        carry.open(&parcel)
    };
    assert!(renamed(&|_| ()).is_some());
    // Somebody else's name on it, by a carrier.
    assert!(renamed(&|one| *one.header.last_mut().unwrap() ^= 1).is_none());
    assert!(renamed(&|one| one.header.push(0)).is_none());
}

#[test]
fn neither_another_key_nor_another_event_opens_it() {
    let whole = seal(&carry(0x5c, EVENT), vec![envelope(1)]);
    let parcel = read(&whole).unwrap();

    assert!(carry(0x5d, EVENT).open(&parcel).is_none());
    assert!(carry(0x5c, [0xab; 16]).open(&parcel).is_none());
}

/// Each bit of it turned round, and each length it could be cut to.
#[test]
fn one_bit_changed_or_one_byte_cut_off_and_it_is_nothing() {
    let carry = carry(0x5c, EVENT);
    let bytes = seal(&carry, vec![envelope(1)]).encode_to_vec();
    let opens = |bytes: &[u8]| {
        let parcel = carried::decode(bytes).ok()?;
        carry.open(&parcel)
    };
    assert!(opens(&bytes).is_some());

    for at in 0..bytes.len() * 8 {
        let mut turned = bytes.clone();
        turned[at / 8] ^= 1 << (at % 8);
        assert!(opens(&turned).is_none(), "bit {at}");
    }
    for end in 0..bytes.len() {
        assert!(opens(&bytes[..end]).is_none(), "cut at {end}");
    }
}

/// Points that are none of the curve: an answer about them would tell of the key.
#[test]
fn a_point_beside_the_curve_opens_nothing() {
    let carry = carry(0x5c, EVENT);
    let parcel = read(&seal(&carry, vec![envelope(1)])).unwrap();
    for point in [[0; 64], [0xff; 64], [1; 64]] {
        let mut one = parcel.clone();
        one.enc = [&[4], point.as_slice()].concat();
        assert!(carry.open(&one).is_none());
    }
}

#[test]
fn the_pack_names_the_key_and_the_server_signs_for_it() {
    let carry = carry(0x5c, EVENT);
    let stored = Pack {
        name: "Hall".to_owned(),
        ..Pack::default()
    };
    let stored = stored.encode_to_vec();
    let handed_out = carry.in_pack(stored.clone());

    let pack = Pack::decode(handed_out.as_slice()).unwrap();

    assert_eq!(pack.name, "Hall");
    let hash: [u8; 32] = Sha256::digest(&handed_out).into();
    assert_eq!(carry.pack_hash(&stored), hash);
    let signet = Signet::new(&SEED, &EVENT).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, signet.public());
    let said = signing::carry(EventId::from_bytes(EVENT), &pack.carry_key);
    assert!(key.verify(&said, &pack.carry_signature).is_ok());
    let elsewhere = signing::carry(EventId::from_bytes([1; 16]), &pack.carry_key);
    assert!(key.verify(&elsewhere, &pack.carry_signature).is_err());
}

/// Both languages open what the other one sealed: each writes its own line with
/// `WRITE_VECTORS=1` and reads all of them.
#[test]
fn what_either_language_sealed_is_opened_here() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../proto/vectors/carried.json");
    let carry = carry(SECRET[0], EVENT);
    if std::env::var_os("WRITE_VECTORS").is_some() {
        let read = std::fs::read_to_string(&file).unwrap_or_else(|_| "{}".to_owned());
        let written = with_our_line(&carry, serde_json::from_str(&read).unwrap());
        let mut text = Vec::new();
        let tabs = serde_json::ser::PrettyFormatter::with_indent(b"\t");
        let mut out = serde_json::Serializer::with_formatter(&mut text, tabs);
        serde::Serialize::serialize(&written, &mut out).unwrap();
        text.push(b'\n');
        std::fs::write(&file, text).unwrap();
    }
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let pack = in_pack(&carry);
    assert_eq!(bytes(&vectors["event"]), EVENT);
    assert_eq!(bytes(&vectors["secret"]), SECRET);
    assert_eq!(bytes(&vectors["carry_key"]), pack.carry_key);
    assert_eq!(bytes(&vectors["carry_signature"]), pack.carry_signature);
    let lines = vectors["sealed"].as_array().unwrap();
    for line in lines {
        let by = &line["by"];
        let parcel = carried::decode(&bytes(&line["carried"])).expect("within the limits");
        let opened = carry
            .open(&parcel)
            .unwrap_or_else(|| panic!("{by}: cannot be opened"));
        let envelopes: Vec<Vec<u8>> = carried::unpack(opened)
            .unwrap()
            .iter()
            .map(prost::Message::encode_to_vec)
            .collect();
        let expected: Vec<_> = line["envelopes"]
            .as_array()
            .unwrap()
            .iter()
            .map(bytes)
            .collect();
        assert_eq!(envelopes, expected, "{by}");
    }
    for by in ["server", "app"] {
        assert!(lines.iter().any(|line| line["by"] == by), "{by}");
    }
}

fn with_our_line(carry: &Carry, before: Value) -> Value {
    let pack = in_pack(carry);
    let envelopes = vec![envelope(1), envelope(2)];
    let ours = json!({
        "by": "server",
        "carried": hex::encode(&seal(carry, envelopes.clone()).encode_to_vec()),
        "envelopes": envelopes.iter().map(|one| hex::encode(&one.encode_to_vec())).collect::<Vec<_>>(),
    });
    let lines = before["sealed"].as_array().cloned().unwrap_or_default();
    let others = lines.into_iter().filter(|line| line["by"] != "server");
    json!({
        "rule": "What one language sealed, the other opens: `carried` is an encoded wire.v1.Carried, `envelopes` are the \
                 encoded wire.v1.Envelopes inside, `secret` is the private half of `carry_key` as 32 bytes, big-endian, \
                 and `server_key` checks `carry_signature`. Bytes are in hex. Each language writes the line that names it.",
        "event": hex::encode(&EVENT),
        "secret": hex::encode(&SECRET),
        "carry_key": hex::encode(&pack.carry_key),
        "server_key": hex::encode(Signet::new(&SEED, &EVENT).unwrap().public()),
        "carry_signature": hex::encode(&pack.carry_signature),
        "sealed": others.chain([ours]).collect::<Vec<_>>(),
    })
}

fn bytes(hex: &Value) -> Vec<u8> {
    let text = hex.as_str().unwrap();
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
