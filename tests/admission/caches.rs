//! Everything but the log can be thrown away.

use safehall_sync::document::birth::KINDS;
use safehall_sync::document::{Document, collections};
use safehall_sync::ids::DocumentId;
use safehall_sync::trial::{Answer, Chain, Question, Trial};
use safehall_testkit::chance::Chance;
use safehall_tests::full_or;

use super::hub::{Author, Hub, Phone};
use super::play_all;

#[test]
fn a_document_made_anew_from_the_log_is_the_one_that_grew() {
    let (documents, [changes]) = play_all("a_document_made_anew", full_or(500, 40), |seed| {
        let mut chance = Chance::seeded(seed).branch("caches");
        let kind = KINDS[chance.index(KINDS.len())];
        let mut hub = Hub::born(kind);
        let mut phones: Vec<Phone> = (0..3)
            .map(|_| {
                let author = Author::drawn(&mut chance);
                Phone::new(&hub, author, &mut chance)
            })
            .collect();
        let mut grown = Document::born(kind).unwrap();
        // One trial remembers, one is told the log each time.
        let (mut warm, mut cold) = (Trial::new(1 << 20), Trial::new(0));
        let mut chain = Chain::born();
        for _ in 0..chance.between(3..=12) {
            let phone = &mut phones[chance.index(3)];
            if chance.one_in(2) {
                phone.read_all(&hub);
            }
            phone.write(kind, &mut chance);
            for change in std::mem::take(&mut phone.unsent) {
                let log: Vec<Vec<u8>> = hub.log.iter().map(|(_, change)| change.clone()).collect();
                let ask = |trial: &mut Trial, with_log: bool| {
                    trial.ask(&Question {
                        document: DocumentId::from_bytes([2; 16]),
                        kind,
                        base: chain,
                        log: with_log.then(|| log.iter().map(Vec::as_slice).collect()),
                        changes: vec![&change],
                    })
                };
                let remembered = ask(&mut warm, log.is_empty());
                let told = ask(&mut cold, true);
                assert_eq!((remembered, told), (Answer::Holds, Answer::Holds));
                let admitted = hub.push(&phone.author, &change).expect("honest");
                chain = chain.and(&admitted.hash);
                grown.apply(&change).expect("fits");
            }
        }

        let anew = hub.document();

        assert_eq!(anew.heads(), grown.heads());
        assert!(collections(anew.automerge()) == collections(grown.automerge()));
        [hub.log.len() as u64]
    });

    println!("{documents} documents of {changes} changes made anew, 0 differ");
}
