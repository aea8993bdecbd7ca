//! What the pretend server has written down, and who may see what of it.

use std::collections::{BTreeMap, BTreeSet};

use safehall_core::Timestamp;
use safehall_core::access::{
    Action, Decision, Denial, DeviceState, DocumentFacts, EventFacts, Facts, GrantLine, Kind, Lead,
    Level, OnTeam, Restricted, Role, Roles, Scope, Subject, Term, decide,
};
use safehall_sync::admission::DocumentState;
use safehall_sync::envelope::{Birth, Body};
use safehall_sync::ids::{ChangeId, DeviceId, DocumentId, StaffId};
use safehall_sync::wire::quarantine_line::Cause;
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
    /// Two leads let somebody near the document again.
    Lifted(DocumentId, StaffId),
    /// Somebody left the team at this moment.
    Left(StaffId, Millis),
    /// Something of the document is about to be handed to this device.
    Given(DeviceId, DocumentId),
    /// The device showed what others wrote in the document: it has it from
    /// before a restore.
    Shown {
        device: DeviceId,
        document: DocumentId,
        may_have_it: bool,
    },
    /// A change for the leads only, until one of them decides.
    Aside(Box<KeptChange>, Cause),
    /// A lead let one of these into the log.
    Admitted(ChangeId, Millis),
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
    /// What waits for a lead's word.
    pub(crate) aside: BTreeMap<ChangeId, (KeptChange, Cause)>,
    /// Devices that signed two changes under one number.
    pub(crate) frozen: BTreeSet<DeviceId>,
    left: BTreeMap<StaffId, Millis>,
    /// Who could see which document at some time.
    had: BTreeSet<(DocumentId, StaffId)>,
    /// Which devices have something of a document: no other is told to forget
    /// it, which would say that there is one.
    pub(crate) given: BTreeSet<(DeviceId, DocumentId)>,
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
                    // While nobody knows who the reported person is, no grant counts.
                    let counts = paper.facts.restricted != Restricted::StaffUnidentified;
                    if counts && !paper.facts.excluded.contains(&grant.staff) {
                        self.had.insert((*document, grant.staff));
                    }
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
                    self.turn(*document, *staff);
                }
            }
            Line::Lifted(document, staff) => {
                if let Some(paper) = self.documents.get_mut(document) {
                    paper.facts.excluded.remove(staff);
                    self.led_by(*document, *staff);
                    self.turn(*document, *staff);
                }
            }
            Line::Left(staff, at) => {
                self.left.insert(*staff, *at);
                let all: Vec<_> = self.documents.keys().copied().collect();
                self.log
                    .extend(all.into_iter().map(|id| Entry::Turn(id, *staff)));
            }
            Line::Given(device, document) => {
                self.given.insert((*device, *document));
            }
            Line::Shown {
                device,
                document,
                may_have_it,
            } => {
                self.given.insert((*device, *document));
                let whose = self.devices.get(device).map(|device| device.staff);
                if let Some(staff) = whose.filter(|_| !may_have_it) {
                    // Nobody has told it to forget it in this life of the log.
                    self.log.push(Entry::Turn(*document, staff));
                }
            }
            Line::Aside(change, cause) => {
                if *cause == Cause::Equivocation {
                    self.frozen.insert(change.body.device);
                }
                let aside = (change.as_ref().clone(), *cause);
                self.aside.insert(change.body.id, aside);
            }
            Line::Admitted(id, at) => {
                if let Some((mut change, _)) = self.aside.remove(id) {
                    change.received_at = *at;
                    self.change(&change);
                }
            }
        }
    }

    /// From here on somebody may see the document and what belongs to it, or
    /// no longer.
    fn turn(&mut self, document: DocumentId, staff: StaffId) {
        let below = self
            .documents
            .iter()
            .filter(|(_, paper)| paper.parent == Some(document));
        let below: Vec<_> = below.map(|(id, _)| *id).collect();
        self.log.push(Entry::Turn(document, staff));
        self.log
            .extend(below.into_iter().map(|id| Entry::Turn(id, staff)));
    }

    /// Notes that this lead can see a document.
    fn led_by(&mut self, document: DocumentId, staff: StaffId) {
        let leads = self
            .devices
            .values()
            .any(|device| device.staff == staff && device.roles.lead());
        if leads {
            self.had.insert((document, staff));
        }
    }

    fn change(&mut self, change: &KeptChange) {
        let id = change.body.document;
        let birth = change.body.birth.as_ref();
        let is_new = !self.documents.contains_key(&id);
        let paper = self.documents.entry(id).or_insert_with(|| Paper {
            facts: facts(id, change, birth),
            parent: birth.and_then(|birth| birth.parent),
            wire_kind: change.body.kind,
            changes: Vec::new(),
        });
        paper.changes.push(change.clone());
        let narrowed = match birth {
            Some(birth) if !is_new => narrow(&mut paper.facts, birth),
            _ => Vec::new(),
        };
        let roles_of = |staff: &StaffId| {
            let of = |device: &&Enrolled| device.staff == *staff;
            self.devices
                .values()
                .find(of)
                .map(|device| device.roles.clone())
        };
        if is_new {
            let facts = self.facts(id);
            let seeing = self.devices.values().filter(|device| device.roles.lead());
            let seeing: Vec<_> = seeing
                .map(|device| device.staff)
                .chain([change.staff])
                .filter(|staff| {
                    let roles = roles_of(staff).unwrap_or_default();
                    facts
                        .as_ref()
                        .is_some_and(|facts| !facts.excludes(*staff, &roles))
                })
                .collect();
            self.had.extend(seeing.into_iter().map(|staff| (id, staff)));
        }
        self.kept.insert(change.body.id);
        self.log.push(Entry::Change(Box::new(change.clone())));
        for staff in narrowed {
            self.turn(id, staff);
        }
        if change.body.kind == wire::Kind::Identity {
            // Its author hands the name over and keeps no copy.
            self.log.push(Entry::Turn(id, change.staff));
        }
    }

    /// The document of a kept change, and who wrote it.
    pub(crate) fn whose(&self, id: ChangeId) -> Option<(DocumentId, StaffId)> {
        let mut changes = self.documents.values().flat_map(|paper| &paper.changes);
        let change = changes.find(|change| change.body.id == id)?;
        Some((change.body.document, change.staff))
    }

    /// How long the log is.
    pub(crate) fn length(&self) -> usize {
        self.log.len()
    }

    /// Who asks with this device.
    pub(crate) fn subject(&self, device: DeviceId, now: Millis) -> Option<Subject> {
        let device = self.devices.get(&device)?;
        Some(Subject {
            staff: device.staff,
            device_state: if device.revoked {
                DeviceState::Revoked
            } else {
                DeviceState::Active
            },
            on_team: self.left.get(&device.staff).map_or(OnTeam::Yes, |until| {
                let term = Term {
                    from: moment(0),
                    until: moment(*until),
                    planned: false,
                };
                term.at(moment(now))
            }),
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
        let subject = self.subject(device, now)?;
        self.decide(&subject, action, document, now).ok()
    }

    /// The same for somebody, whatever became of their device.
    pub(crate) fn decide(
        &self,
        subject: &Subject,
        action: Action,
        document: &DocumentFacts,
        now: Millis,
    ) -> Result<Scope, Denial> {
        let facts = Facts {
            event: event(now),
            document: Some(document),
            person: None,
            arrival: None,
            leads: &self.leads(),
        };
        match decide(subject, action, &facts) {
            Decision::Allow(scope) => Ok(scope),
            Decision::Deny(denial) => Err(denial),
        }
    }

    /// Why somebody may not any more, if they once could. Whoever never could
    /// is not told that there is such a document.
    pub(crate) fn lost(&self, denial: Denial, change: &KeptChange) -> Option<Cause> {
        let cause = match denial {
            Denial::Excluded => Cause::Excluded,
            Denial::NotOnTeam | Denial::NoRight => Cause::NotGranted,
            _ => return None,
        };
        // A name is as its case.
        let case = change.body.birth.as_ref().and_then(|birth| birth.parent);
        let had = |document| self.had.contains(&(document, change.staff));
        (had(change.body.document) || case.is_some_and(had)).then_some(cause)
    }

    /// The case that a document belongs to, or the document itself.
    pub(crate) fn case_of(&self, document: DocumentId) -> DocumentId {
        let paper = self.documents.get(&document);
        paper.and_then(|paper| paper.parent).unwrap_or(document)
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
        before: &[&KeptChange],
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
                    } else if self.has_some(device, *document) {
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

    /// Whether a device has something of a document: it was given it, or wrote it.
    fn has_some(&self, device: DeviceId, document: DocumentId) -> bool {
        let wrote = |paper: &Paper| {
            let mut changes = paper.changes.iter();
            changes.any(|change| change.body.device == device)
        };
        self.given.contains(&(device, document)) || self.documents.get(&document).is_some_and(wrote)
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

/// Closes a document to more people, as a later birth asks, and says to whom.
fn narrow(facts: &mut DocumentFacts, birth: &Birth) -> Vec<StaffId> {
    let closed = birth.excluded.iter().copied();
    closed
        .filter(|staff| facts.excluded.insert(*staff))
        .collect()
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
