//! One conference with everybody in it who could ask, and every kind of case.

use std::collections::BTreeMap;

use prost::Message;
use safehall_core::{DocumentId, StaffId};
use safehall_server::Clock as _;
use safehall_sync::document::Document;
use safehall_sync::wire::{self, Envelope, Kind, Restricted, Role};

use crate::carried;
use crate::phone::{Phone, birth, ids};
use crate::reach::{erasure, exclusion, grant, lift, term};
use crate::world::{Answer, PROTOBUF, World, call};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($one:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub(super) enum $name { $($one,)* }

        impl $name {
            pub(super) const ALL: &[Self] = &[$(Self::$one,)*];

            pub(super) const fn word(self) -> &'static str {
                match self { $(Self::$one => $word,)* }
            }
        }
    };
}

named!(
    /// Who asks.
    Caller {
        Nobody "nobody",
        Elsewhere "other_event",
        Pending "pending",
        Revoked "revoked",
        Author "author",
        Reads "granted_read",
        Appends "granted_append",
        Writes "granted_write",
        Ungranted "ungranted",
        Recused "recused",
        Excluded "excluded",
        Lead "lead",
        ExcludedLead "excluded_lead",
        Manager "event_manager",
        Announcer "announcer",
        Admin "admin",
        JustLeft "just_left",
        SentAway "sent_away",
    }
);

named!(
    /// About what.
    Case {
        Own "own",
        Other "other",
        StaffNamed "staff_named",
        ChairNamed "chair_named",
        Unidentified "unidentified",
        Erased "erased",
        Never "never",
    }
);

pub(super) struct Stage {
    pub(super) world: World,
    /// A lead who is nobody's subject, and sets the stage again.
    pub(super) kim: Phone,
    pub(super) phones: BTreeMap<Caller, Phone>,
    /// Kept away from every case: whom actions are about.
    pub(super) bystander: Phone,
    /// Given access by actions.
    pub(super) reader: Phone,
    /// Its keys are known nowhere here.
    stranger: Phone,
    /// What Kim wrote into each case, for the question who gets it.
    pub(super) by_kim: BTreeMap<DocumentId, Envelope>,
    own: BTreeMap<Caller, DocumentId>,
    cases: BTreeMap<Case, DocumentId>,
}

/// Who is given what on every case that others opened.
const GRANTS: &[(Caller, wire::Level)] = &[
    (Caller::Reads, wire::Level::Read),
    (Caller::Appends, wire::Level::Append),
    (Caller::Writes, wire::Level::Write),
    (Caller::Recused, wire::Level::Write),
    (Caller::Excluded, wire::Level::Write),
    (Caller::JustLeft, wire::Level::Write),
    (Caller::SentAway, wire::Level::Write),
    (Caller::Revoked, wire::Level::Write),
];

/// Those whose own case is another one than the author's.
const AUTHORS: &[Caller] = &[
    Caller::Revoked,
    Caller::Reads,
    Caller::Appends,
    Caller::Writes,
    Caller::Ungranted,
    Caller::Recused,
    Caller::Excluded,
    Caller::Lead,
    Caller::ExcludedLead,
    Caller::Manager,
    Caller::JustLeft,
    Caller::SentAway,
];

