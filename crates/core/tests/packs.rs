//! The packs that come with Safehall, and packs that are wrong.

#![expect(
    clippy::panic,
    reason = "a helper of tests fails the test that called it"
)]

mod event;

use event::{GERMAN, POLICY, SAMPLE};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use safehall_core::Timestamp;
use safehall_core::access::Role;
use safehall_core::pack::{Mistake, Parsed, parse};

const SEED: &str = include_str!("../../../events/all-systems-go.toml");

fn beside(name: &str) -> Option<String> {
    event::beside(name, GERMAN)
}

fn read(text: &str) -> Parsed {
    parse(text, beside).unwrap_or_else(|mistakes| panic!("{}", said(&mistakes).join("\n")))
}

fn said(mistakes: &[Mistake]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn the_seed_pack_has_no_mistake_and_carries_the_whole_procedure() {
    let Parsed { pack, warnings } = read(SEED);
    assert_eq!(
        said(&warnings),
        [
            "line 308: appeal: found nothing; expected a place to appeal to, if there is one: step AP1 says where it is"
        ]
    );
    let codes: Vec<&str> = pack.steps.iter().map(|step| step.code.as_str()).collect();
    assert_eq!(
        codes.join(" "),
        "IR1 IR2 IR3 IR4 IR5 IR6 DN1 DN2 DN3 CM0 CM1 CM2 CM3 CM4 RP1 RP2 RP3 RP4 RP5 AP1 AP2 PB1 PB2 PB3 PB4 PB5 ST1 ST2 ST3 ST4"
    );
    assert!(
        pack.steps
            .iter()
            .all(|step| !(step.say.is_empty() && step.do_not.is_empty()))
    );
    assert_eq!((pack.categories.len(), pack.sanctions.len()), (14, 13));
    assert!(
        pack.emergency
            .iter()
            .any(|number| number.police && number.number == "110")
    );
    assert_eq!(pack.policy.text, POLICY);
}

#[test]
fn what_may_be_said_about_going_on_invites_nobody_to_stop() {
    for text in [SEED, SAMPLE] {
        let pack = read(text).pack;
        let step = pack.steps.iter().find(|step| step.code == "DN1");
        // By default it is pursued: to ask whether they want that would suggest that they should not.
        assert_eq!(
            step.map(|step| step.say.as_str()),
            Some("If you're OK with it, we will pursue this.")
        );
        let allowed = ["DN2", "DN3"];
        let others = pack
            .steps
            .iter()
            .filter(|step| allowed.contains(&step.code.as_str()));
        assert!(others.clone().count() == 2 && others.map(|step| &step.say).all(String::is_empty));
    }
}

#[test]
fn every_telephone_number_in_the_packs_is_fiction_or_an_emergency_number() {
    for text in [SEED, SAMPLE] {
        let pack = read(text).pack;
        let contacts = pack.contacts.iter().map(|contact| contact.phone.as_str());
        let staff = pack.staff.iter().map(|member| member.phone.as_str());
        let emergency = pack.emergency.iter().map(|number| number.number.as_str());
        for phone in contacts.chain(staff).chain(emergency) {
            let fiction = phone.starts_with("+49 30 23125 ") || phone.starts_with("+49 171 39200 ");
            assert!(fiction || phone == "110" || phone == "112", "{phone}");
        }
    }
}

#[test]
fn the_sample_is_the_conference_of_the_journeys() {
    let Parsed { pack, warnings } = read(SAMPLE);
    assert_eq!(said(&warnings), [""; 0]);
    assert_eq!(
        (pack.starts_at, pack.ends_at),
        (Timestamp(1_790_665_200_000), Timestamp(1_790_787_600_000))
    );
    let rooms: Vec<&str> = pack
        .rooms
        .iter()
        .chain(&pack.quiet_rooms)
        .map(|room| room.name.as_str())
        .collect();
    assert_eq!(
        rooms,
        ["Main Hall", "Hall 2", "Foyer", "Terrace", "Room 0.3"]
    );
    assert_eq!(
        (
            pack.targets.chair_told,
            pack.targets.chair_told_alert,
            pack.targets.meeting
        ),
        (10, 15, 60)
    );
    let team: Vec<_> = pack
        .staff
        .iter()
        .map(|member| (member.device.as_str(), member.name.as_str()))
        .collect();
    assert_eq!(
        team,
        [
            ("A", "Alma Reyes"),
            ("T", "Tom Lindqvist"),
            ("N", "Noor Haddad"),
            ("J", "Jonas Brandt"),
            ("M", "Mei Tanaka"),
            ("R", "Rui Costa")
        ]
    );
    assert!(pack.staff[0].roles.has(Role::Chair) && pack.staff[1].roles.has(Role::AlternateChair));
}

const SMALL: &str = concat!(
    r#"[event]
id = "small"
name = "Small"
community = "Few"
time_zone = "Europe/Berlin"
starts_at = 2026-09-29T09:00:00+02:00
ends_at = 2026-09-30T19:00:00+02:00
languages = ["en"]
[venue]
name = "Barn"
address = "Lane 1"
[[rooms]]
id = "barn"
name = "Barn"
[[quiet_rooms]]
id = "loft"
name = "Loft"
[policy]
title = "Code"
author = "We"
version = "2026-01-01"
file = "all-systems-go-policy.md"
[procedure]
id = "seed-1"
[[steps]]
code = "IR1"
title = "Danger?"
say = "Are you safe?"
who = "anyone"
when = "now"
[[categories]]
code = "other"
title = "Other"
[[sanctions]]
code = "none"
title = "None"
[[contacts]]
name = "Alma"
role = "Chair"
phone = "+49 30 23125 001"
visible_to = "attendees"
[[emergency]]
label = "Police"
number = "110"
police = true
[appeal]
name = "Board"
contact = "board@example.org"
days = 30
[targets]
chair_told = 10
chair_told_alert = 15
meeting = 60
follow_up = 480
[retention]
months = 12
months_after_appeal = 6
"#,
    // Behind everything else, so that the lines above keep their numbers.
    r#"[[steps]]
code = "IR2"
title = "Place"
say = "Sit down?"
who = "responder"
when = "now"
[[steps]]
code = "IR3"
title = "Friend"
say = "A friend?"
who = "responder"
when = "now"
[[steps]]
code = "IR4"
title = "Help"
say = "How can I help?"
who = "responder"
when = "now"
[[steps]]
code = "IR5"
title = "Contacts"
say = "Take this."
who = "responder"
when = "now"
[[steps]]
code = "IR6"
title = "Police"
say = "Shall we call?"
who = "responder"
when = "now"
[[steps]]
code = "DN1"
title = "No way back"
do_not = "Do not offer one."
who = "anyone"
when = "now"
[[steps]]
code = "DN2"
title = "No advice"
do_not = "Do not ask for it."
who = "anyone"
when = "now"
[[steps]]
code = "DN3"
title = "No say"
do_not = "Do not offer it."
who = "anyone"
when = "now"
[[steps]]
code = "CM0"
title = "Meet"
who = "responder"
when = "now"
[[steps]]
code = "CM1"
title = "What"
who = "chair"
when = "after CM0"
[[steps]]
code = "CM2"
title = "Whether"
who = "chair"
when = "after CM1"
[[steps]]
code = "CM3"
title = "Who"
who = "chair"
when = "after CM2"
[[steps]]
code = "CM4"
title = "When"
who = "chair"
when = "after CM2"
[[steps]]
code = "RP1"
title = "Speak"
who = "delegate"
when = "after CM0"
[[steps]]
code = "RP2"
title = "Tell"
who = "delegate"
when = "after RP1"
[[steps]]
code = "RP3"
title = "Hear"
who = "delegate"
when = "after RP2"
[[steps]]
code = "RP4"
title = "Decide"
who = "chair"
when = "after RP3"
[[steps]]
code = "RP5"
title = "Say"
who = "delegate"
when = "after RP4"
"#
);

/// What replaces which line of the small pack, and what is then said.
const BROKEN: &[(&str, &str, &[&str])] = &[
    (
        "id = \"small\"",
        "id = \"Small Event\"",
        &[
            "line 2: event.id: found a value that does not fit; expected lower-case letters, digits and dashes",
        ],
    ),
    (
        "name = \"Small\"",
        "",
        &["line 1: event.name: found nothing; expected a text"],
    ),
    (
        "name = \"Small\"",
        "name = \"  \"",
        &["line 3: event.name: found a value that does not fit; expected a text that is not blank"],
    ),
    (
        "name = \"Small\"",
        "name = 7",
        &["line 3: event.name: found a value of type integer; expected a text"],
    ),
    (
        "time_zone = \"Europe/Berlin\"",
        "time_zone = \"CEST\"",
        &[
            "line 5: event.time_zone: found a value that does not fit; expected a time zone's name, for example Europe/Berlin",
        ],
    ),
    (
        "starts_at = 2026-09-29T09:00:00+02:00",
        "starts_at = 2026-09-29",
        &[
            "line 6: event.starts_at: found a value of type datetime; expected a date and time with its offset, for example 2026-09-29T09:00:00+02:00",
        ],
    ),
    (
        "ends_at = 2026-09-30T19:00:00+02:00",
        "ends_at = 2026-09-29T07:00:00Z",
        &[
            "line 7: event.ends_at: found a value that does not fit; expected a moment after event.starts_at",
        ],
    ),
    (
        "languages = [\"en\"]",
        "languages = [\"English\"]\ndril = true",
        &[
            "line 8: event.languages: found a value that does not fit; expected two or three lower-case letters each",
            "line 9: event.dril: found an unknown key; expected one of: starts_at, ends_at, id, name, community, time_zone, languages, drill",
        ],
    ),
    (
        "languages = [\"en\"]",
        "languages = []",
        &[
            "line 8: event.languages: found a value that does not fit; expected a list of languages, for example [\"en\"]",
        ],
    ),
    (
        "languages = [\"en\"]",
        "languages = [\"en\", \"en\"]",
        &[
            "line 8: event.languages: found the same once more; expected something that no other has",
        ],
    ),
    (
        "[venue]",
        "[venu]",
        &[
            "line 1: venue: found nothing; expected a table",
            "line 9: venu: found an unknown key; expected one of: event, venue, procedure, steps, rooms, quiet_rooms, channels, policy, categories, sanctions, contacts, emergency, appeal, targets, retention, sentences, staff, talks, translations",
        ],
    ),
    (
        "[[quiet_rooms]]\nid = \"loft\"",
        "[[rooms]]\nid = \"barn\"",
        &["line 16: rooms.id: found the same once more; expected something that no other has"],
    ),
    (
        "version = \"2026-01-01\"",
        "version = \"now\"",
        &[
            "line 21: policy.version: found a value that does not fit; expected a date as text, for example \"2018-02-27\"",
        ],
    ),
    (
        "file = \"all-systems-go-policy.md\"",
        "file = \"elsewhere.md\"",
        &[
            "line 22: policy.file: found nothing; expected a readable file of this name beside the pack",
        ],
    ),
    (
        "file = \"all-systems-go-policy.md\"",
        "file = \"../secret\"",
        &[
            "line 22: policy.file: found a value that does not fit; expected the name of a file beside the pack, without a folder",
        ],
    ),
    (
        "who = \"anyone\"",
        "who = \"everyone\"",
        &[
            "line 29: steps.who: found a value that does not fit; expected anyone, responder, chair or delegate",
        ],
    ),
    (
        "when = \"now\"",
        "when = \"after XX9\"",
        &[
            "line 30: steps.when: found a value that does not fit; expected the code of a step that is in this pack",
        ],
    ),
    (
        "phone = \"+49 30 23125 001\"",
        "phone = \"call me\"",
        &[
            "line 40: contacts.phone: found a value that does not fit; expected a telephone number: digits and spaces, + in front if need be",
        ],
    ),
    (
        "phone = \"+49 30 23125 001\"",
        "",
        &["line 37: contacts: found nothing; expected phone, email or both"],
    ),
    (
        "visible_to = \"attendees\"",
        "visible_to = true",
        &["line 41: contacts.visible_to: found a value of type boolean; expected a text"],
    ),
    (
        "police = true",
        "police = \"yes\"",
        &[
            "line 42: emergency.police: found nothing; expected police = true on the number for danger to life",
            "line 45: emergency.police: found a value of type string; expected true or false",
        ],
    ),
    (
        "days = 30",
        "days = 0",
        &[
            "line 49: appeal.days: found a value that does not fit; expected a whole number of days from 1 to 365",
        ],
    ),
    (
        "chair_told_alert = 15",
        "chair_told_alert = 5",
        &[
            "line 52: targets.chair_told_alert: found a value that does not fit; expected no fewer minutes than targets.chair_told",
        ],
    ),
    (
        "meeting = 60",
        "meeting = 1.5",
        &[
            "line 53: targets.meeting: found a value of type float; expected a whole number of minutes from 1 to 10080",
        ],
    ),
    (
        "days = 30",
        "days = 30\n[[staff]]\nname = \"Alma\"\nroles = [\"boss\"]\nbadge_label = \"STAFF 01\"\ndevice = \"A1\"",
        &[
            "line 52: staff.roles: found a value that does not fit; expected responder, chair, alternate_chair, event_manager, announcer or admin",
            "line 54: staff.device: found a value that does not fit; expected one capital letter",
        ],
    ),
];

#[test]
fn the_small_pack_has_no_mistake_before_it_is_broken() {
    assert_eq!(said(&read(SMALL).warnings), [""; 0]);
}

#[test]
fn a_wrong_pack_is_refused_with_exactly_its_mistakes_and_their_lines() {
    for (right, wrong, expected) in BROKEN {
        assert_eq!(SMALL.matches(right).count().min(1), 1, "{right}");
        let mistakes = parse(&SMALL.replacen(right, wrong, 1), beside).expect_err(wrong);
        assert_eq!(said(&mistakes), *expected, "{wrong}");
    }
}

#[test]
fn many_mistakes_are_said_at_once_in_the_order_of_their_lines() {
    let text = BROKEN
        .iter()
        .fold(SMALL.to_owned(), |text, (right, wrong, _)| {
            text.replacen(right, wrong, 1)
        });
    let mistakes = parse(&text, beside).expect_err("it is full of mistakes");
    assert!(mistakes.len() >= 15, "{mistakes:?}");
    assert!(mistakes.is_sorted_by_key(|mistake| mistake.line));
}

#[test]
fn what_is_not_toml_is_said_with_its_line() {
    let text = SMALL.replacen("name = \"Barn\"", "name = Barn", 1);
    let mistakes = parse(&text, beside).expect_err("a text without quotes");
    assert_eq!(
        mistakes
            .iter()
            .map(|mistake| mistake.line)
            .collect::<Vec<_>>(),
        [10]
    );
}

#[test]
fn an_empty_file_is_told_what_a_pack_needs() {
    let mistakes = parse("", beside).expect_err("it is empty");
    let keys: Vec<&str> = mistakes
        .iter()
        .map(|mistake| mistake.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "event",
            "venue",
            "procedure",
            "steps",
            "rooms",
            "policy",
            "categories",
            "sanctions",
            "contacts",
            "emergency",
            "targets"
        ]
    );
}

