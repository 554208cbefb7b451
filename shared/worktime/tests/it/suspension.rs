//! 挂起: suspended time does not count, whatever is counted.
use crate::samples::{at, limit, office};
use contracts::terms::LimitUnit::{self, CalendarDays, Hours, WorkingDays, WorkingHours};
use contracts::terms::StartRule::Signing;
use worktime::{Suspension, WorktimeError, due, due_suspended};

fn pause(from: &str, to: &str) -> Suspension {
    Suspension {
        from: at(from),
        to: at(to),
    }
}

fn check(amount: u32, unit: LimitUnit, from: &str, pauses: &[(&str, &str)], expected: &str) {
    let pauses: Vec<_> = pauses.iter().map(|(from, to)| pause(from, to)).collect();
    let due = due_suspended(&office(), &limit(amount, unit, Signing), at(from), &pauses).unwrap();
    assert_eq!(
        due.at,
        at(expected),
        "{amount} {unit:?} from {from} without {pauses:?}: {due:#?}"
    );
}

#[test]
fn it_is_left_out() {
    let noon = ("2025-10-14 12:00", "2025-10-15 12:00");
    check(24, Hours, "2025-10-14 10:00", &[noon], "2025-10-16 10:00");
    check(2, Hours, "2025-10-14 10:00", &[noon], "2025-10-14 12:00");
    check(24, Hours, "2025-10-14 18:00", &[noon], "2025-10-16 12:00");
    check(7, CalendarDays, "2025-10-14 10:00", &[noon], "2025-10-22 10:00");
    check(3, WorkingHours, "2025-10-14 10:00", &[noon], "2025-10-15 14:00");
    check(
        1,
        WorkingHours,
        "2025-10-14 10:00",
        &[("2025-10-14 10:15", "2025-10-14 10:45")],
        "2025-10-14 11:30",
    );
    // The 15th does not count although only its morning is suspended; a suspended night costs nothing.
    check(2, WorkingDays, "2025-10-14 10:00", &[noon], "2025-10-17 17:00");
    check(
        2,
        WorkingDays,
        "2025-10-14 10:00",
        &[("2025-10-14 20:00", "2025-10-15 09:00")],
        "2025-10-16 17:00",
    );
}

#[test]
fn several_are_put_together() {
    let pauses = [
        ("2025-10-14 15:00", "2025-10-14 16:00"),
        ("2025-10-14 10:00", "2025-10-14 12:00"),
        ("2025-10-14 11:00", "2025-10-14 13:00"),
        ("2025-10-01 00:00", "2025-10-02 00:00"),
    ];
    check(4, Hours, "2025-10-14 09:00", &pauses, "2025-10-14 17:00");
    check(3, WorkingHours, "2025-10-14 09:00", &pauses, "2025-10-14 15:00");
}

#[test]
fn only_those_that_mattered_are_explained() {
    let calendar = office();
    let one_day = limit(24, Hours, Signing);
    let pauses = [
        pause("2025-10-14 12:00", "2025-10-14 13:00"),
        pause("2025-11-01 00:00", "2025-11-02 00:00"),
    ];
    let with = due_suspended(&calendar, &one_day, at("2025-10-14 10:00"), &pauses).unwrap();
    assert_eq!(with.explanation.suspensions, pauses[..1]);
    assert!(
        due(&calendar, &one_day, at("2025-10-14 10:00"))
            .unwrap()
            .explanation
            .suspensions
            .is_empty()
    );
}

#[test]
fn one_that_ends_before_it_begins_is_refused() {
    let backwards = [pause("2025-10-14 12:00", "2025-10-14 12:00")];
    let refused = due_suspended(
        &office(),
        &limit(1, Hours, Signing),
        at("2025-10-14 10:00"),
        &backwards,
    );
    assert_eq!(refused, Err(WorktimeError::EmptySuspension));
}
