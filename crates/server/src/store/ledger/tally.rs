//! Many changes of one push, as one entry for each document and device: a storm
//! costs one row where it keeps hundreds.

use std::collections::BTreeMap;

use super::{Entry, note};
use crate::ledger::What;
use crate::store::{Book, StoreError, devices};

/// See the [module documentation](self).
#[derive(Default)]
pub(crate) struct Tally {
    counts: BTreeMap<Line, usize>,
}

/// What happened to changes of one document that one device signed.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Line {
    what: What,
    document: Option<[u8; 16]>,
    device: [u8; 16],
}

impl Tally {
    pub(crate) fn count(&mut self, what: What, document: Option<[u8; 16]>, device: [u8; 16]) {
        let line = Line {
            what,
            document,
            device,
        };
        *self.counts.entry(line).or_default() += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    pub(crate) fn note(&self, conn: &Book<'_>, now: u64) -> Result<(), StoreError> {
        for (line, count) in &self.counts {
            let counted = Entry {
                staff: devices::owner(conn, &line.device)?,
                device: Some(line.device),
                document: line.document,
                count: Some(*count),
                ..Entry::of(line.what)
            };
            note(conn, &counted, now)?;
        }
        Ok(())
    }
}
