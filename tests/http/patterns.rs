//! Which cases may belong together, and copies of a case: for leads, and only of
//! what they may read.

use safehall_core::DocumentId;
use safehall_sync::document::{Document, Field};
use safehall_sync::envelope::Birth;
use safehall_sync::wire::export_ask::{Form, Part};
use safehall_sync::wire::suggestion::{Verdict, Why};
use safehall_sync::wire::{self, Kind, Restricted};

use crate::namings::{links, text};
use crate::phone::{Phone, birth, ids, ok};
use crate::reach::{erasure, exclusion};
use crate::world::{NOON, World};

const HOUR: i64 = 60 * 60 * 1_000;

/// A case about somebody with this badge, an hour before noon and so many hours later.
async fn told(phone: &mut Phone, badge: &str, hours: i64, birth: Birth) -> (DocumentId, Document) {
    let document = DocumentId::from_bytes(phone.new_id());
    let mut case = Document::born(Kind::Case).unwrap();
    let report = "11".repeat(16);
    let at = NOON.cast_signed() + (hours - 1) * HOUR;
    let time = Field::Map(
        [
            ("kind".to_owned(), text("at")),
            ("from".to_owned(), Field::Int(at)),
        ]
        .into(),
    );
    let facts: &[(&str, &[(&str, Field)])] = &[
        (
            "opened",
            &[
                ("policy", text("2018-02-27")),
                ("drill", Field::Bool(false)),
            ],
        ),
        (
            "parties",
            &[
                ("party", text(&"22".repeat(16))),
                ("kind", text("reported")),
                ("badge", text(badge)),
            ],
        ),
        (
            "answers",
            &[
                ("report", text(&report)),
                ("field", text("occurred")),
                ("time", time),
            ],
        ),
    ];
    let envelope = phone.facts((Kind::Case, document), &mut case, facts, Some(birth));
    assert_eq!(phone.sync(&[envelope]).await.refused, []);
    (document, case)
}

async fn suggested(lead: &Phone) -> Vec<wire::Suggestion> {
    ok::<wire::Suggestions>(lead.get("/v1/suggestions").await).suggestions
}

fn pair(found: &wire::Suggestion) -> (Vec<u8>, Vec<u8>) {
    (found.first.clone(), found.second.clone())
}

async fn team(world: &World) -> (Phone, Phone, Phone) {
    let alma = Phone::of(world, "Alma", 1).await;
    let noor = Phone::of(world, "Noor", 2).await;
    let alternate = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![wire::Role::AlternateChair.into()],
        ..wire::NewInvite::default()
    };
    let kim = alma.lets_in(world, &alternate, 90).await;
    (alma, kim, noor)
}

#[tokio::test]
async fn two_cases_about_one_badge_are_suggested_until_a_lead_says_something_about_them() {
    let world = World::new().await;
    let (mut alma, _kim, mut noor) = team(&world).await;
    let (amber, _) = told(&mut noor, "0417", 0, birth(Restricted::None, &[])).await;
    assert_eq!(suggested(&alma).await, []);
    let (moss, mut case) = told(&mut noor, "0999", 8, birth(Restricted::None, &[])).await;
    assert_eq!(suggested(&alma).await, []);

    // The case grew, and is read again.
    let another: &[(&str, &[(&str, Field)])] = &[(
        "parties",
        &[
            ("party", text(&"33".repeat(16))),
            ("kind", text("reported")),
            ("badge", text(" 0417")),
        ],
    )];
    let more = noor.facts((Kind::Case, moss), &mut case, another, None);
    assert_eq!(noor.sync(&[more]).await.refused, []);

    let found = suggested(&alma).await;
    let [found] = found.as_slice() else {
        panic!("{found:?}");
    };
    let mut both = [amber.as_bytes().to_vec(), moss.as_bytes().to_vec()];
    both.sort();
    let mut named = [found.first.clone(), found.second.clone()];
    named.sort();
    assert_eq!(named, both);
    let same: i32 = Why::SameBadge.into();
    let reasons: Vec<(i32, i32)> = found
        .reasons
        .iter()
        .map(|reason| (reason.why, reason.points))
        .collect();
    assert_eq!(reasons.first(), Some(&(same, 50)));
    assert_eq!(found.verdict(), Verdict::SamePerson);

    links(&mut alma, moss, "not_the_same", amber).await;
    assert_eq!(suggested(&alma).await, []);
}

#[tokio::test]
async fn a_case_that_a_lead_is_kept_from_suggests_nothing_to_her() {
    let world = World::new().await;
    let (alma, kim, mut noor) = team(&world).await;
    let (first, _) = told(&mut noor, "0417", 0, birth(Restricted::None, &[])).await;
    let about_alma = birth(Restricted::ChairNamed, &[alma.staff]);
    let (hidden, _) = told(&mut noor, "0417", 8, about_alma).await;
    let (third, _) = told(&mut noor, "0417", 16, birth(Restricted::None, &[])).await;

    let to_alma = suggested(&alma).await;
    assert_eq!(to_alma.len(), 1);
    let hers = [first, third].map(|id| id.as_bytes().to_vec());
    let named = pair(&to_alma[0]);
    assert!(hers.contains(&named.0) && hers.contains(&named.1));
    assert_eq!(suggested(&kim).await.len(), 3);

    // Kept away later, it is as if it had never been there.
    let kept = exclusion(third, kim.staff);
    assert_eq!(alma.post("/v1/exclusions", &kept).await.status, 200);
    let to_kim = suggested(&kim).await;
    assert_eq!(to_kim.len(), 1);
    let hers = [first, hidden].map(|id| id.as_bytes().to_vec());
    let named = pair(&to_kim[0]);
    assert!(hers.contains(&named.0) && hers.contains(&named.1));
}

