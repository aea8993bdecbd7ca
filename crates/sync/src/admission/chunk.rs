//! One Automerge change, read without Automerge.
//!
//! Automerge is safe in memory but not on hostile bytes: a run of 2^60 nothings
//! keeps it busy for ever, an index that points nowhere makes it panic. This
//! reader takes the same bytes within limits, and what it does not understand
//! it refuses. Only what it understood is shown to Automerge.

use super::bytes::{Reader, all_no, deltas, runs};
use super::{MAX_ACTORS, MAX_OPS};
use crate::ids::sha256;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;

/// A change's bytes, taken apart.
pub(super) struct Chunk<'a> {
    pub(super) hash: [u8; 32],
    pub(super) dependencies: Vec<[u8; 32]>,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) has_message: bool,
    pub(super) has_extra: bool,
    /// The author first, then the others that operations speak of.
    pub(super) actors: Vec<&'a [u8]>,
    pub(super) ops: Vec<Op<'a>>,
}

/// One operation. Names are the actors' places in [`Chunk::actors`].
pub(super) struct Op<'a> {
    /// `None`: the root.
    pub(super) object: Option<OpName>,
    /// `None`: a place in a list.
    pub(super) key: Option<&'a str>,
    pub(super) action: u64,
    pub(super) value: Value<'a>,
    pub(super) overwrites: Vec<OpName>,
}

/// The name of an operation: its counter, then its actor.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct OpName {
    pub(super) counter: u64,
    pub(super) actor: usize,
}

/// A value as far as rules care.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Nothing,
    Bool(bool),
    /// A number of any of the three kinds, if it is whole.
    Whole(i128),
    /// Another number.
    Fraction,
    /// A moment in Automerge's own type, a counter, bytes, or something newer.
    Other,
    Text(&'a str),
}

impl<'a> Chunk<'a> {
    /// Takes one uncompressed change apart. `None`: it is something else, is
    /// not whole, or goes on behind its end.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        if rest.take(4)? != MAGIC {
            return None;
        }
        let checksum = rest.take(4)?;
        let hashed = rest.0;
        if rest.take(1)? != [CHANGE] {
            return None;
        }
        let content = rest.prefixed()?;
        let hash = sha256(&[hashed]);
        if !rest.0.is_empty() || checksum != &hash[..4] {
            return None;
        }
        Self::read_content(Reader(content), hash)
    }

    fn read_content(mut rest: Reader<'a>, hash: [u8; 32]) -> Option<Self> {
        let count = rest.size()?;
        let dependencies = rest
            .take(count.checked_mul(32)?)?
            .as_chunks::<32>()
            .0
            .to_vec();
        let mut actors = vec![rest.prefixed()?];
        let seq = rest.uleb()?;
        let start_op = rest.uleb()?;
        rest.sleb()?; // the device's clock, which proves nothing
        let has_message = !rest.text()?.is_empty();
        let others = rest.size()?;
        if others >= MAX_ACTORS {
            return None;
        }
        for _ in 0..others {
            actors.push(rest.prefixed()?);
        }
        let in_order =
            dependencies.is_sorted_by(|a, b| a < b) && actors[1..].is_sorted_by(|a, b| a < b);
        let itself_among_others = actors[1..].contains(&actors[0]);
        let columns = Columns::read(&mut rest)?;
        let ops = columns.ops(actors.len())?;
        let last = start_op.checked_add(ops.len() as u64)?;
        let fits =
            start_op > 0 && u32::try_from(last).is_ok() && seq > 0 && u32::try_from(seq).is_ok();
        (in_order && !itself_among_others && fits).then_some(Self {
            hash,
            dependencies,
            seq,
            start_op,
            has_message,
            has_extra: !rest.0.is_empty(),
            actors,
            ops,
        })
    }
}

/// The columns by name; an absent one is empty.
#[derive(Default)]
struct Columns<'a> {
    object_actor: &'a [u8],
    object_counter: &'a [u8],
    key_actor: &'a [u8],
    key_counter: &'a [u8],
    key_text: &'a [u8],
    insert: &'a [u8],
    action: &'a [u8],
    value_type: &'a [u8],
    value: &'a [u8],
    overwrites: &'a [u8],
    overwrites_actor: &'a [u8],
    overwrites_counter: &'a [u8],
    expand: &'a [u8],
    mark: &'a [u8],
}

impl<'a> Columns<'a> {
    fn read(rest: &mut Reader<'a>) -> Option<Self> {
        let count = rest.size()?;
        let mut layout = Vec::new();
        for _ in 0..count {
            let name = rest.uleb()?;
            if layout.last().is_some_and(|(before, _)| *before >= name) {
                return None;
            }
            layout.push((name, rest.size()?));
        }
        let mut columns = Self::default();
        for (name, length) in layout {
            *columns.named(name)? = rest.take(length)?;
        }
        Some(columns)
    }

