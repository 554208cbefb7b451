//! A calendar changes after a due time was told: what is due then, and why it moved.
use crate::samples::{at, day, limit, office, office_data};
use contracts::calendar::SpecialDayV1;
use contracts::terms::LimitUnit::{Hours, WorkingDays, WorkingHours};
use contracts::terms::StartRule::Signing;
use worktime::{Calendar, DayStatus, Extension, Lang, SkipReason, Suspension, due, due_changed, recompute};

/// The office, where Friday 10 October 2025 becomes a day off.
fn one_more_day_off() -> Calendar {
    let mut data = office_data();
    data.days.push(SpecialDayV1 {
        date: day("2025-10-10"),
        name: "停电".to_owned(),
        off: true,
    });
    data.days.sort_by_key(|day| day.date);
    Calendar::try_from(&data).unwrap()
}

#[test]
fn the_day_that_moved_it_is_named() {
    let before = due(&office(), &limit(5, WorkingDays, Signing), at("2025-09-28 10:00")).unwrap();
    assert_eq!(before.at, at("2025-10-11 17:00"));
    let now = recompute(&before.explanation, &one_more_day_off(), &[]).unwrap();
    assert_eq!((now.due.at, now.moved()), (at("2025-10-13 17:00"), true));
    assert_eq!(now.changed[0].date, day("2025-10-10"));
    assert_eq!(
        now.changed[0].after,
        DayStatus::Skipped(SkipReason::Holiday("停电".to_owned()))
    );
    let rest: Vec<_> = now.changed[1..]
        .iter()
        .map(|day| (day.date, day.before.clone()))
        .collect();
    assert_eq!(
        rest,
        [
            (day("2025-10-12"), DayStatus::After),
            (day("2025-10-13"), DayStatus::After)
        ]
    );
    let en = now.sentences(Lang::En);
    assert_eq!(
        en[..2],
        [
            "The calendar has changed: due at 2025-10-13 17:00 instead of 2025-10-11 17:00.",
            "2025-10-10: counted before, not counted (停电) now."
        ]
    );
    assert_eq!(en.last().unwrap(), "Due at 2025-10-13 17:00.");
    let zh = now.sentences(Lang::Zh);
    assert_eq!(
        zh[..2],
        [
            "工作日历已变更：到期时间由2025-10-11 17:00改为2025-10-13 17:00。",
            "2025-10-10：原计入，现不计入（停电）。"
        ]
    );
}

#[test]
fn what_the_change_does_not_touch_stays() {
    for (unit, amount) in [(Hours, 300), (WorkingHours, 4), (WorkingDays, 2)] {
        let before = due(&office(), &limit(amount, unit, Signing), at("2025-09-28 10:00")).unwrap();
        let now = recompute(&before.explanation, &one_more_day_off(), &[]).unwrap();
        assert_eq!(
            (now.due.at, now.moved(), now.changed.len()),
            (before.at, false, 0),
            "{unit:?}"
        );
        assert!(now.sentences(Lang::En)[0].contains("stays due"), "{unit:?}");
    }
}

#[test]
fn extensions_and_suspensions_are_kept() {
    let granted = [Extension {
        amount: 1,
        granted_at: at("2025-10-09 10:00"),
    }];
    // It begins after the old due time, so the old reason does not know it.
    let pause = [Suspension {
        from: at("2025-10-14 09:00"),
        to: at("2025-10-14 17:00"),
    }];
    let five = limit(5, WorkingDays, Signing);
    let before = due_changed(&office(), &five, at("2025-09-28 10:00"), &granted, &pause).unwrap();
    assert_eq!(before.at, at("2025-10-13 17:00"));
    assert!(before.explanation.suspensions.is_empty());
    let now = recompute(&before.explanation, &one_more_day_off(), &pause).unwrap();
    assert_eq!(now.due.at, at("2025-10-15 17:00"), "14 October is suspended");
    assert_eq!(now.due.explanation.extensions, granted);
}
