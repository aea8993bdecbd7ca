//! From TOML to a [`Pack`].

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::form::{
    KEBAB, PHONE, SNAKE, begins_as_date, is_date, is_email, is_kebab, is_letter, is_phone,
    is_snake, is_zone,
};
use super::handout;
use super::procedure::{self, Procedure};
use super::translation;
use super::walk::{Table, Walk};
use super::{
    Appeal, Channel, Contact, EmergencyNumber, Found, Mistake, Pack, Place, Policy, Retention,
    StaffLine, Talk, Targets, Venue,
};
use crate::Timestamp;
use crate::access::{Role, Roles};

/// The most bytes a pack may have together with what lies beside it. Devices get all of it at once.
pub const LARGEST: usize = 240 * 1024;
/// Of these, for the pack itself, for its policy and for all its other languages together.
const LARGEST_PACK: usize = 80 * 1024;
const LARGEST_POLICY: usize = 80 * 1024;
pub(super) const LARGEST_TRANSLATIONS: usize = LARGEST - LARGEST_PACK - LARGEST_POLICY;

/// A pack that is too big for phones is read all the same up to here, so that all its mistakes are said at once.
const READ_AT_ALL: usize = 4 * 1024 * 1024;

const WEEK: u32 = 7 * 24 * 60;

/// A pack without a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The pack.
    pub pack: Pack,
    /// What could be better.
    pub warnings: Vec<Mistake>,
}

/// Reads a pack. `read_beside` gives the contents of the file of that name beside the pack: the
/// policy's text, or its texts in another language.
///
/// # Errors
/// Every mistake in the pack, by line.
pub fn parse(
    text: &str,
    read_beside: impl Fn(&str) -> Option<String>,
) -> Result<Parsed, Vec<Mistake>> {
    let mut walk = Walk::new(text);
    if text.len() > LARGEST_PACK {
        let expected =
            format!("at most {LARGEST_PACK} bytes (80 KiB), the files beside it not counted");
        walk.mistake(1, "", Found::Bytes(text.len()), &expected);
    }
    // What is far too big is no pack, and is not read.
    if text.len() > READ_AT_ALL {
        return Err(walk.mistakes);
    }
    let (document, wrong) = DeTable::parse_recoverable(text);
    // A day that there is not is one value that does not fit: it is read over, and named like any other.
    let (days, broken): (Vec<_>, Vec<_>) = wrong.into_iter().partition(|error| {
        let there = error.span().and_then(|span| text.get(span));
        there.is_some_and(begins_as_date)
    });
    for error in &broken {
        let line = error.span().map_or(1, |span| walk.line_of(&span));
        walk.mistake(line, "", Found::Syntax, error.message());
    }
    // What a broken file means is a guess, so nothing else is said about it.
    let pack = broken
        .is_empty()
        .then(|| whole(&mut walk, &mut Walk::root(&document), &read_beside));
    for error in &days {
        let line = error.span().map_or(1, |span| walk.line_of(&span));
        let named = |mistake: &Mistake| mistake.file.is_empty() && mistake.line == line;
        if !walk.mistakes.iter().any(named) {
            walk.mistake(line, "", Found::Syntax, error.message());
        }
    }
    let Walk {
        mut mistakes,
        mut warnings,
        ..
    } = walk;
    let place = |mistake: &Mistake| (mistake.file.clone(), mistake.line);
    mistakes.sort_by_key(place);
    warnings.sort_by_key(place);
    match pack {
        Some(pack) if mistakes.is_empty() => Ok(Parsed { pack, warnings }),
        Some(_) | None => Err(mistakes),
    }
}

fn whole(
    walk: &mut Walk,
    root: &mut Table<'_>,
    read_beside: &impl Fn(&str) -> Option<String>,
) -> Pack {
    let mut event = walk.section(root, "event");
    let mut venue = walk.section(root, "venue");
    let (starts_at, ends_at) = times(walk, &mut event);
    let Procedure {
        id,
        lineage,
        minors,
        steps,
        appeal_step,
    } = procedure::procedure(walk, root);
    let mut pack = Pack {
        slug: walk.formed(&mut event, "id", is_kebab, KEBAB).value,
        name: walk.text(&mut event, "name", 100).value,
        community: walk.text(&mut event, "community", 200).value,
        time_zone: walk
            .formed(
                &mut event,
                "time_zone",
                is_zone,
                "a time zone's name, for example Europe/Berlin",
            )
            .value,
        starts_at,
        ends_at,
        languages: languages(walk, &mut event),
        drill: walk.yes(&mut event, "drill"),
        venue: Venue {
            name: walk.text(&mut venue, "name", 200).value,
            address: walk.text(&mut venue, "address", 300).value,
        },
        rooms: places(walk, root, "rooms"),
        quiet_rooms: places(walk, root, "quiet_rooms"),
        talks: Vec::new(),
        channels: channels(walk, root),
        policy: policy(walk, root, read_beside),
        procedure: id,
        lineage,
        minors,
        steps,
        categories: procedure::categories(walk, root),
        sanctions: procedure::sanctions(walk, root),
        contacts: contacts(walk, root),
        emergency: emergency(walk, root),
        appeal: appeal(walk, root, appeal_step),
        targets: targets(walk, root),
        retention: retention(walk, root),
        sentences: procedure::sentences(walk, root),
        translations: Vec::new(),
        staff: staff(walk, root),
    };
    pack.talks = talks(walk, root, &pack);
    pack.translations = translation::translations(walk, root, &pack, read_beside);
    handout::fits(walk, root, &pack);
    walk.finish(&event);
    walk.finish(&venue);
    walk.finish(root);
    pack
}

