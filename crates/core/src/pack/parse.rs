//! From TOML to a [`Pack`].

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::form::{
    KEBAB, PHONE, SNAKE, is_date, is_email, is_kebab, is_letter, is_phone, is_snake, is_step,
    is_zone,
};
use super::walk::{Table, Text, Walk};
use super::{
    Appeal, Code, Contact, EmergencyNumber, Found, Mistake, Pack, Place, Policy, Sanction,
    Sentence, StaffLine, Step, Targets, Venue, Who,
};
use crate::Timestamp;
use crate::access::{Role, Roles};

/// The most bytes a pack may have together with its policy, half of it for each. Devices get all of it at once.
pub const LARGEST: usize = 240 * 1024;

const WEEK: u32 = 7 * 24 * 60;

/// A pack without a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The pack.
    pub pack: Pack,
    /// What could be better.
    pub warnings: Vec<Mistake>,
}

/// Reads a pack. `read_beside` gives the contents of the file of that name beside the pack: the policy's text.
///
/// # Errors
/// Every mistake in the pack, by line.
pub fn parse(
    text: &str,
    read_beside: impl Fn(&str) -> Option<String>,
) -> Result<Parsed, Vec<Mistake>> {
    let mut walk = Walk::new(text);
    if text.len() > LARGEST / 2 {
        walk.mistake(
            1,
            "",
            Found::TooLong,
            "at most 120 KiB, the policy's own file not counted",
        );
        return Err(walk.mistakes);
    }
    let (document, broken) = DeTable::parse_recoverable(text);
    for error in &broken {
        let line = error.span().map_or(1, |span| walk.line_of(&span));
        walk.mistake(line, "", Found::Syntax, error.message());
    }
    // What a broken file means is a guess, so nothing else is said about it.
    let pack = broken
        .is_empty()
        .then(|| whole(&mut walk, &mut Walk::root(&document), &read_beside));
    let Walk {
        mut mistakes,
        mut warnings,
        ..
    } = walk;
    mistakes.sort_by_key(|mistake| mistake.line);
    warnings.sort_by_key(|warning| warning.line);
    match pack {
        Some(pack) if mistakes.is_empty() => Ok(Parsed { pack, warnings }),
        Some(_) | None => Err(mistakes),
    }
}

fn whole(
    walk: &mut Walk<'_>,
    root: &mut Table<'_>,
    read_beside: &impl Fn(&str) -> Option<String>,
) -> Pack {
    let mut event = walk.section(root, "event");
    let mut venue = walk.section(root, "venue");
    let mut procedure = walk.section(root, "procedure");
    let (starts_at, ends_at) = times(walk, &mut event);
    let pack = Pack {
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
        policy: policy(walk, root, read_beside),
        procedure: walk.formed(&mut procedure, "id", is_kebab, KEBAB).value,
        steps: steps(walk, root),
        categories: categories(walk, root),
        sanctions: sanctions(walk, root),
        contacts: contacts(walk, root),
        emergency: emergency(walk, root),
        appeal: appeal(walk, root),
        targets: targets(walk, root),
        sentences: sentences(walk, root),
        staff: staff(walk, root),
    };
    walk.finish(&event);
    walk.finish(&venue);
    walk.finish(&procedure);
    walk.finish(root);
    pack
}

