//! What one phone brings of another: kept as if its own phone had said it, and
//! nothing about it learned by whoever brings it.

use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use prost::Message as _;
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_P256_HKDF_SHA256_AES_256;
use rustls::crypto::hpke::{Hpke as _, HpkePublicKey};
use safehall_core::{DeviceId, EventId, StaffId};
use safehall_server::{Config, start};
use safehall_sync::carried::{self, BLOCK};
use safehall_sync::signing;
use safehall_sync::wire::{self, Envelope, Level, Reason, Restricted};

use crate::phone::{Phone, birth, ids, ok, problem};
use crate::reach::{erasure, exclusion, plain};
use crate::world::{Answer, NOON, World};

/// The key to seal to, as a phone takes it: with the server's word for it.
pub(crate) async fn key(phone: &Phone) -> Vec<u8> {
    let pack: wire::Pack = ok(phone.get("/v1/pack").await);
    let server = UnparsedPublicKey::new(&ED25519, &phone.server_key);
    let said = signing::carry(phone.event, &pack.carry_key);
    server.verify(&said, &pack.carry_signature).unwrap();
    pack.carry_key
}

/// Whose words, and where from.
#[derive(Clone, Copy)]
pub(crate) struct From {
    event: EventId,
    staff: StaffId,
    device: DeviceId,
}

impl From {
    pub(crate) const fn phone(phone: &Phone) -> Self {
        Self {
            event: phone.event,
            staff: phone.staff,
            device: phone.device,
        }
    }

    pub(crate) fn seals(self, key: &[u8], envelopes: &[Envelope]) -> wire::Carried {
        let header = wire::CarriedHeader {
            event: self.event.as_bytes().to_vec(),
            staff: self.staff.as_bytes().to_vec(),
            device: self.device.as_bytes().to_vec(),
            records: 1,
            made_at: NOON,
        };
        let header = header.encode_to_vec();
        let (enc, sealed) = DH_KEM_P256_HKDF_SHA256_AES_256
            .seal(
                &signing::carried(self.event),
                &header,
                &carried::pack(envelopes.to_vec()),
                &HpkePublicKey(key.to_vec()),
            )
            .unwrap();
        wire::Carried {
            header,
            enc: enc.0,
            sealed,
        }
    }
}

async fn brings(carrier: &Phone, parcel: &wire::Carried) -> Answer {
    carrier.post("/v1/carried", parcel).await
}

async fn later(carrier: &Phone, parcel: &wire::Carried) -> bool {
    ok::<wire::CarriedTaken>(brings(carrier, parcel).await).later
}

async fn entries(lead: &Phone, ask: wire::LedgerAsk) -> Vec<wire::LedgerEntry> {
    let page: wire::LedgerPage = ok(lead.post("/v1/ledger", &ask).await);
    page.entries
}

fn of_case(document: &[u8; 16]) -> wire::LedgerAsk {
    wire::LedgerAsk {
        document: document.to_vec(),
        ..wire::LedgerAsk::default()
    }
}

fn of_device(phone: &Phone) -> wire::LedgerAsk {
    wire::LedgerAsk {
        device: phone.device.as_bytes().to_vec(),
        ..wire::LedgerAsk::default()
    }
}