fn times(walk: &mut Walk, event: &mut Table<'_>) -> (Timestamp, Timestamp) {
    let starts = walk.moment(event, "starts_at");
    let ends = walk.moment(event, "ends_at");
    if let (Some((starts, _)), Some((ends, line))) = (starts, ends) {
        if ends <= starts {
            walk.mistake(
                line,
                "event.ends_at",
                Found::Unfit,
                "a moment after event.starts_at",
            );
        }
        return (starts, ends);
    }
    (Timestamp::default(), Timestamp::default())
}

fn languages(walk: &mut Walk, event: &mut Table<'_>) -> Vec<String> {
    let before = walk.mistakes.len();
    let languages = walk.texts(event, "languages");
    let expected = "a list of languages, for example [\"en\"]";
    if languages.is_empty() && !event.has("languages") {
        walk.missing(event, "languages", expected);
    } else if languages.is_empty() && walk.mistakes.len() == before {
        let line = walk.line_under(event, "languages");
        walk.mistake(line, "event.languages", Found::Unfit, expected);
    }
    let mut seen = BTreeSet::new();
    for language in &languages {
        walk.once(&mut seen, "event.languages", language);
        if !(2..=3).contains(&language.value.len())
            || !language.value.bytes().all(|byte| byte.is_ascii_lowercase())
        {
            walk.mistake(
                language.line,
                "event.languages",
                Found::Unfit,
                "two or three lower-case letters each",
            );
        }
    }
    languages
        .into_iter()
        .map(|language| language.value)
        .collect()
}

fn places(walk: &mut Walk, root: &mut Table<'_>, key: &'static str) -> Vec<Place> {
    let mut seen = BTreeSet::new();
    let tables = walk.list(root, key, key == "rooms");
    if tables.is_empty() && key == "quiet_rooms" && !root.has(key) {
        walk.warn(
            root.line(),
            key,
            "a quiet room, so that a responder can offer a private place to sit",
        );
    }
    tables
        .into_iter()
        .map(|mut table| {
            let id = walk.formed(&mut table, "id", is_kebab, KEBAB);
            walk.once(&mut seen, &table.key("id"), &id);
            let name = walk.text(&mut table, "name", 100).value;
            walk.finish(&table);
            Place { id: id.value, name }
        })
        .collect()
}

fn talks(walk: &mut Walk, root: &mut Table<'_>, pack: &Pack) -> Vec<Talk> {
    let mut seen = BTreeSet::new();
    let tables = walk.list(root, "talks", false);
    let mut read = |mut table: Table<'_>| {
        let id = walk.formed(&mut table, "id", is_kebab, KEBAB);
        walk.once(&mut seen, "talks.id", &id);
        let title = walk.text(&mut table, "title", 300).value;
        let room = walk.formed(
            &mut table,
            "room",
            |room| pack.rooms.iter().any(|place| place.id == room),
            "the id of one of [[rooms]]",
        );
        let from = walk.moment(&mut table, "from");
        let to = walk.moment(&mut table, "to");
        if let (Some((from, _)), Some((to, line))) = (from, to)
            && to <= from
        {
            walk.mistake(line, "talks.to", Found::Unfit, "a moment after talks.from");
        }
        for (moment, line) in from.into_iter().chain(to) {
            // A wrong day hides a talk from those who look for what is going on now.
            if pack.starts_at < pack.ends_at && !(pack.starts_at..=pack.ends_at).contains(&moment) {
                walk.mistake(line, "talks", Found::Unfit, "a moment during the event");
            }
        }
        walk.finish(&table);
        Talk {
            id: id.value,
            title,
            room: room.value,
            from: from.unwrap_or_default().0,
            to: to.unwrap_or_default().0,
        }
    };
    tables.into_iter().map(&mut read).collect()
}

