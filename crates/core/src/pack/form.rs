//! What single values look like, and how that is said.

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

pub(super) fn is_date(text: &str) -> bool {
    let digit = |(index, byte): (usize, u8)| {
        if matches!(index, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    text.len() == 10 && text.bytes().enumerate().all(digit)
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
