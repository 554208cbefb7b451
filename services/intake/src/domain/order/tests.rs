//! The table of (state × event), printed: the reviewable specification.
use super::*;
use contracts::terms::{Limit, LimitUnit, StartRule};
use std::fmt::Write;

fn at() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

fn unit() -> String {
    "SJ-MUNI".into()
}

fn reply() -> Reply {
    Reply {
        text: "已修复".into(),
        solved: true,
        at: at(),
    }
}

fn assigned(generation: i32) -> OrderEvent {
    OrderEvent::Assigned {
        unit_code: "SJ-MUNI".into(),
        unit_name: "市政处".into(),
        generation,
        at: at(),
        promise: Promise {
            limit: Limit {
                amount: 5,
                unit: LimitUnit::WorkingDays,
                start: StartRule::Acceptance,
            },
            calendar: "city".into(),
            from: at(),
        },
    }
}

fn after(start: &OrderState, events: &[OrderEvent]) -> OrderState {
    events
        .iter()
        .fold(start.clone(), |state, event| state.after(event).unwrap())
}

fn states() -> Vec<OrderState> {
    let second = after(&OrderState::Registered, &[assigned(1), assigned(2)]);
    let signed = after(
        &second,
        &[OrderEvent::Signed {
            unit_code: unit(),
            generation: 2,
            at: at(),
        }],
    );
    let responded = after(
        &signed,
        &[OrderEvent::Responded {
            unit_code: unit(),
            generation: 2,
            at: at(),
        }],
    );
    let replied = after(
        &responded,
        &[OrderEvent::Replied {
            unit_code: unit(),
            generation: 2,
            rework: 0,
            reply: reply(),
        }],
    );
    let reworked = after(
        &replied,
        &[OrderEvent::Reworked {
            unit_code: unit(),
            generation: 2,
            rework: 1,
        }],
    );
    let closed = after(
        &replied,
        &[OrderEvent::Closed {
            outcome: Outcome::Solved,
            at: at(),
        }],
    );
    vec![
        OrderState::Registered,
        OrderState::Undecided { generation: 0 },
        after(&second, &[OrderEvent::Undecided]),
        second,
        signed,
        responded,
        replied,
        reworked,
        closed,
    ]
}

fn events() -> Vec<(String, OrderEvent)> {
    let mut events = vec![("undecided".to_owned(), OrderEvent::Undecided)];
    for generation in 1..=3 {
        events.push((format!("assigned g{generation}"), assigned(generation)));
    }
    for generation in 1..=3 {
        events.push((
            format!("signed g{generation}"),
            OrderEvent::Signed {
                unit_code: unit(),
                generation,
                at: at(),
            },
        ));
        events.push((
            format!("responded g{generation}"),
            OrderEvent::Responded {
                unit_code: unit(),
                generation,
                at: at(),
            },
        ));
        events.push((
            format!("replied g{generation} r0"),
            OrderEvent::Replied {
                unit_code: unit(),
                generation,
                rework: 0,
                reply: reply(),
            },
        ));
    }
    events.push((
        "replied g2 r1".to_owned(),
        OrderEvent::Replied {
            unit_code: unit(),
            generation: 2,
            rework: 1,
            reply: reply(),
        },
    ));
    events.push((
        "reworked g1 r1".to_owned(),
        OrderEvent::Reworked {
            unit_code: unit(),
            generation: 1,
            rework: 1,
        },
    ));
    events.push((
        "reworked g2 r1".to_owned(),
        OrderEvent::Reworked {
            unit_code: unit(),
            generation: 2,
            rework: 1,
        },
    ));
    events.push((
        "closed".to_owned(),
        OrderEvent::Closed {
            outcome: Outcome::Solved,
            at: at(),
        },
    ));
    events
}

#[test]
fn table_of_states_and_events() {
    let mut table = String::new();
    for state in states() {
        writeln!(table, "{state}").unwrap();
        for (name, event) in events() {
            let result = match state.after(&event) {
                Some(next) => next.to_string(),
                None => "-".to_owned(),
            };
            writeln!(table, "    {name:<16} {result}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn repeating_any_event_changes_nothing_more() {
    for state in states() {
        for (name, event) in events() {
            if let Some(next) = state.after(&event) {
                let again = next.after(&event).unwrap_or_else(|| next.clone());
                assert_eq!(again, next, "{state} after {name} twice");
            }
        }
    }
}

/// The facts of one order's life, by the service that tells them. Each tells its own in order.
fn life() -> [Vec<OrderEvent>; 3] {
    let routing = vec![
        OrderEvent::Undecided,
        assigned(1),
        OrderEvent::Undecided,
        assigned(2),
    ];
    let unit_gateway = vec![
        OrderEvent::Signed {
            unit_code: unit(),
            generation: 1,
            at: at(),
        },
        OrderEvent::Signed {
            unit_code: unit(),
            generation: 2,
            at: at(),
        },
        OrderEvent::Responded {
            unit_code: unit(),
            generation: 2,
            at: at(),
        },
        OrderEvent::Replied {
            unit_code: unit(),
            generation: 2,
            rework: 0,
            reply: reply(),
        },
        OrderEvent::Replied {
            unit_code: unit(),
            generation: 2,
            rework: 1,
            reply: reply(),
        },
    ];
    let callback = vec![
        OrderEvent::Reworked {
            unit_code: unit(),
            generation: 2,
            rework: 1,
        },
        OrderEvent::Closed {
            outcome: Outcome::Solved,
            at: at(),
        },
    ];
    [routing, unit_gateway, callback]
}

proptest::proptest! {
    /// However the facts of the three services are woven together, the end is the same.
    #[test]
    fn the_end_does_not_depend_on_whose_facts_come_first(picks in proptest::collection::vec(0..3_usize, 64)) {
        let mut waiting = life().map(Vec::into_iter);
        let mut state = OrderState::Registered;
        let rest = (0..3).cycle().take(64);
        for event in picks.into_iter().chain(rest).filter_map(|service| waiting[service].next()) {
            state = state.after(&event).unwrap_or(state);
        }
        proptest::prop_assert_eq!(state.to_string(), "closed g2 r1, a reply");
    }
}