#[tokio::test]
async fn an_erased_case_suggests_nothing_any_more() {
    let world = World::new().await;
    let (alma, _kim, mut noor) = team(&world).await;
    let (first, _) = told(&mut noor, "0417", 0, birth(Restricted::None, &[])).await;
    told(&mut noor, "0417", 8, birth(Restricted::None, &[])).await;
    assert_eq!(suggested(&alma).await.len(), 1);

    let gone = alma.post("/v1/erasures", &erasure(first)).await;

    assert_eq!(gone.status, 200);
    assert_eq!(suggested(&alma).await, []);
}

pub(crate) fn paper(case: DocumentId, form: Form, left_out: &[Part]) -> wire::ExportAsk {
    wire::ExportAsk {
        document: case.as_bytes().to_vec(),
        form: form.into(),
        left_out: left_out.iter().map(|part| (*part).into()).collect(),
    }
}

#[tokio::test]
async fn a_copy_of_a_case_is_noted_and_says_what_it_is_a_copy_of() {
    let world = World::new().await;
    let (mut alma, _kim, mut noor) = team(&world).await;
    let (case, mut document, first) = noor.case_born("He waited.", birth(Restricted::None, &[]));
    let second = noor.note(case, &mut document, "And again.", None);
    let (identity, name) = noor.identity(case, "Lena M.");
    let (other, _, elsewhere) = noor.case_born("Another.", birth(Restricted::None, &[]));
    let all = [first, second, name, elsewhere];
    let signed: Vec<Vec<u8>> = ids(&all[..3])
        .iter()
        .map(|id| id.as_bytes().to_vec())
        .collect();
    let sent = noor.sync(&all).await;
    assert_eq!(sent.refused, []);
    alma.sync(&[]).await;

    let ask = paper(
        case,
        Form::Paper,
        &[Part::Reporter, Part::Names, Part::Reporter],
    );
    let told_of: wire::ExportPaper = ok(alma.post("/v1/exports", &ask).await);

    let told: Vec<Vec<u8>> = told_of
        .changes
        .iter()
        .map(|change| change.change_id.clone())
        .collect();
    assert_eq!(told, signed);
    let documents: Vec<&[u8]> = told_of
        .changes
        .iter()
        .map(|change| change.document.as_slice())
        .collect();
    let (case_id, name_id) = (case.as_bytes().as_slice(), identity.as_bytes().as_slice());
    assert_eq!(documents, [case_id, case_id, name_id]);
    assert!(
        documents
            .iter()
            .all(|document| document != other.as_bytes())
    );
    assert!(told_of.changes.iter().all(|change| {
        change.staff == noor.staff.as_bytes()
            && change.device == noor.device.as_bytes()
            && change.received_at == NOON
    }));
    assert_eq!(told_of.at, NOON);

    let ledger: wire::LedgerPage = ok(alma
        .post(
            "/v1/ledger",
            &wire::LedgerAsk {
                document: case_id.to_vec(),
                ..wire::LedgerAsk::default()
            },
        )
        .await);
    let noted: Vec<&wire::LedgerEntry> = ledger
        .entries
        .iter()
        .filter(|entry| entry.what == "case_exported")
        .collect();
    let [noted] = noted.as_slice() else {
        panic!("noted {} times", noted.len());
    };
    assert_eq!(noted.detail, "paper names reporter");
    assert_eq!(noted.staff, alma.staff.as_bytes());
    assert_eq!(noted.document, case_id);
}

#[tokio::test]
async fn a_copy_in_no_form_that_there_is_is_refused_and_not_noted() {
    let world = World::new().await;
    let (alma, _kim, mut noor) = team(&world).await;
    let (case, _, first) = noor.case_born("He waited.", birth(Restricted::None, &[]));
    noor.sync(&[first]).await;
    let unknown = wire::ExportAsk {
        left_out: vec![77],
        ..paper(case, Form::File, &[])
    };
    for ask in [paper(case, Form::Unspecified, &[]), unknown] {
        assert_eq!(alma.post("/v1/exports", &ask).await.status, 422);
    }
    let ledger: wire::LedgerPage = ok(alma
        .post(
            "/v1/ledger",
            &wire::LedgerAsk {
                document: case.as_bytes().to_vec(),
                ..wire::LedgerAsk::default()
            },
        )
        .await);
    assert!(
        ledger
            .entries
            .iter()
            .all(|entry| entry.what != "case_exported")
    );
}
