//! What a decision is made from. The server looks it up for each request; nothing in here comes from a token.

use std::collections::BTreeSet;

use crate::{DocumentId, StaffId, Timestamp};

/// What a person may be at an event. One person may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Takes reports.
    Responder,
    /// Decides.
    Chair,
    /// Decides when the chair cannot or must not.
    AlternateChair,
    /// Runs the conference.
    EventManager,
    /// Reads announcements out.
    Announcer,
    /// Runs the machine, and reads nothing.
    Admin,
}

/// The roles of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Whether the person has this role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Chair or alternate chair.
    #[must_use]
    pub fn lead(&self) -> bool {
        self.has(Role::Chair) || self.has(Role::AlternateChair)
    }

    /// Any role that has to do with people: everybody but those who only run the machine.
    #[must_use]
    pub fn staff(&self) -> bool {
        self.0.iter().any(|role| match role {
            Role::Responder
            | Role::Chair
            | Role::AlternateChair
            | Role::EventManager
            | Role::Announcer => true,
            Role::Admin => false,
        })
    }

    /// Whether the person may take a report.
    #[must_use]
    pub fn takes_reports(&self) -> bool {
        self.lead() || self.has(Role::Responder) || self.has(Role::EventManager)
    }

    /// The roles in their order.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().collect())
    }
}

/// How far a device has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceState {
    /// Its four words are not confirmed.
    Pending,
    /// It may act for its person.
    Active,
    /// It may not any more.
    Revoked,
}

/// What was written while somebody could write may arrive this long after the planned end of it: phones were offline.
pub(super) const LATE: i64 = 24 * 60 * 60 * 1000;

/// Whether somebody is on the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnTeam {
    /// Now.
    Yes,
    /// Until less than a day ago, as planned: what they wrote may still arrive, and nothing is read.
    JustLeft,
    /// Not yet, not any more, or sent away.
    No,
}

/// From when until when somebody is on the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// The end was set before it came. Whoever is sent away at once does not get the day for what is still on the way.
    pub planned: bool,
}

impl Term {
    /// Whether its person is on the team at `now`.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> OnTeam {
        if now < self.from {
            OnTeam::No
        } else if now < self.until {
            OnTeam::Yes
        } else if self.planned && now < self.until.plus(LATE) {
            OnTeam::JustLeft
        } else {
            OnTeam::No
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The person.
    pub staff: StaffId,
    /// The state of the device that they ask with.
    pub device_state: DeviceState,
    /// Whether the person is on the team.
    pub on_team: OnTeam,
    /// What they are.
    pub roles: Roles,
}

/// The person whom an action is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub staff: StaffId,
    /// What they are, or will be.
    pub roles: Roles,
}

/// How a device came that waits for its four words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Who made its invite. Nobody: it was made on the server's own terminal.
    pub invited_by: Option<StaffId>,
    /// Whether another device of its person was ever let in.
    pub further: bool,
    /// The leads of whom a device was ever let in, also those who are not on the team any more.
    pub leads_seen: BTreeSet<StaffId>,
}

/// A lead who is on the team, as somebody who could receive a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// Who.
    pub staff: StaffId,
    /// What they are.
    pub roles: Roles,
    /// A device of theirs was let in once. One who only stands on the list may not even be at the event.
    pub here: bool,
}

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Reports and what is done about them.
    Case,
    /// A reporter's name.
    Identity,
    /// What the leads decide about a case.
    Chair,
    /// What all staff have to know.
    Notice,
    /// Who is on duty.
    Duty,
}

/// Whom a case must not reach, as its author said when opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Restricted {
    /// Nobody in particular.
    No,
    /// Staff members who are listed among the excluded.
    StaffNamed,
    /// The chair: the alternate leads the case.
    ChairNamed,
    /// Somebody with a staff badge, not known who: grants do not count until this is cleared.
    StaffUnidentified,
}

/// How much a grant gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Reads.
    Read,
    /// Writes, and reads what they wrote.
    Append,
    /// Reads and writes.
    Write,
}

/// One person's access to one document for some time. A grant that was withdrawn is no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantLine {
    /// Who has it.
    pub staff: StaffId,
    /// How much.
    pub level: Level,
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
}

