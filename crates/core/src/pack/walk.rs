//! Walking a TOML document by hand, so that every value still knows its line.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Found, Mistake};
use crate::Timestamp;

/// Gathers mistakes and warnings while tables are read.
pub(super) struct Walk {
    /// Where each line but the first begins.
    lines: Vec<usize>,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) warnings: Vec<Mistake>,
}

/// A table being read: what was not asked for by the end is unknown.
pub(super) struct Table<'a> {
    path: String,
    line: usize,
    entries: Option<&'a DeTable<'a>>,
    asked: Vec<&'static str>,
}

/// A text and the line it stands on.
#[derive(Clone, Default)]
pub(super) struct Text {
    pub(super) value: String,
    pub(super) line: usize,
}

impl Walk {
    pub(super) fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            lines: ends.map(|(end, _)| end + 1).collect(),
            mistakes: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn line_of(&self, span: &Range<usize>) -> usize {
        self.lines.partition_point(|begins| *begins <= span.start) + 1
    }

    pub(super) fn mistake(&mut self, line: usize, key: &str, found: Found, expected: &str) {
        self.mistakes.push(Mistake {
            file: String::new(),
            line,
            key: key.to_owned(),
            found,
            expected: expected.to_owned(),
        });
    }

    pub(super) fn warn(&mut self, line: usize, key: &str, expected: &str) {
        let found = Found::Missing;
        self.warnings.push(Mistake {
            file: String::new(),
            line,
            key: key.to_owned(),
            found,
            expected: expected.to_owned(),
        });
    }

    fn table<'a>(&self, path: String, span: &Range<usize>, entries: &'a DeTable<'a>) -> Table<'a> {
        Table {
            path,
            line: self.line_of(span),
            entries: Some(entries),
            asked: Vec::new(),
        }
    }

    pub(super) fn root<'a>(root: &'a Spanned<DeTable<'a>>) -> Table<'a> {
        Table {
            path: String::new(),
            line: 1,
            entries: Some(root.get_ref()),
            asked: Vec::new(),
        }
    }

    /// The table under `key`; an empty one, with its mistake noted, when there is none.
    pub(super) fn section<'a>(&mut self, parent: &mut Table<'a>, key: &'static str) -> Table<'a> {
        match self.section_if_any(parent, key) {
            Some(table) => table,
            None => {
                if !parent.has(key) {
                    self.mistake(parent.line, &parent.key(key), Found::Missing, "a table");
                }
                Table {
                    path: parent.key(key),
                    line: parent.line,
                    entries: None,
                    asked: Vec::new(),
                }
            }
        }
    }

