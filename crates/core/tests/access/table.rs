//! What the requirements say, as a table that knows nothing of the code it is held against.

use std::collections::BTreeSet;

use safehall_core::StaffId;
use safehall_core::access::{
    Action, DeviceState, DocumentFacts, Facts, Kind, Lead, Level, OnTeam, Restricted, Role, Roles,
    Scope, Subject,
};

pub(crate) const HOUR: i64 = 60 * 60 * 1000;

/// What comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Yes(Scope),
    /// It stays on the phone until a lead may receive it.
    Held,
    /// The case would have no lead any more.
    LastLead,
    /// It takes a second lead.
    AnotherLead,
    No,
}

/// What each action needs on each kind of document, one alternative after the other: the verdict, then every condition.
/// The first alternative that fits counts; none: no.
pub(crate) const TABLE: &[(Action, Option<Kind>, &[&str])] = &[
    (
        Action::OpenDocument,
        Some(Kind::Case),
        &[
            "whole author takes_reports event_open reaches_a_lead",
            "held author takes_reports",
        ],
    ),
    (
        Action::OpenDocument,
        Some(Kind::Identity),
        &[
            "whole author takes_reports writes_its_case reaches_a_lead",
            "held author takes_reports",
        ],
    ),
    (
        Action::OpenDocument,
        Some(Kind::Chair),
        &["whole author lead has_case"],
    ),
    (
        Action::OpenDocument,
        Some(Kind::Notice),
        &["whole lead", "whole announcer"],
    ),
    (Action::OpenDocument, Some(Kind::Duty), &["whole staff"]),
    (
        Action::AppendChange,
        Some(Kind::Case),
        &[
            "whole author staff",
            "whole lead",
            "whole staff granted_write_till_a_day_ago",
        ],
    ),
    (
        Action::AppendChange,
        Some(Kind::Identity),
        &["whole author staff", "whole lead has_case"],
    ),
    (
        Action::AppendChange,
        Some(Kind::Chair),
        &["whole lead has_case"],
    ),
    (
        Action::AppendChange,
        Some(Kind::Notice),
        &["whole lead", "whole announcer"],
    ),
    (Action::AppendChange, Some(Kind::Duty), &["whole staff"]),
    (
        Action::ReceiveDocument,
        Some(Kind::Case),
        &[
            "whole lead",
            "whole staff granted_read",
            "whole staff author unrestricted",
            "own staff author",
            "own staff granted_append",
        ],
    ),
    (
        Action::ReceiveDocument,
        Some(Kind::Identity),
        &["whole staff author unkept", "whole lead has_case"],
    ),
    (
        Action::ReceiveDocument,
        Some(Kind::Chair),
        &["whole lead has_case", "whole manager has_case granted_read"],
    ),
    (
        Action::ReceiveDocument,
        Some(Kind::Notice),
        &["whole staff"],
    ),
    (Action::ReceiveDocument, Some(Kind::Duty), &["whole staff"]),
    (
        Action::Grant,
        Some(Kind::Case),
        &["whole lead person_staff person_welcome identified"],
    ),
    (Action::Grant, Some(Kind::Identity), &[]),
    (
        Action::Grant,
        Some(Kind::Chair),
        &["whole lead person_manager person_welcome has_case"],
    ),
    (Action::Grant, Some(Kind::Notice), &[]),
    (Action::Grant, Some(Kind::Duty), &[]),
    (
        Action::Exclude,
        Some(Kind::Case),
        &[
            "last lead person_lead leaves_no_lead",
            "whole lead person",
            "last myself staff author person_lead leaves_no_lead",
            "last myself staff granted_read person_lead leaves_no_lead",
            "last myself staff granted_append person_lead leaves_no_lead",
            "whole myself staff author",
            "whole myself staff granted_read",
            "whole myself staff granted_append",
        ],
    ),
    (Action::Exclude, Some(Kind::Identity), &[]),
    (Action::Exclude, Some(Kind::Chair), &[]),
    (Action::Exclude, Some(Kind::Notice), &[]),
    (Action::Exclude, Some(Kind::Duty), &[]),
    (
        Action::LiftExclusion,
        Some(Kind::Case),
        &["whole lead person_kept_away_by_name"],
    ),
    (Action::LiftExclusion, Some(Kind::Identity), &[]),
    (Action::LiftExclusion, Some(Kind::Chair), &[]),
    (Action::LiftExclusion, Some(Kind::Notice), &[]),
    (Action::LiftExclusion, Some(Kind::Duty), &[]),
    (Action::ClearRestriction, Some(Kind::Case), &["whole lead"]),
    (Action::ClearRestriction, Some(Kind::Identity), &[]),
    (Action::ClearRestriction, Some(Kind::Chair), &[]),
    (Action::ClearRestriction, Some(Kind::Notice), &[]),
    (Action::ClearRestriction, Some(Kind::Duty), &[]),
    (Action::ReadCaseLedger, Some(Kind::Case), &["whole lead"]),
    (Action::ReadCaseLedger, Some(Kind::Identity), &[]),
    (Action::ReadCaseLedger, Some(Kind::Chair), &[]),
    (Action::ReadCaseLedger, Some(Kind::Notice), &[]),
    (Action::ReadCaseLedger, Some(Kind::Duty), &[]),
    (Action::JudgeQuarantine, Some(Kind::Case), &["whole lead"]),
    (
        Action::JudgeQuarantine,
        Some(Kind::Identity),
        &["whole lead author unkept", "whole lead has_case"],
    ),
    (
        Action::JudgeQuarantine,
        Some(Kind::Chair),
        &["whole lead has_case"],
    ),
    (Action::JudgeQuarantine, Some(Kind::Notice), &["whole lead"]),
    (Action::JudgeQuarantine, Some(Kind::Duty), &["whole lead"]),
    (Action::EraseCase, Some(Kind::Case), &["whole lead"]),
    (Action::EraseCase, Some(Kind::Identity), &[]),
    (Action::EraseCase, Some(Kind::Chair), &[]),
    (Action::EraseCase, Some(Kind::Notice), &[]),
    (Action::EraseCase, Some(Kind::Duty), &[]),
    (Action::ExportCase, Some(Kind::Case), &["whole lead"]),
    (Action::ExportCase, Some(Kind::Identity), &[]),
    (Action::ExportCase, Some(Kind::Chair), &[]),
    (Action::ExportCase, Some(Kind::Notice), &[]),
    (Action::ExportCase, Some(Kind::Duty), &[]),
    (
        Action::SendAttachment,
        Some(Kind::Case),
        &[
            "whole author staff",
            "whole lead",
            "whole staff granted_write_till_a_day_ago",
        ],
    ),
    (Action::SendAttachment, Some(Kind::Identity), &[]),
    (Action::SendAttachment, Some(Kind::Chair), &[]),
    (Action::SendAttachment, Some(Kind::Notice), &[]),
    (Action::SendAttachment, Some(Kind::Duty), &[]),
    (
        Action::ReadAttachment,
        Some(Kind::Case),
        &[
            "whole lead",
            "whole staff granted_read",
            "whole staff author unrestricted",
            "own staff author",
            "own staff granted_append",
        ],
    ),
    (Action::ReadAttachment, Some(Kind::Identity), &[]),
    (Action::ReadAttachment, Some(Kind::Chair), &[]),
    (Action::ReadAttachment, Some(Kind::Notice), &[]),
    (Action::ReadAttachment, Some(Kind::Duty), &[]),
    (Action::InviteResponder, None, &["whole lead"]),
    (Action::InviteLead, None, &["whole lead"]),
    (
        Action::ConfirmDevice,
        None,
        &[
            "whole lead came first person_no_lead",
            "whole lead came person myself",
            "whole lead came person not_invited_by_me",
            "whole lead came person no_other_lead_yet",
            "another lead came person",
        ],
    ),
    (
        Action::RevokeDevice,
        None,
        &[
            "whole myself",
            "whole lead person",
            "whole admin person",
            "whole manager person_only_responder",
        ],
    ),
    (
        Action::ListTeam,
        None,
        &["whole lead", "whole any_role not_over"],
    ),
    (Action::ListDevices, None, &["whole lead"]),
    (Action::ReadPack, None, &["whole any_role"]),
    (Action::Carry, None, &["whole any_role"]),
    (Action::AskForLift, None, &["whole lead"]),
    (Action::SetTerm, None, &["whole lead person"]),
    (Action::ReadEventLedger, None, &["whole lead"]),
    (Action::ListQuarantine, None, &["whole lead"]),
    (Action::ListSuggestions, None, &["whole lead"]),
];

