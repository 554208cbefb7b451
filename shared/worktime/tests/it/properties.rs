//! What holds for every calendar, tried on random ones.
use crate::samples::{OFFSET_SECS, at, day, in_season, limit, on_holidays, span};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contracts::calendar::{CalendarV1, SpecialDayV1, WorkSpanV1};
use contracts::terms::{Limit, LimitUnit, StartRule};
use proptest::collection::btree_map;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use worktime::{Calendar, Extension, Suspension, due, due_changed, due_suspended, recompute};

fn hours() -> impl Strategy<Value = Vec<WorkSpanV1>> {
    let seasons = |morning: WorkSpanV1| {
        let summer = in_season(span("12345", "13:30", "17:30"), (5, 1), (9, 30));
        let winter = in_season(span("12345", "13:00", "17:00"), (10, 1), (4, 30));
        vec![morning, summer, winter]
    };
    prop_oneof![
        Just(seasons(span("12345", "09:00", "12:00"))),
        Just(vec![
            span("123456", "08:30", "12:00"),
            span("12345", "14:00", "18:00")
        ]),
        Just(vec![
            span("12345", "22:00", "00:00"),
            span("23456", "00:00", "06:00")
        ]),
        Just(vec![
            on_holidays(span("1234567", "06:00", "14:00")),
            span("135", "14:00", "22:00")
        ]),
        Just(vec![on_holidays(span("1234567", "00:00", "00:00"))]),
        Just(vec![
            in_season(span("2345", "09:00", "17:00"), (11, 15), (3, 15)),
            span("7", "10:00", "11:00")
        ]),
    ]
}

fn date() -> impl Strategy<Value = NaiveDate> {
    (0..450_i64).prop_map(|days| day("2025-08-01") + TimeDelta::days(days))
}

/// Random hours with random holidays and make-up workdays.
fn calendar() -> impl Strategy<Value = CalendarV1> {
    (hours(), btree_map(date(), any::<bool>(), 0..60)).prop_map(|(hours, days)| CalendarV1 {
        code: "c".to_owned(),
        name: "c".to_owned(),
        utc_offset_secs: OFFSET_SECS,
        hours,
        days: days
            .into_iter()
            .map(|(date, off)| SpecialDayV1 {
                date,
                name: "x".to_owned(),
                off,
            })
            .collect(),
    })
}

fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    (0..400 * 86_400_000_i64).prop_map(|millis| at("2025-08-01 00:00") + TimeDelta::milliseconds(millis))
}

fn any_limit() -> impl Strategy<Value = Limit> {
    let unit = prop_oneof![
        Just(LimitUnit::Hours),
        Just(LimitUnit::CalendarDays),
        Just(LimitUnit::WorkingDays),
        Just(LimitUnit::WorkingHours),
    ];
    let start = prop_oneof![Just(StartRule::Signing), Just(StartRule::NextWorkingDay)];
    (1..90_u32, unit, start).prop_map(|(amount, unit, start)| limit(amount, unit, start))
}

fn checked(data: &CalendarV1) -> Calendar {
    Calendar::try_from(data).unwrap()
}

