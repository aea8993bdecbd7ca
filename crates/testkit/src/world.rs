//! The pretend conference as a whole: who is there, what happens next, and what
//! everybody was told.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use safehall_core::StaffId;
use safehall_core::access::{Role, Roles};
use safehall_sync::frame;
use safehall_sync::ids::EventId;
use safehall_sync::wire;

use crate::chance::Chance;
use crate::clock::{Clock, DOORS_OPEN, Millis};
use crate::laws::{Broken, Witness};
use crate::phone::{Heard, Phone, Want};
use crate::schedule::Schedule;
use crate::server::books::Line;
use crate::server::{LineId, Sabotage, Said, Server};
use crate::wifi::{Fate, PORTAL_PAGE, Weather, Wifi};

/// A phone in this world, by the order in which it was enrolled.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Who(pub(crate) usize);

/// See the [module documentation](self).
pub struct World {
    pub(crate) chance: Chance,
    pub(crate) phones: Vec<Phone>,
    pub(crate) gone: BTreeSet<usize>,
    /// Those who mean harm.
    pub(crate) hostile: BTreeSet<usize>,
    /// How many envelopes they sent.
    pub(crate) harm: usize,
    pub(crate) server: Server,
    pub(crate) witness: Witness,
    schedule: Schedule<Event>,
    wifi: Wifi,
    event: EventId,
    /// Lines on which nothing passes any more, unnoticed by both ends.
    dead: BTreeSet<(usize, u64)>,
    /// When the last message on a line arrives, each way: a line keeps its order.
    last: BTreeMap<(usize, u64, bool), Millis>,
    live: BTreeSet<(usize, u64)>,
    pub(crate) copies: u32,
    /// When each phone wants to be woken next: one alarm, the earliest.
    alarms: BTreeMap<usize, Millis>,
}

enum Event {
    Wake(usize, Millis),
    /// Frames of one round trip, or one frame of a live line.
    Up {
        line: LineId,
        bytes: Bytes,
        call: bool,
    },
    Down {
        phone: usize,
        line: u64,
        bytes: Bytes,
        call: bool,
    },
    /// The server notices that a line is gone.
    Gone(LineId),
    /// An alarm of the server's for one connection.
    Tick(LineId),
    /// The phone notices.
    Closed {
        phone: usize,
        line: u64,
    },
}

