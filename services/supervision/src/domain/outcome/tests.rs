//! What becomes of a promise in two parts.
use super::*;
use chrono::TimeDelta;

fn now() -> DateTime<Utc> {
    "2026-03-02T09:00:00+08:00".parse().unwrap()
}

fn outcome() -> CoordinationOutcome {
    let part = |number, days| OutcomePart {
        number,
        what: "办证".to_owned(),
        until: now() + TimeDelta::days(days),
        done: None,
    };
    CoordinationOutcome {
        outcome_id: Uuid::from_u128(1),
        order_id: Uuid::from_u128(2),
        consultation_id: None,
        supervision_id: None,
        unit: "U-1".to_owned(),
        agreed: "先二十户".to_owned(),
        state: OutcomeState::Open,
        recorded_by: "agent:a".to_owned(),
        recorded_at: now(),
        ended_by: None,
        ended_at: None,
        end_reason: None,
        parts: vec![part(1, 10), part(2, 90)],
    }
}

#[test]
fn it_is_carried_out_with_its_last_part_in_whatever_order() {
    for order in [[1, 2], [2, 1]] {
        let mut outcome = outcome();
        let first = outcome.carry_out(order[0], "agent:a", "已办", now());
        assert_eq!(first, Ok(Effect::PartCarriedOut(1)));
        assert_eq!(outcome.state, OutcomeState::Open);
        let last = outcome.carry_out(order[1], "agent:b", "已办", now());
        assert_eq!(last, Ok(Effect::CarriedOut));
        assert_eq!(outcome.state, OutcomeState::CarriedOut);
        assert_eq!(outcome.ended_by.as_deref(), Some("agent:b"));
        assert_eq!(outcome.next_until(), None);
    }
}

#[test]
fn it_is_late_with_the_first_part_that_is() {
    let mut outcome = outcome();
    let tenth = now() + TimeDelta::days(10);
    assert_eq!(outcome.next_until(), Some(tenth));
    assert!(!outcome.is_late(tenth));
    assert!(outcome.is_late(tenth + TimeDelta::seconds(1)));
    outcome.carry_out(1, "agent:a", "已办", tenth).unwrap();
    assert!(!outcome.is_late(tenth + TimeDelta::seconds(1)));
    assert!(outcome.is_late(now() + TimeDelta::days(91)));
    assert_eq!(outcome.until(), now() + TimeDelta::days(90));
}

#[test]
fn a_part_is_found_once() {
    let mut outcome = outcome();
    outcome.carry_out(1, "agent:a", "已办", now()).unwrap();
    let before = outcome.clone();
    let later = now() + TimeDelta::days(1);
    assert_eq!(
        outcome.carry_out(1, "agent:a", "已办", later),
        Ok(Effect::Nothing)
    );
    assert_eq!(
        outcome.carry_out(1, "agent:b", "已办", later),
        Err(OutcomeRefused::CarriedOutBefore)
    );
    assert_eq!(
        outcome.carry_out(3, "agent:a", "已办", later),
        Err(OutcomeRefused::NoSuchPart)
    );
    assert_eq!(outcome, before);
}

#[test]
fn two_people_give_it_up_and_nothing_is_carried_out_after_that() {
    let mut outcome = outcome();
    assert_eq!(
        outcome.give_up("agent:a", "和解", now()),
        Err(OutcomeRefused::SamePerson)
    );
    assert_eq!(outcome.give_up("agent:b", "和解", now()), Ok(Effect::Dropped));
    assert_eq!(outcome.give_up("agent:b", "和解", now()), Ok(Effect::Nothing));
    assert_eq!(
        outcome.give_up("agent:c", "和解", now()),
        Err(OutcomeRefused::Ended)
    );
    assert_eq!(
        outcome.carry_out(1, "agent:a", "已办", now()),
        Err(OutcomeRefused::Ended)
    );
    assert!(!outcome.is_late(now() + TimeDelta::days(99)));
}

#[test]
fn words_are_read_as_they_are_written() {
    for state in OutcomeState::ALL {
        assert_eq!(OutcomeState::parse(state.word()), Some(state));
    }
    assert_eq!(OutcomeState::parse("done"), None);
}
