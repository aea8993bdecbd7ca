//! The pack's texts in other languages: one file beside the pack for each, so that packs can share it.

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::parse::LARGEST_TRANSLATIONS;
use super::walk::{Table, Text, Walk};
use super::{
    Channel, Code, ContactText, EmergencyTexts, Found, Pack, SanctionTexts, Sentence, StepTexts,
    Translation,
};

/// Reads `[translations]`: the name of a file for each language but the first.
pub(super) fn translations(
    walk: &mut Walk,
    root: &mut Table<'_>,
    pack: &Pack,
    read_beside: &impl Fn(&str) -> Option<String>,
) -> Vec<Translation> {
    let files = match walk.section_if_any(root, "translations") {
        Some(table) => walk.texts_by_name(&table, 200),
        None => Vec::new(),
    };
    let others = pack.languages.get(1..).unwrap_or_default();
    for language in others {
        if !files.iter().any(|(name, _)| name == language) {
            let expected = format!("a file with the texts in the language {language}");
            walk.warn(root.line(), "translations", &expected);
        }
    }
    let mut left = LARGEST_TRANSLATIONS;
    let mut translations = Vec::new();
    for (language, file) in files {
        let key = format!("translations.{language}");
        if !others.contains(&language) {
            let expected = "one of event.languages, but not the first: the pack itself is in it";
            walk.mistake(file.line, &key, Found::Unfit, expected);
            continue;
        }
        let Some(text) = beside(walk, &key, &file, read_beside) else {
            continue;
        };
        if text.len() > left {
            let expected = format!(
                "at most {left} bytes: all languages but the first have {LARGEST_TRANSLATIONS} (80 KiB) together"
            );
            walk.mistake(file.line, &key, Found::Bytes(text.len()), &expected);
            continue;
        }
        left -= text.len();
        translations.push(translation(walk, &file.value, language, &text, pack));
    }
    translations
}

fn beside(
    walk: &mut Walk,
    key: &str,
    file: &Text,
    read_beside: &impl Fn(&str) -> Option<String>,
) -> Option<String> {
    if file.value.contains(['/', '\\']) || file.value.starts_with('.') {
        let expected = "the name of a file beside the pack, without a folder";
        walk.mistake(file.line, key, Found::Unfit, expected);
        return None;
    }
    let text = read_beside(&file.value);
    if text.is_none() {
        let expected = "a readable file of this name beside the pack";
        walk.mistake(file.line, key, Found::Missing, expected);
    }
    text
}

/// Reads one file. What is wrong with it is said under its own name.
fn translation(
    walk: &mut Walk,
    file: &str,
    language: String,
    text: &str,
    pack: &Pack,
) -> Translation {
    let mut inner = Walk::new(text);
    let (document, broken) = DeTable::parse_recoverable(text);
    for error in &broken {
        let line = error.span().map_or(1, |span| inner.line_of(&span));
        inner.mistake(line, "", Found::Syntax, error.message());
    }
    let translation = if broken.is_empty() {
        texts(&mut inner, &mut Walk::root(&document), language, pack)
    } else {
        Translation::default()
    };
    for mut mistake in inner.mistakes {
        file.clone_into(&mut mistake.file);
        walk.mistakes.push(mistake);
    }
    for mut warning in inner.warnings {
        file.clone_into(&mut warning.file);
        walk.warnings.push(warning);
    }
    translation
}

fn texts(walk: &mut Walk, root: &mut Table<'_>, language: String, pack: &Pack) -> Translation {
    let categories = pack.categories.iter().map(|code| code.code.as_str());
    let sentences = pack.sentences.iter().map(|sentence| sentence.id.as_str());
    let channels = pack.channels.iter().map(|channel| channel.id.as_str());
    let translation = Translation {
        language,
        steps: steps(walk, root, pack),
        categories: named(walk, root, "categories", 200, categories)
            .map(|(code, title)| Code { code, title })
            .collect(),
        sanctions: sanctions(walk, root, pack),
        sentences: named(walk, root, "sentences", 1000, sentences)
            .map(|(id, text)| Sentence { id, text })
            .collect(),
        channels: named(walk, root, "channels", 100, channels)
            .map(|(id, name)| Channel { id, name })
            .collect(),
        emergency: emergency(walk, root, pack),
        contacts: contacts(walk, root, pack),
        minors: same(walk, root, "minors", 1000, &pack.minors),
    };
    walk.finish(root);
    translation
}

fn steps(walk: &mut Walk, root: &mut Table<'_>, pack: &Pack) -> Vec<StepTexts> {
    let codes: Vec<&str> = pack.steps.iter().map(|step| step.code.as_str()).collect();
    let mut steps = Vec::new();
    for (code, mut table) in tables(walk, root, "steps", &codes) {
        let Some(own) = pack.steps.iter().find(|step| step.code == code) else {
            continue;
        };
        steps.push(StepTexts {
            title: same(walk, &mut table, "title", 200, &own.title),
            say: same(walk, &mut table, "say", 1000, &own.say),
            do_not: same(walk, &mut table, "do_not", 1000, &own.do_not),
            explain: same(walk, &mut table, "explain", 300, &own.explain),
            code,
        });
        walk.finish(&table);
    }
    steps
}

