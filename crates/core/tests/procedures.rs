//! Procedures that leave somebody alone, sanctions that nobody can carry out, and texts in other languages.

#![expect(
    clippy::panic,
    reason = "a helper of tests fails the test that called it"
)]

mod event;

use event::{GERMAN, SAMPLE};
use safehall_core::pack::{Mistake, Pack, Param, parse};

const SEED: &str = include_str!("../../../events/all-systems-go.toml");

fn parsed(text: &str, german: &str) -> Result<(Pack, Vec<Mistake>), Vec<Mistake>> {
    parse(text, |name| event::beside(name, german)).map(|parsed| (parsed.pack, parsed.warnings))
}

fn read(text: &str) -> Pack {
    match parsed(text, GERMAN) {
        Ok((pack, _)) => pack,
        Err(mistakes) => panic!("{mistakes:?}"),
    }
}

fn changed(text: &str, right: &str, wrong: &str) -> String {
    assert!(text.contains(right), "{right}");
    text.replacen(right, wrong, 1)
}

/// The only mistake in `text`: where it is, and what is said.
fn only<'t>(text: &'t str, mistakes: &[Mistake]) -> (&'t str, String) {
    let [mistake] = mistakes else {
        panic!("{mistakes:?}");
    };
    let line = text.lines().nth(mistake.line - 1).unwrap_or_default();
    let said = mistake.to_string();
    let (_, said) = said.split_once(": ").unwrap_or_default();
    (line, said.to_owned())
}

/// A step as it stands in the sample, without the blank line behind it.
fn step(code: &str) -> &'static str {
    let start = SAMPLE
        .find(&format!("[[steps]]\ncode = \"{code}\""))
        .unwrap_or_else(|| panic!("the sample has {code}"));
    let step = &SAMPLE[start..];
    step.find("\n\n").map_or(step, |end| &step[..end])
}

/// What is changed in which step, the line that is named, and what is said about it.
const BROKEN: &[(&str, &str, &str, &str, &str)] = &[
    (
        "IR3",
        "say = \"Is there a friend or trusted person who you would like to be with you?\"\n",
        "",
        "[[steps]]",
        "steps.say: found nothing; expected the words to say to whoever reports",
    ),
    (
        "DN2",
        "do_not = \"Do not ask: what do you want us to do about it?\"\n",
        "",
        "[[steps]]",
        "steps.do_not: found nothing; expected what not to do",
    ),
    (
        "IR1",
        "who = \"anyone\"",
        "who = \"chair\"",
        "who = \"chair\"",
        "steps.who: found a value that does not fit; expected anyone: danger does not wait",
    ),
    (
        "RP4",
        "who = \"chair\"",
        "who = \"anyone\"",
        "who = \"anyone\"",
        "steps.who: found a value that does not fit; expected chair: it is decided by the chair",
    ),
    (
        "PB3",
        "who = \"chair\"",
        "who = \"responder\"",
        "who = \"responder\"",
        "steps.who: found a value that does not fit; expected chair or delegate",
    ),
    (
        "RP4",
        "when = \"after RP3\"",
        "when = \"after RP2\"",
        "when = \"after RP2\"",
        "steps.when: found a value that does not fit; expected after RP3, or after a step that is: their side is heard first",
    ),
    (
        "RP5",
        "when = \"after RP4\"",
        "when = \"now\"",
        "when = \"now\"",
        "steps.when: found a value that does not fit; expected after RP3, or after a step that is: their side is heard first",
    ),
];

#[test]
fn a_procedure_that_leaves_somebody_alone_is_refused_with_its_line() {
    for (code, right, wrong, line, said) in BROKEN {
        let step = step(code);
        let text = SAMPLE.replacen(step, &changed(step, right, wrong), 1);
        let mistakes: Vec<Mistake> = parsed(&text, GERMAN)
            .expect_err(said)
            .into_iter()
            .filter(|mistake| mistake.file.is_empty())
            .collect();
        // What comes after the deciding is not heard first either, then.
        let first = &mistakes[..1];
        let same = mistakes.iter().all(|mistake| mistake.key == first[0].key);
        assert_eq!(
            only(&text, first),
            (*line, (*said).to_owned()),
            "{mistakes:?}"
        );
        assert!(same && mistakes.len() <= 2, "{mistakes:?}");
    }
}

