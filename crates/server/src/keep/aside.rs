//! Whose business a change is that was set aside: its document may never have
//! been born, and then its own birth, or that of another one set aside with it,
//! says who must not know.

use std::collections::BTreeMap;

use safehall_core::StaffId;
use safehall_core::access::{DocumentFacts, Restricted};
use safehall_sync::envelope::Body;

use super::standing::unborn;
use crate::store::quarantine::{self, Line};
use crate::store::{Book, StoreError, rights};

/// The documents of what was set aside, as far as they are known.
#[derive(Default)]
pub(crate) struct Papers(BTreeMap<[u8; 16], Option<DocumentFacts>>);

impl Papers {
    /// What is known of the document that a line is about.
    pub(crate) fn of(
        &mut self,
        conn: &Book<'_>,
        line: &Line,
    ) -> Result<Option<DocumentFacts>, StoreError> {
        if let Some(facts) = self.0.get(&line.document) {
            return Ok(facts.clone());
        }
        let facts = known(conn, &line.document)?;
        self.0.insert(line.document, facts.clone());
        Ok(facts)
    }
}

/// The document as it is, or as the first birth says that lies here; and closed
/// to everybody whom anything that lies here says it must be closed to.
pub(super) fn known(
    conn: &Book<'_>,
    document: &[u8; 16],
) -> Result<Option<DocumentFacts>, StoreError> {
    let mut known = rights::document(conn, document)?;
    for line in quarantine::of_document(conn, document)? {
        let Ok(body) = Body::parse(&line.envelope) else {
            continue;
        };
        let author = StaffId::from_bytes(line.staff);
        let Some(said) = unborn(conn, &body, author, &BTreeMap::new())? else {
            continue;
        };
        known = Some(match known {
            None => DocumentFacts { kept: true, ..said },
            Some(mut known) => {
                known.excluded.extend(said.excluded);
                if known.restricted == Restricted::No {
                    known.restricted = said.restricted;
                }
                known
            }
        });
    }
    Ok(known)
}
