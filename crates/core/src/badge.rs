//! Badge numbers as people read them off and type them.

/// A badge number without what makes no difference: upper case, no spaces, dashes or `#`. Leading zeros stay, because
/// 0417 and 417 may be two badges.
#[must_use]
pub fn normalise(typed: &str) -> String {
    typed
        .chars()
        .filter(|letter| !is_filler(*letter))
        .flat_map(char::to_uppercase)
        .collect()
}

fn is_filler(letter: char) -> bool {
    matches!(
        letter,
        '#' | '-'
            | '\u{2010}'..='\u{2015}'
            | '\u{2212}'
            | '\u{9}'..='\u{d}'
            | ' '
            | '\u{a0}'
            | '\u{2000}'..='\u{200b}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
            | '\u{feff}'
    )
}

/// How much alike two badge numbers are. A likeness is a reason to look, never proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Equal once normalised.
    Same,
    /// Only leading zeros or look-alikes differ: O and 0, I and 1, B and 8.
    LookAlike,
    /// One character is another, too many or missing, in numbers of at least three characters.
    OneCharacter,
    /// Anything else; also when nothing is left of one of them.
    Different,
}

/// Compares two badge numbers as typed.
#[must_use]
pub fn likeness(a: &str, b: &str) -> Likeness {
    let (a, b) = (normalise(a), normalise(b));
    if a.is_empty() || b.is_empty() {
        Likeness::Different
    } else if a == b {
        Likeness::Same
    } else if seen(&a) == seen(&b) {
        Likeness::LookAlike
    } else if one_apart(&a, &b) {
        Likeness::OneCharacter
    } else {
        Likeness::Different
    }
}

fn seen(normalised: &str) -> String {
    let digits: String = normalised
        .chars()
        .map(|letter| match letter {
            'O' => '0',
            'I' => '1',
            'B' => '8',
            other => other,
        })
        .collect();
    digits.trim_start_matches('0').to_owned()
}

fn one_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    if long.len() < 3 || long.len() - short.len() > 1 {
        return false;
    }
    let same_start = short
        .iter()
        .zip(long.iter())
        .take_while(|(x, y)| x == y)
        .count();
    let rest_of_short = short.iter().skip(if short.len() == long.len() {
        same_start + 1
    } else {
        same_start
    });
    rest_of_short.eq(long.iter().skip(same_start + 1))
}