#[test]
fn a_pack_without_a_number_for_attendees_is_warned_about() {
    let text = SMALL.replacen("visible_to = \"attendees\"", "visible_to = \"staff\"", 1);
    assert_eq!(
        said(&read(&text).warnings),
        ["line 37: contacts.phone: found nothing; expected a telephone number that attendees see"]
    );
}

#[test]
fn a_mistake_never_repeats_a_value() {
    let text = SMALL.replacen("+49 30 23125 001", "+49 30 23125 001 ask for Quillon", 1);
    let mistakes = parse(&text, beside).expect_err("no number");
    assert!(!format!("{mistakes:?} {:?}", said(&mistakes)).contains("Quillon"));
}

#[test]
fn a_day_that_no_calendar_has_is_named_together_with_everything_else() {
    let text = SMALL
        .replacen("2026-01-01", "2018-99-99", 1)
        .replacen("2026-09-30T", "2026-09-31T", 1)
        .replacen("Europe/Berlin", "CEST", 1);
    let mistakes = parse(&text, beside).expect_err("no such days");
    assert_eq!(
        said(&mistakes),
        [
            "line 5: event.time_zone: found a value that does not fit; expected a time zone's name, for example Europe/Berlin",
            "line 7: event.ends_at: found a value that does not fit; expected a day and an hour that there are, for example 2026-09-29T09:00:00+02:00",
            "line 21: policy.version: found a value that does not fit; expected a date as text, for example \"2018-02-27\"",
        ]
    );
    let text = SMALL.replacen("name = \"Small\"", "name = 2025-02-30", 1);
    assert!(parse(&text, beside).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(110),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_an_organiser_leaves_half_typed_is_answered_with_lines_that_exist(
        from in 0..SMALL.len(),
        gone in 0..60_usize,
        typed in "[\\[\\]{}=\"'#.\\n a-zA-Z0-9é☎-]{0,12}",
    ) {
        let until = (from + gone).min(SMALL.len());
        let text = format!("{}{typed}{}", &SMALL[..from], &SMALL[until..]);
        let lines = text.split('\n').count();
        let mistakes = match parse(&text, beside) {
            Ok(parsed) => parsed.warnings,
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty());
                mistakes
            }
        };
        prop_assert!(mistakes.iter().all(|mistake| (1..=lines).contains(&mistake.line)), "{:?}", mistakes);
    }
}
