//! What people do on their phones, in words that a test reads like a story.

use std::collections::BTreeMap;

use safehall_core::access::Role;
use safehall_core::case::CaseView;
use safehall_sync::document::{Field, NewFact, read_case};
use safehall_sync::envelope::Birth;
use safehall_sync::ids::{DocumentId, FactId, StaffId};
use safehall_sync::wire::{Kind, Restricted};

use crate::phone::NotSaved;
use crate::server::books::Line;
use crate::world::{Who, World};

/// One person with their phone in hand.
pub struct On<'w> {
    world: &'w mut World,
    who: Who,
}

impl World {
    /// Hands the pen to somebody.
    pub fn on(&mut self, who: Who) -> On<'_> {
        On { world: self, who }
    }

    /// What a case reads as on the server.
    #[must_use]
    pub fn case_on_server(&self, case: DocumentId) -> Option<CaseView> {
        self.server
            .document(case)
            .map(|merged| read_case(merged.automerge()))
    }

    /// Who must not learn of a document that is born so.
    fn shut_out_by(&self, birth: &Birth) -> Vec<StaffId> {
        let chairs = self.server.books.devices.values().filter(|device| {
            birth.restricted == Restricted::ChairNamed && device.roles.has(Role::Chair)
        });
        let chairs: Vec<_> = chairs.map(|device| device.staff).collect();
        birth.excluded.iter().copied().chain(chairs).collect()
    }

    /// Whose phone it is.
    #[must_use]
    pub fn staff(&self, who: Who) -> StaffId {
        self.phones[who.0].staff
    }
}

