//! The document-kind table: who reads and who writes each kind.

use super::Action;
use super::facts::{
    Denial, DocumentFacts, Facts, GrantLine, Kind, LATE, Level, Restricted, Role, Scope, Subject,
};
use crate::{StaffId, Timestamp};

pub(super) fn judge(
    subject: &Subject,
    action: Action,
    document: &DocumentFacts,
    facts: &Facts<'_>,
) -> Result<Scope, Denial> {
    let now = facts.event.now;
    match action {
        Action::OpenDocument => open(subject, document, facts),
        Action::AppendChange => append(subject, document, now),
        Action::ReceiveDocument => receive(subject, document, now),
        // What is attached goes with the words: whoever writes them adds to them, whoever gets them sees it.
        Action::SendAttachment => of_a_case(document).and_then(|case| append(subject, case, now)),
        Action::ReadAttachment => of_a_case(document).and_then(|case| receive(subject, case, now)),
        Action::Grant => grant(subject, document, facts),
        Action::Exclude => exclude(subject, document, facts),
        Action::LiftExclusion => lift(subject, document, facts),
        Action::ClearRestriction
        | Action::ReadCaseLedger
        | Action::EraseCase
        | Action::ExportCase => lead_on_a_case(subject, document),
        // Whoever may not know of a document decides nothing about it.
        Action::JudgeQuarantine => {
            allow(subject.roles.lead() && receive(subject, document, now).is_ok())
        }
        Action::InviteResponder
        | Action::InviteLead
        | Action::ConfirmDevice
        | Action::RevokeDevice
        | Action::ListTeam
        | Action::ListDevices
        | Action::ReadPack
        | Action::AskForLift
        | Action::SetTerm
        | Action::ReadEventLedger
        | Action::ListQuarantine
        | Action::ListSuggestions
        | Action::Carry => Err(Denial::NotThis),
    }
}

fn open(subject: &Subject, document: &DocumentFacts, facts: &Facts<'_>) -> Result<Scope, Denial> {
    let roles = &subject.roles;
    let author = document.author == subject.staff;
    match document.kind {
        Kind::Case => {
            allow(author && roles.takes_reports())?;
            if facts.event.open && document.reaches_a_lead(facts.leads) {
                Ok(Scope::Whole)
            } else {
                Err(Denial::Held)
            }
        }
        // A name without its case could be read by nobody, and would have left the phone of its author.
        Kind::Identity => {
            allow(author && roles.takes_reports())?;
            let case = document.case.as_ref();
            let case = case
                .filter(|case| case.kind == Kind::Case)
                .ok_or(Denial::Held)?;
            if document.reaches_a_lead(facts.leads) {
                append(subject, case, facts.event.now).map_err(|_no_right| Denial::Held)
            } else {
                Err(Denial::Held)
            }
        }
        Kind::Chair => allow(author && roles.lead() && document.case.is_some()),
        Kind::Notice => allow(roles.lead() || roles.has(Role::Announcer)),
        Kind::Duty => allow(roles.staff()),
    }
}

fn append(subject: &Subject, document: &DocumentFacts, now: Timestamp) -> Result<Scope, Denial> {
    let roles = &subject.roles;
    let author = document.author == subject.staff && roles.staff();
    allow(match document.kind {
        Kind::Case => {
            author
                || roles.lead()
                || (roles.staff()
                    && grants(document, subject.staff)
                        .any(|line| writes(line) && holds(line, now, LATE)))
        }
        Kind::Identity => author || (roles.lead() && document.case.is_some()),
        Kind::Chair => roles.lead() && document.case.is_some(),
        Kind::Notice => roles.lead() || roles.has(Role::Announcer),
        Kind::Duty => roles.staff(),
    })
}

