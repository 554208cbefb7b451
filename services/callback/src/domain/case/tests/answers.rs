//! Answers one by one: repeated, not reached, lapsed, judged at the desk.
use super::*;
use crate::domain::Amendment;
use std::collections::BTreeSet;

#[test]
fn the_same_answer_twice_is_one_answer() {
    let mut case = after(&[Event::Registered, Event::Assigned(1), Event::Replied(1, 0)]);
    let id = case.tasks[0].callback_id;
    let first = case.answer(id, &answer(None), &policy(), now()).unwrap();
    assert_eq!(first.len(), 1);
    assert!(
        case.answer(id, &answer(None), &policy(), now())
            .unwrap()
            .is_empty(),
        "repeated at once"
    );
    let other = Answer {
        remark: "busy".to_owned(),
        ..answer(None)
    };
    assert_eq!(
        case.answer(id, &other, &policy(), now()).unwrap().len(),
        1,
        "another call"
    );
    let keyed = |key: &str| Answer {
        key: Some(key.to_owned()),
        ..answer(Some(true))
    };
    assert_eq!(case.answer(id, &keyed("k1"), &policy(), now()).unwrap().len(), 2);
    assert!(
        case.answer(id, &keyed("k2"), &policy(), now())
            .unwrap()
            .is_empty(),
        "same answer, other key"
    );
    assert_eq!(
        case.answer(id, &answer(Some(false)), &policy(), now()),
        Err(AnswerRefused::AnsweredOtherwise)
    );
}

#[test]
fn the_last_unreached_call_sent_again_is_the_same_call_however_late() {
    let unreached = [Event::NotReached; 3];
    let due = [Event::Registered, Event::Assigned(1), Event::Replied(1, 0)];
    let mut case = after(&[&due[..], &unreached[..]].concat());
    let id = case.tasks[0].callback_id;
    let much_later = now() + chrono::TimeDelta::days(30);
    assert_eq!(
        case.answer(id, &answer(None), &policy(), much_later),
        Ok(Vec::new())
    );
    let other = Answer {
        remark: "busy".to_owned(),
        ..answer(None)
    };
    assert_eq!(
        case.answer(id, &other, &policy(), much_later),
        Err(AnswerRefused::NotDue("unreachable"))
    );
}

#[test]
fn a_message_that_is_not_answered_in_time_is_followed_by_a_call() {
    let policies = Policies::read(
        "[default]\nsteps = [{ way = 'sms', gap_mins = 600 }, { way = 'phone', attempts = 1, gap_mins = 60 }, { way = 'second_phone', gap_mins = 60 }]",
    )
    .unwrap();
    let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
    let reachable = Registration {
        other_number: true,
        ..registration(true)
    };
    case.register(&reachable, &policies, now());
    case.assign(&assignment(1), &policies, now());
    case.reply(&reply(1, 0), &policies, now());
    let id = case.tasks[0].callback_id;
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    // Sent at nine, waited for until seven in the evening.
    assert_eq!(case.tasks[0].due_at, at("2026-03-02T19:00:00+08:00"));
    assert!(case.lapse(id, 1, &policies, now()).is_empty(), "another attempt");
    let evening = at("2026-03-02T19:00:00+08:00");
    let lapsed = case.lapse(id, 0, &policies, evening);
    assert_eq!(
        lapsed,
        [Happening::Attempted(
            case.tasks[0].about(),
            CallbackWay::Sms,
            1,
            evening
        )]
    );
    assert!(case.lapse(id, 0, &policies, evening).is_empty(), "once");
    case.answer(id, &answer(None), &policies, evening).unwrap();
    assert_eq!(case.tasks[0].way, Some(CallbackWay::SecondPhone));
    assert_eq!(case.tasks[0].due_at, at("2026-03-02T20:00:00+08:00"));
    let reached = case
        .answer(
            id,
            &answer(Some(true)),
            &policies,
            at("2026-03-02T20:00:00+08:00"),
        )
        .unwrap();
    assert!(
        matches!(&reached[0], Happening::Recorded(_, _, asking) if asking.way == CallbackWay::SecondPhone)
    );
}

/// A reply to an order that nobody can be called about.
fn admitted(rework: i32) -> Reply {
    let claims = Claims {
        solved: false,
        contacted: false,
        result: None,
    };
    Reply {
        claims,
        ..reply(1, rework)
    }
}

fn judged(solved: bool) -> Answer {
    Answer {
        judged: Some(solved),
        ..answer(None)
    }
}

