//! Cases as people write them.

use anyhow::Result;

use super::pen::{ALMA, And, JONAS, NOOR, Phone, clock, fact, id};

/// One responder, no network, nobody disagrees.
pub(super) fn quiet() -> Result<Phone> {
    let mut noor = Phone::of(NOOR)?;
    noor.write(
        10,
        42,
        [
            fact("opened", 0x01, [("policy", "2025-09-01")]).and("drill", false),
            fact("reports", 0x02, []).and("reported_at", clock(10, 42)),
            fact("entries", 0x03, [("kind", "danger"), ("value", "no")]),
        ],
    )?;
    noor.write(
        10,
        44,
        [
            fact(
                "steps",
                0x04,
                [("step", "IR2"), ("result", "done"), ("note", "Room 0.3")],
            ),
            fact("steps", 0x05, [("step", "IR3"), ("result", "done")]),
            fact(
                "support",
                0x06,
                [
                    ("kind", "fetch"),
                    ("who", "Ben"),
                    ("from", "Foyer"),
                    ("text", "blue jacket"),
                ],
            ),
            fact(
                "steps",
                0x07,
                [
                    ("step", "IR4"),
                    ("result", "done"),
                    ("note", "just don't want to meet him again"),
                ],
            ),
            fact("steps", 0x08, [("step", "IR5"), ("result", "done")]),
            fact("steps", 0x09, [("step", "IR6"), ("result", "done")]),
            fact(
                "entries",
                0x0a,
                [("kind", "police_wish"), ("value", "does_not_want")],
            ),
        ],
    )?;
    tell(&mut noor)?;
    noor.write(
        10,
        51,
        [fact(
            "entries",
            0x31,
            [
                ("kind", "chair_told"),
                ("value", "voice"),
                ("who", "Alma Reyes"),
            ],
        )],
    )?;
    Ok(noor)
}

/// What the affected person tells, with the pauses of writing.
fn tell(noor: &mut Phone) -> Result<()> {
    let report = id(0x02);
    let answer = |number: u8, field: &str| {
        fact(
            "answers",
            number,
            [("report", report.as_str()), ("field", field)],
        )
    };
    let began = "He kept following me from the talk";
    let whole = "He kept following me from the talk to the coffee place and said I should not be so shy. I told him to stop.";

    noor.write(
        10,
        45,
        [
            answer(0x10, "relation").and("value", "affected"),
            answer(0x11, "channel").and("value", "in_person"),
            answer(0x12, "account_form").and("value", "transcribed"),
            fact(
                "accounts",
                0x20,
                [("report", &report), ("part", "words"), ("text", began)],
            ),
        ],
    )?;
    noor.write(
        10,
        46,
        [fact(
            "accounts",
            0x21,
            [
                ("report", &report),
                ("part", "words"),
                ("text", whole),
                ("replaces", &id(0x20)),
            ],
        )],
    )?;
    noor.write(
        10,
        48,
        [
            answer(0x13, "occurred").when(
                "around",
                Some(clock(10, 15)),
                Some(clock(10, 30)),
                Some("after the second talk"),
            ),
            answer(0x14, "place").and("value", "Foyer"),
            answer(0x15, "asked_to_stop").and("value", "yes"),
            answer(0x16, "asked_to_stop_by").and("value", "reporter"),
            answer(0x17, "asked_to_stop_at").when("at", Some(clock(10, 30)), None, None),
            answer(0x18, "complied").and("value", "no"),
            answer(0x19, "category/following").and("value", "yes"),
            answer(0x1a, "reporter").and("value", "named"),
            answer(0x1b, "reporter_identity").and("value", id(0xee).as_str()),
            answer(0x1c, "may_share_name_with").and("value", "chair"),
            fact(
                "parties",
                0x22,
                [
                    ("party", &id(0xc1)),
                    ("report", &report),
                    ("kind", "reported"),
                ],
            )
            .and("badge", "0417")
            .and("description", "tall, grey hoodie")
            .and("confidence", "likely"),
        ],
    )?;
    noor.write(
        10,
        49,
        [
            fact(
                "marks",
                0x23,
                [
                    ("target", &id(0x21)),
                    ("mark", "read_back"),
                    ("value", "yes"),
                ],
            ),
            fact(
                "marks",
                0x24,
                [("target", &report), ("mark", "embargo_told")],
            ),
        ],
    )
}

