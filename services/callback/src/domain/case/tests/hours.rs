//! Every due time goes by the hours of the order's rule: the first call, the next, the one after a message, the one after
//! rework, and the one that the caller asked for.
use super::*;
use crate::domain::Amendment;
use std::collections::{BTreeMap, BTreeSet};

/// Businesses in office hours, all others from nine to eight; messages from eight to nine.
const CITY: &str = "\
[calling]
hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '09:00:00', to = '20:00:00' }]
message_hours = [{ weekdays = [1, 2, 3, 4, 5, 6, 7], from = '08:00:00', to = '21:00:00' }]
[default]
steps = [STEPS]
[[rules]]
name = 'business'
facts = { '主体' = '企业' }
calling_hours = [
    { weekdays = [1, 2, 3, 4, 5], from = '09:00:00', to = '12:00:00' },
    { weekdays = [1, 2, 3, 4, 5], from = '14:00:00', to = '18:00:00' },
]
";

const PHONE: &str = "{ way = 'phone', attempts = 2, gap_mins = 120 }";

fn city(steps: &str) -> Policies {
    Policies::read(&CITY.replace("STEPS", steps)).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-03-{text}:00+08:00").parse().unwrap()
}

fn facts() -> BTreeMap<String, String> {
    [("主体".to_owned(), "企业".to_owned())].into()
}

fn replied_at(business: bool, policies: &Policies, now: DateTime<Utc>) -> Case {
    let mut case = Case::unknown(OrderId(Uuid::from_u128(1)));
    let registration = Registration {
        facts: if business { facts() } else { BTreeMap::new() },
        ..registration(true)
    };
    case.register(&registration, policies, now);
    case.assign(&assignment(1), policies, now);
    case.reply(&reply(1, 0), policies, now);
    case
}

fn due(case: &Case) -> (DateTime<Utc>, Option<&str>) {
    let task = case.tasks.iter().find(|task| task.is_live()).unwrap();
    (task.due_at, task.calling_rule.as_deref())
}

#[test]
fn the_first_call_and_the_next_one() {
    let policies = city(PHONE);
    let evening = at("06T18:30");
    let mut citizen = replied_at(false, &policies, evening);
    let mut business = replied_at(true, &policies, evening);
    assert_eq!(due(&citizen), (evening, None));
    assert_eq!(
        due(&business),
        (at("09T09:00"), Some("business")),
        "Friday evening"
    );
    for (case, called, next) in [
        (&mut citizen, at("06T18:30"), at("07T09:00")),
        (&mut business, at("09T10:30"), at("09T14:00")),
    ] {
        let id = case.tasks[0].callback_id;
        case.answer(id, &answer(None), &policies, called).unwrap();
        assert_eq!(due(case).0, next, "two hours later, and not in anybody's pause");
    }
}

#[test]
fn the_call_that_follows_a_message() {
    let policies = city("{ way = 'sms', gap_mins = 60 }, { way = 'phone', gap_mins = 60 }");
    let early = at("02T06:00");
    let mut business = replied_at(true, &policies, early);
    // Sent at eight, and waited for until businesses are called.
    assert_eq!(due(&business), (at("02T09:00"), Some("business")));
    let noon = replied_at(true, &policies, at("02T11:30"));
    assert_eq!(due(&noon).0, at("02T14:00"));
    // A link that cannot be sent lapses at any time.
    let id = business.tasks[0].callback_id;
    business.lapse(id, 0, &policies, at("02T12:05"));
    assert_eq!(due(&business).0, at("02T14:00"));
    assert_eq!(business.tasks[0].way, Some(CallbackWay::Phone));
}

#[test]
fn the_call_after_rework_and_the_one_that_was_asked_for() {
    let policies = city(PHONE);
    let mut case = replied_at(true, &policies, at("02T10:00"));
    assert_eq!(case.called_then(at("02T19:00"), &policies), at("03T09:00"));
    assert_eq!(
        replied_at(false, &policies, at("02T10:00")).called_then(at("02T19:00"), &policies),
        at("02T19:00")
    );
    let id = case.tasks[0].callback_id;
    case.answer(id, &answer(Some(false)), &policies, at("02T10:00"))
        .unwrap();
    case.reply(&reply(1, 1), &policies, at("03T12:30"));
    assert_eq!(due(&case), (at("03T14:00"), Some("business")));
}

#[test]
fn what_was_corrected_decides_about_the_next_call() {
    let policies = city(PHONE);
    let mut case = replied_at(false, &policies, at("02T17:00"));
    let amendment = Amendment {
        number: 1,
        matter: None,
        urgency: None,
        facts: Some(facts()),
    };
    case.amend(&amendment, &BTreeSet::new(), &policies, at("02T17:00"));
    let id = case.tasks[0].callback_id;
    case.answer(id, &answer(None), &policies, at("02T17:00")).unwrap();
    assert_eq!(due(&case), (at("03T09:00"), Some("business")));
}

#[test]
fn the_desk_judges_at_any_hour() {
    let policies = Policies::read(&format!(
        "{}unreachable = 'desk'\n",
        CITY.replace("STEPS", "{ way = 'phone', gap_mins = 60 }")
    ))
    .unwrap();
    let mut case = replied_at(true, &policies, at("02T10:00"));
    let id = case.tasks[0].callback_id;
    case.answer(id, &answer(None), &policies, at("02T19:00")).unwrap();
    assert_eq!(due(&case), (at("02T19:00"), None));
    assert!(!case.tasks[0].is_by_phone());
}

/// The call was about another order of the same caller, too, whose message waits for its answer.
#[test]
fn who_was_called_in_vain_while_a_message_waits_is_not_called_again_at_once() {
    let policies = city("{ way = 'sms', gap_mins = 600 }, { way = 'phone', gap_mins = 60 }");
    let mut case = replied_at(false, &policies, at("02T10:00"));
    let id = case.tasks[0].callback_id;
    let told = case.answer(id, &answer(None), &policies, at("02T11:00")).unwrap();
    assert_eq!(due(&case).0, at("02T12:00"), "a pause between calls");
    let [Happening::Attempted(_, way, 1, _)] = told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(way, CallbackWay::Phone, "an agent has called");
}
