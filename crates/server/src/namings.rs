//! Which other cases a document names, and to whom that would tell too much.
//!
//! Two cases that belong together name each other: one in its leads' notes, one
//! in its own words. A link can end, but what named the other case stays in the
//! document, and whoever is given a document is given all of it. So what was ever
//! written counts here, not what stands.

use std::collections::BTreeSet;

use safehall_core::DocumentId;
use safehall_core::access::{DocumentFacts, Kind, Person, Restricted};
use safehall_sync::admission::told;
use safehall_sync::document::Element;
use safehall_sync::envelope::Body;
use safehall_sync::wire;

use crate::patterns::text;
use crate::store::{Book, StoreError, exclusions, log, rights};

/// Whether giving `document` to `person` would tell them of another case that they may not know of.
///
/// A lead who is kept away from that case herself cannot be told why: she hears
/// yes, whomever she asks for.
pub(crate) fn would_tell(
    conn: &Book<'_>,
    document: &[u8; 16],
    person: &[u8; 16],
    asker: &[u8; 16],
) -> Result<bool, StoreError> {
    let Some(facts) = rights::document(conn, document)? else {
        return Ok(false);
    };
    let others = named(conn, &facts)?;
    if others.is_empty() {
        return Ok(false);
    }
    let (Some(reader), Some(lead)) = (rights::person(conn, person)?, rights::person(conn, asker)?)
    else {
        return Ok(false);
    };
    let stepped_back = exclusions::recused(conn, person)?;
    for other in others {
        let Some(other_facts) = rights::document(conn, &other)? else {
            continue;
        };
        let unaware = keeps_away(&other_facts, &reader) && !stepped_back.contains(&other);
        if unaware || other_facts.excludes(lead.staff, &lead.roles) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// As exclusion has it; and while nobody knows whom of the staff a case is about, it may be about any of them.
fn keeps_away(case: &DocumentFacts, person: &Person) -> bool {
    let may_be_meant = case.restricted == Restricted::StaffUnidentified
        && case.author != person.staff
        && !person.roles.lead();
    may_be_meant || case.excludes(person.staff, &person.roles)
}

/// Every case that this document ever named.
fn named(conn: &Book<'_>, document: &DocumentFacts) -> Result<BTreeSet<[u8; 16]>, StoreError> {
    let (kind, collection, field) = match document.kind {
        Kind::Case => (wire::Kind::Case, "entries", "value"),
        Kind::Chair => (wire::Kind::Chair, "links", "other"),
        Kind::Identity | Kind::Notice | Kind::Duty => return Ok(BTreeSet::new()),
    };
    let mut changes = Vec::new();
    for envelope in log::envelopes(conn, document.id.as_bytes())? {
        let body = Body::parse(&envelope).map_err(|_| StoreError::Damaged("change"))?;
        changes.push(body.change);
    }
    let found = told(kind, changes.iter().map(AsRef::as_ref));
    let names = |element: &&Element| {
        document.kind == Kind::Chair || text(element, "kind") == Some("part_of")
    };
    let other = |element: &Element| {
        let id = text(element, field)?.parse::<DocumentId>().ok()?;
        (id != document.id).then_some(*id.as_bytes())
    };
    let elements = found.of(collection).iter();
    Ok(elements.filter(names).filter_map(other).collect())
}
