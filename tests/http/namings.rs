//! A case that names another one is given to nobody who may not know of that one.

use safehall_core::DocumentId;
use safehall_sync::document::{Document, Field};
use safehall_sync::envelope::Birth;
use safehall_sync::ids::chair_of;
use safehall_sync::wire::{self, Envelope, Kind, Level, Restricted};

use crate::phone::{Phone, birth, problem};
use crate::reach::{exclusion, grant, lead, lift};
use crate::world::World;

pub(crate) fn text(value: &str) -> Field {
    Field::Text(value.to_owned())
}

/// Says in a case that it is part of another one.
fn part_of(lead: &mut Phone, case: DocumentId, written: &mut Document, other: &str) -> Envelope {
    let facts: &[(&str, &[(&str, Field)])] = &[(
        "entries",
        &[("kind", text("part_of")), ("value", text(other))],
    )];
    lead.facts((Kind::Case, case), written, facts, None)
}

/// Noor's case, and one of hers that a lead found to be part of it.
async fn linked(noor: &mut Phone, alma: &mut Phone, of: Birth) -> (DocumentId, DocumentId) {
    let (amber, _, first) = noor.case_born("Told to Noor.", of);
    let (quiet, mut written, second) =
        noor.case_born("Told once more.", birth(Restricted::None, &[]));
    assert_eq!(noor.sync(&[first, second]).await.refused, []);
    let said = part_of(alma, quiet, &mut written, &amber.to_string());
    // The link ends again: what was written is there all the same.
    let ended = part_of(alma, quiet, &mut written, "");
    assert_eq!(alma.sync(&[said, ended]).await.refused, []);
    (amber, quiet)
}

/// Writes among the leads' notes of a case what another one has to do with it.
pub(crate) async fn links(lead: &mut Phone, case: DocumentId, kind: &str, other: DocumentId) {
    let mut notes = Document::born(Kind::Chair).unwrap();
    let link: &[(&str, &[(&str, Field)])] = &[(
        "links",
        &[("other", text(&other.to_string())), ("kind", text(kind))],
    )];
    let of = Birth {
        parent: Some(case),
        ..birth(Restricted::None, &[])
    };
    let said = lead.facts((Kind::Chair, chair_of(case)), &mut notes, link, Some(of));
    assert_eq!(lead.sync(&[said]).await.refused, []);
}

async fn gives(lead: &Phone, case: DocumentId, to: &Phone, level: Level) -> (u16, String) {
    let answer = lead.post("/v1/grants", &grant(case, to.staff, level)).await;
    let said = if answer.status == 200 {
        String::new()
    } else {
        problem(&answer)
    };
    (answer.status, said)
}

fn given() -> (u16, String) {
    (200, String::new())
}

fn refused() -> (u16, String) {
    (409, "would_tell".to_owned())
}

#[tokio::test]
async fn a_case_that_names_another_is_not_given_to_who_may_not_know_of_that_one() {
    let world = World::new().await;
    let [mut noor, mut jonas, mut alma] = Phone::each(&world, ["Noor", "Jonas", "Alma"]).await;
    let (amber, quiet) = linked(&mut noor, &mut alma, birth(Restricted::None, &[])).await;

    // As long as nobody is kept away, the link keeps nobody from anything.
    assert_eq!(gives(&alma, quiet, &jonas, Level::Read).await, given());
    assert_eq!(gives(&alma, quiet, &jonas, Level::None).await, given());
    jonas.sync(&[]).await;

    let away = exclusion(amber, jonas.staff);
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);
    for level in [Level::Read, Level::Write] {
        assert_eq!(gives(&alma, quiet, &jonas, level).await, refused());
    }
    assert!(jonas.sync(&[]).await.envelopes.is_empty());

    // Whoever only adds to it reads nothing that a lead wrote there, and taking away goes always.
    assert_eq!(gives(&alma, quiet, &jonas, Level::Append).await, given());
    assert!(jonas.sync(&[]).await.envelopes.is_empty());
    assert_eq!(gives(&alma, quiet, &jonas, Level::None).await, given());

    let near = lift(amber, jonas.staff);
    assert_eq!(alma.post("/v1/exclusions", &near).await.status, 200);
    assert_eq!(gives(&alma, quiet, &jonas, Level::Read).await, given());
    assert_eq!(jonas.sync(&[]).await.envelopes.len(), 3);
}

