//! The table of (state × event) of a clock as a printed snapshot.
use super::*;
use crate::domain::fixtures::{at, limit};
use chrono::TimeDelta;
use contracts::terms::{LimitUnit, StartRule};
use std::fmt::Write as _;

fn clock() -> Clock {
    Clock {
        name: ClockName::Sign,
        generation: 1,
        rework: 0,
        timer_generation: 1,
        basis: Basis {
            limit: limit(2, LimitUnit::Hours, StartRule::Dispatch),
            start: StartBasis::Dispatch,
            started_at: at("03-02T09:00"),
            calendar: "office".to_owned(),
            directory_version: 1,
            extensions: Vec::new(),
            pauses: Vec::new(),
            not_after: None,
        },
        warn_at: at("03-02T10:30"),
        due_at: at("03-02T11:00"),
        state: ClockState::Running,
        warned_at: None,
        breached_at: None,
    }
}

type Event = (&'static str, fn(&mut Clock) -> Option<ClockEffect>);

fn later(clock: &mut Clock, due: &str) {
    let basis = Basis {
        started_at: clock.basis.started_at + TimeDelta::minutes(1),
        ..clock.basis.clone()
    };
    clock.arm_anew(basis, (at("03-02T11:30"), at(due)), clock.timer_generation + 1);
}

const EVENTS: [Event; 9] = [
    ("time before warning", |c| c.fire(at("03-02T10:29"))),
    ("time at warning", |c| c.fire(at("03-02T10:30"))),
    ("time at due", |c| c.fire(at("03-02T11:00"))),
    ("met in time", |c| c.meet(at("03-02T11:00"), at("03-02T11:00"))),
    ("met late", |c| c.meet(at("03-02T11:01"), at("03-02T11:02"))),
    ("met in time, heard late", |c| {
        c.meet(at("03-02T10:00"), at("03-02T11:30"))
    }),
    ("cancelled", |c| {
        c.cancel(at("03-02T10:00"));
        None
    }),
    ("armed anew, later", |c| {
        later(c, "03-02T12:00");
        None
    }),
    ("armed anew, same", |c| {
        let basis = c.basis.clone();
        c.arm_anew(basis, (c.warn_at, c.due_at), c.timer_generation + 1);
        None
    }),
];

#[test]
fn every_state_meets_every_event() {
    let mut table = String::new();
    for (name, history) in [
        ("running", vec![]),
        ("warned", vec![1]),
        ("breached", vec![2]),
        ("met", vec![3]),
        ("met late", vec![4]),
        ("cancelled", vec![6]),
    ] {
        let mut before = clock();
        for event in history {
            EVENTS[event].1(&mut before);
        }
        writeln!(table, "{name}").unwrap();
        for (event, apply) in EVENTS {
            let mut clock = before.clone();
            let effect = apply(&mut clock);
            let effect = effect.map_or("-".to_owned(), |effect| {
                format!("clock {effect:?}").to_lowercase()
            });
            let fires = clock.fires_at().map_or("never".to_owned(), |at| {
                (at + TimeDelta::hours(8)).format("%H:%M").to_string()
            });
            let state = clock.state.word();
            writeln!(
                table,
                "  {event:<24} {state:<10} arming {} fires {fires:<6} tells {effect}",
                clock.timer_generation
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(table);
}
