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
    match (Badge::of(a), Badge::of(b)) {
        (Some(a), Some(b)) => a.likeness(&b),
        (None, _) | (_, None) => Likeness::Different,
    }
}

/// A badge number made ready to be compared with many others.
#[derive(Clone, PartialEq, Eq)]
pub struct Badge {
    normalised: String,
    seen: String,
}

impl Badge {
    /// None when nothing is left of it.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let normalised = normalise(typed);
        let seen = seen(&normalised);
        (!normalised.is_empty()).then_some(Self { normalised, seen })
    }

    /// See [`likeness`].
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.normalised == other.normalised {
            Likeness::Same
        } else if self.seen == other.seen {
            Likeness::LookAlike
        } else if one_apart(&self.normalised, &other.normalised) {
            Likeness::OneCharacter
        } else {
            Likeness::Different
        }
    }

    /// Texts of which any two badge numbers that are alike have one in common. Two that are not may have one, too.
    #[must_use]
    pub fn buckets(&self) -> Vec<String> {
        let letters: Vec<char> = self.normalised.chars().collect();
        let without = |gone: usize| {
            let kept = letters.iter().enumerate().filter(|(at, _)| *at != gone);
            kept.map(|(_, letter)| letter).collect::<String>()
        };
        let mut buckets: Vec<String> = if letters.len() < 3 {
            Vec::new()
        } else {
            (0..letters.len()).map(without).collect()
        };
        buckets.push(self.normalised.clone());
        // With a sign that no badge number has: it is no number to take a letter from.
        buckets.push(format!("={}", self.seen));
        buckets
    }
}

crate::secret::redacted_debug!(Badge:);

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