#[test]
fn steps_that_wait_for_each_other_are_all_named() {
    let text = changed(SAMPLE, "when = \"after CM0\"", "when = \"after CM2\"");
    let mistakes = parsed(&text, GERMAN).expect_err("CM1 waits for CM2, which waits for CM1");
    let lines: Vec<&str> = mistakes
        .iter()
        .map(|mistake| text.lines().nth(mistake.line - 1).unwrap_or_default())
        .collect();
    assert_eq!(lines, ["when = \"after CM2\"", "when = \"after CM1\""]);
    assert!(mistakes.iter().all(|mistake| {
        mistake.to_string().ends_with(
            "steps.when: found a value that does not fit; expected a step that does not wait for this one",
        )
    }));
}

#[test]
fn no_step_can_be_left_out_that_a_screen_leads_to() {
    let needed = [
        "IR1", "IR2", "IR3", "IR4", "IR5", "IR6", "DN1", "DN2", "DN3", "CM0", "CM1", "CM2", "CM3",
        "CM4", "RP1", "RP2", "RP3", "RP4", "RP5",
    ];
    for code in needed {
        let text = changed(SAMPLE, step(code), "");
        let mistakes = parsed(&text, GERMAN).expect_err(code);
        let said = format!("steps: found nothing; expected a step {code}");
        let named = mistakes
            .iter()
            .any(|mistake| mistake.to_string().ends_with(&said));
        assert!(named, "{mistakes:?}");
    }
    // A step that this event does not have is its own business.
    let without = |text: &str, code: &str| {
        let start = text.find(&format!("[steps.{code}]")).unwrap_or(0);
        let end = text[start..]
            .find("\n\n")
            .map_or(text.len(), |end| start + end);
        format!("{}{}", &text[..start], &text[end..])
    };
    let text = changed(SAMPLE, step("ST4"), "");
    assert!(parsed(&text, &without(GERMAN, "ST4")).is_ok());
}

#[test]
fn a_sanction_asks_only_for_what_a_screen_can_ask() {
    let text = changed(SAMPLE, "params = [\"talk\"]", "params = [\"talks\"]");
    let mistakes = parsed(&text, GERMAN).expect_err("there is no such parameter");
    let said = "sanctions.params: found a value that does not fit; expected one of: until, from, talk, video, slides, no_refund, review, reason, second_approver, legal_note, who, access";
    assert_eq!(
        only(&text, &mistakes),
        ("params = [\"talks\"]", said.to_owned())
    );

    let text = changed(
        SAMPLE,
        "[\"second_approver\", \"legal_note\"]",
        "[\"legal_note\"]",
    );
    let mistakes = parsed(&text, GERMAN).expect_err("nobody else has to agree");
    let said = "sanctions.params: found nothing; expected second_approver and legal_note, because it is published";
    assert_eq!(only(&text, &mistakes), ("[[sanctions]]", said.to_owned()));

    let pack = read(SAMPLE);
    let of = |code: &str| pack.sanctions.iter().find(|one| one.code == code);
    let leave = of("leave_event").map(|one| (one.carried_out_by.as_str(), one.params.as_slice()));
    assert_eq!(
        leave,
        Some(("Registration and venue security", &[Param::NoRefund][..]))
    );
}

/// What the policy considers, sentence by sentence, and what has to be said with it.
const CONSIDERED: [(&str, &str, &[Param]); 13] = [
    ("S88", "warn_cease", &[]),
    ("S89", "no_contact", &[Param::Who, Param::Until]),
    ("S90", "end_talk_early", &[Param::Talk]),
    (
        "S91",
        "no_publish",
        &[Param::Talk, Param::Video, Param::Slides],
    ),
    ("S92", "bar_speaking", &[Param::From, Param::Until]),
    ("S93", "end_volunteer_role", &[Param::Access]),
    ("S94", "bar_volunteering", &[Param::Until]),
    ("S95", "leave_event", &[Param::NoRefund]),
    ("S96", "ban_future", &[Param::Until, Param::Review]),
    (
        "S97",
        "publish_account",
        &[Param::SecondApprover, Param::LegalNote],
    ),
    ("S20", "legal_action", &[Param::Reason]),
    ("S20", "other", &[Param::Reason]),
    ("S87", "no_action", &[Param::Reason]),
];

#[test]
fn the_packs_offer_everything_that_the_policy_considers() {
    for text in [SAMPLE, SEED] {
        let pack = read(text);
        let offered: Vec<(&str, &str, &[Param])> = pack
            .sanctions
            .iter()
            .map(|one| {
                (
                    one.seed_ref.as_str(),
                    one.code.as_str(),
                    one.params.as_slice(),
                )
            })
            .collect();
        assert_eq!(offered, CONSIDERED);
        // Whoever carries it out learns the least that this takes, and what is said is said by whom.
        let told = pack.sanctions.iter().filter(|one| !one.needs.is_empty());
        assert!(
            told.clone().count() == 8 && told.clone().all(|one| !one.carried_out_by.is_empty())
        );
    }
}

