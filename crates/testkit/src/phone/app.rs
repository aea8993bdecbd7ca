//! The app while it is open: documents on the table, and how facts become
//! signed changes.

use std::collections::BTreeMap;

use automerge::ActorId;
use safehall_sync::document::{Document, NewFact, Stamp, actor};
use safehall_sync::envelope::{Birth, Body, Draft};
use safehall_sync::ids::{DocumentId, FactId};
use safehall_sync::wire::{Envelope, Kind, Reason};

use super::line::Line;
use super::store::{Desk, Held, Page};
use super::{NotSaved, Phone};

/// What lives as long as the app is open.
pub(super) struct App {
    pub(super) desk: Desk,
    pub(super) line: Line,
    table: BTreeMap<DocumentId, OnTable>,
}

/// A document that was opened, and who it is written as until the app ends.
struct OnTable {
    document: Document,
    actor: ActorId,
}

impl App {
    pub(super) fn start(journal: &[Page]) -> Self {
        Self {
            desk: Desk::read(journal),
            line: Line::Idle { again_at: 0 },
            table: BTreeMap::new(),
        }
    }

    pub(super) fn documents(&self) -> BTreeMap<DocumentId, Kind> {
        let held = self.desk.changes.iter();
        held.filter_map(|(id, changes)| Some((*id, changes.first()?.kind)))
            .collect()
    }

    pub(super) fn tray(&self) -> Vec<FactId> {
        let refused = self
            .desk
            .tray
            .keys()
            .filter_map(|id| self.desk.facts.get(id));
        refused
            .flat_map(|(_, facts)| facts)
            .map(|fact| fact.id)
            .collect()
    }

    /// Lays what came on an open document; one that does not take it is read
    /// again from the journal when it is next needed.
    pub(super) fn lay_on(&mut self, id: DocumentId, news: &[Held]) {
        let Some(open) = self.table.get_mut(&id) else {
            return;
        };
        if news.len() > FEW
            || news
                .iter()
                .any(|held| open.document.apply(&held.change).is_err())
        {
            self.put_away(id);
        }
    }

    pub(super) fn put_away(&mut self, document: DocumentId) {
        self.table.remove(&document);
    }
}

/// So many changes are applied one by one; with more, reading all is faster.
const FEW: usize = 3;

impl Phone {
    /// One document as it stands on this phone.
    pub fn document(&mut self, id: DocumentId) -> Option<&Document> {
        let kind = *self.documents().get(&id)?;
        self.take_out(id, kind).map(|open| &open.document)
    }

    fn take_out(&mut self, id: DocumentId, kind: Kind) -> Option<&mut OnTable> {
        let app = self.app.as_mut()?;
        if !app.table.contains_key(&id) {
            let changes = app
                .desk
                .changes
                .get(&id)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let (document, _) =
                Document::rebuild(kind, changes.iter().map(|held| held.change.as_ref())).ok()?;
            let actor = actor(self.device, self.chance.bytes());
            app.table.insert(id, OnTable { document, actor });
        }
        app.table.get_mut(&id)
    }

    pub(super) fn compose(
        &mut self,
        id: DocumentId,
        kind: Kind,
        birth: Option<Birth>,
        stamp: Stamp,
        facts: Vec<NewFact>,
    ) -> Result<Page, NotSaved> {
        let app = self.app.as_ref().ok_or(NotSaved::AppClosed)?;
        if birth.is_none() && !app.desk.changes.contains_key(&id) {
            return Err(NotSaved::NoSuchDocument);
        }
        let open = self.take_out(id, kind).ok_or(NotSaved::AppClosed)?;
        let actor = open.actor.clone();
        let change = open
            .document
            .write(actor, &stamp, &facts)
            .map_err(|_| NotSaved::DoesNotFit)?;
        let held = self
            .sign(id, kind, birth, &change)
            .ok_or(NotSaved::DoesNotFit)?;
        Ok(Page::Wrote(held, stamp, facts))
    }

    /// Writes refused facts again: under a new actor, on what is there now.
    pub(super) fn write_again(&mut self, refused: &Held, reason: Reason) -> Result<(), NotSaved> {
        let written = self
            .app
            .as_ref()
            .and_then(|app| app.desk.facts.get(&refused.id))
            .cloned();
        let birth = Body::parse(&refused.envelope)
            .ok()
            .and_then(|body| body.birth);
        self.save(Page::Refused(refused.id, reason))?;
        self.put_away(refused.document);
        let Some((stamp, facts)) = written else {
            return Ok(());
        };
        let held = self
            .app
            .as_ref()
            .is_some_and(|app| app.desk.changes.contains_key(&refused.document));
        let birth = birth.filter(|_| !held);
        if !held && birth.is_none() {
            return Ok(());
        }
        let page = self.compose(refused.document, refused.kind, birth, stamp, facts)?;
        self.save(page)
    }

    /// What was written and could not be saved must not stay on the table.
    pub(super) fn put_away(&mut self, document: DocumentId) {
        if let Some(app) = &mut self.app {
            app.put_away(document);
        }
    }

    fn sign(
        &self,
        document: DocumentId,
        kind: Kind,
        birth: Option<Birth>,
        change: &[u8],
    ) -> Option<Held> {
        Held::read(self.seal(document, kind, birth, change))
    }

    pub(super) fn seal(
        &self,
        document: DocumentId,
        kind: Kind,
        birth: Option<Birth>,
        change: &[u8],
    ) -> Envelope {
        let draft = Draft {
            event: self.event,
            document,
            kind,
            device: self.device,
            change,
            birth,
        };
        draft.seal(|message| self.key.sign(message))
    }
}
