//! Who lets people and devices in and out, and who sees the team.

use super::Action;
use super::facts::{Arrival, Denial, Facts, Person, Role, Scope, Subject};

pub(super) fn judge(subject: &Subject, action: Action, facts: &Facts<'_>) -> Result<Scope, Denial> {
    let roles = &subject.roles;
    let allowed = match action {
        Action::InviteResponder
        | Action::InviteLead
        | Action::ListDevices
        | Action::AskForLift
        | Action::ReadEventLedger
        | Action::ListQuarantine
        | Action::ListSuggestions => roles.lead(),
        Action::SetTerm => {
            facts.person.ok_or(Denial::Unknown)?;
            roles.lead()
        }
        Action::ConfirmDevice => {
            let owner = facts.person.ok_or(Denial::Unknown)?;
            let arrival = facts.arrival.ok_or(Denial::Unknown)?;
            if roles.lead() && needs_another_lead(subject, owner, arrival) {
                return Err(Denial::AnotherLead);
            }
            roles.lead()
        }
        Action::RevokeDevice => may_revoke(subject, facts.person.ok_or(Denial::Unknown)?),
        // Nobody learns more about the team once the event is over than they knew before.
        Action::ListTeam => {
            roles.lead() || (roles.iter().next().is_some() && facts.event.now < facts.event.closes)
        }
        Action::ReadPack | Action::Carry => roles.iter().next().is_some(),
        Action::OpenDocument
        | Action::AppendChange
        | Action::ReceiveDocument
        | Action::Grant
        | Action::Exclude
        | Action::LiftExclusion
        | Action::ClearRestriction
        | Action::ReadCaseLedger
        | Action::JudgeQuarantine
        | Action::EraseCase
        | Action::ExportCase
        | Action::SendAttachment
        | Action::ReadAttachment => return Err(Denial::NotThis),
    };
    if allowed {
        Ok(Scope::Whole)
    } else {
        Err(Denial::NoRight)
    }
}

/// Whether this lead alone would let in what reads for somebody else, both inviting it and comparing its words, though
/// somebody else could do the second. A made-up lead, or a further device of whoever works on a case: either would show
/// her what she is kept away from. A lead whose time was ended counts as well, for she could have ended it herself.
fn needs_another_lead(subject: &Subject, owner: &Person, arrival: &Arrival) -> bool {
    (owner.roles.lead() || arrival.further)
        && owner.staff != subject.staff
        && arrival.invited_by == Some(subject.staff)
        && arrival.leads_seen.iter().any(|lead| *lead != subject.staff)
}

fn may_revoke(subject: &Subject, owner: &Person) -> bool {
    let only_responder = owner.roles.iter().eq([Role::Responder]);
    owner.staff == subject.staff
        || subject.roles.lead()
        || subject.roles.has(Role::Admin)
        || (subject.roles.has(Role::EventManager) && only_responder)
}
