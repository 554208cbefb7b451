//! Hand-computed cases of every figure.
use super::*;
use crate::domain::figures::fixtures::{at, case, due, exclusion, incident, march, said};
use crate::domain::figures::{Incident, Moved, Tally, Void};
use std::collections::BTreeMap;

const W: u8 = 60;

fn counted(case: &Case) -> Vec<String> {
    let mut lines: Vec<String> = count(case, march(), at("04-05T00:00"), W)
        .iter()
        .map(|c| {
            let out = if c.excluded.is_some() { " excluded" } else { "" };
            format!("{}#{} {}{out}", c.figure, c.rework, c.points)
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_plain_good_order_counts_fully_everywhere() {
    let mut case = case(1, "A");
    case.dues = vec![
        due(ClockName::Sign, "03-02T11:00", Some("03-02T10:00")),
        due(ClockName::Respond, "03-03T11:00", Some("03-03T11:00")),
        due(ClockName::Finish, "03-09T17:00", Some("03-09T16:59")),
    ];
    case.callbacks = vec![said(0, "03-10T09:00", true, Satisfaction::Satisfied)];
    assert_eq!(
        counted(&case),
        [
            "accuracy#0 100",
            "attitude#0 100",
            "contradicted#0 0",
            "finish#0 100",
            "one_time#0 100",
            "resolution#0 100",
            "response#0 100",
            "return#0 0",
            "rework#0 0",
            "satisfaction#0 100",
            "sign#0 100",
            "wrong_return#0 0",
        ]
    );
}

#[test]
fn late_is_after_the_limit_and_not_yet_due_is_nothing() {
    for (due_at, met_at, cancelled_at, expected) in [
        ("03-09T17:00", Some("03-09T17:01"), None, Some(false)),
        ("03-09T17:00", Some("03-09T17:00"), None, Some(true)),
        ("03-09T17:00", None, None, Some(false)),
        ("03-09T17:00", None, Some("03-09T16:00"), None),
        ("03-09T17:00", None, Some("03-09T18:00"), Some(false)),
        ("04-09T17:00", None, None, None),
    ] {
        let due = Due {
            cancelled_at: cancelled_at.map(at),
            ..due(ClockName::Finish, due_at, met_at)
        };
        assert_eq!(
            judge(&due, at("04-05T00:00")),
            expected,
            "{due_at} {met_at:?} {cancelled_at:?}"
        );
    }
}

#[test]
fn what_is_due_in_another_period_counts_there() {
    let mut case = case(1, "A");
    case.assigned_at = Some(at("02-27T09:00"));
    case.dues = vec![
        due(ClockName::Respond, "02-28T23:59", Some("02-28T10:00")),
        due(ClockName::Finish, "03-01T00:00", Some("02-28T10:00")),
    ];
    assert_eq!(counted(&case), ["finish#0 100"]);
}

#[test]
fn a_rework_counts_once_as_no_and_once_as_yes_and_is_not_done_at_once() {
    let mut case = case(1, "A");
    case.callbacks = vec![
        said(0, "03-10T09:00", false, Satisfaction::NotSatisfied),
        said(1, "03-12T09:00", true, Satisfaction::BasicallySatisfied),
    ];
    case.incidents = vec![Incident {
        round: Some(1),
        ..incident("reworked", "03-10T09:00")
    }];
    let lines = counted(&case);
    for line in [
        "resolution#0 0",
        "resolution#1 100",
        "satisfaction#0 0",
        "satisfaction#1 60",
        "rework#0 100",
        "rework#1 0",
        "one_time#0 0",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} in {lines:?}");
    }
    assert!(!lines.iter().any(|line| line.starts_with("one_time#1")));
}

#[test]
fn solved_and_yet_reworked_is_not_done_at_once() {
    let mut case = case(1, "A");
    case.callbacks = vec![said(0, "03-10T09:00", true, Satisfaction::NotSatisfied)];
    case.incidents = vec![Incident {
        round: Some(1),
        ..incident("reworked", "03-10T09:00")
    }];
    assert!(counted(&case).contains(&"one_time#0 0".to_owned()));
}

#[test]
fn a_denied_claim_is_the_callback_s_that_showed_it() {
    let mut case = case(1, "A");
    case.callbacks = vec![
        said(0, "03-10T09:00", false, Satisfaction::NotSatisfied),
        said(1, "03-12T09:00", true, Satisfaction::Satisfied),
    ];
    case.incidents = vec![Incident {
        ref_id: Some(case.callbacks[0].callback_id),
        ..incident("contradicted", "03-10T09:00")
    }];
    let lines = counted(&case);
    assert!(lines.contains(&"contradicted#0 100".to_owned()));
    assert!(lines.contains(&"contradicted#1 0".to_owned()));
}

#[test]
fn an_upheld_return_is_the_hotline_s_mistake_and_nothing_of_the_unit_s() {
    let mut case = case(1, "A");
    case.dues = vec![due(ClockName::Sign, "03-02T11:00", None)];
    case.incidents = vec![
        incident("return_requested", "03-02T15:00"),
        incident("return_upheld", "03-03T15:00"),
    ];
    assert_eq!(
        counted(&case),
        ["accuracy#0 0", "return#0 100", "wrong_return#0 0"]
    );
}

#[test]
fn a_rejected_return_keeps_the_dispatch_right() {
    let mut case = case(1, "A");
    case.incidents = vec![
        incident("return_requested", "03-02T15:00"),
        incident("return_rejected", "03-03T15:00"),
    ];
    assert_eq!(
        counted(&case),
        ["accuracy#0 100", "return#0 100", "wrong_return#0 100"]
    );
}

#[test]
fn an_exclusion_leaves_out_the_figures_it_names_and_is_seen() {
    let mut one = case(1, "A");
    one.callbacks = vec![said(0, "03-10T09:00", false, Satisfaction::NotSatisfied)];
    one.exclusions = vec![exclusion(&[Figure::Resolution, Figure::OneTime], "03-20T09:00")];
    let lines = counted(&one);
    assert!(lines.contains(&"resolution#0 0 excluded".to_owned()));
    assert!(lines.contains(&"satisfaction#0 0".to_owned()));
    one.exclusions = vec![exclusion(&[], "03-20T09:00")];
    assert!(counted(&one).iter().all(|line| line.ends_with("excluded")));
}

#[test]
fn an_answer_that_was_judged_or_appealed_against_counts_in_no_figure() {
    let mut one = case(1, "A");
    one.callbacks = vec![Callback {
        void: Some(Void {
            ref_id: Uuid::from_u128(8),
            at: at("03-20T09:00"),
        }),
        ..said(0, "03-10T09:00", false, Satisfaction::NotSatisfied)
    }];
    let lines = counted(&one);
    assert!(lines.contains(&"resolution#0 0 excluded".to_owned()));
    assert!(lines.contains(&"accuracy#0 100".to_owned()));
    let before = one.known_at(at("03-19T09:00"));
    assert!(counted(&before).contains(&"resolution#0 0".to_owned()));
}

#[test]
fn as_of_a_day_later_facts_are_not_known() {
    let mut one = case(1, "A");
    one.dues = vec![due(ClockName::Finish, "03-09T17:00", Some("03-11T09:00"))];
    one.callbacks = vec![said(0, "03-12T09:00", false, Satisfaction::NotSatisfied)];
    one.exclusions = vec![exclusion(&[], "04-20T09:00")];
    let lines = |moment: &str| {
        let known = one.clone().known_at(at(moment));
        let mut sums: BTreeMap<&str, Tally> = BTreeMap::new();
        for c in count(&known, march(), at(moment), W) {
            if c.excluded.is_none() {
                sums.entry(c.figure.word()).or_default().add(c.points);
            }
        }
        ["finish", "resolution"].map(|f| sums.get(f).map(|t| (t.of, t.points)))
    };
    assert_eq!(lines("03-09T16:00"), [None, None]);
    assert_eq!(lines("03-10T09:00"), [Some((1, 0)), None]);
    assert_eq!(lines("03-31T09:00"), [Some((1, 0)), Some((1, 0))]);
    assert_eq!(lines("04-30T09:00"), [None, None], "excluded by then");
}

#[test]
fn as_of_a_day_limits_are_what_they_were_and_later_dispatches_are_not_there() {
    let mut one = case(1, "A");
    one.dues = vec![due(ClockName::Finish, "03-20T17:00", Some("03-18T09:00"))];
    let moved = |due_at: &str, until: &str| Moved {
        clock: ClockName::Finish,
        rework: 0,
        due_at: at(due_at),
        until: at(until),
    };
    one.moved = vec![
        moved("03-09T17:00", "03-09T10:00"),
        moved("03-13T17:00", "03-14T10:00"),
    ];
    let lines = |moment: &str| {
        let known = one.clone().known_at(at(moment));
        let counted = count(&known, march(), at(moment), W);
        let only = |figure| {
            counted
                .iter()
                .filter(|c| c.figure == figure)
                .map(|c| c.points)
                .collect::<Vec<_>>()
        };
        (only(Figure::Accuracy), only(Figure::Finish))
    };
    assert_eq!(lines("03-01T09:00"), (vec![], vec![]));
    assert_eq!(lines("03-09T18:00"), (vec![100], vec![]), "extended once by then");
    assert_eq!(
        lines("03-14T09:00"),
        (vec![100], vec![0]),
        "late until it was extended again"
    );
    assert_eq!(lines("03-15T09:00"), (vec![100], vec![]));
    assert_eq!(lines("03-31T09:00"), (vec![100], vec![100]));
}

#[test]
fn the_city_s_part_has_only_its_total_clock() {
    let mut one = case(1, "A");
    (one.generation, one.unit, one.assigned_at) = (0, None, None);
    one.dues = vec![due(ClockName::Total, "03-20T17:00", Some("03-21T09:00"))];
    assert_eq!(counted(&one), ["total#0 0"]);
}
