use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{Compared, Reason, Said, Suggestion, Traits, Verdict, compare, suggest};
use crate::{DocumentId, StaffId, Timestamp};

const HOUR: i64 = 60 * 60 * 1000;
const NOOR: StaffId = StaffId::from_bytes([1; 16]);
const JONAS: StaffId = StaffId::from_bytes([2; 16]);

const fn id(number: u8) -> DocumentId {
    DocumentId::from_bytes([number; 16])
}

/// A case opened and told at this hour of the first day.
fn case(number: u8, taker: StaffId, hour: f64) -> Compared {
    let at = moment(hour);
    Compared {
        document: id(number),
        opened: at,
        takers: BTreeSet::from([(taker, at)]),
        reported: Vec::new(),
        others: Vec::new(),
        sealed: Vec::new(),
        times: Vec::new(),
        places: BTreeSet::new(),
        categories: BTreeSet::new(),
        persons: BTreeSet::new(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "hours of a few days")]
fn moment(hour: f64) -> Timestamp {
    Timestamp((hour * 60.0) as i64 * 60 * 1000)
}

fn badge(typed: &str) -> Traits {
    Traits::of(Some(typed), None, None)
}

fn name(typed: &str) -> Traits {
    Traits::of(None, Some(typed), None)
}

fn place(name: &str) -> BTreeSet<String> {
    BTreeSet::from([name.to_owned()])
}

/// Dana told Noor, a quarter past ten to half past, in the foyer.
fn amber_kite() -> Compared {
    Compared {
        reported: vec![Traits::of(Some("0417"), None, Some("tall, grey hoodie"))],
        sealed: vec![name("Dana Okafor")],
        times: vec![(moment(10.0), moment(10.75))],
        places: place("foyer"),
        ..case(1, NOOR, 10.7)
    }
}

/// Ben told Jonas, around half past ten.
fn quiet_delta() -> Compared {
    Compared {
        reported: vec![badge("417")],
        others: vec![Traits::of(None, None, Some("Dana, talk volunteer lanyard"))],
        times: vec![(moment(10.25), moment(10.75))],
        places: place("foyer"),
        ..case(2, JONAS, 11.2)
    }
}

fn still_moss() -> Compared {
    Compared {
        reported: vec![badge("0417 ")],
        times: vec![(moment(17.7), moment(17.9))],
        places: place("terrace"),
        ..case(3, NOOR, 18.0)
    }
}

fn red_tamarind() -> Compared {
    let look = "tall, grey hoodie, keynote lanyard";
    Compared {
        reported: vec![Traits::of(Some("O417"), None, Some(look))],
        times: vec![(moment(35.0), moment(35.2))],
        places: place("hall 2"),
        ..case(4, JONAS, 35.5)
    }
}

fn one(cases: &[Compared], said: &[Said]) -> Suggestion {
    let mut found = suggest(cases, said);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn two_tellings_of_one_incident_are_found_with_four_reasons() {
    let mut delta = quiet_delta();
    // As written by somebody who puts the name and the look into two fields.
    delta.others = vec![Traits::of(
        None,
        Some("Dana"),
        Some("talk volunteer lanyard"),
    )];
    let found = one(&[delta.clone(), amber_kite()], &[]);
    assert_eq!((found.points, found.verdict), (85, Verdict::SameIncident));
    assert_eq!(
        found.reasons,
        [
            Reason::BadgeLooksAlike,
            Reason::SameTime,
            Reason::SamePlace,
            Reason::SharedSealedPerson
        ]
    );
    assert_eq!((found.first, found.second), (id(1), id(2)));
    // The same when the name and the look are in two fields, and when she is described and not named.
    delta.others = vec![Traits::of(
        None,
        Some("Dana"),
        Some("talk volunteer lanyard"),
    )];
    assert_eq!(one(&[delta.clone(), amber_kite()], &[]), found);
    delta.others = vec![Traits::of(None, None, Some("talk volunteer lanyard"))];
    assert_eq!(one(&[delta, amber_kite()], &[]).points, 70);
}

#[test]
fn the_same_badge_at_another_time_asks_for_the_person() {
    let found = one(&[amber_kite(), still_moss()], &[]);
    assert_eq!((found.points, found.verdict), (50, Verdict::SamePerson));
    assert_eq!(found.reasons, [Reason::SameBadge]);
}

#[test]
fn a_letter_for_a_digit_and_three_words_are_worth_a_look_and_no_more() {
    let found = one(&[amber_kite(), red_tamarind()], &[]);
    assert_eq!((found.points, found.verdict), (45, Verdict::Look));
    assert_eq!(found.reasons, [Reason::BadgeLooksAlike, Reason::SameLook]);
    // Without the words, the letter alone is nothing to trouble anybody with.
    assert_eq!(suggest(&[still_moss(), red_tamarind()], &[]), []);
}

#[test]
fn words_that_describe_nobody_do_not_count() {
    let about = |number, look| Compared {
        reported: vec![Traits::of(Some("O417"), None, Some(look))],
        ..case(number, NOOR, f64::from(number) * 5.0)
    };
    let (plain, like) = (
        about(1, "a man with the grey hoodie"),
        about(2, "man with the grey cap"),
    );
    let mut other = like;
    other.reported = vec![Traits::of(
        Some("0417"),
        None,
        Some("man with the grey cap"),
    )];
    assert_eq!(suggest(&[plain, other], &[]), []);
}

#[test]
fn a_lead_who_said_anything_about_two_cases_hears_no_more_about_them() {
    let cases = [amber_kite(), still_moss()];
    for (one, other) in [(id(1), id(3)), (id(3), id(1))] {
        assert_eq!(suggest(&cases, &[Said { one, other }]), []);
    }
    let elsewhere = Said {
        one: id(1),
        other: id(2),
    };
    assert_eq!(suggest(&cases, &[elsewhere]).len(), 1);
}

#[test]
fn a_person_whom_a_lead_knew_again_weighs_most() {
    let known = |number, hour| Compared {
        persons: BTreeSet::from(["7f".to_owned()]),
        ..case(number, NOOR, hour)
    };
    let found = one(&[known(1, 10.0), known(2, 20.0)], &[]);
    assert_eq!((found.points, found.verdict), (60, Verdict::SamePerson));
}

#[test]
fn two_cases_that_one_responder_opened_at_once_were_meant_to_be_two() {
    let mut second = quiet_delta();
    second.takers = BTreeSet::from([(NOOR, moment(10.8))]);
    let found = one(&[amber_kite(), second], &[]);
    assert_eq!((found.points, found.verdict), (65, Verdict::SameIncident));
    assert_eq!(found.reasons.last(), Some(&Reason::SameResponder));
}

#[test]
fn a_time_without_an_end_is_no_time_to_compare() {
    let mut delta = quiet_delta();
    delta.times = Vec::new();
    let found = one(&[amber_kite(), delta], &[]);
    assert_eq!((found.points, found.verdict), (65, Verdict::SamePerson));
}

/// Few badges, names and times, so that many are alike.
fn any_case() -> impl Strategy<Value = Compared> {
    let who = || {
        let badge = prop::option::of("[0O][14]{1,2}[7I]?");
        let name = prop::option::of(prop::sample::select(vec![
            "Sam Ivers",
            "Ivers",
            "Sam",
            "Léa",
            "Lea W",
        ]));
        let look = prop::option::of(prop::sample::select(vec![
            "tall grey hoodie",
            "grey hoodie tall hat",
            "short",
        ]));
        (badge, name, look).prop_map(|(badge, name, look)| Traits::of(badge.as_deref(), name, look))
    };
    let some = || prop::collection::vec(who(), 0..3);
    let times = prop::collection::vec((0..30 * HOUR, 0..3 * HOUR), 0..3);
    let places = prop::collection::btree_set("[ab]", 0..2);
    let persons = prop::collection::btree_set("[xyz]", 0..2);
    (some(), some(), some(), times, places, persons, 0..30_u8).prop_map(
        |(reported, others, sealed, times, places, persons, hour)| Compared {
            reported,
            others,
            sealed,
            times: times
                .into_iter()
                .map(|(from, long)| (Timestamp(from), Timestamp(from + long)))
                .collect(),
            places,
            persons,
            ..case(0, NOOR, f64::from(hour))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(85),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_missed_by_looking_only_where_something_is_alike(
        cases in prop::collection::vec(any_case(), 2..14),
    ) {
        let cases: Vec<Compared> = cases
            .into_iter()
            .zip(1_u8..)
            .map(|(case, number)| Compared { document: id(number), ..case })
            .collect();
        let mut all: Vec<Suggestion> = Vec::new();
        for (at, one) in cases.iter().enumerate() {
            all.extend(cases.iter().skip(at + 1).filter_map(|other| compare(one, other)));
        }
        all.sort_by_key(|found| (-found.points, found.first, found.second));
        prop_assert_eq!(&suggest(&cases, &[]), &all);
        // In whichever order they come, and whichever of two is asked about the other.
        let turned: Vec<Compared> = cases.into_iter().rev().collect();
        prop_assert_eq!(suggest(&turned, &[]), all);
    }
}

#[test]
fn a_name_is_known_again_however_its_umlaut_was_typed() {
    for (one, other) in [
        ("Jörg Müller", "Joerg Mueller"),
        ("Müller", "Herr Mueller"),
        ("Großmann", "Grossmann"),
        ("Jürgen Köhler", "jurgen kohler"),
        ("Zoë", "Zoe"),
        ("Ægir", "Aegir"),
    ] {
        assert!(name(one).named_like(&name(other)), "{one}, {other}");
        assert!(name(other).named_like(&name(one)), "{other}, {one}");
    }
    assert!(!name("Zoe").named_like(&name("Zo")));
    let described = Traits::of(None, None, Some("Mueller, tall"));
    assert!(described.called_like(&name("Müller")));
}

#[test]
fn a_short_name_is_known_again_as_a_whole() {
    for typed in ["Bo", "Bo Li", "李明", "김민준"] {
        assert!(name(typed).named_like(&name(typed)), "{typed}");
    }
    assert!(!name("").named_like(&name("")));
    assert!(!name("K").named_like(&name("K.")));
    assert!(
        !name("Bo").named_like(&name("Bo Li")),
        "two letters in common are no name"
    );
}