pub(crate) const ROLES: [Role; 6] = [
    Role::Responder,
    Role::Chair,
    Role::AlternateChair,
    Role::EventManager,
    Role::Announcer,
    Role::Admin,
];

fn has(roles: &Roles, wanted: &[Role]) -> bool {
    roles.iter().any(|role| wanted.contains(&role))
}

fn kept_away(document: &DocumentFacts, staff: StaffId, roles: &Roles) -> bool {
    std::iter::successors(Some(document), |document| document.case.as_deref()).any(|document| {
        document.excluded.contains(&staff)
            || (document.restricted == Restricted::ChairNamed && has(roles, &[Role::Chair]))
    })
}

fn granted(facts: &Facts<'_>, staff: StaffId, levels: &[Level], late: i64) -> bool {
    let document = facts.document.unwrap();
    let unidentified = std::iter::successors(Some(document), |document| document.case.as_deref())
        .any(|document| document.restricted == Restricted::StaffUnidentified);
    let now = facts.event.now.0;
    !unidentified
        && document.grants.iter().any(|line| {
            line.staff == staff
                && levels.contains(&line.level)
                && (line.from.0..line.until.0 + late).contains(&now)
        })
}

/// "If all leads would be excluded, the phone holds the case": somebody who leads may know of it, and where it is closed
/// to some of those who lead, somebody who is not on paper only.
fn reaches_a_lead(leads: &[Lead], kept_away: impl Fn(&Lead) -> bool) -> bool {
    let closed_to_some = leads.iter().any(&kept_away);
    leads
        .iter()
        .any(|lead| !kept_away(lead) && (lead.here || !closed_to_some))
}