/// Two responders write on the same case while neither can see the other.
pub(super) fn disputed() -> Result<(Phone, Phone)> {
    let mut noor = quiet()?;
    let mut jonas = Phone::of(JONAS)?;
    jonas.hear(&noor)?;
    jonas.write(
        11,
        45,
        [fact(
            "entries",
            0x40,
            [("kind", "note"), ("text", "Saw him by the stairs.")],
        )],
    )?;
    noor.hear(&jonas)?;

    let wish = id(0x0a);
    noor.write(
        12,
        1,
        [fact(
            "entries",
            0x41,
            [
                ("kind", "police_wish"),
                ("value", "does_not_want"),
                ("replaces", &wish),
            ],
        )],
    )?;
    noor.write(
        12,
        2,
        [
            fact(
                "entries",
                0x42,
                [("kind", "set"), ("field", "place"), ("value", "Terrace")],
            )
            .set(),
            fact(
                "parties",
                0x43,
                [
                    ("party", &id(0xc2)),
                    ("kind", "witness"),
                    ("role", "barista, venue staff"),
                ],
            ),
            fact("steps", 0x44, [("step", "IR5"), ("result", "done")]),
            fact(
                "entries",
                0x45,
                [("kind", "note"), ("text", "Dana asks for escort at 18:00")],
            ),
        ],
    )?;
    jonas.write_off(
        12,
        4,
        Some(-7_200_000),
        [fact(
            "entries",
            0x46,
            [
                ("kind", "police_wish"),
                ("value", "undecided"),
                ("replaces", &wish),
            ],
        )],
    )?;
    jonas.write_off(
        12,
        5,
        Some(-7_200_000),
        [
            fact(
                "entries",
                0x47,
                [("kind", "set"), ("field", "place"), ("value", "Foyer")],
            )
            .set(),
            fact(
                "strikes",
                0x48,
                [("target", &id(0x40)), ("reason", "wrong person")],
            ),
            fact("steps", 0x49, [("step", "IR5"), ("result", "done")]),
        ],
    )?;
    Ok((noor, jonas))
}

/// Asked again, and settled by the chair.
pub(super) fn settled() -> Result<Phone> {
    let (mut noor, jonas) = disputed()?;
    noor.hear(&jonas)?;
    noor.write(
        12,
        55,
        [fact(
            "entries",
            0x50,
            [("kind", "police_wish"), ("value", "does_not_want")],
        )
        .and("replaces", format!("{} {}", id(0x41), id(0x46)).as_str())],
    )?;
    let mut alma = Phone::of(ALMA)?;
    alma.hear(&noor)?;
    alma.write(
        13,
        5,
        [
            fact(
                "entries",
                0x51,
                [
                    ("kind", "set"),
                    ("field", "place"),
                    ("value", "Foyer, then Terrace"),
                ],
            )
            .and("replaces", format!("{} {}", id(0x42), id(0x47)).as_str())
            .set(),
            fact(
                "entries",
                0x52,
                [
                    ("kind", "set"),
                    ("field", "lead_responder"),
                    ("value", "Noor Haddad"),
                ],
            )
            .set(),
            fact(
                "tasks",
                0x53,
                [
                    ("what", "Escort for Dana at 18:00"),
                    ("needs", "meet at Room 0.3"),
                ],
            ),
            fact("aware", 0x54, [("who", "barista"), ("how", "saw it")]),
            fact(
                "marks",
                0x55,
                [
                    ("target", id(0x54).as_str()),
                    ("mark", "told"),
                    ("value", "in_person"),
                ],
            ),
            fact(
                "support",
                0x56,
                [("kind", "escort"), ("from", "Room 0.3"), ("to", "hotel")],
            ),
            fact(
                "marks",
                0x57,
                [("target", id(0x56).as_str()), ("mark", "done")],
            ),
        ],
    )?;
    Ok(alma)
}

