//! Documents that no app of today would write.

use anyhow::{Context, Result};
use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{AutoCommit, ObjId, ObjType, ROOT, ReadDoc as _, ScalarValue};

use super::pen::{JONAS, NOOR, Phone, clock, fact, id};

/// A newer app was here: new kinds, fields and collections.
pub(super) fn newer() -> Result<Vec<u8>> {
    let mut noor = Phone::of(NOOR)?;
    noor.write(
        10,
        0,
        [
            fact(
                "entries",
                0x01,
                [
                    ("kind", "hologram"),
                    ("text", "recorded"),
                    ("shimmer", "high"),
                ],
            ),
            fact(
                "entries",
                0x02,
                [("kind", "note"), ("text", "plain"), ("mood", "calm")],
            ),
            fact(
                "support",
                0x03,
                [("kind", "hot_drink"), ("sweetness", "two")],
            ),
            fact(
                "answers",
                0x04,
                [
                    ("report", &id(0x09)),
                    ("field", "weather"),
                    ("value", "rain"),
                ],
            ),
            fact("reports", 0x09, []).tapped(),
            fact(
                "parties",
                0x05,
                [("party", &id(0xc1)), ("kind", "bystander_robot")],
            ),
            fact(
                "accounts",
                0x06,
                [("report", &id(0x09)), ("part", "sung"), ("text", "la")],
            ),
            fact("marks", 0x07, [("target", &id(0x02)), ("mark", "starred")]),
        ],
    )?;
    edit(&noor, |raw| {
        let holograms = raw.put_object(ROOT, "holograms", ObjType::Map)?;
        element(raw, &holograms, 0x08)?;
        raw.put(&holograms, "not an element", 1)?;
        raw.put(ROOT, "w", 2)?;
        Ok(())
    })
}

/// Fields with types that they do not have, and elements that are none.
pub(super) fn wrong_types() -> Result<Vec<u8>> {
    let mut noor = Phone::of(NOOR)?;
    noor.write(
        10,
        0,
        [fact(
            "entries",
            0x01,
            [("kind", "note"), ("text", "The one that can be read.")],
        )],
    )?;
    edit(&noor, |raw| {
        let entries = raw.get(ROOT, "entries")?.context("a case has entries")?.1;
        let note = |raw: &mut AutoCommit, number| -> Result<ObjId> {
            let note = element(raw, &entries, number)?;
            raw.put(&note, "kind", "note")?;
            Ok(note)
        };
        let numeric = note(raw, 0x02)?;
        raw.put(&numeric, "text", 7)?;
        let listed = note(raw, 0x03)?;
        raw.put_object(&listed, "text", ObjType::List)?;
        let typed = note(raw, 0x04)?;
        let text = raw.put_object(&typed, "text", ObjType::Text)?;
        raw.splice_text(&text, 0, 0, "letters with places")?;
        let anonymous = note(raw, 0x05)?;
        raw.put(&anonymous, "by", "somebody")?;
        let timeless = note(raw, 0x06)?;
        raw.put(&timeless, "at", ScalarValue::Timestamp(clock(10, 0)))?;
        let half_past = note(raw, 0x07)?;
        raw.put(&half_past, "at", 0.5)?;
        let float = note(raw, 0x0f)?;
        raw.put(&float, "at", clock(10, 1) as f64)?;
        raw.put(&float, "clock_off", -7_200_000.0)?;
        let endless = note(raw, 0x10)?;
        raw.put(&endless, "at", i64::MAX)?;
        let kindless = element(raw, &entries, 0x08)?;
        raw.put(&kindless, "text", "no kind")?;
        let vague = note(raw, 0x09)?;
        raw.put(&vague, "time", "noon")?;
        let deep = note(raw, 0x0a)?;
        let time = raw.put_object(&deep, "time", ObjType::Map)?;
        raw.put(&time, "kind", "at")?;
        raw.put_object(&time, "from", ObjType::Map)?;
        let nothing = note(raw, 0x0b)?;
        raw.put(&nothing, "value", ScalarValue::Null)?;
        raw.put(&entries, id(0x0c), "not an element")?;
        raw.put_object(&entries, id(0x0d), ObjType::List)?;
        let shouting = id(0xab).to_uppercase();
        let badly_named = raw.put_object(&entries, shouting, ObjType::Map)?;
        fill(raw, &badly_named)?;
        raw.put(&badly_named, "kind", "note")?;
        let registers = raw
            .get(ROOT, "registers")?
            .context("a case has registers")?
            .1;
        raw.put(&registers, "place", 5)?;
        raw.put(&registers, "ongoing", id(0x77))?;
        raw.put(&registers, "severity_first_look", id(0x01))?;
        let attachments = raw
            .get(ROOT, "attachments")?
            .context("a case has attachments")?
            .1;
        raw.put(&attachments, id(0x0e), 9)?;
        let hash = "0a".repeat(32);
        let of = |raw: &mut AutoCommit, number, sha256: &str| -> Result<ObjId> {
            let attachment = element(raw, &attachments, number)?;
            raw.put(&attachment, "sha256", sha256)?;
            raw.put(&attachment, "mime", "image/jpeg")?;
            Ok(attachment)
        };
        let sizeless = of(raw, 0x11, &hash)?;
        raw.put(&sizeless, "caption", "how large?")?;
        let short = of(raw, 0x12, &hash[2..])?;
        raw.put(&short, "size", 1)?;
        let shouting = of(raw, 0x13, &hash.to_uppercase())?;
        raw.put(&shouting, "size", 1)?;
        let numbered = of(raw, 0x14, &hash)?;
        raw.put(&numbered, "size", 1)?;
        raw.put(&numbered, "report", 2)?;
        Ok(())
    })
}

