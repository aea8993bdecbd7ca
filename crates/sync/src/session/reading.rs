//! When the log is read for a device, and what of it is sent.

use super::turn::millis;
use super::{CALL_BUDGET, Output, Page, Phase, Session, Transport};
use crate::frame::{MAX_ITEMS, size_in_frame};
use crate::wire::{self, frame::Kind};

/// How much of the log one `Batch` carries; a longer change comes alone. A
/// device that does not read holds one of them in the server's memory, and five
/// hundred may do so at once.
const BATCH_BYTES: usize = 128 * 1_024;

/// How far the device was read to.
#[derive(Debug)]
pub(super) struct Reading {
    cursor: Vec<u8>,
    /// A page was asked for and has not come.
    asked: bool,
    /// News came while a page was on its way.
    again: bool,
    /// The device has heard how far it came at least once. Until then even an
    /// empty batch is sent: it says that there is nothing more, and it is sent
    /// to everybody, so it tells nothing.
    caught_up_once: bool,
    sent_bytes: usize,
}

impl Reading {
    pub(super) const fn new(cursor: Vec<u8>) -> Self {
        Self {
            cursor,
            asked: false,
            again: false,
            caught_up_once: false,
            sent_bytes: 0,
        }
    }
}

impl Session {
    /// Asks for the next page, if the time has come for it.
    pub(super) fn read_on(&mut self) {
        let Phase::Talking(talk) = &mut self.phase else {
            return;
        };
        // In a call the device speaks to its end first.
        let too_early =
            self.transport == Transport::Call && !(talk.ended && talk.judging.is_empty());
        if too_early || talk.reading.asked {
            return;
        }
        talk.reading.asked = true;
        let cursor = talk.reading.cursor.clone();
        self.outbox.push_back(Output::ReadLog {
            cursor,
            changes: MAX_ITEMS,
            bytes: BATCH_BYTES,
        });
    }

    pub(super) fn news(&mut self) {
        let Phase::Talking(talk) = &mut self.phase else {
            return;
        };
        if self.transport == Transport::Call {
            return;
        }
        if talk.reading.asked {
            talk.reading.again = true;
        } else {
            self.read_on();
        }
    }

    pub(super) fn take_page(&mut self, page: Page) {
        let Phase::Talking(talk) = &mut self.phase else {
            return;
        };
        let reading = &mut talk.reading;
        if !reading.asked {
            return;
        }
        reading.asked = false;
        let before = std::mem::replace(&mut reading.cursor, page.cursor.clone());
        let again = std::mem::take(&mut reading.again) || page.more;
        let first = !std::mem::replace(&mut reading.caught_up_once, true);
        let nothing_to_see = page.changes.is_empty() && page.forget.is_empty();
        reading.sent_bytes += page
            .changes
            .iter()
            .map(|(envelope, _)| size_in_frame(envelope))
            .sum::<usize>();
        let budget_left = reading.sent_bytes < CALL_BUDGET;
        let more = page.more;

        for document in &page.forget {
            self.send(Kind::Forget(wire::Forget {
                document: document.as_bytes().to_vec(),
            }));
        }
        if first || !nothing_to_see || self.transport == Transport::Call {
            for batch in batches(page, before) {
                self.send(Kind::Batch(batch));
            }
        }
        match self.transport {
            Transport::Live if again => self.read_on(),
            Transport::Live => {}
            Transport::Call if more && budget_left => self.read_on(),
            Transport::Call => self.close(),
        }
    }
}

/// A page as batches. Usually one; a page that does not fit into a frame is
/// split, and only the last part moves the cursor.
fn batches(page: Page, before: Vec<u8>) -> Vec<wire::Batch> {
    let mut batches = vec![wire::Batch::default()];
    let mut bytes = 0;
    for (envelope, received_at) in page.changes {
        let size = size_in_frame(&envelope);
        let full = batches.last().is_some_and(|batch| {
            !batch.envelopes.is_empty()
                && (batch.envelopes.len() >= MAX_ITEMS || bytes + size > BATCH_BYTES)
        });
        if full {
            batches.push(wire::Batch::default());
            bytes = 0;
        }
        bytes += size;
        if let Some(batch) = batches.last_mut() {
            batch.envelopes.push(envelope);
            batch.received_at.push(millis(received_at));
        }
    }
    let last = batches.len() - 1;
    for (at, batch) in batches.iter_mut().enumerate() {
        batch.more = at < last || page.more;
        batch
            .cursor
            .clone_from(if at < last { &before } else { &page.cursor });
    }
    batches
}