/// One account, written on at the same time on two phones.
pub(super) fn two_accounts() -> Result<Phone> {
    let mut noor = Phone::of(NOOR)?;
    let report = id(0x02);
    let account = |number: u8, text: &str| {
        fact(
            "accounts",
            number,
            [
                ("report", report.as_str()),
                ("part", "seen"),
                ("text", text),
            ],
        )
    };
    noor.write(
        10,
        42,
        [
            fact("reports", 0x02, []).and("reported_at", clock(10, 42)),
            account(0x20, "She stood by the door."),
        ],
    )?;
    let mut jonas = Phone::of(JONAS)?;
    jonas.hear(&noor)?;
    noor.write(
        10,
        50,
        [account(0x21, "She stood by the door, shaking. \u{1f986}")
            .and("replaces", id(0x20).as_str())],
    )?;
    jonas.write(
        10,
        51,
        [account(0x22, "She stood by the door. He left.").and("replaces", id(0x20).as_str())],
    )?;
    noor.hear(&jonas)?;
    Ok(noor)
}

/// One id, chosen by two devices for two elements.
pub(super) fn twins() -> Result<Phone> {
    let mut noor = Phone::of(NOOR)?;
    let mut jonas = Phone::of(JONAS)?;
    noor.write(
        10,
        0,
        [fact(
            "entries",
            0x60,
            [("kind", "note"), ("text", "The first of two.")],
        )],
    )?;
    jonas.write(
        10,
        0,
        [fact(
            "entries",
            0x60,
            [("kind", "note"), ("text", "The second of two.")],
        )],
    )?;
    noor.write(
        10,
        1,
        [fact(
            "entries",
            0x61,
            [("kind", "set"), ("field", "ongoing"), ("value", "yes")],
        )
        .set()],
    )?;
    jonas.write(
        10,
        2,
        [fact(
            "entries",
            0x62,
            [("kind", "set"), ("field", "ongoing"), ("value", "yes")],
        )
        .set()],
    )?;
    noor.hear(&jonas)?;
    Ok(noor)
}

/// Caution beats the later word, within half an hour.
pub(super) fn danger() -> Result<Phone> {
    let mut noor = Phone::of(NOOR)?;
    let said =
        |number: u8, value: &str| fact("entries", number, [("kind", "danger"), ("value", value)]);
    noor.write(9, 0, [said(0x01, "yes")])?;
    noor.write(10, 0, [said(0x02, "unsure")])?;
    noor.write(10, 20, [said(0x03, "no")])?;
    noor.write(10, 30, [said(0x04, "unsure")])?;
    noor.write(
        10,
        31,
        [fact(
            "strikes",
            0x05,
            [("target", &id(0x04)), ("reason", "pressed by mistake")],
        )],
    )?;
    Ok(noor)
}

/// A letter and a photo: one came in, one is on its way, one was the wrong one.
pub(super) fn attached() -> Result<Phone> {
    let mut noor = Phone::of(NOOR)?;
    let attachment = |number: u8, mime: &str, size: i64| {
        let sha256 = format!("{}{}", id(number), id(0xff));
        fact(
            "attachments",
            number,
            [("sha256", &*sha256), ("mime", mime)],
        )
        .and("size", size)
    };
    noor.write(
        10,
        42,
        [
            fact("reports", 0x02, []).and("reported_at", clock(10, 42)),
            attachment(0x03, "image/jpeg", 2_411_724)
                .and("caption", "What she wrote down, both sides")
                .and("report", id(0x02).as_str()),
            attachment(0x04, "application/pdf", 48_211),
            attachment(0x05, "image/png", 12),
        ],
    )?;
    let mut jonas = Phone::of(JONAS)?;
    jonas.hear(&noor)?;
    let arrived = |number: u8, target: u8| {
        fact(
            "marks",
            number,
            [("target", id(target).as_str()), ("mark", "arrived")],
        )
    };
    noor.write(10, 44, [arrived(0x06, 0x03)])?;
    jonas.write(
        10,
        45,
        [
            arrived(0x07, 0x03),
            arrived(0x08, 0x05),
            fact(
                "strikes",
                0x09,
                [("target", &id(0x05)), ("reason", "the wrong photo")],
            ),
        ],
    )?;
    noor.hear(&jonas)?;
    Ok(noor)
}
