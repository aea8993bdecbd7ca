//! Letters that make no difference to whoever hears a name.

/// Letters of Latin alphabets, by the plain ones that they are heard as.
const HEARD: [(&str, &str); 26] = [
    ("a", "àáâãäåāăąǎ"),
    ("ae", "æ"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "èéêëēĕėęě"),
    ("g", "ĝğġģ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįı"),
    ("j", "ĵ"),
    ("k", "ķ"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņňŋ"),
    ("o", "òóôõöøōŏő"),
    ("oe", "œ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšș"),
    ("ss", "ß"),
    ("t", "ţťŧț"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűų"),
    ("w", "ŵ"),
    ("y", "ýÿŷ"),
    ("z", "źżž"),
    // Left of a letter that was taken apart: the letter itself stays.
    (
        "",
        "\u{300}\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308}\u{30a}\u{30b}\u{30c}\u{323}\u{327}\u{328}",
    ),
    // Seen by nobody.
    ("", "\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}"),
    ("", "'’‘`´"),
];

/// The words of a text, in small plain letters: without case, accents and what stands between words.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match HEARD.iter().find(|(_, letters)| letters.contains(letter)) {
            Some((heard, _)) => plain.push_str(heard),
            None if letter.is_alphanumeric() => plain.push(letter),
            None => plain.push(' '),
        }
    }
    let words: Vec<String> = plain.split_whitespace().map(str::to_owned).collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::words;

    fn all(text: &str) -> Vec<String> {
        words(text).collect()
    }

    #[test]
    fn case_accents_and_what_stands_between_words_make_no_difference() {
        assert_eq!(
            all("  Øystein O’Neill-MÜLLER, "),
            ["oystein", "oneill", "muller"]
        );
        assert_eq!(all("Zoe\u{308} Groß"), all("Zoë GROSS"));
        assert_eq!(all("Łukasz\u{200b}"), ["lukasz"]);
        assert_eq!(all(" ,.- "), [""; 0]);
    }

    #[test]
    fn other_alphabets_stay_as_they_are() {
        assert_eq!(all("Мария 山田"), ["мария", "山田"]);
    }
}
