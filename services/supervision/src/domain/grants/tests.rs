//! What the city's rules allow: one case for each rule, on a plain order (office 08:30–12:00, 13:30–17:00).
use super::*;
use crate::domain::fixtures::{assigned, at, meta, order, policy, registered, replied, terms};
use crate::domain::policies::{Document, Ladder, read};
use crate::domain::{calendars_for_tests, reconcile};
use contracts::terms::ExtensionTermsV1;

mod sentences;

struct Case {
    order: Order,
    clocks: Vec<Clock>,
    calendars: Calendars,
    ladder: Ladder,
}

/// Assigned and signed on Monday 2 March at 09:00: finish 5 working days, until 9 March 17:00.
fn case() -> Case {
    let (mut order, calendars) = (order(), calendars_for_tests());
    order.hear(&registered("03-02T09:00"), &meta(1, "03-02T09:00"));
    order.hear(&assigned(1, "03-02T09:00", terms()), &meta(1, "03-02T09:00"));
    order.hear(
        &crate::domain::Change::Signed(1, at("03-02T09:00")),
        &meta(1, "03-02T09:00"),
    );
    let clocks = reconcile(&mut order, &[], &calendars, &policy(), at("03-02T09:00")).clocks;
    let ladder = read::<Ladder>(Ladder::DEFAULT).unwrap();
    Case {
        order,
        clocks,
        calendars,
        ladder,
    }
}

impl Case {
    fn reconcile(&mut self, now: &str) -> &Clock {
        self.clocks = reconcile(&mut self.order, &self.clocks, &self.calendars, &policy(), at(now)).clocks;
        self.clocks
            .iter()
            .find(|clock| clock.name == ClockName::Finish)
            .unwrap()
    }

    fn ask(&self, amount: u32, when: &str) -> Result<(), Denied> {
        may_extend(
            &self.order,
            &self.clocks,
            &self.calendars,
            &self.ladder.extensions,
            &ask(amount, when),
        )
    }

    fn suspend(&self, code: &str, from: &str, until: &str) -> Result<(), NotSuspended> {
        let wanted = Wanted {
            reason_code: code.to_owned(),
            from: at(from),
            until: at(until),
        };
        may_suspend(&self.order, &self.clocks, &self.ladder.suspensions, &wanted)
    }

    fn pause(&mut self, from: &str, until: &str) {
        let time = Suspension {
            from: at(from),
            to: at(until),
        };
        self.order.grants.pauses.push(Pause {
            generation: 1,
            time,
            open: true,
        });
    }

    fn grant(&mut self, amount: u32) {
        self.order.grants.extensions.push(Granted {
            generation: 1,
            rework: 0,
            clock: ClockName::Finish,
            extension: Extension {
                amount,
                granted_at: at("03-03T09:00"),
            },
        });
    }
}

fn ask(amount: u32, when: &str) -> Ask {
    Ask {
        generation: 1,
        clock: ClockName::Finish,
        amount,
        unit: LimitUnit::WorkingDays,
        at: at(when),
    }
}

#[test]
fn the_limits_of_the_directory_hold_beside_those_of_the_ladder() {
    let allowed = |times_max, each_max, sum_max, unit| {
        let mut case = case();
        let limits = ExtensionTermsV1 {
            times_max,
            each_max,
            sum_max,
            unit,
        };
        case.order.assignment.as_mut().unwrap().terms.extension = Some(limits);
        case
    };
    let days = LimitUnit::WorkingDays;
    assert_eq!(
        allowed(0, 5, 5, days).ask(1, "03-03T09:00"),
        Err(Denied::TooOften),
        "never"
    );
    let mut case = allowed(2, 2, 3, days);
    assert_eq!(case.ask(3, "03-03T09:00"), Err(Denied::TooMuch), "at once");
    assert_eq!(case.ask(2, "03-03T09:00"), Ok(()));
    case.grant(2);
    assert_eq!(case.ask(2, "03-03T09:00"), Err(Denied::TooMuch), "together");
    assert_eq!(case.ask(1, "03-03T09:00"), Ok(()));
    case.grant(1);
    assert_eq!(case.ask(1, "03-03T09:00"), Err(Denied::TooOften));
    // A rework round may be counted in another unit than the terms: then the ladder alone says how much.
    let mut hours = allowed(1, 24, 24, LimitUnit::Hours);
    assert_eq!(hours.ask(5, "03-03T09:00"), Ok(()));
    hours.grant(1);
    assert_eq!(hours.ask(1, "03-03T09:00"), Err(Denied::TooOften));
}

