//! Proof that somebody asked.

use std::marker::PhantomData;

use super::facts::{Decision, Denial, Facts, Scope, Subject};
use super::{Action, decide};
use crate::{DocumentId, StaffId};

/// An action as a type.
pub trait Act {
    /// The same as a value.
    const ACTION: Action;
}

macro_rules! acts {
    ($($name:ident),* $(,)?) => { $(
        #[doc = concat!("[`Action::", stringify!($name), "`] as a type.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}

        impl Act for $name {
            const ACTION: Action = Action::$name;
        }
    )* };
}

acts!(
    OpenDocument,
    AppendChange,
    ReceiveDocument,
    Grant,
    Exclude,
    LiftExclusion,
    ClearRestriction,
    ReadCaseLedger,
    JudgeQuarantine,
    EraseCase,
    InviteResponder,
    InviteLead,
    ConfirmDevice,
    RevokeDevice,
    ListTeam,
    ListDevices,
    ReadPack,
    AskForLift,
    SetTerm,
    ReadEventLedger,
    ListQuarantine,
    ListSuggestions,
    ExportCase,
    SendAttachment,
    ReadAttachment,
    Carry,
);

/// That this person may do this, to this document or person. It holds for the moment it was made in, so it is not kept.
///
/// Nobody can write one down:
///
/// ```compile_fail,E0451
/// use safehall_core::access::{Permit, ReadPack};
/// let forged: Permit<ReadPack> = Permit { ..todo!() };
/// ```
///
/// nor copy one that was given:
///
/// ```compile_fail,E0599
/// use safehall_core::access::{EraseCase, Permit};
/// fn twice(permit: &Permit<EraseCase>) -> Permit<EraseCase> {
///     Permit::clone(permit)
/// }
/// ```
///
/// nor use one for something else:
///
/// ```compile_fail,E0308
/// use safehall_core::access::{EraseCase, Permit, ReceiveDocument};
/// fn erase(_: &Permit<EraseCase>) {}
/// fn read(permit: &Permit<ReceiveDocument>) {
///     erase(permit);
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Permit<A> {
    staff: StaffId,
    document: Option<DocumentId>,
    person: Option<StaffId>,
    scope: Scope,
    act: PhantomData<A>,
}

impl<A> Permit<A> {
    /// Who may.
    #[must_use]
    pub const fn staff(&self) -> StaffId {
        self.staff
    }

    /// Which document it is about.
    #[must_use]
    pub const fn document(&self) -> Option<DocumentId> {
        self.document
    }

    /// Whom it is about.
    #[must_use]
    pub const fn person(&self) -> Option<StaffId> {
        self.person
    }

    /// How much of it.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }
}

/// Asks [`decide`].
///
/// # Errors
/// The reason, for the ledger and not for the asker.
pub fn permit<A: Act>(subject: &Subject, facts: &Facts<'_>) -> Result<Permit<A>, Denial> {
    match decide(subject, A::ACTION, facts) {
        Decision::Allow(scope) => Ok(Permit {
            staff: subject.staff,
            document: facts.document.map(|document| document.id),
            person: facts.person.map(|person| person.staff),
            scope,
            act: PhantomData,
        }),
        Decision::Deny(denial) => Err(denial),
    }
}
