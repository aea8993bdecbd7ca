//! An export that ends half-way: everything in it is readable, so nothing of it may stay.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use safehall_server::Config;
use safehall_server::commands::run_words;

use crate::phone::Phone;
use crate::photos::Photo;
use crate::world::{Folder, World};

/// The data of an event with one case and a photo of 600,000 bytes in it. Nobody serves it.
async fn with_a_photo() -> Folder {
    let world = World::new().await;
    let mut noor = Phone::of(&world, "Noor", 1).await;
    let (case, first) = noor.case("with a photo");
    assert_eq!(noor.sync(&[first]).await.refused, []);
    assert!(Photo::of(31, 600_000).send(&noor, case).await.complete);
    assert!(world.server.stop().await);
    database(&world.folder)
        .execute_batch("pragma wal_checkpoint(truncate)")
        .unwrap();
    world.folder
}

fn database(data: &Folder) -> rusqlite::Connection {
    rusqlite::Connection::open(data.path().join("safehall.db")).unwrap()
}

fn export(data: &Path, out: &Path) -> Result<(), String> {
    let words = [
        "export",
        "--data",
        data.to_str().unwrap(),
        "--automerge",
        out.to_str().unwrap(),
    ];
    run_words(words).map_err(|error| format!("{error:#}"))
}

/// The same on a disk with room for files of 200,000 bytes: what is bigger kills it,
/// or, if `told`, is refused.
fn export_without_room(data: &Path, out: &Path, told: bool) -> Output {
    let trap = if told { "trap '' XFSZ; " } else { "" };
    let program = Config::for_tests(data.to_owned()).worker_program;
    Command::new("sh")
        .args(["-c", &format!("{trap}exec prlimit --fsize=200000 \"$@\"")])
        .arg("sh")
        .arg(program)
        .arg("export")
        .arg("--data")
        .arg(data)
        .arg("--automerge")
        .arg(out)
        .output()
        .unwrap()
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn an_export_that_fails_half_way_leaves_nothing_that_can_be_read() {
    let data = with_a_photo().await;
    let place = tempfile::tempdir().unwrap();
    let (new, there) = (place.path().join("new"), place.path().join("there"));
    fs::create_dir(&there).unwrap();

    let full = export_without_room(data.path(), &new, true);
    assert!(!full.status.success());
    let said = String::from_utf8(full.stderr).unwrap();
    assert!(said.contains("File too large"), "{said}");
    assert!(!new.exists(), "{said}");

    let cut = database(&data).execute("delete from attachment_chunk where place = 2", []);
    assert_eq!(cut.unwrap(), 1);
    for out in [&new, &there] {
        let said = export(data.path(), out).unwrap_err();
        assert!(
            said.contains("nothing was exported, and nothing of it was left in"),
            "{said}"
        );
        assert!(said.contains("what is attached to"), "{said}");
    }
    assert!(!new.exists());
    assert_eq!(names_in(&there), [""; 0]);

    fs::write(there.join("mine.txt"), "mine").unwrap();
    let said = export(data.path(), &there).unwrap_err();
    assert!(said.contains("is not empty, and was left alone"), "{said}");
    assert_eq!(names_in(&there), ["mine.txt"]);
}

#[tokio::test]
async fn an_export_that_is_killed_leaves_all_it_wrote_under_a_name_that_says_so() {
    let data = with_a_photo().await;
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");

    let killed = export_without_room(data.path(), &out, false);

    assert_eq!(killed.status.code(), None, "{killed:?}");
    assert_eq!(names_in(&out), ["unfinished"]);
    assert!(!names_in(&out.join("unfinished")).is_empty());
    let said = export(data.path(), &out).unwrap_err();
    assert!(
        said.contains("unfinished") && said.contains("delete it"),
        "{said}"
    );
    assert!(!names_in(&out.join("unfinished")).is_empty());

    fs::remove_dir_all(out.join("unfinished")).unwrap();
    export(data.path(), &out).unwrap();
    assert_eq!(names_in(&out).len(), 2, "a document and its attachments");
}