    /// Four bits of type (the highest: compressed, which we refuse) under the id.
    fn named(&mut self, name: u64) -> Option<&mut &'a [u8]> {
        Some(match name {
            0x01 => &mut self.object_actor,
            0x02 => &mut self.object_counter,
            0x11 => &mut self.key_actor,
            0x13 => &mut self.key_counter,
            0x15 => &mut self.key_text,
            0x34 => &mut self.insert,
            0x42 => &mut self.action,
            0x56 => &mut self.value_type,
            0x57 => &mut self.value,
            0x70 => &mut self.overwrites,
            0x71 => &mut self.overwrites_actor,
            0x73 => &mut self.overwrites_counter,
            0x94 => &mut self.expand,
            0xa5 => &mut self.mark,
            _ => return None,
        })
    }

    fn ops(&self, actors: usize) -> Option<Vec<Op<'a>>> {
        let actions = runs(self.action, MAX_OPS, Reader::uleb)?;
        let count = actions.len();
        let object_actors = runs(self.object_actor, count, Reader::size)?;
        let object_counters = runs(self.object_counter, count, Reader::uleb)?;
        let keys = runs(self.key_text, count, Reader::text)?;
        let types = runs(self.value_type, count, Reader::uleb)?;
        let nowhere_in_a_list = runs(self.key_actor, count, Reader::uleb)?
            .iter()
            .all(Option::is_none)
            && deltas(self.key_counter, count)?.iter().all(Option::is_none);
        let no_marks = runs(self.mark, count, Reader::text)?
            .iter()
            .all(Option::is_none);
        if !nowhere_in_a_list
            || !no_marks
            || !all_no(self.insert, count)
            || !all_no(self.expand, count)
        {
            return None;
        }
        let mut overwritten = self.overwritten(count, actors)?;
        let mut values = Reader(self.value);

        let mut ops = Vec::with_capacity(count);
        for (at, action) in actions.into_iter().enumerate() {
            let object = match (flat(&object_actors, at), flat(&object_counters, at)) {
                (None, None) => None,
                (Some(actor), Some(counter)) if actor < actors => Some(OpName { counter, actor }),
                _ => return None,
            };
            ops.push(Op {
                object,
                key: flat(&keys, at),
                action: action?,
                value: read_value(&mut values, flat(&types, at).unwrap_or_default())?,
                overwrites: overwritten.next()?,
            });
        }
        (values.0.is_empty() && overwritten.next().is_none()).then_some(ops)
    }

    /// What each operation overwrites.
    fn overwritten(
        &self,
        count: usize,
        actors: usize,
    ) -> Option<impl Iterator<Item = Vec<OpName>> + use<>> {
        let lengths = runs(self.overwrites, count, Reader::size)?;
        let by_actor = runs(self.overwrites_actor, MAX_OPS, Reader::size)?;
        let by_counter = deltas(self.overwrites_counter, MAX_OPS)?;
        let mut names = Vec::new();
        if by_actor.len() != by_counter.len() {
            return None;
        }
        for name in by_actor.into_iter().zip(by_counter) {
            match name {
                (Some(actor), Some(counter)) if actor < actors => {
                    names.push(OpName { counter, actor })
                }
                _ => return None,
            }
        }
        let mut rest = names.into_iter();
        let mut lists = Vec::with_capacity(count);
        for at in 0..count {
            let length = flat(&lengths, at).unwrap_or_default();
            if length > rest.len() {
                return None;
            }
            lists.push(rest.by_ref().take(length).collect::<Vec<_>>());
        }
        (rest.len() == 0).then(|| lists.into_iter())
    }
}

fn read_value<'a>(values: &mut Reader<'a>, kind: u64) -> Option<Value<'a>> {
    let content = values.take(usize::try_from(kind >> 4).ok()?)?;
    let mut number = Reader(content);
    match kind & 15 {
        0 => content.is_empty().then_some(Value::Nothing),
        1 | 2 => content.is_empty().then_some(Value::Bool(kind & 15 == 2)),
        3 => number
            .uleb()
            .filter(|_| number.0.is_empty())
            .map(|whole| Value::Whole(whole.into())),
        4 => number
            .sleb()
            .filter(|_| number.0.is_empty())
            .map(|whole| Value::Whole(whole.into())),
        5 => content.try_into().ok().map(|bytes| {
            let float = f64::from_le_bytes(bytes);
            if float.fract() == 0.0 {
                Value::Whole(float as i128)
            } else {
                Value::Fraction
            }
        }),
        6 => std::str::from_utf8(content).ok().map(Value::Text),
        _ => Some(Value::Other),
    }
}

fn flat<T: Copy>(column: &[Option<T>], at: usize) -> Option<T> {
    column.get(at).copied().flatten()
}
