//! A whole conference by chance: people who write, weather that does not care.

use safehall_core::access::{Level, Role};
use safehall_sync::ids::{DocumentId, FactId};
use safehall_sync::wire::Restricted;

use crate::clock::{Clock, years};
use crate::laws::Broken;
use crate::server::Sabotage;
use crate::typed::words;
use crate::wifi::Weather;
use crate::world::{Backup, Who, World};

/// What a conference came to, when no law was broken.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Documents on the server at the end.
    pub documents: usize,
    /// Changes on the server's disk at the end.
    pub changes: usize,
    /// Single values with more than one version.
    pub disputes: usize,
    /// Envelopes that no app would send.
    pub harm: usize,
    /// Changes that no lead has let in.
    pub aside: usize,
}

struct Conference {
    world: World,
    people: Vec<Who>,
    lead: Who,
    alternate: Who,
    hostile: Vec<Who>,
    shut: Vec<(DocumentId, Who)>,
    cases: Vec<DocumentId>,
    notes: Vec<(DocumentId, FactId)>,
    backup: Option<Backup>,
}

/// Plays the conference of this seed to its end.
///
/// # Errors
/// The first law that is broken.
pub fn play(seed: u64) -> Result<Tally, Broken> {
    play_sabotaged(seed, Sabotage::None)
}

/// The same with a server that does something wrong.
///
/// # Errors
/// The first law that is broken.
pub fn play_sabotaged(seed: u64, sabotage: Sabotage) -> Result<Tally, Broken> {
    let mut conference = Conference::open(seed, sabotage);
    let days = conference.chance(1..=2);
    for _ in 0..days {
        for _ in 0..conference.chance(14..=32) {
            conference.something_happens();
        }
        conference.world.settle()?;
    }
    Ok(conference.tally())
}

impl Conference {
    fn open(seed: u64, sabotage: Sabotage) -> Self {
        let mut world = World::sabotaged(seed, sabotage);
        let lead = world.chair();
        let alternate = world.arrives([Role::AlternateChair], Clock::off_by(0));
        let mut people = vec![lead, alternate];
        // Two to eight who are honest, mostly few: each costs time.
        let more = match world.chance.between(0..=9) {
            0 => 0,
            1 => 6,
            more => more / 3 + 1,
        };
        for _ in 0..more {
            let off = match world.chance.between(0..=3) {
                0 => years(i64::try_from(world.chance.between(0..=6)).unwrap_or(0) - 3),
                1 => i64::try_from(world.chance.between(0..=600_000)).unwrap_or(0),
                _ => 0,
            };
            people.push(world.arrives([Role::Responder], Clock::off_by(off)));
        }
        let villains = match world.chance.between(0..=5) {
            0..=2 => 0,
            3..=4 => 1,
            _ => world.chance.between(2..=3),
        };
        let hostile = (0..villains).map(|_| world.somebody_hostile()).collect();
        Self {
            world,
            people,
            lead,
            alternate,
            hostile,
            shut: Vec::new(),
            cases: Vec::new(),
            notes: Vec::new(),
            backup: None,
        }
    }

    fn something_happens(&mut self) {
        let pause = self.chance(0..=400);
        self.world.wait(pause * pause / 3);
        match self.chance(0..=39) {
            0..=3 => self.somebody_reports(),
            4..=20 => self.somebody_writes(),
            21..=24 => self.rights_change(),
            25..=31 => self.weather_changes(),
            32..=33 => {
                let who = self.somebody();
                self.world.restart_app(who);
            }
            34 => {
                let who = self.somebody();
                let (far, room) = (self.chance(0..=4), self.chance(0..=3));
                self.world
                    .set_clock(who, i64::try_from(far).unwrap_or(0) - 2);
                self.world.leave_room_for(who, usize::try_from(room).ok());
            }
            35 => self.world.cut_servers_power(),
            36 => self.world.cut_servers_power_after_next_commit(),
            37 => {
                let fails = self.chance(0..=1) == 0;
                self.world.servers_disk_fails(fails);
            }
            38 => self.backup_or_restore(),
            _ => self.a_phone_is_lost(),
        }
        if self.chance(0..=2) == 0 {
            self.world.start_server();
        }
        let villain = self.world.chance.pick(&self.hostile).copied();
        if let Some(villain) = villain
            && self.chance(0..=2) == 0
        {
            // They are on the team, and trusted with some cases.
            if self.chance(0..=2) == 0
                && let Some(case) = self.some_case()
                && self.world.server_is_up()
            {
                self.world.grant(case, villain, Level::Write);
            }
            self.world.mischief(villain, &self.cases);
        }
    }

    fn somebody_reports(&mut self) {
        let who = self.somebody();
        let told = words(&mut self.world.chance);
        let restricted = self.chance(0..=11);
        let other = self.somebody_or_worse();
        let opened = match restricted {
            0 if other != self.lead && other != self.alternate && other != who => {
                let excluded = vec![self.world.staff(other)];
                let named = Restricted::StaffNamed;
                self.world.on(who).report_about(&told, named, excluded)
            }
            1 if who != self.lead => {
                let named = Restricted::ChairNamed;
                self.world.on(who).report_about(&told, named, Vec::new())
            }
            2 => {
                let somebody = Restricted::StaffUnidentified;
                self.world.on(who).report_about(&told, somebody, Vec::new())
            }
            _ => self.world.on(who).report(&told),
        };
        if let Ok(case) = opened {
            self.cases.push(case);
            if self.chance(0..=3) == 0 {
                let name = words(&mut self.world.chance);
                // A phone that is full says so; the words stay on the screen.
                let _ = self.world.on(who).reporter(case, &name);
            }
        }
    }