fn channels(walk: &mut Walk, root: &mut Table<'_>) -> Vec<Channel> {
    let mut seen = BTreeSet::new();
    let mut channels = Vec::new();
    for mut table in walk.list(root, "channels", false) {
        let id = walk.formed(&mut table, "id", is_snake, SNAKE);
        walk.once(&mut seen, "channels.id", &id);
        channels.push(Channel {
            id: id.value,
            name: walk.text(&mut table, "name", 100).value,
        });
        walk.finish(&table);
    }
    channels
}

fn policy(
    walk: &mut Walk,
    root: &mut Table<'_>,
    read_beside: &impl Fn(&str) -> Option<String>,
) -> Policy {
    let mut table = walk.section(root, "policy");
    let plain = |name: &str| !name.contains(['/', '\\']) && !name.starts_with('.');
    let before = walk.mistakes.len();
    let file = walk.formed(
        &mut table,
        "file",
        plain,
        "the name of a file beside the pack, without a folder",
    );
    let mut text = String::new();
    if walk.mistakes.len() == before && table.has("file") {
        match read_beside(&file.value) {
            Some(contents) if contents.trim().is_empty() => {
                walk.mistake(
                    file.line,
                    "policy.file",
                    Found::Unfit,
                    "a file with the policy's text in it",
                );
            }
            Some(contents) if contents.len() > LARGEST_POLICY => {
                walk.mistake(
                    file.line,
                    "policy.file",
                    Found::Bytes(contents.len()),
                    &format!("at most {LARGEST_POLICY} bytes (80 KiB) of text"),
                );
                text = contents;
            }
            Some(contents) => text = contents,
            None => walk.mistake(
                file.line,
                "policy.file",
                Found::Missing,
                "a readable file of this name beside the pack",
            ),
        }
    }
    let policy = Policy {
        title: walk.text(&mut table, "title", 200).value,
        author: walk.text(&mut table, "author", 200).value,
        version: walk
            .formed(
                &mut table,
                "version",
                is_date,
                "a date as text, for example \"2018-02-27\"",
            )
            .value,
        source: walk.optional(&mut table, "source", 300),
        licence: walk.optional(&mut table, "licence", 100),
        text,
    };
    walk.finish(&table);
    policy
}

fn contacts(walk: &mut Walk, root: &mut Table<'_>) -> Vec<Contact> {
    let tables = walk.list(root, "contacts", true);
    let mut first = None;
    let mut contacts = Vec::new();
    for mut table in tables {
        first.get_or_insert(table.line());
        let visible = walk.formed(
            &mut table,
            "visible_to",
            |to| matches!(to, "attendees" | "staff"),
            "attendees or staff",
        );
        let contact = Contact {
            name: walk.text(&mut table, "name", 100).value,
            role: walk.text(&mut table, "role", 100).value,
            phone: phone(walk, &mut table),
            email: optional_formed(walk, &mut table, "email", is_email, "an e-mail address"),
            for_attendees: visible.value == "attendees",
            urgent: walk.yes(&mut table, "urgent"),
            outside: walk.yes(&mut table, "outside"),
        };
        if !table.has("phone") && !table.has("email") {
            walk.mistake(
                table.line(),
                "contacts",
                Found::Missing,
                "phone, email or both",
            );
        }
        walk.finish(&table);
        contacts.push(contact);
    }
    if let Some(line) = first
        && !contacts
            .iter()
            .any(|contact| contact.for_attendees && !contact.phone.is_empty())
    {
        walk.warn(
            line,
            "contacts.phone",
            "a telephone number that attendees see",
        );
    }
    contacts
}

fn emergency(walk: &mut Walk, root: &mut Table<'_>) -> Vec<EmergencyNumber> {
    let tables = walk.list(root, "emergency", true);
    let first = tables.first().map(Table::line);
    let mut numbers = Vec::new();
    for mut table in tables {
        numbers.push(EmergencyNumber {
            label: walk.text(&mut table, "label", 100).value,
            number: walk.formed(&mut table, "number", is_phone, PHONE).value,
            note: walk.optional(&mut table, "note", 200),
            police: walk.yes(&mut table, "police"),
        });
        walk.finish(&table);
    }
    if let Some(line) = first
        && !numbers.iter().any(|number| number.police)
    {
        walk.mistake(
            line,
            "emergency.police",
            Found::Missing,
            "police = true on the number for danger to life",
        );
    }
    numbers
}

