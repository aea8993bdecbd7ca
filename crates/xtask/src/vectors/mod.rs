//! Documents and what they must read as, for both readers.
//!
//! Each is a plain saved Automerge document beside the JSON of the case that it
//! reads as. The documents are written out by code, with fixed people, phones
//! and times, so that they are the same bytes each time.

mod odd;
mod pen;
mod print;
mod stories;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use automerge::Automerge;
use safehall_sync::document::{Document, read_case};
use safehall_sync::wire::Kind;

/// Where they are, in the repository.
const FOLDER: &str = "proto/vectors/documents";

/// Every document and its JSON, by path.
pub(crate) fn files() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let (mut noor, jonas) = stories::disputed()?;
    noor.hear(&jonas)?;
    let documents = [
        ("empty", Document::born(Kind::Case)?.save()),
        ("quiet", stories::quiet()?.document.save()),
        ("disputed", noor.document.save()),
        ("settled", stories::settled()?.document.save()),
        ("two_accounts", stories::two_accounts()?.document.save()),
        ("twins", stories::twins()?.document.save()),
        ("danger", stories::danger()?.document.save()),
        ("attached", stories::attached()?.document.save()),
        ("newer_app", odd::newer()?),
        ("wrong_types", odd::wrong_types()?),
        ("two_values_in_a_field", odd::two_in_a_field()?),
    ];
    let mut files = BTreeMap::new();
    for (name, document) in documents {
        let json = reads_as(&document).with_context(|| format!("{name} cannot be read"))?;
        files.insert(
            PathBuf::from(format!("{FOLDER}/{name}.json")),
            json.into_bytes(),
        );
        files.insert(
            PathBuf::from(format!("{FOLDER}/{name}.automerge")),
            document,
        );
    }
    Ok(files)
}

/// The JSON of the case that these bytes read as.
fn reads_as(document: &[u8]) -> Result<String> {
    let view = read_case(&Automerge::load(document)?);
    Ok(serde_json::to_string_pretty(&print::case(&view))? + "\n")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use safehall_core::case::{CaseView, Danger, PoliceState};

    use super::*;

    fn committed(name: &str) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(FOLDER);
        fs::read(folder.join(name)).expect("committed")
    }

    fn view(name: &str) -> CaseView {
        read_case(&Automerge::load(&committed(&format!("{name}.automerge"))).expect("loads"))
    }

    #[test]
    fn every_committed_document_reads_as_the_json_beside_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(FOLDER);
        let mut read = 0;
        for file in fs::read_dir(folder).expect("there") {
            let name = file
                .expect("there")
                .file_name()
                .into_string()
                .expect("plain");
            if let Some(stem) = name.strip_suffix(".automerge") {
                let json = String::from_utf8(committed(&format!("{stem}.json"))).expect("text");
                assert_eq!(
                    reads_as(&committed(&name)).expect("readable"),
                    json,
                    "{stem}"
                );
                read += 1;
            }
        }
        assert!(read >= 11);
    }

    #[test]
    fn a_case_merged_in_either_order_has_the_same_heads_and_reads_alike() {
        let (mut noor, mut jonas) = stories::disputed().expect("written");
        let before = stories::disputed().expect("written");
        noor.hear(&before.1).expect("heard");
        jonas.hear(&before.0).expect("heard");
        noor.hear(&before.1).expect("heard again");

        assert_eq!(noor.document.heads(), jonas.document.heads());
        let read = |phone: &pen::Phone| reads_as(&phone.document.save()).expect("readable");
        assert!(read(&noor) == read(&jonas));
    }

    #[test]
    fn a_dispute_shows_both_and_hides_nothing() {
        let case = view("disputed");

        let places: Vec<_> = case.registers["place"]
            .iter()
            .filter_map(|entry| entry.value.as_deref())
            .collect();
        assert_eq!(places, ["Terrace", "Foyer"]);
        assert_eq!(case.police.state, PoliceState::AskAgain);
        assert_eq!(case.police.versions.len(), 2);
        assert_eq!(
            case.steps
                .iter()
                .find(|step| step.step == "IR5")
                .map(|step| step.marks.len()),
            Some(3)
        );
        assert_eq!(case.parties.len(), 2);
        let struck: Vec<_> = case
            .entries
            .iter()
            .filter(|entry| !entry.fact.struck.is_empty())
            .collect();
        assert_eq!(struck.len(), 1);
        assert_eq!(
            struck[0].fact.struck[0].reason.as_deref(),
            Some("wrong person")
        );
        assert_eq!(case.unread, 0);
    }

    #[test]
    fn a_settled_dispute_is_one_version_and_keeps_both_entries() {
        let case = view("settled");

        assert_eq!(case.registers["place"].len(), 1);
        assert_eq!(
            case.entries
                .iter()
                .filter(|entry| entry.field.as_deref() == Some("place"))
                .count(),
            3
        );
        assert_eq!(case.police.state, PoliceState::Known);
        assert_eq!(
            case.aware[0]
                .told
                .as_ref()
                .map(|told| (told.at, told.value.as_deref())),
            Some((
                safehall_core::Timestamp(pen::clock(13, 5)),
                Some("in_person")
            ))
        );
    }

    #[test]
    fn what_nobody_disagrees_on_reads_word_for_word() {
        let case = view("quiet");

        let words = case.reports[0].words.as_ref().expect("told");
        assert_eq!(words.versions.len(), 1);
        assert!(words.versions[0].text.ends_with("I told him to stop."));
        assert_eq!(words.versions[0].read_back.as_deref(), Some("yes"));
        assert_eq!(words.earlier.len(), 1);
        assert_eq!(case.reports[0].answers.len(), 13);
        assert_eq!(
            case.chair_knows.map(|knows| knows.at.0),
            Some(pen::clock(10, 51))
        );
        assert_eq!((case.police.state, case.unread), (PoliceState::Known, 0));
    }

    #[test]
    fn an_attachment_is_there_before_its_bytes_and_says_when_they_came() {
        let case = view("attached");

        let [letter, paper, photo] = &case.attachments[..] else {
            panic!("three: {}", case.attachments.len())
        };
        let arrived = letter.arrived.as_ref().expect("it came");
        assert_eq!(arrived.at.0, pen::clock(10, 44));
        assert_eq!(letter.report.as_deref(), Some(&*pen::id(0x02)));
        assert!(paper.arrived.is_none());
        assert!(photo.arrived.is_some() && !photo.fact.struck.is_empty());
        assert_eq!(case.unread, 0);
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_hides_nothing_else() {
        assert_eq!(view("twins").entries.len(), 4);
        assert_eq!(view("twins").registers["ongoing"].len(), 1);
        assert_eq!(
            view("two_accounts").reports[0]
                .seen
                .as_ref()
                .map(|seen| seen.versions.len()),
            Some(2)
        );
        assert_eq!(
            view("danger").danger.map(|(danger, _)| danger),
            Some(Danger::Unsure)
        );

        let newer = view("newer_app");
        assert_eq!(
            (newer.entries.len(), newer.support.len(), newer.unread),
            (2, 1, 2)
        );
        let wrong = view("wrong_types");
        assert_eq!(
            (wrong.entries.len(), wrong.registers.len(), wrong.unread),
            (2, 0, 22)
        );
        let two = view("two_values_in_a_field");
        assert_eq!((two.entries.len(), two.unread), (0, 1));
    }
}
