//! Clocks of whole lives, with times computed by hand (office 08:30–12:00, 13:30–17:00, Monday to Friday).
use super::*;
use crate::domain::Change;
use crate::domain::calendars_for_tests;
use crate::domain::fixtures::{assigned, at, limit, meta, order, policy, registered, replied, terms};
use contracts::terms::{LimitUnit, StartRule};
use contracts::words::Outcome;

struct Life {
    order: Order,
    clocks: Vec<Clock>,
    effects: Vec<String>,
    calendars: Calendars,
    sequence: i64,
}

impl Life {
    fn new() -> Self {
        let calendars = calendars_for_tests();
        Self {
            order: order(),
            clocks: Vec::new(),
            effects: Vec::new(),
            calendars,
            sequence: 0,
        }
    }

    fn hear(&mut self, change: &Change, when: &str) -> &mut Self {
        self.sequence += 1;
        self.order.hear(change, &meta(self.sequence, when));
        self.reconcile(when)
    }

    fn reconcile(&mut self, when: &str) -> &mut Self {
        let done = reconcile(
            &mut self.order,
            &self.clocks,
            &self.calendars,
            &policy(),
            at(when),
        );
        for (position, effect) in &done.effects {
            self.effects
                .push(format!("{} {effect:?}", done.clocks[*position].name));
        }
        self.clocks = done.clocks;
        self
    }

    /// `name generation/rework #arming: state, start basis, due`
    fn shown(&self) -> Vec<String> {
        let mut shown: Vec<_> = self
            .clocks
            .iter()
            .map(|c| {
                let due = (c.due_at + chrono::TimeDelta::hours(8)).format("%m-%d %H:%M");
                let (state, basis) = (c.state.word(), c.basis.start.word());
                format!(
                    "{} {}/{} #{}: {state}, {basis}, {due}",
                    c.name, c.generation, c.rework, c.timer_generation
                )
            })
            .collect();
        shown.sort();
        shown
    }
}

fn life_to_assignment() -> Life {
    let mut life = Life::new();
    life.hear(&registered("03-02T09:00"), "03-02T09:00");
    life.hear(&assigned(1, "03-02T09:00", terms()), "03-02T09:00");
    life
}

#[test]
fn a_plain_life() {
    let mut life = Life::new();
    life.hear(&registered("03-02T09:00"), "03-02T09:00");
    assert_eq!(
        life.shown(),
        ["total 0/0 #1: running, default_total, 03-24 00:00"]
    );
    life.hear(&assigned(1, "03-02T09:00", terms()), "03-02T09:00");
    let unsigned = [
        "finish 1/0 #1: running, sign_due, 03-09 17:00",
        "respond 1/0 #1: running, sign_due, 03-03 11:00",
        "sign 1/0 #1: running, dispatch, 03-02 11:00",
        "total 0/0 #2: running, acceptance, 04-01 09:00",
    ];
    assert_eq!(life.shown(), unsigned);
    life.hear(&Change::Signed(1, at("03-02T10:00")), "03-02T10:00");
    let signed = [
        "finish 1/0 #1: running, signing, 03-09 17:00",
        "respond 1/0 #2: running, signing, 03-03 10:00",
        "sign 1/0 #1: met, dispatch, 03-02 11:00",
        "total 0/0 #2: running, acceptance, 04-01 09:00",
    ];
    assert_eq!(
        life.shown(),
        signed,
        "the same due day keeps its arming, an earlier one is a new arming"
    );
    life.hear(&Change::Responded(1, at("03-02T15:00")), "03-02T15:00");
    life.hear(&replied(1, 0, "03-05T10:00"), "03-05T10:00");
    assert!(life.shown()[0].contains("finish 1/0 #1: met"));
    life.hear(&Change::Closed(Outcome::Solved, at("03-06T10:00")), "03-06T10:00");
    assert!(
        life.clocks
            .iter()
            .all(|clock| matches!(clock.state, ClockState::Met(_)))
    );
    assert!(life.effects.is_empty() && life.order.next_limit.is_none());
}

#[test]
fn whoever_does_not_sign_does_not_stop_the_clock() {
    let mut life = life_to_assignment();
    life.hear(&Change::Signed(1, at("03-03T16:00")), "03-03T16:00");
    assert_eq!(
        life.shown()[0],
        "finish 1/0 #1: running, sign_due, 03-09 17:00",
        "it started at the end of the sign limit"
    );
    assert_eq!(
        life.effects,
        ["sign Breached"],
        "late, and no timer had said so yet"
    );
}

#[test]
fn a_new_generation_gets_new_unit_clocks_and_the_same_total() {
    let mut life = life_to_assignment();
    let total = life.shown()[3].clone();
    life.hear(&Change::ReturnUpheld(1), "03-03T09:00");
    assert!(
        life.clocks
            .iter()
            .filter(|c| c.generation == 1)
            .all(|c| c.state == ClockState::Cancelled(at("03-03T09:00")))
    );
    let mut later = terms();
    later.finish = limit(5, LimitUnit::WorkingDays, StartRule::Acceptance);
    later.total = limit(1, LimitUnit::Hours, StartRule::Acceptance);
    life.hear(&assigned(2, "03-03T09:00", later), "03-03T09:00");
    let shown = life.shown();
    assert_eq!(shown[1], "finish 2/0 #2: running, new_assignment, 03-10 17:00");
    assert_eq!(shown[5], "sign 2/0 #2: running, dispatch, 03-03 11:00");
    assert_eq!(shown[6], total, "never a new total clock");
}

