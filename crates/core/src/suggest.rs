//! Which cases may be one incident, or about one person. A suggestion says why, and never links anything.

use std::collections::{BTreeMap, BTreeSet};

use crate::badge::{Badge, Likeness};
use crate::case::{CaseView, PartyVersion};
use crate::fold::words;
use crate::secret::redacted_debug;
use crate::time::When;
use crate::{DocumentId, StaffId, Timestamp};

const MINUTE: i64 = 60 * 1000;
/// Closer than this, two times can be one.
const CLOSE: i64 = 30 * MINUTE;
/// Further apart than this, it was another incident.
const FAR: i64 = 120 * MINUTE;
/// Whoever opens a second case this soon meant it to be another one.
const SPLIT: i64 = 10 * MINUTE;
/// From so many points on a lead hears of it.
const LEAST: i32 = 40;
const PROBABLE: i32 = 60;
const PERSON: i32 = 50;
/// So many words in common describe one person.
const SHARED_WORDS: usize = 3;
/// The most windows that one time is looked for in; a longer one says too little about when.
const WINDOWS: i64 = 24;

/// Words that describe nobody.
const EMPTY: [&str; 31] = [
    "and",
    "the",
    "with",
    "was",
    "had",
    "has",
    "his",
    "her",
    "their",
    "wearing",
    "wore",
    "man",
    "woman",
    "person",
    "somebody",
    "someone",
    "about",
    "maybe",
    "probably",
    "und",
    "der",
    "die",
    "das",
    "ein",
    "eine",
    "mit",
    "mann",
    "frau",
    "jemand",
    "vielleicht",
    "trug",
];

/// Somebody in a case, as far as it says who they are.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Traits {
    badge: Option<Badge>,
    name: BTreeSet<String>,
    look: BTreeSet<String>,
}

impl Traits {
    /// Out of what was typed.
    #[must_use]
    pub fn of(badge: Option<&str>, name: Option<&str>, description: Option<&str>) -> Self {
        let look = words(description.unwrap_or_default())
            .filter(|word| word.chars().count() > 2 && !EMPTY.contains(&word.as_str()));
        Self {
            badge: badge.and_then(Badge::of),
            name: words(name.unwrap_or_default()).map(one_letter).collect(),
            look: look.map(one_letter).collect(),
        }
    }

    fn version(version: &PartyVersion) -> Self {
        Self::of(
            version.badge.as_deref(),
            version.name.as_deref(),
            version.description.as_deref(),
        )
    }

    fn likeness(&self, other: &Self) -> Likeness {
        match (&self.badge, &other.badge) {
            (Some(a), Some(b)) => a.likeness(b),
            (None, _) | (_, None) => Likeness::Different,
        }
    }

    /// Whether one name is the other, or a part of it, in any order. What is short is a name only as a whole.
    fn named_like(&self, other: &Self) -> bool {
        if self.name == other.name {
            return self
                .name
                .iter()
                .map(|word| word.chars().count())
                .sum::<usize>()
                > 1;
        }
        let (few, many) = if self.name.len() <= other.name.len() {
            (&self.name, &other.name)
        } else {
            (&other.name, &self.name)
        };
        few.iter().any(|word| word.chars().count() > 2) && few.is_subset(many)
    }

    /// Whether somebody is described by a name that the other one has: "Dana, with a volunteer's lanyard".
    fn called_like(&self, other: &Self) -> bool {
        other
            .name
            .iter()
            .any(|word| word.chars().count() > 2 && self.look.contains(word))
    }

    fn same_as(&self, other: &Self) -> bool {
        matches!(self.likeness(other), Likeness::Same | Likeness::LookAlike)
            || self.named_like(other)
            || self.called_like(other)
            || other.called_like(self)
    }
}

/// "Mueller" is how somebody without an umlaut writes "Müller". In a word of three letters such a pair is most of it,
/// and stays: Zoe is not Zo.
fn one_letter(word: String) -> String {
    if word.chars().count() < 4 {
        return word;
    }
    ["ae", "oe", "ue"]
        .iter()
        .fold(word, |word, pair| word.replace(pair, &pair[..1]))
}

/// A case as it is compared with others.
#[derive(Clone, PartialEq, Eq)]
pub struct Compared {
    /// Which.
    pub document: DocumentId,
    /// When it was opened.
    pub opened: Timestamp,
    /// Who took a report, and when.
    pub takers: BTreeSet<(StaffId, Timestamp)>,
    /// Whom it is about.
    pub reported: Vec<Traits>,
    /// Everybody else in it.
    pub others: Vec<Traits>,
    /// Those who told it, out of their own documents.
    pub sealed: Vec<Traits>,
    /// When it was: the earliest and the latest moment of each telling.
    pub times: Vec<(Timestamp, Timestamp)>,
    /// Ids of rooms, or words for a place.
    pub places: BTreeSet<String>,
    /// What the behaviour was called.
    pub categories: BTreeSet<String>,
    /// Persons whom a lead knew again in it.
    pub persons: BTreeSet<String>,
}

