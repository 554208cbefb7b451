//! The document, which rule an order falls under, who is called, and when.
use super::*;
use crate::domain::registration_for_tests as registration;
use contracts::terms::LimitUnit;
use proptest::prelude::*;
use uuid::Uuid;

mod hours;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn fault(document: &str) -> Fault {
    Policies::read(document).unwrap_err()
}

#[test]
fn the_compiled_in_default_is_complete_and_a_document_names_only_what_differs() {
    let policies = Policies::read("").unwrap();
    assert_eq!(policies, Policies::read(DEFAULT_DOCUMENT).unwrap());
    assert_eq!(policies.default.attempts.len(), 3);
    assert_eq!(
        policies.default.after_rework,
        AfterRework::Raise(RaisedTo::Supervision)
    );
    let own =
        Policies::read("[default]\nrework_max = 1\n[[rules]]\nname = 'r'\nkinds = ['help']\ncall = 'nobody'")
            .unwrap();
    assert_eq!((own.default.rework_max, own.rules[0].policy.rework_max), (1, 1));
    assert_eq!(own.rules[0].policy.call, Call::Nobody);
    assert_eq!(own.default.attempts, policies.default.attempts);
}

#[test]
fn bad_documents_are_refused_with_the_field() {
    let table = [
        ("[default]\nrework_max = -1", "rework_max"),
        ("[default]\nrework_max = 101", "default.rework_max"),
        ("[default]\nshare_percent = 101", "default.share_percent"),
        ("[default]\ncall = 'some'", "call"),
        ("[default]\nsteps = []", "default.steps"),
        ("[default]\nsteps = [{ way = 'pigeon', gap_mins = 1 }]", "steps"),
        (
            "[default]\nsteps = [{ way = 'phone', gap_mins = 0 }]",
            "default.steps[0].gap_mins",
        ),
        (
            "[default]\nsteps = [{ way = 'phone', attempts = 0, gap_mins = 1 }]",
            "default.steps[0].attempts",
        ),
        (
            "[default]\nrework_limit = { amount = 0, unit = 'hours' }",
            "default.rework_limit.amount",
        ),
        (
            "[default]\nrework_limit = { amount = 1, unit = 'moons' }",
            "rework_limit",
        ),
        ("[default]\nrework = 1", "rework"),
        ("[calling]\nhours = []", "calling.hours"),
        (
            "[calling]\nhours = [{ weekdays = [1], from = '10:00:00', to = '09:00:00' }]",
            "calling.hours[0].to",
        ),
        (
            "[calling]\nhours = [{ weekdays = [8], from = '08:00:00', to = '09:00:00' }]",
            "calling.hours[0].weekdays",
        ),
        ("[[rules]]\nname = ''\nkinds = ['help']", "rules[0].name"),
        ("[[rules]]\nname = 'all'", "rules[0]"),
        ("[[rules]]\nname = 'x'\nkinds = ['joke']", "rules[0].kinds"),
        (
            "[[rules]]\nname = 'x'\nkinds = ['help']\nrework_min = 1",
            "rules[0].rework_min",
        ),
        (
            "[[rules]]\nname = 'x'\nkinds = ['help']\nrework_max = 101",
            "rules[0].rework_max",
        ),
        ("what?", "line 1"),
    ];
    for (document, field) in table {
        assert_eq!(fault(document).field, field, "{document}: {}", fault(document));
    }
}

#[test]
fn the_first_rule_that_fits_decides() {
    let policies = Policies::read(
        "[[rules]]\nname = 'business'\nkinds = ['grievance', 'help']\nfacts = { '主体' = '企业' }\nrework_max = 0\nafter_rework = 'leaders'\n\
         [[rules]]\nname = 'heating'\nmatters = ['M03']\nrework_max = 5\n\
         [[rules]]\nname = 'province'\nchannels = ['province']\nasked_by = 'province'",
    )
    .unwrap();
    let mut order = registration(true);
    assert_eq!(policies.of(&order), &policies.default);
    order.matter = Some("M0301".into());
    assert_eq!(policies.of(&order).rework_max, 5);
    order.facts = [("主体".to_owned(), "企业".to_owned())].into();
    assert_eq!(
        policies.of(&order).after_rework,
        AfterRework::Raise(RaisedTo::Leaders)
    );
    order.kind = Kind::Consultation;
    assert_eq!(policies.of(&order).rework_max, 5, "another kind");
    let from_above = Registration {
        channel: Channel::Province,
        ..registration(true)
    };
    let id = OrderId(Uuid::from_u128(1));
    assert_eq!(
        policies.of(&from_above).not_called(id, &from_above),
        Some(NotCalled::AskedElsewhere)
    );
}