impl On<'_> {
    /// Opens a case with a first account of what somebody told.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn report(&mut self, words: &str) -> Result<DocumentId, NotSaved> {
        self.report_about(words, Restricted::None, Vec::new())
    }

    /// Opens a case that some people must not learn of.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn report_about(
        &mut self,
        words: &str,
        restricted: Restricted,
        excluded: Vec<StaffId>,
    ) -> Result<DocumentId, NotSaved> {
        let case = DocumentId::from_bytes(*self.phone().new_id().as_bytes());
        let at = self.world.now();
        let report = self.fact(
            "reports",
            [(
                "reported_at",
                Field::Int(i64::try_from(at).unwrap_or(i64::MAX)),
            )],
        );
        let about = report.id.to_string();
        let facts = vec![
            self.fact(
                "opened",
                [("policy", text("2027-01")), ("drill", Field::Bool(false))],
            ),
            report,
            self.fact(
                "accounts",
                [
                    ("report", text(&about)),
                    ("part", text("words")),
                    ("text", text(words)),
                ],
            ),
        ];
        self.save(
            case,
            Kind::Case,
            Some(Birth {
                parent: None,
                restricted,
                excluded,
            }),
            facts,
        )?;
        Ok(case)
    }

    /// Writes a line into the case's log.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn note(&mut self, case: DocumentId, words: &str) -> Result<FactId, NotSaved> {
        self.one(
            case,
            "entries",
            [("kind", text("note")), ("text", text(words))],
        )
    }

    /// Writes the next version of the account of a report, in place of those
    /// that this phone shows.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn goes_on_writing(&mut self, case: DocumentId, words: &str) -> Result<(), NotSaved> {
        let view = self.view(case).ok_or(NotSaved::NoSuchDocument)?;
        let Some(report) = view.reports.first() else {
            return self.note(case, words).map(|_| ());
        };
        let shown = report.words.iter().flat_map(|account| &account.versions);
        let replaces = shown
            .map(|version| version.fact.id.to_string())
            .collect::<Vec<_>>()
            .join(" ");
        let about = report.fact.id.to_string();
        let mut fields = vec![
            ("report", text(&about)),
            ("part", text("words")),
            ("text", text(words)),
        ];
        if !replaces.is_empty() {
            fields.push(("replaces", text(&replaces)));
        }
        self.one(case, "accounts", fields).map(|_| ())
    }

    /// Answers a question about the first report.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn answer(&mut self, case: DocumentId, field: &str, value: &str) -> Result<(), NotSaved> {
        let view = self.view(case).ok_or(NotSaved::NoSuchDocument)?;
        let Some(report) = view.reports.first() else {
            return Ok(());
        };
        let shown = report.answers.get(field).into_iter().flatten();
        let replaces = shown
            .map(|answer| answer.fact.id.to_string())
            .collect::<Vec<_>>()
            .join(" ");
        let about = report.fact.id.to_string();
        let mut fields = vec![
            ("report", text(&about)),
            ("field", text(field)),
            ("value", text(value)),
        ];
        if !replaces.is_empty() {
            fields.push(("replaces", text(&replaces)));
        }
        self.one(case, "answers", fields).map(|_| ())
    }

    /// Notes a person.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn party(&mut self, case: DocumentId, kind: &str, name: &str) -> Result<(), NotSaved> {
        let party = self.phone().new_id().to_string();
        self.one(
            case,
            "parties",
            [
                ("party", text(&party)),
                ("kind", text(kind)),
                ("name", text(name)),
            ],
        )
        .map(|_| ())
    }

    /// Marks a step of the procedure.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn step(&mut self, case: DocumentId, step: &str, result: &str) -> Result<(), NotSaved> {
        self.one(
            case,
            "steps",
            [("step", text(step)), ("result", text(result))],
        )
        .map(|_| ())
    }

    /// Sets a single value, with the entry that says so.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn set(&mut self, case: DocumentId, register: &str, value: &str) -> Result<(), NotSaved> {
        let view = self.view(case).ok_or(NotSaved::NoSuchDocument)?;
        let shown = view.registers.get(register).into_iter().flatten();
        let replaces = shown
            .map(|entry| entry.fact.id.to_string())
            .collect::<Vec<_>>()
            .join(" ");
        let mut fields = vec![
            ("kind", text("set")),
            ("field", text(register)),
            ("value", text(value)),
        ];
        if !replaces.is_empty() {
            fields.push(("replaces", text(&replaces)));
        }
        let mut fact = self.fact("entries", fields);
        fact.register = Some(register.to_owned());
        self.save(case, Kind::Case, None, vec![fact])
    }

    /// Strikes one of the entries that this phone shows.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn strike(
        &mut self,
        case: DocumentId,
        entry: FactId,
        reason: &str,
    ) -> Result<(), NotSaved> {
        self.one(
            case,
            "strikes",
            [
                ("target", text(&entry.to_string())),
                ("reason", text(reason)),
            ],
        )
        .map(|_| ())
    }

    /// Writes down the name of the reporter of a case, apart from it.
    ///
    /// # Errors
    /// See [`NotSaved`].
    pub fn reporter(&mut self, case: DocumentId, name: &str) -> Result<DocumentId, NotSaved> {
        let identity = DocumentId::from_bytes(*self.phone().new_id().as_bytes());
        let about = self.phone().new_id().to_string();
        let person = self.fact("persons", [("report", text(&about)), ("name", text(name))]);
        let birth = Birth {
            parent: Some(case),
            restricted: Restricted::None,
            excluded: Vec::new(),
        };
        self.save(identity, Kind::Identity, Some(birth), vec![person])?;
        Ok(identity)
    }

    /// What a case reads as on this phone.
    pub fn view(&mut self, case: DocumentId) -> Option<CaseView> {
        self.phone()
            .document(case)
            .map(|document| read_case(document.automerge()))
    }

    /// The words of all notes that this phone shows, in their order.
    pub fn notes(&mut self, case: DocumentId) -> Vec<String> {
        self.view(case).map(|view| notes(&view)).unwrap_or_default()
    }

    fn one(
        &mut self,
        document: DocumentId,
        into: &'static str,
        fields: impl IntoIterator<Item = (&'static str, Field)>,
    ) -> Result<FactId, NotSaved> {
        let fact = self.fact(into, fields);
        let id = fact.id;
        self.save(document, Kind::Case, None, vec![fact])?;
        Ok(id)
    }

    fn fact(
        &mut self,
        into: &str,
        fields: impl IntoIterator<Item = (&'static str, Field)>,
    ) -> NewFact {
        let fields: BTreeMap<String, Field> = fields
            .into_iter()
            .map(|(name, field)| (name.to_owned(), field))
            .collect();
        NewFact {
            into: into.to_owned(),
            id: self.phone().new_id(),
            fields,
            register: None,
        }
    }

    fn save(
        &mut self,
        document: DocumentId,
        kind: Kind,
        birth: Option<Birth>,
        facts: Vec<NewFact>,
    ) -> Result<(), NotSaved> {
        let now = self.world.now();
        let written = facts.clone();
        let shut: Vec<_> = match &birth {
            Some(birth) => self.world.shut_out_by(birth),
            None => Vec::new(),
        };
        let saved = self.phone().write(now, document, kind, birth, facts);
        match &saved {
            Ok(()) => {
                let staff = self.phone().staff;
                self.world.witness.saved(self.who, document, staff, written);
                for staff in shut {
                    self.world.witness.decided(&Line::Excluded(document, staff));
                }
            }
            Err(why) => self.world.witness.overheard.display(why),
        }
        self.world.drain(self.who.0);
        saved
    }

    fn phone(&mut self) -> &mut crate::phone::Phone {
        &mut self.world.phones[self.who.0]
    }
}

/// The words of all notes of a case, in their order.
#[must_use]
pub fn notes(view: &CaseView) -> Vec<String> {
    view.entries
        .iter()
        .filter(|entry| entry.kind == "note")
        .filter_map(|entry| entry.text.clone())
        .collect()
}

fn text(words: &str) -> Field {
    Field::Text(words.to_owned())
}