#[test]
fn rework_arms_finish_anew_and_leaves_the_rest() {
    let mut life = life_to_assignment();
    life.hear(&Change::Signed(1, at("03-02T10:00")), "03-02T10:00");
    life.hear(&replied(1, 0, "03-05T10:00"), "03-05T10:00");
    life.hear(&Change::Reworked(1, 1, None), "03-06T09:00");
    let shown = life.shown();
    assert_eq!(shown[0], "finish 1/0 #1: met, signing, 03-09 17:00");
    assert_eq!(shown[1], "finish 1/1 #2: running, rework, 03-13 17:00");
    assert!(
        shown[2].starts_with("respond 1/0 #2: met"),
        "the reply claimed the contact"
    );
    life.hear(&replied(1, 1, "03-09T10:00"), "03-09T10:00");
    assert!(life.shown()[1].contains("met"));
}

#[test]
fn a_round_with_a_limit_of_its_own_goes_by_that() {
    let mut life = life_to_assignment();
    life.hear(&Change::Signed(1, at("03-02T10:00")), "03-02T10:00");
    life.hear(&replied(1, 0, "03-05T10:00"), "03-05T10:00");
    let own = limit(2, LimitUnit::WorkingDays, StartRule::Acceptance);
    life.hear(&Change::Reworked(1, 1, Some(own)), "03-06T09:00");
    assert_eq!(life.shown()[1], "finish 1/1 #2: running, rework, 03-10 17:00");
    life.hear(&replied(1, 1, "03-09T10:00"), "03-09T10:00");
    life.hear(&Change::Reworked(1, 2, None), "03-10T09:00");
    assert_eq!(
        life.shown()[2],
        "finish 1/2 #3: running, rework, 03-17 17:00",
        "without one: the terms"
    );
}

#[test]
fn a_reply_heard_after_its_rework_still_meets_its_clock() {
    let mut life = life_to_assignment();
    life.hear(&Change::Reworked(1, 1, None), "03-06T09:00");
    assert!(life.shown()[0].contains("finish 1/0 #1: cancelled"));
    life.hear(&replied(1, 0, "03-05T10:00"), "03-06T09:01");
    let shown = life.shown();
    assert_eq!(shown[0], "finish 1/0 #1: met, sign_due, 03-09 17:00");
    assert_eq!(shown[1], "finish 1/1 #2: running, rework, 03-13 17:00");
    let mut late = life_to_assignment();
    late.hear(&Change::Reworked(1, 1, None), "03-11T09:00");
    late.hear(&replied(1, 0, "03-10T10:00"), "03-11T09:01");
    assert!(
        late.effects.contains(&"finish Breached".to_owned()),
        "{:?}",
        late.effects
    );
}

#[test]
fn undecided_orders_keep_the_city_s_clock_and_closing_stops_everything() {
    let mut life = Life::new();
    life.hear(&registered("03-02T09:00"), "03-02T09:00");
    life.hear(&Change::Undecided("tie".to_owned()), "03-02T09:00");
    assert_eq!(
        life.shown(),
        ["total 0/0 #1: running, default_total, 03-24 00:00"]
    );
    let mut life = life_to_assignment();
    life.hear(
        &Change::Closed(Outcome::NotCalled, at("03-02T09:30")),
        "03-02T09:30",
    );
    let states: Vec<_> = life
        .clocks
        .iter()
        .map(|clock| (clock.name.as_str(), clock.state.word()))
        .collect();
    assert_eq!(
        states,
        [
            ("total", "met"),
            ("sign", "cancelled"),
            ("respond", "cancelled"),
            ("finish", "cancelled")
        ]
    );
}

#[test]
fn without_its_calendar_a_clock_waits_and_is_armed_when_it_arrives() {
    let life = life_to_assignment();
    let armed = life.shown();
    let mut life = Life::new();
    let calendars = std::mem::take(&mut life.calendars);
    life.hear(&registered("03-02T09:00"), "03-02T09:00");
    life.hear(&assigned(1, "03-02T09:00", terms()), "03-02T09:00");
    assert!(life.clocks.is_empty() && life.order.unarmed);
    life.calendars = calendars;
    life.reconcile("03-02T09:05");
    assert!(!life.order.unarmed);
    let due = |shown: Vec<String>| {
        shown
            .into_iter()
            .map(|line| line.split(": ").last().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(due(life.shown()), due(armed));
}

#[test]
fn facts_that_come_before_the_assignment_meet_their_clocks_afterwards() {
    let mut life = Life::new();
    life.hear(&replied(1, 0, "03-05T10:00"), "03-05T10:00");
    life.hear(&Change::Signed(1, at("03-02T10:00")), "03-05T10:00");
    assert!(life.clocks.is_empty());
    life.hear(&assigned(1, "03-02T09:00", terms()), "03-05T10:00");
    let states: Vec<_> = life
        .clocks
        .iter()
        .map(|clock| (clock.name.as_str(), clock.state.word()))
        .collect();
    assert_eq!(
        states,
        [
            ("total", "running"),
            ("sign", "met"),
            ("respond", "met"),
            ("finish", "met")
        ]
    );
    assert_eq!(
        life.effects,
        ["respond Breached"],
        "contact came with the reply, two days late"
    );
}

#[test]
fn the_order_shows_its_next_limit() {
    let life = life_to_assignment();
    assert_eq!(
        life.order.next_limit,
        Some((at("03-02T10:30"), at("03-02T11:00")))
    );
}
