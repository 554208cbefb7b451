//! A correction moves what waits to the hours and the waits of the rule that fits now, and loses no call.
use super::*;
use crate::domain::Amendment;
use contracts::words::Urgency;
use std::collections::BTreeSet;

/// Businesses in office hours with long waits, emergencies at once and with short ones, all others from nine to eight.
const CITY: &str = "\
[calling]
hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '09:00:00', to = '20:00:00' }]
message_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '08:00:00', to = '21:00:00' }]
[default]
steps = [STEPS]
unreachable = 'desk'
[[rules]]
name = 'emergency'
urgencies = ['emergency']
steps = [{ way = 'phone', attempts = 3, gap_mins = 30 }]
calling_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '00:00:00', to = '00:00:00', on_holidays = true }]
[[rules]]
name = 'silent'
facts = { '主体' = '企业' }
call = 'nobody'
[[rules]]
name = 'offices'
urgencies = ['urgent']
calling_hours = [{ weekdays = [1, 2, 3, 4, 5], from = '10:00:00', to = '16:00:00' }]
";

const PHONE: &str = "{ way = 'phone', attempts = 2, gap_mins = 120 }";
const LINK: &str = "{ way = 'sms', gap_mins = 1440 }, { way = 'phone', gap_mins = 60 }";

fn city(steps: &str) -> Policies {
    Policies::read(&CITY.replace("STEPS", steps)).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-03-{text}:00+08:00").parse().unwrap()
}

fn replied(urgency: Urgency, policies: &Policies, now: DateTime<Utc>) -> Case {
    let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
    let registration = Registration {
        urgency,
        ..registration(true)
    };
    case.register(&registration, policies, now);
    case.assign(&assignment(1), policies, now);
    case.reply(&reply(1, 0), policies, now);
    case
}

/// A further correction of the urgency.
fn corrected(case: &mut Case, urgency: Urgency, policies: &Policies, now: DateTime<Utc>) -> Vec<Happening> {
    let amendment = Amendment {
        number: case.order.amendment + 1,
        matter: None,
        urgency: Some(urgency),
        facts: None,
    };
    case.amend(&amendment, &BTreeSet::new(), policies, now)
}

/// When it is called or its message lapses, how, and by whose hours.
fn waits(case: &Case) -> (DateTime<Utc>, Option<CallbackWay>, Option<&str>) {
    let task = case
        .tasks
        .iter()
        .find(|task| task.state == TaskState::Due)
        .unwrap();
    (task.due_at, task.way, task.calling_rule.as_deref())
}

const CALLED: Option<CallbackWay> = Some(CallbackWay::Phone);

#[test]
fn a_call_that_waits_for_the_morning_is_made_at_once_when_it_becomes_an_emergency() {
    let policies = city(PHONE);
    let mut case = replied(Urgency::Ordinary, &policies, at("02T22:00"));
    assert_eq!(waits(&case), (at("03T09:00"), CALLED, None));
    let told = corrected(&mut case, Urgency::Emergency, &policies, at("02T23:00"));
    assert_eq!(waits(&case), (at("02T23:00"), CALLED, Some("emergency")));
    assert_eq!(
        told,
        [Happening::Scheduled(case.tasks[0].about(), at("02T23:00"))]
    );
    // An older correction that is heard late, and one that names no other rule.
    assert!(corrected(&mut case, Urgency::Emergency, &policies, at("02T23:10")).is_empty());
    case.order.amendment = 9;
    let late = Amendment {
        number: 3,
        matter: None,
        urgency: Some(Urgency::Ordinary),
        facts: None,
    };
    let before = case.clone();
    assert!(
        case.amend(&late, &BTreeSet::new(), &policies, at("02T23:20"))
            .is_empty()
    );
    assert_eq!(case, before);
}

#[test]
fn a_call_that_is_lowered_waits_for_its_hours_and_one_that_is_due_keeps_its_place() {
    let policies = city(PHONE);
    // Due at once, and not yet made: it keeps its place, and the queue its hours.
    let mut due = replied(Urgency::Emergency, &policies, at("02T02:00"));
    let told = corrected(&mut due, Urgency::Ordinary, &policies, at("02T02:10"));
    assert_eq!(waits(&due), (at("02T02:00"), CALLED, None));
    assert!(told.is_empty(), "{told:?}");
    // Between two calls.
    let mut called = replied(Urgency::Emergency, &policies, at("02T19:50"));
    let id = called.tasks[0].callback_id;
    called
        .answer(id, &answer(None), &policies, at("02T19:50"))
        .unwrap();
    assert_eq!(waits(&called).0, at("02T20:20"));
    let told = corrected(&mut called, Urgency::Ordinary, &policies, at("02T20:00"));
    assert_eq!(waits(&called), (at("03T09:00"), CALLED, None));
    assert_eq!(told.len(), 1);
}

#[test]
fn the_wait_after_a_call_in_vain_is_that_of_the_new_rule() {
    let policies = city(PHONE);
    let mut case = replied(Urgency::Ordinary, &policies, at("02T10:00"));
    let id = case.tasks[0].callback_id;
    case.answer(id, &answer(None), &policies, at("02T10:00")).unwrap();
    assert_eq!(waits(&case).0, at("02T12:00"));
    let mut soon = case.clone();
    corrected(&mut soon, Urgency::Emergency, &policies, at("02T10:10"));
    assert_eq!(waits(&soon), (at("02T10:30"), CALLED, Some("emergency")));
    corrected(&mut case, Urgency::Emergency, &policies, at("02T11:00"));
    assert_eq!(waits(&case).0, at("02T11:00"), "half an hour is over");
}