#[test]
fn an_admitted_failure_that_nobody_can_be_asked_about_is_judged_at_the_desk() {
    let mut case = after(&[Event::RegisteredAnonymous, Event::Assigned(1)]);
    for rework in 0..=3 {
        let scheduled = case.reply(&admitted(rework), &policy(), now());
        assert!(
            matches!(scheduled.as_slice(), [Happening::Scheduled(..)]),
            "{scheduled:?}"
        );
        let id = case.tasks.last().unwrap().callback_id;
        assert_eq!(
            case.answer(id, &answer(Some(true)), &policy(), now()),
            Err(AnswerRefused::NobodyToCall)
        );
        assert_eq!(
            case.answer(id, &answer(None), &policy(), now()),
            Err(AnswerRefused::NotJudged)
        );
        let followed = case.answer(id, &judged(false), &policy(), now()).unwrap();
        match (rework, followed.as_slice()) {
            (0..3, [Happening::Reworked(round, ..)]) => assert_eq!(round.rework, rework + 1),
            (
                3,
                [
                    Happening::Reworked(round, ..),
                    Happening::Raised(raised, RaisedTo::Supervision),
                ],
            ) => {
                assert_eq!((round.rework, raised.rework), (4, 3));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(
            case.answer(id, &judged(false), &policy(), now()),
            Ok(Vec::new()),
            "sent twice"
        );
        assert_eq!(
            case.answer(id, &judged(true), &policy(), now()),
            Err(AnswerRefused::AnsweredOtherwise)
        );
    }
}

#[test]
fn what_the_desk_takes_as_solved_is_closed_without_an_answer_of_a_caller() {
    let mut case = after(&[Event::RegisteredAnonymous, Event::Assigned(1)]);
    case.reply(&admitted(0), &policy(), now());
    let id = case.tasks[0].callback_id;
    let followed = case.answer(id, &judged(true), &policy(), now()).unwrap();
    assert!(
        matches!(
            followed.as_slice(),
            [Happening::Closed(_, Outcome::NotCalled, ..)]
        ),
        "{followed:?}"
    );
    assert_eq!(case.answer(id, &judged(true), &policy(), now()), Ok(Vec::new()));
}

#[test]
fn only_an_answer_that_counts_against_the_unit_is_told_beside_what_was_said() {
    use Satisfaction::{BasicallySatisfied, NotSatisfied, Satisfied};
    let told = |solved, result, attitude| {
        let mut case = after(&[Event::Registered, Event::Assigned(1), Event::Replied(1, 0)]);
        let id = case.tasks[0].callback_id;
        let answer = Answer {
            said: Some(Said {
                contacted: true,
                solved,
                result,
                attitude,
            }),
            ..answer(None)
        };
        let happenings = case.answer(id, &answer, &policy(), now()).unwrap();
        let until = happenings.iter().find_map(|happening| match happening {
            Happening::WentAgainst(round, _, at, until) => {
                assert_eq!((round.callback_id, *at), (id, now()));
                Some(*until)
            }
            _ => None,
        });
        (happenings.len(), until)
    };
    // Monday at nine; five working days end on the next Monday, at the end of the calling hours.
    let until = Some("2026-03-09T21:00:00+08:00".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(told(true, Satisfied, BasicallySatisfied), (2, None));
    assert_eq!(told(true, BasicallySatisfied, Satisfied), (2, None));
    assert_eq!(told(true, Satisfied, NotSatisfied), (3, until));
    // Denied, and back to the unit.
    assert_eq!(told(false, Satisfied, Satisfied), (4, until));
    assert_eq!(told(true, NotSatisfied, Satisfied), (3, until));
}

#[test]
fn a_late_assignment_names_its_matter_until_the_decision_about_the_correction_is_heard() {
    let matter = |case: &Case| case.order.registration.as_ref().unwrap().matter.clone();
    let assigned = |generation, matter: &str| Assignment {
        matter: Some(matter.into()),
        ..assignment(generation)
    };
    let mut case = after(&[Event::Registered]);
    let amendment = Amendment {
        number: 1,
        matter: Some("M02".into()),
        urgency: None,
        facts: None,
    };
    case.amend(&amendment, &BTreeSet::new(), &policy(), now());
    // Decided before the correction, and heard after it: another matter is another assignment, which follows.
    case.assign(&assigned(1, "M01"), &policy(), now());
    assert_eq!(matter(&case), Some("M01".into()));
    case.assign(&assigned(2, "M02"), &policy(), now());
    assert_eq!(matter(&case), Some("M02".into()));
}

#[test]
fn a_failure_that_is_admitted_is_judged_at_the_desk_where_this_hotline_calls_nobody() {
    for (rule, why, at_the_desk) in [
        ("asked_by = 'province'", NotCalled::AskedElsewhere, true),
        ("call = 'nobody'", NotCalled::Policy, true),
        ("call = 'share'\nshare_percent = 0", NotCalled::NotInShare, false),
    ] {
        let policies = Policies::read(&format!("[default]\n{rule}")).unwrap();
        let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
        case.register(&registration(true), &policies, now());
        case.assign(&assignment(1), &policies, now());
        let mut admitted = reply(1, 0);
        admitted.claims.solved = false;
        case.reply(&admitted, &policies, now());
        let id = case.tasks[0].callback_id;
        let way = (!at_the_desk).then_some(CallbackWay::Phone);
        assert_eq!(
            (case.tasks[0].state.word(), case.tasks[0].way),
            ("due", way),
            "{rule}"
        );
        let reached = case.clone().answer(id, &answer(Some(true)), &policies, now());
        if !at_the_desk {
            assert!(reached.is_ok(), "{rule}");
            continue;
        }
        assert_eq!(reached, Err(AnswerRefused::NobodyToCall), "{rule}");
        let judged = Answer {
            judged: Some(false),
            ..answer(None)
        };
        let happenings = case.answer(id, &judged, &policies, now()).unwrap();
        assert!(
            matches!(happenings[..], [Happening::Reworked(..)]),
            "{happenings:?}"
        );
        let expected = TaskState::NotCalled {
            at: now(),
            why: Some(why),
            reworked: true,
        };
        assert_eq!(case.tasks[0].state, expected, "{rule}");
    }
}