#[test]
fn every_rule_about_extensions_forbids_what_it_says() {
    let mut case = case();
    assert_eq!(case.ask(5, "03-09T17:00"), Ok(()), "until the limit");
    assert_eq!(
        case.ask(6, "03-03T09:00"),
        Err(Denied::TooMuch),
        "more than the limit itself"
    );
    assert_eq!(case.ask(5, "03-09T17:01"), Err(Denied::TooLate));
    let other = |change: fn(&mut Ask)| {
        let mut ask = ask(1, "03-03T09:00");
        change(&mut ask);
        may_extend(
            &case.order,
            &case.clocks,
            &case.calendars,
            &case.ladder.extensions,
            &ask,
        )
    };
    assert_eq!(other(|ask| ask.unit = LimitUnit::Hours), Err(Denied::WrongUnit));
    assert_eq!(other(|ask| ask.generation = 2), Err(Denied::NotResponsible));
    assert_eq!(
        other(|ask| ask.clock = ClockName::Respond),
        Err(Denied::NotRunning),
        "not one of the city's"
    );
    assert_eq!(other(|ask| ask.clock = ClockName::Total), Err(Denied::NotRunning));
    case.ladder.extensions.ask_before_working_days = 1;
    assert_eq!(case.ask(1, "03-06T17:00"), Ok(()));
    assert_eq!(
        case.ask(1, "03-06T17:01"),
        Err(Denied::TooLate),
        "a working day before, over a weekend"
    );
    case.grant(1);
    assert_eq!(case.ask(1, "03-03T09:00"), Ok(()));
    case.grant(1);
    assert_eq!(case.ask(1, "03-03T09:00"), Err(Denied::TooOften));
    case.order
        .hear(&replied(1, 0, "03-04T09:00"), &meta(2, "03-04T09:00"));
    case.reconcile("03-04T09:00");
    assert_eq!(
        case.ask(1, "03-04T10:00"),
        Err(Denied::NotRunning),
        "it has finished"
    );
}

#[test]
fn every_rule_about_suspensions_forbids_what_it_says() {
    let mut case = case();
    assert_eq!(case.suspend("weather", "03-03T09:00", "03-10T09:00"), Ok(()));
    assert_eq!(
        case.suspend("mood", "03-03T09:00", "03-10T09:00"),
        Err(NotSuspended::Reason)
    );
    assert_eq!(
        case.suspend("weather", "03-03T09:00", "03-03T09:00"),
        Err(NotSuspended::Backwards)
    );
    assert_eq!(
        case.suspend("weather", "03-03T09:00", "03-18T09:01"),
        Err(NotSuspended::TooLong)
    );
    case.pause("03-03T09:00", "03-10T09:00");
    assert_eq!(
        case.suspend("weather", "03-04T09:00", "03-05T09:00"),
        Err(NotSuspended::Already)
    );
    assert_eq!(case.suspend("weather", "03-10T09:00", "03-11T09:00"), Ok(()));
    case.ladder.suspensions.days_max = 7;
    assert_eq!(
        case.suspend("weather", "03-10T09:00", "03-11T09:00"),
        Err(NotSuspended::TooLong),
        "in all"
    );
    case.pause("03-10T09:00", "03-11T09:00");
    assert_eq!(
        case.suspend("weather", "03-12T09:00", "03-13T09:00"),
        Err(NotSuspended::TooOften)
    );
    case.order
        .hear(&replied(1, 0, "03-04T09:00"), &meta(2, "03-04T09:00"));
    case.reconcile("03-04T09:00");
    assert_eq!(
        case.suspend("weather", "03-12T09:00", "03-13T09:00"),
        Err(NotSuspended::NotRunning)
    );
}

