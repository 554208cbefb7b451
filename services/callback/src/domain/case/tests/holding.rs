//! A coordination outcome holds the end of its order.
use super::*;
use crate::domain::review::JudgementRefused;

const OTHER: OutcomeId = OutcomeId(Uuid::from_u128(6));

fn promised() -> Case {
    after(&[
        Event::Registered,
        Event::Assigned(1),
        Event::Replied(1, 0),
        Event::Promised,
    ])
}

#[test]
fn a_satisfied_answer_waits_for_the_outcome_and_then_ends_the_order() {
    let mut case = promised();
    let said = apply(&mut case, Event::Yes, now()).unwrap();
    assert!(matches!(&said[..], [Happening::Recorded(..)]), "{said:?}");
    let held = OrderState::Held {
        outcome: Outcome::Solved,
        at: now(),
    };
    assert_eq!(case.order.state, held);
    assert!(case.release(OTHER, now()).is_empty(), "another one");
    let later = now() + chrono::TimeDelta::days(90);
    let done = case.release(OUTCOME, later);
    assert!(
        matches!(&done[..], [Happening::Closed(_, Outcome::Solved, None, at)] if *at == later),
        "{done:?}"
    );
    assert!(case.release(OUTCOME, later).is_empty(), "once");
}

#[test]
fn the_same_answer_again_changes_nothing_while_it_waits() {
    let mut case = promised();
    apply(&mut case, Event::Yes, now()).unwrap();
    let before = case.clone();
    assert_eq!(apply(&mut case, Event::Yes, now()), Ok(Vec::new()));
    assert_eq!(apply(&mut case, Event::Replied(1, 0), now()), Ok(Vec::new()));
    assert_eq!(case, before);
}

#[test]
fn a_no_goes_back_to_the_unit_whatever_was_promised() {
    let mut case = promised();
    apply(&mut case, Event::No, now()).unwrap();
    assert_eq!((case.order.state, case.order.rework), (OrderState::Open, 1));
    assert!(case.release(OUTCOME, now()).is_empty());
}

#[test]
fn an_order_of_another_unit_is_asked_about_again_and_still_held() {
    let mut case = promised();
    apply(&mut case, Event::Yes, now()).unwrap();
    case.assign(&assignment(2), &policy(), now());
    assert_eq!(case.order.state, OrderState::Open);
    case.reply(&reply(2, 0), &policy(), now());
    assert_eq!(case.order.state, OrderState::CallingBack);
    apply(&mut case, Event::Yes, now()).unwrap();
    assert!(matches!(case.order.state, OrderState::Held { .. }));
}

#[test]
fn nobody_judges_the_demand_while_units_owe_what_they_promised() {
    let mut case = promised();
    assert_eq!(case.may_judge(), Err(JudgementRefused::Held));
    case.release(OUTCOME, now());
    assert_eq!(case.may_judge(), Ok(()));
}
