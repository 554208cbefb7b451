//! The table of (state × event) as a printed snapshot, and what holds for any sequence of events.
use super::*;
use crate::domain::registration_for_tests as registration;
use crate::domain::{Answer, AnswerRefused, Claims, Said, policies_for_tests as policy};
use contracts::ids::{CallbackId, OutcomeId, UnitCode};
use contracts::words::{CallbackWay, RaisedTo, Satisfaction};
use proptest::prelude::*;
use std::fmt::Write as _;
use uuid::Uuid;

mod amending;
mod answers;
mod holding;
mod hours;

fn now() -> DateTime<Utc> {
    "2026-03-02T09:00:00+08:00".parse().unwrap()
}

fn assignment(generation: i32) -> Assignment {
    Assignment {
        unit: UnitCode::from("U-1"),
        generation,
        matter: None,
        urgency: None,
    }
}

fn reply(generation: i32, rework: i32) -> Reply {
    Reply {
        unit: UnitCode::from("U-1"),
        generation,
        rework,
        claims: Claims {
            solved: true,
            contacted: true,
            result: None,
        },
        text: "done".to_owned(),
        replied_at: now(),
    }
}

fn answer(said: Option<bool>) -> Answer {
    let said = said.map(|solved| Said {
        contacted: true,
        solved,
        result: if solved {
            Satisfaction::Satisfied
        } else {
            Satisfaction::NotSatisfied
        },
        attitude: Satisfaction::Satisfied,
    });
    Answer {
        said,
        judged: None,
        remark: String::new(),
        by: "agent:a".to_owned(),
        key: None,
        way: None,
        asked_with: None,
    }
}

const OUTCOME: OutcomeId = OutcomeId(Uuid::from_u128(5));

#[derive(Clone, Copy, Debug)]
enum Event {
    Registered,
    RegisteredAnonymous,
    Assigned(i32),
    Replied(i32, i32),
    Withdrawn,
    NotReached,
    Yes,
    No,
    /// A coordination outcome is recorded.
    Promised,
    /// It is carried out.
    Kept,
}

fn apply(case: &mut Case, event: Event, at: DateTime<Utc>) -> Result<Vec<Happening>, AnswerRefused> {
    let last = case
        .tasks
        .last()
        .map_or(CallbackId(Uuid::nil()), |task| task.callback_id);
    Ok(match event {
        Event::Registered => case.register(&registration(true), &policy(), at),
        Event::RegisteredAnonymous => case.register(&registration(false), &policy(), at),
        Event::Assigned(generation) => case.assign(&assignment(generation), &policy(), at),
        Event::Replied(generation, rework) => case.reply(&reply(generation, rework), &policy(), at),
        Event::Withdrawn => {
            case.withdraw(at);
            Vec::new()
        }
        Event::Promised => {
            case.hold(OUTCOME);
            Vec::new()
        }
        Event::Kept => case.release(OUTCOME, at),
        Event::NotReached => case.answer(last, &answer(None), &policy(), at)?,
        Event::Yes => case.answer(last, &answer(Some(true)), &policy(), at)?,
        Event::No => case.answer(last, &answer(Some(false)), &policy(), at)?,
    })
}

/// Hours apart, so that a second "not reached" is a second attempt.
fn after(events: &[Event]) -> Case {
    let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
    for (hour, event) in events.iter().enumerate() {
        apply(&mut case, *event, now() + chrono::TimeDelta::days(hour as i64)).unwrap();
    }
    case
}

fn shown(case: &Case, result: &Result<Vec<Happening>, AnswerRefused>) -> String {
    let happenings = match result {
        Err(refused) => return format!("refused: {refused}"),
        Ok(happenings) => happenings,
    };
    let names: Vec<String> = happenings
        .iter()
        .map(|h| match h {
            Happening::Scheduled(..) => "callback.scheduled".to_owned(),
            Happening::Attempted(_, _, attempt, _) => format!("callback.attempted {attempt}"),
            Happening::Recorded(..) => "callback.recorded".to_owned(),
            Happening::WentAgainst(..) => "answer.went_against".to_owned(),
            Happening::Contradicted(_, found) => format!("reply.contradicted {}", found.claims.join("+")),
            Happening::Raised(_, to) => format!("order.raised {to}"),
            Happening::Reworked(round, ..) => format!("order.reworked {}", round.rework),
            Happening::Closed(_, outcome, ..) => format!("order.closed {outcome}"),
        })
        .collect();
    let live = case.tasks.iter().find(|task| task.is_live());
    let task = live.map_or("-".to_owned(), |task| {
        format!("{} {:?}", task.state.word(), task.round())
    });
    let place = format!(
        "{} {}/{}",
        case.order.state.word(),
        case.generation(),
        case.order.rework
    );
    format!(
        "{place}, task {task}; {}",
        if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        }
    )
}

