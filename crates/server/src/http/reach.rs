//! How leads say who may know of a case, and who is on the team.

use std::sync::Arc;

use axum::body::Bytes;
use prost::Message as _;
use safehall_core::access::{AskForLift, ClearRestriction, Exclude, Grant, LiftExclusion, SetTerm};
use safehall_sync::wire;

use super::door::{Asker, id, read};
use super::problem::Problem;
use crate::ledger::What;
use crate::namings::would_tell;
use crate::state::App;
use crate::store::exclusions::Word;
use crate::store::ledger::{Entry, note};
use crate::store::turns::Before;
use crate::store::{exclusions, opening, rights, terms};

/// `POST /v1/grants`: gives access to a document, or takes it away.
///
/// What would tell of another case is given to nobody who may not know of that
/// one. Whoever only adds to a case reads nothing that a lead wrote there.
pub(super) async fn grant(
    app: Arc<App>,
    asker: Asker<Grant>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::Grant = read(&body)?;
    let (document, person) = (id(&ask.document)?, id(&ask.staff)?);
    let level = ask.level();
    let until = if ask.until == 0 {
        app.event.ends_at.max(asker.now)
    } else {
        ask.until
    };
    if until < asker.now || ask.level != i32::from(level) {
        return Err(Problem::INVALID);
    }
    let now = asker.now;
    app.store
        .write(move |work| {
            let permit = asker.permit(work.tx, Some(&document), Some(&person))?;
            let reads = matches!(level, wire::Level::Read | wire::Level::Write);
            if reads && would_tell(work.tx, &document, &person, &asker.staff)? {
                return Err(Problem::WOULD_TELL);
            }
            let before = Before::look(work.tx, &document, now)?;
            let what = match level {
                wire::Level::None => {
                    rights::withdraw(work.tx, &permit, now)?;
                    What::GrantWithdrawn
                }
                level => {
                    rights::give(work.tx, &permit, level.into(), until, now)?;
                    What::Granted
                }
            };
            let done = Entry {
                document: Some(document),
                person: Some(person),
                ..asker.entry(what)
            };
            note(work.tx, &done, now)?;
            before.turn(work.tx, now).map_err(Problem::from)
        })
        .await?;
    Ok(wire::Empty {}.encode_to_vec())
}

/// `POST /v1/exclusions`: keeps somebody away from a case, or lets them near it
/// again.
///
/// Safe to repeat. A lead who asks for herself gets one answer, whether or not
/// she is kept away, and whether or not there is such a case.
pub(super) async fn exclude(
    app: Arc<App>,
    asker: Asker<Exclude>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::Exclusion = read(&body)?;
    let (document, person, now) = (id(&ask.document)?, id(&ask.staff)?, asker.now);
    if ask.lift {
        check_reason(&ask.reason)?;
    }
    app.store
        .write(move |work| {
            let (document_id, person_id) = (Some(&document), Some(&person));
            let word = if !ask.lift {
                let permit = asker.permit(work.tx, document_id, person_id)?;
                if !exclusions::exclude(work.tx, &permit, now)? {
                    return Ok(());
                }
                None
            } else if person == asker.staff {
                let permit = asker.also::<AskForLift>().permit(work.tx, None, None)?;
                Some(exclusions::ask_for_lift(work.tx, &permit, &document, now)?)
            } else {
                let asker = asker.also::<LiftExclusion>();
                let permit = asker.permit(work.tx, document_id, person_id)?;
                Some(exclusions::agree_to_lift(work.tx, &permit, now)?)
            };
            let what = match word {
                None if person == asker.staff => What::Recused,
                None => What::Excluded,
                Some(Word::Stands) => What::LiftAsked,
                Some(Word::Lifts) => What::ExclusionLifted,
            };
            let done = Entry {
                document: Some(document),
                person: Some(person),
                reason: word.map(|_| ask.reason.as_str()),
                ..asker.entry(what)
            };
            note(work.tx, &done, now)?;
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(wire::Empty {}.encode_to_vec())
}

/// `POST /v1/restrictions`: a lead found out what a restricted case is about.
///
/// Safe to repeat.
pub(super) async fn clear(
    app: Arc<App>,
    asker: Asker<ClearRestriction>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::Restriction = read(&body)?;
    let document = id(&ask.document)?;
    check_reason(&ask.reason)?;
    app.store
        .write(move |work| {
            let permit = asker.permit(work.tx, Some(&document), None)?;
            exclusions::clear_restriction(work.tx, &permit, asker.now)?;
            let cleared = Entry {
                document: Some(document),
                reason: Some(&ask.reason),
                ..asker.entry(What::RestrictionCleared)
            };
            note(work.tx, &cleared, asker.now).map_err(Problem::from)
        })
        .await?;
    Ok(wire::Empty {}.encode_to_vec())
}

/// `POST /v1/staff`: from when until when somebody is on the team.
pub(super) async fn term(
    app: Arc<App>,
    asker: Asker<SetTerm>,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    let ask: wire::StaffTerm = read(&body)?;
    let (person, now) = (id(&ask.staff)?, asker.now);
    let given = |moment: u64| (moment != 0).then_some(moment);
    let (from, until) = (given(ask.from), given(ask.until));
    if from.zip(until).is_some_and(|(from, until)| from >= until) {
        return Err(Problem::INVALID);
    }
    app.store
        .write(move |work| {
            let permit = asker.permit(work.tx, None, Some(&person))?;
            terms::set(work.tx, &permit, from, until, now)?;
            // A lead may end her own time, but not that of the last one.
            if opening::leads_here(work.tx, now)? == 0 {
                return Err(Problem::LAST_LEAD);
            }
            let set = Entry {
                person: Some(person),
                ..asker.entry(What::TermSet)
            };
            note(work.tx, &set, now)?;
            opening::open_if_ready(work.tx, now)?;
            Ok(())
        })
        .await?;
    Ok(wire::Empty {}.encode_to_vec())
}

/// What a lead typed for the ledger: it has to say something.
fn check_reason(reason: &str) -> Result<(), Problem> {
    let fits = reason.chars().count() <= 300
        && !reason.contains(|letter: char| letter.is_control() && letter != '\n');
    if reason.trim().is_empty() || !fits {
        return Err(Problem::INVALID);
    }
    Ok(())
}