proptest! {
    #[test]
    fn an_extension_is_the_same_limit_with_a_larger_amount(
        data in calendar(), limit in any_limit(), parts in proptest::collection::vec(1..15_u32, 1..4), from in moment(), start in moment(),
    ) {
        let calendar = checked(&data);
        let granted: Vec<_> = parts.iter().map(|amount| Extension { amount: *amount, granted_at: from }).collect();
        let pauses = [Suspension { from: start, to: start + TimeDelta::days(3) }];
        let larger = Limit { amount: limit.amount + parts.iter().sum::<u32>(), ..limit };
        let extended = due_changed(&calendar, &limit, from, &granted, &pauses).unwrap();
        prop_assert_eq!(extended.at, due_suspended(&calendar, &larger, from, &pauses).unwrap().at);
        let fewer = due_changed(&calendar, &limit, from, &granted[1..], &pauses).unwrap();
        prop_assert!(fewer.at < extended.at);
    }

    #[test]
    fn recomputing_by_the_same_calendar_moves_nothing_and_by_another_is_computing_anew(
        data in calendar(), other in calendar(), limit in any_limit(), from in moment(),
    ) {
        let (calendar, another) = (checked(&data), checked(&other));
        let before = due(&calendar, &limit, from).unwrap();
        let same = recompute(&before.explanation, &calendar, &[]).unwrap();
        prop_assert!(!same.moved() && same.changed.is_empty());
        let anew = recompute(&before.explanation, &another, &[]).unwrap();
        prop_assert_eq!(&anew.due, &due(&another, &limit, from).unwrap());
        prop_assert_eq!(anew.moved(), anew.due.at != before.at);
    }

    #[test]
    fn a_limit_of_clock_time_can_be_split(data in calendar(), a in 1..90_u32, b in 1..90_u32, from in moment()) {
        let calendar = checked(&data);
        for unit in [LimitUnit::Hours, LimitUnit::CalendarDays, LimitUnit::WorkingHours] {
            let part = |amount, from| due(&calendar, &limit(amount, unit, StartRule::Signing), from).unwrap().at;
            prop_assert_eq!(part(a + b, from), part(b, part(a, from)));
        }
    }

    #[test]
    fn a_later_start_is_never_due_earlier(data in calendar(), limit in any_limit(), a in moment(), b in moment()) {
        let calendar = checked(&data);
        let dues = [a.min(b), a.max(b)].map(|from| due(&calendar, &limit, from).unwrap().at);
        prop_assert!(dues[0] <= dues[1] && a.min(b) < dues[0], "{dues:?}");
    }

    #[test]
    fn a_larger_amount_is_always_due_later(data in calendar(), smaller in any_limit(), more in 1..30_u32, from in moment()) {
        let calendar = checked(&data);
        let larger = Limit { amount: smaller.amount + more, ..smaller };
        prop_assert!(due(&calendar, &smaller, from).unwrap().at < due(&calendar, &larger, from).unwrap().at);
    }

    #[test]
    fn one_more_holiday_never_makes_it_earlier(data in calendar(), limit in any_limit(), from in moment(), date in date()) {
        let mut with = data.clone();
        with.days.retain(|day| day.date != date);
        with.days.push(SpecialDayV1 { date, name: "x".to_owned(), off: true });
        with.days.sort_by_key(|day| day.date);
        let (before, after) = (due(&checked(&data), &limit, from).unwrap(), due(&checked(&with), &limit, from).unwrap());
        prop_assert!(before.at <= after.at, "{before:?} {after:?}");
    }

    #[test]
    fn parts_of_an_interval_add_up(data in calendar(), a in moment(), b in moment(), c in moment()) {
        let calendar = checked(&data);
        let between = |from, to| calendar.working_secs_between(from, to);
        prop_assert_eq!(between(a, c), between(a, b) + between(b, c));
    }

    #[test]
    fn working_hours_end_at_the_first_moment_when_they_are_used_up(
        data in calendar(), amount in 1..90_u32, from in moment(),
    ) {
        let calendar = checked(&data);
        let due = due(&calendar, &limit(amount, LimitUnit::WorkingHours, StartRule::Signing), from).unwrap();
        let secs = i64::from(amount) * 3_600;
        prop_assert_eq!(calendar.working_secs_between(from, due.at), secs);
        prop_assert_eq!(calendar.working_secs_between(from, due.at - TimeDelta::seconds(1)), secs - 1);
        prop_assert_eq!(due.explanation.counted.iter().filter_map(|day| day.secs).sum::<i64>(), secs);
    }

    #[test]
    fn working_days_end_with_so_many_working_days(data in calendar(), amount in 1..90_u32, from in moment()) {
        let calendar = checked(&data);
        let due = due(&calendar, &limit(amount, LimitUnit::WorkingDays, StartRule::Signing), from).unwrap();
        let last = calendar.local(due.at - TimeDelta::seconds(1)).date();
        let days = calendar.local(from).date().iter_days().skip(1).take_while(|date| *date <= last);
        prop_assert_eq!(days.filter(|date| calendar.is_working_day(*date)).count(), amount as usize);
        prop_assert_eq!(calendar.spans(last).last().map(|(_, end)| *end), Some(due.at));
        prop_assert!(due.explanation.counted.iter().all(|day| calendar.is_working_day(day.date)));
    }

    #[test]
    fn every_day_on_the_way_is_either_counted_or_not(data in calendar(), amount in 1..40_u32, from in moment()) {
        let calendar = checked(&data);
        for unit in [LimitUnit::WorkingDays, LimitUnit::WorkingHours] {
            for start in [StartRule::Signing, StartRule::NextWorkingDay] {
                let due = due(&calendar, &limit(amount, unit, start), from).unwrap();
                let why = due.explanation;
                let mut told: Vec<_> = why.counted.iter().map(|day| day.date).collect();
                told.extend(why.skipped.iter().map(|day| day.date));
                told.sort();
                let last = calendar.local(due.at - TimeDelta::seconds(1)).date();
                let passed: Vec<_> = calendar.local(from).date().iter_days().take_while(|date| *date <= last).collect();
                prop_assert_eq!(told, passed);
            }
        }
    }

    #[test]
    fn working_seconds_are_the_seconds_of_working_time(data in calendar(), from in moment(), minutes in 1..3_000_i64) {
        let calendar = checked(&data);
        let from = from - TimeDelta::milliseconds(from.timestamp_millis() % 60_000);
        let worked = (0..minutes).filter(|n| calendar.is_working_time(from + TimeDelta::minutes(*n))).count();
        let between = calendar.working_secs_between(from, from + TimeDelta::minutes(minutes));
        prop_assert_eq!(between, worked as i64 * 60);
    }

    #[test]
    fn warnings_come_before_and_a_working_day_apart(data in calendar(), due in moment(), days in 1..20_u32) {
        let calendar = checked(&data);
        let warned = calendar.minus_working_days(due, days).unwrap();
        prop_assert!(calendar.is_working_day(calendar.local(warned).date()));
        prop_assert_eq!(calendar.local(warned).time(), calendar.local(due).time());
        let passed = calendar.local(warned).date().iter_days().take_while(|date| *date < calendar.local(due).date());
        prop_assert_eq!(passed.filter(|date| calendar.is_working_day(*date)).count(), days as usize);
    }

    #[test]
    fn a_suspension_never_makes_it_earlier_and_costs_what_it_holds_up(
        data in calendar(), limit in any_limit(), from in moment(), start in moment(), secs in 1..900_000_i64,
    ) {
        let calendar = checked(&data);
        let start = start - TimeDelta::milliseconds(start.timestamp_millis() % 1_000);
        let pause = Suspension { from: start, to: start + TimeDelta::seconds(secs) };
        let without = due(&calendar, &limit, from).unwrap();
        let with = due_suspended(&calendar, &limit, from, &[pause]).unwrap();
        prop_assert!(without.at <= with.at);
        if limit.unit == LimitUnit::WorkingHours {
            let runs_from = with.explanation.runs_from;
            let (first, last) = (pause.from.clamp(runs_from, with.at), pause.to.clamp(runs_from, with.at));
            let worked = calendar.working_secs_between(runs_from, with.at);
            prop_assert_eq!(worked - calendar.working_secs_between(first, last), i64::from(limit.amount) * 3_600);
        }
    }
}