/// States that a case can be in, by how it came there.
fn histories() -> Vec<(&'static str, Vec<Event>)> {
    use Event::{
        Assigned, No, NotReached, Promised, Registered, RegisteredAnonymous, Replied, Withdrawn, Yes,
    };
    let due = [Registered, Assigned(1), Replied(1, 0)];
    vec![
        ("unknown", vec![]),
        ("registered", vec![Registered]),
        ("assigned 1", vec![Registered, Assigned(1)]),
        ("assigned 1, unregistered", vec![Assigned(1)]),
        ("replied, unregistered", vec![Assigned(1), Replied(1, 0)]),
        ("replied, unassigned", vec![Registered, Replied(1, 0)]),
        (
            "assigned 1, replied 2",
            vec![Registered, Assigned(1), Replied(2, 0)],
        ),
        ("calling back", due.to_vec()),
        (
            "calling back, last attempt",
            [&due[..], &[NotReached, NotReached]].concat(),
        ),
        ("reworked 1", [&due[..], &[No]].concat()),
        (
            "reworked 3, replied",
            [
                &due[..],
                &[No, Replied(1, 1), No, Replied(1, 2), No, Replied(1, 3)],
            ]
            .concat(),
        ),
        ("reassigned 2", [&due[..], &[Assigned(2)]].concat()),
        ("withdrawn", [&due[..], &[Withdrawn]].concat()),
        ("closed solved", [&due[..], &[Yes]].concat()),
        (
            "closed unreachable",
            [&due[..], &[NotReached, NotReached, NotReached]].concat(),
        ),
        (
            "closed, nobody to call",
            vec![RegisteredAnonymous, Assigned(1), Replied(1, 0)],
        ),
        ("promised, calling back", [&due[..], &[Promised]].concat()),
        ("promised, held solved", [&due[..], &[Promised, Yes]].concat()),
        (
            "promised, held, nobody to call",
            vec![RegisteredAnonymous, Promised, Assigned(1), Replied(1, 0)],
        ),
    ]
}

#[test]
fn every_state_meets_every_event() {
    use Event::{
        Assigned, Kept, No, NotReached, Promised, Registered, RegisteredAnonymous, Replied, Withdrawn, Yes,
    };
    let events = [
        Registered,
        RegisteredAnonymous,
        Assigned(1),
        Assigned(2),
        Replied(1, 0),
        Replied(1, 1),
        Replied(2, 0),
        Withdrawn,
        NotReached,
        Yes,
        No,
        Promised,
        Kept,
    ];
    let mut table = String::new();
    for (name, history) in histories() {
        writeln!(table, "{name}").unwrap();
        for event in events {
            let mut case = after(&history);
            let before = case.clone();
            let result = apply(&mut case, event, now() + chrono::TimeDelta::days(30));
            assert!(
                result.is_ok() || case == before,
                "a refused answer changes nothing"
            );
            writeln!(table, "  {:<20} {}", format!("{event:?}"), shown(&case, &result)).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Registered),
        (1..4).prop_map(Event::Assigned),
        ((1..4), (0..4)).prop_map(|(generation, rework)| Event::Replied(generation, rework)),
        Just(Event::Withdrawn),
        Just(Event::NotReached),
        Just(Event::Yes),
        Just(Event::No),
        Just(Event::Promised),
        Just(Event::Kept),
    ]
}

proptest! {
    #[test]
    fn any_history_keeps_the_promises(events in proptest::collection::vec(any_event(), 1..40)) {
        let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
        let mut closed = 0;
        let mut due = std::collections::BTreeSet::new();
        for (hour, event) in events.into_iter().enumerate() {
            let before = case.clone();
            let happenings = apply(&mut case, event, now() + chrono::TimeDelta::hours(hour as i64 * 3)).unwrap_or_default();
            prop_assert!(case.tasks.iter().filter(|task| task.is_live()).count() <= 1);
            prop_assert!((case.generation(), case.order.rework) >= (before.generation(), before.order.rework));
            prop_assert!(closed == 0 || happenings.is_empty(), "nothing happens after the end");
            let ends = happenings.iter().any(|happening| matches!(happening, Happening::Closed(..)));
            prop_assert!(!ends || case.order.held_by.is_none(), "no order ends before what was promised is kept");
            for happening in happenings {
                match happening {
                    Happening::Closed(..) => closed += 1,
                    Happening::Scheduled(round, _) => prop_assert!(due.insert(round.callback_id), "due once"),
                    _ => {}
                }
            }
        }
        prop_assert!(closed <= 1);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        // What one service tells keeps its order: routing's three facts and the unit's two.
        let mut routing = [Event::Assigned(1), Event::Withdrawn, Event::Assigned(2)].into_iter();
        let mut unit = [Event::Replied(1, 0), Event::Replied(2, 0)].into_iter();
        let arrived: Vec<Event> = order
            .into_iter()
            .filter_map(|place| match place {
                0 => Some(Event::Registered),
                1..=3 => routing.next(),
                _ => unit.next(),
            })
            .collect();
        let case = after(&arrived);
        let live: Vec<_> = case.tasks.iter().filter(|task| task.is_live()).map(|task| (task.state.word(), task.round())).collect();
        prop_assert_eq!(live, vec![("due", (2, 0))]);
        prop_assert_eq!(case.order.state, OrderState::CallingBack);
    }
}