fn times(walk: &mut Walk<'_>, event: &mut Table<'_>) -> (Timestamp, Timestamp) {
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

fn languages(walk: &mut Walk<'_>, event: &mut Table<'_>) -> Vec<String> {
    let languages = walk.texts(event, "languages");
    if languages.is_empty() && !event.has("languages") {
        walk.missing(
            event,
            "languages",
            "a list of languages, for example [\"en\"]",
        );
    }
    for language in &languages {
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

fn places(walk: &mut Walk<'_>, root: &mut Table<'_>, key: &'static str) -> Vec<Place> {
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
            once(walk, &mut seen, &table.key("id"), &id);
            let name = walk.text(&mut table, "name", 100).value;
            walk.finish(&table);
            Place { id: id.value, name }
        })
        .collect()
}

fn policy(
    walk: &mut Walk<'_>,
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
            Some(contents) if contents.len() > LARGEST / 2 => {
                walk.mistake(
                    file.line,
                    "policy.file",
                    Found::TooLong,
                    "at most 120 KiB of text",
                );
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
        source: optional(walk, &mut table, "source", 300),
        licence: optional(walk, &mut table, "licence", 100),
        text,
    };
    walk.finish(&table);
    policy
}

fn steps(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Vec<Step> {
    let mut seen = BTreeSet::new();
    let mut whens: Vec<Text> = Vec::new();
    let mut steps = Vec::new();
    for mut table in walk.list(root, "steps", true) {
        let code = walk.formed(
            &mut table,
            "code",
            is_step,
            "two capital letters and a number, for example IR1",
        );
        once(walk, &mut seen, "steps.code", &code);
        let title = walk.text(&mut table, "title", 200).value;
        let expected = "anyone, responder, chair or delegate";
        let who = walk.formed(&mut table, "who", |who| who_of(who).is_some(), expected);
        let when = walk.formed(
            &mut table,
            "when",
            |when| when == "now" || when.strip_prefix("after ").is_some_and(is_step),
            "\"now\", or \"after\" and the code of a step",
        );
        steps.push(Step {
            code: code.value,
            title,
            say: optional(walk, &mut table, "say", 1000),
            do_not: optional(walk, &mut table, "do_not", 1000),
            who: who_of(&who.value).unwrap_or(Who::Anyone),
            when: when.value.clone(),
            seed_ref: optional(walk, &mut table, "seed_ref", 40),
            explain: optional(walk, &mut table, "explain", 300),
        });
        whens.push(when);
        walk.finish(&table);
    }
    for when in whens {
        if when
            .value
            .strip_prefix("after ")
            .is_some_and(|code| is_step(code) && !seen.contains(code))
        {
            walk.mistake(
                when.line,
                "steps.when",
                Found::Unfit,
                "the code of a step that is in this pack",
            );
        }
    }
    steps
}

fn categories(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Vec<Code> {
    let mut seen = BTreeSet::new();
    let tables = walk.list(root, "categories", true);
    let mut read = |mut table: Table<'_>| {
        let code = walk.formed(&mut table, "code", is_snake, SNAKE);
        once(walk, &mut seen, "categories.code", &code);
        let title = walk.text(&mut table, "title", 200).value;
        walk.finish(&table);
        Code {
            code: code.value,
            title,
        }
    };
    tables.into_iter().map(&mut read).collect()
}

fn sanctions(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Vec<Sanction> {
    let mut seen = BTreeSet::new();
    let tables = walk.list(root, "sanctions", true);
    let mut read = |mut table: Table<'_>| {
        let code = walk.formed(&mut table, "code", is_snake, SNAKE);
        once(walk, &mut seen, "sanctions.code", &code);
        let sanction = Sanction {
            code: code.value,
            title: walk.text(&mut table, "title", 200).value,
            params: walk
                .texts(&mut table, "params")
                .into_iter()
                .map(|param| param.value)
                .collect(),
            needs: optional(walk, &mut table, "needs", 300),
            seed_ref: optional(walk, &mut table, "seed_ref", 40),
        };
        walk.finish(&table);
        sanction
    };
    tables.into_iter().map(&mut read).collect()
}

fn contacts(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Vec<Contact> {
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

fn emergency(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Vec<EmergencyNumber> {
    let tables = walk.list(root, "emergency", true);
    let first = tables.first().map(Table::line);
    let mut numbers = Vec::new();
    for mut table in tables {
        numbers.push(EmergencyNumber {
            label: walk.text(&mut table, "label", 100).value,
            number: walk.formed(&mut table, "number", is_phone, PHONE).value,
            note: optional(walk, &mut table, "note", 200),
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

fn appeal(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Option<Appeal> {
    let Some(mut table) = walk.section_if_any(root, "appeal") else {
        if !root.has("appeal") {
            walk.warn(
                root.line(),
                "appeal",
                "a place to appeal to, if there is one",
            );
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

fn targets(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Targets {
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

fn sentences(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Vec<Sentence> {
    let mut seen = BTreeSet::new();
    let mut sentences = Vec::new();
    for mut table in walk.list(root, "sentences", false) {
        let id = walk.formed(&mut table, "id", is_snake, SNAKE);
        once(walk, &mut seen, "sentences.id", &id);
        sentences.push(Sentence {
            id: id.value,
            text: walk.text(&mut table, "text", 1000).value,
        });
        walk.finish(&table);
    }
    sentences
}

fn staff(walk: &mut Walk<'_>, root: &mut Table<'_>) -> Vec<StaffLine> {
    let mut letters = BTreeSet::new();
    let mut badges = BTreeSet::new();
    let mut staff: Vec<StaffLine> = Vec::new();
    let tables = walk.list(root, "staff", false);
    let first = tables.first().map(Table::line);
    for mut table in tables {
        let name = walk.text(&mut table, "name", 60).value;
        let badge_label = walk.text(&mut table, "badge_label", 20);
        once(walk, &mut badges, "staff.badge_label", &badge_label);
        let device = walk.formed(&mut table, "device", is_letter, "one capital letter");
        once(walk, &mut letters, "staff.device", &device);
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

fn roles(walk: &mut Walk<'_>, table: &mut Table<'_>) -> Roles {
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

fn who_of(text: &str) -> Option<Who> {
    match text {
        "anyone" => Some(Who::Anyone),
        "responder" => Some(Who::Responder),
        "chair" => Some(Who::Chair),
        "delegate" => Some(Who::Delegate),
        _ => None,
    }
}

fn once(walk: &mut Walk<'_>, seen: &mut BTreeSet<String>, key: &str, text: &Text) {
    if !text.value.is_empty() && !seen.insert(text.value.clone()) {
        walk.mistake(text.line, key, Found::Twice, "something that no other has");
    }
}

fn optional(
    walk: &mut Walk<'_>,
    table: &mut Table<'_>,
    key: &'static str,
    longest: usize,
) -> String {
    walk.optional_text(table, key, longest)
        .unwrap_or_default()
        .value
}

fn optional_formed(
    walk: &mut Walk<'_>,
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

fn phone(walk: &mut Walk<'_>, table: &mut Table<'_>) -> String {
    optional_formed(walk, table, "phone", is_phone, PHONE)
}