redacted_debug!(Traits:);
redacted_debug!(Compared: document, opened);

impl Compared {
    /// Takes out of a case what it is compared by. None: nothing was opened yet.
    #[must_use]
    pub fn of(document: DocumentId, view: &CaseView) -> Option<Self> {
        let opened = view.opened.as_ref()?.fact.at;
        let answers = |field: &str| {
            let field = field.to_owned();
            view.reports
                .iter()
                .filter_map(move |report| report.answers.get(&field))
                .flatten()
        };
        let versions = || view.parties.iter().flat_map(|party| &party.versions);
        let of = |reported: bool| {
            versions()
                .filter(|version| (version.kind == "reported") == reported)
                .map(Traits::version)
                .collect()
        };
        let registered = view.registers.get("place").into_iter().flatten();
        let places = answers("place")
            .filter_map(|answer| answer.value.as_deref())
            .chain(registered.filter_map(|entry| entry.value.as_deref()));
        let named = view.reports.iter().flat_map(|report| &report.answers);
        let categories = named.filter_map(|(field, versions)| {
            let said = versions
                .iter()
                .any(|answer| answer.value.as_deref() == Some("yes"));
            Some(field.strip_prefix("category/")?.to_owned()).filter(|_| said)
        });
        Some(Self {
            document,
            opened,
            takers: view
                .reports
                .iter()
                .map(|report| (report.fact.by, report.reported_at))
                .collect(),
            reported: of(true),
            others: of(false),
            sealed: Vec::new(),
            times: answers("occurred")
                .filter_map(|answer| {
                    let time = answer.time.as_ref()?;
                    match When::parse(&time.kind, time.from, time.to).ok()?.bounds() {
                        (Some(from), Some(to)) => Some((from, to)),
                        // "Some time before" would be the same time as all that came before.
                        (None, _) | (_, None) => None,
                    }
                })
                .collect(),
            places: places
                .map(|place| words(place).collect::<Vec<_>>().join(" "))
                .filter(|place| !place.is_empty())
                .collect(),
            categories: categories.collect(),
            persons: BTreeSet::new(),
        })
    }

    /// Milliseconds between what they tell of. None: at least one does not say when.
    fn apart(&self, other: &Self) -> Option<i64> {
        let gap = |a: &(Timestamp, Timestamp), b: &(Timestamp, Timestamp)| {
            a.0.since(b.1).max(b.0.since(a.1)).max(0)
        };
        self.times
            .iter()
            .flat_map(|a| other.times.iter().map(move |b| gap(a, b)))
            .min()
    }

    /// Texts of which two cases have one in common if there is anything to suggest.
    fn buckets(&self) -> BTreeSet<String> {
        let everybody = || self.reported.iter().chain(&self.others).chain(&self.sealed);
        let badges = everybody().filter_map(|who| who.badge.as_ref());
        let badges = badges.flat_map(Badge::buckets).map(|key| format!("b{key}"));
        let looks = self.others.iter().flat_map(|who| &who.look);
        let names = everybody().flat_map(|who| &who.name).chain(looks);
        let names = names.map(|word| format!("n{word}"));
        let persons = self.persons.iter().map(|person| format!("p{person}"));
        let windows = self.times.iter().flat_map(|(from, to)| {
            let (first, last) = (from.0.div_euclid(FAR), to.0.div_euclid(FAR));
            // One window more to the end, so that what is just behind it meets it there.
            let end = (last + 1).min(first.saturating_add(WINDOWS));
            (first..=end).map(|window| format!("t{window}"))
        });
        badges.chain(names).chain(persons).chain(windows).collect()
    }
}

/// What a lead said about two cases, by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// One of the two.
    pub one: DocumentId,
    /// The other.
    pub other: DocumentId,
}

/// Why two cases belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A reported person's badge number is the same.
    SameBadge,
    /// It differs by leading zeros or letters that look like digits.
    BadgeLooksAlike,
    /// It differs by one character.
    BadgeOneCharacter,
    /// A lead knew the same person again in both.
    SamePerson,
    /// A reported person's name is the same, or a part of it.
    SameName,
    /// A reported person is described by the same words.
    SameLook,
    /// It was at the same time, within half an hour.
    SameTime,
    /// It was within two hours.
    WithinTwoHours,
    /// It was in the same place.
    SamePlace,
    /// Somebody else is in both.
    SharedPerson,
    /// Somebody who told one of them is in both. Their name is sealed.
    SharedSealedPerson,
    /// The behaviour is called the same.
    SameCategory,
    /// One responder opened both within ten minutes, and probably had a reason to.
    SameResponder,
}

impl Reason {
    /// What it counts.
    #[must_use]
    pub const fn points(self) -> i32 {
        match self {
            Self::SamePerson => 60,
            Self::SameBadge => 50,
            Self::BadgeLooksAlike => 35,
            Self::SameName | Self::SameTime => 20,
            Self::BadgeOneCharacter
            | Self::SamePlace
            | Self::SharedPerson
            | Self::SharedSealedPerson => 15,
            Self::SameLook | Self::WithinTwoHours => 10,
            Self::SameCategory => 5,
            Self::SameResponder => -20,
        }
    }
}

