use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use safehall_server::commands::{cases_words, run_words};
use safehall_sync::document::{Document, read_case};
use safehall_sync::wire::{self, Kind, Restricted};

use crate::phone::{Phone, birth};
use crate::reach::grant;
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
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("taken/out");
    run_words([
        "export",
        "--data",
        data,
        "--automerge",
        out.to_str().unwrap(),
    ])
    .unwrap();

    let file = out.join(format!("{id}.automerge"));
    for path in [&out, &file] {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "for its owner only: {}", path.display());
    }
    let saved = fs::read(file).unwrap();
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

#[tokio::test]
async fn a_link_is_made_only_for_an_address_that_a_server_could_be_told() {
    let world = World::new().await;
    let noor = Phone::of(&world, "Noor", 1).await;
    let data = world.folder.path().to_str().unwrap();
    for origin in [
        "hall.example",
        "https://hall.example/app",
        "https://hall.example/",
        "https://hall.example?x",
        "ftp://hall.example",
        "https://hall.example evil",
        "",
    ] {
        for (verb, role) in [("invite", "responder"), ("recover", "chair")] {
            let words = [
                verb, "--data", data, "--name", "Kim", "--role", role, "--origin", origin,
            ];
            let refused = run_words(words).unwrap_err().to_string();
            assert!(
                refused.contains("expected https://NAME or http://NAME:PORT, without a path"),
                "{verb} {origin}: {refused}"
            );
        }
    }
    let team: safehall_sync::wire::Team = crate::phone::ok(noor.get("/v1/team").await);
    assert!(team.staff.iter().all(|member| member.name != "Kim"));
    assert!(team.recoveries.is_empty());
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

#[test]
fn an_event_that_could_not_be_made_is_made_at_the_next_try() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let events = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/sample.toml");
    fs::write(path("short.key"), [7; 31]).unwrap();
    fs::set_permissions(path("short.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let make = |key: &str| {
        let (data, root) = (path("data"), format!("file:{}", path(key)));
        let words = [
            "event",
            "new",
            "--from",
            events,
            "--data",
            &data,
            "--root-secret",
            &root,
        ];
        run_words(words).map_err(|error| format!("{error:#}"))
    };

    let refused = make("short.key").unwrap_err();
    assert!(refused.contains("32 bytes"), "{refused}");
    assert_eq!(fs::read_dir(path("data")).unwrap().count(), 0);

    make("root.key").unwrap();
    let again = make("root.key").unwrap_err();
    assert!(again.contains("left alone"), "{again}");

    // The database was lost, and the keys that open its backups lie there still.
    let lie_there = || {
        let mut files: Vec<_> = fs::read_dir(path("data"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        files
    };
    for file in lie_there() {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("safehall.") {
            fs::remove_file(file).unwrap();
        }
    }
    let keys = lie_there();
    assert!(!keys.is_empty());
    for key in ["short.key", "root.key"] {
        let refused = make(key).unwrap_err();
        assert!(refused.contains("left alone"), "{refused}");
        assert_eq!(lie_there(), keys);
    }
}

#[test]
fn a_role_for_somebody_who_is_on_the_team_is_refused_and_not_left_out() {
    let words = [
        "invite", "--data", "nowhere", "--staff", "Noor", "--role", "chair",
    ];
    let refused = run_words(words).unwrap_err().to_string();
    assert!(refused.contains("cannot be used with"), "{refused}");
}

#[tokio::test]
async fn what_two_phones_say_differently_is_read_as_two_versions_within_80_columns() {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let mut jonas = Phone::of(&world, "Jonas", 2).await;
    let alma = Phone::of(&world, "Alma", 3).await;
    let long = "He stood in the door of Hall 2 and would not let her pass until she told him her \
                name, and then he said it to everybody who came by. \u{1b}[2J\u{202e}";
    let (document, mut hers, first) = noor.case_born(long, birth(Restricted::None, &[]));
    noor.sync(std::slice::from_ref(&first)).await;
    let grant = grant(document, jonas.staff, wire::Level::Write);
    assert_eq!(alma.post("/v1/grants", &grant).await.status, 200);
    let change = safehall_sync::envelope::Body::parse(&first).unwrap().change;
    let (mut his, _) = Document::rebuild(Kind::Case, [change.as_ref()]).unwrap();
    // Both write where it was, and neither knows of the other.
    let foyer = noor.sets(document, &mut hers, "place", "Foyer");
    let hall = jonas.sets(document, &mut his, "place", "Hall 2");
    assert_eq!(noor.sync(&[foyer]).await.refused, []);
    assert_eq!(jonas.sync(&[hall]).await.refused, []);
    let data = world.folder.path().to_str().unwrap();

    let list = cases_words(["cases", "list", "--data", data]).unwrap();
    let id = document.to_string();
    let case = cases_words(["cases", "show", "--data", data, &id[..8]]).unwrap();

    println!("{list}\n{case}");
    assert!(
        list.contains("THE CHAIR DOES NOT KNOW, 2 versions of 1 thing"),
        "{list}"
    );
    assert!(case.contains("place: 2 versions\n"), "{case}");
    assert!(case.contains("Noor Haddad: Foyer\n") && case.contains("Jonas Brandt: Hall 2\n"));
    assert!(case.contains("Noor Haddad, set: place, Foyer\n"), "{case}");
    // Noon of the story, by the clock on the wall of the hall.
    assert!(case.contains("Mon 21 Sep 16:13"), "{case}");
    for line in list.lines().chain(case.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(!case.contains('\u{1b}') && !case.contains('\u{202e}'));
}
