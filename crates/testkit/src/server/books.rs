//! What the pretend server has written down, and who may see what of it.

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::Timestamp;
use safehall_core::access::{
    Action, Decision, DeviceState, DocumentFacts, EventFacts, Facts, GrantLine, Kind, Lead, Level,
    OnTeam, Restricted, Role, Roles, Scope, Subject, decide,
};
use safehall_sync::admission::DocumentState;
use safehall_sync::envelope::{Birth, Body};
use safehall_sync::ids::{ChangeId, DeviceId, DocumentId, StaffId};
use safehall_sync::wire::{self, Envelope};

use crate::clock::{DOORS_OPEN, Millis, hours};

/// One line of the server's journal: the order of lines is the log.
#[derive(Clone)]
pub(crate) enum Line {
    /// The log begins, or begins again after a restore.
    Epoch([u8; 16]),
    /// Somebody's device was let in.
    Enrolled {
        staff: StaffId,
        roles: Roles,
        device: DeviceId,
        key: Vec<u8>,
    },
    /// A device is out for good.
    Revoked(DeviceId),
    /// A change was kept.
    Change(Box<KeptChange>),
    /// Somebody was let into a document.
    Granted(DocumentId, GrantLine),
    /// A grant was taken back.
    Withdrawn(DocumentId, StaffId),
    /// Somebody must not learn that the document exists.
    Excluded(DocumentId, StaffId),
}

/// A change as it stands in the log.
#[derive(Clone)]
pub(crate) struct KeptChange {
    pub(crate) body: Body,
    pub(crate) envelope: Envelope,
    pub(crate) received_at: Millis,
    pub(crate) staff: StaffId,
}

/// The journal, read from its beginning. Can be thrown away and read again.
#[derive(Clone, Default)]
pub(crate) struct Books {
    pub(crate) epoch: [u8; 16],
    pub(crate) devices: BTreeMap<DeviceId, Enrolled>,
    pub(crate) documents: BTreeMap<DocumentId, Paper>,
    pub(crate) kept: BTreeSet<ChangeId>,
    log: Vec<Entry>,
}

#[derive(Clone)]
pub(crate) struct Enrolled {
    pub(crate) staff: StaffId,
    pub(crate) roles: Roles,
    pub(crate) key: Vec<u8>,
    pub(crate) revoked: bool,
}

/// What is known of a document without reading it.
#[derive(Clone)]
pub(crate) struct Paper {
    facts: DocumentFacts,
    parent: Option<DocumentId>,
    pub(crate) wire_kind: wire::Kind,
    pub(crate) changes: Vec<KeptChange>,
}

#[derive(Clone)]
enum Entry {
    Change(Box<KeptChange>),
    /// From here on this person may see the document, or no longer.
    Turn(DocumentId, StaffId),
}

/// What a device has to be told, in the order of the log.
pub(crate) enum News {
    Change(Envelope, Millis),
    Forget(DocumentId),
}