#[test]
fn nobody_is_called_without_a_number_and_a_share_is_chosen_by_the_id() {
    let read = |text: &str| Policies::read(text).unwrap().default;
    let ids: Vec<OrderId> = (0..2_000_u128)
        .map(|n| OrderId(Uuid::from_u128(n * 0x9e37_79b9_7f4a_7c15)))
        .collect();
    let called = |policy: &Policy| {
        let caller = registration(true);
        ids.iter()
            .filter(|id| policy.not_called(**id, &caller).is_none())
            .count()
    };
    assert_eq!(called(&read("")), 2_000);
    assert_eq!(called(&read("[default]\ncall = 'nobody'")), 0);
    let share = |percent: u8| {
        called(&read(&format!(
            "[default]\ncall = 'share'\nshare_percent = {percent}"
        )))
    };
    assert_eq!((share(0), share(100)), (0, 2_000));
    let third = share(30);
    assert!((520..680).contains(&third), "{third} of 2000 for 30 %");
    assert!(share(60) > third);
    let anonymous = registration(false);
    assert_eq!(
        read("").not_called(ids[0], &anonymous),
        Some(NotCalled::NobodyToCall)
    );
}

#[test]
fn nobody_is_called_at_night_or_when_the_calendar_says_no() {
    let usual = Policies::read("").unwrap();
    for (from, expected) in [
        ("2026-03-02T07:59:59+08:00", "2026-03-02T08:00:00+08:00"),
        ("2026-03-02T08:00:00+08:00", "2026-03-02T08:00:00+08:00"),
        ("2026-03-02T20:59:59+08:00", "2026-03-02T20:59:59+08:00"),
        ("2026-03-02T21:00:00+08:00", "2026-03-03T08:00:00+08:00"),
        ("2026-12-31T23:30:00+08:00", "2027-01-01T08:00:00+08:00"),
    ] {
        assert_eq!(usual.default.calling.next(at(from)), at(expected), "{from}");
    }
    // Working people: at noon and in the evening, on Saturdays in the day, not in the Spring Festival.
    let working = Policies::read(
        "[calling]\nhours = [\n\
         { weekdays = [1, 2, 3, 4, 5], from = '12:00:00', to = '14:00:00' },\n\
         { weekdays = [1, 2, 3, 4, 5], from = '18:00:00', to = '20:30:00' },\n\
         { weekdays = [6], from = '09:00:00', to = '18:00:00' },\n]\n\
         days = [{ date = '2026-02-17', name = '春节', off = true }]",
    )
    .unwrap();
    for (from, expected) in [
        ("2026-03-02T09:00:00+08:00", "2026-03-02T12:00:00+08:00"),
        ("2026-03-02T15:00:00+08:00", "2026-03-02T18:00:00+08:00"),
        ("2026-03-06T21:00:00+08:00", "2026-03-07T09:00:00+08:00"),
        ("2026-03-07T18:00:00+08:00", "2026-03-09T12:00:00+08:00"),
        ("2026-02-16T20:30:00+08:00", "2026-02-18T12:00:00+08:00"),
    ] {
        assert_eq!(working.default.calling.next(at(from)), at(expected), "{from}");
    }
}

#[test]
fn attempts_follow_each_other_and_messages_fall_away_where_none_can_be_sent() {
    let text = "[default]\nsteps = [{ way = 'sms', gap_mins = 1440 }, { way = 'phone', attempts = 2, gap_mins = 120 }, { way = 'second_phone', gap_mins = 60 }]";
    let policies = Policies::read(text).unwrap();
    let ways = |policies: &Policies| {
        policies
            .default
            .attempts
            .iter()
            .map(|a| a.way.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(ways(&policies), ["sms", "phone", "phone", "second_phone"]);
    let one = registration(true);
    let two = Registration {
        other_number: true,
        ..registration(true)
    };
    let way =
        |policies: &Policies, order, made| policies.default.attempt(order, made).map(|a| a.way.as_str());
    assert_eq!(policies.default.attempt(&two, 0).unwrap().gap, TimeDelta::days(1));
    assert_eq!(way(&policies, &two, 3), Some("second_phone"));
    assert_eq!(way(&policies, &two, 4), None);
    assert_eq!(way(&policies, &one, 2), Some("phone"));
    assert_eq!(way(&policies, &one, 3), None, "there is no other number");
    let other = Policies::read("[default]\nsteps = [{ way = 'second_phone', gap_mins = 60 }]").unwrap();
    assert_eq!(way(&other, &one, 0), Some("phone"), "the number that there is");
    assert_eq!(
        ways(&policies.without_messages()),
        ["phone", "phone", "second_phone"]
    );
    let only = Policies::read("[default]\nsteps = [{ way = 'sms', gap_mins = 60 }]").unwrap();
    assert_eq!(ways(&only.without_messages()), ["phone"]);
    assert_eq!(
        policies_for_tests().default.rework_limit.unit,
        LimitUnit::WorkingDays
    );
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,80}") {
        let _ = Policies::read(&text);
        let _ = Policies::read(&format!("[default]\n{text}"));
    }
}