#[test]
fn what_the_caller_asked_for_holds() {
    let policies = city(PHONE);
    let mut case = replied(Urgency::Ordinary, &policies, at("02T19:00"));
    let task = &mut case.tasks[0];
    (task.wanted_at, task.due_at) = (Some(at("02T21:30")), at("03T09:00"));
    corrected(&mut case, Urgency::Emergency, &policies, at("02T19:30"));
    assert_eq!(waits(&case).0, at("02T21:30"));
    corrected(&mut case, Urgency::Urgent, &policies, at("02T19:40"));
    assert_eq!(waits(&case), (at("03T10:00"), CALLED, Some("offices")));
    // Called in vain, and then nothing is asked for any more.
    let id = case.tasks[0].callback_id;
    case.answer(id, &answer(None), &policies, at("03T10:00")).unwrap();
    corrected(&mut case, Urgency::Emergency, &policies, at("03T10:01"));
    assert_eq!(waits(&case).0, at("03T10:30"));
}

#[test]
fn nobody_waits_for_an_answer_to_a_link_where_the_rule_calls() {
    let policies = city(LINK);
    let mut case = replied(Urgency::Ordinary, &policies, at("02T10:00"));
    assert_eq!(waits(&case), (at("03T10:00"), Some(CallbackWay::Sms), None));
    let mut lowered = case.clone();
    corrected(&mut lowered, Urgency::Urgent, &policies, at("02T11:00"));
    assert_eq!(
        waits(&lowered),
        (at("03T10:00"), Some(CallbackWay::Sms), Some("offices"))
    );
    corrected(&mut case, Urgency::Emergency, &policies, at("02T11:00"));
    assert_eq!(waits(&case), (at("02T11:00"), CALLED, Some("emergency")));
    // What was to be a call stays one, also where the rule begins with a link.
    corrected(&mut case, Urgency::Ordinary, &policies, at("02T11:05"));
    assert_eq!(waits(&case), (at("02T11:00"), CALLED, None));
}

#[test]
fn a_call_in_vain_while_a_message_waits_is_followed_by_a_pause_by_any_rule() {
    let policies = city(LINK);
    let mut case = replied(Urgency::Ordinary, &policies, at("02T10:00"));
    let id = case.tasks[0].callback_id;
    case.answer(id, &answer(None), &policies, at("02T11:00")).unwrap();
    assert_eq!(waits(&case), (at("02T12:00"), CALLED, None));
    corrected(&mut case, Urgency::Emergency, &policies, at("02T11:05"));
    assert_eq!(waits(&case), (at("02T11:30"), CALLED, Some("emergency")));
}

#[test]
fn no_rule_takes_a_call_away_and_the_desk_keeps_what_an_agent_has() {
    let policies = city(PHONE);
    let mut called = replied(Urgency::Ordinary, &policies, at("02T22:00"));
    let silent = Amendment {
        number: 1,
        matter: None,
        urgency: None,
        facts: Some([("主体".to_owned(), "企业".to_owned())].into()),
    };
    called.amend(&silent, &BTreeSet::new(), &policies, at("02T22:10"));
    assert_eq!(waits(&called), (at("03T09:00"), CALLED, None));
    // An admitted failure of somebody who is not called is for the desk, until it is an emergency.
    let mut desk = Case::unknown(OrderId(Uuid::from_u128(1)));
    desk.register(&registration(true), &policies, at("02T10:00"));
    desk.assign(&assignment(1), &policies, at("02T10:00"));
    desk.amend(&silent, &BTreeSet::new(), &policies, at("02T10:00"));
    let mut admitted = reply(1, 0);
    admitted.claims.solved = false;
    desk.reply(&admitted, &policies, at("02T10:00"));
    assert_eq!(waits(&desk), (at("02T10:00"), None, None));
    let raised = Amendment {
        number: 2,
        urgency: Some(Urgency::Emergency),
        facts: None,
        ..silent
    };
    let held = BTreeSet::from([desk.tasks[0].callback_id]);
    let mut judged = desk.clone();
    judged.amend(&raised, &held, &policies, at("02T23:00"));
    assert_eq!(waits(&judged), (at("02T10:00"), None, None), "an agent has it");
    desk.amend(&raised, &BTreeSet::new(), &policies, at("02T23:00"));
    assert_eq!(waits(&desk), (at("02T23:00"), CALLED, Some("emergency")));
}

#[test]
fn an_order_that_was_routed_as_an_emergency_is_called_as_one_whatever_was_given() {
    let policies = city(PHONE);
    let routed = |generation, urgency| Assignment {
        urgency,
        ..assignment(generation)
    };
    let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
    // A replay may tell the assignment first.
    case.assign(&routed(1, Some(Urgency::Emergency)), &policies, at("02T22:00"));
    case.register(&registration(true), &policies, at("02T22:00"));
    case.reply(&reply(1, 0), &policies, at("02T22:00"));
    assert_eq!(waits(&case), (at("02T22:00"), CALLED, Some("emergency")));
    corrected(&mut case, Urgency::Urgent, &policies, at("02T22:10"));
    assert_eq!(waits(&case).2, Some("emergency"), "the text still says so");
    case.assign(&routed(2, None), &policies, at("02T22:20"));
    case.reply(&reply(2, 0), &policies, at("02T22:30"));
    assert_eq!(waits(&case), (at("03T10:00"), CALLED, Some("offices")));
}