impl Books {
    pub(crate) fn read<'a>(journal: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut books = Self::default();
        for line in journal {
            books.write(line);
        }
        books
    }

    pub(crate) fn write(&mut self, line: &Line) {
        match line {
            Line::Epoch(epoch) => self.epoch = *epoch,
            Line::Enrolled {
                staff,
                roles,
                device,
                key,
            } => {
                let enrolled = Enrolled {
                    staff: *staff,
                    roles: roles.clone(),
                    key: key.clone(),
                    revoked: false,
                };
                self.devices.insert(*device, enrolled);
            }
            Line::Revoked(device) => {
                if let Some(device) = self.devices.get_mut(device) {
                    device.revoked = true;
                }
            }
            Line::Change(change) => self.change(change),
            Line::Granted(document, grant) => {
                if let Some(paper) = self.documents.get_mut(document) {
                    paper
                        .facts
                        .grants
                        .retain(|other| other.staff != grant.staff);
                    paper.facts.grants.push(*grant);
                    self.log.push(Entry::Turn(*document, grant.staff));
                }
            }
            Line::Withdrawn(document, staff) => {
                if let Some(paper) = self.documents.get_mut(document) {
                    paper.facts.grants.retain(|other| other.staff != *staff);
                    self.log.push(Entry::Turn(*document, *staff));
                }
            }
            Line::Excluded(document, staff) => {
                if let Some(paper) = self.documents.get_mut(document) {
                    paper.facts.excluded.insert(*staff);
                    self.log.push(Entry::Turn(*document, *staff));
                    let below = self
                        .documents
                        .iter()
                        .filter(|(_, paper)| paper.parent == Some(*document));
                    let below: Vec<_> = below.map(|(id, _)| *id).collect();
                    self.log
                        .extend(below.into_iter().map(|id| Entry::Turn(id, *staff)));
                }
            }
        }
    }

    fn change(&mut self, change: &KeptChange) {
        let id = change.body.document;
        let birth = change.body.birth.as_ref();
        let paper = self.documents.entry(id).or_insert_with(|| Paper {
            facts: facts(id, change, birth),
            parent: birth.and_then(|birth| birth.parent),
            wire_kind: change.body.kind,
            changes: Vec::new(),
        });
        paper.changes.push(change.clone());
        self.kept.insert(change.body.id);
        self.log.push(Entry::Change(Box::new(change.clone())));
        if change.body.kind == wire::Kind::Identity {
            // Its author hands the name over and keeps no copy.
            self.log.push(Entry::Turn(id, change.staff));
        }
    }

    /// How long the log is.
    pub(crate) fn length(&self) -> usize {
        self.log.len()
    }

    /// Who asks with this device.
    pub(crate) fn subject(&self, device: DeviceId) -> Option<Subject> {
        let device = self.devices.get(&device)?;
        Some(Subject {
            staff: device.staff,
            device_state: if device.revoked {
                DeviceState::Revoked
            } else {
                DeviceState::Active
            },
            on_team: OnTeam::Yes,
            roles: device.roles.clone(),
        })
    }

    /// What may be done with a document, kept or about to be.
    pub(crate) fn may(
        &self,
        device: DeviceId,
        action: Action,
        document: &DocumentFacts,
        now: Millis,
    ) -> Option<Scope> {
        let subject = self.subject(device)?;
        let facts = Facts {
            event: event(now),
            document: Some(document),
            person: None,
            leads: &self.leads(),
        };
        match decide(&subject, action, &facts) {
            Decision::Allow(scope) => Some(scope),
            Decision::Deny(_) => None,
        }
    }

    /// The leads: those who have come, and the chair on the list, who may come yet.
    fn leads(&self) -> Vec<Lead> {
        let come = self.devices.values().filter(|device| device.roles.lead());
        let mut leads: Vec<Lead> = come
            .map(|device| Lead {
                staff: device.staff,
                roles: device.roles.clone(),
                here: true,
            })
            .collect();
        if leads.is_empty() {
            leads.push(Lead {
                staff: StaffId::from_bytes([0; 16]),
                roles: Roles::from_iter([Role::Chair]),
                here: false,
            });
        }
        leads
    }

    /// The facts of a kept document, with its case's.
    pub(crate) fn facts(&self, document: DocumentId) -> Option<DocumentFacts> {
        let paper = self.documents.get(&document)?;
        let mut facts = paper.facts.clone();
        facts.case = paper
            .parent
            .and_then(|case| self.documents.get(&case))
            .map(|case| Box::new(case.facts.clone()));
        Some(facts)
    }

    /// The facts of a document whose first change this would be.
    pub(crate) fn facts_at_birth(
        &self,
        change: &KeptChange,
        before: &[KeptChange],
    ) -> DocumentFacts {
        let birth = change.body.birth.as_ref();
        let mut facts = facts(change.body.document, change, birth);
        facts.kept = false;
        if let Some(case) = birth.and_then(|birth| birth.parent) {
            let born = before.iter().find(|other| other.body.document == case);
            facts.case = match (self.documents.get(&case), born) {
                (Some(paper), _) => Some(Box::new(paper.facts.clone())),
                (None, Some(born)) => Some(Box::new(self.facts_at_birth(born, &[]))),
                (None, None) => None,
            };
        }
        facts
    }

    /// What admission has to know of a document, out of the log.
    pub(crate) fn state(&self, document: DocumentId, kind: wire::Kind) -> DocumentState {
        let changes = self
            .documents
            .get(&document)
            .map(|paper| paper.changes.as_slice())
            .unwrap_or_default();
        DocumentState::rebuild(
            kind,
            changes
                .iter()
                .map(|change| (change.body.device, change.body.change.as_ref())),
        )
    }

    /// How much of a document a device may have.
    pub(crate) fn receives(
        &self,
        device: DeviceId,
        document: DocumentId,
        now: Millis,
    ) -> Option<Scope> {
        self.may(device, Action::ReceiveDocument, &self.facts(document)?, now)
    }

    /// What a device that has read up to `from` has to be told, at most
    /// `changes` of them unless one turn has more; and how far it then is.
    pub(crate) fn news(
        &self,
        device: DeviceId,
        from: usize,
        changes: usize,
        now: Millis,
    ) -> (Vec<News>, usize) {
        let mut news = Vec::new();
        let Some(staff) = self.devices.get(&device).map(|device| device.staff) else {
            return (news, from);
        };
        let mut last_turn = BTreeMap::new();
        for (at, entry) in self.log.iter().enumerate() {
            if let Entry::Turn(document, whose) = entry
                && *whose == staff
            {
                last_turn.insert(*document, at);
            }
        }
        for (at, entry) in self.log.iter().enumerate().skip(from) {
            match entry {
                Entry::Change(change) => {
                    let document = change.body.document;
                    let comes_whole = last_turn.get(&document).is_some_and(|turn| *turn > at);
                    if !comes_whole && self.sees(device, change, now) {
                        news.push(News::Change(change.envelope.clone(), change.received_at));
                    }
                }
                Entry::Turn(document, whose)
                    if *whose == staff && last_turn.get(document) == Some(&at) =>
                {
                    if self.receives(device, *document, now).is_some() {
                        let before = self.log[..at].iter().filter_map(|entry| match entry {
                            Entry::Change(change) if change.body.document == *document => {
                                Some(change)
                            }
                            Entry::Change(_) | Entry::Turn(..) => None,
                        });
                        let seen = before.filter(|change| self.sees(device, change, now));
                        news.extend(seen.map(|change| {
                            News::Change(change.envelope.clone(), change.received_at)
                        }));
                    } else {
                        news.push(News::Forget(*document));
                    }
                }
                Entry::Turn(..) => {}
            }
            if news.len() >= changes {
                return (news, at + 1);
            }
        }
        (news, self.log.len())
    }

    fn sees(&self, device: DeviceId, change: &KeptChange, now: Millis) -> bool {
        match self.receives(device, change.body.document, now) {
            Some(Scope::Whole) => true,
            Some(Scope::Own) => self
                .devices
                .get(&device)
                .is_some_and(|asking| asking.staff == change.staff),
            None => false,
        }
    }
}

