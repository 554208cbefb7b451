//! Hand-computed scores.
use super::*;
use crate::domain::figures::fixtures::{at, case, due, exclusion, march, said};
use crate::domain::figures::{Callback, ExclusionLimits, PeerGroup, StepRule, Words};
use crate::domain::policies::{self, Document};
use contracts::words::{ClockName, Satisfaction, SupervisionLevel};
use proptest::prelude::*;

fn words(text: &str) -> Words {
    Words {
        en: text.to_owned(),
        zh: text.to_owned(),
    }
}

/// Half response, half satisfaction; 0.5 points for each late reply, at most 0.8; 0.1 for each satisfied.
fn policy() -> ScoresPolicy {
    let rule = |code: &str, figure, (points_min, points_max), hundredths, cap_hundredths| Rule {
        code: code.to_owned(),
        name: words(code),
        figure,
        points_min,
        points_max,
        hundredths,
        cap_hundredths,
    };
    ScoresPolicy {
        basically_percent: 50,
        weights: [(Figure::Response, 1), (Figure::Satisfaction, 1)].into(),
        sample_min: 2,
        rules: vec![
            rule("late", Figure::Finish, (0, 0), -50, 80),
            rule("good", Figure::Satisfaction, (100, 100), 10, 1_000),
        ],
        steps: vec![StepRule {
            code: "noticed".to_owned(),
            name: words("noticed"),
            level: SupervisionLevel::PublicNotice,
            hundredths: -100,
            cap_hundredths: 150,
        }],
        peers: vec![PeerGroup {
            code: "bureaus".to_owned(),
            name: words("bureaus"),
            levels: vec!["市级".to_owned()],
            units: vec!["X".to_owned()],
        }],
        area_levels: vec!["区县".to_owned()],
        exclusions: ExclusionLimits::default(),
        exclusion_reasons: [("impossible".to_owned(), words("impossible"))].into(),
        pushed_away_min: 1,
    }
}

/// Two orders: both contacted, one in time; both late; one satisfied, one basically.
fn cases(unit: &str) -> Vec<Case> {
    let dues = |responded: &str| {
        vec![
            due(ClockName::Respond, "03-03T11:00", Some(responded)),
            due(ClockName::Finish, "03-09T17:00", Some("03-10T17:00")),
        ]
    };
    let (mut one, mut two) = (case(1, unit), case(2, unit));
    one.dues = dues("03-03T10:00");
    one.callbacks = vec![said(0, "03-11T09:00", true, Satisfaction::Satisfied)];
    two.dues = dues("03-04T10:00");
    two.callbacks = vec![said(0, "03-11T10:00", true, Satisfaction::BasicallySatisfied)];
    vec![one, two]
}

fn score(cases: &[Case], policy: &ScoresPolicy) -> BTreeMap<String, UnitScore> {
    let mut scorer = Scorer::new(policy, march(), at("04-05T00:00"));
    for case in cases {
        scorer.add(case);
    }
    scorer.finish()
}

#[test]
fn a_score_is_weights_times_rates_with_deductions_and_bonuses_that_point_at_orders() {
    let units = score(&cases("A"), &policy());
    let a = &units["A"];
    // Response 1 of 2 = 50 %, satisfaction (100 + 50) / 2 = 75 %: 62.50 points.
    assert_eq!(a.base_hundredths, Some(6_250));
    let entries: Vec<_> = a
        .entries
        .iter()
        .map(|e| (e.rule.as_str(), e.order_number.as_str(), e.hundredths))
        .collect();
    // Both are late; the cap of 0.80 leaves 0.30 for the second.
    assert_eq!(
        entries,
        [("late", "1", -50), ("late", "2", -30), ("good", "1", 10)]
    );
    assert_eq!(a.hundredths(), Some(6_250 - 80 + 10));
    assert_eq!(a.name, "A局");
}

#[test]
fn a_figure_without_a_sample_gives_its_weight_to_the_others() {
    let mut cases = cases("A");
    for case in &mut cases {
        case.callbacks.clear();
    }
    assert_eq!(score(&cases, &policy())["A"].base_hundredths, Some(5_000));
    let nothing = [case(3, "A")];
    assert_eq!(score(&nothing, &policy())["A"].hundredths(), None);
}

#[test]
fn of_faults_less_is_better() {
    let policy = ScoresPolicy {
        weights: [(Figure::Rework, 1)].into(),
        ..policy()
    };
    assert_eq!(score(&cases("A"), &policy)["A"].base_hundredths, Some(10_000));
}