    pub(super) fn section_if_any<'a>(
        &mut self,
        parent: &mut Table<'a>,
        key: &'static str,
    ) -> Option<Table<'a>> {
        let value = parent.ask(key)?;
        match value.get_ref() {
            DeValue::Table(entries) => Some(self.table(parent.key(key), &value.span(), entries)),
            other => {
                let line = self.line_of(&value.span());
                self.mistake(
                    line,
                    &parent.key(key),
                    Found::Type(other.type_str()),
                    "a table",
                );
                None
            }
        }
    }

    /// The tables written as `[[key]]`.
    pub(super) fn list<'a>(
        &mut self,
        parent: &mut Table<'a>,
        key: &'static str,
        at_least_one: bool,
    ) -> Vec<Table<'a>> {
        let path = parent.key(key);
        let Some(value) = parent.ask(key) else {
            if at_least_one {
                self.mistake(
                    parent.line,
                    &path,
                    Found::Missing,
                    &format!("at least one [[{path}]]"),
                );
            }
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            let line = self.line_of(&value.span());
            self.mistake(
                line,
                &path,
                Found::Type(value.get_ref().type_str()),
                &format!("[[{path}]] tables"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    tables.push(self.table(path.clone(), &item.span(), entries))
                }
                other => {
                    let line = self.line_of(&item.span());
                    self.mistake(
                        line,
                        &path,
                        Found::Type(other.type_str()),
                        &format!("[[{path}]] tables"),
                    );
                }
            }
        }
        tables
    }

    /// The tables in a table whose keys are the writer's own.
    pub(super) fn tables_by_name<'a>(&mut self, parent: &Table<'a>) -> Vec<(Text, Table<'a>)> {
        let mut tables = Vec::new();
        for (key, value) in parent.entries.iter().flat_map(|entries| entries.iter()) {
            let path = parent.key(key.get_ref());
            let line = self.line_of(&key.span());
            match value.get_ref() {
                DeValue::Table(entries) => {
                    let name = Text {
                        value: key.get_ref().clone().into_owned(),
                        line,
                    };
                    tables.push((name, self.table(path, &key.span(), entries)));
                }
                other => self.mistake(line, &path, Found::Type(other.type_str()), "a table"),
            }
        }
        tables
    }

    /// The texts in a table whose keys are the writer's own, each with its key.
    pub(super) fn texts_by_name(
        &mut self,
        parent: &Table<'_>,
        longest: usize,
    ) -> Vec<(String, Text)> {
        let mut texts = Vec::new();
        for (key, value) in parent.entries.iter().flat_map(|entries| entries.iter()) {
            let path = parent.key(key.get_ref());
            let line = self.line_of(&key.span());
            match value.get_ref() {
                DeValue::String(text) if text.trim().is_empty() => {
                    self.mistake(line, &path, Found::Unfit, "a text that is not blank");
                }
                DeValue::String(text) if text.chars().count() > longest => {
                    let expected = format!("at most {longest} characters");
                    self.mistake(line, &path, Found::TooLong, &expected);
                }
                DeValue::String(text) => {
                    let value = text.clone().into_owned();
                    texts.push((key.get_ref().clone().into_owned(), Text { value, line }));
                }
                other => self.mistake(line, &path, Found::Type(other.type_str()), "a text"),
            }
        }
        texts
    }

    /// A text that has to be there and must not be blank.
    pub(super) fn text(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
        longest: usize,
    ) -> Text {
        match self.optional_text(table, key, longest) {
            Some(text) if text.value.trim().is_empty() => {
                self.mistake(
                    text.line,
                    &table.key(key),
                    Found::Unfit,
                    "a text that is not blank",
                );
                text
            }
            Some(text) => text,
            None => {
                if !table.has(key) {
                    self.missing(table, key, "a text");
                }
                Text {
                    value: String::new(),
                    line: table.line,
                }
            }
        }
    }

    pub(super) fn optional_text(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
        longest: usize,
    ) -> Option<Text> {
        let value = table.ask(key)?;
        let line = self.line_of(&value.span());
        match value.get_ref() {
            DeValue::String(text) if text.chars().count() <= longest => Some(Text {
                value: text.clone().into_owned(),
                line,
            }),
            DeValue::String(_) => {
                self.mistake(
                    line,
                    &table.key(key),
                    Found::TooLong,
                    &format!("at most {longest} characters"),
                );
                None
            }
            other => {
                self.mistake(
                    line,
                    &table.key(key),
                    Found::Type(other.type_str()),
                    "a text",
                );
                None
            }
        }
    }

    /// A text that may be absent, and is empty then.
    pub(super) fn optional(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
        longest: usize,
    ) -> String {
        self.optional_text(table, key, longest)
            .unwrap_or_default()
            .value
    }

    /// Complains about a text that was there before.
    pub(super) fn once(&mut self, seen: &mut BTreeSet<String>, key: &str, text: &Text) {
        if !text.value.is_empty() && !seen.insert(text.value.clone()) {
            self.mistake(text.line, key, Found::Twice, "something that no other has");
        }
    }

    /// A text of a certain form, for example an id. Nothing is said twice about one that is missing.
    pub(super) fn formed(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
        fits: impl Fn(&str) -> bool,
        expected: &str,
    ) -> Text {
        let text = self.text(table, key, 200);
        if !text.value.trim().is_empty() && !fits(&text.value) {
            self.mistake(text.line, &table.key(key), Found::Unfit, expected);
        }
        text
    }

    pub(super) fn number(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
        largest: u32,
        unit: &str,
    ) -> (u32, usize) {
        let expected = format!("a whole number of {unit} from 1 to {largest}");
        let Some(value) = table.ask(key) else {
            self.missing(table, key, &expected);
            return (0, table.line);
        };
        let line = self.line_of(&value.span());
        match value.get_ref() {
            DeValue::Integer(digits) => {
                match u32::from_str_radix(digits.as_str(), digits.radix()) {
                    Ok(number) if (1..=largest).contains(&number) => return (number, line),
                    Ok(_) | Err(_) => self.mistake(line, &table.key(key), Found::Unfit, &expected),
                }
            }
            other => self.mistake(
                line,
                &table.key(key),
                Found::Type(other.type_str()),
                &expected,
            ),
        }
        (0, line)
    }

    pub(super) fn yes(&mut self, table: &mut Table<'_>, key: &'static str) -> bool {
        let Some(value) = table.ask(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            let line = self.line_of(&value.span());
            self.mistake(
                line,
                &table.key(key),
                Found::Type(value.get_ref().type_str()),
                "true or false",
            );
            false
        })
    }

    pub(super) fn moment(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
    ) -> Option<(Timestamp, usize)> {
        let expected = "a date and time with its offset, for example 2026-09-29T09:00:00+02:00";
        let Some(value) = table.ask(key) else {
            self.missing(table, key, expected);
            return None;
        };
        let line = self.line_of(&value.span());
        let typed = value.get_ref().as_datetime();
        let moment = typed.and_then(moment_of);
        if typed.is_some_and(|typed| typed.date.is_none() && typed.time.is_none()) {
            // The reader found a day or an hour that there is not, and left it out.
            let expected =
                "a day and an hour that there are, for example 2026-09-29T09:00:00+02:00";
            self.mistake(line, &table.key(key), Found::Unfit, expected);
        } else if moment.is_none() {
            self.mistake(
                line,
                &table.key(key),
                Found::Type(value.get_ref().type_str()),
                expected,
            );
        }
        moment.map(|moment| (moment, line))
    }

    pub(super) fn texts(&mut self, table: &mut Table<'_>, key: &'static str) -> Vec<Text> {
        let Some(value) = table.ask(key) else {
            return Vec::new();
        };
        let line = self.line_of(&value.span());
        let DeValue::Array(items) = value.get_ref() else {
            self.mistake(
                line,
                &table.key(key),
                Found::Type(value.get_ref().type_str()),
                "a list of texts",
            );
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            let line = self.line_of(&item.span());
            match item.get_ref() {
                DeValue::String(text) => texts.push(Text {
                    value: text.clone().into_owned(),
                    line,
                }),
                other => self.mistake(
                    line,
                    &table.key(key),
                    Found::Type(other.type_str()),
                    "a list of texts",
                ),
            }
        }
        texts
    }

    /// The line of a key that is there.
    pub(super) fn line_under(&self, table: &Table<'_>, key: &str) -> usize {
        let value = table.entries.and_then(|entries| entries.get(key));
        value.map_or(table.line, |value| self.line_of(&value.span()))
    }

    pub(super) fn missing(&mut self, table: &Table<'_>, key: &str, expected: &str) {
        // A table that is not there has been complained about already.
        if table.entries.is_some() {
            self.mistake(table.line, &table.key(key), Found::Missing, expected);
        }
    }

    /// Complains about whatever was not asked for.
    pub(super) fn finish(&mut self, table: &Table<'_>) {
        for (key, _) in table.entries.iter().flat_map(|entries| entries.iter()) {
            if !table.asked.iter().any(|asked| *asked == key.get_ref()) {
                let line = self.line_of(&key.span());
                let expected = format!("one of: {}", table.asked.join(", "));
                self.mistake(
                    line,
                    &table.key(key.get_ref()),
                    Found::UnknownKey,
                    &expected,
                );
            }
        }
    }
}

impl<'a> Table<'a> {
    pub(super) const fn line(&self) -> usize {
        self.line
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries
            .is_some_and(|entries| entries.contains_key(key))
    }

    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn ask(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.entries?.get(key)
    }
}

/// Milliseconds since 1970; none without a date, a time and an offset.
fn moment_of(moment: &toml::value::Datetime) -> Option<Timestamp> {
    let (date, time, offset) = (moment.date?, moment.time?, moment.offset?);
    let minutes_east = match offset {
        toml::value::Offset::Z => 0,
        toml::value::Offset::Custom { minutes } => i64::from(minutes),
    };
    let seconds = days_since_1970(
        i64::from(date.year),
        i64::from(date.month),
        i64::from(date.day),
    ) * 86_400
        + i64::from(time.hour) * 3600
        + i64::from(time.minute) * 60
        + i64::from(time.second.unwrap_or(0))
        - minutes_east * 60;
    Some(Timestamp(seconds * 1000))
}

/// Days from 1970-01-01 in the Gregorian calendar. Years are counted from March, so that a leap day ends one.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
