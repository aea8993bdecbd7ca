use std::fs;

use safehall_server::commands::run_words;
use safehall_sync::document::{Document, read_case};
use safehall_sync::wire::Kind;

use crate::phone::Phone;
use crate::world::World;

#[tokio::test]
async fn beside_a_serving_server_cases_can_be_read_and_exported() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (document, envelope) = noor.case("He followed her to the tram.");
    noor.sync(std::slice::from_ref(&envelope)).await;
    let data = world.folder.path().to_str().unwrap();
    let id = document.to_string();

    run_words(["cases", "list", "--data", data]).unwrap();
    run_words(["cases", "show", "--data", data, &id[..8]]).unwrap();
    let out = tempfile::tempdir().unwrap();
    run_words([
        "export",
        "--data",
        data,
        "--automerge",
        out.path().to_str().unwrap(),
    ])
    .unwrap();

    let saved = fs::read(out.path().join(format!("{id}.automerge"))).unwrap();
    let exported = automerge::Automerge::load(&saved).unwrap();
    let change = safehall_sync::envelope::Body::parse(&envelope)
        .unwrap()
        .change;
    let (kept, _) = Document::rebuild(Kind::Case, [change.as_ref()]).unwrap();
    assert!(read_case(&exported) == read_case(kept.automerge()));
    assert_eq!(read_case(&exported).entries.len(), 1);
}

#[tokio::test]
async fn an_invite_made_beside_a_serving_server_lets_somebody_new_in() {
    let world = World::new().await;
    let data = world.folder.path().to_str().unwrap();

    run_words(["invite", "--data", data, "--name", "Kim", "--role", "chair"]).unwrap();
    let unknown = run_words(["invite", "--data", data, "--staff", "Nobody"]).unwrap_err();

    assert_eq!(unknown.to_string(), "nobody on the team has this name");
    let alma = Phone::of(&world, "Alma", 1).await;
    let team: safehall_sync::wire::Team = crate::phone::ok(alma.get("/v1/team").await);
    assert!(
        team.staff
            .iter()
            .any(|member| member.name == "Kim" && member.roles == [2])
    );
}

#[test]
fn a_wrong_pack_is_refused_with_its_mistakes_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack.toml");
    fs::write(&pack, "[event]\nid = \"Hall!\"\ncolour = \"red\"\n").unwrap();
    let data = folder.path().join("data");

    let refused = run_words([
        "event",
        "new",
        "--from",
        pack.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ])
    .unwrap_err();

    let told = refused.to_string();
    assert!(
        told.contains("line 2: event.id") && told.contains("event.colour"),
        "{told}"
    );
    assert!(!data.exists());
}
