//! An event pack: everything about an event that is not testimony, written by organisers as TOML.
//!
//! [`parse`] reports every mistake at once, with its line, what was found and what was expected. It repeats keys and
//! never values: a pack holds telephone numbers, and its mistakes are printed into terminals and logs.

mod form;
mod handout;
mod mistake;
mod parse;
mod procedure;
mod translation;
mod walk;

pub use mistake::{Found, Mistake};
pub use parse::{LARGEST, Parsed, parse};

use crate::Timestamp;
use crate::access::Roles;

/// The pack as organisers wrote it. `proto/wire/v1/pack.proto` is what devices get of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Short name of the event, in lower-case letters, digits and dashes.
    pub slug: String,
    /// Name of the event.
    pub name: String,
    /// Who holds it.
    pub community: String,
    /// IANA name, for example `Europe/Berlin`. Only its form is checked here.
    pub time_zone: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends; later than it starts.
    pub ends_at: Timestamp,
    /// Languages of the texts, for example `en`.
    pub languages: Vec<String>,
    /// Whether it is practice.
    pub drill: bool,
    /// Where it is.
    pub venue: Venue,
    /// Where things can happen.
    pub rooms: Vec<Place>,
    /// Where somebody can sit in peace.
    pub quiet_rooms: Vec<Place>,
    /// What is on the programme.
    pub talks: Vec<Talk>,
    /// Where an announcement can be made.
    pub channels: Vec<Channel>,
    /// The code of conduct.
    pub policy: Policy,
    /// Which procedure the steps are, for example `seed-1`.
    pub procedure: String,
    /// What the procedure was made from.
    pub lineage: Vec<String>,
    /// What to do when somebody is under age, or empty.
    pub minors: String,
    /// What to do.
    pub steps: Vec<Step>,
    /// What behaviour can be called.
    pub categories: Vec<Code>,
    /// What can follow.
    pub sanctions: Vec<Sanction>,
    /// Whom to call.
    pub contacts: Vec<Contact>,
    /// Whom to call in danger.
    pub emergency: Vec<EmergencyNumber>,
    /// Where to appeal to. Absent: nowhere.
    pub appeal: Option<Appeal>,
    /// Until when the next thing should have happened.
    pub targets: Targets,
    /// Until when what is personal is kept. Absent: nobody has said.
    pub retention: Option<Retention>,
    /// Sentences to say.
    pub sentences: Vec<Sentence>,
    /// The texts above, which are in the first language, in the others.
    pub translations: Vec<Translation>,
    /// The team, if the pack names it. It stays on the server.
    pub staff: Vec<StaffLine>,
}

/// Where the event is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Venue {
    /// Name.
    pub name: String,
    /// To be read out on the phone.
    pub address: String,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Lower-case letters, digits and dashes; stays the same when the name changes.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A talk or another item of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// Lower-case letters, digits and dashes; stays the same when the title changes.
    pub id: String,
    /// Title.
    pub title: String,
    /// Id of one of the rooms.
    pub room: String,
    /// When it starts.
    pub from: Timestamp,
    /// When it ends; later than it starts.
    pub to: Timestamp,
}

/// Where an announcement can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Lower-case letters, digits and underscores.
    pub id: String,
    /// Name.
    pub name: String,
}

/// The code of conduct.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Title.
    pub title: String,
    /// Author.
    pub author: String,
    /// A date, for example `2018-02-27`.
    pub version: String,
    /// Markdown, out of the file beside the pack.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// Under which licence.
    pub licence: String,
}

/// Who does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever took the report.
    Responder,
    /// The chair.
    Chair,
    /// The chair, or somebody the chair asked to.
    Delegate,
}

/// A step of the procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// For example `IR1`.
    pub code: String,
    /// Title.
    pub title: String,
    /// Words to say, or empty.
    pub say: String,
    /// What not to do, or empty.
    pub do_not: String,
    /// Who.
    pub who: Who,
    /// `now`, or `after` another step.
    pub when: String,
    /// The sentence of the policy it serves.
    pub seed_ref: String,
    /// One line under the title, or empty.
    pub explain: String,
}

/// A name for behaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Lower-case letters, digits and underscores.
    pub code: String,
    /// Title.
    pub title: String,
}

/// Something that can follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sanction {
    /// Lower-case letters, digits and underscores.
    pub code: String,
    /// Title.
    pub title: String,
    /// What has to be said with it.
    pub params: Vec<Param>,
    /// The least that those who carry it out have to know.
    pub needs: String,
    /// Who carries it out, or empty.
    pub carried_out_by: String,
    /// The sentence of the policy it comes from.
    pub seed_ref: String,
}