#[test]
fn what_is_excluded_neither_counts_nor_costs() {
    let mut cases = cases("A");
    cases[1].exclusions = vec![exclusion(&[], "03-20T09:00")];
    let units = score(&cases, &policy());
    let a = &units["A"];
    assert_eq!((a.base_hundredths, a.entries.len()), (Some(10_000), 2));
    assert!(a.figures.excluded > 0);
}

#[test]
fn ranks_are_shared_by_equals_and_need_a_sample() {
    let policy = policy();
    let mut all = cases("A");
    all.extend(cases("B"));
    all.extend(cases("C").into_iter().map(|mut case| {
        case.dues.clear();
        case
    }));
    all.extend(cases("D").into_iter().take(1));
    let units = score(&all, &policy);
    let list: Vec<_> = units.iter().map(|(code, unit)| (code.as_str(), unit)).collect();
    assert_eq!(
        ranks(&list, policy.sample_min),
        [(Some(1), "C"), (Some(2), "A"), (Some(2), "B"), (None, "D")]
    );
}

#[test]
fn a_unit_belongs_to_the_group_that_names_it_or_its_level() {
    let policy = policy();
    assert_eq!(policy.group_of("X", Some("区县级")), "bureaus");
    assert_eq!(policy.group_of("Y", Some("市级")), "bureaus");
    assert_eq!(policy.group_of("Y", None), "others");
}

#[test]
fn the_compiled_policy_can_be() {
    let policy: ScoresPolicy = policies::read(ScoresPolicy::DEFAULT).unwrap();
    assert_eq!(policy.check(), Ok(()));
    let twice = ScoresPolicy {
        rules: vec![policy.rules[0].clone(), policy.rules[0].clone()],
        ..policy.clone()
    };
    assert_eq!(twice.check().unwrap_err().field, "rules");
    let heavy = ScoresPolicy {
        basically_percent: 101,
        ..policy
    };
    assert_eq!(heavy.check().unwrap_err().field, "basically_percent");
}

proptest! {
    /// The order in which cases are read changes nothing: scores are reproducible.
    #[test]
    fn any_order_of_cases_gives_the_same_scores(seed in proptest::collection::vec(0_u128..50, 1..40)) {
        let make = |n: &u128| {
            let mut one = case(*n, if n.is_multiple_of(2) { "A" } else { "B" });
            one.dues = vec![due(ClockName::Finish, "03-09T17:00", Some(if n.is_multiple_of(3) { "03-10T09:00" } else { "03-09T09:00" }))];
            one.callbacks = vec![Callback {
                solved: !n.is_multiple_of(5),
                ..said(0, "03-11T09:00", true, Satisfaction::ALL[(n % 3) as usize])
            }];
            one
        };
        let cases: Vec<Case> = seed.iter().map(make).collect();
        let mut back = cases.clone();
        back.reverse();
        prop_assert_eq!(score(&cases, &policy()), score(&back, &policy()));
    }
}

fn pushed(number: i32, level: SupervisionLevel, when: &str) -> PushedStep {
    PushedStep {
        step: StepRef {
            supervision_id: Uuid::from_u128(50),
            number,
            document: format!("DB2026000001-{number}"),
            level,
        },
        order_id: Uuid::from_u128(1),
        order_number: "1".to_owned(),
        generation: 1,
        unit: "A".to_owned(),
        unit_name: "A局".to_owned(),
        at: at(when),
    }
}

#[test]
fn a_rung_costs_points_that_point_at_its_step_up_to_the_cap() {
    let policy = policy();
    let mut scorer = Scorer::new(&policy, march(), at("04-05T00:00"));
    for case in cases("A") {
        scorer.add(&case);
    }
    for step in [
        pushed(3, SupervisionLevel::PublicNotice, "03-20T09:00"),
        pushed(2, SupervisionLevel::PublicNotice, "03-12T09:00"),
        pushed(1, SupervisionLevel::Written, "03-11T09:00"),
        pushed(4, SupervisionLevel::PublicNotice, "04-01T00:00"),
    ] {
        scorer.add_step(&step);
    }
    let units = scorer.finish();
    let steps: Vec<_> = units["A"]
        .entries
        .iter()
        .filter_map(|entry| Some((entry.step.as_ref()?.document.as_str(), entry.hundredths)))
        .collect();
    assert_eq!(steps, [("DB2026000001-2", -100), ("DB2026000001-3", -50)]);
    let plain = score(&cases("A"), &policy)["A"].hundredths().unwrap();
    assert_eq!(units["A"].hundredths(), Some(plain - 150));
}
