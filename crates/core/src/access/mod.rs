//! Who may do what. One total function, default deny; everything that acts asks it first.
//!
//! [`permit`] makes a [`Permit`] for one action, and nothing else can. A store that takes a `&Permit<AppendChange>`
//! cannot be reached by code that forgot to ask, or that asked about something else.

mod document;
mod facts;
mod permit;
mod team;

pub use facts::{
    Arrival, Decision, Denial, DeviceState, DocumentFacts, EventFacts, Facts, GrantLine, Kind,
    Lead, Level, OnTeam, Person, Restricted, Role, Roles, Scope, Subject, Term,
};
pub use permit::{
    Act, AppendChange, AskForLift, Carry, ClearRestriction, ConfirmDevice, EraseCase, Exclude,
    ExportCase, Grant, InviteLead, InviteResponder, JudgeQuarantine, LiftExclusion, ListDevices,
    ListQuarantine, ListSuggestions, ListTeam, OpenDocument, Permit, ReadAttachment,
    ReadCaseLedger, ReadEventLedger, ReadPack, ReceiveDocument, RevokeDevice, SendAttachment,
    SetTerm, permit,
};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Send the first change of a document.
    OpenDocument,
    /// Send a further change of a document.
    AppendChange,
    /// Get a document's changes, or know that it exists.
    ReceiveDocument,
    /// Give somebody access to a document, or take it away. [`Facts::person`] is who gets it.
    Grant,
    /// Keep somebody away from a case. [`Facts::person`] is who; one's own id means "I should not be involved".
    Exclude,
    /// Let somebody near a case again, as one lead's word. [`Facts::person`] is who. A lead needs two leads' words.
    LiftExclusion,
    /// End the restriction that a case was opened with.
    ClearRestriction,
    /// See who was given what of a case, and what was done with it.
    ReadCaseLedger,
    /// See a change of a document that was put aside, and admit or discard it.
    JudgeQuarantine,
    /// Destroy a case and everything that belongs to it.
    EraseCase,
    /// Invite somebody who will not be a lead, or a further device for one.
    InviteResponder,
    /// Invite a lead, or a further device for one.
    InviteLead,
    /// Say that the four words on a pending device are the right ones. [`Facts::person`] is whose device,
    /// [`Facts::arrival`] how it came. A lead's, and a further one of somebody else, needs two leads, one who invites and
    /// one who compares, as soon as there were two.
    ConfirmDevice,
    /// End a device's access. [`Facts::person`] is whose device.
    RevokeDevice,
    /// See names, roles and telephone numbers of the team.
    ListTeam,
    /// See the team's devices and grants.
    ListDevices,
    /// Get the event pack.
    ReadPack,
    /// Give one's own word for being let near a case again. It is about no document, so it tells nothing about one, and
    /// it does nothing without the word of another lead.
    AskForLift,
    /// Say from when until when somebody is on the team. [`Facts::person`] is who.
    SetTerm,
    /// See what happened at the event, cases apart.
    ReadEventLedger,
    /// See what was put aside. Each line is of a document that is asked about by itself.
    ListQuarantine,
    /// See which cases may belong together. Only cases that are asked about by themselves are compared.
    ListSuggestions,
    /// Take a case out of here, on paper or as a file.
    ExportCase,
    /// Send the bytes of an attachment of a case.
    SendAttachment,
    /// Get the bytes of an attachment of a case.
    ReadAttachment,
    /// Bring what another device sealed. Whether each change of it may be kept is asked of who wrote it.
    Carry,
}

/// Decides. The order matters: a device that is not active, then a person who is not on the team, then exclusion, then
/// the event's time, then what roles, grants and authorship give.
#[must_use]
pub fn decide(subject: &Subject, action: Action, facts: &Facts<'_>) -> Decision {
    match judge(subject, action, facts) {
        Ok(scope) => Decision::Allow(scope),
        Err(denial) => Decision::Deny(denial),
    }
}

fn judge(subject: &Subject, action: Action, facts: &Facts<'_>) -> Result<Scope, Denial> {
    match subject.device_state {
        DeviceState::Active => {}
        DeviceState::Pending => return Err(Denial::DevicePending),
        DeviceState::Revoked => return Err(Denial::DeviceRevoked),
    }
    match subject.on_team {
        OnTeam::Yes => {}
        OnTeam::JustLeft
            if matches!(
                action,
                Action::OpenDocument
                    | Action::AppendChange
                    | Action::SendAttachment
                    | Action::Carry
            ) => {}
        OnTeam::JustLeft | OnTeam::No => return Err(Denial::NotOnTeam),
    }
    match action {
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
        | Action::ReadAttachment => {
            let document = facts.document.ok_or(Denial::Unknown)?;
            document.refuse_excluded(subject)?;
            facts.event.refuse_outside(subject)?;
            document::judge(subject, action, document, facts)
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
        | Action::Carry => team::judge(subject, action, facts),
    }
}