    fn somebody_writes(&mut self) {
        let Some((who, case)) = self.somebody_with_a_case() else {
            return self.somebody_reports();
        };
        let typed = words(&mut self.world.chance);
        let what = self.chance(0..=9);
        let value = ["hall", "stairs", "kitchen", "tram"][self.world.chance.index(4)];
        let register = ["place", "severity_first_look", "summary_line"][self.world.chance.index(3)];
        let step = ["IR0", "IR1", "CM0"][self.world.chance.index(3)];
        let old = self.world.chance.pick(&self.notes).copied();
        let mut on = self.world.on(who);
        // Whoever has no copy of the case, or a full phone, is told and writes nothing.
        let _ = match what {
            0..=2 => on.note(case, &typed).map(|id| self.notes.push((case, id))),
            3..=4 => on.goes_on_writing(case, &typed),
            5 => on.answer(case, "circumstances", &typed),
            6 => on.party(case, "reported", &typed),
            7 => on.step(case, step, "done"),
            8 => on.set(case, register, value),
            _ => match old {
                Some((case, note)) => on.strike(case, note, &typed),
                None => on.note(case, &typed).map(|_| ()),
            },
        };
    }

    fn rights_change(&mut self) {
        let (who, Some(case)) = (self.somebody_or_worse(), self.some_case()) else {
            return;
        };
        if who == self.lead || !self.world.server_is_up() {
            return;
        }
        match self.chance(0..=8) {
            0..=4 => {
                let level = match self.chance(0..=5) {
                    0 => Level::Read,
                    1 => Level::Append,
                    _ => Level::Write,
                };
                self.world.grant(case, who, level);
            }
            5 => self.world.withdraw(case, who),
            6 => {
                // Also "I should not be involved", which is the same line.
                self.world.exclude(case, who);
                self.shut.push((case, who));
            }
            7 => {
                if let Some((case, who)) = self.world.chance.pick(&self.shut).copied() {
                    self.world.lift(case, who);
                }
            }
            _ if who != self.alternate && self.people.len() > 3 && self.chance(0..=3) == 0 => {
                self.world.end_term(who);
                self.people.retain(|other| *other != who);
            }
            _ => {}
        }
    }

    fn weather_changes(&mut self) {
        let who = self.somebody();
        let weather = match self.chance(0..=5) {
            0..=1 => Weather::down(),
            2..=3 => Weather::crowded(),
            4 => Weather::portal(),
            _ => Weather::fair(),
        };
        self.world.weather([who], &weather);
        let minutes = self.chance(0..=10);
        self.world.wait(minutes * 60_000);
    }

    fn backup_or_restore(&mut self) {
        match self.backup.take() {
            Some(backup) => self.world.restore(backup),
            None => self.backup = Some(self.world.backup()),
        }
    }

    fn a_phone_is_lost(&mut self) {
        let who = self.somebody_or_worse();
        if who == self.lead || who == self.alternate || !self.world.server_is_up() {
            return;
        }
        if self.hostile.contains(&who) {
            // They go on sending.
            return self.world.revoke(who);
        }
        if self.people.len() > 3 {
            if self.chance(0..=1) == 0 {
                // With something on it that nobody else has.
                let typed = words(&mut self.world.chance);
                if let Some(case) = self.some_case() {
                    let _ = self.world.on(who).note(case, &typed);
                }
                self.world.revoke_in_hand(who);
            } else {
                self.world.revoke(who);
            }
            self.people.retain(|other| *other != who);
        }
    }

    /// Anybody with a phone.
    fn somebody_or_worse(&mut self) -> Who {
        if self.chance(0..=3) == 0
            && let Some(villain) = self.world.chance.pick(&self.hostile)
        {
            return *villain;
        }
        self.somebody()
    }

    fn somebody(&mut self) -> Who {
        self.people[self.world.chance.index(self.people.len())]
    }

    /// Somebody who has a case on their phone; mostly, that is: now and then
    /// it is somebody who has not, and the phone has to say so.
    fn somebody_with_a_case(&mut self) -> Option<(Who, DocumentId)> {
        let mut found = None;
        for _ in 0..6 {
            let (who, case) = (self.somebody(), self.some_case()?);
            found = Some((who, case));
            if self.world.on(who).view(case).is_some() {
                break;
            }
        }
        found
    }

    fn some_case(&mut self) -> Option<DocumentId> {
        self.world.chance.pick(&self.cases).copied()
    }

    fn chance(&mut self, range: std::ops::RangeInclusive<u64>) -> u64 {
        self.world.chance.between(range)
    }

    fn tally(&self) -> Tally {
        let views: Vec<_> = self
            .cases
            .iter()
            .filter_map(|case| self.world.case_on_server(*case))
            .collect();
        Tally {
            documents: self.world.server.books.documents.len(),
            changes: self.world.server.books.kept.len(),
            harm: self.world.harm,
            aside: self.world.server.books.aside.len(),
            disputes: views
                .iter()
                .flat_map(|view| view.registers.values())
                .filter(|versions| versions.len() > 1)
                .count(),
        }
    }
}