fn holds(condition: &str, subject: &Subject, facts: &Facts<'_>) -> bool {
    const LEADS: [Role; 2] = [Role::Chair, Role::AlternateChair];
    let (me, roles) = (subject.staff, &subject.roles);
    let document = || facts.document.unwrap();
    match condition {
        "author" => document().author == me,
        "takes_reports" => has(
            roles,
            &[
                Role::Responder,
                Role::Chair,
                Role::AlternateChair,
                Role::EventManager,
            ],
        ),
        "lead" => has(roles, &LEADS),
        "manager" => has(roles, &[Role::EventManager]),
        "announcer" => has(roles, &[Role::Announcer]),
        "admin" => has(roles, &[Role::Admin]),
        "staff" => has(roles, &ROLES[..5]),
        "any_role" => has(roles, &ROLES),
        "has_case" => document().case.is_some(),
        "unkept" => !document().kept,
        "unrestricted" => document().restricted == Restricted::No,
        "identified" => document().restricted != Restricted::StaffUnidentified,
        "granted_read" => granted(facts, me, &[Level::Read, Level::Write], 0),
        "granted_append" => granted(facts, me, &[Level::Append], 0),
        "granted_write_till_a_day_ago" => {
            granted(facts, me, &[Level::Append, Level::Write], 24 * HOUR)
        }
        "event_open" => facts.event.open,
        "reaches_a_lead" => reaches_a_lead(facts.leads, |lead| {
            kept_away(document(), lead.staff, &lead.roles)
        }),
        "leaves_no_lead" => !reaches_a_lead(facts.leads, |lead| {
            kept_away(document(), lead.staff, &lead.roles)
                || facts
                    .person
                    .is_some_and(|person| person.staff == lead.staff)
        }),
        "writes_its_case" => document().case.as_deref().is_some_and(|case| {
            let about_the_case = Facts {
                document: Some(case),
                ..*facts
            };
            case.kind == Kind::Case
                && matches!(
                    oracle(subject, Action::AppendChange, &about_the_case),
                    Verdict::Yes(_)
                )
        }),
        "not_over" => facts.event.now < facts.event.closes,
        "person" => facts.person.is_some(),
        "myself" => facts.person.is_some_and(|person| person.staff == me),
        "person_lead" => facts
            .person
            .is_some_and(|person| has(&person.roles, &LEADS)),
        "person_kept_away_by_name" => facts
            .person
            .is_some_and(|person| document().excluded.contains(&person.staff)),
        "person_no_lead" => facts
            .person
            .is_some_and(|person| !has(&person.roles, &LEADS)),
        "first" => facts.arrival.is_some_and(|arrival| !arrival.further),
        "came" => facts.arrival.is_some(),
        "not_invited_by_me" => facts
            .arrival
            .is_some_and(|arrival| arrival.invited_by != Some(subject.staff)),
        "no_other_lead_yet" => facts.arrival.is_some_and(|arrival| {
            let me = BTreeSet::from([subject.staff]);
            arrival.leads_seen.is_subset(&me)
        }),
        "person_staff" => facts
            .person
            .is_some_and(|person| has(&person.roles, &ROLES[..5])),
        "person_manager" => facts
            .person
            .is_some_and(|person| has(&person.roles, &[Role::EventManager])),
        "person_only_responder" => facts
            .person
            .is_some_and(|person| person.roles.iter().eq([Role::Responder])),
        "person_welcome" => facts
            .person
            .is_some_and(|person| !kept_away(document(), person.staff, &person.roles)),
        other => unreachable!("no condition is called {other}"),
    }
}

