//! A change taken apart by its format, to be put together again with a fault in
//! one place and everything around it right.

use safehall_testkit::chance::Chance;
use sha2::{Digest as _, Sha256};

#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) dependencies: Vec<Vec<u8>>,
    /// The author first.
    pub(crate) actors: Vec<Vec<u8>>,
    pub(crate) seq: u64,
    pub(crate) start_op: u64,
    time: Vec<u8>,
    pub(crate) message: Vec<u8>,
    pub(crate) columns: Vec<(u64, Vec<u8>)>,
    pub(crate) extra: Vec<u8>,
}

/// The action of each operation.
pub(crate) const ACTION: u64 = 0x42;
/// Names that stand for columns, known ones and not.
const NAMES: [u64; 18] = [
    0x01, 0x02, 0x11, 0x13, 0x15, 0x34, ACTION, 0x56, 0x57, 0x70, 0x71, 0x73, 0x94, 0xa5, 0x08,
    0x4a, 0x66, 0xf0,
];
/// Numbers at which something ends.
const NUMBERS: [u64; 10] = [
    0,
    1,
    2,
    127,
    128,
    20_001,
    u32::MAX as u64 - 1,
    u32::MAX as u64,
    1 << 53,
    1 << 62,
];

impl Parts {
    pub(crate) fn of(change: &[u8]) -> Self {
        let mut rest = &change[9..];
        number(&mut rest);
        let dependencies = (0..number(&mut rest))
            .map(|_| take(&mut rest, 32))
            .collect();
        let mut actors = vec![prefixed(&mut rest)];
        let (seq, start_op) = (number(&mut rest), number(&mut rest));
        let signed = rest
            .iter()
            .position(|byte| byte & 0x80 == 0)
            .expect("an end")
            + 1;
        let time = take(&mut rest, signed);
        let message = prefixed(&mut rest);
        for _ in 0..number(&mut rest) {
            actors.push(prefixed(&mut rest));
        }
        let layout: Vec<(u64, u64)> = (0..number(&mut rest))
            .map(|_| (number(&mut rest), number(&mut rest)))
            .collect();
        let columns = layout
            .into_iter()
            .map(|(name, length)| {
                (
                    name,
                    take(&mut rest, usize::try_from(length).expect("short")),
                )
            })
            .collect();
        Self {
            dependencies,
            actors,
            seq,
            start_op,
            time,
            message,
            columns,
            extra: rest.to_vec(),
        }
    }

    /// Whole again: length and checksum are right.
    pub(crate) fn change(&self) -> Vec<u8> {
        let mut content = leb(self.dependencies.len() as u64);
        content.extend(self.dependencies.concat());
        put(
            &mut content,
            self.actors.first().map_or(&[][..], |actor| actor),
        );
        content.extend(leb(self.seq));
        content.extend(leb(self.start_op));
        content.extend(&self.time);
        put(&mut content, &self.message);
        let others = self.actors.get(1..).unwrap_or_default();
        content.extend(leb(others.len() as u64));
        others.iter().for_each(|actor| put(&mut content, actor));
        content.extend(leb(self.columns.len() as u64));
        for (name, column) in &self.columns {
            content.extend(leb(*name));
            content.extend(leb(column.len() as u64));
        }
        for (_, column) in &self.columns {
            content.extend(column);
        }
        content.extend(&self.extra);
        whole(1, &content)
    }

    /// One fault, drawn. `other` is somebody else's change to the same document.
    pub(crate) fn damage(&mut self, other: &Self, chance: &mut Chance) {
        let drawn = NUMBERS[chance.index(NUMBERS.len())];
        match chance.between(0..=15) {
            0 => {
                self.start_op = self
                    .start_op
                    .wrapping_add(chance.between(0..=2))
                    .saturating_sub(1)
            }
            1 => self.start_op = drawn,
            2 => self.seq = drawn,
            3 => self.dependencies.clone_from(&other.dependencies),
            4 => drop(self.dependencies.pop()),
            5 => self.dependencies.push(chance.bytes::<32>().to_vec()),
            6 => self.actors.push(chance.bytes::<16>().to_vec()),
            7 => self.actors.push(other.actors[0].clone()),
            8 => self.message = b"a message".to_vec(),
            9 => self.extra = vec![0; 1 + chance.index(9)],
            10 if !self.columns.is_empty() => {
                let place = chance.index(self.columns.len());
                self.columns.remove(place);
            }
            11 => {
                let name = NAMES[chance.index(NAMES.len())];
                let column = other.columns.iter().find(|(known, _)| *known == name);
                let content = column.map_or_else(|| leb(drawn), |(_, content)| content.clone());
                self.columns.retain(|(known, _)| *known != name);
                self.columns.push((name, content));
                self.columns.sort();
            }
            _ if !self.columns.is_empty() => {
                let place = chance.index(self.columns.len());
                damage_column(&mut self.columns[place].1, drawn, chance);
            }
            _ => self.seq = drawn,
        }
    }
}

fn damage_column(column: &mut Vec<u8>, drawn: u64, chance: &mut Chance) {
    let at = chance.index(column.len() + 1).min(column.len());
    match chance.between(0..=5) {
        // A letter for a letter: the same shape, other words.
        0 | 1 if at < column.len() => column[at] = 0x20 + chance.bytes::<1>()[0] % 0x5f,
        2 if at < column.len() => column[at] ^= 1 << chance.index(8),
        3 if at < column.len() => drop(column.remove(at)),
        4 => drop(column.splice(at..at, leb(drawn))),
        _ => {
            let again: Vec<u8> = column[at..]
                .iter()
                .take(chance.index(6) + 1)
                .copied()
                .collect();
            column.splice(at..at, again);
        }
    }
}

/// A chunk of any type around these bytes.
pub(crate) fn whole(of: u8, content: &[u8]) -> Vec<u8> {
    let mut hashed = vec![of];
    hashed.extend(leb(content.len() as u64));
    hashed.extend(content);
    let hash = Sha256::digest(&hashed);
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &hashed].concat()
}

pub(crate) fn leb(number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    prost::encoding::encode_varint(number, &mut bytes);
    bytes
}

fn number(rest: &mut &[u8]) -> u64 {
    prost::encoding::decode_varint(rest).expect("a number")
}

fn take(rest: &mut &[u8], length: usize) -> Vec<u8> {
    let (taken, left) = rest.split_at(length);
    *rest = left;
    taken.to_vec()
}

fn prefixed(rest: &mut &[u8]) -> Vec<u8> {
    let length = number(rest);
    take(rest, usize::try_from(length).expect("short"))
}

fn put(into: &mut Vec<u8>, bytes: &[u8]) {
    into.extend(leb(bytes.len() as u64));
    into.extend(bytes);
}