/// What has to be said with a sanction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param {
    /// Until when, or for good.
    Until,
    /// From when.
    From,
    /// Which talk of the programme.
    Talk,
    /// Whether it is about the video.
    Video,
    /// Whether it is about the slides.
    Slides,
    /// Whether the fee is kept.
    NoRefund,
    /// When it is looked at again.
    Review,
    /// Why.
    Reason,
    /// Another lead who agrees.
    SecondApprover,
    /// What the lawyer said.
    LegalNote,
    /// Whom it protects.
    Who,
    /// Which doors, keys and accounts end.
    Access,
}

impl Param {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Until,
        Self::From,
        Self::Talk,
        Self::Video,
        Self::Slides,
        Self::NoRefund,
        Self::Review,
        Self::Reason,
        Self::SecondApprover,
        Self::LegalNote,
        Self::Who,
        Self::Access,
    ];

    /// As it is written in a pack.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Until => "until",
            Self::From => "from",
            Self::Talk => "talk",
            Self::Video => "video",
            Self::Slides => "slides",
            Self::NoRefund => "no_refund",
            Self::Review => "review",
            Self::Reason => "reason",
            Self::SecondApprover => "second_approver",
            Self::LegalNote => "legal_note",
            Self::Who => "who",
            Self::Access => "access",
        }
    }
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// What they are.
    pub role: String,
    /// Telephone, or empty.
    pub phone: String,
    /// E-mail, or empty.
    pub email: String,
    /// Whether attendees see it.
    pub for_attendees: bool,
    /// Whether it is for urgent matters.
    pub urgent: bool,
    /// Whether it stands outside the team: whom to turn to when no lead may receive a report.
    pub outside: bool,
}

/// A number for emergencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyNumber {
    /// Whose.
    pub label: String,
    /// Digits.
    pub number: String,
    /// When to call it, or empty.
    pub note: String,
    /// Whether it is the one for danger to life.
    pub police: bool,
}

/// Where to appeal to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Name.
    pub name: String,
    /// How to reach it.
    pub contact: String,
    /// Within how many days.
    pub days: u32,
}

/// Minutes from the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Targets {
    /// Until the chair knows.
    pub chair_told: u32,
    /// Until it is shouted about that the chair does not know.
    pub chair_told_alert: u32,
    /// Until the meeting.
    pub meeting: u32,
    /// Until the reporter hears what came of it.
    pub follow_up: u32,
}

/// Months until what is personal is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// After the event's end.
    pub months: u32,
    /// After the last appeal or review, if that is later.
    pub months_after_appeal: u32,
}

/// The pack's texts in another language. A text that is empty is not translated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Translation {
    /// For example `de`.
    pub language: String,
    /// By code.
    pub steps: Vec<StepTexts>,
    /// By code.
    pub categories: Vec<Code>,
    /// By code.
    pub sanctions: Vec<SanctionTexts>,
    /// By id.
    pub sentences: Vec<Sentence>,
    /// By id.
    pub channels: Vec<Channel>,
    /// By number.
    pub emergency: Vec<EmergencyTexts>,
    /// By what stands in the pack.
    pub contacts: Vec<ContactText>,
    /// What to do when somebody is under age.
    pub minors: String,
}

/// What a [`Step`] says in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTexts {
    /// Of the step.
    pub code: String,
    /// Title.
    pub title: String,
    /// Words to say.
    pub say: String,
    /// What not to do.
    pub do_not: String,
    /// One line under the title.
    pub explain: String,
}

/// What a [`Sanction`] says in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SanctionTexts {
    /// Of the sanction.
    pub code: String,
    /// Title.
    pub title: String,
    /// The least that those who carry it out have to know.
    pub needs: String,
    /// Who carries it out.
    pub carried_out_by: String,
}

/// What an [`EmergencyNumber`] says in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyTexts {
    /// The number itself.
    pub number: String,
    /// Whose.
    pub label: String,
    /// When to call it.
    pub note: String,
}

/// What stands as the name or the role of [`Contact`]s, in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactText {
    /// As the pack says it.
    pub own: String,
    /// In the other language.
    pub text: String,
}

/// A sentence to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// For example `embargo`.
    pub id: String,
    /// The words.
    pub text: String,
}

/// Somebody on the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffLine {
    /// Name.
    pub name: String,
    /// What they are.
    pub roles: Roles,
    /// What their badge says.
    pub badge_label: String,
    /// Letter that their devices are called by, for example `N` for `N1`.
    pub device: String,
    /// Telephone, or empty.
    pub phone: String,
}