impl Stage {
    pub(super) async fn set() -> Self {
        let world = World::new().await;
        let elsewhere = World::new().await;
        let alma = Phone::of(&world, "Alma", 1).await;
        let kim = joins(&world, &alma, "Kim", Role::AlternateChair, 4).await;
        let tom = Phone::of(&world, "Tom", 2).await;
        let noor = Phone::of(&world, "Noor", 3).await;
        let bystander = joins(&world, &kim, "Bystander", Role::Responder, 5).await;
        let reader = joins(&world, &kim, "Reader", Role::Responder, 7).await;
        let mut stranger = Phone::of(&elsewhere, "Noor", 8).await;
        stranger.moves_to(world.addr());
        let mut foreign = Phone::of(&elsewhere, "Alma", 6).await;
        foreign.moves_to(world.addr());
        let mut phones = BTreeMap::from([
            (Caller::ExcludedLead, alma),
            (Caller::Lead, tom),
            (Caller::Author, noor),
            (Caller::Elsewhere, foreign),
        ]);
        for caller in Caller::ALL {
            let role = match caller {
                Caller::Nobody
                | Caller::Pending
                | Caller::Elsewhere
                | Caller::Author
                | Caller::Lead
                | Caller::ExcludedLead => continue,
                Caller::Manager => Role::EventManager,
                Caller::Announcer => Role::Announcer,
                Caller::Admin => Role::Admin,
                Caller::Revoked
                | Caller::Reads
                | Caller::Appends
                | Caller::Writes
                | Caller::Ungranted
                | Caller::Recused
                | Caller::Excluded
                | Caller::JustLeft
                | Caller::SentAway => Role::Responder,
            };
            let seed = 100 + *caller as u64;
            let phone = joins(&world, &kim, caller.word(), role, seed).await;
            phones.insert(*caller, phone);
        }
        let mut stage = Self {
            world,
            kim,
            phones,
            bystander,
            reader,
            stranger,
            by_kim: BTreeMap::new(),
            own: BTreeMap::new(),
            cases: BTreeMap::new(),
        };
        let pending = stage.waits_for_words(900).await;
        stage.phones.insert(Caller::Pending, pending);
        for case in Case::ALL {
            let id = stage.opens(*case).await;
            stage.cases.insert(*case, id);
        }
        for caller in AUTHORS {
            let id = stage.opens_own(*caller).await;
            stage.own.insert(*caller, id);
        }
        stage.ends().await;
        stage
    }

    /// A device of the bystander's that nobody has let in yet.
    pub(super) async fn waits_for_words(&self, seed: u64) -> Phone {
        let new = wire::NewInvite {
            staff: self.bystander.staff.as_bytes().to_vec(),
            ..wire::NewInvite::default()
        };
        self.kim.invites(&self.world, &new, seed).await
    }

    /// A further device of somebody's: invited by one lead, let in by another.
    pub(super) async fn further(&self, staff: StaffId, seed: u64) -> Phone {
        let new = wire::NewInvite {
            staff: staff.as_bytes().to_vec(),
            ..wire::NewInvite::default()
        };
        let tom = &self.phones[&Caller::Lead];
        let mut phone = self.kim.invites(&self.world, &new, seed).await;
        let confirmed = tom.post("/v1/devices/confirm", &phone.named()).await;
        assert_eq!(confirmed.status, 200);
        phone.sign_in().await;
        phone
    }

    /// The device that somebody asks with.
    pub(super) fn device(&self, caller: Caller) -> &Phone {
        self.phones.get(&caller).unwrap_or(&self.stranger)
    }

    /// The same, to write with.
    pub(super) fn scribe(&mut self, caller: Caller) -> &mut Phone {
        self.phones.get_mut(&caller).unwrap_or(&mut self.stranger)
    }