#[test]
fn what_the_policy_leaves_out_can_be_said_and_not_switched_on() {
    for switch in ["ask_feedback", "escrow", "apology"] {
        let on = format!("{switch} = true");
        let text = changed(SAMPLE, &format!("{switch} = false"), &on);
        let mistakes = parsed(&text, GERMAN).expect_err(&on);
        let said = format!(
            "procedure.{switch}: found a value that does not fit; expected false: the procedure does not ask for it, and no screen does"
        );
        assert_eq!(only(&text, &mistakes), (on.as_str(), said));
    }
}

#[test]
fn a_talk_is_in_a_room_and_during_the_event() {
    let talk = "id = \"quiet-logs\"\ntitle = \"Quiet Logs: What a Service Should Say\"\nroom = \"hall-2\"\nfrom = 2026-09-29T09:30:00+02:00\nto = 2026-09-29T10:10:00+02:00";
    for (right, wrong, said) in [
        (
            "room = \"hall-2\"",
            "room = \"hall-3\"",
            "talks.room: found a value that does not fit; expected the id of one of [[rooms]]",
        ),
        (
            "to = 2026-09-29T10:10:00+02:00",
            "to = 2026-09-29T09:10:00+02:00",
            "talks.to: found a value that does not fit; expected a moment after talks.from",
        ),
        (
            "from = 2026-09-29T09:30:00+02:00",
            "from = 2026-09-28T09:30:00+02:00",
            "talks: found a value that does not fit; expected a moment during the event",
        ),
        (
            "id = \"quiet-logs\"",
            "id = \"opening\"",
            "talks.id: found the same once more; expected something that no other has",
        ),
    ] {
        let text = changed(SAMPLE, talk, &changed(talk, right, wrong));
        let mistakes = parsed(&text, GERMAN).expect_err(said);
        assert_eq!(only(&text, &mistakes), (wrong, said.to_owned()));
    }
    assert_eq!(read(SAMPLE).talks.len(), 5);
}

#[test]
fn the_packs_say_everything_in_german_too() {
    for text in [SAMPLE, SEED] {
        let Ok((pack, warnings)) = parsed(text, GERMAN) else {
            panic!("the packs have no mistake");
        };
        assert!(
            warnings.iter().all(|warning| warning.file.is_empty()),
            "{warnings:?}"
        );
        let [german] = pack.translations.as_slice() else {
            panic!("one other language");
        };
        assert_eq!(
            (german.language.as_str(), german.steps.len()),
            ("de", pack.steps.len())
        );
        assert_eq!(german.sentences.len(), pack.sentences.len());
        for contact in &pack.contacts {
            let role = german.contacts.iter().find(|text| text.own == contact.role);
            assert!(role.is_some_and(|role| role.text != contact.role));
        }
        assert_eq!(german.sanctions.len(), pack.sanctions.len());
        // What is allowed instead of an invitation to stop, and no word more than the pack says.
        let allowed = german.steps.iter().find(|step| step.code == "DN1");
        assert_eq!(
            allowed.map(|step| step.say.as_str()),
            Some("Wenn das für Sie in Ordnung ist, gehen wir dem nach.")
        );
    }
}

#[test]
fn a_translation_says_what_the_pack_says_and_nothing_else() {
    for (right, wrong, said) in [
        (
            "[steps.DN2]",
            "[steps.DN2]\nsay = \"Was wünschen Sie sich?\"",
            "seed-1.de.toml, line 48: steps.DN2.say: found a value that does not fit; expected nothing, because the pack says nothing here",
        ),
        (
            "[steps.IR2]",
            "[steps.IR9]",
            "seed-1.de.toml, line 11: steps.IR9: found an unknown key; expected something under steps that is in the pack",
        ),
        (
            "[sentences]",
            "[sentences]\nheart = \"Danke.\"",
            "seed-1.de.toml, line 245: sentences.heart: found an unknown key; expected something under sentences that is in the pack",
        ),
        (
            "say = \"Wie kann ich Ihnen helfen?\"",
            "say = \" \"",
            "seed-1.de.toml, line 26: steps.IR4.say: found a value that does not fit; expected a text that is not blank",
        ),
        (
            "say = \"Wie kann ich Ihnen helfen?\"",
            "sag = \"Wie kann ich Ihnen helfen?\"",
            "seed-1.de.toml, line 26: steps.IR4.sag: found an unknown key; expected one of: title, say, do_not, explain",
        ),
    ] {
        let mistakes = parsed(SAMPLE, &changed(GERMAN, right, wrong)).expect_err(wrong);
        let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(all, [said]);
    }
    let half = changed(GERMAN, "say = \"Wie kann ich Ihnen helfen?\"\n", "");
    let warnings = parsed(SAMPLE, &half).map(|(_, warnings)| warnings);
    let all: Vec<String> = warnings.iter().flatten().map(ToString::to_string).collect();
    assert_eq!(
        all,
        [
            "seed-1.de.toml, line 23: steps.IR4.say: found nothing; expected the pack's text, translated"
        ]
    );
}