fn facts(id: DocumentId, change: &KeptChange, birth: Option<&Birth>) -> DocumentFacts {
    DocumentFacts {
        id,
        kind: match change.body.kind {
            wire::Kind::Case | wire::Kind::Unspecified => Kind::Case,
            wire::Kind::Identity => Kind::Identity,
            wire::Kind::Chair => Kind::Chair,
            wire::Kind::Notice => Kind::Notice,
            wire::Kind::Duty => Kind::Duty,
        },
        author: change.staff,
        kept: true,
        restricted: match birth.map_or(wire::Restricted::None, |birth| birth.restricted) {
            wire::Restricted::None => Restricted::No,
            wire::Restricted::StaffNamed => Restricted::StaffNamed,
            wire::Restricted::ChairNamed => Restricted::ChairNamed,
            wire::Restricted::StaffUnidentified => Restricted::StaffUnidentified,
        },
        excluded: birth
            .map(|birth| {
                birth
                    .excluded
                    .iter()
                    .map(|staff| StaffId::from_bytes(*staff.as_bytes()))
                    .collect()
            })
            .unwrap_or_default(),
        grants: Vec::new(),
        case: None,
    }
}

/// A grant that holds for the rest of the event.
pub(crate) fn grant(staff: StaffId, level: Level, now: Millis) -> GrantLine {
    GrantLine {
        staff,
        level,
        from: moment(now),
        until: moment(DOORS_OPEN + hours(24 * 30)),
    }
}

fn event(now: Millis) -> EventFacts {
    EventFacts {
        now: moment(now),
        opens: moment(DOORS_OPEN - hours(24)),
        closes: moment(DOORS_OPEN + hours(24 * 30)),
        open: true,
    }
}

pub(crate) fn moment(millis: Millis) -> Timestamp {
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}
