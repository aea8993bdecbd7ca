//! Documents as they stand, made again out of the log.

use safehall_sync::document::Document;
use safehall_sync::envelope::Body;
use safehall_sync::wire::Kind;

use crate::store::{Book, StoreError, log};

/// A document, with the number of its changes, and of those that cannot be read.
/// Only what a worker tried is in the log.
pub(crate) fn rebuild(
    conn: &Book<'_>,
    id: &[u8; 16],
    kind: i32,
) -> Result<(Document, usize, usize), StoreError> {
    let kind = Kind::try_from(kind).map_err(|_| StoreError::Damaged("kind of document"))?;
    let mut changes = Vec::new();
    for envelope in log::envelopes(conn, id)? {
        changes.push(
            Body::parse(&envelope)
                .map_err(|_| StoreError::Damaged("change"))?
                .change,
        );
    }
    let (document, damaged) = Document::rebuild(kind, changes.iter().map(AsRef::as_ref))
        .map_err(|_| StoreError::Damaged("kind of document"))?;
    Ok((document, changes.len(), damaged.len()))
}