#[tokio::test]
async fn whoever_stepped_back_from_a_case_knows_of_it_and_may_be_given_one_that_names_it() {
    let world = World::new().await;
    let [mut noor, mut jonas, mut alma] = Phone::each(&world, ["Noor", "Jonas", "Alma"]).await;
    let (amber, quiet) = linked(&mut noor, &mut alma, birth(Restricted::None, &[])).await;
    assert_eq!(gives(&alma, amber, &jonas, Level::Read).await, given());
    jonas.sync(&[]).await;
    let back = exclusion(amber, jonas.staff);
    assert_eq!(jonas.post("/v1/exclusions", &back).await.status, 200);
    assert_eq!(gives(&alma, quiet, &jonas, Level::Read).await, given());
}

#[tokio::test]
async fn while_it_is_not_known_whom_a_case_is_about_one_that_names_it_goes_to_nobody_new() {
    let world = World::new().await;
    let [mut noor, jonas, mut alma] = Phone::each(&world, ["Noor", "Jonas", "Alma"]).await;
    let somebody = birth(Restricted::StaffUnidentified, &[]);
    let (_, quiet) = linked(&mut noor, &mut alma, somebody).await;
    assert_eq!(gives(&alma, quiet, &jonas, Level::Read).await, refused());
    // Who wrote it knows.
    assert_eq!(gives(&alma, quiet, &noor, Level::Read).await, given());
}

/// Otherwise she would learn from whom else it is kept.
#[tokio::test]
async fn a_lead_who_is_kept_away_gives_what_names_the_case_to_nobody_and_hears_one_answer() {
    let world = World::new().await;
    let [mut noor, jonas, mut alma] = Phone::each(&world, ["Noor", "Jonas", "Alma"]).await;
    let kim = lead(&world, &alma, "Kim").await;
    let new = wire::NewInvite {
        name: "Ines".to_owned(),
        roles: vec![wire::Role::Responder.into()],
        ..wire::NewInvite::default()
    };
    let ines = alma.lets_in(&world, &new, 92).await;
    let (amber, quiet) = linked(&mut noor, &mut alma, birth(Restricted::None, &[])).await;
    for away in [&kim, &jonas] {
        let away = exclusion(amber, away.staff);
        assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);
    }
    for person in [&jonas, &ines] {
        assert_eq!(gives(&kim, quiet, person, Level::Read).await, refused());
    }
    assert_eq!(gives(&alma, quiet, &jonas, Level::Read).await, refused());
    assert_eq!(gives(&alma, quiet, &ines, Level::Read).await, given());
}

#[tokio::test]
async fn the_leads_notes_of_a_case_name_others_too() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut alma = Phone::of(&world, "Alma", 3).await;
    let manager = wire::NewInvite {
        name: "Mara".to_owned(),
        roles: vec![wire::Role::EventManager.into()],
        ..wire::NewInvite::default()
    };
    let mara = alma.lets_in(&world, &manager, 93).await;
    let (amber, first) = noor.case("Told to Noor.");
    let (quiet, second) = noor.case("Another one.");
    assert_eq!(noor.sync(&[first, second]).await.refused, []);
    links(&mut alma, quiet, "related", amber).await;
    let away = exclusion(amber, mara.staff);
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);
    assert_eq!(
        gives(&alma, chair_of(quiet), &mara, Level::Read).await,
        refused()
    );
    // The case itself names nobody.
    assert_eq!(gives(&alma, quiet, &mara, Level::Read).await, given());
}
