//! The table of (state × event) as a printed snapshot, and that the order of arrival does not matter.
use super::*;
use crate::domain::fixtures::{assigned, meta, order, registered, replied, terms};
use contracts::words::Outcome;
use proptest::prelude::*;
use std::fmt::Write as _;

const T: &str = "03-02T10:00";

/// Events with their number in their own service's line: routing 1…, unit-gateway 1…, callback 1….
fn events() -> Vec<(&'static str, Change, i64)> {
    let now = crate::domain::fixtures::at(T);
    vec![
        ("order.registered", registered("03-02T09:00"), 1),
        ("order.undecided", Change::Undecided("no_duty".to_owned()), 10),
        ("order.assigned 1", assigned(1, T, terms()), 2),
        ("order.assigned 2", assigned(2, T, terms()), 11),
        ("return.upheld 1", Change::ReturnUpheld(1), 9),
        ("order.signed 1", Change::Signed(1, now), 5),
        ("order.responded 1", Change::Responded(1, now), 6),
        ("order.replied 1/0", replied(1, 0, T), 7),
        ("callback.scheduled 0", Change::CallbackScheduled(0), 1),
        ("order.reworked 1/1", Change::Reworked(1, 1, None), 3),
        ("order.responded 1 again", Change::Responded(1, now), 8),
        ("order.replied 1/1", replied(1, 1, T), 9),
        ("callback.scheduled 1", Change::CallbackScheduled(1), 4),
        ("order.disputed", Change::Disputed("bounced".to_owned()), 12),
        ("order.closed", Change::Closed(Outcome::Solved, now), 5),
    ]
}

fn after(names: &[&str]) -> Order {
    let mut order = order();
    for name in names {
        let (_, change, sequence) = events().into_iter().find(|(known, ..)| known == name).unwrap();
        order.hear(&change, &meta(sequence, T));
    }
    order
}

#[test]
fn every_state_meets_every_event() {
    let plain = [
        "order.registered",
        "order.assigned 1",
        "order.signed 1",
        "order.responded 1",
        "order.replied 1/0",
    ];
    let mut table = String::new();
    let called = [&plain[..], &["callback.scheduled 0"]].concat();
    let reworked = [&called[..], &["order.reworked 1/1"]].concat();
    for (name, history) in [
        ("unknown", vec![]),
        ("registered", vec!["order.registered"]),
        ("undecided", vec!["order.registered", "order.undecided"]),
        ("assigned", plain[..2].to_vec()),
        ("signed", plain[..3].to_vec()),
        ("responded", plain[..4].to_vec()),
        ("replied", plain.to_vec()),
        ("calling_back", called.clone()),
        ("reworked", reworked.clone()),
        (
            "reworked, responded",
            [&reworked[..], &["order.responded 1 again"]].concat(),
        ),
        ("returned", [&plain[..3], &["return.upheld 1"]].concat()),
        (
            "disputed",
            [&plain[..3], &["return.upheld 1", "order.disputed"]].concat(),
        ),
        ("closed", [&called[..], &["order.closed"]].concat()),
    ] {
        let before = after(&history);
        writeln!(
            table,
            "{name}: {} {}/{}",
            before.state().word(),
            before.generation(),
            before.round()
        )
        .unwrap();
        for (event, change, sequence) in events() {
            let mut order = before.clone();
            order.hear(&change, &meta(sequence, T));
            let unit = order.lead_unit().map_or("nobody", |unit| unit.as_str());
            let place = format!(
                "{} {}/{} {unit}",
                order.state().word(),
                order.generation(),
                order.round()
            );
            writeln!(table, "  {event:<24} {place}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_earliest_deadline_of_all_who_joined_counts() {
    let mut order = after(&["order.registered"]);
    let at = crate::domain::fixtures::at;
    let (earlier, later) = (at("03-05T10:00"), at("03-11T10:00"));
    for due_by in [later, earlier, later] {
        order.hear(&Change::DueBy(due_by), &meta(2, T));
    }
    assert_eq!(order.registration.unwrap().due_by, Some(earlier));
}

#[test]
fn an_amendment_changes_what_was_registered_and_more_help_the_assignment() {
    let mut order = after(&["order.registered", "order.assigned 1"]);
    let amended = Amended {
        matter: Some("M9".to_owned()),
        division: None,
        urgency: Urgency::Emergency,
    };
    order.hear(&Change::Amended(amended.clone()), &meta(2, T));
    let registration = order.registration.clone().unwrap();
    assert_eq!(
        (registration.matter, registration.division, registration.urgency),
        (amended.matter, amended.division, amended.urgency)
    );
    let helper = UnitRef {
        code: "U-9".into(),
        name: "nine".to_owned(),
    };
    order.hear(&Change::CoHandlersAdded(2, vec![helper.clone()]), &meta(3, T));
    assert!(
        !order.lead().unwrap().co_handlers.contains(&helper),
        "another generation"
    );
    order.hear(&Change::CoHandlersAdded(1, vec![helper.clone()]), &meta(4, T));
    assert_eq!(order.lead().unwrap().co_handlers, [helper]);
    assert_eq!(order.generation(), 1, "the generation goes on");
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(events in Just(events()).prop_shuffle(), repeated in 0_usize..15) {
        let hear = |events: &[(&str, Change, i64)]| {
            let mut order = order();
            for (_, change, sequence) in events {
                order.hear(change, &meta(*sequence, T));
            }
            // Which of two callbacks scheduled at one moment is the newer cannot be told; it is not looked at here.
            order.called = None;
            order
        };
        let plain = self::events();
        let mut twice = events.clone();
        twice.push(events[repeated].clone());
        prop_assert_eq!(hear(&plain), hear(&twice));
    }
}
