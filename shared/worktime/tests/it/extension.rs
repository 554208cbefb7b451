//! 延期: more of the same limit, from the same start. Hand-computed over National Day, Spring Festival, make-up Sundays.
use crate::samples::{at, limit, office};
use contracts::terms::LimitUnit::{self, CalendarDays, Hours, WorkingDays, WorkingHours};
use contracts::terms::StartRule::{NextWorkingDay, Signing};
use worktime::{Extension, Lang, Suspension, WorktimeError, due_changed};

fn more(amount: u32, granted_at: &str) -> Extension {
    Extension {
        amount,
        granted_at: at(granted_at),
    }
}

fn check(amount: u32, unit: LimitUnit, from: &str, extensions: &[Extension], expected: &str) {
    let due = due_changed(
        &office(),
        &limit(amount, unit, Signing),
        at(from),
        extensions,
        &[],
    )
    .unwrap();
    assert_eq!(
        due.at,
        at(expected),
        "{amount} {unit:?} from {from} and {extensions:?}"
    );
}

#[test]
fn it_lengthens_the_limit_whenever_it_was_granted() {
    // 29, 30 September, 9, 10, 11 (make-up) October; two more: 13, 14 October.
    let two = [more(2, "2025-10-10 16:00")];
    check(5, WorkingDays, "2025-09-28 10:00", &two, "2025-10-14 17:00");
    check(
        5,
        WorkingDays,
        "2025-09-28 10:00",
        &[more(2, "2025-09-29 09:00")],
        "2025-10-14 17:00",
    );
    let twice = [more(1, "2025-10-09 10:00"), more(1, "2025-10-10 10:00")];
    check(5, WorkingDays, "2025-09-28 10:00", &twice, "2025-10-14 17:00");
    // 13 (Friday), 14 (make-up Saturday) February, 24 after the festival; one more: 25.
    check(
        2,
        WorkingDays,
        "2026-02-12 10:00",
        &[more(1, "2026-02-13 10:00")],
        "2026-02-24 17:00",
    );
    check(
        2,
        WorkingDays,
        "2026-02-12 10:00",
        &[more(2, "2026-02-13 10:00")],
        "2026-02-25 17:00",
    );
    // One hour left on 30 September, the other on 9 October, one more after it.
    check(
        2,
        WorkingHours,
        "2025-09-30 16:30",
        &[more(1, "2025-10-09 09:30")],
        "2025-10-09 11:00",
    );
    check(
        24,
        Hours,
        "2025-10-03 02:30",
        &[more(12, "2025-10-03 20:00")],
        "2025-10-04 14:30",
    );
    check(
        7,
        CalendarDays,
        "2025-10-01 08:00",
        &[more(3, "2025-10-07 08:00")],
        "2025-10-11 08:00",
    );
}

#[test]
fn it_goes_together_with_a_suspension() {
    let pause = [Suspension {
        from: at("2025-10-13 09:00"),
        to: at("2025-10-14 12:00"),
    }];
    let five = limit(5, WorkingDays, NextWorkingDay);
    let granted = [more(2, "2025-10-11 09:00")];
    // 29, 30 September, 9, 10, 11 October; 13 and 14 are suspended; 15, 16.
    let due = due_changed(&office(), &five, at("2025-09-28 10:00"), &granted, &pause).unwrap();
    assert_eq!(due.at, at("2025-10-16 17:00"));
}

#[test]
fn it_is_explained_and_nothing_is_refused() {
    let granted = [more(2, "2025-10-10 16:00")];
    let five = limit(5, WorkingDays, Signing);
    let due = due_changed(&office(), &five, at("2025-09-28 10:00"), &granted, &[]).unwrap();
    assert_eq!(due.explanation.extensions, granted);
    assert_eq!(
        due.explanation.sentences(Lang::En)[1],
        "Extended by 2 working days at 2025-10-10 16:00."
    );
    assert_eq!(
        due.explanation.sentences(Lang::Zh)[1],
        "2025-10-10 16:00准予延期2个工作日。"
    );
    let json = serde_json::to_value(&due.explanation).unwrap();
    assert_eq!(json["extensions"][0]["amount"], 2);
    let nothing = due_changed(
        &office(),
        &five,
        at("2025-09-28 10:00"),
        &[more(0, "2025-10-10 16:00")],
        &[],
    );
    assert_eq!(nothing, Err(WorktimeError::ZeroAmount));
    let absurd = due_changed(
        &office(),
        &five,
        at("2025-09-28 10:00"),
        &[more(u32::MAX, "2025-10-10 16:00")],
        &[],
    );
    assert_eq!(absurd, Err(WorktimeError::BeyondHorizon));
}