/// What the points mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Probably the same incident.
    SameIncident,
    /// Perhaps the same person, another time.
    SamePerson,
    /// Worth a look.
    Look,
}

/// Two cases that a lead should look at together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The one that was opened first.
    pub first: DocumentId,
    /// The other.
    pub second: DocumentId,
    /// All points together.
    pub points: i32,
    /// What they mean.
    pub verdict: Verdict,
    /// Why, each once.
    pub reasons: Vec<Reason>,
}

/// All pairs worth a lead's look, the most probable first. About a pair that a lead said anything about, nothing is
/// suggested any more.
#[must_use]
pub fn suggest(cases: &[Compared], said: &[Said]) -> Vec<Suggestion> {
    let mut settled = BTreeSet::new();
    for Said { one, other } in said {
        settled.insert((one, other));
        settled.insert((other, one));
    }
    let mut buckets: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, case) in cases.iter().enumerate() {
        for bucket in case.buckets() {
            buckets.entry(bucket).or_default().push(place);
        }
    }
    let mut pairs = BTreeSet::new();
    for together in buckets.into_values() {
        for (at, one) in together.iter().enumerate() {
            pairs.extend(together.iter().skip(at + 1).map(|other| (*one, *other)));
        }
    }
    let mut suggestions: Vec<Suggestion> = pairs
        .into_iter()
        .filter_map(|(one, other)| Some((cases.get(one)?, cases.get(other)?)))
        .filter(|(one, other)| !settled.contains(&(&one.document, &other.document)))
        .filter_map(|(one, other)| compare(one, other))
        .collect();
    suggestions.sort_by_key(|found| (-found.points, found.first, found.second));
    suggestions
}

fn compare(one: &Compared, other: &Compared) -> Option<Suggestion> {
    let apart = one.apart(other);
    let mut reasons: Vec<Reason> = [
        badge(one, other),
        (!one.persons.is_disjoint(&other.persons)).then_some(Reason::SamePerson),
        any(&one.reported, &other.reported, Traits::named_like).then_some(Reason::SameName),
        any(&one.reported, &other.reported, |a, b| {
            a.look.intersection(&b.look).count() >= SHARED_WORDS
        })
        .then_some(Reason::SameLook),
        match apart {
            Some(..=CLOSE) => Some(Reason::SameTime),
            Some(..=FAR) => Some(Reason::WithinTwoHours),
            Some(_) | None => None,
        },
        (!one.places.is_disjoint(&other.places)).then_some(Reason::SamePlace),
        shared(one, other),
        (!one.categories.is_disjoint(&other.categories)).then_some(Reason::SameCategory),
        split(one, other).then_some(Reason::SameResponder),
    ]
    .into_iter()
    .flatten()
    .collect();
    reasons.sort_by_key(|reason| -reason.points());
    let points: i32 = reasons.iter().map(|reason| reason.points()).sum();
    let near = apart.is_some_and(|apart| apart <= FAR);
    let verdict = match points {
        PROBABLE.. if near => Verdict::SameIncident,
        PERSON.. if !near => Verdict::SamePerson,
        LEAST.. => Verdict::Look,
        _ => return None,
    };
    let (first, second) = if (one.opened, one.document) <= (other.opened, other.document) {
        (one, other)
    } else {
        (other, one)
    };
    Some(Suggestion {
        first: first.document,
        second: second.document,
        points,
        verdict,
        reasons,
    })
}

fn any(ones: &[Traits], others: &[Traits], alike: impl Fn(&Traits, &Traits) -> bool) -> bool {
    ones.iter()
        .any(|one| others.iter().any(|other| alike(one, other)))
}

/// The most alike that any two reported persons' badges are.
fn badge(one: &Compared, other: &Compared) -> Option<Reason> {
    let pairs = one
        .reported
        .iter()
        .flat_map(|a| other.reported.iter().map(move |b| a.likeness(b)));
    match pairs.min()? {
        Likeness::Same => Some(Reason::SameBadge),
        Likeness::LookAlike => Some(Reason::BadgeLooksAlike),
        Likeness::OneCharacter => Some(Reason::BadgeOneCharacter),
        Likeness::Different => None,
    }
}

/// Somebody other than those whom the cases are about. What needs no sealed name says less, and is said first.
fn shared(one: &Compared, other: &Compared) -> Option<Reason> {
    if any(&one.others, &other.others, Traits::same_as) {
        return Some(Reason::SharedPerson);
    }
    let sealed = any(&one.sealed, &other.others, Traits::same_as)
        || any(&one.others, &other.sealed, Traits::same_as)
        || any(&one.sealed, &other.sealed, Traits::same_as);
    sealed.then_some(Reason::SharedSealedPerson)
}

fn split(one: &Compared, other: &Compared) -> bool {
    one.takers.iter().any(|(who, at)| {
        other
            .takers
            .iter()
            .any(|(taker, then)| who == taker && at.since(*then).abs() <= SPLIT)
    })
}

#[cfg(test)]
mod tests;