#[test]
fn clocks_follow_what_was_granted_and_the_total_clock_does_not() {
    let mut case = case();
    let total = case.clocks[0].clone();
    case.grant(2);
    let finish = case.reconcile("03-03T09:00");
    assert_eq!(
        (finish.due_at, finish.timer_generation),
        (at("03-11T17:00"), 2),
        "two working days more"
    );
    case.pause("03-05T08:00", "03-07T00:00");
    let finish = case.reconcile("03-05T08:00");
    assert_eq!(
        finish.due_at,
        at("03-13T17:00"),
        "Thursday and Friday do not count"
    );
    let sign = case
        .clocks
        .iter()
        .find(|clock| clock.name == ClockName::Sign)
        .unwrap();
    assert!(sign.basis.pauses.is_empty(), "it was met before");
    assert_eq!(case.clocks[0], total);
    let told = crate::domain::sentences(
        case.clocks.last().unwrap(),
        &case.calendars,
        None,
        worktime::Lang::En,
    )
    .join(" ");
    assert!(told.contains("Extended") && told.contains("Suspended"), "{told}");
}

#[test]
fn a_suspension_ends_with_what_it_holds() {
    let change = crate::domain::Change::Closed(contracts::words::Outcome::Withdrawn, at("03-04T10:00"));
    for (change, why, ended) in [
        (change, CutShort::Closed, "03-04T10:00"),
        (replied(1, 0, "03-04T10:00"), CutShort::Replied, "03-04T10:00"),
        (
            crate::domain::Change::ReturnUpheld(1),
            CutShort::NotResponsible,
            "03-04T11:00",
        ),
    ] {
        let mut case = case();
        case.pause("03-03T09:00", "03-06T09:00");
        case.reconcile("03-03T09:00");
        assert_eq!(cut_short(&mut case.order, &case.clocks, at("03-03T10:00")), None);
        case.order.hear(&change, &meta(3, "03-04T11:00"));
        case.reconcile("03-04T11:00");
        let cut = cut_short(&mut case.order, &case.clocks, at("03-04T11:00"));
        assert_eq!(cut, Some((at(ended), why)));
        assert_eq!(case.order.grants.pauses[0].time.to, at(ended));
        assert_eq!(
            cut_short(&mut case.order, &case.clocks, at("03-04T12:00")),
            None,
            "once"
        );
    }
    let mut never = case();
    never.pause("03-05T09:00", "03-06T09:00");
    never.order.hear(
        &crate::domain::Change::Closed(contracts::words::Outcome::Withdrawn, at("03-04T10:00")),
        &meta(3, "03-05T11:00"),
    );
    let cut = cut_short(&mut never.order, &never.clocks, at("03-05T11:00"));
    assert_eq!(
        cut,
        Some((at("03-05T09:00"), CutShort::Closed)),
        "it had ended before"
    );
    assert!(never.order.grants.pauses.is_empty());
}

#[test]
fn a_changed_calendar_moves_what_runs_and_only_that() {
    use contracts::calendar::{CalendarV1, WorkSpanV1};
    let mut case = case();
    let before = case.clocks.clone();
    let time = |hour, minute| chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let short = CalendarV1 {
        code: "office".to_owned(),
        name: "office".to_owned(),
        utc_offset_secs: 28_800,
        hours: vec![WorkSpanV1 {
            weekdays: vec![1, 2, 3, 4],
            from: time(8, 30),
            to: time(16, 0),
            season_from: None,
            season_to: None,
            on_holidays: false,
        }],
        days: Vec::new(),
    };
    case.calendars.add(2, &short).unwrap();
    case.reconcile("03-03T10:00");
    let moved: Vec<_> = case
        .clocks
        .iter()
        .zip(&before)
        .filter(|(now, then)| now.due_at != then.due_at)
        .collect();
    assert_eq!(
        moved.len(),
        1,
        "sign is met, respond counts hours, total has another calendar: {moved:#?}"
    );
    let finish = moved[0].0;
    assert_eq!(finish.name, ClockName::Finish);
    assert_eq!((finish.basis.directory_version, finish.timer_generation), (2, 2));
    let same = case.clocks.clone();
    case.calendars.add(3, &short).unwrap();
    case.reconcile("03-03T11:00");
    assert_eq!(
        case.clocks, same,
        "a version that leaves the calendar as it is moves nothing"
    );
}
