//! What single values look like, and how that is said.

use std::ops::Range;

pub(super) const KEBAB: &str = "lower-case letters, digits and dashes";
pub(super) const SNAKE: &str = "lower-case letters, digits and underscores";
pub(super) const PHONE: &str = "a telephone number: digits and spaces, + in front if need be";

pub(super) fn is_kebab(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) fn is_snake(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

pub(super) fn is_letter(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

pub(super) fn is_step(text: &str) -> bool {
    let (letters, digits) = text.split_at(
        text.len()
            .min(2)
            .min(text.find(|c: char| !c.is_ascii()).unwrap_or(2)),
    );
    letters.len() == 2
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=2).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_zone(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-+".contains(&b))
    };
    text == "UTC" || (text.contains('/') && text.split('/').all(plain))
}

/// A day that the calendar has, year first.
pub(super) fn is_date(text: &str) -> bool {
    let number = |at: Range<usize>| text.get(at)?.parse::<u32>().ok();
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && begins_as_date(text) && (1..=days).contains(&day)
}

/// Whether a date was meant, be it a day that there is or not.
pub(super) fn begins_as_date(text: &str) -> bool {
    let fits = |(index, byte): (usize, u8)| {
        if matches!(index, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    text.len() >= 10 && text.bytes().take(10).enumerate().all(fits)
}

pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    text.len() <= 30
        && digits.bytes().filter(u8::is_ascii_digit).count() >= 3
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b' ')
}

pub(super) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn a_date_is_a_day_of_the_calendar() {
        for day in ["2018-02-27", "2000-02-29", "2024-02-29", "2025-12-31"] {
            assert!(is_date(day), "{day}");
        }
        for day in [
            "2018-99-99",
            "2025-02-30",
            "2025-02-29",
            "1900-02-29",
            "2025-04-31",
            "2025-00-01",
            "2025-01-00",
            "2025-1-01",
            "2025-01-01 ",
            "+025-01-01",
            "2025-01-0é",
            "today",
        ] {
            assert!(!is_date(day), "{day}");
        }
    }
}