/// `step`: the line of the step that tells where to appeal.
fn appeal(walk: &mut Walk, root: &mut Table<'_>, step: Option<usize>) -> Option<Appeal> {
    let Some(mut table) = walk.section_if_any(root, "appeal") else {
        if !root.has("appeal") {
            let expected = match step {
                Some(_) => "a place to appeal to, if there is one: step AP1 says where it is",
                None => "a place to appeal to, if there is one",
            };
            walk.warn(step.unwrap_or(root.line()), "appeal", expected);
        }
        return None;
    };
    let appeal = Appeal {
        name: walk.text(&mut table, "name", 200).value,
        contact: walk.text(&mut table, "contact", 200).value,
        days: walk.number(&mut table, "days", 365, "days").0,
    };
    walk.finish(&table);
    Some(appeal)
}

fn targets(walk: &mut Walk, root: &mut Table<'_>) -> Targets {
    let mut table = walk.section(root, "targets");
    let (chair_told, _) = walk.number(&mut table, "chair_told", WEEK, "minutes");
    let (chair_told_alert, line) = walk.number(&mut table, "chair_told_alert", WEEK, "minutes");
    if chair_told > 0 && chair_told_alert > 0 && chair_told_alert < chair_told {
        walk.mistake(
            line,
            "targets.chair_told_alert",
            Found::Unfit,
            "no fewer minutes than targets.chair_told",
        );
    }
    let (meeting, _) = walk.number(&mut table, "meeting", WEEK, "minutes");
    let (follow_up, _) = walk.number(&mut table, "follow_up", WEEK, "minutes");
    walk.finish(&table);
    Targets {
        chair_told,
        chair_told_alert,
        meeting,
        follow_up,
    }
}

fn retention(walk: &mut Walk, root: &mut Table<'_>) -> Option<Retention> {
    let mut table = walk.section_if_any(root, "retention")?;
    let retention = Retention {
        months: walk.number(&mut table, "months", 120, "months").0,
        months_after_appeal: walk
            .number(&mut table, "months_after_appeal", 120, "months")
            .0,
    };
    walk.finish(&table);
    Some(retention)
}

fn staff(walk: &mut Walk, root: &mut Table<'_>) -> Vec<StaffLine> {
    let mut letters = BTreeSet::new();
    let mut badges = BTreeSet::new();
    let mut staff: Vec<StaffLine> = Vec::new();
    let tables = walk.list(root, "staff", false);
    let first = tables.first().map(Table::line);
    for mut table in tables {
        let name = walk.text(&mut table, "name", 60).value;
        let badge_label = walk.text(&mut table, "badge_label", 20);
        walk.once(&mut badges, "staff.badge_label", &badge_label);
        let device = walk.formed(&mut table, "device", is_letter, "one capital letter");
        walk.once(&mut letters, "staff.device", &device);
        let phone = phone(walk, &mut table);
        let roles = roles(walk, &mut table);
        walk.finish(&table);
        staff.push(StaffLine {
            name,
            roles,
            badge_label: badge_label.value,
            device: device.value,
            phone,
        });
    }
    if let Some(line) = first
        && staff.iter().filter(|member| member.roles.lead()).count() < 2
    {
        walk.warn(
            line,
            "staff.roles",
            "two leads, so that a report about one of them reaches the other",
        );
    }
    staff
}

fn roles(walk: &mut Walk, table: &mut Table<'_>) -> Roles {
    let expected = "responder, chair, alternate_chair, event_manager, announcer or admin";
    let texts = walk.texts(table, "roles");
    if texts.is_empty() {
        walk.missing(table, "roles", &format!("at least one of {expected}"));
    }
    let mut roles = Vec::new();
    for text in texts {
        match role_of(&text.value) {
            Some(role) => roles.push(role),
            None => walk.mistake(text.line, "staff.roles", Found::Unfit, expected),
        }
    }
    roles.into_iter().collect()
}

fn role_of(text: &str) -> Option<Role> {
    match text {
        "responder" => Some(Role::Responder),
        "chair" => Some(Role::Chair),
        "alternate_chair" => Some(Role::AlternateChair),
        "event_manager" => Some(Role::EventManager),
        "announcer" => Some(Role::Announcer),
        "admin" => Some(Role::Admin),
        _ => None,
    }
}

fn optional_formed(
    walk: &mut Walk,
    table: &mut Table<'_>,
    key: &'static str,
    fits: impl Fn(&str) -> bool,
    expected: &str,
) -> String {
    let text = walk.optional_text(table, key, 200);
    if let Some(text) = text.as_ref().filter(|text| !fits(&text.value)) {
        walk.mistake(text.line, &table.key(key), Found::Unfit, expected);
    }
    text.unwrap_or_default().value
}

fn phone(walk: &mut Walk, table: &mut Table<'_>) -> String {
    optional_formed(walk, table, "phone", is_phone, PHONE)
}