/// What the server knows about one document without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// The document.
    pub id: DocumentId,
    /// What it is for.
    pub kind: Kind,
    /// Who opened it.
    pub author: StaffId,
    /// Whether the server holds its first change.
    pub kept: bool,
    /// Of a case: whom it must not reach.
    pub restricted: Restricted,
    /// Of a case: who must not know of it, or said that they should not be involved.
    pub excluded: BTreeSet<StaffId>,
    /// Who has been given access.
    pub grants: Vec<GrantLine>,
    /// Of `identity` and `chair`: the case they belong to. Who is kept away from the case is kept away from these, so
    /// without it only an identity's author gets near.
    pub case: Option<Box<DocumentFacts>>,
}

impl DocumentFacts {
    pub(super) fn refuse_excluded(&self, subject: &Subject) -> Result<(), Denial> {
        if self.excludes(subject.staff, &subject.roles) {
            Err(Denial::Excluded)
        } else {
            Ok(())
        }
    }

    /// Whether this person must not know of the document.
    #[must_use]
    pub fn excludes(&self, staff: StaffId, roles: &Roles) -> bool {
        let here = match self.restricted {
            Restricted::ChairNamed => roles.has(Role::Chair),
            Restricted::No | Restricted::StaffNamed | Restricted::StaffUnidentified => false,
        };
        here || self.excluded.contains(&staff)
            || self
                .case
                .as_ref()
                .is_some_and(|case| case.excludes(staff, roles))
    }

    /// Whether a lead is left who may know of it. Where it is closed to one of them, another must be here: otherwise
    /// nobody would read it, and the phone that holds it would believe that somebody does.
    #[must_use]
    pub fn reaches_a_lead(&self, leads: &[Lead]) -> bool {
        let free: Vec<_> = leads
            .iter()
            .filter(|lead| !self.excludes(lead.staff, &lead.roles))
            .collect();
        let closed_to_none = free.len() == leads.len();
        free.iter().any(|lead| lead.here || closed_to_none)
    }
}

/// The event's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventFacts {
    /// Now, by the server's clock.
    pub now: Timestamp,
    /// From this moment on staff may write and read.
    pub opens: Timestamp,
    /// Before this moment. Leads go on afterwards: an appeal comes weeks later.
    pub closes: Timestamp,
    /// Whether reports are taken: two leads were here at once, so that one of them may be the reported person.
    pub open: bool,
}

impl EventFacts {
    pub(super) fn refuse_outside(&self, subject: &Subject) -> Result<(), Denial> {
        if subject.roles.lead() {
            Ok(())
        } else if self.now < self.opens {
            Err(Denial::EventNotOpen)
        } else if self.now >= self.closes {
            Err(Denial::EventOver)
        } else {
            Ok(())
        }
    }
}

/// What an action is about.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The event's time.
    pub event: EventFacts,
    /// The document. Absent for actions that have none, and when there is no such document.
    pub document: Option<&'a DocumentFacts>,
    /// The person, see [`super::Action`].
    pub person: Option<&'a Person>,
    /// Of [`super::Action::ConfirmDevice`]: the device.
    pub arrival: Option<&'a Arrival>,
    /// The leads who are on the team.
    pub leads: &'a [Lead],
}

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everything.
    Whole,
    /// Only what the asker's own devices wrote.
    Own,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Yes, to this extent.
    Allow(Scope),
    /// No. The reason is for the ledger: outside, a document that one may not see and one that does not exist are the
    /// same answer.
    Deny(Denial),
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Denial {
    /// The four words were not confirmed yet.
    #[error("the device waits for its four words to be confirmed")]
    DevicePending,
    /// The device is out.
    #[error("the device was revoked")]
    DeviceRevoked,
    /// The person is out.
    #[error("the person is not on the team")]
    NotOnTeam,
    /// The person must not know of the case, or should not be involved.
    #[error("the person is kept away from this case")]
    Excluded,
    /// Too early.
    #[error("the event is not open yet")]
    EventNotOpen,
    /// Too late.
    #[error("the event is over")]
    EventOver,
    /// There is no such document, or nothing was said about whom the action is about.
    #[error("there is nothing to act on")]
    Unknown,
    /// The action does not go with this kind of document or person.
    #[error("this cannot be done with it")]
    NotThis,
    /// Neither role nor grant nor authorship gives it.
    #[error("nothing gives the person this right")]
    NoRight,
    /// The person may send it, and nobody may receive it now. It stays on the device.
    #[error("no lead may receive this now")]
    Held,
    /// Nobody would be left to lead the case.
    #[error("this is the last lead who may know of the case")]
    LastLead,
    /// One lead alone would let in what reads for somebody else: she could read with it what she may not know.
    #[error("the words of this device are compared by a lead who did not invite it")]
    AnotherLead,
}
