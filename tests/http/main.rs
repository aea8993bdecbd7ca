//! Stories over real HTTP: a real server in this process, a real database in a
//! folder of its own, and phones that know no more than the protocol.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "in a story, what must not fail ends it"
)]

mod aside;
mod attachment_room;
mod attachments;
mod backups;
mod canaries;
mod carried;
mod commands;
mod crowd;
mod doors;
mod enrolment;
mod erasure;
mod exporting;
mod faults;
mod heads;
mod known;
mod ledger;
mod letting_in;
mod matrix;
mod namings;
mod one_answer;
mod pack;
mod patterns;
mod phone;
mod photos;
mod races;
mod reach;
mod stopping;
mod strangers;
mod terms;
mod traces;
mod two_worlds;
mod watch;
mod words;
mod world;
