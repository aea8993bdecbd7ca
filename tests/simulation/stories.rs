//! What happened at the pretend conference, told by name.

use safehall_core::access::{Level, Role};
use safehall_testkit::clock::{Clock, hours, years};
use safehall_testkit::story::notes;
use safehall_testkit::wifi::Weather;
use safehall_testkit::world::World;

#[test]
fn two_notes_written_in_a_dead_spot_both_survive() {
    let mut world = World::seeded(7);
    let [ana, ben] = world.responders();
    let desk = world.on(ana).report("Shouting at the desk").unwrap();
    world.settle().unwrap();
    world.grant(desk, ben, Level::Write);
    world.settle().unwrap();

    world.weather([ana, ben], &Weather::down());
    world
        .on(ana)
        .note(desk, "He left by the north door.")
        .unwrap();
    world
        .on(ben)
        .note(desk, "She asked for a lift home.")
        .unwrap();
    world.wait(hours(6));
    assert_eq!(world.on(ana).notes(desk), ["He left by the north door."]);
    world.wifi_is_back();
    world.settle().unwrap();

    let on_server = notes(&world.case_on_server(desk).unwrap());
    assert_eq!(on_server.len(), 2);
    assert_eq!(world.on(ana).notes(desk), on_server);
    assert_eq!(world.on(ben).notes(desk), on_server);
}

#[test]
fn a_phone_whose_clock_is_wrong_by_years_changes_nothing() {
    let mut world = World::seeded(8);
    let chair = world.chair();
    let ana = world.arrives([Role::Responder], Clock::off_by(years(-3)));

    let desk = world.on(ana).report("Shouting at the desk").unwrap();
    world.settle().unwrap();

    assert_eq!(world.on(chair).view(desk), world.case_on_server(desk));
}

#[test]
fn a_phone_that_is_full_says_so_and_loses_nothing_it_had_saved() {
    let mut world = World::seeded(9);
    let [ana] = world.responders();
    let desk = world.on(ana).report("Shouting at the desk").unwrap();

    world.leave_room_for(ana, Some(0));
    assert!(world.on(ana).note(desk, "He came back.").is_err());
    world.settle().unwrap();
    world.on(ana).note(desk, "He came back.").unwrap();
    world.settle().unwrap();

    assert_eq!(
        notes(&world.case_on_server(desk).unwrap()),
        ["He came back."]
    );
}

#[test]
fn an_answer_that_was_lost_costs_nothing() {
    let mut world = World::seeded(10);
    let [ana] = world.responders();
    world.cut_servers_power_after_next_commit();
    let desk = world.on(ana).report("Shouting at the desk").unwrap();
    world.wait(hours(1));
    world.start_server();
    world.settle().unwrap();

    assert_eq!(world.case_on_server(desk).unwrap().reports.len(), 1);
}

#[test]
fn a_server_restored_from_an_older_copy_gets_back_what_the_phones_know() {
    let mut world = World::seeded(11);
    let [ana] = world.responders();
    let chair = world.chair();
    let yesterday = world.backup();
    let desk = world.on(ana).report("Shouting at the desk").unwrap();
    world.settle().unwrap();
    world.on(chair).note(desk, "Spoke with both.").unwrap();
    world.settle().unwrap();

    world.restore(yesterday);
    assert!(world.case_on_server(desk).is_none());
    world.settle().unwrap();

    assert_eq!(
        notes(&world.case_on_server(desk).unwrap()),
        ["Spoke with both."]
    );
}

#[test]
fn somebody_who_is_excluded_never_holds_the_case_and_whoever_is_no_longer_let_in_forgets_it() {
    let mut world = World::seeded(12);
    let [ana, ben] = world.responders();
    let desk = world.on(ana).report("Shouting at the desk").unwrap();
    world.settle().unwrap();
    assert!(world.on(ben).view(desk).is_none());

    world.grant(desk, ben, Level::Write);
    world.settle().unwrap();
    assert!(world.on(ben).view(desk).is_some());

    world.exclude(desk, ben);
    world.settle().unwrap();
    assert!(world.on(ben).view(desk).is_none());
}
