//! What somebody with the disk can do to a ledger, and where it is found.

use super::chain::{self, NOTHING, Row, Seal};
use super::verify::{Fault, Kept, Walk, verify};
use crate::store::Book;
use crate::store::ledger::{Entry, note, seals};

const ENTRIES: usize = 10_000;
const TAMPERINGS: usize = 10_000;
/// Entries between two seals.
const SEALED_EVERY: usize = 97;
/// The walk over what nobody touched is gone on from here.
const STEP: usize = 100;

type Line = (Row, [u8; 32]);
type SealLine = (Seal, [u8; 32]);

/// Numbers that look random and are the same every time (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = self.0;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((drawn ^ (drawn >> 31)) % u64::try_from(most).unwrap()).unwrap()
    }

    fn id(&mut self) -> [u8; 16] {
        std::array::from_fn(|_| u8::try_from(self.below(256)).unwrap())
    }
}

fn row(chance: &mut Chance, number: usize, prev_hash: [u8; 32]) -> Row {
    let mut id = |one_in: usize| (chance.below(one_in) == 0).then(|| chance.id());
    Row {
        number: i64::try_from(number).unwrap(),
        at: 1_790_000_000_000 + i64::try_from(number).unwrap(),
        what: "changes_kept".to_owned(),
        staff: id(1),
        device: id(1),
        about_device: id(5),
        subject: id(2),
        payload: id(1).unwrap_or_default().repeat(5),
        prev_hash,
    }
}

struct Whole {
    rows: Vec<Line>,
    seals: Vec<SealLine>,
}

impl Whole {
    fn new(chance: &mut Chance) -> Self {
        let mut rows: Vec<Line> = Vec::with_capacity(ENTRIES);
        for number in 1..=ENTRIES {
            let before = rows.last().map_or(NOTHING, |(_, hash)| *hash);
            let row = row(chance, number, before);
            let hash = row.hash();
            rows.push((row, hash));
        }
        let seals = sealed(&rows);
        Self { rows, seals }
    }

    fn last_sealed(&self) -> usize {
        usize::try_from(self.seals.last().unwrap().0.number).unwrap()
    }
}

/// A seal after every so many entries, with the nonces of the true ones.
fn sealed(rows: &[Line]) -> Vec<SealLine> {
    let mut seals = Vec::new();
    let mut before = NOTHING;
    for (row, hash) in rows.iter().skip(SEALED_EVERY - 1).step_by(SEALED_EVERY) {
        let seal = Seal {
            size: i64::try_from(seals.len()).unwrap() + 1,
            at: row.at + 1,
            number: row.number,
            nonce: [u8::try_from(seals.len() % 251).unwrap(); 32],
        };
        let head = chain::head(&before, seal.size, &seal.cover(hash));
        before = head;
        seals.push((seal, head));
    }
    seals
}

fn walk_over<'a>(mut walk: Walk<'a>, rows: impl IntoIterator<Item = &'a Line>) -> Option<Fault> {
    for (row, hash) in rows {
        if let Err(fault) = walk.take(row, *hash) {
            return Some(fault);
        }
    }
    walk.end().err()
}

/// The same entries from `at` on, each going on from the one before.
fn rechained(rows: &mut [Line], at: usize) {
    for place in at..rows.len() {
        let before = place
            .checked_sub(1)
            .map_or(NOTHING, |before| rows[before].1);
        rows[place].0.number = i64::try_from(place).unwrap() + 1;
        rows[place].0.prev_hash = before;
        rows[place].1 = rows[place].0.hash();
    }
}

/// Changes one thing in the entry and says how the fault is called.
fn edit(chance: &mut Chance, (row, hash): &mut Line) -> fn(i64) -> Fault {
    match chance.below(10) {
        0 => row.at += 1,
        1 => row.what.push('x'),
        2 => row.staff = row.staff.is_none().then(|| chance.id()),
        3 => row.device = Some(chance.id()),
        4 => row.about_device = Some(chance.id()),
        5 => row.subject = row.subject.is_none().then(|| chance.id()),
        6 => row.payload[chance.below(80)] ^= 1,
        7 => {
            row.prev_hash[chance.below(32)] ^= 1;
            return Fault::Torn;
        }
        8 => {
            row.number += 20_000;
            return Fault::Missing;
        }
        _ => hash[chance.below(32)] ^= 1,
    }
    Fault::Changed
}