fn receive(subject: &Subject, document: &DocumentFacts, now: Timestamp) -> Result<Scope, Denial> {
    let roles = &subject.roles;
    if !roles.staff() {
        return Err(Denial::NoRight);
    }
    let author = document.author == subject.staff;
    let granted = |level| {
        grants(document, subject.staff).any(|line| line.level == level && holds(line, now, 0))
    };
    match document.kind {
        Kind::Case if roles.lead() || granted(Level::Read) || granted(Level::Write) => {
            Ok(Scope::Whole)
        }
        Kind::Case if author => Ok(match document.restricted {
            Restricted::No => Scope::Whole,
            Restricted::StaffNamed | Restricted::ChairNamed | Restricted::StaffUnidentified => {
                Scope::Own
            }
        }),
        Kind::Case => {
            if granted(Level::Append) {
                Ok(Scope::Own)
            } else {
                Err(Denial::NoRight)
            }
        }
        Kind::Identity => {
            allow((author && !document.kept) || (roles.lead() && document.case.is_some()))
        }
        Kind::Chair => allow(
            document.case.is_some()
                && (roles.lead()
                    || (roles.has(Role::EventManager)
                        && (granted(Level::Read) || granted(Level::Write)))),
        ),
        Kind::Notice | Kind::Duty => Ok(Scope::Whole),
    }
}

fn grant(subject: &Subject, document: &DocumentFacts, facts: &Facts<'_>) -> Result<Scope, Denial> {
    let person = facts.person.ok_or(Denial::Unknown)?;
    if !subject.roles.lead() {
        return Err(Denial::NoRight);
    }
    if document.excludes(person.staff, &person.roles) {
        return Err(Denial::NotThis);
    }
    let suits = match document.kind {
        Kind::Case => person.roles.staff() && document.restricted != Restricted::StaffUnidentified,
        Kind::Chair => person.roles.has(Role::EventManager) && document.case.is_some(),
        Kind::Identity | Kind::Notice | Kind::Duty => false,
    };
    if suits {
        Ok(Scope::Whole)
    } else {
        Err(Denial::NotThis)
    }
}

fn exclude(
    subject: &Subject,
    document: &DocumentFacts,
    facts: &Facts<'_>,
) -> Result<Scope, Denial> {
    let person = facts.person.ok_or(Denial::Unknown)?;
    match document.kind {
        Kind::Case => {}
        Kind::Identity | Kind::Chair | Kind::Notice | Kind::Duty => return Err(Denial::NotThis),
    }
    // "I should not be involved" can be said by whoever knows of the case; about others only a lead decides.
    let knows =
        person.staff == subject.staff && receive(subject, document, facts.event.now).is_ok();
    allow(subject.roles.lead() || knows)?;
    if person.roles.lead() {
        let mut without = document.clone();
        without.excluded.insert(person.staff);
        if !without.reaches_a_lead(facts.leads) {
            return Err(Denial::LastLead);
        }
    }
    Ok(Scope::Whole)
}

fn lift(subject: &Subject, document: &DocumentFacts, facts: &Facts<'_>) -> Result<Scope, Denial> {
    let person = facts.person.ok_or(Denial::Unknown)?;
    lead_on_a_case(subject, document)?;
    if document.excluded.contains(&person.staff) {
        Ok(Scope::Whole)
    } else {
        Err(Denial::NotThis)
    }
}

/// What belongs to a case goes with the case, so these are asked about the case itself.
fn lead_on_a_case(subject: &Subject, document: &DocumentFacts) -> Result<Scope, Denial> {
    match document.kind {
        Kind::Case => allow(subject.roles.lead()),
        Kind::Identity | Kind::Chair | Kind::Notice | Kind::Duty => Err(Denial::NotThis),
    }
}

/// Attachments belong to cases only.
fn of_a_case(document: &DocumentFacts) -> Result<&DocumentFacts, Denial> {
    match document.kind {
        Kind::Case => Ok(document),
        Kind::Identity | Kind::Chair | Kind::Notice | Kind::Duty => Err(Denial::NotThis),
    }
}

fn allow(allowed: bool) -> Result<Scope, Denial> {
    if allowed {
        Ok(Scope::Whole)
    } else {
        Err(Denial::NoRight)
    }
}

fn grants(document: &DocumentFacts, staff: StaffId) -> impl Iterator<Item = &GrantLine> {
    // A grant must not reach the very person whom nobody could name.
    let count = document.restricted != Restricted::StaffUnidentified
        && document
            .case
            .as_ref()
            .is_none_or(|case| case.restricted != Restricted::StaffUnidentified);
    document
        .grants
        .iter()
        .filter(move |line| count && line.staff == staff)
}

fn holds(line: &GrantLine, now: Timestamp, late: i64) -> bool {
    line.from <= now && now < line.until.plus(late)
}

fn writes(line: &GrantLine) -> bool {
    match line.level {
        Level::Append | Level::Write => true,
        Level::Read => false,
    }
}