#[tokio::test]
async fn words_that_a_colleagues_phone_brought_are_kept_once_and_their_own_phone_hears_through_which()
 {
    let world = World::new().await;
    let [mut alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let (id, mut case, first) = noor.case_born("In a dead spot.", birth(Restricted::None, &[]));
    let (_, name) = noor.identity(id, "The reporter");
    let words = [first, noor.note(id, &mut case, "And then.", None), name];
    let parcel = From::phone(&noor).seals(&key(&noor).await, &words);
    assert_eq!(parcel.sealed.len() % BLOCK, 0);

    assert!(!later(&jonas, &parcel).await);

    let received = alma.sync(&[]).await.envelopes;
    assert_eq!(received, words);
    world.clock.pass(60_000);
    // Brought again, and by somebody else too: the same change twice is one change.
    assert!(!later(&jonas, &parcel).await);
    assert!(!later(&alma, &parcel).await);
    assert!(alma.sync(&[]).await.envelopes.is_empty());
    let own = noor.sync(&words).await;
    assert_eq!(own.kept.len(), 3);
    assert_eq!(own.refused, []);
    let told: Vec<_> = own
        .earlier
        .iter()
        .map(|earlier| {
            (
                earlier.change_id.clone(),
                earlier.received_at,
                earlier.via.as_str(),
            )
        })
        .collect();
    let expected: Vec<_> = ids(&words)
        .iter()
        .map(|id| (id.as_bytes().to_vec(), NOON, "J1"))
        .collect();
    assert_eq!(told, expected);
    // What came on its own way came through nobody, and whose it is not is told nothing.
    let next = noor.note(id, &mut case, "Later.", None);
    noor.sync(std::slice::from_ref(&next)).await;
    assert_eq!(noor.sync(&[next]).await.earlier, []);
    assert_eq!(alma.sync(&words[..2]).await.earlier, []);

    let noted = entries(&alma, of_case(id.as_bytes())).await;
    let carried: Vec<_> = noted
        .iter()
        .filter(|entry| entry.what == "changes_carried")
        .collect();
    assert_eq!(carried.len(), 1, "one line for what was brought");
    assert_eq!(carried[0].staff, noor.staff.as_bytes());
    assert_eq!(carried[0].device, noor.device.as_bytes());
    assert_eq!(carried[0].person, jonas.staff.as_bytes());
    assert_eq!(carried[0].about_device, jonas.device.as_bytes());
    assert_eq!(carried[0].document, id.as_bytes());
    assert_eq!(carried[0].detail, "3");
    // Who brought it has nothing of it, and is told of nothing.
    let his = jonas.sync(&[]).await;
    assert!(his.envelopes.is_empty() && his.forget.is_empty());
    let on_his_phone = entries(&alma, of_device(&jonas)).await;
    assert!(on_his_phone.iter().all(|entry| entry.document.is_empty()));
}

#[tokio::test]
async fn whoever_a_report_is_about_carries_it_and_learns_nothing() {
    let world = World::new().await;
    let [mut alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let kim = wire::NewInvite {
        name: "Kim".to_owned(),
        roles: vec![wire::Role::AlternateChair.into()],
        ..wire::NewInvite::default()
    };
    let mut kim = alma.lets_in(&world, &kim, 90).await;
    let key = key(&noor).await;
    let from = From::phone(&noor);
    let about_both = birth(Restricted::StaffNamed, &[jonas.staff, kim.staff]);
    let (secret, _, about_them) = noor.case_born("It was these two.", about_both);
    let (_, about_nobody) = noor.case("Somebody else.");
    let (unknown, mut blind, _) = noor.case_born("Nobody has it.", birth(Restricted::None, &[]));
    let hangs = noor.note(unknown, &mut blind, "It hangs in the air.", None);
    let parcels = [about_them.clone(), about_nobody, hangs]
        .map(|one| from.seals(&key, std::slice::from_ref(&one)));
    let sizes: Vec<usize> = parcels.iter().map(|parcel| parcel.sealed.len()).collect();
    assert_eq!(sizes, [BLOCK; 3], "they look alike");

    for carrier in [&jonas, &kim] {
        let heard = [
            plain(&brings(carrier, &parcels[0]).await),
            plain(&brings(carrier, &parcels[1]).await),
            plain(&brings(carrier, &parcels[2]).await),
        ];
        assert_eq!((heard[0].0, heard[0].2.len()), (200, 0));
        assert_eq!(heard[0], heard[1]);
        assert_eq!(heard[0], heard[2]);
    }

    assert!(
        alma.sync(&[]).await.envelopes.contains(&about_them),
        "it came"
    );
    for carrier in [&mut jonas, &mut kim] {
        let round = carrier.sync(&[]).await;
        assert!(!round.envelopes.contains(&about_them) && round.forget.is_empty());
    }
    // A lead who is kept away finds no trace of it, not even on her own phone.
    let named = |lines: &[wire::LedgerEntry]| {
        let bytes: Vec<u8> = lines
            .iter()
            .flat_map(prost::Message::encode_to_vec)
            .collect();
        bytes.windows(16).any(|window| window == secret.as_bytes())
            || lines.iter().any(|line| line.what == "changes_carried")
    };
    assert!(!named(&entries(&kim, of_device(&kim)).await));
    assert!(!named(&entries(&kim, of_device(&noor)).await));
    assert!(!named(&entries(&kim, wire::LedgerAsk::default()).await));
    let refused = kim.post("/v1/ledger", &of_case(secret.as_bytes())).await;
    assert_eq!(refused.status, 404);
    assert!(named(&entries(&alma, of_case(secret.as_bytes())).await));
}

/// The last lead is the reported one: the words wait on the phone that wrote them,
/// and the lead who carries them hears what she hears of any others.
#[tokio::test]
async fn what_no_lead_may_receive_sounds_like_everything_else_to_who_carries_it() {
    let pace = Duration::from_millis(300);
    let world = World::with(|config| config.carried_pace = pace).await;
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let key = key(&noor).await;
    let from = From::phone(&noor);
    let about_her = birth(Restricted::ChairNamed, &[alma.staff]);
    let (_, _, held) = noor.case_born("It was the chair.", about_her);
    let (_, free) = noor.case("It was not.");
    let own = noor.sync(std::slice::from_ref(&held)).await;
    assert_eq!(own.refused[0].1, Reason::Held, "her own phone is told");

    let mut heard = Vec::new();
    for one in [&held, &free] {
        let parcel = from.seals(&key, std::slice::from_ref(one));
        let asked = tokio::time::Instant::now();
        heard.push(plain(&brings(&alma, &parcel).await));
        // Trying and writing takes longer than refusing, and must not be heard.
        assert!(asked.elapsed() >= pace);
    }

    assert_eq!(heard[0], heard[1]);
    assert_eq!(alma.sync(&[]).await.envelopes, [free]);
    // Before the event takes reports everybody knows why they wait.
    world.close_again();
    let (_, early) = noor.case("Before it opened.");
    let parcel = from.seals(&key, &[early]);
    assert!(later(&alma, &parcel).await);
}

#[tokio::test]
async fn what_was_not_sealed_here_by_who_it_names_cannot_be_opened() {
    let world = World::new().await;
    let elsewhere = World::new().await;
    let [mut alma, mut noor, jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let stranger = Phone::of(&elsewhere, "Jonas", 4).await;
    let (ours, theirs) = (key(&noor).await, key(&stranger).await);
    assert_ne!(ours, theirs);
    let (_, words) = noor.case("Hers.");
    let words = [words];
    let from = From::phone(&noor);
    let good = from.seals(&ours, &words);
    let changed = |change: &dyn Fn(&mut wire::Carried)| {
        let mut parcel = good.clone();
        change(&mut parcel);
        parcel
    };
    let bad = [
        ("another key", from.seals(&theirs, &words)),
        (
            "another event",
            From {
                event: stranger.event,
                ..from
            }
            .seals(&ours, &words),
        ),
        (
            "somebody else's name on her phone",
            From {
                staff: jonas.staff,
                ..from
            }
            .seals(&ours, &words),
        ),
        (
            "a phone that nobody knows",
            From {
                device: stranger.device,
                ..from
            }
            .seals(&ours, &words),
        ),
        ("cut", changed(&|one| one.sealed.truncate(BLOCK - 16))),
        ("a block less", changed(&|one| one.sealed.clear())),
        ("one bit", changed(&|one| one.sealed[7] ^= 1)),
        ("another header", changed(&|one| one.header[3] ^= 1)),
        ("another point", changed(&|one| one.enc[9] ^= 1)),
        ("nothing inside", from.seals(&ours, &[])),
        ("nothing at all", wire::Carried::default()),
    ];

    for (name, parcel) in bad {
        let answer = brings(&jonas, &parcel).await;
        assert_eq!(
            (answer.status, problem(&answer).as_str()),
            (422, "cannot_open"),
            "{name}"
        );
    }
    assert!(alma.sync(&[]).await.envelopes.is_empty());
    assert!(!later(&jonas, &good).await, "as it was, it is good");
    assert_eq!(alma.sync(&[]).await.envelopes, words);
}

#[tokio::test]
async fn in_a_parcel_only_who_it_names_speaks_and_only_with_her_own_rights() {
    let world = World::new().await;
    let [mut alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let key = key(&noor).await;
    let (id, mut case, first) = noor.case_born("Hers.", birth(Restricted::None, &[]));
    noor.sync(&[first]).await;
    alma.sync(&[]).await;
    // Signed by a third phone, or by nobody.
    let (_, his) = jonas.case("His.");
    let mut forged = noor.case("Nobody signed this.").1;
    forged.signature = vec![7; 64].into();
    let hers = noor.note(id, &mut case, "Hers as well.", None);
    let mixed = From::phone(&noor).seals(&key, &[his.clone(), forged, hers.clone()]);

    assert!(!later(&alma, &mixed).await);

    // What was put under her name without her signature is not noted as hers.
    let noted = entries(&alma, wire::LedgerAsk::default()).await;
    assert!(noted.iter().all(|entry| entry.what != "changes_refused"));

    // A lead's phone brings what she may write and its author may not: her right is not his.
    let not_his = jonas.note(id, &mut case, "He may not write here.", None);
    let parcel = From::phone(&jonas).seals(&key, std::slice::from_ref(&not_his));
    assert!(!later(&alma, &parcel).await);
    assert_eq!(alma.sync(&[]).await.envelopes, [hers]);
    assert_eq!(
        jonas.sync(&[his]).await.earlier,
        [],
        "it had not come before"
    );
    let refused = jonas.sync(&[not_his]).await.refused;
    assert_eq!(refused[0].1, Reason::NotAllowed);
}

#[tokio::test]
async fn the_words_of_a_lost_phone_wait_for_a_lead_whoever_brings_them() {
    let world = World::new().await;
    let [mut alma, mut noor, jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let (_, words) = noor.case("Late, in the hall.");
    let parcel = From::phone(&noor).seals(&key(&noor).await, std::slice::from_ref(&words));
    assert_eq!(
        alma.post("/v1/devices/revoke", &noor.named()).await.status,
        200
    );

    assert!(!later(&jonas, &parcel).await);

    assert!(alma.sync(&[]).await.envelopes.is_empty(), "handed out");
    let waits: wire::Quarantine = ok(alma.get("/v1/quarantine").await);
    assert_eq!(waits.lines.len(), 1);
    assert_eq!(waits.lines[0].change_id, ids(&[words])[0].as_bytes());
    // And a lost phone carries nothing.
    let kept_by_it = From::phone(&jonas).seals(&key(&jonas).await, &[]);
    assert_eq!(brings(&noor, &kept_by_it).await.status, 410);
}

#[tokio::test]
async fn who_is_kept_away_since_has_carried_words_set_aside_as_his_own() {
    let world = World::new().await;
    let [alma, mut noor, mut jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let (id, mut case, first) = noor.case_born("Hers.", birth(Restricted::None, &[]));
    noor.sync(&[first]).await;
    let may_write = crate::reach::grant(id, jonas.staff, Level::Write);
    assert_eq!(alma.post("/v1/grants", &may_write).await.status, 200);
    let his = jonas.note(id, &mut case, "Written while he could.", None);
    let away = exclusion(id, jonas.staff);
    assert_eq!(alma.post("/v1/exclusions", &away).await.status, 200);
    let parcel = From::phone(&jonas).seals(&key(&jonas).await, &[his]);

    assert!(!later(&noor, &parcel).await);

    let waits: wire::Quarantine = ok(alma.get("/v1/quarantine").await);
    assert_eq!(waits.lines.len(), 1);
}

/// Whoever kept a copy of it has nothing by that: neither the case again, nor a word about it.
#[tokio::test]
async fn what_was_erased_does_not_come_back_with_whoever_still_has_the_parcel() {
    let world = World::new().await;
    let [mut alma, mut noor, jonas] = Phone::each(&world, ["Alma", "Noor", "Jonas"]).await;
    let (id, words) = noor.case("Erased again.");
    let parcel = From::phone(&noor).seals(&key(&noor).await, std::slice::from_ref(&words));
    let first = plain(&brings(&jonas, &parcel).await);
    assert_eq!(alma.sync(&[]).await.envelopes, [words]);
    let erased = alma.post("/v1/erasures", &erasure(id)).await;
    assert_eq!(erased.status, 200);
    alma.sync(&[]).await;

    let again = plain(&brings(&jonas, &parcel).await);

    assert_eq!(again, first);
    assert!(alma.sync(&[]).await.envelopes.is_empty());
    assert_eq!(
        alma.post("/v1/ledger", &of_case(id.as_bytes()))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_is_brought_counts_as_its_writers_and_too_much_of_it_is_for_later() {
    let world = World::with(|config| config.device_changes_per_hour = 1).await;
    let [mut noor, mut jonas] = Phone::each(&world, ["Noor", "Jonas"]).await;
    let key = key(&noor).await;
    let from = From::phone(&noor);
    let [one, two] = ["One.", "Two."].map(|text| noor.case(text).1);
    assert!(!later(&jonas, &from.seals(&key, &[one])).await);

    assert!(later(&jonas, &from.seals(&key, std::slice::from_ref(&two))).await);

    let (_, own) = jonas.case("His own.");
    assert_eq!(jonas.sync(&[own]).await.kept.len(), 1);
    world.clock.pass(61 * 60_000);
    noor.sign_in().await;
    jonas.sign_in().await;
    assert!(!later(&jonas, &from.seals(&key, std::slice::from_ref(&two))).await);
    assert_eq!(noor.sync(&[two]).await.earlier.len(), 1);
}

#[tokio::test]
async fn nobody_brings_more_than_thirty_a_minute() {
    let world = World::with(|config| config.carried_pace = Duration::from_millis(1)).await;
    let [noor, jonas] = Phone::each(&world, ["Noor", "Jonas"]).await;
    let nothing = wire::Carried::default();
    for _ in 0..30 {
        assert_eq!(problem(&brings(&jonas, &nothing).await), "cannot_open");
    }

    assert_eq!(problem(&brings(&jonas, &nothing).await), "too_often");

    assert_eq!(problem(&brings(&noor, &nothing).await), "cannot_open");
    world.clock.pass(60_000);
    assert_eq!(problem(&brings(&jonas, &nothing).await), "cannot_open");
}

#[tokio::test]
async fn what_was_sealed_before_the_server_stopped_opens_after_it_came_back() {
    let world = World::new().await;
    let [mut alma, mut noor] = Phone::each(&world, ["Alma", "Noor"]).await;
    let key_before = key(&noor).await;
    let (_, words) = noor.case("In a dead spot.");
    let parcel = From::phone(&noor).seals(&key_before, std::slice::from_ref(&words));

    world.server.stop().await;
    let config = Config::for_tests(world.folder.path().to_owned());
    let again = start(config, world.clock).await.unwrap();
    for phone in [&mut alma, &mut noor] {
        phone.moves_to(again.addr());
    }

    assert_eq!(key(&noor).await, key_before);
    assert!(!later(&alma, &parcel).await);
    assert_eq!(alma.sync(&[]).await.envelopes, [words]);
    again.stop().await;
}