#[test]
fn a_role_that_no_contact_has_is_left_out_and_one_that_is_missing_is_said() {
    let mistyped = changed(GERMAN, "\"Security\" = ", "\"Securty\" = ");
    let Ok((pack, warnings)) = parsed(SAMPLE, &mistyped) else {
        panic!("a warning is no mistake");
    };
    let all: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(
        all[0].ends_with("contacts: found nothing; expected the role of each contact, translated")
    );
    let owns = |own: &str| {
        let texts = pack.translations.iter().flat_map(|each| &each.contacts);
        texts.filter(|text| text.own == own).count()
    };
    // The other pack's reception is in the file, too, and is nothing to this one.
    assert_eq!(
        (owns("Chair"), owns("Securty"), owns("Venue reception")),
        (1, 0, 0)
    );
}

#[test]
fn each_other_language_has_its_file_beside_the_pack() {
    let line = "de = \"seed-1.de.toml\"";
    for (wrong, said) in [
        (
            "de = \"../seed-1.de.toml\"",
            "translations.de: found a value that does not fit; expected the name of a file beside the pack, without a folder",
        ),
        (
            "de = \"seed-2.de.toml\"",
            "translations.de: found nothing; expected a readable file of this name beside the pack",
        ),
        (
            "de = \"seed-1.de.toml\"\nen = \"seed-1.de.toml\"",
            "translations.en: found a value that does not fit; expected one of event.languages, but not the first: the pack itself is in it",
        ),
    ] {
        let text = changed(SAMPLE, line, wrong);
        let mistakes = parsed(&text, GERMAN).expect_err(said);
        assert_eq!(only(&text, &mistakes).1, said);
    }
    let text = changed(
        SAMPLE,
        "languages = [\"en\", \"de\"]",
        "languages = [\"en\", \"de\", \"fr\"]",
    );
    let warned = parsed(&text, GERMAN).map(|(_, warnings)| {
        let said = |warning: &Mistake| warning.to_string();
        warnings.iter().map(said).collect::<Vec<_>>()
    });
    assert_eq!(
        warned,
        Ok(vec![
            "line 1: translations: found nothing; expected a file with the texts in the language fr".to_owned()
        ])
    );
}

#[test]
fn a_code_from_the_same_family_fits_the_same_model() {
    // As at PyCon: other consequences, one more step, no translation, no place to appeal to.
    let own = "[[sanctions]]\ncode = \"no_evening_events\"\ntitle = \"No evening events\"\nparams = [\"until\"]\ncarried_out_by = \"Door staff\"\n\n[[sanctions]]\ncode = \"end_membership\"\ntitle = \"End of membership\"\nparams = [\"reason\", \"review\"]\n\n";
    let first = SEED.find("[[sanctions]]").unwrap_or(0);
    let behind = SEED.find("[[sentences]]").unwrap_or(0);
    let text = format!("{}{own}{}", &SEED[..first], &SEED[behind..]);
    let text = changed(
        &text,
        "languages = [\"en\", \"de\"]",
        "languages = [\"en\"]",
    );
    let text = changed(&text, "[translations]\nde = \"seed-1.de.toml\"\n", "");
    let text = changed(&text, "id = \"seed-1\"", "id = \"pycon-like\"");
    let text = format!(
        "{text}\n[[steps]]\ncode = \"FB1\"\ntitle = \"Write down the outcome\"\nwho = \"chair\"\nwhen = \"after RP5\"\n"
    );
    let pack = read(&text);
    assert_eq!((pack.procedure.as_str(), pack.appeal), ("pycon-like", None));
    assert_eq!(pack.sanctions[1].params, [Param::Reason, Param::Review]);
    assert_eq!(
        pack.steps.last().map(|step| step.code.as_str()),
        Some("FB1")
    );
    assert_eq!(pack.lineage.len(), 3);
}