#[test]
fn every_tampering_is_found_at_its_first_entry() {
    let mut chance = Chance(7);
    let whole = Whole::new(&mut chance);
    let mut walk = Walk::begin(&whole.seals, &[]).unwrap();
    let mut resumed = vec![walk.clone()];
    for (at, (row, hash)) in whole.rows.iter().enumerate() {
        walk.take(row, *hash).unwrap();
        if (at + 1) % STEP == 0 {
            resumed.push(walk.clone());
        }
    }
    assert_eq!(walk.end().unwrap().entries, i64::try_from(ENTRIES).unwrap());

    for tampering in 0..TAMPERINGS {
        // What no seal covers yet can be cut off unseen; everything else is here.
        let at = chance.below(whole.last_sealed());
        // Some are looked at from the very beginning, to show that it is the same.
        let from = if tampering % 100 == 0 { 0 } else { at / STEP };
        let number = i64::try_from(at).unwrap() + 1;
        let begun = resumed[from].clone();
        let rows = &whole.rows;
        let until = &rows[from * STEP..at];
        let (expected, found) = match chance.below(5) {
            0 => {
                let mut line = rows[at].clone();
                let fault = edit(&mut chance, &mut line);
                let edited = until.iter().chain([&line]).chain(&rows[at + 1..]);
                (fault(number), walk_over(begun, edited))
            }
            1 => {
                let gone = until.iter().chain(&rows[at + 1..]);
                (Fault::Missing(number), walk_over(begun, gone))
            }
            2 => {
                let mut line = rows[chance.below(ENTRIES)].clone();
                line.0.number = number;
                line.0.prev_hash = chance.id().repeat(2).try_into().unwrap();
                line.1 = line.0.hash();
                let put_in = until.iter().chain([&line]).chain(&rows[at..]);
                (Fault::Torn(number), walk_over(begun, put_in))
            }
            3 => {
                let other = at + 1 + chance.below(ENTRIES - at - 1);
                let mut line = rows[other].clone();
                line.0.number = number;
                let swapped = until.iter().chain([&line]).chain(&rows[at + 1..]);
                (Fault::Torn(number), walk_over(begun, swapped))
            }
            _ => (Fault::Missing(number), walk_over(begun, until)),
        };
        assert_eq!(found, Some(expected), "tampering {tampering} at {number}");
    }
    println!("{TAMPERINGS} tamperings of {ENTRIES} entries, all found at their first entry");
}

#[test]
fn a_ledger_written_anew_is_found_by_its_seals_and_with_new_seals_by_one_that_was_kept() {
    let mut chance = Chance(8);
    let whole = Whole::new(&mut chance);
    for _ in 0..20 {
        let at = chance.below(whole.last_sealed());
        let number = i64::try_from(at).unwrap() + 1;
        let mut rows = whole.rows.clone();
        match chance.below(3) {
            0 => rows[at].0.at += 1,
            1 => drop(rows.remove(at)),
            _ => {
                let line = rows[chance.below(ENTRIES)].clone();
                rows.insert(at, line);
            }
        }
        rechained(&mut rows, at);

        let walk = Walk::begin(&whole.seals, &[]).unwrap();
        let Some(Fault::Forged { from, to }) = walk_over(walk, &rows) else {
            panic!("not found");
        };
        assert!((from..=to).contains(&number));

        let seals = sealed(&rows);
        let walk = Walk::begin(&seals, &[]).unwrap();
        assert_eq!(walk_over(walk, &rows), None, "nothing inside it tells");
        let kept = at / SEALED_EVERY + chance.below(whole.seals.len() - at / SEALED_EVERY);
        let kept = Kept {
            size: whole.seals[kept].0.size,
            head: whole.seals[kept].1,
        };
        let walk = Walk::begin(&seals, std::slice::from_ref(&kept)).unwrap();
        assert_eq!(walk_over(walk, &rows), Some(Fault::NotKept(kept.size)));
    }
}

#[test]
fn a_seal_that_was_changed_or_taken_away_is_found() {
    let whole = Whole::new(&mut Chance(9));
    let tampered = |change: fn(&mut Vec<SealLine>)| {
        let mut seals = whole.seals.clone();
        change(&mut seals);
        walk_over(Walk::begin(&seals, &[]).unwrap(), &whole.rows)
    };
    let every = i64::try_from(SEALED_EVERY).unwrap();
    let forged = |size: i64| Fault::Forged {
        from: (size - 1) * every + 1,
        to: size * every,
    };

    assert_eq!(tampered(|seals| seals[4].0.nonce[0] ^= 1), Some(forged(5)));
    assert_eq!(tampered(|seals| seals[4].0.at += 1), Some(forged(5)));
    assert_eq!(tampered(|seals| seals[4].1[0] ^= 1), Some(forged(5)));
    assert_eq!(
        tampered(|seals| {
            seals.remove(4);
        }),
        Some(Fault::SealMissing(5))
    );
    assert_eq!(
        tampered(|seals| seals[4].0.number -= 1),
        Some(Fault::Forged {
            from: 4 * every + 1,
            to: 5 * every - 1
        })
    );
    assert_eq!(
        tampered(|seals| seals[4].0.number = 9),
        Some(Fault::SealChanged(5))
    );
    let kept = Kept {
        size: 200,
        head: [1; 32],
    };
    let walk = Walk::begin(&whole.seals, std::slice::from_ref(&kept)).unwrap();
    assert_eq!(walk_over(walk, &whole.rows), Some(Fault::NotKept(200)));
}

/// As it is on disk; how long a hundred thousand take is printed, and not judged.
#[test]
fn a_long_ledger_is_verified_from_the_disk() {
    let entries = if std::env::var_os("SAFEHALL_LONG").is_some() {
        100_000
    } else {
        2_000
    };
    let folder = tempfile::tempdir().unwrap();
    let vault = crate::vault::pretend(folder.path());
    let mut conn = crate::store::open_database(folder.path()).unwrap();
    let tx = conn.transaction().unwrap();
    let book = Book::new(&tx, &vault);
    for number in 0..entries {
        let entry = Entry {
            staff: Some([3; 16]),
            device: Some([4; 16]),
            count: Some(2),
            ..Entry::of(super::What::ServerStarted)
        };
        note(&book, &entry, number).unwrap();
        if number % 100 == 0 {
            seals::make(&book, [5; 32], number).unwrap();
        }
    }
    tx.commit().unwrap();

    let begun = tokio::time::Instant::now();
    let whole = verify(&conn, &[]).unwrap().unwrap();
    println!("{entries} entries verified in {:?}", begun.elapsed());
    assert_eq!(whole.entries, i64::try_from(entries).unwrap());
}
