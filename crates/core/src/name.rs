//! Words instead of numbers: what a case is called, and what two screens show to be compared.

use crate::DocumentId;

const FIRST: &str = include_str!("../../../proto/words/first.txt");
const SECOND: &str = include_str!("../../../proto/words/second.txt");
const DRILL: &str = include_str!("../../../proto/words/drill.txt");

/// What people call a case, for example "Amber Kite": two words that follow from the id of its document, so every phone
/// finds the same ones without asking anybody. Two cases can share a name; a name is no key.
#[must_use]
pub fn code_name(document: &DocumentId) -> String {
    let bytes = document.as_bytes();
    let first = u16::from_be_bytes([bytes[0], bytes[1]]) >> 6;
    let second = u16::from_be_bytes([bytes[2], bytes[3]]) >> 6;
    format!(
        "{} {}",
        capitalised(word(FIRST, first)),
        capitalised(word(SECOND, second))
    )
}

/// What a case of a drill is called, for example "Drill Teabag 42": with a word that no real case has in its name, and a
/// number, so that nobody who hears or reads it takes it for a real one.
#[must_use]
pub fn drill_name(document: &DocumentId) -> String {
    let bytes = document.as_bytes();
    let what = word(DRILL, u16::from(bytes[0] >> 2));
    format!("Drill {} {}", capitalised(what), bytes[2] % 90 + 10)
}

/// The four words that two people compare aloud: 10 bits of the digest's first 40 for each.
#[must_use]
pub fn four_words(digest_prefix: [u8; 5]) -> [&'static str; 4] {
    let [a, b, c, d, e] = digest_prefix.map(u16::from);
    [
        a << 2 | b >> 6,
        (b & 0x3f) << 4 | c >> 4,
        (c & 0x0f) << 6 | d >> 2,
        (d & 0x03) << 8 | e,
    ]
    .map(|index| word(FIRST, index))
}

fn word(list: &'static str, index: u16) -> &'static str {
    // An index has 10 bits and a list 1,024 lines (6 and 64 for drills), which a test counts; the empty word is never reached.
    list.lines().nth(usize::from(index)).unwrap_or_default()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + letters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_list_has_1024_plain_words_and_none_is_in_both() {
        let words: Vec<&str> = FIRST.lines().chain(SECOND.lines()).collect();
        assert_eq!(
            (FIRST.lines().count(), SECOND.lines().count()),
            (1024, 1024)
        );
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), 2048);
        for word in words {
            assert!(
                (3..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()),
                "{word}"
            );
        }
    }

    #[test]
    fn the_64_words_of_drills_are_in_no_name_of_a_real_case() {
        let real: BTreeSet<&str> = FIRST.lines().chain(SECOND.lines()).collect();
        let drills: BTreeSet<&str> = DRILL.lines().collect();
        assert_eq!((DRILL.lines().count(), drills.len()), (64, 64));
        for word in drills.iter().chain(["drill"].iter()) {
            assert!(
                (3..=9).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()),
                "{word}"
            );
            assert!(!real.contains(word), "{word}");
        }
    }
}
