//! Everything that the ledger knows to note. What is not here cannot be noted.

/// Who is shown such an entry, of those who may read the ledger at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum For {
    /// Every lead. So it must never be caused by a case: a lead who is kept
    /// away from one would see that it is there.
    Leads,
    /// The leads who may receive the case that it concerns.
    Case,
    /// Whoever stands at the server's terminal.
    Terminal,
}

macro_rules! whats {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $for:ident;)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub(crate) enum What { $($(#[$doc])* $name,)* }

        impl What {
            const ALL: &[Self] = &[$(Self::$name,)*];

            /// As it is stored, hashed and told.
            pub(crate) const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Who is shown it.
            pub(crate) const fn shown_to(self) -> For {
                match self { $(Self::$name => For::$for,)* }
            }
        }
    };
}

whats! {
    /// The data folder was made.
    EventMade, "event_made", Leads;
    /// Another pack took the place of the one before.
    PackChanged, "pack_changed", Leads;
    /// From now on the event takes reports.
    EventOpened, "event_opened", Leads;
    /// The server began to take calls.
    ServerStarted, "server_started", Leads;
    /// The server stopped in order. Missing before the next start: it was cut off.
    ServerStopped, "server_stopped", Leads;
    /// Somebody got a way in.
    InviteMade, "invite_made", Leads;
    /// A lead got a way in from the server's own terminal, after leads were there.
    LeadRecovered, "lead_recovered", Leads;
    /// A device came in by an invite.
    DeviceEnrolled, "device_enrolled", Leads;
    /// A lead compared its four words.
    DeviceConfirmed, "device_confirmed", Leads;
    /// A device was cut off.
    DeviceRevoked, "device_revoked", Leads;
    /// A device showed two changes under one number and may write no more.
    DeviceFrozen, "device_frozen", Leads;
    /// A device that was cut off says that it emptied itself.
    DeviceWiped, "device_wiped", Leads;
    /// The first contact of a device on a day (UTC).
    DeviceSeen, "device_seen", Leads;
    /// Somebody's time on the team was set.
    TermSet, "term_set", Leads;
    /// Documents were written to files at the terminal.
    Exported, "exported", Leads;
    /// Cases were read at the terminal.
    CasesRead, "cases_read", Leads;
    /// A backup was made.
    BackupMade, "backup_made", Leads;
    /// The data come from a backup.
    Restored, "restored", Leads;
    /// A lead looked at the event's part of the ledger, or at a device's.
    LedgerRead, "ledger_read", Leads;

    /// The first change of a case, or of a document that belongs to one.
    DocumentMade, "document_made", Case;
    /// Changes of one device to one document, kept together.
    ChangesKept, "changes_kept", Case;
    /// Changes of one device to one case, which another device brought sealed.
    ChangesCarried, "changes_carried", Case;
    /// Changes of one device to one document, refused together.
    ChangesRefused, "changes_refused", Case;
    /// Changes wait for a lead's word.
    ChangesQuarantined, "changes_quarantined", Case;
    /// A lead let a waiting change in.
    ChangeAdmitted, "change_admitted", Case;
    /// A lead threw a waiting change away.
    ChangeDiscarded, "change_discarded", Case;
    /// A device was given a document, for the first time or again after it dropped it.
    Delivered, "delivered", Case;
    /// A device says that somebody looked at a document on it.
    Opened, "opened", Case;
    /// A device says that a document is not on it any more.
    Dropped, "dropped", Case;
    /// Somebody was let into a case.
    Granted, "granted", Case;
    /// What somebody was given was taken back.
    GrantWithdrawn, "grant_withdrawn", Case;
    /// What somebody was given ran out.
    GrantEnded, "grant_ended", Case;
    /// Somebody is kept away from a case.
    Excluded, "excluded", Case;
    /// Somebody said that they should not be involved.
    Recused, "recused", Case;
    /// The first of two words for letting a lead near again.
    LiftAsked, "lift_asked", Case;
    /// Somebody who was kept away may come near again.
    ExclusionLifted, "exclusion_lifted", Case;
    /// A later change says who must not know of the case.
    CaseRestricted, "case_restricted", Case;
    /// A lead found out what a restriction was about, and ended it.
    RestrictionCleared, "restriction_cleared", Case;
    /// A case and all that belongs to it will be erased.
    EraseBegun, "erase_begun", Case;
    /// A case and all that belongs to it is erased.
    Erased, "erased", Case;
    /// A lead looked at the case's part of the ledger.
    CaseLedgerRead, "case_ledger_read", Case;
    /// A lead took a copy of the case out of here.
    CaseExported, "case_exported", Case;

    /// An attachment of a case came in whole.
    AttachmentCame, "attachment_came", Case;
    /// Somebody got an attachment of a case, for the first time.
    AttachmentRead, "attachment_read", Case;

    /// A device sends more than it may.
    LimitReached, "limit_reached", Terminal;
    /// The worker that tries changes died over one.
    WorkerDied, "worker_died", Terminal;
}

impl What {
    /// The one with this code.
    pub(crate) fn named(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|what| what.code() == code)
    }
}

impl What {
    /// Whether it belongs to the answer to "what was on this device?": what it
    /// was given, and what was begun on it.
    pub(crate) const fn tells_of_a_device(self) -> bool {
        matches!(
            self,
            Self::DeviceEnrolled
                | Self::DeviceConfirmed
                | Self::DeviceRevoked
                | Self::DeviceFrozen
                | Self::DeviceWiped
                | Self::DeviceSeen
                | Self::DocumentMade
                | Self::Delivered
                | Self::Opened
                | Self::Dropped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_lists_every_code_and_who_is_shown_it_and_no_other() {
        let page = include_str!("../../../../docs/LEDGER.md");
        let told: Vec<(&str, &str)> = page
            .lines()
            .filter_map(|line| {
                let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
                Some((cells.next()?.trim_end_matches('`'), cells.nth(2)?))
            })
            .collect();
        let known: Vec<(&str, &str)> = What::ALL
            .iter()
            .map(|what| {
                let shown = match what.shown_to() {
                    For::Leads => "leads",
                    For::Case => "case",
                    For::Terminal => "terminal",
                };
                (what.code(), shown)
            })
            .collect();
        assert_eq!(told, known);
    }

    #[test]
    fn codes_are_told_apart() {
        for what in What::ALL {
            assert_eq!(What::named(what.code()), Some(*what));
            assert!(what.code().len() <= 40);
        }
        assert_eq!(What::named("nothing_such"), None);
    }
}
