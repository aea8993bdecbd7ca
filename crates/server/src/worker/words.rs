//! What server and child say to each other: a length, and then the words.
//!
//! Both ends are this program, but one of them may have been hurt by what it
//! read: lengths are checked before anything is made room for.

use std::io;

use safehall_sync::ids::DocumentId;
use safehall_sync::trial::{Answer, Chain, Question};
use safehall_sync::wire::Kind;

/// What a child says when it is confined and listens.
pub(super) const GREETING: [u8; 8] = *b"safehal1";
/// The longest question: a document's log, a push, and what stands around them.
const LONGEST: usize = 16 << 20;
/// An answer: what, and which change.
pub(super) const ANSWER: usize = 5;

pub(super) fn write_question(question: &Question<'_>) -> Vec<u8> {
    let mut words = vec![0; 4];
    words.extend_from_slice(question.document.as_bytes());
    // Five kinds and none: it fits.
    words.push(u8::try_from(i32::from(question.kind)).unwrap_or(0));
    words.extend_from_slice(&question.base.0);
    words.push(question.log.is_some().into());
    if let Some(log) = &question.log {
        write_list(&mut words, log);
    }
    write_list(&mut words, &question.changes);
    let length = number(words.len() - 4);
    words[..4].copy_from_slice(&length);
    words
}

fn write_list(words: &mut Vec<u8>, list: &[&[u8]]) {
    words.extend_from_slice(&number(list.len()));
    for one in list {
        words.extend_from_slice(&number(one.len()));
        words.extend_from_slice(one);
    }
}

/// What is too long for four bytes is too long for the child, which says so.
fn number(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// The words behind a length, or nothing at the end of the conversation.
pub(super) fn hear(input: &mut impl io::Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        heard => heard?,
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut words = vec![0; length];
    input.read_exact(&mut words)?;
    Ok(Some(words))
}

pub(super) fn read_question(words: &[u8]) -> Option<Question<'_>> {
    let mut rest = words;
    let document = DocumentId::try_from(take(&mut rest, 16)?).ok()?;
    let kind = Kind::try_from(i32::from(take(&mut rest, 1)?[0])).ok()?;
    let base = Chain(take(&mut rest, 32)?.try_into().ok()?);
    let log = match take(&mut rest, 1)? {
        [0] => None,
        [1] => Some(read_list(&mut rest)?),
        _ => return None,
    };
    let changes = read_list(&mut rest)?;
    rest.is_empty().then_some(Question {
        document,
        kind,
        base,
        log,
        changes,
    })
}

fn read_list<'a>(rest: &mut &'a [u8]) -> Option<Vec<&'a [u8]>> {
    let count = read_number(rest)?;
    let mut list = Vec::new();
    for _ in 0..count {
        let length = read_number(rest)?;
        list.push(take(rest, length)?);
    }
    Some(list)
}

fn read_number(rest: &mut &[u8]) -> Option<usize> {
    let number = take(rest, 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(number)).ok()
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

pub(super) fn write_answer(answer: Answer) -> [u8; ANSWER] {
    let (what, place) = match answer {
        Answer::Unknown => (0, 0),
        Answer::Holds => (1, 0),
        Answer::Breaks(place) => (2, place),
    };
    let mut words = [what, 0, 0, 0, 0];
    words[1..].copy_from_slice(&number(place));
    words
}

/// What a child answered about `changes` changes; nothing if it is no answer to that.
pub(super) fn read_answer(words: [u8; ANSWER], changes: usize) -> Option<Answer> {
    let [what, place @ ..] = words;
    let place = usize::try_from(u32::from_le_bytes(place)).ok()?;
    match what {
        0 => Some(Answer::Unknown),
        1 => Some(Answer::Holds),
        2 if place < changes => Some(Answer::Breaks(place)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_heard_as_it_was_asked_and_not_if_a_byte_is_missing() {
        let question = Question {
            document: DocumentId::from_bytes([1; 16]),
            kind: Kind::Chair,
            base: Chain([2; 32]),
            log: Some(vec![b"one", b""]),
            changes: vec![b"two"],
        };

        let words = write_question(&question);

        let heard = hear(&mut words.as_slice()).unwrap().unwrap();
        let same = read_question(&heard).unwrap();
        assert_eq!(
            (
                same.document,
                same.kind,
                same.base,
                &same.log,
                &same.changes
            ),
            (
                question.document,
                question.kind,
                question.base,
                &question.log,
                &question.changes
            )
        );
        for end in 0..heard.len() {
            assert!(read_question(&heard[..end]).is_none());
        }
        assert!(hear(&mut &words[..words.len() - 1]).is_err());
        assert!(hear(&mut [].as_slice()).unwrap().is_none());
    }

    #[test]
    fn a_length_beyond_the_limit_is_not_made_room_for() {
        let refused = hear(&mut u32::MAX.to_le_bytes().as_slice()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn an_answer_about_a_change_that_was_not_asked_about_is_no_answer() {
        for answer in [Answer::Unknown, Answer::Holds, Answer::Breaks(2)] {
            assert_eq!(read_answer(write_answer(answer), 3), Some(answer));
        }
        assert_eq!(read_answer(write_answer(Answer::Breaks(3)), 3), None);
        assert_eq!(read_answer([9, 0, 0, 0, 0], 3), None);
    }
}