    /// A call with what the caller has to show.
    pub(super) async fn raw(
        &self,
        caller: Caller,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> Answer {
        let bearer = format!("Bearer {}", self.device(caller).token);
        let mut heads = vec![("authorization", bearer.as_str())];
        if matches!(caller, Caller::Nobody | Caller::Pending) {
            heads.clear();
        }
        if method == "POST" {
            heads.push(PROTOBUF);
        }
        call(self.world.addr(), method, path, &heads, body).await
    }

    pub(super) async fn post(&self, caller: Caller, path: &str, message: &impl Message) -> Answer {
        self.raw(caller, "POST", path, &message.encode_to_vec())
            .await
    }

    pub(super) fn about(&self, caller: Caller, case: Case) -> DocumentId {
        match case {
            Case::Own => self
                .own
                .get(&caller)
                .copied()
                .unwrap_or(self.cases[&Case::Own]),
            other => self.cases[&other],
        }
    }

    pub(super) fn staff(&self, caller: Caller) -> StaffId {
        self.device(caller).staff
    }

    /// A case of this kind by the author, with everybody where they belong.
    pub(super) async fn opens(&mut self, case: Case) -> DocumentId {
        let (excluded, lead) = (
            self.staff(Caller::Excluded),
            self.staff(Caller::ExcludedLead),
        );
        let bystander = self.bystander.staff;
        let at_birth = match case {
            Case::StaffNamed => birth(Restricted::StaffNamed, &[excluded, lead, bystander]),
            Case::ChairNamed => birth(Restricted::ChairNamed, &[excluded, bystander]),
            _ => birth(Restricted::None, &[]),
        };
        let noor = self.phone(Caller::Author);
        if case == Case::Never || (case == Case::Erased && !is_served("/v1/erasures")) {
            return DocumentId::from_bytes(noor.new_id());
        }
        let (id, _, first) = noor.case_born(case.word(), at_birth);
        keeps(noor, first).await;
        // Whoever is kept away from here on was not from the beginning.
        self.world.clock.pass(1);
        for (caller, level) in GRANTS {
            let named = matches!(case, Case::StaffNamed | Case::ChairNamed);
            if !(named && *caller == Caller::Excluded) {
                let given = self.grants(id, self.staff(*caller), *level).await;
                assert_eq!(given, 200, "{case:?} {caller:?}");
            }
        }
        // Somebody who reads only what they wrote has to have written something.
        let mut blind = Document::born(Kind::Case).unwrap();
        let appends = self.phone(Caller::Appends);
        let wrote = appends.note(id, &mut blind, "appended", None);
        keeps(appends, wrote).await;
        let recused = self.staff(Caller::Recused);
        let steps_back = exclusion(id, recused);
        let answer = self.phones[&Caller::Recused]
            .post("/v1/exclusions", &steps_back)
            .await;
        assert_eq!(answer.status, 200);
        for staff in [excluded, lead, bystander] {
            let named = matches!(case, Case::StaffNamed | Case::ChairNamed);
            if !named {
                self.excludes(id, staff).await;
            }
        }
        self.kim_writes(id).await;
        if case == Case::Unidentified {
            self.narrows(id, case).await;
        }
        if case == Case::Erased {
            self.erases(id).await;
        }
        id
    }

    async fn kim_writes(&mut self, id: DocumentId) {
        let mut blind = Document::born(Kind::Case).unwrap();
        let note = self.kim.note(id, &mut blind, "by a lead", None);
        keeps(&mut self.kim, note.clone()).await;
        self.by_kim.insert(id, note);
    }

    pub(super) async fn opens_own(&mut self, caller: Caller) -> DocumentId {
        let (id, first) = self.phone(caller).case("one's own");
        keeps(self.phone(caller), first).await;
        self.world.clock.pass(1);
        match caller {
            Caller::Recused => {
                let steps_back = exclusion(id, self.staff(caller));
                let answer = self.phones[&caller]
                    .post("/v1/exclusions", &steps_back)
                    .await;
                assert_eq!(answer.status, 200);
            }
            Caller::Excluded | Caller::ExcludedLead => self.excludes(id, self.staff(caller)).await,
            _ => {}
        }
        self.excludes(id, self.bystander.staff).await;
        self.kim_writes(id).await;
        id
    }

    /// The author says again how the case is restricted.
    pub(super) async fn narrows(&mut self, id: DocumentId, case: Case) {
        let restricted = match case {
            Case::StaffNamed => Restricted::StaffNamed,
            Case::ChairNamed => Restricted::ChairNamed,
            Case::Unidentified => Restricted::StaffUnidentified,
            _ => return,
        };
        let noor = self.phone(Caller::Author);
        let mut blind = Document::born(Kind::Case).unwrap();
        let says = noor.note(id, &mut blind, "About staff.", Some(birth(restricted, &[])));
        keeps(noor, says).await;
    }

    pub(super) async fn excludes(&self, id: DocumentId, staff: StaffId) {
        let answer = self.kim.post("/v1/exclusions", &exclusion(id, staff)).await;
        assert_eq!(answer.status, 200);
    }

    /// Lets somebody near again: with a second lead's word where it needs one.
    pub(super) async fn lets_near(&self, id: DocumentId, caller: Caller) {
        let staff = self.staff(caller);
        let answer = self.kim.post("/v1/exclusions", &lift(id, staff)).await;
        assert_eq!(answer.status, 200);
        if caller == Caller::Lead {
            let answer = self.phones[&caller]
                .post("/v1/exclusions", &lift(id, staff))
                .await;
            assert_eq!(answer.status, 200);
        }
    }

    async fn grants(&self, id: DocumentId, staff: StaffId, level: wire::Level) -> u16 {
        self.kim
            .post("/v1/grants", &grant(id, staff, level))
            .await
            .status
    }

    async fn erases(&self, id: DocumentId) {
        if !safehall_server::calls()
            .iter()
            .any(|call| call.path == "/v1/erasures")
        {
            return;
        }
        let answer = self.kim.post("/v1/erasures", &erasure(id)).await;
        assert_eq!(answer.status, 200);
    }

    /// What comes last: the ends of devices and terms.
    async fn ends(&mut self) {
        let lost = wire::DeviceRef {
            device: self.phones[&Caller::Revoked].device.as_bytes().to_vec(),
        };
        assert_eq!(self.kim.post("/v1/devices/revoke", &lost).await.status, 200);
        let now = self.world.clock.now();
        for (caller, until) in [(Caller::SentAway, now), (Caller::JustLeft, now + 1)] {
            let ends = term(self.staff(caller), 0, until);
            assert_eq!(self.kim.post("/v1/staff", &ends).await.status, 200);
        }
        self.world.clock.pass(1);
        // Words that came too late, in each case that they could be about.
        for case in Case::ALL {
            self.comes_late(self.cases[case]).await;
        }
    }

    /// A change that is put aside, if there is such a case.
    pub(super) async fn comes_late(&mut self, id: DocumentId) -> [u8; 32] {
        let mut blind = Document::born(Kind::Case).unwrap();
        let late = self.phone(Caller::SentAway);
        let note = late.note(id, &mut blind, "too late", None);
        let round = late.sync(std::slice::from_ref(&note)).await;
        assert!(round.kept.is_empty());
        *ids(&[note])[0].as_bytes()
    }

    /// The author's words in this case, for another phone to bring.
    pub(super) async fn is_sealed_elsewhere(&mut self, id: DocumentId) -> wire::Carried {
        let mut blind = Document::born(Kind::Case).unwrap();
        let author = self.phone(Caller::Author);
        let note = author.note(id, &mut blind, "carried", None);
        let key = carried::key(author).await;
        carried::From::phone(author).seals(&key, &[note])
    }

    pub(super) fn phone(&mut self, caller: Caller) -> &mut Phone {
        self.phones.get_mut(&caller).unwrap()
    }
}

/// Whether the server has such a call.
pub(super) fn is_served(path: &str) -> bool {
    safehall_server::calls()
        .iter()
        .any(|call| call.path == path)
}

/// Somebody new on the team.
async fn joins(world: &World, by: &Phone, name: &str, role: Role, seed: u64) -> Phone {
    let new = wire::NewInvite {
        name: name.to_owned(),
        roles: vec![role.into()],
        ..wire::NewInvite::default()
    };
    by.lets_in(world, &new, seed).await
}

async fn keeps(phone: &mut Phone, envelope: Envelope) {
    let round = phone.sync(std::slice::from_ref(&envelope)).await;
    assert_eq!(round.kept, ids(&[envelope]), "{:?}", round.refused);
}
