//! What the operations of a change may do: add an element under a free key, set
//! a register, and nothing else. So nobody can overwrite, delete or rearrange
//! what somebody wrote.

use std::collections::{BTreeMap, BTreeSet};

use super::chunk::{Chunk, Op, Value};
use super::{DocumentState, PutName};
use crate::document::birth;
use crate::ids::FactId;
use crate::wire::Reason;

/// The longest string, in bytes.
pub(super) const MAX_TEXT: usize = 32_768;
/// The root is the first map.
const MAX_DEPTH: u8 = 4;
/// The longest name of a field or register, in bytes.
const MAX_NAME: usize = 128;

pub(super) const MAKE_MAP: u64 = 0;
pub(super) const PUT: u64 = 1;

/// What the change points registers at: by register, the operations.
pub(super) fn check(
    chunk: &Chunk<'_>,
    state: &DocumentState,
) -> Result<BTreeMap<String, BTreeSet<PutName>>, Reason> {
    if chunk.ops.is_empty() {
        return Err(Reason::NotAFact);
    }
    let collections = birth::maps(state.kind);
    // Maps made in this change by their counter, with their depth.
    let mut made: BTreeMap<u64, u8> = BTreeMap::new();
    let mut written = BTreeSet::new();
    let mut registers: BTreeMap<String, BTreeSet<PutName>> = BTreeMap::new();

    for (op, counter) in chunk.ops.iter().zip(chunk.start_op..) {
        let key = op.key.ok_or(Reason::NotAFact)?;
        let object = op.object.ok_or(Reason::NotAFact)?;
        if let Value::Text(text) = op.value
            && text.len() > MAX_TEXT
        {
            return Err(Reason::TooBig);
        }
        if !written.insert((object, key)) {
            return Err(Reason::NotAFact);
        }
        let actor = chunk.actors[object.actor];
        if actor == birth::ACTOR {
            // The maps are the birth's first operations, in order.
            let place = usize::try_from(object.counter)
                .ok()
                .and_then(|place| place.checked_sub(1));
            let collection = place
                .and_then(|place| collections.get(place))
                .ok_or(Reason::NotAFact)?;
            if *collection == "registers" {
                check_register(op, key, counter, chunk, state)?;
                registers
                    .entry(key.to_owned())
                    .or_default()
                    .insert((counter, chunk.actors[0].to_vec()));
            } else {
                let is_an_element = op.action == MAKE_MAP && key.parse::<FactId>().is_ok();
                if !is_an_element || !op.overwrites.is_empty() {
                    return Err(Reason::NotAFact);
                }
                made.insert(counter, 3);
            }
        } else {
            let depth = *made
                .get(&object.counter)
                .filter(|_| object.actor == 0)
                .ok_or(Reason::NotAFact)?;
            check_field(op, key)?;
            if op.action == MAKE_MAP {
                if depth >= MAX_DEPTH {
                    return Err(Reason::NotAFact);
                }
                made.insert(counter, depth + 1);
            }
        }
    }
    Ok(registers)
}

/// Whether every element says that it was written by these, as far as it says
/// anything. One that says nothing is not shown.
pub(super) fn check_authors(chunk: &Chunk<'_>, by: &str, device: &str) -> Result<(), Reason> {
    let mut elements = BTreeSet::new();
    for (op, counter) in chunk.ops.iter().zip(chunk.start_op..) {
        let Some(object) = op.object else { continue };
        let says = match op.key {
            Some("by") => by,
            Some("device") => device,
            _ => "",
        };
        if chunk.actors[object.actor] == birth::ACTOR {
            elements.insert(counter);
        } else if !says.is_empty()
            && object.actor == 0
            && elements.contains(&object.counter)
            && !matches!(op.value, Value::Text(text) if text == says)
        {
            return Err(Reason::NotAFact);
        }
    }
    Ok(())
}

fn check_field(op: &Op<'_>, key: &str) -> Result<(), Reason> {
    let fresh = op.overwrites.is_empty() && key.len() <= MAX_NAME;
    let fits = match op.action {
        MAKE_MAP => true,
        PUT => !matches!(op.value, Value::Other),
        _ => false,
    };
    if fresh && fits {
        Ok(())
    } else {
        Err(Reason::NotAFact)
    }
}

/// A register may be overwritten, but only what stands there.
fn check_register(
    op: &Op<'_>,
    key: &str,
    counter: u64,
    chunk: &Chunk<'_>,
    state: &DocumentState,
) -> Result<(), Reason> {
    let an_id = matches!(op.value, Value::Text(text) if text.parse::<FactId>().is_ok());
    if op.action != PUT || !an_id || key.len() > MAX_NAME {
        return Err(Reason::NotAFact);
    }
    let stood_there = state.registers.get(key);
    let known = op.overwrites.iter().all(|name| {
        let put = (name.counter, chunk.actors[name.actor].to_vec());
        name.counter < counter && stood_there.is_some_and(|puts| puts.contains(&put))
    });
    let once_each: BTreeSet<_> = op.overwrites.iter().collect();
    if known && once_each.len() == op.overwrites.len() {
        Ok(())
    } else {
        Err(Reason::NotAFact)
    }
}