/// What the table says. Before it, in this order: the device, the team, exclusion, the event's time.
pub(crate) fn oracle(subject: &Subject, action: Action, facts: &Facts<'_>) -> Verdict {
    let writes = [
        Action::OpenDocument,
        Action::AppendChange,
        Action::SendAttachment,
        Action::Carry,
    ]
    .contains(&action);
    let on_team = match subject.on_team {
        OnTeam::Yes => true,
        OnTeam::JustLeft => writes,
        OnTeam::No => false,
    };
    if subject.device_state != DeviceState::Active || !on_team {
        return Verdict::No;
    }
    let about_document = TABLE
        .iter()
        .any(|(of, kind, _)| *of == action && kind.is_some());
    let kind = if about_document {
        let Some(document) = facts.document else {
            return Verdict::No;
        };
        let in_time = (facts.event.opens..facts.event.closes).contains(&facts.event.now);
        if kept_away(document, subject.staff, &subject.roles)
            || !(in_time || holds("lead", subject, facts))
        {
            return Verdict::No;
        }
        Some(document.kind)
    } else {
        None
    };
    let (_, _, alternatives) = TABLE
        .iter()
        .find(|(of, on, _)| *of == action && *on == kind)
        .unwrap();
    let fits = alternatives.iter().find_map(|alternative| {
        let (verdict, conditions) = alternative.split_once(' ').unwrap();
        conditions
            .split(' ')
            .all(|condition| holds(condition, subject, facts))
            .then_some(verdict)
    });
    match fits {
        Some("whole") => Verdict::Yes(Scope::Whole),
        Some("own") => Verdict::Yes(Scope::Own),
        Some("held") => Verdict::Held,
        Some("last") => Verdict::LastLead,
        Some("another") => Verdict::AnotherLead,
        Some(other) => unreachable!("no verdict is called {other}"),
        None => Verdict::No,
    }
}

pub(crate) fn staff(number: u8) -> StaffId {
    StaffId::from_bytes([number; 16])
}