/// Two hands put two values into one field of one element.
pub(super) fn two_in_a_field() -> Result<Vec<u8>> {
    let mut noor = Phone::of(NOOR)?;
    noor.write(
        10,
        0,
        [fact(
            "entries",
            0x01,
            [("kind", "note"), ("text", "as written")],
        )],
    )?;
    let overwritten = |phone: &Phone, text: &str| -> Result<AutoCommit> {
        let mut raw = AutoCommit::load(&noor.document.save())?.with_actor(phone.actor());
        let entries = raw.get(ROOT, "entries")?.context("a case has entries")?.1;
        let entry = raw.get(&entries, id(0x01))?.context("it was written")?.1;
        raw.put(&entry, "text", text)?;
        raw.commit_with(CommitOptions::default().with_time(0));
        Ok(raw)
    };
    let mut one = overwritten(&noor, "as changed here")?;
    let mut other = overwritten(&Phone::of(JONAS)?, "as changed there")?;
    one.merge(&mut other)?;
    Ok(one.save())
}

/// An app that needs no more fields here than we do.
trait Tapped {
    fn tapped(self) -> Self;
}

impl Tapped for safehall_sync::document::NewFact {
    fn tapped(mut self) -> Self {
        self.fields
            .insert("reported_at".into(), clock(10, 0).into());
        self
    }
}

fn edit(phone: &Phone, with: impl FnOnce(&mut AutoCommit) -> Result<()>) -> Result<Vec<u8>> {
    let mut raw = AutoCommit::load(&phone.document.save())?.with_actor(phone.actor());
    with(&mut raw)?;
    raw.commit_with(CommitOptions::default().with_time(0));
    Ok(raw.save())
}

fn element(raw: &mut AutoCommit, collection: &ObjId, number: u8) -> Result<ObjId> {
    let element = raw.put_object(collection, id(number), ObjType::Map)?;
    fill(raw, &element)?;
    Ok(element)
}

fn fill(raw: &mut AutoCommit, element: &ObjId) -> Result<()> {
    raw.put(element, "by", id(NOOR))?;
    raw.put(element, "device", id(NOOR))?;
    raw.put(element, "at", clock(10, 0))?;
    Ok(())
}
