//! The list that is given away: whom attendees may call. A phone shows it as one code to be scanned.

use super::walk::{Table, Walk};
use super::{Found, Pack, Translation};

/// The most bytes that fit into such a code.
pub(super) const LARGEST: usize = 2331;

/// Complains about a list that no phone could show, in whichever language it is too long.
pub(super) fn fits(walk: &mut Walk, root: &Table<'_>, pack: &Pack) {
    let own = bytes(pack, None);
    if own > LARGEST {
        too_long(walk, walk.line_under(root, "contacts"), "contacts", own);
    }
    for translation in &pack.translations {
        let translated = bytes(pack, Some(translation));
        if translated > LARGEST {
            let key = format!("translations.{}", translation.language);
            too_long(
                walk,
                walk.line_under(root, "translations"),
                &key,
                translated,
            );
        }
    }
}

fn too_long(walk: &mut Walk, line: usize, key: &str, bytes: usize) {
    let expected = format!(
        "at most {LARGEST} bytes of contacts that attendees see and of emergency numbers: more does not fit into the code \
         that people scan"
    );
    walk.mistake(line, key, Found::Bytes(bytes), &expected);
}

/// As the phone writes it (`asText` in `app/src/routes/phone/list.ts`): the event's name, then a line for each.
fn bytes(pack: &Pack, translation: Option<&Translation>) -> usize {
    let contact = |own: &str| {
        let texts = translation.map_or(&[][..], |translation| &translation.contacts);
        let found = texts.iter().find(|text| text.own == own);
        found.map_or(own.len(), |found| found.text.len())
    };
    let contacts = pack.contacts.iter().filter(|contact| contact.for_attendees);
    let contacts = contacts.map(|one| {
        joined([
            contact(&one.name),
            contact(&one.role),
            one.phone.len(),
            one.email.len(),
        ])
    });
    let numbers = pack.emergency.iter().map(|own| {
        let texts = translation.map_or(&[][..], |translation| &translation.emergency);
        let texts = texts.iter().find(|texts| texts.number == own.number);
        let said = |own: &str, text: Option<&String>| match text {
            Some(text) if !text.is_empty() => text.len(),
            Some(_) | None => own.len(),
        };
        let label = said(&own.label, texts.map(|texts| &texts.label));
        let note = said(&own.note, texts.map(|texts| &texts.note));
        joined([label, note, own.number.len(), 0])
    });
    let lines: usize = contacts.chain(numbers).map(|line| line + 1).sum();
    pack.name.len() + lines
}

/// What is there, with a comma and a space between.
fn joined(parts: [usize; 4]) -> usize {
    let there: Vec<usize> = parts.into_iter().filter(|part| *part > 0).collect();
    there.iter().sum::<usize>() + 2 * there.len().saturating_sub(1)
}
