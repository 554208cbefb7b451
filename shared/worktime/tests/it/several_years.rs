//! One calendar with the holidays of 2024, 2025 and 2026 as the State Council announced them, and what is due in them.
use crate::samples::{at, check, day, days, days_off, limit, office_data};
use contracts::calendar::SpecialDayV1;
use contracts::terms::LimitUnit::{WorkingDays, WorkingHours};
use contracts::terms::StartRule::{Dispatch, NextWorkingDay, Signing};
use worktime::{Calendar, due};

/// Holidays and make-up workdays of three years.
fn three_years() -> Vec<SpecialDayV1> {
    let mut list = [
        // 2024
        days_off("元旦", "2024-01-01", "2024-01-01"),
        days("春节", false, &["2024-02-04", "2024-02-18"]),
        days_off("春节", "2024-02-10", "2024-02-17"),
        days("清明节", false, &["2024-04-07"]),
        days_off("清明节", "2024-04-04", "2024-04-06"),
        days("劳动节", false, &["2024-04-28", "2024-05-11"]),
        days_off("劳动节", "2024-05-01", "2024-05-05"),
        days_off("端午节", "2024-06-10", "2024-06-10"),
        days("中秋节", false, &["2024-09-14"]),
        days_off("中秋节", "2024-09-15", "2024-09-17"),
        days("国庆节", false, &["2024-09-29", "2024-10-12"]),
        days_off("国庆节", "2024-10-01", "2024-10-07"),
        // 2025
        days_off("元旦", "2025-01-01", "2025-01-01"),
        days("春节", false, &["2025-01-26", "2025-02-08"]),
        days_off("春节", "2025-01-28", "2025-02-04"),
        days_off("清明节", "2025-04-04", "2025-04-06"),
        days("劳动节", false, &["2025-04-27"]),
        days_off("劳动节", "2025-05-01", "2025-05-05"),
        days_off("端午节", "2025-05-31", "2025-06-02"),
        days("国庆节", false, &["2025-09-28", "2025-10-11"]),
        days_off("国庆节", "2025-10-01", "2025-10-08"),
        // 2026, as far as the tables go
        days_off("元旦", "2026-01-01", "2026-01-03"),
        days("元旦", false, &["2026-01-04"]),
        days("春节", false, &["2026-02-14", "2026-02-28"]),
        days_off("春节", "2026-02-15", "2026-02-23"),
    ]
    .concat();
    list.sort_by_key(|day| day.date);
    list
}

fn calendar() -> Calendar {
    let mut data = office_data();
    data.days = three_years();
    Calendar::try_from(&data).unwrap()
}

#[test]
fn spring_festivals() {
    check(
        &calendar(),
        &[
            // 2024: 9 February is worked, 10–17 off, Sunday 18 worked.
            (1, WorkingDays, Signing, "2024-02-03 10:00", "2024-02-04 17:00"),
            (5, WorkingDays, Signing, "2024-02-08 10:00", "2024-02-21 17:00"),
            (2, WorkingHours, Dispatch, "2024-02-09 16:00", "2024-02-18 10:00"),
            (
                1,
                WorkingDays,
                NextWorkingDay,
                "2024-02-09 10:00",
                "2024-02-18 17:00",
            ),
            // 2025: Sunday 26 January worked, 28 January to 4 February off, Saturday 8 February worked.
            (1, WorkingDays, Signing, "2025-01-24 10:00", "2025-01-26 17:00"),
            (3, WorkingDays, Signing, "2025-01-24 10:00", "2025-02-05 17:00"),
            (6, WorkingDays, Signing, "2025-01-24 10:00", "2025-02-08 17:00"),
            (7, WorkingDays, Signing, "2025-01-24 10:00", "2025-02-10 17:00"),
            (2, WorkingHours, Dispatch, "2025-01-27 16:30", "2025-02-05 10:30"),
        ],
    );
}

#[test]
fn national_days() {
    check(
        &calendar(),
        &[
            // 2024: Sunday 29 September worked, 1–7 October off, Saturday 12 October worked.
            (1, WorkingDays, Signing, "2024-09-27 10:00", "2024-09-29 17:30"),
            (1, WorkingDays, Signing, "2024-09-30 10:00", "2024-10-08 17:00"),
            (5, WorkingDays, Signing, "2024-09-29 10:00", "2024-10-11 17:00"),
            (6, WorkingDays, Signing, "2024-09-29 10:00", "2024-10-12 17:00"),
            (2, WorkingHours, Dispatch, "2024-09-30 16:30", "2024-10-08 10:00"),
            // 15 from Saturday 14 September 2024, itself worked: 18, 19, 20, 23–27, 29, 30, 8–12 October.
            (15, WorkingDays, Signing, "2024-09-14 10:00", "2024-10-12 17:00"),
        ],
    );
}

#[test]
fn a_year_has_as_many_working_days_as_the_state_council_left_it() {
    // 2025: 261 weekdays, 18 of them off, five weekend days worked.
    check(
        &calendar(),
        &[(248, WorkingDays, Signing, "2024-12-31 10:00", "2025-12-31 17:00")],
    );
    // 2024: 262 weekdays, 19 of them off, eight weekend days worked.
    let year = day("2024-01-01").iter_days().take(366);
    assert_eq!(year.filter(|date| calendar().is_working_day(*date)).count(), 251);
    let over_three = due(
        &calendar(),
        &limit(500, WorkingDays, Signing),
        at("2023-12-31 10:00"),
    )
    .unwrap();
    assert_eq!(
        over_three.at,
        at("2026-01-04 17:00"),
        "251, 248 and the make-up Sunday"
    );
    assert_eq!(over_three.explanation.unlisted_years, [2023]);
}