fn sanctions(walk: &mut Walk, root: &mut Table<'_>, pack: &Pack) -> Vec<SanctionTexts> {
    let codes: Vec<&str> = pack.sanctions.iter().map(|one| one.code.as_str()).collect();
    let mut sanctions = Vec::new();
    for (code, mut table) in tables(walk, root, "sanctions", &codes) {
        let Some(own) = pack.sanctions.iter().find(|one| one.code == code) else {
            continue;
        };
        sanctions.push(SanctionTexts {
            title: same(walk, &mut table, "title", 200, &own.title),
            needs: same(walk, &mut table, "needs", 300, &own.needs),
            carried_out_by: same(walk, &mut table, "carried_out_by", 100, &own.carried_out_by),
            code,
        });
        walk.finish(&table);
    }
    sanctions
}

fn emergency(walk: &mut Walk, root: &mut Table<'_>, pack: &Pack) -> Vec<EmergencyTexts> {
    let numbers: Vec<&str> = pack
        .emergency
        .iter()
        .map(|one| one.number.as_str())
        .collect();
    let mut emergency = Vec::new();
    for (number, mut table) in tables(walk, root, "emergency", &numbers) {
        let Some(own) = pack.emergency.iter().find(|one| one.number == number) else {
            continue;
        };
        emergency.push(EmergencyTexts {
            label: same(walk, &mut table, "label", 100, &own.label),
            note: same(walk, &mut table, "note", 200, &own.note),
            number,
        });
        walk.finish(&table);
    }
    emergency
}

/// Names and roles by what stands in the pack. A file can serve several packs, so one that this pack does not have is
/// left out; a role that is missing is said, and so is one that was mistyped. Most names are people's, and stay.
fn contacts(walk: &mut Walk, root: &mut Table<'_>, pack: &Pack) -> Vec<ContactText> {
    let table = walk.section_if_any(root, "contacts");
    let line = table.as_ref().map_or(1, Table::line);
    let texts = table.map(|table| walk.texts_by_name(&table, 100));
    let mut known = BTreeSet::new();
    let mut roles = BTreeSet::new();
    for contact in &pack.contacts {
        known.extend([contact.name.as_str(), contact.role.as_str()]);
        roles.insert(contact.role.as_str());
    }
    let texts: Vec<ContactText> = texts
        .unwrap_or_default()
        .into_iter()
        .filter(|(own, _)| known.contains(own.as_str()))
        .map(|(own, text)| ContactText {
            own,
            text: text.value,
        })
        .collect();
    let said = |role: &str| role.is_empty() || texts.iter().any(|text| text.own == role);
    if !roles.iter().all(|role| said(role)) {
        let expected = "the role of each contact, translated";
        walk.warn(line, "contacts", expected);
    }
    texts
}

/// A text of the pack in this language. What the pack does not say, no translation says either.
fn same(
    walk: &mut Walk,
    table: &mut Table<'_>,
    key: &'static str,
    longest: usize,
    own: &str,
) -> String {
    let text = walk.optional_text(table, key, longest).unwrap_or_default();
    match (own.trim().is_empty(), text.value.trim().is_empty()) {
        (true, false) => {
            let expected = "nothing, because the pack says nothing here";
            walk.mistake(text.line, &table.key(key), Found::Unfit, expected);
        }
        (false, true) if table.has(key) => {
            let expected = "a text that is not blank";
            walk.mistake(text.line, &table.key(key), Found::Unfit, expected);
        }
        (false, true) => walk.warn(table.line(), &table.key(key), "the pack's text, translated"),
        (true, true) | (false, false) => {}
    }
    text.value
}

/// The texts under `key`, each named by something that the pack has.
fn named<'p>(
    walk: &mut Walk,
    root: &mut Table<'_>,
    key: &'static str,
    longest: usize,
    own: impl Iterator<Item = &'p str>,
) -> impl Iterator<Item = (String, String)> {
    let own: Vec<&str> = own.collect();
    let table = walk.section_if_any(root, key);
    let texts = table
        .as_ref()
        .map(|table| walk.texts_by_name(table, longest));
    let texts = texts.unwrap_or_default();
    let names: Vec<(&str, usize)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.line))
        .collect();
    known(
        walk,
        key,
        &own,
        &names,
        table.as_ref().map_or(1, Table::line),
    );
    texts.into_iter().map(|(name, text)| (name, text.value))
}

/// The tables under `key`, each named by something that the pack has.
fn tables<'a>(
    walk: &mut Walk,
    root: &mut Table<'a>,
    key: &'static str,
    own: &[&str],
) -> Vec<(String, Table<'a>)> {
    let table = walk.section_if_any(root, key);
    let tables = table.as_ref().map(|table| walk.tables_by_name(table));
    let tables = tables.unwrap_or_default();
    let names: Vec<(&str, usize)> = tables
        .iter()
        .map(|(name, _)| (name.value.as_str(), name.line))
        .collect();
    known(walk, key, own, &names, 1);
    tables
        .into_iter()
        .map(|(name, table)| (name.value, table))
        .collect()
}

fn known(walk: &mut Walk, key: &str, own: &[&str], names: &[(&str, usize)], line: usize) {
    for (name, line) in names {
        if !own.contains(name) {
            let expected = format!("something under {key} that is in the pack");
            walk.mistake(
                *line,
                &format!("{key}.{name}"),
                Found::UnknownKey,
                &expected,
            );
        }
    }
    for missing in own {
        if !names.iter().any(|(name, _)| name == missing) {
            walk.warn(
                line,
                &format!("{key}.{missing}"),
                "the pack's text, translated",
            );
        }
    }
}