impl World {
    /// A conference with nobody there yet.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::sabotaged(seed, Sabotage::None)
    }

    /// The same with a server that does something wrong.
    #[must_use]
    pub fn sabotaged(seed: u64, sabotage: Sabotage) -> Self {
        let root = Chance::seeded(seed);
        let mut chance = root.branch("world");
        let event = EventId::from_bytes(*chance.id().as_bytes());
        Self {
            phones: Vec::new(),
            gone: BTreeSet::new(),
            hostile: BTreeSet::new(),
            harm: 0,
            server: Server::new(event, root.branch("server"), sabotage),
            witness: Witness::default(),
            schedule: Schedule::starting_at(DOORS_OPEN),
            wifi: Wifi::fair(root.branch("wifi")),
            event,
            dead: BTreeSet::new(),
            last: BTreeMap::new(),
            live: BTreeSet::new(),
            copies: 0,
            alarms: BTreeMap::new(),
            chance,
        }
    }

    /// Somebody new with a phone of their own, enrolled and with the app open.
    pub fn arrives(&mut self, roles: impl IntoIterator<Item = Role>, clock: Clock) -> Who {
        let staff = StaffId::from_bytes(*self.chance.id().as_bytes());
        self.another_phone(staff, roles.into_iter().collect(), clock)
    }

    /// Responders with phones whose clocks are right.
    pub fn responders<const N: usize>(&mut self) -> [Who; N] {
        std::array::from_fn(|_| self.arrives([Role::Responder], Clock::off_by(0)))
    }

    /// The chair, with a phone whose clock is right.
    pub fn chair(&mut self) -> Who {
        self.arrives([Role::Chair], Clock::off_by(0))
    }

    pub(crate) fn another_phone(&mut self, staff: StaffId, roles: Roles, clock: Clock) -> Who {
        let index = self.phones.len();
        let chance = self.chance.branch(&format!("phone {index}"));
        let mut phone = Phone::enrolled(staff, self.event, clock, chance);
        self.server
            .enrol(staff, roles, phone.device, phone.public_key());
        phone.open_app(self.now());
        self.phones.push(phone);
        self.drain(index);
        Who(index)
    }

    /// True time.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.schedule.now()
    }

    /// From now on, the air around these phones is this.
    pub fn weather(&mut self, around: impl IntoIterator<Item = Who>, weather: &Weather) {
        for who in around {
            self.wifi.change(who.0, weather.clone());
        }
    }

    /// From now on, everything arrives once, whole and soon.
    pub fn wifi_is_back(&mut self) {
        self.wifi.clear_up();
    }

    /// The system kills the app; it is opened again at once.
    pub fn restart_app(&mut self, who: Who) {
        let now = self.now();
        self.phones[who.0].kill_app();
        self.phones[who.0].open_app(now);
        self.drain(who.0);
    }

    /// Somebody pulls the server's plug.
    pub fn cut_servers_power(&mut self) {
        self.server.cut_power();
        self.lines_break();
    }

    /// The next commit is on disk, and then the power goes before any answer.
    pub fn cut_servers_power_after_next_commit(&mut self) {
        self.server.cut_after_commit = true;
    }

    /// The server starts again, if it was down.
    pub fn start_server(&mut self) {
        if !self.server.up {
            self.server.start();
        }
    }

    /// What the server's disk holds now, for a later restore.
    #[must_use]
    pub fn backup(&self) -> Backup {
        Backup(self.server.disk.flushed().to_vec())
    }

    /// The server comes back from an older copy. Leads say again what they had
    /// decided since, as far as it still can be said.
    pub fn restore(&mut self, backup: Backup) {
        let since: Vec<Line> = self
            .server
            .disk
            .flushed()
            .iter()
            .skip(backup.0.len())
            .cloned()
            .collect();
        self.server.restore(backup.0);
        self.lines_break();
        self.witness.restored(since, &self.server);
    }

    /// Whether the server is running.
    #[must_use]
    pub fn server_is_up(&self) -> bool {
        self.server.up
    }

    /// Somebody sets a phone's clock, by so many days.
    pub fn set_clock(&mut self, who: Who, days: i64) {
        self.phones[who.0].clock.jump(days * 86_400_000);
    }

    /// A phone's disk has room for so many more pages, or for all.
    pub fn leave_room_for(&mut self, who: Who, pages: Option<usize>) {
        self.phones[who.0].leave_room_for(pages);
    }

    /// The server's disk fails, or works again.
    pub fn servers_disk_fails(&mut self, fails: bool) {
        self.server.disk.fail(fails);
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: Millis) {
        let end = self.now() + millis;
        while let Some(event) = self.schedule.next_until(end) {
            self.happen(event);
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Wake(phone, at) => {
                if self.alarms.get(&phone) == Some(&at) {
                    self.alarms.remove(&phone);
                    let now = self.now();
                    self.phones[phone].wake(now);
                    self.drain(phone);
                }
            }
            Event::Up { line, bytes, call } => self.up(line, bytes, call),
            Event::Down {
                phone,
                line,
                bytes,
                call,
            } => self.down(phone, line, bytes, call),
            Event::Gone(line) => self.server.close(line),
            Event::Tick(line) => {
                let now = self.now();
                let said = self.server.tick(now, line);
                self.say(said);
                self.arm(line);
            }
            Event::Closed { phone, line } => self.hear(phone, line, Heard::Broken),
        }
    }

    pub(crate) fn drain(&mut self, phone: usize) {
        let now = self.now();
        while let Some(want) = self.phones[phone].poll() {
            match want {
                Want::Wake(at) => self.set_alarm(phone, at.max(now)),
                Want::Call { line, frames } => {
                    self.send_up(phone, line, frame::encode_sequence(frames), true)
                }
                Want::Connect { line } => {
                    self.live.insert((phone, line));
                    self.server.open(now, (phone, line, 0), true);
                    self.arm((phone, line, 0));
                }
                Want::Say { line, frame } => {
                    self.send_up(phone, line, frame::encode(*frame), false)
                }
                Want::HangUp { line } => {
                    self.live.remove(&(phone, line));
                    self.schedule.at(now + 50, Event::Gone((phone, line, 0)));
                }
                Want::ToldSent(ids) => self.witness.told_sent(phone, ids, &self.server),
                Want::ToldRefused(reason) => self.witness.told_refused(reason),
            }
        }
    }

    fn set_alarm(&mut self, phone: usize, at: Millis) {
        if self.alarms.get(&phone).is_none_or(|planned| *planned > at) {
            self.alarms.insert(phone, at);
            self.schedule.at(at, Event::Wake(phone, at));
        }
    }

    fn send_up(&mut self, phone: usize, line: u64, bytes: Bytes, call: bool) {
        if self.dead.contains(&(phone, line)) {
            return;
        }
        let now = self.now();
        let id = (phone, line, 0);
        match self.wifi.fate(phone, now, bytes.len()) {
            Fate::Arrives(at) => self.plan_up(at, id, bytes, call),
            Fate::Twice(at, again) => {
                if call {
                    self.copies += 1;
                    let copy = (phone, line, self.copies);
                    self.schedule.at(
                        again,
                        Event::Up {
                            line: copy,
                            bytes: bytes.clone(),
                            call,
                        },
                    );
                }
                self.plan_up(at, id, bytes, call);
            }
            Fate::Cut { at, bytes: count } => {
                if call {
                    self.plan_up(at, id, bytes.slice(..count), call);
                }
                self.dead.insert((phone, line));
                self.schedule.at(at, Event::Gone(id));
                self.schedule.at(at, Event::Closed { phone, line });
            }
            Fate::Portal(at) => {
                self.dead.insert((phone, line));
                let bytes = Bytes::from_static(PORTAL_PAGE);
                self.schedule.at(
                    at,
                    Event::Down {
                        phone,
                        line,
                        bytes,
                        call,
                    },
                );
            }
            Fate::Lost => {
                self.dead.insert((phone, line));
            }
        }
    }

    fn plan_up(&mut self, at: Millis, line: LineId, bytes: Bytes, call: bool) {
        let last = self.last.entry((line.0, line.1, true)).or_default();
        *last = (*last).max(at);
        self.schedule.at(*last, Event::Up { line, bytes, call });
    }

    pub(crate) fn up(&mut self, line: LineId, bytes: Bytes, call: bool) {
        let now = self.now();
        if !self.server.up || !self.wifi.around(line.0).up {
            return self.schedule.at(
                now + 30,
                Event::Closed {
                    phone: line.0,
                    line: line.1,
                },
            );
        }
        if call {
            self.answer_call(line, bytes);
        } else {
            let said = match frame::decode(bytes) {
                Ok(frame) => self.server.hear(now, line, frame),
                Err(error) => {
                    self.witness.overheard.display(&error);
                    self.server.garbage(now, line, error)
                }
            };
            if !self.server.up {
                return self.lines_break();
            }
            self.say(said);
            self.arm(line);
        }
        self.fan_out();
    }

    fn answer_call(&mut self, line: LineId, bytes: Bytes) {
        let now = self.now();
        self.server.open(now, line, false);
        let mut said = Vec::new();
        for frame in frame::sequence(bytes) {
            match frame {
                Ok(frame) => said.extend(self.server.hear(now, line, frame)),
                Err(error) => {
                    self.witness.overheard.display(&error);
                    said.extend(self.server.garbage(now, line, error));
                    break;
                }
            }
        }
        said.extend(self.server.end(now, line));
        self.server.close(line);
        if !self.server.up {
            return self.lines_break();
        }
        let frames = said.into_iter().filter_map(|said| match said {
            Said::Frame(_, frame) => Some(*frame),
            Said::Closed(_) => None,
        });
        let frames: Vec<_> = frames.collect();
        for frame in &frames {
            self.watch(line.0, frame);
        }
        self.send_down(line, frame::encode_sequence(frames), true);
    }

    fn arm(&mut self, line: LineId) {
        if let Some(at) = self.server.next_alarm(line) {
            self.schedule.at(at, Event::Tick(line));
        }
    }

    pub(crate) fn fan_out(&mut self) {
        let now = self.now();
        let said = self.server.fan_out(now);
        self.say(said);
    }

    fn say(&mut self, said: Vec<Said>) {
        for said in said {
            match said {
                Said::Frame(to, frame) => {
                    self.watch(to.0, &frame);
                    self.send_down(to, frame::encode(*frame), false);
                }
                Said::Closed((phone, line, _)) => {
                    let at = self
                        .last
                        .get(&(phone, line, false))
                        .copied()
                        .unwrap_or_default();
                    self.schedule
                        .at(at.max(self.now() + 20), Event::Closed { phone, line });
                }
            }
        }
    }

    /// Whoever listens on a line hears all of it, so it counts from the moment
    /// in which it is sent.
    fn watch(&mut self, phone: usize, frame: &wire::frame::Kind) {
        let staff = self.phones[phone].staff;
        self.witness.watch(phone, staff, frame, &self.server);
    }

    fn send_down(&mut self, to: LineId, bytes: Bytes, call: bool) {
        let (phone, line, _) = to;
        if self.dead.contains(&(phone, line)) {
            return;
        }
        match self.wifi.fate(phone, self.now(), bytes.len()) {
            Fate::Arrives(at) | Fate::Twice(at, _) => {
                let last = self.last.entry((phone, line, false)).or_default();
                *last = (*last).max(at);
                self.schedule.at(
                    *last,
                    Event::Down {
                        phone,
                        line,
                        bytes,
                        call,
                    },
                );
            }
            Fate::Cut { at, bytes: count } => {
                if call {
                    self.schedule.at(
                        at,
                        Event::Down {
                            phone,
                            line,
                            bytes: bytes.slice(..count),
                            call,
                        },
                    );
                }
                self.dead.insert((phone, line));
                self.schedule.at(at, Event::Gone(to));
                self.schedule.at(at, Event::Closed { phone, line });
            }
            Fate::Portal(_) | Fate::Lost => {
                self.dead.insert((phone, line));
            }
        }
    }

    fn down(&mut self, phone: usize, line: u64, bytes: Bytes, call: bool) {
        if !self.wifi.around(phone).up {
            self.dead.insert((phone, line));
            return;
        }
        if call {
            for frame in frame::sequence(bytes) {
                match frame {
                    Ok(frame) => self.hear(phone, line, Heard::Frame(Box::new(frame))),
                    Err(error) => {
                        self.witness.overheard.display(&error);
                        return self.hear(phone, line, Heard::Broken);
                    }
                }
            }
            self.hear(phone, line, Heard::End);
        } else {
            let heard = match frame::decode(bytes) {
                Ok(frame) => Heard::Frame(Box::new(frame)),
                Err(error) => {
                    self.witness.overheard.display(&error);
                    Heard::Broken
                }
            };
            self.hear(phone, line, heard);
        }
    }

    fn hear(&mut self, phone: usize, line: u64, heard: Heard) {
        let now = self.now();
        self.phones[phone].hear(now, line, heard);
        self.drain(phone);
    }

    /// The server went away: half of the phones notice at once, the others only
    /// by the silence.
    fn lines_break(&mut self) {
        let now = self.now();
        for (phone, line) in std::mem::take(&mut self.live) {
            self.dead.insert((phone, line));
            if self.chance.one_in(2) {
                self.schedule.at(now + 20, Event::Closed { phone, line });
            }
        }
    }

    /// Waits until nothing is under way any more, in fair weather and with the
    /// server up, and then looks whether every law holds.
    ///
    /// # Errors
    /// The first law that is broken.
    pub fn settle(&mut self) -> Result<(), Broken> {
        self.wifi_is_back();
        self.start_server();
        self.server.disk.fail(false);
        self.server.cut_after_commit = false;
        for index in 0..self.phones.len() {
            let now = self.now();
            self.phones[index].leave_room_for(None);
            self.phones[index].open_app(now);
            self.drain(index);
        }
        self.come_to_rest_with_leads()?;
        for line in self.witness.lost_decisions() {
            self.witness.decided(&line);
            self.server.note(line);
            self.fan_out();
        }
        self.come_to_rest_with_leads()?;
        crate::laws::hold(self)?;
        if self.leads_admit_what_is_honest() {
            self.come_to_rest()?;
            crate::laws::hold(self)?;
        }
        Ok(())
    }

    /// What builds on a case that was set aside is not taken, and offered again,
    /// until a lead lets the case in.
    fn come_to_rest_with_leads(&mut self) -> Result<(), Broken> {
        match self.come_to_rest() {
            Err(Broken::NeverAtRest) if self.leads_admit_what_is_honest() => self.come_to_rest(),
            rest => rest,
        }
    }

    fn come_to_rest(&mut self) -> Result<(), Broken> {
        for _ in 0..120 {
            self.wait(70_000);
            let staying = (0..self.phones.len()).filter(|index| !self.gone.contains(index));
            if staying
                .into_iter()
                .all(|index| self.phones[index].unsent() == 0)
            {
                // Once more, so that everybody has looked.
                self.wait(70_000);
                return Ok(());
            }
        }
        Err(Broken::NeverAtRest)
    }
}

/// A copy of the server's disk.
#[derive(Clone)]
pub struct Backup(Vec<Line>);
